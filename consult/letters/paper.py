"""Verb: the office enters a reply that came in on paper (纸质复函), as the unit's own answer in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consult.base.audit import record
from consult.base.clock import local_date, show
from consult.base.crypto import Keys
from consult.base.db import db, serialise
from consult.base.errors import Conflict, Refused
from consult.base.files import named
from consult.base.people import Actor, Unit
from consult.base.text import clean_input
from consult.drafts.models import Consultation
from consult.intake.screen import Item, Sender
from consult.intake.submit import new_send_key, submit
from consult.letters.draft import (
    FIELDS,
    check_answer,
    check_form,
    check_items,
    check_line,
    check_seal,
    identify,
    items_of,
    scans_of,
)
from consult.letters.find import answered, came_late, current_reply
from consult.letters.letter_post import stop_reminders
from consult.letters.models import FormalOpinion, Solicitation
from consult.letters.reply import reply_digest
from consult.letters.whole import is_person, require_whole

NOTE_MIN = 5  # characters that say why a reply came in before its letter went out


@dataclass(frozen=True)
class Paper:
    """What stands on the paper, and when it came in."""

    received_on: date
    answer: str = ""
    items: Sequence[Item] = ()
    reply_no: str = ""
    reply_date: date | None = None
    office_section: str = ""
    handler: str = ""
    phone: str = ""
    signatory: str = ""
    received_note: str = ""


def enter_reply(
    actor: Actor, now: datetime, solicitation: Solicitation, paper: Paper, *, keys: Keys,
    seal_file_id: int | None = None, form_file_id: int | None = None,
) -> FormalOpinion:  # fmt: skip
    """Enter a paper reply whole (R31), once; it counts as taken in (已复函) and as late by the day it was received.

    What the unit has drafted online stays stored, unsent. Raises Refused naming the field, Conflict where an
    answer stands already, or where the letter or the project was taken back.
    """
    actor.require("office")
    newest = _lock_unanswered(solicitation)
    note = _judge_day(now, solicitation, paper)
    opinion = FormalOpinion(
        solicitation_id=solicitation.id, number=newest.number + 1 if newest else 1, edition=1, source="paper",
        answer=check_answer(paper.answer), items=identify(check_items(paper.items), []), reply_date=paper.reply_date,
        received_on=paper.received_on, received_note=note, entered_by=actor.name or actor.ref,
        seal_file_id=check_seal(actor, seal_file_id, None),
        form_file_id=check_form(actor, form_file_id) if form_file_id else None,
        **{name: check_line(name, getattr(paper, name)) for name in FIELDS},
    )  # fmt: skip
    if is_person(solicitation.id):
        opinion.handler = opinion.handler or opinion.signatory  # a person handles and signs alone
    require_whole(opinion)
    if opinion.answer == "has_opinion":
        opinion.submission_id = _enter(actor, now, solicitation, opinion, keys)
    opinion.sent_at, opinion.sent_by, opinion.accepted_at, opinion.accepted_by = now, actor.ref, now, actor.ref
    db.session.add(opinion)
    db.session.flush()
    opinion.digest = reply_digest(opinion)
    stop_reminders(now, solicitation.id)
    record(actor, "enter_reply", f"letter:{solicitation.id}", now,
           kind=opinion.answer, items=len(opinion.items), digest=opinion.digest, also=named(*scans_of(opinion)))  # fmt: skip
    return opinion


def _lock_unanswered(solicitation: Solicitation) -> FormalOpinion | None:
    """Take turns on the letter; the newest answer, which does not stand."""
    serialise(f"letter:{solicitation.id}")
    db.session.refresh(solicitation)
    if solicitation.withdrawn_at:
        raise Conflict("这封函已经撤回，不能再登记复函。")
    consultation = db.session.get_one(Consultation, solicitation.consultation_id)
    if consultation.withdrawn_at or consultation.archived_at:
        raise Conflict("这个征求意见项目已经撤回或者归档，不能再登记复函。")
    newest = current_reply(solicitation.id)
    if newest is not None and newest.sent_at and answered(newest):
        raise Conflict(f"这个单位已于{show(newest.sent_at)}复函；需要更正时请先退回补正，再登记纸质复函。")
    return newest


def _judge_day(now: datetime, solicitation: Solicitation, paper: Paper) -> str:
    """The note to the day of receipt; Refused for a day that has not come, or one before the letter without a reason."""
    if paper.received_on > local_date(now):
        raise Refused("收到日期不能晚于今天。", "received_on")
    note = clean_input(paper.received_note, "received_note").strip()
    if paper.received_on < local_date(solicitation.sent_at) and len(note) < NOTE_MIN:
        raise Refused(
            f"收到日期早于发函日期{show(solicitation.sent_at)[:10]}，请核对；确实如此的，请写明原因（至少{NOTE_MIN}个字）。",
            "received_note",
        )
    if len(note) > 1000:
        raise Refused("原因最多1000个字。", "received_note")
    return note


def _enter(actor: Actor, now: datetime, solicitation: Solicitation, opinion: FormalOpinion, keys: Keys) -> int:
    """The points as one Submission of the unit; the send key is secret, as for a reply sent online."""
    unit = db.session.get_one(Unit, solicitation.unit_id)
    consultation = db.session.get_one(Consultation, solicitation.consultation_id)
    sent = submit(
        actor, now, consultation=consultation, version_id=solicitation.version_id, channel="formal",
        items=items_of(opinion), sender=Sender(kind="agency", unit_name=unit.name),
        send_key=new_send_key(),
        opens_at=solicitation.sent_at, closes_at=now + timedelta(days=1), keys=keys,
        received_on=opinion.received_on, late=came_late(solicitation, opinion), registered_by=actor.ref,
    )  # fmt: skip
    return sent.submission_id
