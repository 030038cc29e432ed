"""Reads of stage 4: disputes with asked units, which of them are open, and which rulings still lack one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.people import Unit
from consult.drafts.models import Clause, Consultation
from consult.intake.models import Comment, Submission
from consult.letters.models import FormalOpinion, Solicitation
from consult.review.find import decisions_of, slices, stands
from consult.review.models import Decision, Dispute, Mediation, Membership

DISPUTED = ("not_adopted", "partly_adopted")
RESULTS = {
    "agreed": "协商一致",
    "upheld": "维持原处理意见",
    "yielded": "改为采纳",
    "reported": "报请上级协调",
}


@dataclass(frozen=True)
class Quarrel:
    """One dispute with what it is about; `ruling` is the one that stands now, `meetings` the newest last."""

    dispute: Dispute
    comment: Comment
    clause: Clause | None
    unit_name: str
    ruling: Decision | None
    meetings: Sequence[Mediation] = ()

    @property
    def state(self) -> str:
        """How the office says it: 协调中, 待确认, the result, or 处理意见有变动 where it was ruled on again since."""
        return state(self.dispute, self.ruling)

    @property
    def open(self) -> bool:
        """Whether it still stands in the way of the result."""
        return self.state in ("协调中", "待确认", "处理意见有变动")

    @property
    def place(self) -> str:
        """Where the point points."""
        return (self.clause.citation or self.clause.label) if self.clause else "全文"


def state(dispute: Dispute, ruling: Decision | None) -> str:
    """The state of a dispute beside the ruling that stands now."""
    if dispute.settled_at is None:
        return "协调中"
    if ruling is not None and ruling.decided_at > dispute.settled_at:
        return "处理意见有变动"
    return RESULTS[dispute.outcome] if dispute.confirmed_at else "待确认"


def by_id(number: int) -> Dispute:
    """The dispute with this id; NotFound where there is none."""
    found = db.session.get(Dispute, number) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound("没有找到这项争议。")
    return found


def disputes_of(comment_ids: Iterable[int]) -> dict[int, Dispute]:
    """comment id → its dispute; opinions without one are left out."""
    found: dict[int, Dispute] = {}
    for part in slices(comment_ids):
        rows = db.session.scalars(select(Dispute).where(Dispute.comment_id.in_(part)))
        found |= {row.comment_id: row for row in rows}
    return found


def missing(comment_id: int) -> list[int]:
    """Opinions of units ruled on together with this one, not adopted as they stand, that have no dispute yet."""
    group = select(Membership.group_id).where(Membership.comment_id == comment_id).scalar_subquery()
    return list(db.session.scalars(_lacking().where(Membership.group_id == group).order_by(Comment.id)))


def lacking(consultation_id: int) -> list[int]:
    """All such opinions of a project, for instance those that joined a group after it was ruled on."""
    mine = Comment.consultation_id + 0 == consultation_id  # the sum keeps the planner from walking all that came in
    return list(db.session.scalars(_lacking().where(mine).order_by(Comment.id)))


def _lacking() -> Select[int]:
    replied = select(FormalOpinion.submission_id).where(FormalOpinion.submission_id.is_not(None))  # few, whatever came
    return (
        select(Comment.id)
        .join(Membership, Membership.comment_id == Comment.id)
        .join(Decision, Decision.group_id == Membership.group_id)
        .outerjoin(Dispute, Dispute.comment_id == Comment.id)
        .where(
            Comment.submission_id.in_(replied), Comment.withdrawn_at.is_(None), Dispute.id.is_(None),
            stands(), Decision.outcome.in_(DISPUTED),
        )
    )  # fmt: skip


def unsettled(consultation_id: int) -> int:
    """How many points of units wait for their dispute to be settled and confirmed; the result waits for 0 (R44).

    One that is confirmed as 报请上级协调 waits for nobody here: the upper office has it.
    """
    query = (
        select(func.count())
        .select_from(Dispute)
        .join(Comment, Comment.id == Dispute.comment_id)
        .where(Dispute.consultation_id == consultation_id, Comment.withdrawn_at.is_(None), is_open(Comment.id))
    )
    return (db.session.scalar(query) or 0) + len(lacking(consultation_id))


def is_open(comment_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: this comment has a dispute that is not settled, not confirmed, or older than its ruling."""
    member, ruling, newer = aliased(Membership), aliased(Decision), aliased(Dispute)
    changed = (
        select(ruling.id)
        .join(member, member.group_id == ruling.group_id)
        .where(member.comment_id == newer.comment_id, ruling.decided_at > newer.settled_at)
        .correlate(newer)
        .exists()
    )
    still = or_(newer.confirmed_at.is_(None), changed)
    return select(newer.id).where(newer.comment_id == comment_id, still).exists()


def quarrels(consultation_id: int) -> list[Quarrel]:
    """Every dispute of a project whose opinion was not withdrawn, in the order of their opening."""
    return _found(_select().where(Dispute.consultation_id == consultation_id, Comment.withdrawn_at.is_(None)))


def quarrel(dispute: Dispute) -> Quarrel:
    """One dispute with everything around it, also one whose opinion was withdrawn since."""
    return _found(_select().where(Dispute.id == dispute.id))[0]


def every_open() -> list[tuple[Consultation, Quarrel]]:
    """The open disputes of every project that is not withdrawn or archived, the oldest first."""
    query = select(Consultation).where(Consultation.withdrawn_at.is_(None), Consultation.archived_at.is_(None))
    projects = {one.id: one for one in db.session.scalars(query)}
    found = _found(_select().where(Comment.withdrawn_at.is_(None), is_open(Comment.id)))
    return [(projects[one.dispute.consultation_id], one) for one in found if one.dispute.consultation_id in projects]


def _select() -> Select[tuple[Dispute, Comment, Clause, str, str]]:
    return (
        select(Dispute, Comment, Clause, Unit.name, Submission.submitter_shown)
        .join(Comment, Comment.id == Dispute.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .outerjoin(FormalOpinion, FormalOpinion.submission_id == Submission.id)
        .outerjoin(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
        .outerjoin(Unit, Unit.id == Solicitation.unit_id)
        .order_by(Dispute.id)
    )


def _found(query: Select[tuple[Dispute, Comment, Clause, str, str]]) -> list[Quarrel]:
    rows = db.session.execute(query).all()
    rulings = decisions_of(row[1].id for row in rows)
    meetings: dict[int, list[Mediation]] = {}
    for part in slices(row[0].id for row in rows):
        held = select(Mediation).where(Mediation.dispute_id.in_(part)).order_by(Mediation.held_on, Mediation.id)
        for one in db.session.scalars(held):
            meetings.setdefault(one.dispute_id, []).append(one)
    return [
        Quarrel(dispute, comment, clause, unit or shown, rulings.get(comment.id), meetings.get(dispute.id, ()))
        for dispute, comment, clause, unit, shown in rows
    ]
