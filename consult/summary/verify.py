"""Checks the whole record against the audit chain: what was received, ruled, published is what is stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from consult.base import audit
from consult.intake.record import entered, sender_digests, submission_digest
from consult.intake.screen import fingerprint
from consult.review.models import Group
from consult.review.ruling import decision_digest
from consult.summary import (
    verify_counts,
    verify_desk,
    verify_disputes,
    verify_files,
    verify_groups,
    verify_inside,
    verify_kept,
    verify_letters,
    verify_notes,
    verify_people,
    verify_personal,
    verify_projects,
    verify_readdress,
    verify_restored,
    verify_returns,
    verify_review,
    verify_scans,
    verify_survey,
    verify_trails,
    verify_turns,
    verify_versions,
    verify_wishes,
)
from consult.summary.entries import SLICE, along, entries, of_project, slices
from consult.summary.models import Release
from consult.summary.release import release_digest
from consult.summary.steps import Report
from consult.summary.walk import C, D, K, S


def faults(session: Session, consultation_id: int | None = None, report: Report = lambda *_: None) -> Iterator[str]:
    """Every difference as a Chinese sentence, the chain's own breaks first; empty where all is as recorded.

    With `consultation_id` the rows of one project are compared; the chain is always read whole, since a
    link that is missing elsewhere proves nothing about what follows it. `report` is told checks done and in all.
    """
    yield from audit.faults(session)
    for done, (check, what) in enumerate(_CHECKS):
        report(done, len(_CHECKS), f"正在核对：{what}")
        yield from _read(check(session, consultation_id), what)
    report(len(_CHECKS), len(_CHECKS), "核对完毕")
    if consultation_id is None:
        yield from _read(verify_people.faults(session), "账号和单位名录")
        yield from dangling(session)


def dangling(session: Session) -> Iterator[str]:
    """Rows that point to rows which are not there: PostgreSQL lets nobody write them, SQLite whoever does not ask it to look."""
    if session.get_bind().dialect.name == "sqlite":
        for row in session.execute(text("PRAGMA foreign_key_check")):
            yield f"数据表 {row[0]} 第 {row[1]} 行指向数据表 {row[2]} 里不存在的记录"


def _read(found: Iterator[str], what: str) -> Iterator[str]:
    """The faults of one check; rows that it cannot even read, since somebody wrote into them, are one more."""
    try:
        yield from found
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        yield f"{what}的记录读不懂，可能被改动（{type(error).__name__}：{error}）"


@dataclass
class _Ledger:
    """What the chain says of submissions: their digests, who took theirs back and when, whose contact was erased."""

    digests: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    taken_back: dict[int, verify_files.TakenBack] = field(default_factory=dict)
    erased: dict[int, datetime | None] = field(default_factory=dict)


def _submissions(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every submission has one entry of receipt, and its opinions are those that the entry sealed."""
    said = _Ledger()
    for entry in entries(session, "submit", "register"):
        for number, value in entered(entry.action, entry.subject, entry.facts).items():
            if number in said.digests:
                yield f"提交 {number} 在审计日志中登记了两次"
            said.digests[number] = value
    said.taken_back = verify_files.taken_back(session)
    for entry in entries(session, "erase_contact"):  # restoring erases too; when it was erased elsewhere nobody here knows
        at = entry.at if entry.subject == "contact" else None
        said.erased |= {number: at or said.erased.get(number) for number in entry.facts["submissions"]}
    batch: list[Row[Any]] = []
    for row in slices(session, along(select(S), S.c.consultation_id, consultation_id), S.c.id):
        batch.append(row)
        if len(batch) == SLICE:
            yield from _compared(session, batch, said)
            batch = []
    yield from _compared(session, batch, said)
    # of one project: those of the others are there, what is nowhere is missing
    for part in _parts(sorted(said.digests)):
        present = set(session.scalars(select(S.c.id).where(S.c.id.in_(part)))) if consultation_id else set()
        yield from (f"提交 {number} 记录在审计日志中，数据库里却没有" for number in part if number not in present)
    yield from _strays(session)


def _compared(session: Session, batch: list[Row[Any]], said: _Ledger) -> Iterator[str]:
    """Compare a slice; what was compared is taken out of `said`."""
    query = (
        select(C, K.c.key)
        .select_from(C.outerjoin(K, (K.c.id == C.c.clause_id) & (K.c.version_id == C.c.version_id)))
        .where(C.c.submission_id.in_([row.id for row in batch]))
        .order_by(C.c.submission_id, C.c.ordinal)
    )
    comments = {number: list(rows) for number, rows in groupby(session.execute(query), lambda one: one.submission_id)}
    files = verify_files.facts_of(session, [row.id for row in batch])
    for row in batch:
        stated = said.digests.pop(row.id, None)
        if stated is None:
            yield f"提交 {row.id} 在审计日志中没有登记"
            continue
        found = comments.get(row.id, [])
        if len(found) != row.comment_count:
            yield f"提交 {row.id} 应有 {row.comment_count} 条意见，实有 {len(found)} 条"
            continue
        faults = _one(row, found, stated, said, files.get(row.id, []))
        yield from (f"提交 {row.id} {fault}" for fault in faults)


def _one(
    row: Row[Any], found: list[Row[Any]], stated: tuple[str, list[str]], said: _Ledger, files: list[list[object]]
) -> Iterator[str]:
    sealed, sender = stated
    present = submission_digest(row._mapping, [(one.key, one) for one in found], files)  # type: ignore[misc]
    in_order = [one.ordinal for one in found] == list(range(1, len(found) + 1))
    as_grouped = all(fingerprint(one) == one.fingerprint for one in found)  # type: ignore[arg-type]
    if sealed != row.digest or sealed != present or not in_order or not as_grouped:
        yield "的意见内容与收到时不一致"
    back = said.taken_back.get(row.id, verify_files.TakenBack())
    if any(one.withdrawn_at and not back.at(one.id) for one in found):
        yield "的意见标为撤回，审计日志中没有撤回记录"
    elif any(one.withdrawn_at != back.at(one.id) for one in found):
        yield "已经撤回，意见却没有标为撤回"
    shown, contact = sender_digests(row._mapping)
    at = back.last_at(found) or said.erased.get(row.id)
    if row.contact_erased_at != at and (at or row.id not in said.erased):
        yield "的联系方式何时清除，与审计日志不一致"
    if not back.last(found) and (shown != sender[0] or (contact != sender[1] and row.id not in said.erased)):
        yield "的提出人信息与收到时不一致"


def _strays(session: Session) -> Iterator[str]:
    """A comment filed under another project or version than its submission."""
    query = select(func.count()).select_from(C.join(S, S.c.id == C.c.submission_id))
    moved = (C.c.consultation_id != S.c.consultation_id) | (C.c.version_id != S.c.version_id)
    if count := session.scalar(query.where(moved)):
        yield f"有 {count} 条意见所属的项目或者版本与其提交不一致"


def _decisions(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every ruling, earlier ones too, is stored as it was made; approvals are recorded."""
    made = {entry.facts["digest"]: entry.number for entry in entries(session, "decide")}
    approved, revoked = _acts_on(session, "approve"), _acts_on(session, "undo_bulk")
    bulks = {
        (entry.facts["bulk"], group)
        for entry in entries(session, "decide_many")
        for group in entry.facts["decisions"].values()
    }
    filled = verify_returns.filled(session)
    group = Group.__table__
    query = select(D).join(group, group.c.id == D.c.group_id)
    for row in slices(session, along(query, group.c.consultation_id, consultation_id), D.c.id):
        name = f"归并组 {row.group_id} 的第 {row.number} 次处理意见"
        if decision_digest(row) != row.digest:  # type: ignore[arg-type]
            yield f"{name}被改动"
        if row.bulk_id is None and (row.group_id, row.number) not in filled and made.pop(row.digest, None) is None:
            yield f"{name}在审计日志中没有记录"
        elif row.bulk_id is not None and (row.bulk_id, row.group_id) not in bulks:
            yield f"{name}在批量处理的记录中没有"
        if revoked.get(row.id, (None, "")) != (row.revoked_at, row.revoked_by):
            yield f"{name}的撤回情况与审计日志不一致"
        if approved.get(row.id, (None, "")) != (row.approved_at, row.approved_by):
            yield f"{name}的审批情况与审计日志不一致"
    missing = list(made.values())
    if consultation_id is not None:
        own = select(C.c.id).where(C.c.consultation_id == consultation_id)
        missing = [number for part in _parts(missing) for number in session.scalars(own.where(C.c.id.in_(part)))]
    if missing:
        yield f"有 {len(missing)} 次处理意见记录在审计日志中，数据库里却没有"


def _acts_on(session: Session, action: str) -> dict[int, tuple[datetime, str]]:
    """Ruling → when and by whom it was last approved, or taken back with its bulk."""
    return {number: (entry.at, entry.actor) for entry in entries(session, action) for number in entry.facts["decisions"]}


def _parts(numbers: list[int]) -> Iterator[list[int]]:
    yield from (numbers[start : start + SLICE] for start in range(0, len(numbers), SLICE))


def _releases(session: Session, consultation_id: int | None) -> Iterator[str]:
    """What was published is what stands there."""
    stated = {
        entry.facts["digest"]: entry.subject
        for entry in entries(session, "release")
        if consultation_id in (None, entry.number)
    }
    query = of_project(select(Release), Release.consultation_id, consultation_id)
    for row in session.scalars(query.order_by(Release.id)):
        name = f"项目 {row.consultation_id} 的第 {row.number} 次采纳情况公告"
        if release_digest(session, row) != row.digest:
            yield f"{name}被改动"
        if stated.pop(row.digest, "") != f"consultation:{row.consultation_id}":
            yield f"{name}在审计日志中没有公布记录"
    if stated:
        yield f"有 {len(stated)} 次采纳情况公告记录在审计日志中，数据库里却没有"


_CHECKS: tuple[tuple[Callable[[Session, int | None], Iterator[str]], str], ...] = (
    (verify_restored.faults, "恢复的项目"), (verify_versions.faults, "草案文本"), (_submissions, "收到的意见"), (verify_files.faults, "附件"),
    (verify_wishes.faults, "邮件通知"), (verify_projects.faults, "项目"), (verify_notes.faults, "条款说明和通报"),
    (verify_letters.faults, "征求意见函和复函"), (verify_inside.faults, "单位内部意见"), (verify_scans.faults, "扫描件"),
    (verify_trails.faults, "链接和催办"), (verify_review.faults, "阅看和归并"), (verify_turns.faults, "阅看和归并的先后"), (verify_personal.faults, "遮盖和内部备注"),
    (verify_desk.faults, "分派和筛选"), (verify_groups.faults, "归并组"), (verify_readdress.faults, "改注条款"), (verify_counts.faults, "意见清单"),
    (verify_disputes.faults, "争议"), (_decisions, "处理意见"), (verify_returns.faults, "读入的处理表"),
    (_releases, "采纳情况公告"), (verify_survey.faults, "满意度评价"), (verify_kept.faults, "导出文件"),
)  # fmt: skip
