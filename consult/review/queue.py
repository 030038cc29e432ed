"""Reads for the desk: the list of everything received, one row per group, filtered, in keyset pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from consult.base.db import db
from consult.drafts.descent import seats
from consult.drafts.lineage import family
from consult.drafts.models import Clause, Version
from consult.intake.models import Comment, Submission
from consult.review.dispute_find import is_open
from consult.review.find import decisions_of, first_reads, group_sizes, is_decided, is_read
from consult.review.models import Decision, Membership

WHOLE = "whole"  # the clause filter's word for opinions on the whole draft
STATES = {"undecided": "未处理", "decided": "已处理", "unread": "未阅", "disputed": "有争议", "withdrawn": "已撤回"}
MOST_COUNTED = 10_000  # a page says 10,000+ beyond this


@dataclass(frozen=True)
class Filter:
    """What to show; empty fields do not restrict.

    `clause_key` finds the clause in every version and takes the clauses under it along, or is WHOLE; `text` is
    looked for in opinion, proposed wording and reason, ASCII letters in any case; `grouped` shows only groups
    of two and more.
    """

    clause_key: str = ""
    channel: str = ""
    stance: str = ""
    state: str = ""
    text: str = ""
    grouped: bool = False


@dataclass(frozen=True)
class Row:
    """One group, or one comment in none; the first member that meets the filter stands for all `size`."""

    comment: Comment
    clause: Clause | None
    channel: str
    submitter: str
    received_at: datetime
    late: bool
    marks: list[str]
    size: int
    decision: Decision | None
    first_read: datetime | None

    @property
    def id(self) -> int:
        """The comment's id, by which pages continue."""
        return self.comment.id


@dataclass(frozen=True)
class Page:
    """Rows in the order of arrival; `next_cursor` goes into `after`, None at the end.

    `total` counts rows up to MOST_COUNTED; `more` says that there are more than that.
    """

    rows: list[Row]
    next_cursor: int | None
    total: int
    more: bool


def page(consultation_id: int, wanted: Filter, after: int | None = None, limit: int = 50) -> Page:
    """One page of the list; a fixed number of queries, whatever its length."""
    clause_ids = _clause_ids(consultation_id, wanted.clause_key)
    base = _select(consultation_id, wanted, clause_ids)
    counted = db.session.scalar(select(func.count()).select_from(base.limit(MOST_COUNTED + 1).subquery())) or 0
    ids = list(db.session.scalars(base.where(Comment.id > (after or 0)).order_by(Comment.id).limit(limit + 1)))
    following = ids[limit - 1] if len(ids) > limit else None
    return Page(_rows(ids[:limit]), following, min(counted, MOST_COUNTED), counted > MOST_COUNTED)


def _rows(ids: list[int]) -> list[Row]:
    query = (
        select(Comment, Submission, Clause)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.id.in_(ids))
        .order_by(Comment.id)
    )
    sizes, decisions, reads = group_sizes(ids), decisions_of(ids), first_reads(ids)
    return [
        Row(
            comment=comment, clause=clause, channel=sent.channel, submitter=sent.submitter_shown,
            received_at=sent.received_at, late=sent.late, marks=sent.marks,
            size=1 if comment.withdrawn_at else sizes[comment.id],
            decision=decisions.get(comment.id), first_read=reads.get(comment.id),
        )
        for comment, sent, clause in db.session.execute(query)
    ]  # fmt: skip


def _select(consultation_id: int, wanted: Filter, clause_ids: list[int] | None) -> Select[int]:
    """Ids of the comments that stand for a row: no earlier member of their group meets the filter too.

    A withdrawn comment left its group and is a row by itself.
    """
    sent, earlier, earlier_sent = aliased(Submission), aliased(Comment), aliased(Submission)
    mine, theirs = aliased(Membership), aliased(Membership)
    before = (
        select(theirs.comment_id)
        .join(earlier, earlier.id == theirs.comment_id)
        .join(earlier_sent, earlier_sent.id == earlier.submission_id)
        .where(
            theirs.group_id == mine.group_id,
            theirs.comment_id < Comment.id,
            earlier.withdrawn_at.is_(None),
            _meets(earlier, earlier_sent, wanted, clause_ids),
        )
        .correlate(mine, Comment)
        .exists()
    )
    query = (
        select(Comment.id)
        .join(sent, sent.id == Comment.submission_id)
        .outerjoin(mine, and_(mine.comment_id == Comment.id, Comment.withdrawn_at.is_(None)))
        .where(Comment.consultation_id == consultation_id, _meets(Comment, sent, wanted, clause_ids), ~before)
    )
    return query.where(_has_twin(mine)) if wanted.grouped else query


def _has_twin(mine: type[Membership]) -> ColumnElement[bool]:
    other, twin = aliased(Membership), aliased(Comment)
    return (
        select(other.comment_id)
        .join(twin, twin.id == other.comment_id)
        .where(other.group_id == mine.group_id, other.comment_id != mine.comment_id, twin.withdrawn_at.is_(None))
        .correlate(mine)
        .exists()
    )


def _meets(
    comment: type[Comment], sent: type[Submission], wanted: Filter, clause_ids: list[int] | None
) -> ColumnElement[bool]:
    """Condition: this comment meets every part of the filter that looks at one comment."""
    parts: list[ColumnElement[bool]] = [comment.id > 0]
    if wanted.clause_key == WHOLE:
        parts.append(comment.clause_id.is_(None))
    elif clause_ids is not None:
        parts.append(comment.clause_id.in_(clause_ids))
    if wanted.channel:
        parts.append(sent.channel == wanted.channel)
    if wanted.stance:
        parts.append(comment.stance == wanted.stance)
    if wanted.state:
        parts.append(_in_state(comment, wanted.state))
    if text := wanted.text.strip():
        fields = (comment.text, comment.proposed_text, comment.reason)
        hits = [field.icontains(text, autoescape=True) for field in fields]
        parts.append(hits[0] | hits[1] | hits[2])
    return and_(*parts)


def _in_state(comment: type[Comment], state: str) -> ColumnElement[bool]:
    """Withdrawn comments are in no other state; an unknown word finds nothing."""
    stays = comment.withdrawn_at.is_(None)
    if state == "withdrawn":
        return comment.withdrawn_at.is_not(None)
    if state == "undecided":
        return and_(stays, ~is_decided(comment.id))
    if state == "decided":
        return and_(stays, is_decided(comment.id))
    if state == "disputed":
        return and_(stays, is_open(comment.id))
    return and_(stays, ~is_read(comment.id)) if state == "unread" else comment.id < 0


def _clause_ids(consultation_id: int, key: str) -> list[int] | None:
    """The rows of a clause and all under it, in every version of the project; None for no restriction."""
    if not key or key == WHOLE:
        return None
    keys = family(seats(db.session(), consultation_id), key)
    versions = select(Version.id).where(Version.consultation_id == consultation_id)
    return list(db.session.scalars(select(Clause.id).where(Clause.version_id.in_(versions), Clause.key.in_(keys))))
