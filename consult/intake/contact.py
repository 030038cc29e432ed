"""Contact data: shown only on a logged request, erased on schedule (R14)."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from consult.base.audit import record
from consult.base.crypto import Keys
from consult.base.db import db
from consult.base.people import SYSTEM, Actor
from consult.drafts.models import Consultation
from consult.intake import wish
from consult.intake.models import MailWish, Submission


def view_contact(actor: Actor, now: datetime, submission: Submission, keys: Keys) -> dict[str, str]:
    """The contact data of one sending, opened for one person and written into the audit."""
    actor.require("office", "reviewer", "approver")
    facts = keys.unseal(submission.contact_sealed)
    record(actor, "view_contact", f"submission:{submission.id}", now, fields=sorted(facts))
    return facts


def erase_due(now: datetime, released: dict[int, datetime], days: int, limit: int = 200) -> int:
    """Erase contact data of projects whose result has been out for `days` days; one entry a batch.

    `released` (project id → moment of a release) is a later stage's fact. Where the public was asked again since, who
    wrote after that result waits for the next one. Returns how many
    submissions were erased; fewer than `limit` means that nothing is left to do.
    """
    due = [number for number, at in released.items() if at + timedelta(days=days) <= now]
    wished = select(MailWish.submission_id).where(MailWish.email_sealed.is_not(None))
    kept = Submission.contact_sealed.is_not(None) | Submission.id.in_(wished)
    asked_again = select(Consultation).where(Consultation.id.in_(due))
    again = [one.id for one in db.session.scalars(asked_again) if one.opens_at > released[one.id]]
    before = [(Submission.consultation_id == one) & (Submission.received_at <= released[one]) for one in again]
    query = select(Submission).where(Submission.consultation_id.in_(due), kept)
    query = query.where(or_(Submission.consultation_id.not_in(again), *before)) if again else query
    rows = list(db.session.scalars(query.order_by(Submission.id).limit(limit))) if due else []
    for row in rows:
        row.contact_sealed, row.contact_erased_at = None, now
    db.session.flush()
    wish.erase([row.id for row in rows])
    if rows:
        record(SYSTEM, "erase_contact", "contact", now, submissions=[row.id for row in rows])
    return len(rows)
