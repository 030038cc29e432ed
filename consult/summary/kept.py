"""Verbs on files with tables that the worker makes: asked for, made, taken away, cleared up after seven days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from consult.base import jobs
from consult.base.audit import AuditEntry, record
from consult.base.clock import local_date
from consult.base.db import db
from consult.base.errors import NotFound, Refused
from consult.base.people import SYSTEM, Actor
from consult.drafts.models import Consultation
from consult.intake.models import Submission
from consult.review.find import slices
from consult.summary.export import STAFF, Exported, known, note
from consult.summary.kept_models import ExportFile

FOLDER = "exports"  # under the instance folder
KEPT = timedelta(days=7)
ALIKE = timedelta(hours=1)  # so long a file made from the same ledger is offered again
SHOWN = 20
# acts after which every table is what it was before; "assign" is not one of them, since a filter may ask for it
NO_TABLE = (
    "ask_export", "make_export", "fail_export", "sweep_exports", "export", "read", "read_page", "view_contact", "log_in",
    "log_in_failed", "log_out", "keep_view", "drop_view", "write_note", "take_back_note", "answer_survey",
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Which table in which format; `query` is the filter as the queue's address has it, `words` what it says."""

    table: str
    format: str
    query: str = ""
    words: str = ""


def stamp() -> int:
    """The last entry of the audit chain that may have changed a table: equal stamps are equal ledgers. A read."""
    query = select(AuditEntry.id).where(AuditEntry.action.not_in(NO_TABLE)).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalar(query) or 0


def same(now: datetime, consultation: Consultation, wish: Wish) -> ExportFile | None:
    """A file that answers this wish and is there already, or is being made; None where it must be made. A read.

    The ledger of the units also changes with the clock alone, so that it is always made anew.
    """
    if wish.table == "ledger" and wish.format != "zip":
        return None
    query = select(ExportFile).where(
        ExportFile.consultation_id == consultation.id, ExportFile.table_name == wish.table,
        ExportFile.format == wish.format, ExportFile.filter == wish.query, ExportFile.stamp == stamp(),
        ExportFile.state.in_(("waiting", "running", "done")),
    )  # fmt: skip
    found = db.session.scalars(query.order_by(ExportFile.id.desc()).limit(1)).first()
    return found if found and (found.made_at is None or _still_says(found.made_at, now, consultation)) else None


def _still_says(made_at: datetime, now: datetime, consultation: Consultation) -> bool:
    """Whether the day and the mark over a table made then would be the same now."""
    one_side = (made_at < consultation.closes_at) == (now < consultation.closes_at)
    return one_side and now - made_at < ALIKE and local_date(made_at) == local_date(now)


def ask(actor: Actor, now: datetime, consultation: Consultation, wish: Wish) -> ExportFile:
    """Put a file on the list and its job on the worker's."""
    actor.require(*STAFF)
    known(wish.table, wish.format, bool(wish.query))
    one = ExportFile(
        consultation_id=consultation.id, table_name=wish.table, format=wish.format, filter=wish.query,
        filter_words=wish.words, stamp=stamp(), asked_at=now, asked_by=actor.ref, asked_name=actor.name,
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    jobs.ask(now, jobs.MAKE_FILE, file_id=one.id)
    record(actor, "ask_export", f"consultation:{consultation.id}", now, file=one.id, table=one.table_name,
           format=one.format, narrowed=bool(one.filter))  # fmt: skip
    return one


def begin(one: ExportFile) -> None:
    """The worker is at it, perhaps not for the first time; what the ledger says counts from here."""
    one.state, one.done, one.total, one.message, one.stamp = "running", 0, 0, "", stamp()
    db.session.flush()


def report(file_id: int, done: int, total: int, what: str = "") -> None:
    """How far it is, and with what it is busy."""
    one = db.session.get_one(ExportFile, file_id)
    one.done, one.total, one.message = done, total, what
    db.session.flush()


def finish(now: datetime, one: ExportFile, made: Exported, made_at: datetime) -> None:
    """The file lies in its place; `made_at` is the instant it shows."""
    one.state, one.done, one.total, one.message = "done", made.rows, made.rows, ""
    one.sha256, one.size, one.name = made.digest, made.path.stat().st_size, made.filename
    one.place, one.made_at, one.expires_at = f"{FOLDER}/{made.path.name}", made_at, now + KEPT
    db.session.flush()
    record(SYSTEM, "make_export", f"consultation:{one.consultation_id}", now, file=one.id, rows=made.rows, size=one.size,
           digest=one.sha256)  # fmt: skip


def fail(now: datetime, one: ExportFile, message: str) -> None:
    """It cannot be made, and why, in words for the person who asked."""
    one.state, one.message = "failed", message
    db.session.flush()
    record(SYSTEM, "fail_export", f"consultation:{one.consultation_id}", now, file=one.id)


def take(actor: Actor, now: datetime, instance: Path, one: ExportFile) -> Exported:
    """Note who takes a file away, and give its path; Refused where it is not there."""
    actor.require(*STAFF)
    path = instance / one.place
    if one.state != "done" or (one.expires_at and one.expires_at <= now) or not path.is_file():
        raise Refused("这份文件已经清理或者还没有做好，请重新导出。", "file")
    made = Exported(path, one.name, "", one.table_name, one.format, one.done, one.sha256)
    note(actor, now, db.session.get_one(Consultation, one.consultation_id), made)
    return made


def sweep(now: datetime) -> list[str]:
    """Let go of what is a week old, or holds opinions that were taken back since (R13); the places to be emptied."""
    query = select(ExportFile).where(ExportFile.state == "done").order_by(ExportFile.id)
    held = list(db.session.scalars(query))
    late, changed = {one.id for one in held if one.expires_at and one.expires_at <= now}, taken_back(held)
    found = [one for one in held if one.id in late | changed]
    places = [one.place for one in found]
    for one in found:
        one.message = "超过七天，已经清理" if one.id in late else "生成以后有意见撤回，文件已经清理，请重新导出"
        one.state, one.place = "gone", ""
    if found:
        db.session.flush()
        record(SYSTEM, "sweep_exports", "exports", now, files=[one.id for one in found])
    return places


def taken_back(files: Sequence[ExportFile]) -> set[int]:
    """Of these files the ids of those whose project had an opinion withdrawn since they were begun. A read.

    The audit chain knows it by an index, the opinions only by reading all of a project.
    """
    since = min((one.stamp for one in files if one.state == "done"), default=None)
    if since is None:
        return set()
    acts = select(AuditEntry.id, AuditEntry.subject).where(AuditEntry.action == "withdraw_comment", AuditEntry.id > since)
    last = {int(row.subject.partition(":")[2]): row.id for row in db.session.execute(acts.order_by(AuditEntry.id))}
    newest: dict[int, int] = {}
    for part in slices(last):
        query = select(Submission.id, Submission.consultation_id).where(Submission.id.in_(part))
        for sending, project in db.session.execute(query):
            newest[project] = max(newest.get(project, 0), last[sending])
    return {one.id for one in files if one.state == "done" and newest.get(one.consultation_id, 0) > one.stamp}


def by_id(consultation_id: int, number: int) -> ExportFile:
    """One file of a project; NotFound where it has no such one. A read."""
    one = db.session.get(ExportFile, number)
    if one is None or one.consultation_id != consultation_id:
        raise NotFound("没有找到这份文件。")
    return one


def files_of(consultation_id: int) -> Sequence[tuple[ExportFile, bool]]:
    """The newest files of a project, each with whether opinions were taken back since. A read."""
    query = select(ExportFile).where(ExportFile.consultation_id == consultation_id)
    found = list(db.session.scalars(query.order_by(ExportFile.id.desc()).limit(SHOWN)))
    changed = taken_back(found)
    return [(one, one.id in changed) for one in found]


def places(instance: Path) -> list[Path]:
    """What lies in the folder and belongs to no file: left behind by a job that was killed. A read."""
    held = set(db.session.scalars(select(ExportFile.place).where(ExportFile.place != "")))
    folder = instance / FOLDER
    return [path for path in sorted(folder.iterdir()) if f"{FOLDER}/{path.name}" not in held] if folder.is_dir() else []
