"""Reads of stage 3: where each letter stands by the clock, the ledger of units, and its counts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from consult.base import directory
from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.people import Actor, Unit
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.intake.find import received
from consult.intake.models import Comment, Submission
from consult.letters.models import ANSWERS, AccessLink, FormalOpinion, Solicitation

OVERDUE = "逾期未复"
DEEMED = "逾期未复(按通知视为无意见)"


@dataclass(frozen=True)
class Letter:
    """A letter with its project and the newest answer to it, drafted or sent."""

    solicitation: Solicitation
    consultation: Consultation
    opinion: FormalOpinion | None


@dataclass(frozen=True)
class LedgerRow:
    """One line of 部门意见反馈情况台账; how its comments were decided is a later stage's fact.

    `answer` is empty until a reply was sent and not returned; no answer is never 无意见 (R32). `overdue`:
    nothing valid has come and the due date has passed; `late`: a reply came after it.
    """

    ordinal: int
    solicitation_id: int
    unit_id: int
    unit_name: str
    letter_no: str
    sent_at: datetime
    viewed_at: datetime | None
    acknowledged_at: datetime | None
    due_at: datetime
    replied_at: datetime | None
    answer: str
    state: str
    overdue: bool
    late: bool
    handler: str
    phone: str
    reply_no: str
    submission_id: int | None
    comment_ids: tuple[int, ...]
    received_on: date | None = None  # a paper reply: the day it came in, and who entered it
    entered_by: str = ""

    @property
    def items(self) -> int:
        """意见条数."""
        return len(self.comment_ids)

    @property
    def answer_name(self) -> str:
        """反馈类型 as printed; empty where there is no answer."""
        return ANSWERS.get(self.answer, "")


@dataclass(frozen=True)
class Counts:
    """应复 sent, 已复 replied = 无意见 none + 有意见 has; `overdue` have not replied in time, `late` replied late."""

    sent: int = 0
    replied: int = 0
    none: int = 0
    has: int = 0
    items: int = 0
    overdue: int = 0
    late: int = 0

    @property
    def unanswered(self) -> int:
        """Letters without a valid reply, whether due or not."""
        return self.sent - self.replied

    @property
    def on_time_rate(self) -> float | None:
        """按时率, 0 to 1: replies in time among replies and overdue letters; None where nothing is due yet."""
        known = self.replied + self.overdue
        return (self.replied - self.late) / known if known else None


def answered(opinion: FormalOpinion | None) -> bool:
    """Whether this is a reply that was sent and stands."""
    return opinion is not None and opinion.sent_at is not None and opinion.returned_at is None


def came_late(solicitation: Solicitation, opinion: FormalOpinion) -> bool:
    """Whether an answer came after the due instant; one on paper counts by the day it was received."""
    if opinion.received_on is not None:
        return opinion.received_on > last_day(solicitation.due_at)
    return opinion.sent_at is not None and opinion.sent_at >= solicitation.due_at


def overdue(solicitation: Solicitation, opinion: FormalOpinion | None, now: datetime) -> bool:
    """Whether the due instant has come without a reply that stands."""
    return not solicitation.withdrawn_at and now >= solicitation.due_at and not answered(opinion)


def state(solicitation: Solicitation, opinion: FormalOpinion | None, now: datetime) -> str:
    """The state of R32 as the office says it, for a letter and the newest answer to it."""
    if solicitation.withdrawn_at:
        return "已撤回"
    if opinion is not None and answered(opinion):
        return "已复函" if opinion.accepted_at else "已报送"
    if opinion is not None and opinion.number > 1:
        return "退回补正"
    if overdue(solicitation, opinion, now):
        return DEEMED if solicitation.silence_is_consent else OVERDUE
    if opinion is not None:
        return "起草中"
    if solicitation.acknowledged_at:
        return "已签收"
    return "已查看" if solicitation.viewed_at else "未签收"


def by_id(number: int) -> Solicitation:
    """The letter with this id; NotFound where there is none. Whether it is theirs, the verbs judge."""
    found = db.session.get(Solicitation, number)
    if found is None:
        raise NotFound("没有找到这封征求意见函。")
    return found


def is_own(actor: Actor, solicitation: Solicitation) -> bool:
    """Whether the letter went to this person's unit and, for one who came in by a link, is the one of the link (R34)."""
    mine = actor.unit_id is not None and actor.unit_id == solicitation.unit_id
    return mine and actor.letter_id in (None, solicitation.id)


def own(number: int, actor: Actor) -> Letter:
    """A letter for those it was sent to; NotFound for everybody else (R34). What they may do, the verbs judge."""
    solicitation = db.session.get(Solicitation, number)
    if solicitation is None or not is_own(actor, solicitation):
        raise NotFound("没有找到这封征求意见函。")
    consultation = db.session.get_one(Consultation, solicitation.consultation_id)
    return Letter(solicitation, consultation, current_reply(number))


def addressees(numbers: Collection[int]) -> dict[int, str]:
    """Letter → the name of the unit it goes to."""
    query = select(Solicitation.id, Unit.name).join(Unit, Unit.id == Solicitation.unit_id).where(Solicitation.id.in_(numbers))
    return dict(db.session.execute(query).all())


def letter_of_link(link_id: int) -> int:
    """The letter that a link leads to."""
    return db.session.get_one(AccessLink, link_id).solicitation_id


def current_reply(solicitation_id: int) -> FormalOpinion | None:
    """The newest answer to a letter, drafted or sent."""
    return next(iter(replies(solicitation_id)), None)


def replies(solicitation_id: int) -> list[FormalOpinion]:
    """Every answer to a letter, the newest first; returned ones stay."""
    query = select(FormalOpinion).where(FormalOpinion.solicitation_id == solicitation_id)
    return list(db.session.scalars(query.order_by(FormalOpinion.number.desc())))


def reply(number: int) -> FormalOpinion:
    """The answer with this id; NotFound where there is none."""
    found = db.session.get(FormalOpinion, number)
    if found is None:
        raise NotFound("没有找到这份复函。")
    return found


def for_unit(actor: Actor) -> list[Letter]:
    """Every letter this person may open, the newest first, withdrawn ones included; two queries."""
    own_unit = Solicitation.unit_id == (actor.unit_id or 0)
    return _letters(own_unit if actor.letter_id is None else own_unit & (Solicitation.id == actor.letter_id))


def to_unit(unit_id: int) -> list[Letter]:
    """The same for the office, which may open them all."""
    return _letters(Solicitation.unit_id == unit_id)


def _letters(mine: ColumnElement[bool]) -> list[Letter]:
    query = (
        select(Solicitation, Consultation)
        .join(Consultation, Consultation.id == Solicitation.consultation_id)
        .where(mine)
        .order_by(Solicitation.id.desc())
    )
    newest = _newest(mine)
    return [Letter(letter, project, newest.get(letter.id)) for letter, project in db.session.execute(query)]


def _newest(condition: object) -> dict[int, FormalOpinion]:
    """solicitation id → its newest answer, for the letters that meet the condition."""
    query = select(FormalOpinion).join(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
    rows = db.session.scalars(query.where(condition).order_by(FormalOpinion.number))  # type: ignore[arg-type]
    return {row.solicitation_id: row for row in rows}


def ledger(consultation_id: int, now: datetime) -> list[LedgerRow]:
    """One row per unit that is asked, in the order of sending; withdrawn letters left out; four queries.

    A unit that was renamed since stands there with its name of then: 河湾县水务局（原河湾县水利局）.
    """
    query = (
        select(Solicitation, Unit.name)
        .join(Unit, Unit.id == Solicitation.unit_id)
        .where(Solicitation.consultation_id == consultation_id, Solicitation.withdrawn_at.is_(None))
        .order_by(Solicitation.id)
    )
    newest = _newest(Solicitation.consultation_id == consultation_id)
    points, found = _points(consultation_id), db.session.execute(query).all()
    names = directory.names_of([letter.unit_id for letter, _ in found])
    return [
        _row(ordinal, letter, directory.called(name, names.get(letter.unit_id, ()), letter.sent_at),
             newest.get(letter.id), points, now)
        for ordinal, (letter, name) in enumerate(found, 1)
    ]  # fmt: skip


def _points(consultation_id: int) -> dict[int, list[int]]:
    """submission id → its comments in order, for every formal opinion of a project."""
    query = (
        select(Comment.submission_id, Comment.id)
        .join(FormalOpinion, FormalOpinion.submission_id == Comment.submission_id)
        .where(Comment.consultation_id == consultation_id)
        .order_by(Comment.submission_id, Comment.ordinal)
    )
    found = defaultdict(list)
    for submission_id, comment_id in db.session.execute(query):
        found[submission_id].append(comment_id)
    return found


def received_of_public(consultation_id: int) -> int:
    """How many opinions the public sent, withdrawn ones included, as the notice counts them.

    Points of asked parties, returned ones too, are few: they are taken off the whole, which an index counts.
    """
    query = (
        select(func.sum(Submission.comment_count))
        .select_from(FormalOpinion)
        .join(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
        .join(Submission, Submission.id == FormalOpinion.submission_id)
        .where(Solicitation.consultation_id == consultation_id)
    )
    return received(consultation_id) - int(db.session.scalar(query) or 0)


def _row(
    ordinal: int, letter: Solicitation, name: str, opinion: FormalOpinion | None,
    points: dict[int, list[int]], now: datetime,
) -> LedgerRow:  # fmt: skip
    sent = opinion if answered(opinion) else None
    submission_id = sent.submission_id if sent else None
    return LedgerRow(
        ordinal=ordinal, solicitation_id=letter.id, unit_id=letter.unit_id, unit_name=name,
        letter_no=letter.letter_no, sent_at=letter.sent_at, viewed_at=letter.viewed_at,
        acknowledged_at=letter.acknowledged_at, due_at=letter.due_at, replied_at=sent.sent_at if sent else None,
        answer=sent.answer if sent else "", state=state(letter, opinion, now),
        overdue=overdue(letter, opinion, now),
        late=bool(sent and came_late(letter, sent)),
        handler=sent.handler if sent else "", phone=sent.phone if sent else "",
        reply_no=sent.reply_no if sent else "", submission_id=submission_id,
        comment_ids=tuple(points.get(submission_id, ())) if submission_id else (),
        received_on=sent.received_on if sent else None, entered_by=sent.entered_by if sent else "",
    )  # fmt: skip


def count(rows: Sequence[LedgerRow]) -> Counts:
    """The figures under the ledger; 无意见 counts only units that said so."""
    return Counts(
        sent=len(rows),
        replied=sum(bool(row.answer) for row in rows),
        none=sum(row.answer == "no_objection" for row in rows),
        has=sum(row.answer == "has_opinion" for row in rows),
        items=sum(row.items for row in rows),
        overdue=sum(row.overdue for row in rows),
        late=sum(row.late for row in rows),
    )


def counts(consultation_id: int, now: datetime) -> Counts:
    """应复, 已复, 无意见, 有意见, 意见条数, 逾期, 按时率 of a project at this instant."""
    return count(ledger(consultation_id, now))
