"""Taking opinions back: the text is hidden, the count stays, with the last one all that is personal goes (R13)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from consult.base.audit import record
from consult.base.db import db, serialise
from consult.base.errors import Conflict
from consult.base.people import Actor
from consult.intake import attachments, wish
from consult.intake.models import Arrival, Comment, Submission


@dataclass(frozen=True)
class Taken:
    """What was taken back: ids of comments, ordinals of files, and whether nothing of the sending is left."""

    comments: list[int]
    files: list[int]
    all: bool


def withdraw(
    actor: Actor, now: datetime, submission: Submission, comment_ids: Collection[int] | None = None,
    files: Collection[int] = (), *, released: bool = False,
) -> Taken:  # fmt: skip
    """Withdraw these comments and files (by ordinal) of one sending, all of it without `comment_ids`.

    With the last opinion its contact data, wish for a mail and files go too; the bytes of files by
    `attachments.shred` afterwards. `released` says whether the result is out. Raises Conflict once it is, and
    where nothing named is left to withdraw.
    """
    if released:
        raise Conflict("采纳情况已经公布，不能再撤回。")
    serialise(f"submission:{submission.id}")
    standing = select(Comment.id).where(Comment.submission_id == submission.id, Comment.withdrawn_at.is_(None))
    living = list(db.session.scalars(standing.order_by(Comment.id)))
    chosen = [number for number in living if comment_ids is None or number in comment_ids]
    last = len(chosen) == len(living)
    if not living:
        raise Conflict("这次提交的意见已经撤回过了。")
    erased = attachments.erase(now, submission.id, None if last else files)
    if not chosen and not erased:
        raise Conflict("选中的意见已经撤回过了。")
    db.session.execute(update(Comment).where(Comment.id.in_(chosen)).values(withdrawn_at=now))
    told = [{"consultation_id": submission.consultation_id, "comment_id": one, "what": "withdrawn"} for one in chosen]
    if told:
        db.session.execute(insert(Arrival), told)
    if last:
        _forget_sender(now, submission)
    db.session.flush()
    db.session.expire_all()
    record(
        actor, "withdraw_comment", f"submission:{submission.id}", now,
        submission=submission.id, digest=submission.digest, comments=chosen, files=erased,
    )  # fmt: skip
    return Taken(chosen, erased, last)


def withdraw_submission(actor: Actor, now: datetime, submission: Submission, *, released: bool = False) -> int:
    """Withdraw one sending whole; returns how many opinions. Raises Conflict as `withdraw`."""
    return len(withdraw(actor, now, submission, released=released).comments)


def _forget_sender(now: datetime, submission: Submission) -> None:
    submission.contact_sealed = None
    submission.contact_erased_at = now
    submission.submitter_shown = ""
    submission.region = ""
    wish.erase([submission.id])
