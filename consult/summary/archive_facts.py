"""What an archive's metadata and its page tell of a project: GB/T 18894, the acts with their times, the numbers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.audit import AuditEntry
from consult.base.clock import show, show_date
from consult.drafts import find as drafts
from consult.drafts.models import KINDS, Consultation
from consult.summary.archive_words import Listed, Said
from consult.summary.published import published
from consult.summary.restore_models import RestoredEntry
from consult.summary.tally import tally

PROGRAM = "Consult（征求意见）"
# the acts of a project that its metadata name; every other one stands in the audit excerpt
ACTS = {
    "load": "拟稿", "clear_secrecy": "保密审查", "publish": "发布征求意见", "extend": "延长期限",
    "publish_version": "发布新文本", "issue_letter": "征求单位意见", "approve_table": "审批采纳情况",
    "release": "公布采纳情况", "withdraw_project": "撤回", "restore": "由归档包恢复",
}  # fmt: skip


def metadata_of(
    session: Session, project: Consultation, now: datetime, name: str, size: int, names: Mapping[str, str]
) -> dict[str, Any]:
    """The elements of GB/T 18894 in its words (domain §5); 业务行为 with time and who, from the audit chain."""
    return {
        "题名": project.title,
        "文件编号": project.doc_no or project.slug,
        "责任者": project.issuing_office or project.drafting_unit or "未填",
        "日期": show_date(now),
        "机构或问题": project.drafting_unit or KINDS.get(project.kind, project.kind),
        "保管期限": "永久",
        "密级": "公开（已经保密审查）" if project.secrecy_at else "未定",
        "格式信息": "zip，内含 xlsx、docx、csv、json、txt、xml、html、jsonl 和原始附件",
        "计算机文件名": name,
        "大小": f"{size} 字节（解压后，不含本说明和清单）",
        "创建程序": PROGRAM,
        "业务行为": _acts(session, project.id, names),
    }


def _acts(session: Session, consultation_id: int, names: Mapping[str, str]) -> list[dict[str, str]]:
    earlier, entry = RestoredEntry, AuditEntry
    own = [one.subject == f"consultation:{consultation_id}" for one in (earlier, entry)]
    before = select(earlier).where(earlier.consultation_id == consultation_id, own[0], earlier.action.in_(ACTS))
    here = select(entry).where(own[1], entry.action.in_(ACTS))
    found = [*session.scalars(before.order_by(earlier.number)), *session.scalars(here.order_by(entry.id))]
    return [
        {"行为": ACTS[one.action], "时间": one.at.isoformat(), "机构人员名称": names.get(one.actor, one.actor)}
        for one in found
    ]


def facts_of(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The metadata as label and value for the page, acts one a line."""
    plain = [(name, str(value)) for name, value in metadata.items() if isinstance(value, str)]
    return plain + [
        (one["行为"], f"{show(datetime.fromisoformat(one['时间']))}　{one['机构人员名称']}")
        for one in metadata["业务行为"]
    ]


def said_of(session: Session, project: Consultation, facts: Sequence[tuple[str, str]], files: Sequence[Listed]) -> Said:
    """Everything that the page of an archive shows."""
    period = [("征求意见时间", f"{show(project.opens_at)} 至 {show(project.closes_at)}")]
    counted = [(title, counts) for title, counts in tally(session, project.id).sections() if title != "收到日期"]
    texts = [
        (f"第{one.number}稿：{one.title}", f"texts/version-{one.number}.txt") for one in drafts.versions(project.id)
    ]
    told = [(f"{one.name}公告（{show(one.release.released_at)}）", one.release.notice) for one in published(project)]
    return Said(
        f"{project.title}——项目档案", [*facts, *period], [(f"意见统计：{a}", b) for a, b in counted], told, texts, files
    )
