"""Adding to an earlier sending (补充意见): a sending of its own that the earlier receipt code shows as well."""

from sqlalchemy import select

from consult.base.db import db
from consult.base.errors import Conflict
from consult.intake.models import Comment, Submission


def with_supplements(submission: Submission) -> list[Submission]:
    """The sending and all that adds to it, in the order they came in."""
    found, level = [submission], [submission.id]
    while level:
        query = select(Submission).where(Submission.supplements.in_(level)).order_by(Submission.id)
        rows = list(db.session.scalars(query))
        found += rows
        level = [row.id for row in rows]
    return found


def require_supplementable(earlier: Submission, consultation_id: int) -> None:
    """Raise Conflict where nothing can be added to `earlier`: another project's, or all of it withdrawn."""
    if earlier.consultation_id != consultation_id:
        raise Conflict("要补充的那份意见不是这个项目的，请重新从“查询回执”进入。")
    ids = [one.id for one in with_supplements(earlier)]
    living = select(Comment.id).where(Comment.submission_id.in_(ids), Comment.withdrawn_at.is_(None))
    if db.session.scalar(living.limit(1)) is None:
        raise Conflict("这份意见已经全部撤回，不能再补充；可以从草案页面重新提意见。")
