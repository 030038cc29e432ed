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
from consult.summary.entries import batches, entries, slices
from consult.summary.shelf import Shelf
from consult.summary.walk import C

K, N = Mask.__table__, InternalNote.__table__
Said = tuple[int, str, datetime, str]  # opinion, digest, when, by whom
NO_MASKS = masks_digest([])


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between these rows and what was recorded of them; the library belongs to no project."""
    yield from _masks(session, consultation_id)
    yield from _notes(session, consultation_id)
    if consultation_id is None:
        yield from _reasons(session)


def _masks(session: Session, consultation_id: int | None) -> Iterator[str]:
    """The last entry about an opinion seals all that was chosen about it."""
    covered = select(K.c.comment_id, C.c.consultation_id).join(C, C.c.id == K.c.comment_id).distinct()
    with Shelf[int, tuple[str, int]]() as stated:
        stated.put((one.number, (one.facts["digest"], one.facts["masks"])) for one in entries(session, "choose_masks"))
        for rows in batches(slices(session, covered, K.c.comment_id)):
            stored = _chosen(session, [row.comment_id for row in rows])
            for row, said in stated.beside(rows, lambda row: row.comment_id):
                found = masks_digest(stored[row.comment_id]), len(stored[row.comment_id])
                if (said or (NO_MASKS, 0)) != found and consultation_id in (None, row.consultation_id):
                    yield f"意见 {row.comment_id} 的遮盖记录与审计日志不一致"
        if consultation_id is None:
            yield from (f"意见 {number} 的遮盖记录在审计日志中，数据库里却没有" for number, fact in stated.left() if fact[1])


def _chosen(session: Session, comment_ids: list[int]) -> dict[int, list[Mask]]:
    """opinion → what people chose about it."""
    found: dict[int, list[Mask]] = defaultdict(list)
    for one in session.scalars(select(Mask).where(Mask.comment_id.in_(comment_ids)).order_by(Mask.comment_id)):
        found[one.comment_id].append(one)
    return found


def _notes(session: Session, consultation_id: int | None) -> Iterator[str]:
    query = select(N, C.c.consultation_id).join(C, C.c.id == N.c.comment_id)
    with Shelf[int, Said]() as written, Shelf[int, Said]() as taken:
        for entry in entries(session, "write_note", "take_back_note"):
            said = entry.number, entry.facts["digest"], entry.at, entry.actor
            (written if entry.action == "write_note" else taken).put([(entry.facts["note"], said)])
        for rows in batches(slices(session, query, N.c.id)):
            gone = dict(taken.beside(rows, lambda row: row.id))
            for row, told in written.beside(rows, lambda row: row.id):
                seal = note_digest(row)  # type: ignore[arg-type]
                wrong = told != (row.comment_id, seal, row.at, row.by)
                back = (row.comment_id, seal, row.withdrawn_at, row.by) if row.withdrawn_at else None
                if (wrong or gone[row] != back) and consultation_id in (None, row.consultation_id):
                    yield f"意见 {row.comment_id} 的内部备注 {row.id} 与审计日志不一致"
        if consultation_id is None:
            yield from (f"内部备注 {number} 记录在审计日志中，数据库里却没有" for number, _ in written.left())


def _reasons(session: Session) -> Iterator[str]:
    stated = {
        entry.number: (entry.facts["digest"], entry.at, entry.actor, entry.action == "keep_reason")
        for entry in entries(session, "keep_reason", "retire_reason")
    }
    for row in session.scalars(select(Reason).order_by(Reason.id)):
        if stated.pop(row.id, None) != (reason_digest(row), row.changed_at, row.changed_by, row.active):
            yield f"理由库第 {row.id} 条与审计日志不一致"
    yield from (f"理由库第 {number} 条记录在审计日志中，数据库里却没有" for number in sorted(stated))
