"""Reads for the approver: rulings that stand and nobody has approved, in keyset pages, all or those of one bulk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from consult.base.db import db
from consult.review import desk
from consult.review.desk_models import DECIDED, DeskRow
from consult.review.find import stands
from consult.review.models import Decision

COUNTED = 2_000  # waiting rulings that are looked through for one's own; a page says so beyond this
R = DeskRow.__table__


@dataclass(frozen=True)
class Waiting:
    """A page of rulings that somebody else may approve, in the order of arrival of what they are about.

    `total` counts all that wait, `own` those of the reader among the first COUNTED; `next_after` is None at the end.
    """

    rulings: Sequence[Decision]
    next_after: int | None
    total: int
    own: int

    @property
    def others(self) -> int:
        """What is there to approve for the reader."""
        return max(0, self.total - self.own)


def awaiting(consultation_id: int, ref: str, after: int = 0, limit: int = 100, bulk_id: int = 0) -> Waiting:
    """Rulings that wait, but for the reader's own; a fixed number of queries."""
    query = _waiting(consultation_id, bulk_id).add_columns(Decision).where(Decision.decided_by != ref)
    query = query.where(R.c.comment_id > after).order_by(R.c.comment_id).limit(limit + 1)
    found = db.session.execute(query).all()
    more = found[limit - 1].comment_id if len(found) > limit else None
    return Waiting(
        [row.Decision for row in found[:limit]],
        more,
        _total(consultation_id, bulk_id),
        _own(consultation_id, ref, bulk_id),
    )


def of_bulk(consultation_id: int, bulk_id: int, ref: str) -> list[int]:
    """The rulings of one bulk that stand, wait and are not the reader's own: what one press approves."""
    query = _waiting(consultation_id, bulk_id).with_only_columns(Decision.id).where(Decision.decided_by != ref)
    return list(db.session.scalars(query.where(R.c.consultation_id == consultation_id).order_by(Decision.id)))


def _waiting(consultation_id: int, bulk_id: int) -> Select[int]:
    query = select(R.c.comment_id).join(Decision, Decision.group_id == R.c.group_id)
    if bulk_id:
        # from the bulk's rulings to their rows: the sum keeps SQLite from walking all waiting rows for each ruling
        return query.where(Decision.bulk_id == bulk_id, R.c.state + 0 == DECIDED, stands())
    return query.where(R.c.consultation_id == consultation_id, R.c.state == DECIDED, stands())


def _total(consultation_id: int, bulk_id: int) -> int:
    if bulk_id:
        inside = _waiting(consultation_id, bulk_id).subquery()
        return db.session.scalar(select(func.count()).select_from(inside)) or 0
    return desk.counters(consultation_id, "rows_state")["rows_state"].get(str(DECIDED), 0)


def _own(consultation_id: int, ref: str, bulk_id: int) -> int:
    if bulk_id:
        mine = _waiting(consultation_id, bulk_id).where(Decision.decided_by == ref).limit(COUNTED)
        return db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    # the first rows before their rulings: PostgreSQL would join all that wait and then take the first
    first = select(R.c.group_id).where(R.c.consultation_id == consultation_id, R.c.state == DECIDED)
    rows = first.order_by(R.c.comment_id).limit(COUNTED).subquery()
    mine = select(func.count()).select_from(rows).join(Decision, Decision.group_id == rows.c.group_id)
    return db.session.scalar(mine.where(stands(), Decision.decided_by == ref)) or 0
