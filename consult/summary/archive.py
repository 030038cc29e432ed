"""The whole of a project as one zip: tables, texts, announcements, files, rows that can be brought back, the audit."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.audit import head
from consult.base.clock import show
from consult.base.crypto import canonical
from consult.base.errors import Refused
from consult.base.files import StoredFile, place
from consult.base.people import Unit, User
from consult.config import Settings
from consult.drafts import find as drafts
from consult.drafts.download import paper_of, text_of
from consult.drafts.models import Consultation
from consult.summary import archive_tables
from consult.summary.archive_audit import earlier_entries, earlier_told, entry_told, heads, own_entries, users_in
from consult.summary.archive_check import EARLIER, ENTRIES, FORMAT, HEADS, MANIFEST, sealed
from consult.summary.archive_facts import facts_of, metadata_of, said_of
from consult.summary.archive_tables import FORMATS
from consult.summary.archive_words import NOTE, STYLE, Listed, as_json, as_xml, page
from consult.summary.archive_zip import member
from consult.summary.carried import CARRIED, count, rows, table, targets, teller
from consult.summary.published import published
from consult.summary.steps import Report, Steps
from consult.summary.table import COLUMNS

KIND = "consult-archive"
UNIT = ("id", "name", "short_name", "kind")  # what tables print and count by; how to reach them is the house's own
FILE = ("id", "sha256", "name", "kind", "size", "stored_by")


@dataclass
class Packing:
    """An archive being filled: each member is written beside it first, so that its size is known, then taken in."""

    zip: zipfile.ZipFile
    draft: Path
    steps: Steps
    listed: list[dict[str, Any]] = field(default_factory=list)
    shown: list[Listed] = field(default_factory=list)
    refs: dict[str, set[int]] = field(
        default_factory=lambda: {"unit": set(), "stored_file": set(), "user_account": set()}
    )

    def take(self, path: Path, name: str, what: str, **more: Any) -> None:
        """Take a file in under a name."""
        digest, size = hashlib.sha256(), path.stat().st_size
        with path.open("rb") as source, self.zip.open(member(name, size), "w") as target:
            while part := source.read(1 << 20):
                digest.update(part)
                target.write(part)
        self.listed.append({"name": name, "size": size, "sha256": digest.hexdigest(), **more})
        self.shown.append(Listed(name, what, size))

    def say(self, name: str, what: str, data: bytes) -> None:
        """Take some bytes in under a name."""
        self.lines(name, what, [data])

    def lines(self, name: str, what: str, parts: Iterable[bytes]) -> None:
        """Take in what comes part by part."""
        with self.draft.open("wb") as file:
            count = _written(file, parts)
        self.take(self.draft, name, what, **({"rows": count} if name.endswith(".jsonl") else {}))
        self.draft.unlink()


def _written(file: IO[bytes], parts: Iterable[bytes]) -> int:
    count = 0
    for part in parts:
        file.write(part)
        count += 1
    return count


def write(session: Session, project: Consultation, now: datetime, path: Path, name: str, report: Report) -> int:
    """Fill the zip at `path`; how many rows all tables have. Memory does not grow with the project.

    `report` is told lines written, lines in all and what is being written.
    """
    sizes = archive_tables.sizes(session, project.id)
    steps = Steps(report, _expected(session, project, sizes))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        packing = Packing(file, path.with_name("member"), steps)
        total = _tables(packing, path, archive_tables.Tables(session, project, now, path.parent, sizes))
        _texts(session, packing, project)
        _rows(session, packing, project)
        _audit(session, packing, project)
        _shared(session, packing)
        _about(session, packing, project, now, name)
        facts = {"format": FORMAT, "kind": KIND, "title": project.title, "slug": project.slug, "note": NOTE,
                 "made_at": now.isoformat(), "files": packing.listed}  # fmt: skip
        data = canonical(facts | {"digest": sealed(facts)}).encode()
        with file.open(member(MANIFEST, len(data)), "w") as target:
            target.write(data)
    return total


def _expected(session: Session, project: Consultation, sizes: Mapping[str, int]) -> dict[str, int]:
    """step → lines that it will write, as far as the database tells at once."""
    tables = {f"{name}.{fmt}": sizes[name] for name in COLUMNS for fmt in FORMATS}
    return tables | {f"rows/{name}": count(session, name, project.id) for name in CARRIED} | {"audit": head(session)[0]}


def _tables(packing: Packing, path: Path, tables: archive_tables.Tables) -> int:
    """Every table as xlsx, docx, csv and json; the lines of all of them."""
    total = 0
    for name in COLUMNS:
        for fmt in FORMATS:
            part = path.with_name(f"{name}.{fmt}")
            try:
                rows = tables.write(name, fmt, part, packing.steps)
            except Refused as refusal:
                # A table too long for docx is whole in the other formats; the manifest says why it is missing.
                packing.listed.append({"name": part.name, "missing": refusal.message})
                continue
            total += rows if fmt == "csv" else 0
            packing.take(part, part.name, COLUMNS[name][0], rows=rows)
            part.unlink()
    return total


def _texts(session: Session, packing: Packing, project: Consultation) -> None:
    for version in drafts.versions(project.id):
        text = text_of(paper_of(project, version))
        packing.say(f"texts/version-{version.number}.txt", f"第{version.number}稿文本", text.encode())
    for one in published(project):
        out = one.release
        packing.say(f"notices/release-{out.number}.txt", f"{one.name}公告（{show(out.released_at)}）", out.notice.encode())


def _rows(session: Session, packing: Packing, project: Consultation) -> None:
    """Each table as JSON lines; who and what they speak of is gathered on the way."""
    for name in CARRIED:
        lines = packing.steps.of(f"rows/{name}", _lines(session, packing, name, project.id), "正在写数据库记录")
        packing.lines(f"rows/{name}.jsonl", "数据库记录，恢复用", lines)


def _lines(session: Session, packing: Packing, name: str, consultation_id: int) -> Iterator[bytes]:
    shared = [(column, packing.refs[to]) for column, to in targets(table(name)).items() if to in packing.refs]
    told = teller(name)
    for row in rows(session, name, consultation_id):
        facts = told(row)
        for column, seen in shared:
            if facts[column] is not None:
                seen.add(facts[column])
        text = canonical(facts)
        packing.refs["user_account"] |= users_in(text)
        yield (text + "\n").encode()


def _audit(session: Session, packing: Packing, project: Consultation) -> None:
    first, count = None, 0

    def line(facts: dict[str, Any]) -> bytes:
        text = canonical(facts)
        packing.refs["user_account"] |= users_in(text)
        return (text + "\n").encode()

    def lines() -> Iterator[bytes]:
        nonlocal first, count
        for row in own_entries(session, project.id):
            first, count = first or row, count + 1
            yield line(entry_told(row))

    earlier = earlier_entries(session, project.id)
    if row := next(earlier, None):
        packing.lines(EARLIER, "恢复以前的审计日志", (line(earlier_told(one)) for one in chain([row], earlier)))
    packing.lines(ENTRIES, "本项目的审计日志", packing.steps.of("audit", lines(), "正在写审计日志"))
    packing.say(HEADS, "审计日志首尾的校验值", (json.dumps(heads(session, count, first)) + "\n").encode())


def _shared(session: Session, packing: Packing) -> None:
    """Units and people by name, and the files themselves."""
    units = [{name: getattr(one, name) for name in UNIT} for one in _found(session, Unit, packing.refs["unit"])]
    packing.lines("rows/unit.jsonl", "单位名称", map(_line, units))
    users = ({"id": one.id, "name": one.name} for one in _found(session, User, packing.refs["user_account"]))
    packing.lines("rows/user_account.jsonl", "经办人姓名", map(_line, users))
    files = list(_found(session, StoredFile, packing.refs["stored_file"]))
    stored = ({name: getattr(one, name) for name in FILE} | {"stored_at": one.stored_at.isoformat()} for one in files)
    packing.lines("rows/stored_file.jsonl", "文件登记", map(_line, stored))
    _files(packing, files)


def _files(packing: Packing, files: list[StoredFile]) -> None:
    """Scans and attachments byte for byte, once each; those of withdrawn opinions are erased and so are not there."""
    settings: Settings = current_app.config["SETTINGS"]
    for sha256, name in sorted({one.sha256: one.name for one in files}.items()):
        source = place(settings.files, sha256)
        if source.is_file():
            packing.take(source, f"files/{sha256}", name)


def _found(session: Session, model: Any, numbers: set[int]) -> Iterator[Any]:
    ordered = sorted(numbers)
    for start in range(0, len(ordered), 500):
        yield from session.scalars(select(model).where(model.id.in_(ordered[start : start + 500])).order_by(model.id))


def _line(facts: dict[str, Any]) -> bytes:
    return (canonical(facts) + "\n").encode()


def _about(session: Session, packing: Packing, project: Consultation, now: datetime, name: str) -> None:
    names = {f"user:{one.id}": one.name or one.email for one in _found(session, User, packing.refs["user_account"])}
    size = sum(one.size for one in packing.shown)
    facts = metadata_of(session, project, now, name, size, names)
    packing.say("metadata.json", "元数据（GB/T 18894）", as_json(facts))
    packing.say("metadata.xml", "元数据（GB/T 18894）", as_xml(facts))
    packing.say("style.css", "本页的样式", STYLE.encode())
    packing.say("index.html", "本页", page(said_of(session, project, facts_of(facts), packing.shown)))
