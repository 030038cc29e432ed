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
from consult.summary.entries import along, batches, of_project, slices
from consult.summary.shelf import Shelf
from consult.summary.walk import C, M

R, W = DeskRow.__table__, Arrival.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """What differs; opinions that came in or were taken back and wait for the list are left out, with their groups."""
    query = of_project(select(Consultation.id), Consultation.id, consultation_id)
    for project in list(session.scalars(query.order_by(Consultation.id))):
        yield from _project(session, project)


def _project(session: Session, project: int) -> Iterator[str]:
    counts: desk.Counts = Counter()
    living = gone = 0
    with Shelf[int, bool]() as waits, Shelf[int, bool]() as moving:
        _waiting(session, project, waits, moving)
        for part in batches(slices(session, along(select(R), R.c.consultation_id, project), R.c.comment_id)):
            for row in part:
                counts.update(dict(desk.contributions(row._mapping)))
                living, gone = living + (row.size if row.state != WITHDRAWN else 0), gone + (row.state == WITHDRAWN)
            later, changing = waits.some(row.comment_id for row in part), moving.some(row.group_id for row in part if row.group_id)
            yield from _rows([row for row in part if row.comment_id not in later and row.group_id not in changing])
        if not waits:
            yield from _whole(session, project, living, gone)
        counts.update(_received(session, project, waits))
    yield from _counters(session, project, counts)


def _waiting(session: Session, project: int, waits: Shelf[int, bool], moving: Shelf[int, bool]) -> None:
    """Puts there which opinions wait for the list, and whether as new ones; and the groups that they are in."""
    some = session.scalar(select(R.c.comment_id).where(R.c.consultation_id == project).limit(1)) is not None
    query = select(W.c.id, W.c.comment_id, W.c.what)
    for part in batches(slices(session, along(query, W.c.consultation_id, project), W.c.id)):
        waits.put(((row.comment_id, False) for row in part), keep=True)
        waits.put((row.comment_id, True) for row in part if row.what == "new")
        if some:
            groups = select(M.c.group_id).where(M.c.comment_id.in_([row.comment_id for row in part])).distinct()
            moving.put((group, True) for group in session.scalars(groups))


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


def _received(session: Session, project: int, waits: Shelf[int, bool]) -> desk.Counts:
    """What every opinion that the list knows adds to the counters for good; one that waits as withdrawn is known."""
    counts: desk.Counts = Counter()
    for part in batches(slices(session, along(select(C.c.id), C.c.consultation_id, project), C.c.id)):
        later = waits.some(row.id for row in part)
        counts.update(desk.received(single_rows(row.id for row in part if not later.get(row.id))))
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
