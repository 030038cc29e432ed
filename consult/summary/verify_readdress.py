"""Verify, opinions that were pointed at another clause: who pointed which group where, and what was taken back."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.review.group_models import Readdressing
from consult.review.readdress import readdress_digest
from consult.summary.entries import Entry, entries, of_project


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the rows and what was recorded; one that another took the place of ended with it."""
    made = {one.facts["readdressing"]: one for one in entries(session, "readdress")}
    ended = {one.facts["readdressing"]: (one.at, one.actor) for one in entries(session, "undo_readdress")}
    rows = list(session.scalars(of_project(select(Readdressing), Readdressing.consultation_id, consultation_id).order_by(Readdressing.id)))
    begun = {(one.group_id, one.at): one.by for one in rows}
    for row in rows:
        if not _as_made(row, made.pop(row.id, None)):
            yield f"意见改挂记录 {row.id} 与审计日志不一致"
        over = (row.undone_at, row.undone_by) if row.undone_at or row.undone_by else None
        replaced = over is not None and begun.get((row.group_id, over[0])) == over[1]  # type: ignore[index]
        if over != ended.pop(row.id, None) and not replaced:
            yield f"意见改挂记录 {row.id} 的撤销与审计日志不一致"
    if consultation_id is None and (missing := len(made)):
        yield f"有 {missing} 次意见改挂记录在审计日志中，数据库里却没有"


def _as_made(row: Readdressing, said: Entry | None) -> bool:
    """Whether it is what its entry says; entries of before do not name the group."""
    if said is None or said.facts.get("group", row.group_id) != row.group_id:
        return False
    return (said.number, said.facts["digest"], said.at, said.actor) == (row.consultation_id, readdress_digest(row), row.at, row.by)
