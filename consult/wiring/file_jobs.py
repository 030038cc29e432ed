"""Jobs that make files with tables and clear them up."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Flask, current_app

from consult.base import jobs
from consult.base.db import db, transaction
from consult.base.errors import StageError
from consult.drafts import find
from consult.review import desk
from consult.summary import kept
from consult.summary.export import Exported, export
from consult.summary.kept_models import ExportFile
from consult.summary.narrow import Narrowing
from consult.web import moment
from consult.web.reviewer import address

EVERY = 1.0  # seconds between two reports
SORRY = "这次没有做成，系统会再试。几分钟后还没有做好的，请重新导出，或者联系系统管理员。"
STRAY = timedelta(days=1)


def make_file(report: jobs.Progress, file_id: int) -> str:
    """Write the file somebody asked for; a refusal is what that person reads, anything else is tried again."""
    with transaction():
        one = db.session.get_one(ExportFile, file_id)
        if one.state in ("done", "gone"):
            return "已经做好"
        kept.begin(one)
    try:
        rows = _made(report, file_id).rows
    except StageError as refusal:
        _fail(file_id, refusal.message)
        return f"没有做成：{refusal.message}"
    except Exception:
        _fail(file_id, SORRY)
        raise
    return f"写好 {rows} 行"


def _fail(file_id: int, message: str) -> None:
    with transaction():
        kept.fail(moment(), db.session.get_one(ExportFile, file_id), message)


def _made(report: jobs.Progress, file_id: int) -> Exported:
    one, now = db.session.get_one(ExportFile, file_id), moment()
    number, table, fmt, narrowing = one.consultation_id, one.table_name, one.format, _narrowing(one)
    folder = current_app.config["SETTINGS"].instance / kept.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    while narrowing and desk.waiting(number):
        with transaction():
            desk.settle(number, limit=300)
    out = folder / f"{file_id}.{fmt}"
    made = export(table, fmt, find.by_id(number), now, out, Reports(current_app._get_current_object(), file_id, report), narrowing)  # type: ignore[attr-defined]
    with transaction():
        kept.finish(moment(), db.session.get_one(ExportFile, file_id), made, now)
    return made


def _narrowing(one: ExportFile) -> Narrowing | None:
    return Narrowing(address.read(dict(parse_qsl(one.filter))).wanted, one.filter_words) if one.filter else None


class Reports:
    """How far a file is, told at most once a second and in a session of its own.

    A write in the session that reads the table would end the instant it reads at.
    """

    def __init__(self, app: Flask, file_id: int, report: jobs.Progress) -> None:
        self._app, self._file, self._report, self._next = app, file_id, report, 0.0

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """Rows done, rows in all, and with what it is busy."""
        if time.monotonic() < self._next:
            return
        with self._app.app_context():
            with transaction():
                kept.report(self._file, done, total, what)
            self._report(done, total)
        self._next = time.monotonic() + EVERY


def sweep_files(_report: jobs.Progress) -> str:
    """Delete what is over, and what a killed job left behind more than a day ago."""
    instance: Path = current_app.config["SETTINGS"].instance
    with transaction():
        gone = kept.sweep(moment())
    for place in gone:
        (instance / place).unlink(missing_ok=True)
    before = (moment() - STRAY).timestamp()
    for path in kept.places(instance):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                _delete(path)
    return f"清理 {len(gone)} 份文件"


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


FUNCTIONS: dict[str, Callable[..., str]] = {jobs.MAKE_FILE: make_file, jobs.SWEEP_FILES: sweep_files}
