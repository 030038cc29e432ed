"""Every opinion with all its facts but the contact data: by clause, and there in the order of arrival."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from consult.drafts.models import Version
from consult.intake.models import CHANNELS, STANCES, SUBMITTER_KINDS
from consult.review.models import GROUNDS, OUTCOMES
from consult.summary.ledger import short
from consult.summary.table import Cell
from consult.summary.walk import WHOLE, C, D, K, M, S, W, at, places, ruling_of_group

SLICE = 1000
MARKS = {
    "phone": "含电话号码", "id_number": "含身份证号", "busy_address": "同一网络地址提交较多",
    "busy_project": "提交时本项目来件集中", "busy_site": "提交时全站来件集中",
}  # fmt: skip
HIDDEN = "（提出人已撤回）"


def raw_rows(session: Session, consultation_id: int) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.RAW, withdrawn opinions included with their words hidden (R13)."""
    query = _query(consultation_id)
    for place in places(session, consultation_id):
        after = 0
        while rows := session.execute(query.where(at(place.clause_id), C.c.id > after)).all():
            after = rows[-1].id
            yield from map(_cells, rows)


def _query(consultation_id: int) -> Select[Any]:
    version = Version.__table__
    return (
        select(
            C.c.id, C.c.submission_id, S.c.channel, S.c.received_at, S.c.received_on, version.c.number,
            K.c.citation, K.c.label, K.c.key, C.c.stance, C.c.text, C.c.proposed_text, C.c.reason,
            S.c.submitter_shown, S.c.submitter_kind, S.c.region, S.c.wants_reply, S.c.may_publish, S.c.late,
            S.c.registered_by, S.c.marks, C.c.withdrawn_at, M.c.group_id, C.c.clause_id, W.c.ground,
            D.c.outcome, D.c.reason.label("why"), D.c.decided_at,
        )
        .select_from(
            C.join(S, S.c.id == C.c.submission_id)
            .join(version, version.c.id == C.c.version_id)
            .outerjoin(K, K.c.id == C.c.clause_id)
            .outerjoin(M, M.c.comment_id == C.c.id)
            .outerjoin(D, ruling_of_group())
            .outerjoin(W, W.c.comment_id == C.c.id)
        )
        .where(C.c.consultation_id == consultation_id)
        .order_by(C.c.id)
        .limit(SLICE)
    )  # fmt: skip


def _cells(row: Row[Any]) -> tuple[Cell, ...]:
    hidden = row.withdrawn_at is not None
    place = WHOLE if row.clause_id is None else row.citation or row.label or row.key
    words = (HIDDEN, "", "") if hidden else (row.text, row.proposed_text, row.reason)
    ruled = (OUTCOMES[row.outcome], row.why, short(row.decided_at)) if row.outcome and not hidden else ("", "", "")
    return (
        row.id, row.submission_id, CHANNELS.get(row.channel, row.channel), short(row.received_at),
        row.received_on.isoformat() if row.received_on else "", row.number, place, row.key or "",
        STANCES[row.stance], *words, row.submitter_shown, SUBMITTER_KINDS[row.submitter_kind], row.region,
        _yes(row.wants_reply), _yes(row.may_publish), _yes(row.late), row.registered_by,
        "、".join(MARKS.get(mark, mark) for mark in row.marks), short(row.withdrawn_at),
        "" if row.group_id is None else row.group_id, *ruled, GROUNDS.get(row.ground, ""),
    )  # fmt: skip


def _yes(value: bool) -> str:
    return "是" if value else ""
