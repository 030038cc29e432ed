"""Archives made to do harm: each is refused in Chinese, and nothing of it is written anywhere."""

import json
import struct
import zipfile
from collections.abc import Callable
from copy import copy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Refused
from consult.base.files import StoredFile
from consult.drafts.models import Clause, Consultation
from consult.intake.models import Comment
from consult.summary import archive_check, archive_zip
from consult.summary.restore import restore
from tests.factories.empty import empty
from tests.factories.people import OPERATOR, make_project
from tests.summary.test_archive import NOW, rewritten, small, with_manifest
from tests.summary.world import AFTER

__all__ = ["small"]
DEEP = b"[" * 200_000 + b"]" * 200_000
Attack = Callable[[Path, Path], Path]


def bytes_of(change: Callable[[bytes], bytes]) -> Attack:
    """The file as a whole, changed."""

    def attack(good: Path, folder: Path) -> Path:
        (folder / "bad.zip").write_bytes(change(good.read_bytes()))
        return folder / "bad.zip"

    return attack


def manifest_with(change: Callable[[dict[str, object]], object]) -> Attack:
    """Another manifest, sealed as it should be."""

    def attack(good: Path, folder: Path) -> Path:
        with zipfile.ZipFile(good) as archive:
            manifest = json.loads(archive.read("manifest.json"))
        change(manifest)
        manifest["digest"] = archive_check.sealed(manifest)
        return rewritten(good, folder, {"manifest.json": archive_check.canonical(manifest).encode()})

    return attack


def listed(name: str, **more: object) -> Attack:
    return manifest_with(lambda manifest: manifest["files"].append({"name": name, **more}))  # type: ignore[attr-defined]


def row_with(member: str, old: bytes, new: bytes) -> Attack:
    """A member changed with its line in the manifest: only who reads it can tell."""

    def attack(good: Path, folder: Path) -> Path:
        with zipfile.ZipFile(good) as archive:
            data = archive.read(member)
        assert old in data
        return with_manifest(good, folder, member, data.replace(old, new, 1))

    return attack


def twice(good: Path, folder: Path) -> Path:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return rewritten(good, folder, {}, {"raw.csv": b"another"})


def bomb(good: Path, folder: Path) -> Path:
    """What it unpacks to is what the manifest says, and far too much."""
    return with_manifest(good, folder, "raw.csv", bytes(150_000_000))


def overlapping(good: Path, folder: Path) -> Path:
    """A hundred names for the same bytes, so that a small file unpacks to much."""
    path = folder / "bad.zip"
    path.write_bytes(good.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        large = max(archive.infolist(), key=lambda one: one.compress_size)
        for number in range(100):
            again = copy(large)
            again.filename = again.orig_filename = f"more-{number}.txt"
            archive.filelist.append(again)
        archive._didModify = True  # type: ignore[attr-defined]
    return path


def encrypted(good: Path, folder: Path) -> Path:
    """The flag in the list of contents only."""
    data = bytearray(good.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.index(b"raw.csv", data.index(b"PK\x01\x02")))
    data[at + 8 : at + 10] = struct.pack("<H", 1)
    (folder / "bad.zip").write_bytes(data)
    return folder / "bad.zip"


ATTACKS: dict[str, tuple[str, Attack]] = {
    "cut in the middle": ("不是完整的 zip 文件", bytes_of(lambda data: data[: len(data) // 2])),
    "cut by one byte": ("不是完整的 zip 文件", bytes_of(lambda data: data[:-1])),
    "empty": ("不是完整的 zip 文件", bytes_of(lambda _: b"")),
    "bytes behind it": ("包的目录被改动", bytes_of(lambda data: data + b"more")),
    "bytes before it": ("登记信息被改动", bytes_of(lambda data: b"#!/bin/sh\n" + data)),
    "two members of one name": ("重名的文件", twice),
    "a bomb": ("解压后大得不合常理", bomb),
    "one that lies about its size": ("raw.csv 与清单中的校验值不一致", lambda good, folder: rewritten(good, folder, {"raw.csv": bytes(60_000_000)})),
    "names for the same bytes": ("互相重叠", overlapping),
    "encrypted": ("raw.csv 与清单中的校验值不一致", encrypted),
    "a way up": ("文件名不合规", lambda good, folder: rewritten(good, folder, {}, {"../up.txt": b"x"})),
    "a root": ("文件名不合规", lambda good, folder: rewritten(good, folder, {}, {"/etc/x": b"x"})),
    "a way up in the manifest": ("清单中有文件名不合规的文件 '../../up.txt'", listed("../../up.txt", sha256="0" * 64, size=1)),
    "a way up that is missing": ("清单中有文件名不合规的文件", listed("files/../../up", missing="x")),
    "a manifest nested deep": ("清单 manifest.json 读不懂", lambda good, folder: rewritten(good, folder, {"manifest.json": DEEP})),
    "a manifest that is a bomb": ("清单 manifest.json 读不懂", lambda good, folder: rewritten(good, folder, {"manifest.json": b"[" + b"[]," * 20_000_000 + b"1]"})),
    "a manifest of no files": ("清单 manifest.json 读不懂", manifest_with(lambda manifest: manifest.update(files=7))),
    "a size that is a word": ("清单 manifest.json 读不懂", listed("x.txt", sha256="0" * 64, size="1")),
    "no size": ("清单 manifest.json 读不懂", listed("x.txt", sha256="0" * 64)),
    "an address that is a number": ("清单 manifest.json 读不懂", manifest_with(lambda manifest: manifest.update(slug=5))),
    "an address that leads up": ("网址代号只能用", manifest_with(lambda manifest: manifest.update(slug="../x"))),
    "audit nested deep": ("audit/entries.jsonl 或者 audit/heads.json 读不懂", row_with("audit/entries.jsonl", b"{", DEEP + b"{")),
    "heads of another kind": ("audit/heads.json 读不懂", row_with("audit/heads.json", b"{", b"[{")),
    "heads without end": ("audit/heads.json 读不懂", row_with("audit/heads.json", b"{", b"{" + b" " * 2_000_000)),
    "a row nested deep": ("记录嵌套过深", row_with("rows/clause.jsonl", b'"text":', b'"text":' + DEEP + b',"t":')),
    "a row that is none": ("读不懂", row_with("rows/comment.jsonl", b"{", b"[{")),
    "a row of another shape": ("读不懂", row_with("rows/comment.jsonl", b"\n", b"\n[1]\n")),
    "a number beyond numbers": ("读不懂", row_with("rows/comment.jsonl", b'"ordinal":1', b'"ordinal":' + b"9" * 30)),
    "a number without end": ("读不懂", row_with("rows/comment.jsonl", b'"ordinal":1', b'"ordinal":' + b"9" * 5000)),
    "half a character": ("读不懂", row_with("rows/comment.jsonl", b'"reason":"', b'"reason":"\\ud800')),
    "an unknown column": ("读不懂", row_with("rows/comment.jsonl", b'"ordinal":1', b'"ordinal":1,"x; DROP TABLE comment":1')),
    "a day that is none": ("读不懂", row_with("rows/submission.jsonl", b'"received_at":"', b'"received_at":"9')),
    "no project": ("读不懂", lambda good, folder: with_manifest(good, folder, "rows/consultation.jsonl", b"")),
    "a word for a number": ("读不懂（comment.ordinal）", row_with("rows/comment.jsonl", b'"ordinal":1', b'"ordinal":"x"')),
    "a number after which there is none": ("读不懂（comment.id）", row_with("rows/comment.jsonl", b'"id":', b'"id":9007199254740')),
    "a line without end": ("读不懂", lambda good, folder: with_manifest(good, folder, "rows/comment.jsonl", b'{"a":"' + b"ab" * 40_000_000)),
}  # fmt: skip


@pytest.fixture
def nothing(sqlite_app: Flask, small: Path) -> Flask:
    """An installation without a row; the archive is made before."""
    empty(sqlite_app, sqlite_app.config["SETTINGS"])
    sqlite_app.extensions["clock"] = lambda: NOW
    return sqlite_app


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_refused_and_nothing_is_written(name: str, nothing: Flask, small: Path, tmp_path: Path) -> None:
    said, attack = ATTACKS[name]
    path, folder = attack(small, tmp_path), tmp_path / "files"
    with nothing.app_context():
        with pytest.raises(Refused) as refusal, transaction():
            restore(OPERATOR, AFTER, path, folder)
        assert said in refusal.value.message, refusal.value.message
        for model in (Consultation, AuditEntry, StoredFile):
            assert not db.session.scalar(select(func.count()).select_from(model))
        db.session.remove()
    assert not folder.exists()


def test_the_end_of_a_very_large_archive_is_looked_at_too(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of more than 2 GB have further records at their end; here every one counts as such."""
    monkeypatch.setattr(archive_zip, "_entry", None)
    with zipfile.ZipFile(small) as archive:
        monkeypatch.setattr(archive, "start_dir", 0x7FFF_0000)
        with small.open("rb") as file:
            assert list(archive_zip._end(file, archive, archive.infolist())) == []
    path = bytes_of(lambda data: data + b"more")(small, tmp_path)
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        monkeypatch.setattr(archive, "start_dir", 0x7FFF_0000)
        assert list(archive_zip._end(file, archive, archive.infolist())) == ["包的目录被改动"]


def test_no_row_is_slipped_into_another_project(nothing: Flask, small: Path, tmp_path: Path) -> None:
    """Numbers move by as far as the neighbours' reach: less than nothing leads back into theirs."""
    with zipfile.ZipFile(small) as archive:
        *before, last = archive.read("rows/comment.jsonl").splitlines()
    with nothing.app_context():
        make_project("first"), make_project("second")
        projects, clauses = (list(db.session.scalars(select(one.id).order_by(one.id))) for one in (Consultation, Clause))
        for column, old in (("consultation_id", projects[0] - projects[-1]), ("clause_id", clauses[0] - clauses[-1])):
            row = archive_check.canonical(json.loads(last) | {column: old}).encode()
            path = with_manifest(small, tmp_path, "rows/comment.jsonl", b"\n".join([*before, row, b""]))
            with pytest.raises(Refused, match="不属于这个项目的记录（comment）"), transaction():
                restore(OPERATOR, AFTER, path, tmp_path / "files", "third")
            assert not db.session.scalar(select(func.count()).select_from(Comment))
        with transaction():
            assert restore(OPERATOR, AFTER, small, tmp_path / "files", "third").slug == "third"
        db.session.remove()
