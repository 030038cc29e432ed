"""Verify, what was received: every sending has its one entry, and its opinions and its sender are those that it sealed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from consult.intake.record import entered, sender_digests, submission_digest
from consult.intake.screen import fingerprint
from consult.summary import verify_files
from consult.summary.entries import along, batches, entries, slices
from consult.summary.shelf import Shelf
from consult.summary.walk import C, K, S

Receipt = tuple[str, list[str]]  # digest of a sending, digests of its sender


@dataclass
class _Said:
    """What the chain says of some sendings: their digests, who took theirs back and when, whose contact was erased."""

    digests: Mapping[int, Receipt]
    taken_back: Mapping[int, verify_files.TakenBack]
    erased: Mapping[int, datetime | None]


@dataclass
class _Shelves:
    """The same of all of them."""

    digests: Shelf[int, Receipt]
    taken_back: Shelf[int, verify_files.TakenBack]
    erased: Shelf[int, datetime | None]

    def of(self, numbers: Sequence[int]) -> _Said:
        """What is said of these; of the digests nothing is left behind."""
        found = _Said(self.digests.some(numbers), self.taken_back.some(numbers), self.erased.some(numbers))
        self.digests.drop(numbers)
        return found


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every submission has one entry of receipt, and its opinions are those that the entry sealed."""
    with ExitStack() as stack:
        said = _Shelves(*(stack.enter_context(Shelf[Any, Any]()) for _ in range(3)))
        received = (
            one for entry in entries(session, "submit", "register") for one in entered(entry.action, entry.subject, entry.facts).items()
        )
        yield from (f"提交 {number} 在审计日志中登记了两次" for number in said.digests.put_once(received))
        verify_files.taken_back(session, said.taken_back)
        for entry in entries(session, "erase_contact"):  # restoring erases too; when it was erased elsewhere nobody here knows
            at = entry.at if entry.subject == "contact" else None
            said.erased.put(((number, at) for number in entry.facts["submissions"]), keep=at is None)
        for batch in batches(slices(session, along(select(S), S.c.consultation_id, consultation_id), S.c.id)):
            yield from _compared(session, batch, said.of([row.id for row in batch]))
        yield from _missing(session, said.digests, anywhere=consultation_id is not None)
    yield from _strays(session)


def _missing(session: Session, digests: Shelf[int, Receipt], anywhere: bool) -> Iterator[str]:
    """What was received and is not there; of one project those of the others are there, what is nowhere is missing."""
    for part in batches(number for number, _ in digests.left()):
        present = set(session.scalars(select(S.c.id).where(S.c.id.in_(part)))) if anywhere else set()
        yield from (f"提交 {number} 记录在审计日志中，数据库里却没有" for number in part if number not in present)


def _compared(session: Session, batch: Sequence[Row[Any]], said: _Said) -> Iterator[str]:
    """Compare a slice."""
    query = (
        select(C, K.c.key)
        .select_from(C.outerjoin(K, (K.c.id == C.c.clause_id) & (K.c.version_id == C.c.version_id)))
        .where(C.c.submission_id.in_([row.id for row in batch]))
        .order_by(C.c.submission_id, C.c.ordinal)
    )
    comments = {number: list(rows) for number, rows in groupby(session.execute(query), lambda one: one.submission_id)}
    files = verify_files.facts_of(session, [row.id for row in batch])
    for row in batch:
        stated = said.digests.get(row.id)
        if stated is None:
            yield f"提交 {row.id} 在审计日志中没有登记"
            continue
        found = comments.get(row.id, [])
        if len(found) != row.comment_count:
            yield f"提交 {row.id} 应有 {row.comment_count} 条意见，实有 {len(found)} 条"
            continue
        faults = _one(row, found, stated, said, files.get(row.id, []))
        yield from (f"提交 {row.id} {fault}" for fault in faults)


def _one(
    row: Row[Any], found: list[Row[Any]], stated: Receipt, said: _Said, files: list[list[object]]
) -> Iterator[str]:
    sealed, sender = stated
    present = submission_digest(row._mapping, [(one.key, one) for one in found], files)  # type: ignore[misc]
    in_order = [one.ordinal for one in found] == list(range(1, len(found) + 1))
    as_grouped = all(fingerprint(one) == one.fingerprint for one in found)  # type: ignore[arg-type]
    if sealed != row.digest or sealed != present or not in_order or not as_grouped:
        yield "的意见内容与收到时不一致"
    back = said.taken_back.get(row.id, verify_files.TakenBack())
    if any(one.withdrawn_at and not back.at(one.id) for one in found):
        yield "的意见标为撤回，审计日志中没有撤回记录"
    elif any(one.withdrawn_at != back.at(one.id) for one in found):
        yield "已经撤回，意见却没有标为撤回"
    shown, contact = sender_digests(row._mapping)
    at = back.last_at(found) or said.erased.get(row.id)
    if row.contact_erased_at != at and (at or row.id not in said.erased):
        yield "的联系方式何时清除，与审计日志不一致"
    if not back.last(found) and (shown != sender[0] or (contact != sender[1] and row.id not in said.erased)):
        yield "的提出人信息与收到时不一致"


def _strays(session: Session) -> Iterator[str]:
    """A comment filed under another project or version than its submission."""
    query = select(func.count()).select_from(C.join(S, S.c.id == C.c.submission_id))
    moved = (C.c.consultation_id != S.c.consultation_id) | (C.c.version_id != S.c.version_id)
    if count := session.scalar(query.where(moved)):
        yield f"有 {count} 条意见所属的项目或者版本与其提交不一致"
