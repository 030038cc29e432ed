"""One table in one format at one path, or the whole project as a zip; and the audit entry of a file that left."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from consult.base.audit import record
from consult.base.clock import local
from consult.base.db import db
from consult.base.errors import NotFound, Refused
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.summary import archive, size
from consult.summary.narrow import WHOLE_ONLY, Narrowing, Part, part_of
from consult.summary.steps import Report
from consult.summary.table import COLUMNS, Cell
from consult.summary.tables import build
from consult.summary.tally import tally
from consult.summary.written import COUNTED, require_short, write

MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}
TOLD = 1000  # rows between two reports
STAFF = ("office", "reviewer", "approver", "auditor")


@dataclass(frozen=True)
class Exported:
    """A written file: `digest` is its SHA-256, `rows` the lines of the table, `filename` what to offer people."""

    path: Path
    filename: str
    mime: str
    table: str
    format: str
    rows: int
    digest: str


@contextmanager
def snapshot() -> Iterator[Session]:
    """One instant of the database for many queries; whatever was read before is read again.

    SQLite gives that to every transaction, PostgreSQL when asked. Nothing may be written inside.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("snapshot() reads; it does not open inside transaction()")
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield session
    finally:
        session.rollback()


def export(
    table: str, fmt: str, consultation: Consultation, now: datetime, out: Path, report: Report = lambda *_: None,
    narrowing: Narrowing | None = None,
) -> Exported:  # fmt: skip
    """Write one table (or with `zip` all of them) to `out`, replacing what is there; a read, see note.

    `report` is told rows done and rows in all while it runs, of an archive also what is done; `narrowing` takes a part of the opinions only. Raises
    NotFound for an unknown table or format, Refused where the file cannot be made: too many rows for docx and pdf, no
    LibreOffice for pdf, a folder that does not exist.
    """
    known(table, fmt, narrowing is not None)
    out = Path(out)
    if not out.parent.is_dir() or (out.exists() and not out.is_file()):
        raise Refused(f"不能写入 {out}，请检查文件夹是否存在、路径是不是文件。", "out")
    with _folder_beside(out) as folder, snapshot() as session:
        draft = Path(folder) / f"table.{fmt}"
        try:
            if fmt == "zip":
                rows = archive.write(session, consultation, now, draft, filename(consultation, table, fmt, now), report)
            else:
                part = part_of(consultation.id, narrowing)
                rows = _one(session, consultation, now, table, fmt, draft, report, part)
        except OSError as error:
            raise Refused(f"文件没有写成：{error.strerror or error}。", "out") from error
        name = filename(consultation, table, fmt, now, narrowing is not None)
        draft.replace(out)
    return Exported(out, name, MIME[fmt], table, fmt, rows, sha256_of(out))


def known(table: str, fmt: str, narrowed: bool = False) -> None:
    """Raise NotFound for a table or a format that there is none of, Refused for one that is never narrowed."""
    if fmt not in MIME:
        raise NotFound(f"没有“{fmt}”这种格式，可选：{'、'.join(MIME)}。", "format")
    if table not in COLUMNS:
        raise NotFound(f"没有“{table}”这张表，可选：{'、'.join(COLUMNS)}。", "table")
    if narrowed and (fmt == "zip" or table in WHOLE_ONLY):
        raise Refused("这张表不能按意见筛选，请去掉筛选条件再导出。", "table")


def _folder_beside(out: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder on the same disk, so that the finished file takes the old one's place in one step."""
    try:
        return tempfile.TemporaryDirectory(prefix=".consult-", dir=out.parent)
    except OSError as error:
        raise Refused(f"不能写入 {out.parent}：{error.strerror or error}。", "out") from error


def note(actor: Actor, now: datetime, consultation: Consultation, exported: Exported) -> None:
    """The verb: note who took which file out; its digest tells that file again later (R61)."""
    actor.require(*STAFF)
    record(actor, "export", f"consultation:{consultation.id}", now, table=exported.table, format=exported.format,
           rows=exported.rows, digest=exported.digest)  # fmt: skip


def filename(consultation: Consultation, table: str, fmt: str, now: datetime, narrowed: bool = False) -> str:
    """`demo-意见汇总处理表-20260305-0900.xlsx`, without characters that a file system refuses; a part is called one."""
    name = "全部材料" if fmt == "zip" else COLUMNS[table][0] + ("-部分" if narrowed else "")
    return f"{consultation.slug}-{name}-{local(now):%Y%m%d-%H%M}.{fmt}"


def _one(
    session: Session, consultation: Consultation, now: datetime, name: str, fmt: str, path: Path, report: Report,
    part: Part | None,
) -> int:  # fmt: skip
    whole = size.rows(session, consultation.id, name, part.choice if part else None)
    require_short(fmt, whole)  # before anything is read
    table = build(session, name, consultation, now, part)
    if fmt == "xlsx" and name in COUNTED and not part:
        table = replace(table, counts=tally(session, consultation.id).sections())
    return write(replace(table, rows=_told(table.rows, whole, report)), fmt, path)


def _told(rows: Iterable[tuple[Cell, ...]], whole: int, report: Report) -> Iterator[tuple[Cell, ...]]:
    """The rows as they pass, every thousand of them reported."""
    done, rows = 0, iter(rows)
    while batch := list(islice(rows, TOLD)):
        yield from batch
        done += len(batch)
        report(done, max(whole, done))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
