"""Who waits for the result and until when (R51), and the mails that remind the office, each once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from consult.base import mail
from consult.base.audit import record
from consult.base.clock import midnight, show_date
from consult.base.crypto import Keys
from consult.base.db import db, serialise
from consult.base.people import Actor, Role, User
from consult.base.text import shorten
from consult.drafts.feedback import MOST_COUNTED, NAMES, REPLY, RESULT, Clock, clock, occasion
from consult.drafts.models import Consultation
from consult.drafts.questions import named
from consult.drafts.workdays import Calendar
from consult.intake.models import Comment, Submission
from consult.summary.find import released_ids
from consult.summary.models import Release

PURPOSE = "feedback"


def clocks(consultation: Consultation, now: datetime, calendar: Calendar, result: int, reply: int) -> list[Clock]:
    """The clocks that run, the nearest first: after the deadline, until the first result; none for a project taken back.

    `result` and `reply` are workdays; the second clock runs where somebody asked for an answer.
    """
    if not consultation.published_at or consultation.withdrawn_at or now < consultation.closes_at:
        return []
    if released_ids([consultation.id]):
        return []
    found = [clock(RESULT, consultation.closes_at, now, calendar, result)]
    if asked := asking(consultation.id):
        found.append(clock(REPLY, consultation.closes_at, now, calendar, reply, asked))
    return sorted(found, key=lambda one: one.due)


def asking(consultation_id: int) -> int:
    """Sendings of the public that asked for an answer and were not taken back whole, counted up to MOST_COUNTED + 1."""
    some = select(Submission.id).where(*_asks(consultation_id)).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _asks(consultation_id: int) -> list[ColumnElement[bool]]:
    living = exists().where(Comment.submission_id == Submission.id, Comment.withdrawn_at.is_(None))
    return [Submission.consultation_id == consultation_id, Submission.wants_reply, Submission.channel != "formal", living]


def waiting(now: datetime, calendar: Calendar, result: int, reply: int) -> list[tuple[int, str]]:
    """(project, occasion) of every reminder that is due and was not made yet."""
    ended = select(Consultation).where(
        Consultation.published_at.is_not(None), Consultation.withdrawn_at.is_(None), Consultation.archived_at.is_(None),
        Consultation.closes_at <= now, ~exists().where(Release.consultation_id == Consultation.id, Release.released_at >= Consultation.opens_at),
    )  # fmt: skip
    wanted = [
        (project.id, when)
        for project in db.session.scalars(ended.order_by(Consultation.id))
        for one in clocks(project, now, calendar, result, reply)
        if (when := occasion(one, now, calendar))
    ]
    return [pair for pair in wanted if not _made(*pair)]


def _made(consultation_id: int, when: str) -> bool:
    mine = mail.Mail.reference.startswith(f"{PURPOSE}:{consultation_id}:{when}:", autoescape=True)
    return db.session.scalar(select(mail.Mail.id).where(mine).limit(1)) is not None


def remind(
    actor: Actor, now: datetime, consultation: Consultation, one: Clock, when: str, *, keys: Keys, site: str
) -> int:
    """Mail the office about one clock, once for each occasion; how many mails, 0 where it was done or nobody can be told.

    Before the last day who made and published the project, or else every account of the office; behind it the
    approvers too.
    """
    actor.require("system", "office")
    serialise(f"feedback:{consultation.id}")
    people = _people(consultation, one.over)
    if not people or _made(consultation.id, when):
        return 0
    subject, body = _subject(consultation, one), _body(consultation, one, site)
    for user in people:
        mail.post(now, keys, purpose=PURPOSE, reference=f"{PURPOSE}:{consultation.id}:{when}:{user.id}",
                  address=user.email, subject=subject, body=body)  # fmt: skip
    record(actor, "remind_feedback", f"consultation:{consultation.id}", now, occasion=when, mails=len(people))
    return len(people)


def stop(now: datetime, consultation_id: int) -> None:
    """The result is out: reminders that still wait in the outbox go nowhere. Part of a verb."""
    mail.supersede(now, f"{PURPOSE}:{consultation_id}:", "采纳情况已经公布，不再提醒")


def _people(consultation: Consultation, over: bool) -> Sequence[User]:
    hands = {consultation.created_by, consultation.published_by}
    office = _holding({"office"})
    mine = [user for user in office if f"user:{user.id}" in hands] or office
    return [*mine, *(user for user in _holding({"approver"}) if over and user not in mine)]


def _holding(roles: Collection[str]) -> list[User]:
    query = select(User).where(User.active, User.roles.any(Role.name.in_(roles))).order_by(User.id)
    return list(db.session.scalars(query))


def _subject(consultation: Consultation, one: Clock) -> str:
    return f"{NAMES[one.name]}{one.words.replace(' ', '')}：{named(shorten(consultation.title, 60), consultation.kind)}"


def _body(consultation: Consultation, one: Clock, site: str) -> str:
    where = f"{site.rstrip('/')}/office/c/{consultation.slug}/result" if site else "系统里这个项目的“采纳情况”"
    owed = f"有 {one.people} 份意见的提出人要求答复。" if one.asked else ""
    return "\n".join([
        "您好：", "",
        f"{named(consultation.title, consultation.kind)}征求意见已经截止，采纳情况还没有公布。{owed}",
        f"{NAMES[one.name]}应当在{show_date(midnight(one.due))}前办完，{one.words}。", "",
        f"请到这里办理：{where}", "",
        "这封邮件由系统自动发出，请不要回复。同一个时点只提醒一次。", "",
    ])  # fmt: skip
