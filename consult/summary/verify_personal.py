"""Verify, beside the rulings: what is covered, what colleagues noted, which reasons are offered; as recorded."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.review.internal_notes import note_digest
from consult.review.masks import masks_digest
from consult.review.personal_models import InternalNote, Mask, Reason
from consult.review.reasons import reason_digest
from consult.summary.entries import entries
from consult.summary.walk import C

NO_MASKS = masks_digest([])


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between these rows and what was recorded of them; the library belongs to no project."""
    yield from _masks(session, consultation_id)
    yield from _notes(session, consultation_id)
    if consultation_id is None:
        yield from _reasons(session)


def _masks(session: Session, consultation_id: int | None) -> Iterator[str]:
    """The last entry about an opinion seals all that was chosen about it."""
    stated = {one.number: (one.facts["digest"], one.facts["masks"]) for one in entries(session, "choose_masks")}
    stored: dict[int, list[Mask]] = defaultdict(list)
    projects: dict[int, int] = {}
    query = select(Mask, C.c.consultation_id).join(C, C.c.id == Mask.comment_id)
    for row, project in session.execute(query.order_by(Mask.comment_id)):
        stored[row.comment_id].append(row)
        projects[row.comment_id] = project
    for number, rows in stored.items():
        found = masks_digest(rows), len(rows)
        if stated.pop(number, (NO_MASKS, 0)) != found and consultation_id in (None, projects[number]):
            yield f"意见 {number} 的遮盖记录与审计日志不一致"
    if consultation_id is None:
        yield from (f"意见 {number} 的遮盖记录在审计日志中，数据库里却没有" for number, fact in stated.items() if fact[1])


def _notes(session: Session, consultation_id: int | None) -> Iterator[str]:
    Said = tuple[int, str, datetime, str]
    written: dict[int, Said] = {}
    taken: dict[int, Said] = {}
    for entry in entries(session, "write_note", "take_back_note"):
        said = entry.number, entry.facts["digest"], entry.at, entry.actor
        (written if entry.action == "write_note" else taken)[entry.facts["note"]] = said
    query = select(InternalNote, C.c.consultation_id).join(C, C.c.id == InternalNote.comment_id)
    for row, project in session.execute(query.order_by(InternalNote.id)):
        seal = note_digest(row)
        wrong = written.pop(row.id, None) != (row.comment_id, seal, row.at, row.by)
        back = (row.comment_id, seal, row.withdrawn_at, row.by) if row.withdrawn_at else None
        if (wrong or taken.pop(row.id, None) != back) and consultation_id in (None, project):
            yield f"意见 {row.comment_id} 的内部备注 {row.id} 与审计日志不一致"
    if consultation_id is None:
        yield from (f"内部备注 {number} 记录在审计日志中，数据库里却没有" for number in sorted(written))


def _reasons(session: Session) -> Iterator[str]:
    stated = {
        entry.number: (entry.facts["digest"], entry.at, entry.actor, entry.action == "keep_reason")
        for entry in entries(session, "keep_reason", "retire_reason")
    }
    for row in session.scalars(select(Reason).order_by(Reason.id)):
        if stated.pop(row.id, None) != (reason_digest(row), row.changed_at, row.changed_by, row.active):
            yield f"理由库第 {row.id} 条与审计日志不一致"
    yield from (f"理由库第 {number} 条记录在审计日志中，数据库里却没有" for number in sorted(stated))
