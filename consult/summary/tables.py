"""Puts each table together: its rows, the block over them, the line under them, the mark before the deadline."""

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from consult.base.clock import show_date
from consult.base.errors import NotFound
from consult.drafts.models import Consultation
from consult.drafts.questions import required
from consult.review.words import METHOD
from consult.summary import additions, changes, ledger, numbers, raw, rows
from consult.summary.narrow import COUNTED, COUNTING, NOTICE, Part
from consult.summary.table import COLUMNS, Cell, Table, in_progress, title_of

_PHONE = re.compile(r"(?:电话|手机|联系方式)[：:\s]*([0-9０-９][0-9０-９\-—－()（）\s、/]{5,40}[0-9０-９])")
_PERSON = re.compile(r"(?:联系人|承办人|经办人)[：:\s]*([^\s，,；;：:、。0-9]{2,12})")
_ANY_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[-—－ ]?\d{7,8}|1[3-9]\d{9})(?!\d)")


def contact_parts(contact: str) -> tuple[str, str]:
    """(承办人, 联系电话) as far as the contact lines name them; empty where a person must write them in."""
    person, phone = _PERSON.search(contact), _PHONE.search(contact)
    spare = _ANY_PHONE.search(contact)
    number = phone.group(1).strip() if phone else spare.group() if spare else ""
    return (person.group(1) if person else "", number)


def build(
    session: Session, name: str, consultation: Consultation, now: datetime, part: Part | None = None
) -> Table:
    """The table called `name` as it stands; NotFound for a name that is none. Its rows are read as they pass.

    With `part` only what a filter shows, which is said over the table, under it, and beside what is in progress.
    """
    if name not in COLUMNS:
        raise NotFound(f"没有“{name}”这张表，可选：{'、'.join(COLUMNS)}。", "table")
    columns = COLUMNS[name][1]
    cells, foot = _parts(session, name, consultation.id, now, part)
    marks = [in_progress(now, consultation.closes_at), part.narrowing.told if part else ""]
    if part:
        foot = (NOTICE[name == "raw"], *((COUNTED + foot[0], *foot[1:]) if name in COUNTING else foot))
    return Table(
        name=name,
        title=title_of(name, consultation.title, consultation.stage_label, consultation.kind),
        headings=tuple(columns),
        widths=tuple(columns.values()),
        rows=cells,
        head=_head(consultation, now),
        foot=foot,
        mark="　".join(one for one in marks if one),
        narrowed=part.narrowing.words if part else "",
        made_at=now,
    )


def _parts(
    session: Session, name: str, number: int, now: datetime, part: Part | None
) -> tuple[Iterator[tuple[Cell, ...]], tuple[str, ...]]:
    """Rows and foot of a table."""
    only = part.choice if part else None
    if name == "summary":
        return (row.cells() for row in rows.summary_rows(session, number, only)), _summary_foot(session, number, now)
    if name == "summary-gb":
        return (row.cells_gb() for row in rows.summary_rows(session, number, only)), _summary_foot(session, number, now)
    if name == "adoption":
        return (row.cells() for row in rows.adoption_rows(session, number, only)), _adoption_foot(session, number)
    if name == "ledger":
        found = ledger.ledger_of(number, now)
        return ledger.ledger_rows(session, found), ledger.ledger_foot(session, found)
    if name == "comparison":
        return changes.comparison_rows(session, number, only), ()
    if name == "disputes":
        return changes.dispute_rows(session, number, only), ()
    keep = raw.keeper(number, part.narrowing.wanted, part.choice) if part else None
    return raw.raw_rows(session, number, keep), ("本表不含联系方式；撤回的意见只保留记录，不显示内容。",)


def _head(consultation: Consultation, now: datetime) -> tuple[tuple[str, str], ...]:
    """项目名称、起草单位、承办人、联系电话、填表日期; 共 页第 页 is a field that each format counts itself."""
    person, phone = contact_parts(consultation.contact)
    return (
        ("项目名称", consultation.title),
        (required(consultation.kind)["drafting_unit"], consultation.drafting_unit),
        ("承办人", person),
        ("联系电话", phone),
        ("填表日期", show_date(now)),
    )


def _summary_foot(session: Session, number: int, now: datetime) -> tuple[str, ...]:
    """The 说明 of domain §10 in computed numbers; a unit without an answer is never one without objections."""
    units = numbers.read_units(session, number, now)
    received, withdrawn, groups = numbers.public_counts(session, number)
    silent = units["u_sent"] - units["u_replied"]
    persons = f"另书面征求专家、代表等 {units['p_sent']} 人，回复 {units['p_replied']} 人，其中提出意见的 {units['p_has']} 人。"
    taken_back = f"其中已撤回 {withdrawn} 条，不列入本表。" if withdrawn else ""
    return (
        f"说明：(1)发送征求意见稿的单位数 {units['u_sent']} 个；(2)收到后回函的单位数 {units['u_replied']} 个；"
        f"(3)回函并有建议或意见的单位数 {units['u_has']} 个；(4)没有回函的单位数 {silent} 个；"
        f"(5)收到公众意见 {received} 条，归并后 {groups} 条。{taken_back}{persons if units['p_sent'] else ''}"
        f"{_extra(session, number)}{_method(groups, received - withdrawn)}",
    )


def _adoption_foot(session: Session, number: int) -> tuple[str, ...]:
    received, withdrawn, groups = numbers.public_counts(session, number)
    return (
        f"说明：收到公众意见 {received} 条，其中已撤回 {withdrawn} 条。"
        "内容相同的意见归并为一行，“同类意见数”为归并的条数；撤回和不予受理的意见不列入本表；姓名、电话等个人信息已作隐去处理，提出人未同意公开原文的不引用原文。"
        f"{_extra(session, number)}{_method(groups, received - withdrawn)}",
    )


def _extra(session: Session, number: int) -> str:
    """Additions are a line of their own, in no sum (decisions.md)."""
    more, _ = additions.counts(session, number)
    return f"另有补充意见 {more} 条，列在各条意见之后，不计入条数。" if more else ""


def _method(groups: int, opinions: int) -> str:
    """How like opinions were found (R19), where any were."""
    return f"归并方法：{METHOD}。" if groups < opinions else ""
