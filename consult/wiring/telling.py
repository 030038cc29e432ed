"""The job that writes to everybody who wished to hear of a result: one mail each, that says nothing of what they wrote."""

from flask import current_app

from consult.base import jobs
from consult.base.db import transaction
from consult.base.text import shorten
from consult.drafts.models import Consultation
from consult.drafts.questions import named
from consult.intake import wish
from consult.summary import find as results
from consult.web import moment


def tell_results(report: jobs.Progress) -> str:
    """One mail into the outbox for everybody who wished to hear of a result that is out."""
    total = 0
    while True:
        released = results.newest_numbers()
        with transaction():
            told = wish.tell(moment(), released, current_app.extensions["keys"], _result_mail)
        total += told
        report(total, 0)
        if not told:
            return f"写好 {total} 封"


def _result_mail(project: Consultation) -> tuple[str, str]:
    """Subject and words: no code, no opinion, nothing that says what the reader wrote."""
    site = current_app.config["SETTINGS"].public_url.rstrip("/")
    where = f"打开 {site}/receipt" if site else "打开您提交意见的网站，点“查询回执”"
    whole = f"{site}/c/{project.slug}/result" if site else ""
    lines = [
        "您好：",
        "",
        f"您参加的{named(project.title, project.kind)}征求意见，采纳情况已经公布。每条意见采纳不采纳、为什么，都有说明。",
        "",
        f"看您自己的意见：{where}，输入您的回执码。",
        *([f"看全部意见的采纳情况：{whole}"] if whole else []),
        "",
        "这封邮件由系统自动发出，请不要回复。您的邮箱在发出这封邮件以后已经删除，不会再收到别的邮件。",
        "",
        project.drafting_unit,
    ]
    return f"采纳情况公布了：{named(shorten(project.title, 60), project.kind)}", "\n".join([*lines, ""])
