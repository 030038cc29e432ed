"""Hearings and other meetings (听证会, 论证会, 座谈会): told to the public, changed in public, minuted (R08)."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from consult.base.audit import record
from consult.base.clock import local_date
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.files import StoredFile, named
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.models import Consultation, Hearing
from consult.drafts.period import REASON_MIN

KINDS = {"hearing": "听证会", "expert_meeting": "论证会", "discussion": "座谈会"}
LEAD_DAYS = 30  # 规章制定程序条例 16: the notice stands thirty days before the hearing
PAPERS_DAYS = 7  # 重大行政决策程序暂行条例 16: the papers are there seven days before it
MOST_LINE, MOST_TEXT = 200, 5_000


@dataclass(frozen=True)
class Notice:
    """What the public is told of a meeting; `papers_on` is when the papers went, or will go, to those who come."""

    kind: str
    title: str
    held_at: datetime
    place: str
    topics: str
    how_to_join: str
    papers_on: date | None = None


def notice_hearing(actor: Actor, now: datetime, project: Consultation, notice: Notice) -> Hearing:
    """Publish a notice at once; Refused naming the field, Conflict before publication of the project or after its end.

    What falls short of the periods for a hearing is a warning, never a refusal (R08): see `warnings`.
    """
    actor.require("office")
    if not project.published_at:
        raise Conflict("项目发布以后才能发布会议公告。")
    if project.withdrawn_at or project.archived_at:
        raise Conflict("这个项目已经撤回或者归档，不能再发布会议公告。")
    notice = _checked(notice)
    if notice.held_at <= now:
        raise Refused("会议时间必须晚于现在，请重新填写。", "held_at")
    row = Hearing(consultation_id=project.id, noticed_at=now, noticed_by=actor.ref, **vars(notice))
    db.session.add(row)
    db.session.flush()
    record(actor, "notice_hearing", f"consultation:{project.id}", now, hearing=row.id, **_sealed(row))
    return row


def change_hearing(actor: Actor, now: datetime, row: Hearing, notice: Notice) -> None:
    """Another time, place or wording, before the meeting is minuted; the page shows what is so now."""
    actor.require("office")
    _lock_standing(row)
    if row.minutes:
        raise Conflict("会议笔录已经公布，会议公告不能再改。")
    notice = _checked(notice)
    if notice.held_at != row.held_at and notice.held_at <= now:
        raise Refused("会议时间必须晚于现在，请重新填写。", "held_at")
    for one in fields(Notice):
        setattr(row, one.name, getattr(notice, one.name))
    _changed(actor, now, row)


def withdraw_hearing(actor: Actor, now: datetime, row: Hearing, reason: str) -> None:
    """The meeting will not be held: the notice stays with the public reason."""
    actor.require("office")
    _lock_standing(row)
    if row.minutes:
        raise Conflict("会议已经开过并公布了笔录，不能再取消。")
    reason = _text(reason, "reason", "取消的理由", MOST_TEXT)
    if len(reason) < REASON_MIN:
        raise Refused(f"请写明取消的理由，至少{REASON_MIN}个字，将向社会公开。", "reason")
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = now, actor.ref, reason
    _changed(actor, now, row)


def publish_minutes(actor: Actor, now: datetime, row: Hearing, words: str, file_id: int | None = None) -> None:
    """What was said (笔录摘要), public from now on; a scan of the minutes is kept for the office's file only."""
    actor.require("office")
    _lock_standing(row)
    if now < row.held_at:
        raise Conflict("会议还没有召开，不能公布笔录。")
    row.minutes, row.minutes_at = _text(words, "minutes", "笔录摘要", 4 * MOST_TEXT), now
    row.minutes_file_id = file_id or row.minutes_file_id
    _changed(actor, now, row)


def warnings(project: Consultation, row: Hearing | Notice, noticed: datetime) -> list[str]:
    """What falls short of the periods of the two regulations, for a hearing of a project they speak of."""
    if row.kind != "hearing":
        return []
    found: list[str] = []
    lead = (local_date(row.held_at) - local_date(noticed)).days
    if project.kind == "rule" and lead < LEAD_DAYS:
        found.append(f"公告距离听证会只有 {lead} 天；规章的听证会应当提前 {LEAD_DAYS} 日公布时间、地点和内容。")
    if project.kind == "major_decision":
        last = local_date(row.held_at) - timedelta(days=PAPERS_DAYS)
        if row.papers_on is None:
            found.append(f"还没有填写材料送达日期；听证材料应当在 {last.month}月{last.day}日前送达参加人。")
        elif row.papers_on > last:
            found.append(f"材料送达距离听证会不足 {PAPERS_DAYS} 日，应当在 {last.month}月{last.day}日前送达参加人。")
    return found


def _checked(notice: Notice) -> Notice:
    if notice.kind not in KINDS:
        raise Refused("请选择会议的种类：" + "、".join(KINDS.values()) + "。", "kind")
    title = _text(notice.title, "title", "会议名称", MOST_LINE)
    place = _text(notice.place, "place", "地点", MOST_LINE)
    if "\n" in title + place:
        raise Refused("会议名称和地点请各写在一行里。", "title" if "\n" in title else "place")
    topics = _text(notice.topics, "topics", "会议事项", MOST_TEXT)
    join = _text(notice.how_to_join, "how_to_join", "参加办法", MOST_TEXT)
    return Notice(notice.kind, title, notice.held_at, place, topics, join, notice.papers_on)


def _text(text: str, field: str, words: str, most: int) -> str:
    text = clean_input(text, field).strip()
    if not text:
        raise Refused(f"请填写{words}。", field)
    if len(text) > most:
        raise Refused(f"{words}太长，最多{most}个字。", field)
    return text


def _lock_standing(row: Hearing) -> None:
    serialise(f"hearing:{row.id}")
    db.session.refresh(row)
    if row.withdrawn_at:
        raise Conflict("这次会议已经取消。")


def _changed(actor: Actor, now: datetime, row: Hearing) -> None:
    db.session.flush()
    record(actor, "change_hearing", f"consultation:{row.consultation_id}", now, hearing=row.id, **_sealed(row))


def _sealed(row: Hearing) -> dict[str, str]:
    scan = db.session.get(StoredFile, row.minutes_file_id) if row.minutes_file_id else None
    return {"digest": hearing_digest(row, scan.sha256 if scan else ""), "also": named(scan)}


def hearing_digest(row: Hearing, sha256: str) -> str:
    """SHA-256 over everything a notice says, its minutes with the hash of their scan, and its withdrawal."""
    moments = [at.astimezone(UTC).isoformat() if at else "" for at in (row.held_at, row.minutes_at, row.withdrawn_at)]
    papers = row.papers_on.isoformat() if row.papers_on else ""
    says = [row.kind, row.title, row.place, row.topics, row.how_to_join, papers, row.minutes, sha256]
    return digest([row.consultation_id, *moments, *says, row.withdrawn_by or "", row.withdraw_reason])


def hearing(project: Consultation, number: int) -> Hearing:
    """The meeting of a project with this id, withdrawn ones too; NotFound where there is none."""
    query = select(Hearing).where(Hearing.id == number, Hearing.consultation_id == project.id)
    found = db.session.scalar(query) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound("没有找到这次会议。")
    return found


def hearings(consultation_id: int) -> list[Hearing]:
    """Every meeting of a project by its day, withdrawn ones too."""
    query = select(Hearing).where(Hearing.consultation_id == consultation_id)
    return list(db.session.scalars(query.order_by(Hearing.held_at, Hearing.id)))


def coming(now: datetime) -> list[tuple[Hearing, Consultation]]:
    """Meetings of all projects that are ahead, and those that are over without minutes, the next first."""
    query = (
        select(Hearing, Consultation)
        .join(Consultation, Consultation.id == Hearing.consultation_id)
        .where(
            Hearing.withdrawn_at.is_(None), Consultation.withdrawn_at.is_(None), Consultation.archived_at.is_(None),
            (Hearing.held_at > now) | (Hearing.minutes == ""),
        )
        .order_by(Hearing.held_at, Hearing.id)
    )  # fmt: skip
    return [(row, project) for row, project in db.session.execute(query)]
