"""Verify, the reviewers' list: its rows and counters made anew from the ledger and compared with what is kept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from consult.drafts.models import Consultation
from consult.intake.models import Arrival
from consult.review import desk
from consult.review.desk_facts import group_rows, single_rows
from consult.review.desk_models import WITHDRAWN, DeskCount, DeskRow
from consult.review.desk_state import with_state
from consult.summary.entries import SLICE, along, of_project, slices
from consult.summary.walk import C, M

R = DeskRow.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """What differs; opinions that came in or were taken back and wait for the list are left out, with their groups."""
    query = of_project(select(Consultation.id), Consultation.id, consultation_id)
    for project in list(session.scalars(query.order_by(Consultation.id))):
        yield from _project(session, project)


def _project(session: Session, project: int) -> Iterator[str]:
    waits = set(session.scalars(select(Arrival.comment_id).where(Arrival.consultation_id == project)))
    moving = _groups_of(session, waits)
    counts: desk.Counts = Counter()
    living = gone = 0
    part: list[Row[Any]] = []
    for row in slices(session, along(select(R), R.c.consultation_id, project), R.c.comment_id):
        counts.update(dict(desk.contributions(row._mapping)))
        living, gone = living + (row.size if row.state != WITHDRAWN else 0), gone + (row.state == WITHDRAWN)
        if row.comment_id not in waits and row.group_id not in moving:
            part.append(row)
        if len(part) == SLICE:
            yield from _rows(part)
            part = []
    yield from _rows(part)
    if not waits:
        yield from _whole(session, project, living, gone)
    counts.update(_received(session, project, waits))
    yield from _counters(session, project, counts)


def _groups_of(session: Session, comment_ids: set[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(comment_ids), SLICE):
        part = sorted(comment_ids)[start : start + SLICE]
        found |= set(session.scalars(select(M.c.group_id).where(M.c.comment_id.in_(part))))
    return found


def _rows(rows: Sequence[Row[Any]]) -> Iterator[str]:
    groups = [row.group_id for row in rows if row.group_id]
    alone = [row.comment_id for row in rows if not row.group_id]
    fresh = {row["comment_id"]: row for row in with_state([*group_rows(groups), *single_rows(alone)])}
    for row in rows:
        if fresh.get(row.comment_id) != dict(row._mapping):
            yield f"审阅列表中意见 {row.comment_id} 一行与意见、归并和处理的记录不一致"


def _whole(session: Session, project: int, living: int, gone: int) -> Iterator[str]:
    """Every opinion is in exactly one row."""
    query = select(func.count()).select_from(C).where(C.c.consultation_id == project)
    received = session.scalar(query) or 0
    withdrawn = session.scalar(query.where(C.c.withdrawn_at.is_not(None))) or 0
    if (living, gone) != (received - withdrawn, withdrawn):
        yield f"项目 {project} 的审阅列表共 {living} 条、撤回 {gone} 条，与收到 {received} 条、撤回 {withdrawn} 条不一致"


def _received(session: Session, project: int, waits: set[int]) -> desk.Counts:
    """What every opinion that the list knows adds to the counters for good; one that waits as withdrawn is known."""
    fresh = set(session.scalars(select(Arrival.comment_id).where(Arrival.consultation_id == project, Arrival.what == "new")))
    counts: desk.Counts = Counter()
    part: list[int] = []
    for row in slices(session, along(select(C.c.id), C.c.consultation_id, project), C.c.id):
        if row.id not in fresh:
            part.append(row.id)
        if len(part) == SLICE:
            counts.update(desk.received(single_rows(part)))
            part = []
    counts.update(desk.received(single_rows(part)))
    return counts


def _counters(session: Session, project: int, counts: desk.Counts) -> Iterator[str]:
    kept = {
        (row.facet, row.value): row.count
        for row in session.scalars(select(DeskCount).where(DeskCount.consultation_id == project, DeskCount.count != 0))
    }
    made = {(facet, value): number for (_, facet, value), number in counts.items() if number}
    for key in sorted(kept.keys() | made.keys()):
        if kept.get(key, 0) != made.get(key, 0):
            yield f"项目 {project} 的计数 {' '.join(key).strip()} 为 {kept.get(key, 0)}，应为 {made.get(key, 0)}"
