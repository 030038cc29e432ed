"""Reads the sums of a project from the database, each by a count of its own."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from consult.base.people import PERSONS, Unit
from consult.letters.models import FormalOpinion, Solicitation
from consult.summary import additions
from consult.summary.balance import Balance
from consult.summary.by_period import read_parts
from consult.summary.walk import C, D, M, S, ruling_of_group

PUBLIC = S.c.channel != "formal"
FORMAL = S.c.channel == "formal"


def read_balance(session: Session, consultation_id: int, now: datetime) -> Balance:
    """The Balance as it stands at `now`: a dozen counts, whatever the number of opinions."""
    public = _outcomes(session, consultation_id, PUBLIC)
    formal = _outcomes(session, consultation_id, FORMAL)
    channels = _received(session, consultation_id)
    items = channels.pop("formal", 0) - _withdrawn(session, consultation_id, FORMAL)
    persons = _by_persons(session, consultation_id)
    valid, merged = _groups(session, consultation_id, ("inadmissible",))
    more, refused = additions.counts(session, consultation_id)
    return Balance(
        received=sum(channels.values()),
        withdrawn=_withdrawn(session, consultation_id, PUBLIC),
        inadmissible=public.pop("inadmissible", 0),
        valid=valid,
        merged=merged,
        undecided=public.pop("", 0),
        by_outcome=public,
        u_items=items - persons,
        p_items=persons,
        u_undecided=formal.pop("", 0),
        u_by_outcome=formal,
        by_channel=channels,
        additions=more,
        additions_inadmissible=refused,
        in_replies=_in_replies(session, consultation_id),
        late=_late(session, consultation_id),
        rounds=read_parts(session, consultation_id),
        **read_units(session, consultation_id, now),
    )


def _received(session: Session, consultation_id: int) -> dict[str, int]:
    """Channel → opinions received, by what each submission says of itself, not by its rows."""
    query = select(S.c.channel, func.sum(S.c.comment_count)).where(S.c.consultation_id == consultation_id)
    return {channel: int(count) for channel, count in session.execute(query.group_by(S.c.channel))}


def _late(session: Session, consultation_id: int) -> int:
    """Those of the public's that are marked 逾期收到, withdrawn ones too."""
    query = select(func.sum(S.c.comment_count)).where(S.c.consultation_id == consultation_id, S.c.late.is_(True), PUBLIC)
    return int(session.scalar(query) or 0)


def _withdrawn(session: Session, consultation_id: int, which: ColumnElement[bool]) -> int:
    query = (
        select(func.count())
        .select_from(C.join(S, S.c.id == C.c.submission_id))
        .where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_not(None), which)
    )
    return session.scalar(query) or 0


def _living(consultation_id: int, columns: list[ColumnElement[Any]]) -> Select[Any]:
    """Living opinions beside the current decision of their group, NULL where there is none."""
    return (
        select(*columns)
        .select_from(
            C.join(S, S.c.id == C.c.submission_id)
            .outerjoin(M, M.c.comment_id == C.c.id)
            .outerjoin(D, ruling_of_group())
        )
        .where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None))
    )


def _outcomes(session: Session, consultation_id: int, which: ColumnElement[bool]) -> dict[str, int]:
    """Outcome → living opinions; the empty outcome stands for undecided."""
    outcome = func.coalesce(D.c.outcome, "").label("outcome")
    query = _living(consultation_id, [outcome, func.count()]).where(which).group_by(outcome)
    return dict(session.execute(query).all())


def _groups(session: Session, consultation_id: int, without: tuple[str, ...] = ()) -> tuple[int, int]:
    """The public's living opinions but for some outcomes: how many, and in how many groups."""
    alone = func.sum(case((M.c.group_id.is_(None), 1), else_=0))
    query = _living(consultation_id, [func.count(), func.count(func.distinct(M.c.group_id)), alone])
    row = session.execute(query.where(PUBLIC, func.coalesce(D.c.outcome, "").not_in(without))).one()
    return row[0], row[1] + int(row[2] or 0)


def _by_persons(session: Session, consultation_id: int) -> int:
    """Living points of asked persons: experts, deputies and others of PERSONS."""
    query = (
        select(func.count())
        .select_from(C)
        .join(FormalOpinion, FormalOpinion.submission_id == C.c.submission_id)
        .join(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
        .join(Unit, Unit.id == Solicitation.unit_id)
        .where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None), Unit.kind.in_(PERSONS))
    )
    return session.scalar(query) or 0


def _in_replies(session: Session, consultation_id: int) -> int:
    """Points that the replies list which stand: what units and persons say they said, not what the ledger holds."""
    letter, reply = Solicitation.__table__, FormalOpinion.__table__
    query = (
        select(reply.c["items"])
        .select_from(reply.join(letter, letter.c.id == reply.c.solicitation_id))
        .where(letter.c.consultation_id == consultation_id, reply.c.sent_at.is_not(None), reply.c.returned_at.is_(None),
               reply.c.answer == "has_opinion")
    )  # fmt: skip
    return sum(len(items) for items in session.scalars(query))


def read_units(session: Session, consultation_id: int, now: datetime) -> dict[str, int]:
    """The `u_…` counts of a Balance that speak of asked units, and the `p_…` of asked persons.

    A letter that was taken back does not count.

    A unit that has not answered is late after its due date, whatever the letter said of silence (R32): it
    never adds to `u_none`.
    """
    letter, reply = Solicitation.__table__, FormalOpinion.__table__
    sent = reply.c.sent_at.is_not(None) & reply.c.returned_at.is_(None)
    query = (
        select(letter.c.unit_id, letter.c.due_at, reply.c.answer, Unit.kind)
        .select_from(
            letter.outerjoin(reply, (reply.c.solicitation_id == letter.c.id) & sent).join(
                Unit.__table__, Unit.id == letter.c.unit_id
            )
        )
        .where(letter.c.consultation_id == consultation_id, letter.c.withdrawn_at.is_(None))
    )
    answers: dict[int, set[str | None]] = {}
    due: dict[int, datetime] = {}
    persons: dict[int, set[str | None]] = {}
    for unit, due_at, answer, kind in session.execute(query):
        (persons if kind in PERSONS else answers).setdefault(unit, set()).add(answer)
        due[unit] = max(due_at, due.get(unit, due_at))
    has = sum("has_opinion" in said for said in answers.values())
    none = sum("no_objection" in said and "has_opinion" not in said for said in answers.values())
    silent = [unit for unit, said in answers.items() if said == {None}]
    late = sum(due[unit] <= now for unit in silent)
    return {
        "u_sent": len(answers), "u_replied": len(answers) - len(silent), "u_none": none, "u_has": has,
        "u_late": late, "u_open": len(silent) - late,
        "p_sent": len(persons), "p_replied": sum(said != {None} for said in persons.values()),
        "p_has": sum("has_opinion" in said for said in persons.values()),
    }  # fmt: skip


def public_counts(session: Session, consultation_id: int) -> tuple[int, int, int]:
    """Opinions of the public for the foot of a table: received, withdrawn, groups that stand in rows."""
    channels = _received(session, consultation_id)
    channels.pop("formal", None)
    return sum(channels.values()), _withdrawn(session, consultation_id, PUBLIC), _groups(session, consultation_id)[1]
