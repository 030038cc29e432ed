"""Reminders of letters (催办): by the calendar of workdays, each occasion once; by hand; and the log of urging (督办)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.clock import local_date, show_closing
from consult.base.crypto import Keys, digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.drafts.workdays import Calendar
from consult.letters.find import answered, current_reply
from consult.letters.letter_post import post_letter
from consult.letters.models import Reminder, Solicitation, Urging

MOST_OVERDUE = 20  # workdays of daily reminders after the due date; from then on only by hand
WAYS = ("电话", "当面", "函件", "短信或者即时消息", "其他")


def occasion(sent_at: datetime, due_at: datetime, now: datetime, calendar: Calendar, days: Collection[int]) -> str:
    """The newest occasion for a reminder that has come by now; empty where there is none today.

    Before the due date: `before:3:2026-03-20` from the day on which three workdays are left. Occasions that had
    come already when the letter went out are none. After it: `overdue:2026-03-24`, each workday once.
    """
    today, due_day = local_date(now), last_day(due_at)
    if not calendar.is_workday(today):
        return ""
    if now >= due_at:
        late = calendar.between(due_day, today)
        return f"overdue:{today.isoformat()}" if 0 < late <= MOST_OVERDUE else ""
    left = calendar.between(today, due_day)
    come = [one for one in days if left <= one < calendar.between(local_date(sent_at), due_day)]
    return f"before:{min(come)}:{due_day.isoformat()}" if come else ""


def waiting(
    now: datetime, calendar: Calendar, days: Sequence[int], over: Collection[int] = ()
) -> list[tuple[int, str]]:
    """Letters with the occasion to remind of each now; those of projects that are `over` are left alone."""
    query = (
        select(Solicitation)
        .join(Consultation, Consultation.id == Solicitation.consultation_id)
        .where(Solicitation.withdrawn_at.is_(None), Consultation.withdrawn_at.is_(None))
        .where(Consultation.archived_at.is_(None))
    )
    wanted = {
        (letter.id, when)
        for letter in db.session.scalars(query)
        if letter.consultation_id not in over
        and (when := occasion(letter.sent_at, letter.due_at, now, calendar, days))
    }
    made = select(Reminder.solicitation_id, Reminder.occasion).where(Reminder.occasion.in_({one for _, one in wanted}))
    wanted -= {(number, when) for number, when in db.session.execute(made)}
    return [pair for pair in sorted(wanted) if not answered(current_reply(pair[0]))]


def _reminded(solicitation_id: int, when: str) -> bool:
    query = select(Reminder.id).where(Reminder.solicitation_id == solicitation_id, Reminder.occasion == when)
    return db.session.scalar(query) is not None


def remind(
    actor: Actor, now: datetime, solicitation: Solicitation, when: str, *, keys: Keys, site: str
) -> Reminder | None:
    """One reminder, once for each occasion: None where it was made before, or an answer or the withdrawal was faster."""
    actor.require("office", "system")
    serialise(f"letter:{solicitation.id}")
    db.session.refresh(solicitation)
    if solicitation.withdrawn_at or answered(current_reply(solicitation.id)) or _reminded(solicitation.id, when):
        return None
    late = now >= solicitation.due_at
    mail = post_letter(
        actor, now, solicitation, keys=keys, site=site, kind="overdue" if late else "remind",
        opening=_opening(solicitation, late),
    )  # fmt: skip
    row = Reminder(solicitation_id=solicitation.id, occasion=when, at=now, mail_reference=mail.reference)
    db.session.add(row)
    db.session.flush()
    record(actor, "remind", f"letter:{solicitation.id}", now, occasion=when)
    return row


def _opening(solicitation: Solicitation, late: bool) -> tuple[str, ...]:
    number = f"（{solicitation.letter_no}）" if solicitation.letter_no else ""
    if late:
        return (f"征求意见函{number}的复函期限（{show_closing(solicitation.due_at)}）已过，还没有收到你们的复函。",
                "请尽快办理；没有意见的，也请报送“无意见”。没有答复会记为“逾期未复”。")  # fmt: skip
    return (f"征求意见函{number}将在{show_closing(solicitation.due_at)}到期，还没有收到你们的复函。",
            "请按时办理；没有意见的，也请报送“无意见”。需要更多时间的，请与我们联系。")  # fmt: skip


def remind_now(actor: Actor, now: datetime, solicitation: Solicitation, *, keys: Keys, site: str) -> Reminder:
    """催办 by hand, whatever the calendar says."""
    actor.require("office")
    if solicitation.withdrawn_at:
        raise Conflict("这封函已经撤回。")
    row = remind(actor, now, solicitation, f"hand:{now.isoformat()}", keys=keys, site=site)
    if row is None:
        raise Conflict("这个单位已经复函，或者刚刚催办过。")
    return row


def urge(
    actor: Actor, now: datetime, solicitation: Solicitation, *, note: str, way: str = "", person: str = ""
) -> Urging:
    """A line of the log of urging: who was spoken to, how, what was said."""
    actor.require("office")
    if way and way not in WAYS:
        raise Refused("请从列出的方式里选择。", "way")
    person, note = clean_input(person, "person").strip(), clean_input(note, "note").strip()
    if "\n" in person or len(person) > 100:
        raise Refused("请写在一行里，不超过100个字。", "person")
    if not note or len(note) > 1000:
        raise Refused("请写明督办的情况，不超过1000个字。", "note")
    row = Urging(solicitation_id=solicitation.id, at=now, by=actor.ref, by_name=actor.name, way=way, person=person,
                 note=note)  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(actor, "urge", f"letter:{solicitation.id}", now, urging=row.id, digest=urging_digest(row))
    return row


def urging_digest(row: Urging) -> str:
    """SHA-256 over what was noted."""
    return digest([row.solicitation_id, row.way, row.person, row.note, row.by_name])


def reminders(solicitation_id: int) -> list[Reminder]:
    """The reminders of a letter, the oldest first."""
    query = select(Reminder).where(Reminder.solicitation_id == solicitation_id)
    return list(db.session.scalars(query.order_by(Reminder.id)))


def urgings(solicitation_id: int) -> list[Urging]:
    """The log of urging of a letter, the oldest first."""
    return list(db.session.scalars(select(Urging).where(Urging.solicitation_id == solicitation_id).order_by(Urging.id)))


def times(solicitation_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """letter → how often it was reminded and urged; two queries."""
    found = {}
    for table, place in ((Reminder, 0), (Urging, 1)):
        query = select(table.solicitation_id, func.count()).where(table.solicitation_id.in_(solicitation_ids))
        for number, count in db.session.execute(query.group_by(table.solicitation_id)):
            both = list(found.get(number, (0, 0)))
            both[place] = count
            found[number] = (both[0], both[1])
    return found


def show_occasion(code: str) -> str:
    """An occasion as the office reads it."""
    kind, _, rest = code.partition(":")
    if kind == "before":
        left, _, day = rest.partition(":")
        due = date.fromisoformat(day)
        return f"{due.month}月{due.day}日到期，" + ("当天提醒" if left == "0" else f"提前{left}个工作日提醒")
    return {"overdue": "逾期提醒", "hand": "人工催办"}.get(kind, code)
