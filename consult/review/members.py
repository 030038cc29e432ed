"""Reads for the desk: the members of a group by page, each with what it adds to the shared text."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from consult.base.db import db
from consult.intake.models import Comment, Submission
from consult.review.desk_models import DeskRow
from consult.review.find import group_sizes
from consult.review.group_models import Addition, Saying
from consult.review.models import Group, Membership

PAGE = 50


@dataclass(frozen=True)
class Member:
    """One opinion of a group, as the list beside the decision shows it; `adds` counts its additions by kind."""

    comment: Comment
    channel: str
    submitter: str
    received_at: datetime
    adds: dict[str, int] = field(default_factory=dict)


def members(group_id: int, after: int = 0, limit: int = PAGE) -> list[Member]:
    """The next members by number, withdrawn ones too."""
    query = (
        select(Comment, Submission)
        .join(Membership, Membership.comment_id == Comment.id)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Membership.group_id == group_id, Membership.comment_id > after)
        .order_by(Membership.comment_id)
        .limit(limit)
    )
    found = db.session.execute(query).all()
    adds = _adds([comment.id for comment, _ in found])
    return [
        Member(comment, sent.channel, sent.submitter_shown, sent.received_at, adds.get(comment.id, {}))
        for comment, sent in found
    ]


def _adds(comment_ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, Counter[str]] = {}
    query = (
        select(Saying.comment_id, Addition.kind, func.count())
        .join(Addition, Addition.id == Saying.addition_id)
        .where(Saying.comment_id.in_(comment_ids))
        .group_by(Saying.comment_id, Addition.kind)
    )
    for number, kind, count in db.session.execute(query):
        found.setdefault(number, Counter())[kind] = count
    return {number: dict(kinds) for number, kinds in found.items()}


def sizes(group: Group | None, comment_id: int) -> tuple[int, int]:
    """(living members, those that nobody has opened) of a group, from its row; of an opinion in none from its own."""
    which = DeskRow.comment_id == comment_id if group is None else DeskRow.group_id == group.id
    row = db.session.execute(select(DeskRow.size, DeskRow.unread, DeskRow.state).where(which)).first()
    if row is None or group is None:  # no living member, or not taken in yet
        return group_sizes([comment_id])[comment_id], row.unread if row else 1
    return row.size, row.unread


def lead_of(group_id: int) -> int | None:
    """The first living member of a group: what its row in the list is known by."""
    query = select(func.min(Comment.id)).join(Membership, Membership.comment_id == Comment.id)
    known = db.session.scalar(select(DeskRow.comment_id).where(DeskRow.group_id == group_id))
    return known or db.session.scalar(query.where(Membership.group_id == group_id, Comment.withdrawn_at.is_(None)))
