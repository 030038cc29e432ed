"""Verbs of the office that change letters which are out: other words, or a later date for all at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from consult.base.audit import record
from consult.base.db import db
from consult.base.errors import Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.workdays import Calendar
from consult.letters.find import answered, current_reply
from consult.letters.issue import WORDS, check_body, check_clauses, extend_due, judge_due, letter_digest, lock_open
from consult.letters.models import Solicitation


def correct_letter(
    actor: Actor, now: datetime, solicitation: Solicitation, *, letter_no: str, body: str,
    clause_keys: Sequence[str], reason: str,
) -> list[str]:  # fmt: skip
    """Other words, number or clauses (更正); the earlier ones and the reason stay. What to think over.

    A letter that said 逾期视为无意见 goes on saying so, and one that did not cannot begin to: for that it is
    taken back and written anew. Raises Refused for what cannot be, Conflict for a letter that was taken back.
    """
    actor.require("office")
    lock_open(solicitation)
    text, warnings = check_body(body, solicitation.silence_is_consent)
    after = {
        "letter_no": _line(letter_no),
        "body": text,
        "clause_keys": check_clauses(solicitation.version_id, clause_keys),
    }
    before = {name: getattr(solicitation, name) for name in WORDS}
    if after == before:
        raise Refused("函的内容没有改动。", "body")
    reason = clean_input(reason, "reason").strip()
    if not reason:
        raise Refused("请写明更正的理由，收函单位能看到。", "reason")
    stated = letter_digest(solicitation, first_due(solicitation))
    for name, value in after.items():
        setattr(solicitation, name, value)
    entry = {"before": before, "after": after, "reason": reason, "at": now.isoformat(), "by": actor.ref}
    solicitation.corrections = [*solicitation.corrections, entry]
    db.session.flush()
    record(actor, "correct_letter", f"letter:{solicitation.id}", now, before=stated,
           after=letter_digest(solicitation, first_due(solicitation)))  # fmt: skip
    return warnings


def _line(text: str) -> str:
    text = clean_input(text, "letter_no").strip()
    if "\n" in text or len(text) > 100:
        raise Refused("发函文号请写在一行里，不超过100个字。", "letter_no")
    return text


def first_due(solicitation: Solicitation) -> datetime:
    """The date that the letter named when it went out."""
    later = solicitation.extensions
    return datetime.fromisoformat(later[0]["before"]) if later else solicitation.due_at


def standing(consultation_id: int) -> list[Solicitation]:
    """The letters of a project that were not taken back."""
    query = select(Solicitation).where(
        Solicitation.consultation_id == consultation_id, Solicitation.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Solicitation.id)))


def unanswered(consultation_id: int) -> list[Solicitation]:
    """The letters of a project that still wait for an answer."""
    return [one for one in standing(consultation_id) if not answered(current_reply(one.id))]


def extend_all(
    actor: Actor, now: datetime, consultation_id: int, due_at: datetime, reason: str, calendar: Calendar
) -> tuple[list[Solicitation], list[str]]:
    """A later date for every unit that has not answered yet and is due before it; these letters, and warnings.

    Each letter has its own entry of the audit, as if it were extended alone.
    """
    actor.require("office")
    warnings = judge_due(now, due_at, calendar, reason)
    wanted = [one for one in unanswered(consultation_id) if one.due_at < due_at]
    if not wanted:
        raise Refused("没有需要延长的函：还没有复函的单位，期限都不早于这个时间。", "due_at")
    for one in wanted:
        extend_due(actor, now, one, due_at, reason)
    return wanted, warnings
