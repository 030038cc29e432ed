"""Reads: when something last changed that an approved table says: rulings, groups, covered words, opinions taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from consult.base.db import db
from consult.intake.models import Comment
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.group_models import Addition, AdditionDecision, Bulk, GroupAct
from consult.review.models import Decision, Group, Withholding
from consult.review.personal_models import Mask

C, G, A = Comment.__table__, Group.__table__, Addition.__table__
D, AD, W = Decision.__table__, AdditionDecision.__table__, Withholding.__table__


def last_change(consultation_id: int) -> datetime | None:
    """The newest such moment, None where nothing was ever ruled; a dozen rows read, whatever the number of opinions."""
    own = G.c.consultation_id
    queries: list[Select[Any]] = [
        _newest(select(D.c.decided_at).join(G, G.c.id == D.c.group_id), own, consultation_id, D.c.id),
        _newest(select(AD.c.decided_at).join(A, A.c.id == AD.c.addition_id).join(G, G.c.id == A.c.group_id), own, consultation_id, AD.c.id),
        _newest(select(Mask.at).join(C, C.c.id == Mask.comment_id), C.c.consultation_id, consultation_id, Mask.id),
        select(func.max(GroupAct.at)).where(GroupAct.consultation_id == consultation_id),
        select(func.max(Bulk.undone_at)).where(Bulk.consultation_id == consultation_id),
        select(func.max(W.c.at)).join(C, C.c.id == W.c.comment_id).where(C.c.consultation_id == consultation_id),
        select(func.max(C.c.withdrawn_at)).join(DeskRow, DeskRow.comment_id == C.c.id)
        .where(DeskRow.consultation_id == consultation_id, DeskRow.state == WITHDRAWN),
    ]  # fmt: skip
    return max((at for query in queries if (at := db.session.scalar(query)) is not None), default=None)


def _newest(query: Select[Any], owner: ColumnElement[int], consultation_id: int, number: Any) -> Select[Any]:
    """The row with the highest number; numbers of one project follow time. `+ 0`: read from the end, not all of a project's."""
    return query.where(owner + 0 == consultation_id).order_by(number.desc()).limit(1)
