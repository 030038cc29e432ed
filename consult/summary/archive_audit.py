"""The excerpt of the audit chain that belongs to one project, and the ends of the chain around it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consult.base.audit import AuditEntry, head
from consult.summary.carried import table, within
from consult.summary.entries import slices
from consult.summary.restore_models import RestoredEntry

A, B = AuditEntry.__table__, RestoredEntry.__table__
_USER = re.compile(r'"user:(\d+)\\?"')  # whole values only; facts are JSON inside JSON
# the word before the number in a subject → the table that it speaks of
SUBJECTS = {
    "consultation": "consultation", "submission": "submission", "comment": "comment", "letter": "solicitation",
    "dispute": "dispute", "group": "opinion_group", "addition": "addition",
}  # fmt: skip
BATCH = 1000


def own_entries(session: Session, consultation_id: int) -> Iterator[Row[Any]]:
    """Every entry of the chain whose subject belongs to the project, in order."""
    held: list[Row[Any]] = []
    for row in slices(session, select(A), A.c.id):
        if row.subject.partition(":")[0] in SUBJECTS:
            held.append(row)
        if len(held) >= BATCH:
            yield from _own(session, consultation_id, held)
            held = []
    yield from _own(session, consultation_id, held)


def _own(session: Session, consultation_id: int, held: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in held:
        kind, _, number = row.subject.partition(":")
        if number.isdecimal():
            wanted[kind].add(int(number))
    known = {
        f"{kind}:{number}"
        for kind, numbers in wanted.items()
        for number in _present(session, SUBJECTS[kind], consultation_id, numbers)
    }
    yield from (row for row in held if row.subject in known)


def _present(session: Session, name: str, consultation_id: int, numbers: set[int]) -> set[int]:
    column = table(name).c.id
    return set(session.scalars(within(name, consultation_id).with_only_columns(column).where(column.in_(numbers))))


def earlier_entries(session: Session, consultation_id: int) -> Iterator[Row[Any]]:
    """What came with the archive that the project itself was restored from, in order; nothing where it was made here."""
    yield from slices(session, select(B).where(B.c.consultation_id == consultation_id), B.c.number)


def earlier_told(row: Row[Any]) -> dict[str, Any]:
    """Such an entry; the numbers in it are those of here, its seal is the entry `restore`."""
    facts = {name: row._mapping[name] for name in ("number", "actor", "action", "subject", "facts")}
    return facts | {"at": row.at.astimezone(UTC).isoformat()}


def entry_told(row: Row[Any]) -> dict[str, Any]:
    """An entry as it was hashed, with its hash."""
    return dict(row._mapping) | {"at": row.at.astimezone(UTC).isoformat()}


def users_in(text: str) -> set[int]:
    """The accounts that a text of JSON speaks of."""
    return {int(number) for number in _USER.findall(text)} if "user:" in text else set()


def heads(session: Session, count: int, first: Row[Any] | None) -> dict[str, Any]:
    """What frames the excerpt: the hash before its first entry, and the end of the whole chain at this moment."""
    number, sealed = head(session)
    before = {"number": first.id - 1, "hash": first.previous} if first else None
    return {"entries": count, "before": before, "last": {"number": number, "hash": sealed}}
