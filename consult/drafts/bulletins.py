"""Bulletins (通报): a public word on how the consultation goes, during and after it. Withdrawn, never deleted."""

from datetime import datetime

from sqlalchemy import select

from consult.base import clock
from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.models import Bulletin, Consultation
from consult.drafts.period import REASON_MIN

MOST_TITLE = 100
MOST_TEXT = 5000
MOST_REASON = 1000


def post_bulletin(actor: Actor, now: datetime, project: Consultation, title: str, text: str) -> Bulletin:
    """Tell the public how it goes; `title` one line, `text` kept exactly as typed. Raises Refused, Conflict."""
    actor.require("office")
    if not project.published_at:
        raise Conflict("项目发布以后才能发通报。")
    if project.archived_at:
        raise Conflict("这个项目已经归档，不能再发通报。")
    title, text = " ".join(clean_input(title, "title").split()), clean_input(text, "text")
    for name, words, value, most in (("title", "标题", title, MOST_TITLE), ("text", "正文", text, MOST_TEXT)):
        if not value.strip():
            raise Refused(f"请填写通报的{words}。", name)
        if len(value) > most:
            raise Refused(f"通报的{words}太长，最多{most}个字。", name)
    row = Bulletin(consultation_id=project.id, title=title, text=text, at=now, by=actor.ref)
    db.session.add(row)
    db.session.flush()
    record(actor, "post_bulletin", f"consultation:{project.id}", now, bulletin=row.id, digest=bulletin_digest(row))
    return row


def withdraw_bulletin(actor: Actor, now: datetime, bulletin: Bulletin, reason: str) -> None:
    """Take a bulletin back: its words are hidden, the reason is public."""
    actor.require("office")
    if bulletin.withdrawn_at:
        raise Conflict("这条通报已经撤下了。")
    reason = clean_input(reason, "reason").strip()
    if len(reason) < REASON_MIN:
        raise Refused(f"请写明撤下的理由，至少{REASON_MIN}个字，将向社会公开。", "reason")
    if len(reason) > MOST_REASON:
        raise Refused(f"理由太长，最多{MOST_REASON}个字。", "reason")
    bulletin.withdrawn_at, bulletin.withdrawn_by, bulletin.withdraw_reason = now, actor.ref, reason
    db.session.flush()
    record(actor, "withdraw_bulletin", f"consultation:{bulletin.consultation_id}", now, bulletin=bulletin.id,
           digest=withdrawal_digest(bulletin))  # fmt: skip


def bulletin_digest(row: Bulletin) -> str:
    """SHA-256 over what a bulletin says."""
    return digest([row.consultation_id, row.title, row.text])


def withdrawal_digest(row: Bulletin) -> str:
    """SHA-256 over a bulletin and the reason it was withdrawn for."""
    return digest([bulletin_digest(row), row.withdraw_reason])


def bulletin(project: Consultation, number: int) -> Bulletin:
    """The bulletin of a project with this id, withdrawn ones too; NotFound where there is none."""
    query = select(Bulletin).where(Bulletin.id == number, Bulletin.consultation_id == project.id)
    found = db.session.scalar(query) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound("没有找到这条通报。")
    return found


def public_bulletins(consultation_id: int) -> list[Bulletin]:
    """All bulletins, the newest first; of withdrawn ones a page shows no more than day and reason."""
    query = select(Bulletin).where(Bulletin.consultation_id == consultation_id)
    return list(db.session.scalars(query.order_by(Bulletin.at.desc(), Bulletin.id.desc())))


def suggestion(
    now: datetime, opens_at: datetime, closes_at: datetime, *, opinions: int, submissions: int, withdrawn: int
) -> tuple[str, str]:
    """Title and text that an office may begin with; `opinions` and `submissions` of the public, withdrawn included."""
    day = clock.show_date(min(now, closes_at))
    open_now = now < closes_at
    title = f"征求意见{'进展' if open_now else '期限届满'}情况（{clock.show_date(now)}）"
    if not opinions:
        count = f"从{clock.show_date(opens_at)}开始征求意见，截至{day}，还没有收到意见。"
    else:
        back = f"其中{withdrawn}条已由提出人撤回。" if withdrawn else ""
        received = f"共收到社会各界意见{opinions}条，来自{submissions}份提交"
        count = f"从{clock.show_date(opens_at)}开始征求意见，截至{day}，{received}。{back}"
    after = (
        f"征求意见将在{clock.show_closing(closes_at)}截止，欢迎继续提出意见。"
        if open_now
        else "目前正在逐条研究。每条意见采纳没有、理由是什么，都将在采纳情况中公布；留有回执码的，可以凭码查询。"
    )
    return title, f"{count}\n{after}"
