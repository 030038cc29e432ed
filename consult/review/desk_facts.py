"""What a row of the desk says, read from the ledger itself: submissions, memberships, readings, rulings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, and_, cast, func, or_, select

from consult.base.clock import local_date
from consult.base.db import db
from consult.intake.models import Comment, Submission
from consult.intake.words import CHANNELS, STANCES, SUBMITTER_KINDS
from consult.letters.models import FormalOpinion, Solicitation
from consult.review.desk_models import MIXED, UNDECIDED, WITHDRAWN
from consult.review.find import slices
from consult.review.group_models import GroupReading
from consult.review.models import Membership, Reading, Withholding
from consult.review.words import MARKS

Row = dict[str, Any]
C, S, M = Comment.__table__, Submission.__table__, Membership.__table__
BITS = {
    "channel": {name: 1 << at for at, name in enumerate(CHANNELS)},
    "stance": {name: 1 << at for at, name in enumerate(STANCES)},
    "kind": {name: 1 << at for at, name in enumerate(SUBMITTER_KINDS)},
    "marks": {name: 1 << at for at, name in enumerate(MARKS)},
}


def mark_bits(marks: Iterable[str], late: bool) -> int:
    """The marks of a sending as bits; one that MARKS does not know is "other"."""
    found = BITS["marks"]["late"] if late else 0
    for name in marks:
        found |= BITS["marks"].get(name, BITS["marks"]["other"])
    return found


def arrival_day(received_at: datetime, received_on: date | None) -> date:
    """The day on which an opinion came in: as the clerk says of a letter (R21), else by the clock."""
    return received_on or local_date(received_at)


def single_rows(comment_ids: Iterable[int]) -> list[Row]:
    """Rows of opinions each for itself, whatever group they are in; withdrawn ones say so."""
    ids = sorted(set(comment_ids))
    read = _read(ids)
    withheld = _withheld(ids)
    rows = []
    for part in slices(ids):
        for one in db.session.execute(_SINGLE.where(C.c.id.in_(part)).order_by(C.c.id)):
            gone = one.withdrawn_at is not None
            day = arrival_day(one.received_at, one.received_on)
            marks = mark_bits(one.marks or (), one.late) | (BITS["marks"]["withheld"] if one.id in withheld else 0)
            rows.append({
                "comment_id": one.id, "consultation_id": one.consultation_id, "group_id": None,
                "clause_id": one.clause_id, "state": WITHDRAWN if gone else UNDECIDED, "outcome": "",
                "stance": one.stance, "stances": BITS["stance"][one.stance],
                "channel": one.channel, "channels": BITS["channel"][one.channel],
                "kind": one.submitter_kind, "kinds": BITS["kind"][one.submitter_kind],
                "unit_id": one.unit_id, "size": 1, "unread": int(not gone and one.id not in read), "marks": marks,
                "disputed": 0, "open_additions": 0, "assignee": "", "first_day": day, "last_day": day,
                "decided_on": None,
            })  # fmt: skip
    return rows


_SINGLE = select(
    C.c.id, C.c.consultation_id, C.c.clause_id, C.c.stance, C.c.withdrawn_at, S.c.channel, S.c.submitter_kind,
    S.c.marks, S.c.late, S.c.received_at, S.c.received_on, Solicitation.unit_id,
).select_from(
    C.join(S, S.c.id == C.c.submission_id)
    .outerjoin(FormalOpinion.__table__, and_(S.c.channel == "formal", FormalOpinion.submission_id == S.c.id))
    .outerjoin(Solicitation.__table__, Solicitation.id == FormalOpinion.solicitation_id)
)  # fmt: skip


def _read(ids: Sequence[int]) -> set[int]:
    """Those that somebody has opened, by themselves or with their group."""
    found: set[int] = set()
    for part in slices(ids):
        found |= set(db.session.scalars(select(Reading.comment_id).where(Reading.comment_id.in_(part)).distinct()))
        together = select(M.c.comment_id).join(
            GroupReading, and_(GroupReading.group_id == M.c.group_id, GroupReading.entry >= M.c.entry)
        )
        found |= set(db.session.scalars(together.where(M.c.comment_id.in_(part)).distinct()))
    return found


def _withheld(ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for part in slices(ids):
        found |= set(db.session.scalars(select(Withholding.comment_id).where(Withholding.comment_id.in_(part))))
    return found


def group_rows(group_ids: Iterable[int]) -> list[Row]:
    """Rows of whole groups over their living members; a group without any has none.

    The database adds the members up by what they share, so that a campaign of 100,000 is a few dozen rows here.
    """
    groups = sorted(set(group_ids))
    found: dict[int, Row] = {}
    for part in slices(groups):
        for one in db.session.execute(_COUNTED.where(M.c.group_id.in_(part))):
            days = [*filter(None, (one.first_on, one.last_on))] or [local_date(one.first_at), local_date(one.last_at)]
            row = _counted(one, min(days), max(days))
            found[one.group_id] = fold([found[one.group_id], row]) if one.group_id in found else row
        for number, unread in db.session.execute(_UNREAD.where(M.c.group_id.in_(part))):
            found[number]["unread"] = unread
        for number in db.session.scalars(_HIDDEN.where(M.c.group_id.in_(part)).distinct()):
            found[number]["marks"] |= BITS["marks"]["withheld"]
    return [found[number] | {"group_id": number} for number in groups if number in found]


_MARKS = cast(S.c.marks, Text)
_ON = S.c.received_on.is_(None)
_LIVING = M.join(C, C.c.id == M.c.comment_id).join(S, S.c.id == C.c.submission_id)
_COUNTED = (
    select(
        M.c.group_id, C.c.consultation_id, C.c.clause_id, C.c.stance, S.c.channel, S.c.submitter_kind, S.c.late,
        func.min(C.c.id).label("lead"), func.count().label("size"), _MARKS.label("marks"),
        func.min(S.c.received_at).label("first_at"), func.max(S.c.received_at).label("last_at"),
        func.min(S.c.received_on).label("first_on"), func.max(S.c.received_on).label("last_on"),
        func.max(Solicitation.unit_id).label("unit_id"),
    )
    .select_from(
        _LIVING.outerjoin(FormalOpinion.__table__, and_(S.c.channel == "formal", FormalOpinion.submission_id == S.c.id))
        .outerjoin(Solicitation.__table__, Solicitation.id == FormalOpinion.solicitation_id)
    )
    .where(C.c.withdrawn_at.is_(None))
    .group_by(M.c.group_id, C.c.consultation_id, C.c.clause_id, C.c.stance, S.c.channel, S.c.submitter_kind,
              S.c.late, _MARKS, _ON)
)  # fmt: skip
_OPENED = or_(
    select(Reading.id).where(Reading.comment_id == M.c.comment_id).correlate(M).exists(),
    select(GroupReading.id)
    .where(GroupReading.group_id == M.c.group_id, GroupReading.entry >= M.c.entry)
    .correlate(M)
    .exists(),
)
_UNREAD = (
    select(M.c.group_id, func.count())
    .select_from(M.join(C, C.c.id == M.c.comment_id))
    .where(C.c.withdrawn_at.is_(None), ~_OPENED)
    .group_by(M.c.group_id)
)
_HIDDEN = (
    select(M.c.group_id)
    .select_from(M.join(C, C.c.id == M.c.comment_id).join(Withholding.__table__, Withholding.comment_id == C.c.id))
    .where(C.c.withdrawn_at.is_(None))
)


def _counted(one: Any, first: date, last: date) -> Row:
    marks = one.marks if isinstance(one.marks, list) else json.loads(one.marks or "[]")
    return {
        "comment_id": one.lead, "consultation_id": one.consultation_id, "group_id": one.group_id,
        "clause_id": one.clause_id, "state": UNDECIDED, "outcome": "", "stance": one.stance,
        "stances": BITS["stance"][one.stance], "channel": one.channel, "channels": BITS["channel"][one.channel],
        "kind": one.submitter_kind, "kinds": BITS["kind"][one.submitter_kind], "unit_id": one.unit_id,
        "size": one.size, "unread": 0, "marks": mark_bits(marks, one.late), "disputed": 0, "open_additions": 0,
        "assignee": "", "first_day": first, "last_day": last, "decided_on": None,
    }  # fmt: skip


def fold(rows: Sequence[Mapping[str, Any]]) -> Row:
    """One row out of the rows of those who join; what depends on the group's ruling is to be set afterwards."""
    found = dict(min(rows, key=lambda row: row["comment_id"]))
    for name, mask in (("stance", "stances"), ("channel", "channels"), ("kind", "kinds")):
        found[name] = rows[0][name] if len({row[name] for row in rows}) == 1 else MIXED
        found[mask] = _either(row[mask] for row in rows)
    for name in ("size", "unread", "disputed"):
        found[name] = sum(row[name] for row in rows)
    found["marks"] = _either(row["marks"] for row in rows)
    found["first_day"] = min(row["first_day"] for row in rows)
    found["last_day"] = max(row["last_day"] for row in rows)
    return found


def _either(masks: Iterable[int]) -> int:
    found = 0
    for one in masks:
        found |= one
    return found
