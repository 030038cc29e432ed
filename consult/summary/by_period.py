"""Reads the public's numbers of each period of a project that asked more than once, each by a count of its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from consult.base.clock import local_date
from consult.drafts.models import Round
from consult.summary.balance import Part
from consult.summary.walk import C, D, M, S, ruling_of_group

PUBLIC = S.c.channel != "formal"
REFUSED = "inadmissible"


def read_parts(session: Session, consultation_id: int) -> tuple[Part, ...]:
    """One Part a period, the first one first; none where the public was asked once."""
    later = session.execute(select(Round.opens_at).where(Round.consultation_id == consultation_id).order_by(Round.id)).scalars().all()
    if not later:
        return ()
    number = period_of(later).label("period")
    sent = select(number, func.sum(S.c.comment_count)).where(S.c.consultation_id == consultation_id, PUBLIC).group_by(number)
    gone = select(number, func.count()).select_from(C.join(S, S.c.id == C.c.submission_id)).where(
        C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_not(None), PUBLIC).group_by(number)  # fmt: skip
    outcome = func.coalesce(D.c.outcome, "").label("outcome")
    living = _living(consultation_id)
    ruled = living.add_columns(number, outcome, func.count()).group_by(number, outcome)
    valid = living.add_columns(number, func.count()).where(outcome != REFUSED).group_by(number)
    received, withdrawn, counted = (dict(session.execute(query).all()) for query in (sent, gone, valid))
    outcomes: list[dict[str, int]] = [{} for _ in range(len(later) + 1)]
    for period, code, count in session.execute(ruled):
        outcomes[period - 1][code] = count
    return tuple(
        Part(received=int(received.get(at, 0)), withdrawn=withdrawn.get(at, 0), inadmissible=found.pop(REFUSED, 0),
             valid=counted.get(at, 0), undecided=found.pop("", 0), by_outcome=found)
        for at, found in enumerate(outcomes, 1)
    )  # fmt: skip


def period_of(later: Sequence[Any]) -> ColumnElement[int]:
    """The period of a sending, from 1: the last one that had begun when it came in.

    `later` are the beginnings of the further periods. A letter counts by the day it was received, also where it
    was entered after the public was asked again; nothing counts for a period that had not begun when it was entered.
    """
    whens = [
        (and_(S.c.received_at >= one, or_(S.c.received_on.is_(None), S.c.received_on >= local_date(one))), number)
        for number, one in enumerate(later, 2)
    ]  # fmt: skip
    return case(*reversed(whens), else_=1)


def _living(consultation_id: int) -> Any:
    joined = C.join(S, S.c.id == C.c.submission_id).outerjoin(M, M.c.comment_id == C.c.id).outerjoin(D, ruling_of_group())
    return select().select_from(joined).where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None), PUBLIC)
