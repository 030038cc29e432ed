"""Verify, what the office says alongside: notes, bulletins and plain words stand as they were written."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.drafts.bulletins import bulletin_digest, withdrawal_digest
from consult.drafts.introduction import NOTHING_SAID, introduction_digest
from consult.drafts.models import Bulletin, ClauseNote, Consultation
from consult.drafts.notes import note_digest
from consult.summary.entries import Entry, entries, of_project

Said = tuple[int, str, datetime | None, str | None]  # project, digest, when, by whom


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between what stands beside the drafts and what was recorded of it."""
    yield from _introductions(session, consultation_id)
    notes = of_project(select(ClauseNote), ClauseNote.consultation_id, consultation_id)
    stored = {
        one.id: (_said(one, note_digest(one)), _withdrawn(one, note_digest(one)))
        for one in session.scalars(notes.order_by(ClauseNote.id))
    }
    yield from _compared(session, consultation_id, stored, "note", "note_clause", "withdraw_note", "条款说明")
    bulletins = of_project(select(Bulletin), Bulletin.consultation_id, consultation_id)
    stored = {
        one.id: (_said(one, bulletin_digest(one)), _withdrawn(one, withdrawal_digest(one)))
        for one in session.scalars(bulletins.order_by(Bulletin.id))
    }
    yield from _compared(session, consultation_id, stored, "bulletin", "post_bulletin", "withdraw_bulletin", "通报")


def _said(row: ClauseNote | Bulletin, digest: str) -> Said:
    return row.consultation_id, digest, row.at, row.by


def _withdrawn(row: ClauseNote | Bulletin, digest: str) -> Said | None:
    if row.withdrawn_at is None and row.withdrawn_by is None and not getattr(row, "withdraw_reason", ""):
        return None
    return row.consultation_id, digest, row.withdrawn_at, row.withdrawn_by


def _compared(
    session: Session, consultation_id: int | None, stored: dict[int, tuple[Said, Said | None]], name: str,
    put: str, taken: str, words: str,
) -> Iterator[str]:  # fmt: skip
    """Each row beside its entry of writing and, where it was withdrawn, its entry of that."""
    written: dict[int, Said] = {}
    withdrawn: dict[int, Said] = {}
    for entry in entries(session, put, taken):
        if consultation_id in (None, entry.number):
            (written if entry.action == put else withdrawn)[entry.facts[name]] = _stated(entry)
    for number, (said, gone) in stored.items():
        if written.get(number) != said:
            yield f"{words} {number} 与审计日志不一致"
        if withdrawn.get(number) != gone:
            yield f"{words} {number} 的撤下情况与审计日志不一致"
    for number in sorted(written.keys() - stored.keys()):
        yield f"{words} {number} 记录在审计日志中，数据库里却没有"


def _stated(entry: Entry) -> Said:
    return entry.number, entry.facts["digest"], entry.at, entry.actor


def _introductions(session: Session, consultation_id: int | None) -> Iterator[str]:
    """The plain words of a published project are those of its publication, or those that were last put there."""
    stated: dict[str, str] = {}
    for entry in entries(session, "publish", "introduce"):
        facts = entry.facts
        stated[entry.subject] = facts["digest"] if entry.action == "introduce" else facts.get("introduced", NOTHING_SAID)
    for one in session.scalars(of_project(select(Consultation), Consultation.id, consultation_id)):
        subject = f"consultation:{one.id}"
        if one.published_at and stated.get(subject, NOTHING_SAID) != introduction_digest(one):
            yield f"项目“{one.title}”的主要内容或者解读链接与审计日志不一致"
