"""Checks the whole record against the audit chain: what was received, ruled, published is what is stored."""

from collections.abc import Callable, Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from consult.base import audit
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
    verify_readings,
    verify_restored,
    verify_returns,
    verify_review,
    verify_rulings,
    verify_scans,
    verify_sendings,
    verify_survey,
    verify_trails,
    verify_turns,
    verify_versions,
    verify_wishes,
)
from consult.summary.entries import entries, of_project
from consult.summary.models import Release
from consult.summary.release import release_digest
from consult.summary.steps import Report


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
    (verify_restored.faults, "恢复的项目"), (verify_versions.faults, "草案文本"), (verify_sendings.faults, "收到的意见"), (verify_files.faults, "附件"),
    (verify_wishes.faults, "邮件通知"), (verify_projects.faults, "项目"), (verify_notes.faults, "条款说明和通报"),
    (verify_letters.faults, "征求意见函和复函"), (verify_inside.faults, "单位内部意见"), (verify_scans.faults, "扫描件"),
    (verify_trails.faults, "链接和催办"), (verify_review.faults, "归并"), (verify_readings.faults, "阅看"), (verify_turns.faults, "阅看和归并的先后"), (verify_personal.faults, "遮盖和内部备注"),
    (verify_desk.faults, "分派和筛选"), (verify_groups.faults, "归并组"), (verify_readdress.faults, "改注条款"), (verify_counts.faults, "意见清单"),
    (verify_disputes.faults, "争议"), (verify_rulings.faults, "处理意见"), (verify_returns.faults, "读入的处理表"),
    (_releases, "采纳情况公告"), (verify_survey.faults, "满意度评价"), (verify_kept.faults, "导出文件"),
)  # fmt: skip
