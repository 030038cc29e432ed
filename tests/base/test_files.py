"""Uploads: known by their content, named so that nobody is led astray, kept once."""

from pathlib import Path

import pytest
from flask import Flask

from consult.base import files
from consult.base.db import db, transaction
from consult.base.errors import Refused, StageError, TooLarge, WrongType
from consult.base.files import SCAN_KINDS, StoredFile, Upload
from consult.base.people import operator
from tests.factories.people import NOW

PDF = b"%PDF-1.4\n%%EOF"


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("复函.pdf", "pdf", "复函.pdf"),
        ("../../etc/复函.pdf", "pdf", "复函.pdf"),
        ("C:\\我的文档\\复函.PDF", "pdf", "复函.PDF"),
        ("a\x00b\r\nX: y.pdf", "pdf", "abX: y.pdf"),
        ("\u202efdp.exe", "pdf", "fdp.exe.pdf"),
        ("扫描.jpeg", "jpg", "扫描.jpeg"),
        ("旧稿.wps", "doc", "旧稿.wps"),
        ("假的.pdf", "png", "假的.pdf.png"),
        (".pdf", "pdf", "未命名.pdf"),
        ("", "ofd", "未命名.ofd"),
        ("..", "pdf", "未命名.pdf"),
        ("名" * 300 + ".pdf", "pdf", "名" * 110 + ".pdf"),
    ],
)
def test_a_name_says_what_the_file_is(name: str, kind: str, shown: str) -> None:
    assert files.clean_name(name, kind) == shown


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Refused), (b"MZ" + b"\0" * 100, WrongType), (b"PK\x03\x04", WrongType), (b"<html>%PDF-", WrongType),
        (b"%PDF-" + b"0" * (10 * files.MEGABYTE), TooLarge),
    ],
)  # fmt: skip
def test_what_is_no_scan_is_refused(data: bytes, error: type[StageError]) -> None:
    with pytest.raises(error):
        files.check(Upload("renamed.pdf", data), SCAN_KINDS)


def test_the_same_bytes_lie_there_once(app: Flask, tmp_path: Path) -> None:
    for name in ("一.pdf", "二\x00.pdf"):
        with transaction():
            files.keep(Upload(name, PDF), "pdf", tmp_path, operator("me"), NOW)
    rows = db.session.query(StoredFile).order_by(StoredFile.id).all()
    assert [row.name for row in rows] == ["一.pdf", "二.pdf"]
    assert len({row.sha256 for row in rows}) == 1
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [PDF]
