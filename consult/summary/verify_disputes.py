"""Verify, disputes and hearings: both sides, meetings, results and notices stand as they were recorded."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.files import StoredFile, named
from consult.drafts.hearings import hearing_digest
from consult.drafts.models import Hearing
from consult.review.disputes import mediation_digest, result_digest, views_digest
from consult.review.models import Dispute, Mediation
from consult.summary.entries import Entry, entries, of_project
from consult.summary.verify_scans import fault_of

Act = tuple[str, datetime, str]  # digest, when, by whom


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between disputes, mediations and hearings and what was recorded of them."""
    rows = list(session.scalars(of_project(select(Dispute), Dispute.consultation_id, consultation_id)))
    yield from _views(session, rows, consultation_id)
    yield from _results(session, rows)
    yield from _meetings(session, {one.id for one in rows}, consultation_id)
    yield from _hearings(session, consultation_id)


def _views(session: Session, rows: list[Dispute], consultation_id: int | None) -> Iterator[str]:
    """A dispute says what its last entry sealed, and was opened by whom and when its first one says."""
    opened: dict[int, tuple[int, datetime, str]] = {}
    sealed: dict[int, str] = {}
    for entry in entries(session, "open_dispute", "change_dispute"):
        if entry.action == "open_dispute":
            opened[entry.facts["dispute"]] = entry.number, entry.at, entry.actor
        sealed[entry.facts.get("dispute", entry.number)] = entry.facts["digest"]
    for row in rows:
        if opened.pop(row.id, None) != (row.comment_id, row.opened_at, row.opened_by):
            yield f"争议 {row.id} 的登记与审计日志不一致"
        if sealed.get(row.id) != views_digest(row):
            yield f"争议 {row.id} 的双方意见被改动"
    if consultation_id is None:
        yield from (f"争议 {number} 记录在审计日志中，数据库里却没有" for number in sorted(opened))


def _results(session: Session, rows: list[Dispute]) -> Iterator[str]:
    settled: dict[int, Act] = {}
    confirmed: dict[int, Act] = {}
    for entry in entries(session, "settle_dispute", "confirm_dispute"):
        act = entry.facts["digest"], entry.at, entry.actor
        if entry.action == "settle_dispute":
            settled[entry.number] = act
            confirmed.pop(entry.number, None)
        else:
            confirmed[entry.number] = act
    for row in rows:
        sealed = result_digest(row)
        stated = (sealed, row.settled_at, row.settled_by) if row.settled_at or row.result or row.earlier else None
        if settled.get(row.id) != stated:
            yield f"争议 {row.id} 的处理结果与审计日志不一致"
        yes = (sealed, row.confirmed_at, row.confirmed_by) if row.confirmed_at or row.confirmed_by else None
        if confirmed.get(row.id) != yes:
            yield f"争议 {row.id} 的确认情况与审计日志不一致"


def _meetings(session: Session, disputes: set[int], consultation_id: int | None) -> Iterator[str]:
    stated = {entry.facts["mediation"]: entry for entry in entries(session, "mediate")}
    query = select(Mediation, StoredFile).outerjoin(StoredFile, StoredFile.id == Mediation.file_id)
    for row, scan in session.execute(query.order_by(Mediation.id)):
        told = stated.pop(row.id, None)
        if consultation_id is not None and row.dispute_id not in disputes and not (told and told.number in disputes):
            continue
        present = (row.dispute_id, mediation_digest(row, scan.sha256 if scan else ""), row.at, row.by)
        if told is None or (told.number, told.facts["digest"], told.at, told.actor) != present:
            yield f"协调记录 {row.id} 与审计日志不一致"
        elif fault := _scan(scan, told):
            yield f"协调记录 {row.id} 的扫描件{fault}"
    for number, told in sorted(stated.items()):
        if consultation_id is None or told.number in disputes:
            yield f"协调记录 {number} 记录在审计日志中，数据库里却没有"


def _scan(scan: StoredFile | None, told: Entry) -> str:
    """What is wrong with a scan, its name first; empty where all is well or there is none."""
    if not told.seals(named(scan)):
        return "的名称被改动"
    return fault_of(scan) if scan else ""


def _hearings(session: Session, consultation_id: int | None) -> Iterator[str]:
    first: dict[int, tuple[int, datetime, str]] = {}
    last: dict[int, Entry] = {}
    for entry in entries(session, "notice_hearing", "change_hearing"):
        number = entry.facts["hearing"]
        if entry.action == "notice_hearing" and consultation_id in (None, entry.number):
            first[number] = entry.number, entry.at, entry.actor
        last[number] = entry
    rows = session.execute(
        of_project(select(Hearing, StoredFile), Hearing.consultation_id, consultation_id)
        .outerjoin(StoredFile, StoredFile.id == Hearing.minutes_file_id)
        .order_by(Hearing.id)
    )
    for row, scan in rows:
        if first.pop(row.id, None) != (row.consultation_id, row.noticed_at, row.noticed_by):
            yield f"会议公告 {row.id} 的发布与审计日志不一致"
        told = last.get(row.id)
        if told is None or told.facts["digest"] != hearing_digest(row, scan.sha256 if scan else ""):
            yield f"会议公告 {row.id} 的内容被改动"
        elif fault := _scan(scan, told):
            yield f"会议公告 {row.id} 的笔录扫描件{fault}"
    yield from (f"会议公告 {number} 记录在审计日志中，数据库里却没有" for number in sorted(first))
