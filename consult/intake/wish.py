"""有结果时发邮件告诉我: one mail for one project and address when its result is out, and then the address is gone."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from consult.base import mail
from consult.base.audit import record
from consult.base.crypto import Keys, keyed
from consult.base.db import db
from consult.base.errors import Conflict, Refused
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.models import Comment, MailWish, Submission
from consult.intake.screen import Sender, screen_sender

PURPOSE = "result"


def require_address(email: str, field: str = "wish_email") -> str:
    """The address that one mail goes to; Refused where it cannot be one."""
    found = email.strip()
    if not found:
        raise Refused("要收邮件通知，请写上邮箱；也可以不勾，以后凭回执码查询。", field)
    if not found.isascii() or any(char in found for char in ' ,;<>"\\'):
        raise Refused("邮箱地址里有不能用的字符，请检查。", field)
    try:
        screen_sender(Sender(email=found))
    except Refused as error:
        raise Refused(error.message.replace("，或者不填", ""), field) from None
    return found


def want(
    actor: Actor, now: datetime, submission: Submission, email: str, keys: Keys, *, released: bool = False
) -> None:
    """Ask for the mail, or change where it goes. Raises Conflict once the result is out or all is withdrawn."""
    address = require_address(email)
    if released:
        raise Conflict("采纳情况已经公布，就在这个页面上，不再另发邮件。")
    living = select(Comment.id).where(Comment.submission_id == submission.id, Comment.withdrawn_at.is_(None))
    if db.session.scalar(living.limit(1)) is None:
        raise Conflict("这次提交的意见已经全部撤回，不再发邮件。")
    row = db.session.get(MailWish, submission.id)
    if row is None:
        row = MailWish(submission_id=submission.id)
        db.session.add(row)
    sealed = keys.seal({"email": address}) or b""
    row.email_sealed, row.wanted_at, row.mailed_at = sealed, now, None
    db.session.flush()
    sum_of = hashlib.sha256(sealed).hexdigest()
    record(actor, "wish_mail", f"submission:{submission.id}", now, submission=submission.id, digest=sum_of)


def drop(actor: Actor, now: datetime, submission: Submission) -> None:
    """No mail after all: the address is erased. Raises Conflict where none was wished for."""
    if not wanted(submission.id):
        raise Conflict("现在没有登记邮件通知。")
    erase([submission.id])
    record(actor, "wish_mail", f"submission:{submission.id}", now, submission=submission.id, digest="")


def wanted(submission_id: int) -> bool:
    """Whether a mail is still to come."""
    row = db.session.get(MailWish, submission_id)
    return row is not None and row.email_sealed is not None


def erase(submission_ids: Collection[int]) -> None:
    """Forget the addresses of these sendings."""
    db.session.execute(delete(MailWish).where(MailWish.submission_id.in_(submission_ids)))
    db.session.flush()
    db.session.expire_all()


def waiting(consultation_ids: Collection[int]) -> bool:
    """Whether anybody waits for the result of one of these projects."""
    return _next(consultation_ids, 1) != []


def tell(
    now: datetime, released: Mapping[int, int], keys: Keys, write: Callable[[Consultation], tuple[str, str]],
    limit: int = 25,
) -> int:  # fmt: skip
    """Put one mail into the outbox for each who waits, and erase their addresses here; how many wishes were met.

    `released` (project id → number of its newest result) and `write` (project → subject and words) are later
    stages' facts. Two sendings with the same address are one mail. Fewer than `limit` means that nobody is left.
    """
    rows = _next(released.keys(), limit)
    for row, project in rows:
        address = keys.unseal(row.email_sealed)["email"]
        whose = keyed(keys.address, f"mail|{address.lower()}")[:32]
        subject, body = write(project)
        mail.post(
            now, keys, purpose=PURPOSE, reference=f"{PURPOSE}:{project.id}:{released[project.id]}:{whose}",
            address=address, subject=subject, body=body,
        )  # fmt: skip
        row.email_sealed, row.mailed_at = None, now
    db.session.flush()
    return len(rows)


def _next(consultation_ids: Collection[int], limit: int) -> list[tuple[MailWish, Consultation]]:
    query = (
        select(MailWish, Consultation)
        .join(Submission, Submission.id == MailWish.submission_id)
        .join(Consultation, Consultation.id == Submission.consultation_id)
        .where(Submission.consultation_id.in_(list(consultation_ids)), MailWish.email_sealed.is_not(None))
        .order_by(MailWish.submission_id)
        .limit(limit)
    )
    return [(row, project) for row, project in db.session.execute(query)]
