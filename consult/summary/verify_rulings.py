"""Verify, rulings: each stands as it was made, alone, in a bulk or out of a table, and was approved as recorded."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from consult.review.models import Group
from consult.review.ruling import decision_digest
from consult.summary import verify_returns
from consult.summary.entries import along, batches, entries, slices
from consult.summary.shelf import Shelf, name
from consult.summary.walk import C, D


@dataclass
class _Acts:
    """What the chain says of rulings: by whose digest they were made, or in which bulk or table; what became of them."""

    made: Shelf[str, int]
    bulks: Shelf[str, bool]
    filled: Shelf[str, bool]
    approved: Shelf[int, tuple[datetime, str]]
    revoked: Shelf[int, tuple[datetime, str]]


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every ruling, earlier ones too, is stored as it was made; approvals are recorded."""
    group = Group.__table__
    query = along(select(D).join(group, group.c.id == D.c.group_id), group.c.consultation_id, consultation_id)
    with ExitStack() as stack:
        acts = _Acts(*(stack.enter_context(Shelf[Any, Any]()) for _ in range(5)))
        acts.made.put((one.facts["digest"], one.number) for one in entries(session, "decide"))
        for one in entries(session, "decide_many"):
            acts.bulks.put((name(one.facts["bulk"], group), True) for group in one.facts["decisions"].values())
        verify_returns.filled(session, acts.filled)
        for action, shelf in (("approve", acts.approved), ("undo_bulk", acts.revoked)):
            for one in entries(session, action):  # the last one counts
                shelf.put((number, (one.at, one.actor)) for number in one.facts["decisions"])
        for rows in batches(slices(session, query, D.c.id)):
            yield from _ruled(rows, acts)
        missing = sum(_of_project(session, part, consultation_id) for part in batches(number for _, number in acts.made.left()))
    if missing:
        yield f"有 {missing} 次处理意见记录在审计日志中，数据库里却没有"


def _ruled(rows: Sequence[Row[Any]], acts: _Acts) -> Iterator[str]:
    """Compare a slice; whose entry was found is taken off the shelf."""
    bulks = acts.bulks.some(name(row.bulk_id, row.group_id) for row in rows)
    filled = acts.filled.some(name(row.group_id, row.number) for row in rows)
    numbers = [row.id for row in rows]
    approved, revoked = acts.approved.some(numbers), acts.revoked.some(numbers)
    alone = [row.digest for row in rows if row.bulk_id is None and name(row.group_id, row.number) not in filled]
    made = acts.made.some(alone)
    acts.made.drop(made)
    for row in rows:
        called = f"归并组 {row.group_id} 的第 {row.number} 次处理意见"
        if decision_digest(row) != row.digest:  # type: ignore[arg-type]
            yield f"{called}被改动"
        if row.bulk_id is None and name(row.group_id, row.number) not in filled and made.pop(row.digest, None) is None:
            yield f"{called}在审计日志中没有记录"
        elif row.bulk_id is not None and name(row.bulk_id, row.group_id) not in bulks:
            yield f"{called}在批量处理的记录中没有"
        if revoked.get(row.id, (None, "")) != (row.revoked_at, row.revoked_by):
            yield f"{called}的撤回情况与审计日志不一致"
        if approved.get(row.id, (None, "")) != (row.approved_at, row.approved_by):
            yield f"{called}的审批情况与审计日志不一致"


def _of_project(session: Session, comment_ids: Sequence[int], consultation_id: int | None) -> int:
    """How many of these opinions are of the project; all of them where none is named."""
    if consultation_id is None:
        return len(comment_ids)
    query = select(func.count()).select_from(C).where(C.c.consultation_id == consultation_id, C.c.id.in_(comment_ids))
    return session.scalar(query) or 0
