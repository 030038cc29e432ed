"""What is said of a draft for people, beside its frozen text: 主要内容 in plain words and a link to 解读."""

from datetime import datetime

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.addresses import web_address
from consult.drafts.models import Consultation

MOST_SUMMARY = 400  # the poster is one sheet


def checked(plain_summary: str, interpretation_url: str) -> dict[str, str]:
    """Both fields as they may be stored; raises Refused for one that is too long or no address."""
    summary = clean_input(plain_summary, "plain_summary").strip()
    if len(summary) > MOST_SUMMARY:
        raise Refused(f"主要内容太长，最多{MOST_SUMMARY}个字，要放得进一张海报。", "plain_summary")
    url = web_address(interpretation_url, "interpretation_url")
    return {"plain_summary": summary, "interpretation_url": url}


def introduce(actor: Actor, now: datetime, project: Consultation, plain_summary: str, interpretation_url: str) -> None:
    """Change the plain words and the link of a published project: they are no part of the frozen draft."""
    actor.require("office")
    if not project.published_at:
        raise Conflict("项目还没有发布，请在“修改项目信息”里填写。")
    if project.withdrawn_at or project.archived_at:
        raise Conflict(f"这个项目已经{'撤回' if project.withdrawn_at else '归档'}，不能再改。")
    for name, value in checked(plain_summary, interpretation_url).items():
        setattr(project, name, value)
    db.session.flush()
    record(actor, "introduce", f"consultation:{project.id}", now, digest=introduction_digest(project))


def introduction_digest(project: Consultation) -> str:
    """SHA-256 over the plain words and the link."""
    return digest([project.plain_summary, project.interpretation_url])


NOTHING_SAID = digest(["", ""])
