"""Verify, what surrounds the opinions: what was taken back and when, and the files that came with a sending."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.base.files import StoredFile, place
from consult.config import Settings
from consult.intake.attachments import Held
from consult.intake.models import Attachment
from consult.intake.record import entered
from consult.summary.entries import Entry, along, batches, entries, slices
from consult.summary.shelf import Shelf
from consult.summary.walk import S

A, F = Attachment.__table__, StoredFile.__table__


@dataclass
class TakenBack:
    """What the chain says was withdrawn of one sending; `whole_at` where all that was left went at once."""

    comments: dict[int, datetime] = field(default_factory=dict)
    files: dict[int, datetime] = field(default_factory=dict)
    whole_at: datetime | None = None

    def at(self, comment_id: int) -> datetime | None:
        """When this opinion was withdrawn, None where it stands."""
        return self.comments.get(comment_id, self.whole_at)

    def last(self, found: Sequence[Row[Any]]) -> bool:
        """Whether nothing is left of the sending: then its contact data is gone too."""
        return all(self.at(one.id) for one in found)

    def last_at(self, found: Sequence[Row[Any]]) -> datetime | None:
        """When the last of it was withdrawn; None where something is left."""
        ats = [self.at(one.id) for one in found]
        return max(at for at in ats if at) if all(ats) else None


def taken_back(session: Session, found: Shelf[int, TakenBack]) -> None:
    """Puts there, by submission id, what was withdrawn of it. Entries of before issue 4 name no opinions and mean all of
    them."""
    for entry in entries(session, "withdraw_comment"):
        one = found.some([entry.number]).get(entry.number) or TakenBack()
        if "comments" not in entry.facts:
            one.whole_at = entry.at
        one.comments |= dict.fromkeys(entry.facts.get("comments", ()), entry.at)
        one.files |= dict.fromkeys(entry.facts.get("files", ()), entry.at)
        found.put([(entry.number, one)])


def facts_of(session: Session, submission_ids: Sequence[int]) -> dict[int, list[list[object]]]:
    """submission id → the facts of its files in order, as its digest covers them."""
    query = select(A.c.submission_id, F.c.sha256, F.c.kind, F.c.size).join(F, F.c.id == A.c.file_id)
    query = query.where(A.c.submission_id.in_(submission_ids)).order_by(A.c.submission_id, A.c.ordinal)
    found: dict[int, list[list[object]]] = {}
    for row in session.execute(query):
        found.setdefault(row.submission_id, []).append([row.sha256, row.kind, row.size])
    return found


def faults(session: Session, consultation_id: int | None = None) -> Iterator[str]:
    """Every file whose row, name or bytes are not as they came in, or that was erased without an entry."""
    query = (
        select(A.c.id, A.c.submission_id, A.c.ordinal, A.c.erased_at, A.c.sha256.label("noted"), F.c.sha256, F.c.name,
               F.c.kind, F.c.size)
        .join(F, F.c.id == A.c.file_id)
        .join(S, S.c.id == A.c.submission_id)
    )  # fmt: skip
    if session.scalar(query.limit(1)) is None:  # that none is missing says the digest of the sending
        return
    with Shelf[int, list[str]]() as names, Shelf[int, TakenBack]() as gone:
        for part in batches(entries(session, "submit", "register")):
            names.put(_names(part))
        taken_back(session, gone)
        for rows in batches(slices(session, along(query, S.c.consultation_id, consultation_id), A.c.id)):
            numbers = [row.submission_id for row in rows]
            stated, back = names.some(numbers), gone.some(numbers)
            for row in rows:
                yield from _file(row, stated.get(row.submission_id, []), back.get(row.submission_id, TakenBack()))


def _names(part: Sequence[Entry]) -> Iterator[tuple[int, list[str]]]:
    """submission id → the digests over its files' names, for sendings with files."""
    for entry in part:
        for number, (_, sender) in entered(entry.action, entry.subject, entry.facts).items():
            if len(sender) > 2:
                yield number, sender[2:]


def _file(row: Row[Any], names: list[str], back: TakenBack) -> Iterator[str]:
    name = f"提交 {row.submission_id} 的第 {row.ordinal} 个附件"
    one = Held(row.submission_id, row.ordinal, row.sha256, row.name, row.kind, row.size, row.erased_at)
    if row.noted != row.sha256:
        yield f"{name}指向另一个文件"
    if one.erased_at != back.files.get(row.ordinal):
        yield f"{name}的撤回情况与审计日志不一致"
    elif one.erased_at and one.name != f"附件{one.ordinal}.{one.kind}":
        yield f"{name}已经撤回，文件名却没有清除"
    elif one.erased_at is None:
        if names[row.ordinal - 1 : row.ordinal] != [digest([row.sha256, row.name])]:
            yield f"{name}的文件名与收到时不一致"
        yield from (f"{name}{fault}" for fault in _bytes(_folder(), one))


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.files


def _bytes(folder: Path, one: Held) -> Iterator[str]:
    """Whether the bytes lie there and are still those that came in."""
    found = hashlib.sha256()
    try:
        with place(folder, one.sha256).open("rb") as source:
            while part := source.read(1 << 20):
                found.update(part)
    except OSError:
        yield "的文件不见了"
        return
    if found.hexdigest() != one.sha256:
        yield "的文件内容与收到时不一致"
