"""Reads: which words the public will read, and where names or addresses in them wait for somebody's choice (R52)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from consult.base.db import db
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.review.masks import FIELDS, chosen
from consult.review.models import Membership, Withholding
from consult.review.personal import undecided

WAITING = 50  # opinions on one page
SCANNED = 2000  # opinions looked through for one page: about a tenth of a second


def _open(comment: type[Comment], sent: type[Submission]) -> ColumnElement[bool]:
    """Condition: the public's, with the author's yes (R12 b), not withdrawn and not withheld."""
    kept = select(Withholding.comment_id).where(Withholding.comment_id == comment.id).exists()
    return and_(sent.channel != "formal", sent.may_publish, comment.withdrawn_at.is_(None), ~kept)


def quotable(comment_id: int) -> bool:
    """Whether the words of this opinion, or of one that says the same, are quoted in the public table."""
    query = select(Comment.id).join(Submission, Submission.id == Comment.submission_id)
    own = query.where(Comment.id == comment_id, _open(Comment, Submission))
    if db.session.scalar(own) is not None:
        return True
    group = db.session.scalar(select(Membership.group_id).where(Membership.comment_id == comment_id))
    if group is None:
        return False
    fellows = query.join(Membership, Membership.comment_id == Comment.id).where(Membership.group_id == group)
    return db.session.scalar(fellows.where(_open(Comment, Submission)).limit(1)) is not None


def _quoted(consultation_id: int, after: int) -> Any:
    """The words that are quoted: of each group those of the first opinion that may be."""
    mine, theirs = aliased(Membership), aliased(Membership)
    earlier, sent = aliased(Comment), aliased(Submission)
    before = (
        select(theirs.comment_id)
        .join(earlier, earlier.id == theirs.comment_id)
        .join(sent, sent.id == earlier.submission_id)
        .where(theirs.group_id == mine.group_id, earlier.id < Comment.id, _open(earlier, sent))
        .correlate(mine, Comment)
        .exists()
    )
    query = (
        select(Comment.id, Comment.text, Comment.proposed_text, Comment.reason, mine.group_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(mine, mine.comment_id == Comment.id)
        .where(Comment.consultation_id == consultation_id, Comment.id > after, _open(Comment, Submission), ~before)
    )
    return query.order_by(Comment.id).limit(SCANNED)


def waiting(consultation_id: int, after: int = 0) -> tuple[list[tuple[Comment, Clause | None, int]], int | None]:
    """Opinions with the number of pieces that wait, in the order of arrival, and where to go on; None at the end.

    A page looks through SCANNED opinions at most, so it may be short or empty and still have a next one.
    """
    rows = db.session.execute(_quoted(consultation_id, after)).all()
    groups = [row.group_id for row in rows if row.group_id is not None]
    choices = chosen(db.session(), groups, [row.id for row in rows if row.group_id is None])
    found: dict[int, int] = {}
    for row in rows:
        known = choices.get(("comment", row.id) if row.group_id is None else ("group", row.group_id), {})
        if count := sum(len(undecided(row._mapping[field], known)) for field in FIELDS):
            found[row.id] = count
        if len(found) == WAITING:
            return _shown(found), row.id
    return _shown(found), rows[-1].id if len(rows) == SCANNED else None


def _shown(found: dict[int, int]) -> list[tuple[Comment, Clause | None, int]]:
    query = select(Comment, Clause).outerjoin(Clause, Clause.id == Comment.clause_id).where(Comment.id.in_(found))
    return [(comment, clause, found[comment.id]) for comment, clause in db.session.execute(query.order_by(Comment.id))]
