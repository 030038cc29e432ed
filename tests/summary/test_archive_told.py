"""How far an archive is, made and brought back: one bar that only grows, and words for what is being done."""

import sys
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from consult.base.db import db, transaction
from consult.base.errors import Refused
from consult.drafts import find as drafts
from consult.summary import export, steps, verify
from consult.summary.restore import restore
from consult.terminal.talk import Progress
from tests.factories.empty import empty
from tests.factories.people import OPERATOR, make_user
from tests.summary.rich import make_rich
from tests.summary.test_archive import with_manifest
from tests.summary.world import AFTER

Told = list[tuple[int, int, str]]


@pytest.fixture
def told(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is said while a project with everything is archived; then it is taken away, its archive is a.zip."""
    monkeypatch.setattr(steps, "TOLD", 1)
    make_user("office"), make_user("reviewer")
    make_rich()
    said: Told = []
    export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "a.zip", lambda *far: said.append(far))
    db.session.remove()
    empty(app, app.config["SETTINGS"])
    return said


def test_both_ways_tell_how_far_they_are(app: Flask, told: Told, tmp_path: Path) -> None:
    done = [one[0] for one in told]
    (whole,) = {one[1] for one in told}
    assert done == sorted(done) and told[-1][0] == whole and len(set(done)) > 100, "it grows line by line to its end"
    order = list(dict.fromkeys(one[2] for one in told))
    assert order[0] == "正在写《意见汇总处理表》" and order[-2:] == ["正在写数据库记录", "正在写审计日志"]
    back: Told = []
    with transaction():
        restore(OPERATOR, AFTER, tmp_path / "a.zip", app.config["SETTINGS"].files, report=lambda *far: back.append(far))
    words = list(dict.fromkeys(one[2] for one in back))
    checks = [one for one in words if one.startswith("正在核对：")]
    assert words == ["正在核对归档包（MB）", "正在写入", "正在写入审计日志", *checks, "核对完毕"] and len(checks) == len(verify._CHECKS)
    writing = [one for one in back if one[2].startswith("正在写入")]
    assert [one[0] for one in writing] == sorted(one[0] for one in writing) and writing[-1][0] == writing[-1][1] > 0


def test_files_in_their_place_are_taken_away_where_the_rest_is_refused(app: Flask, told: Told, tmp_path: Path) -> None:
    path, folder = tmp_path / "a.zip", app.config["SETTINGS"].files
    with zipfile.ZipFile(path) as archive:
        rows, held = archive.read("rows/comment.jsonl"), [one for one in archive.namelist() if one.startswith("files/")]
    assert held
    forged = with_manifest(path, tmp_path, "rows/comment.jsonl", rows.replace(b'"stance":"', b'"stance":"oppose","x":"', 1))
    with pytest.raises(Refused, match="读不懂"), transaction():
        restore(OPERATOR, AFTER, forged, folder)
    assert folder.is_dir() and not [one for one in folder.rglob("*") if one.is_file()]
    with transaction():
        restore(OPERATOR, AFTER, path, folder)
    assert len([one for one in folder.rglob("*") if one.is_file()]) == len(held)


def test_a_full_disk_is_known_before(app: Flask, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.summary.restore_files.SPARE", 2**60)
    with pytest.raises(Refused, match=r"磁盘空间不够，还差 \d+ MB"), transaction():
        restore(OPERATOR, AFTER, tmp_path / "a.zip", tmp_path / "files")


def test_the_line_on_the_terminal_covers_the_one_before(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    bar = Progress("导出")
    bar(3, 30, "正在写《意见汇总处理表》")
    bar(15, 30)
    bar.end()
    first, second = capsys.readouterr().err.split("\r")[1:]
    assert first.rstrip() == f"导出 ███{'·' * 27} 3/30 正在写《意见汇总处理表》"
    assert second.startswith(f"导出 {'█' * 15}{'·' * 15} 15/30 ") and len(second.rstrip("\n")) >= len(first)
