"""Reads for the desk: one opinion with everything a decision needs, and the counts behind the filter links."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.people import Unit
from consult.drafts.descent import seats
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.letters.models import FormalOpinion, Solicitation
from consult.review.dispute_find import is_open
from consult.review.find import group_sizes, is_decided, names_of, undecided_count, unread_count
from consult.review.group_models import GroupReading
from consult.review.models import Decision, Group, Membership, Reading, Withholding
from consult.review.queue import WHOLE

MOST_MEMBERS = 200


@dataclass(frozen=True)
class Member:
    """One opinion of a group, as the list beside the decision shows it."""

    comment: Comment
    channel: str
    submitter: str
    received_at: datetime


@dataclass(frozen=True)
class Reader:
    """Who opened the opinion, and when."""

    ref: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """One opinion before whoever decides. `size` counts members that are not withdrawn; `members` holds the first
    MOST_MEMBERS, withdrawn ones too; `history` has the newest ruling first; `approvers` names who approved.
    """

    comment: Comment
    submission: Submission
    clause: Clause | None
    unit_name: str
    group: Group | None
    size: int
    members: list[Member]
    readers: list[Reader]
    history: list[Decision]
    approvers: dict[str, str]
    withholding: Withholding | None

    @property
    def decision(self) -> Decision | None:
        """The ruling that stands."""
        return self.history[0] if self.history else None

    @property
    def number(self) -> int:
        """What `decide` wants as `expected_number`."""
        return self.history[0].number if self.history else 0


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
    return Case(
        comment=comment, submission=submission, clause=clause, unit_name=_unit_name(submission), group=group,
        size=group_sizes([comment_id])[comment_id],
        members=_members(group.id) if group else [Member(comment, submission.channel, submission.submitter_shown,
                                                         submission.received_at)],
        readers=_readers(comment_id), history=history,
        approvers=names_of({one.approved_by for one in history if one.approved_by}),
        withholding=db.session.get(Withholding, comment_id),
    )  # fmt: skip


def _history(group_id: int) -> list[Decision]:
    query = select(Decision).where(Decision.group_id == group_id).order_by(Decision.number.desc())
    return list(db.session.scalars(query))


def _members(group_id: int) -> list[Member]:
    query = (
        select(Comment, Submission)
        .join(Membership, Membership.comment_id == Comment.id)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Membership.group_id == group_id)
        .order_by(Comment.id)
        .limit(MOST_MEMBERS)
    )
    return [
        Member(comment, sent.channel, sent.submitter_shown, sent.received_at)
        for comment, sent in db.session.execute(query)
    ]


def _readers(comment_id: int) -> list[Reader]:
    alone = select(Reading.reader, Reading.at).where(Reading.comment_id == comment_id)
    together = (
        select(GroupReading.reader, GroupReading.at)
        .join(Membership, Membership.group_id == GroupReading.group_id)
        .where(Membership.comment_id == comment_id, GroupReading.at >= Membership.joined_at)
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


@dataclass(frozen=True)
class Facets:
    """How many opinions (条, before grouping) each filter link leads to; a clause counts those under it too."""

    clauses: dict[str, int]
    channels: dict[str, int]
    stances: dict[str, int]
    states: dict[str, int]


def facets(consultation_id: int) -> Facets:
    """Counts over everything received, withdrawn included; eight queries."""
    mine = Comment.consultation_id == consultation_id
    channels = (
        select(Submission.channel, func.count())
        .join(Comment, Comment.submission_id == Submission.id)
        .where(mine)
        .group_by(Submission.channel)
    )
    stances = select(Comment.stance, func.count()).where(mine).group_by(Comment.stance)
    return Facets(
        clauses=_per_clause(consultation_id),
        channels={name: number for name, number in db.session.execute(channels)},  # noqa: C416 -- rows, not pairs
        stances={name: number for name, number in db.session.execute(stances)},  # noqa: C416 -- rows, not pairs
        states=_per_state(consultation_id),
    )


def _per_state(consultation_id: int) -> dict[str, int]:
    mine = select(func.count()).select_from(Comment).where(Comment.consultation_id == consultation_id)
    decided = mine.where(Comment.withdrawn_at.is_(None), is_decided(Comment.id))
    return {
        "undecided": undecided_count(consultation_id),
        "decided": db.session.scalar(decided) or 0,
        "unread": unread_count(consultation_id),
        "disputed": db.session.scalar(mine.where(Comment.withdrawn_at.is_(None), is_open(Comment.id))) or 0,
        "withdrawn": db.session.scalar(mine.where(Comment.withdrawn_at.is_not(None))) or 0,
    }


def _per_clause(consultation_id: int) -> dict[str, int]:
    """key → opinions on the clause, of whatever version, and on all under it; clauses that are gone stand behind
    their old neighbour, WHOLE for opinions on the whole draft comes last."""
    counted = (
        select(Clause.key, func.count())
        .select_from(Comment)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.consultation_id == consultation_id)
        .group_by(Clause.key)
    )
    own = {key or WHOLE: number for key, number in db.session.execute(counted)}
    tree = seats(db.session(), consultation_id)
    totals: Counter[str] = Counter(own)
    for seat in reversed(tree):
        if seat.above:
            totals[seat.above] += totals[seat.key]
    found = {seat.key: totals[seat.key] for seat in tree if totals[seat.key]}
    return found | ({WHOLE: own[WHOLE]} if WHOLE in own else {})
