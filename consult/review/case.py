"""Reads for the desk: one opinion with everything a decision needs, and the counts behind the filter links."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.people import Unit
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.letters.models import FormalOpinion, Solicitation
from consult.review.extras import Sums, sums
from consult.review.find import names_of
from consult.review.group_models import GroupReading
from consult.review.members import Member, members, sizes
from consult.review.models import Decision, Group, Membership, Reading, Withholding

FEW = 10  # members on the page of a case; the rest has a page of its own


@dataclass(frozen=True)
class Reader:
    """Who opened the opinion, and when."""

    ref: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """One opinion before whoever decides. `size` counts members that are not withdrawn, `unread` those of them that
    nobody has opened; `members` holds the first ones, withdrawn too; `shared` the sentences of the shared text of near
    copies, `extras` the numbers of additions by kind; `history` has the newest ruling first; `approvers` names who approved.
    """

    comment: Comment
    submission: Submission
    clause: Clause | None
    unit_name: str
    group: Group | None
    size: int
    unread: int
    shared: list[str]
    extras: dict[str, Sums]
    members: list[Member]
    readers: list[Reader]
    history: list[Decision]
    approvers: dict[str, str]
    withholding: Withholding | None

    @property
    def decision(self) -> Decision | None:
        """The ruling that stands: the newest that was not taken back with its bulk."""
        return next((one for one in self.history if one.revoked_at is None), None)

    @property
    def number(self) -> int:
        """What `decide` wants as `expected_number`."""
        return self.decision.number if self.decision else 0


def case(comment_id: int) -> Case:
    """The opinion with this id and all that belongs to it; NotFound where there is none."""
    query = (
        select(Comment, Submission, Clause, Group)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .outerjoin(Membership, Membership.comment_id == Comment.id)
        .outerjoin(Group, Group.id == Membership.group_id)
    )
    found = db.session.execute(query.where(Comment.id == comment_id)).first()
    if found is None:
        raise NotFound("没有找到这条意见。")
    comment, submission, clause, group = found
    history = _history(group.id) if group else []
    size, unread = sizes(group, comment_id)
    shared = group.shared_text.split("\n") if group and group.shared_text else []
    return Case(
        comment=comment, submission=submission, clause=clause, unit_name=_unit_name(submission), group=group,
        size=size, unread=unread, shared=shared, extras=sums(group.id) if group and shared else {},
        members=members(group.id, limit=FEW) if group else [Member(comment, submission.channel,
                                                                   submission.submitter_shown, submission.received_at)],
        readers=_readers(comment_id), history=history,
        approvers=names_of({one.approved_by for one in history if one.approved_by}),
        withholding=db.session.get(Withholding, comment_id),
    )  # fmt: skip


def _history(group_id: int) -> list[Decision]:
    query = select(Decision).where(Decision.group_id == group_id).order_by(Decision.number.desc())
    return list(db.session.scalars(query))


def _readers(comment_id: int) -> list[Reader]:
    alone = select(Reading.reader, Reading.at).where(Reading.comment_id == comment_id)
    together = (
        select(GroupReading.reader, GroupReading.at)
        .join(Membership, Membership.group_id == GroupReading.group_id)
        .where(Membership.comment_id == comment_id, GroupReading.entry >= Membership.entry)
    )
    first: dict[str, datetime] = {}
    for query in (alone, together):
        for row in db.session.execute(query):
            first[row.reader] = min(row.at, first.get(row.reader, row.at))
    names = names_of(first)
    return [Reader(ref, names[ref], at) for ref, at in sorted(first.items(), key=lambda one: (one[1], one[0]))]


def _unit_name(submission: Submission) -> str:
    """The full name of the unit behind a formal opinion; empty for everybody else."""
    if submission.channel != "formal":
        return ""
    query = (
        select(Unit.name)
        .join(Solicitation, Solicitation.unit_id == Unit.id)
        .join(FormalOpinion, FormalOpinion.solicitation_id == Solicitation.id)
        .where(FormalOpinion.submission_id == submission.id)
    )
    return db.session.scalar(query) or submission.submitter_shown
