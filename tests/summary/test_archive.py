"""The archive of a project: what is in it, and that no byte of it can change unseen."""

import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.base.crypto import digest
from consult.base.db import db, transaction
from consult.drafts import find as drafts
from consult.summary import archive_check, export
from consult.summary.archive_words import ACTS, ELEMENTS
from consult.summary.carried import CARRIED, LEFT_OUT, SHARED
from tests.factories.empty import empty
from tests.factories.people import later
from tests.summary.world import OFFICE, make_world, rule_all

NOW = later(days=5)


def archive_of(folder: Path, slug: str = "demo") -> export.Exported:
    """The project's archive, noted in the audit as a page or a command does."""
    made = export.export("summary", "zip", drafts.by_slug(slug), NOW, folder / "a.zip")
    with transaction():
        export.note(OFFICE, NOW, drafts.by_slug(slug), made)
    return made


def faults(path: Path, digest: str = "") -> list[str]:
    return list(archive_check.faults(path, digest))


def test_every_table_of_the_database_has_its_place() -> None:
    """Whoever adds a table says whether it goes with the archive: carried, shared by name, or left out."""
    known = set(CARRIED) | set(SHARED) | LEFT_OUT
    assert {one.name for one in db.metadata.sorted_tables} - known == set()
    assert len(CARRIED) + len(SHARED) + len(LEFT_OUT) == len(known), "in one place only"


def test_the_archive_holds_everything_and_checks_without_the_house(app: Flask, tmp_path: Path) -> None:
    world = make_world()
    rule_all(world)
    made = archive_of(tmp_path)
    assert faults(made.path) == [] and faults(made.path, made.digest) == []
    assert "这不是当时导出的那一份" in faults(made.path, "0" * 64)[0]
    with zipfile.ZipFile(made.path) as archive:
        names = archive.namelist()
        assert names[-1] == "manifest.json" and "index.html" in names and "texts/version-1.txt" in names
        comments = [json.loads(line) for line in archive.read("rows/comment.jsonl").splitlines()]
        assert len(comments) == 24 and any(one["text"] == "=1+1" for one in comments)
        assert all(
            one["contact_sealed"] is None for one in map(json.loads, archive.read("rows/submission.jsonl").splitlines())
        )
        entries = [json.loads(line) for line in archive.read("audit/entries.jsonl").splitlines()]
        assert {"load", "publish", "submit", "register", "issue_letter", "decide", "confirm_dispute"} <= {
            e["action"] for e in entries
        }
        facts = json.loads(archive.read("metadata.json"))
        xml = ElementTree.fromstring(archive.read("metadata.xml"))
        assert set(facts) == set(ELEMENTS) and [one.get("name") for one in xml] == list(facts)
        assert set(facts["业务行为"][0]) == set(ACTS) and facts["题名"] == xml.findtext("title") == world.project.title
        page = archive.read("index.html").decode()
        assert "<script" not in page and "http" not in page and 'href="texts/version-1.txt"' in page
        assert all(f'href="{name}"' in page for name in names if name not in ("manifest.json", "index.html"))


@pytest.fixture(scope="module")
def small(sqlite_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a project with few opinions, made once."""

    empty(sqlite_app, sqlite_app.config["SETTINGS"])
    sqlite_app.extensions["clock"] = lambda: NOW
    with sqlite_app.app_context():
        make_world(units=False)
        made = archive_of(tmp_path_factory.mktemp("archive"))
        db.session.remove()
    return made.path


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_byte_changed_in_any_member_is_named(small: Path, tmp_path: Path, data: st.DataObject) -> None:
    """The byte is changed in what the member holds, and the zip is written anew around it: only the content tells."""
    with zipfile.ZipFile(small) as archive:
        info = data.draw(st.sampled_from([one for one in archive.infolist() if one.file_size]))
        at = data.draw(st.integers(0, info.file_size - 1))
        flip = data.draw(st.integers(1, 255))
        copy = tmp_path / "copy.zip"
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
            for one in archive.infolist():
                held = bytearray(archive.read(one))
                if one.filename == info.filename:
                    held[at] ^= flip
                target.writestr(one, bytes(held))
    assert info.filename in faults(copy)[0]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_byte_changed_anywhere_in_the_file_is_seen(small: Path, tmp_path: Path, data: st.DataObject) -> None:
    held = bytearray(small.read_bytes())
    with zipfile.ZipFile(small) as archive:
        edges = [one.header_offset for one in archive.infolist()] + [archive.start_dir, len(held) - 22]
    near = st.sampled_from(edges).flatmap(lambda edge: st.integers(edge, min(edge + 60, len(held) - 1)))
    at = data.draw(st.one_of(st.integers(0, len(held) - 1), near))
    held[at] ^= data.draw(st.integers(1, 255))
    copy = tmp_path / "copy.zip"
    copy.write_bytes(held)
    if not faults(copy):  # the last bits of a packed stream fill a byte and say nothing: only --digest sees them
        assert faults(copy, archive_check.digest_of(small))
        with zipfile.ZipFile(small) as before, zipfile.ZipFile(copy) as after:
            assert [(one, before.read(one)) for one in before.namelist()] == [
                (one, after.read(one)) for one in after.namelist()
            ]


def rewritten(small: Path, folder: Path, change: dict[str, bytes | None], more: dict[str, bytes] | None = None) -> Path:
    """The archive with members replaced, left out (None) or added."""
    copy = folder / "copy.zip"
    with zipfile.ZipFile(small) as archive, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for one in archive.infolist():
            data = change.get(one.filename, archive.read(one))
            if data is not None:
                target.writestr(one, data)
        for name, data in (more or {}).items():
            target.writestr(name, data)
    return copy


def with_manifest(small: Path, folder: Path, name: str, data: bytes) -> Path:
    """A member and its line of the manifest changed together, the manifest sealed anew: a careful forger."""
    import hashlib

    with zipfile.ZipFile(small) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    for one in manifest["files"]:
        if one["name"] == name:
            one |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    manifest["digest"] = archive_check.sealed(manifest)
    return rewritten(small, folder, {name: data, "manifest.json": archive_check.canonical(manifest).encode()})


def test_members_missing_added_and_cut_are_named(small: Path, tmp_path: Path) -> None:
    assert "raw.csv 不在包内" in faults(rewritten(small, tmp_path, {"raw.csv": None}))[0]
    assert "extra.txt 不在清单中" in faults(rewritten(small, tmp_path, {}, {"extra.txt": b"x"}))[0]
    assert "文件名不合规" in faults(rewritten(small, tmp_path, {}, {"../up.txt": b"x"}))[0]
    assert "缺少清单" in faults(rewritten(small, tmp_path, {"manifest.json": None}))[0]
    data = small.read_bytes()
    for length in (0, 1, len(data) // 2, len(data) - 1):
        (tmp_path / "cut.zip").write_bytes(data[:length])
        assert faults(tmp_path / "cut.zip")
    assert "没有找到" in faults(tmp_path / "none.zip")[0]


def test_a_forger_of_manifest_and_member_is_told_by_the_digest(small: Path, tmp_path: Path) -> None:
    kept = archive_check.digest_of(small)
    copy = with_manifest(small, tmp_path, "raw.csv", b"forged")
    assert faults(copy) == [] and "整包的校验值" in faults(copy, kept)[0]
    with zipfile.ZipFile(small) as archive:
        lines = archive.read("audit/entries.jsonl").splitlines(keepends=True)
    forged = (
        lines[1].replace(b"user:", b"user:9") if b"user:" in lines[1] else lines[1].replace(b'"actor":"', b'"actor":"x')
    )
    copy = with_manifest(small, tmp_path, "audit/entries.jsonl", b"".join([lines[0], forged, *lines[2:]]))
    assert "audit/entries.jsonl" in faults(copy)[0] and "被改动" in faults(copy)[0]
    copy = with_manifest(small, tmp_path, "audit/entries.jsonl", b"".join([lines[1], lines[0], *lines[2:]]))
    assert "不衔接" in faults(copy)[0]


def test_a_bomb_is_not_unpacked(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that unpacks to more than the manifest says stops there."""
    copy = rewritten(small, tmp_path, {"raw.csv": b"0" * 50_000_000})
    assert "raw.csv" in faults(copy)[0]


def test_the_command_says_what_it_found(small: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    kept = archive_check.digest_of(small)
    assert archive_check.main([str(small), "--digest", kept]) == 0 and kept in capsys.readouterr().out
    assert archive_check.main([str(small), f"--digest={digest('x')}"]) == 1
    assert archive_check.main([str(small), "--digest"]) == 2
    copy = rewritten(small, tmp_path, {"style.css": b"body{}"})
    assert archive_check.main([str(copy)]) == 1 and "style.css" in capsys.readouterr().err
