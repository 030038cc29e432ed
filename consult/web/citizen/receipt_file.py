"""The receipt as a text file in plain words: what was sent, when, where to look, how to check."""

from datetime import date

from sqlalchemy import select

from consult.base.audit import AuditEntry
from consult.base.clock import show, show_closing
from consult.base.db import db
from consult.drafts.models import Consultation
from consult.drafts.questions import named, whole
from consult.intake import attachments
from consult.intake.find import clauses_by_id, comments_of
from consult.intake.models import Comment, Submission
from consult.intake.supplement import with_supplements
from consult.intake.words import STANCES
from consult.web.citizen.lines import name_of
from consult.web.filters import filesize


def receipt_text(code: str, found: Submission, project: Consultation, site: str, due: date) -> str:
    """The whole file, lines ending in LF; the words of withdrawn opinions are not in it."""
    where = f"打开 {site.rstrip('/')}/receipt" if site else "打开提交意见的网站，点“查询回执”"
    lines = [
        "征求意见回执",
        "",
        f"回执码：{code}",
        f"项目：{named(project.title, project.kind)}",
        f"征求意见的单位：{project.drafting_unit}",
        f"征求意见截止：{show_closing(project.closes_at)}",
        "",
        "请妥善保管这个回执码：它是查看处理结果的唯一凭证，遗失不能补发。不要发给别人。",
        "",
        "一、您提交了什么",
    ]
    for one in with_supplements(found):
        lines += _sending(one, added=one is not found, whole=whole(project.kind))
    lines += ["", "二、到哪里看结果", f"{where}，输入回执码。", f"预计 {due.year}年{due.month}月{due.day}日前公布采纳情况。"]
    lines += ["公布以前，还可以撤回意见；截止以前，还可以补充意见。", "", "三、怎样证明意见没有被改动"]
    return "\n".join([*lines, *_proof(found, site), ""])


def _sending(one: Submission, added: bool, whole: str) -> list[str]:
    comments = comments_of(one.id)
    clauses = clauses_by_id([comment.clause_id for comment in comments])
    lines = ["", f"{show(one.received_at)} {'补充' if added else '收到'}，共 {len(comments)} 条："]
    for number, comment in enumerate(comments, 1):
        clause = clauses.get(comment.clause_id or 0)
        lines += ["", f"（{number}）{name_of(clause) if clause else whole}", *_words(comment)]
    files = [file for file in attachments.of([one.id]).get(one.id, []) if not file.erased_at]
    if files:
        lines += ["", "附件：", *(f"{file.name}（{filesize(file.size)}）" for file in files)]
    return lines


def _words(comment: Comment) -> list[str]:
    if comment.withdrawn_at:
        return [f"{show(comment.withdrawn_at)} 已撤回"]
    parts = (("意见", comment.text), ("建议改成", comment.proposed_text), ("理由", comment.reason))
    stance = [] if comment.stance == "other" else [f"态度：{STANCES[comment.stance]}"]
    return [*stance, *(f"{title}：{words}" for title, words in parts if words)]


def _proof(found: Submission, site: str) -> list[str]:
    """Number and seal of the entry in the audit chain: whoever holds them can have the record checked later."""
    table = AuditEntry.__table__
    query = select(table.c.id, table.c.hash).where(
        table.c.action == "submit", table.c.subject == f"submission:{found.id}"
    )
    entry = db.session.execute(query).first()
    page = f"（{site.rstrip('/')}/verify）" if site else ""
    lines = ["收到意见的时候，系统按意见的内容算出了一串校验值，改动一个字，校验值就对不上。", f"意见的校验值：{found.digest}"]
    if entry:
        lines += [f"审计日志第 {entry.id} 条，校验值：{entry.hash}"]
    return [*lines, f"以后可以请起草单位核对（工作人员运行 consult verify），看这两个校验值是不是还和这里写的一样。办法见网站最下面的“怎么核对”{page}。"]
