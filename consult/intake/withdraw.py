"""Taking an opinion back: the text is hidden everywhere, contact data is erased, the count stays (R13)."""

from datetime import datetime

from sqlalchemy import select, update

from consult.base.audit import record
from consult.base.db import db
from consult.base.errors import Conflict
from consult.base.people import Actor
from consult.intake.models import Comment, Submission


def withdraw_submission(actor: Actor, now: datetime, submission: Submission, *, released: bool = False) -> int:
    """Withdraw every comment of one sending; `released` says whether the result is out. Returns how many.

    Raises Conflict once the result is published or where all is withdrawn already.
    """
    if released:
        raise Conflict("采纳情况已经公布，不能再撤回。")
    open_ids = list(
        db.session.scalars(
            select(Comment.id).where(Comment.submission_id == submission.id, Comment.withdrawn_at.is_(None))
        )
    )
    if not open_ids:
        raise Conflict("这次提交的意见已经撤回过了。")
    db.session.execute(update(Comment).where(Comment.id.in_(open_ids)).values(withdrawn_at=now))
    submission.contact_sealed = None
    submission.contact_erased_at = now
    submission.submitter_shown = ""
    submission.region = ""
    db.session.flush()
    db.session.expire_all()
    record(
        actor,
        "withdraw_comment",
        f"submission:{submission.id}",
        now,
        submission=submission.id,
        digest=submission.digest,
    )
    return len(open_ids)
