"""A project comes back from its archive: the same tables, a clean record, whole or not at all."""

import csv
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from consult.base.audit import AuditEntry
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import CITIZEN, User
from consult.drafts import bulletins
from consult.drafts import find as drafts
from consult.drafts.models import Consultation
from consult.intake.find import by_receipt, submission
from consult.intake.models import Submission
from consult.intake.submit import Item
from consult.intake.withdraw import withdraw_submission
from consult.review import desk
from consult.review.desk_models import DeskRow
from consult.summary import archive_check, export, verify
from consult.summary.restore import restore
from consult.summary.restore_models import RestoredEntry
from tests.factories.empty import empty
from tests.factories.people import OPERATOR, later, make_project, make_unit, make_user, send
from tests.summary.rich import make_rich
from tests.summary.test_archive import faults as faults_of
from tests.summary.test_archive import rewritten, with_manifest
from tests.summary.world import AFTER, OFFICE, living, make_world, rule

PLAIN = ("summary", "summary-gb", "adoption", "ledger", "comparison", "disputes", "raw")


def tables(slug: str, folder: Path, names: tuple[str, ...] = PLAIN) -> dict[str, bytes]:
    """The bytes of every table as csv and json."""
    found = {}
    for name in names:
        for fmt in ("csv", "json"):
            made = export.export(name, fmt, drafts.by_slug(slug), AFTER, folder / f"{name}.{fmt}")
            found[f"{name}.{fmt}"] = made.path.read_bytes()
    return found


def bring_back(app: Flask, path: Path, slug: str = "") -> int:
    with transaction():
        number = restore(OPERATOR, AFTER, path, app.config["SETTINGS"].files, slug).id
    with transaction():
        desk.settle_all(number)
    return number


def faults(number: int | None = None) -> list[str]:
    return list(verify.faults(db.session(), number))


def archived(app: Flask, folder: Path) -> tuple[Path, dict[str, bytes], str]:
    """A project in which everything happened: its archive, its tables, a receipt code; then all is taken away."""
    make_user("office"), make_user("reviewer")
    world = make_rich()
    assert faults() == []
    before, code = tables("demo", folder), world.nasty[0].code
    made = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, folder / "a.zip")
    db.session.remove()
    empty(app, app.config["SETTINGS"])
    return made.path, before, code


def test_into_an_empty_installation_it_is_the_same(app: Flask, tmp_path: Path, keys: Keys) -> None:
    path, before, code = archived(app, tmp_path)
    number = bring_back(app, path)
    assert tables("demo", tmp_path) == before, "raw too: numbers stayed"
    assert faults() == [] and faults(number) == []
    entries = db.session.scalars(select(AuditEntry)).all()
    digest = json.loads(entries[0].facts)["digest"]
    assert [one.action for one in entries] == ["restore"] and digest == archive_check.digest_of(path)
    assert by_receipt(keys, code).consultation_id == number, "the same key: receipts open"
    assert not db.session.scalar(select(func.count()).where(Submission.contact_sealed.is_not(None)))
    assert all(not one.active and not one.password and not one.roles for one in db.session.scalars(select(User)))
    again = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "b.zip")
    assert faults_of(again.path) == [], "and it can be archived again"


def test_beside_another_project_numbers_move_and_nothing_else(app: Flask, tmp_path: Path) -> None:
    path, before, _ = archived(app, tmp_path)
    make_user("office"), make_user("approver"), make_unit("县档案局"), make_unit("河湾县交通局")
    other = make_project("demo")
    mine = [send(other, [Item(None, "other", f"别的意见{n}")], later(minutes=n)).comment_ids[0] for n in range(3)]
    with pytest.raises(Conflict, match="已经有项目在用.*不用恢复.*--slug"):
        bring_back(app, path)
    number = bring_back(app, path, "again")
    assert number != other.id and faults() == [] and faults(number) == []
    after = tables("again", tmp_path)
    assert {name: data for name, data in after.items() if not name.startswith("raw")} == {
        name: data for name, data in before.items() if not name.startswith("raw")
    }
    assert without_numbers(after["raw.csv"]) == without_numbers(before["raw.csv"])
    assert db.session.scalar(select(func.count()).select_from(DeskRow).where(DeskRow.consultation_id == number))
    assert set(db.session.scalars(select(User.id).where(~User.active))).isdisjoint({1, 2}), "nobody here gets others' acts"
    sent = send(other, [Item(None, "other", "以后的意见")], later(days=1))
    assert sent.comment_ids[0] > max(mine) and faults() == [], "numbers go on behind what came back"
    with transaction():
        withdraw_submission(CITIZEN, later(days=1), submission(sent.submission_id))
    rule(living(number)[0], "deferred")
    with transaction():
        bulletins.post_bulletin(OFFICE, AFTER, drafts.by_slug("again"), "恢复以后", "又补充研究了一条。")
    assert faults() == [], "what happens to it here goes on in the chain of here"
    db.session.execute(update(RestoredEntry).where(RestoredEntry.action == "decide").values(actor="user:1"))
    assert any("随归档包恢复的审计记录被改动" in one for one in faults())


def without_numbers(data: bytes) -> list[list[str]]:
    """Lines of the raw table without the numbers of opinion, sending and group."""
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    return [[cell for at, cell in enumerate(row) if at not in (0, 1, rows[0].index("归并组"), rows[0].index("登记人"))] for row in rows]


def test_what_does_not_verify_comes_back_not_at_all(app: Flask, tmp_path: Path) -> None:
    make_world(units=False)
    path = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "a.zip").path
    db.session.remove()
    with pytest.raises(Conflict, match="重复"):  # it is here already, under its own address
        bring_back(app, path, "again")
    empty(app, app.config["SETTINGS"])
    with zipfile.ZipFile(path) as archive:
        comments, manifest = archive.read("rows/comment.jsonl"), json.loads(archive.read("manifest.json"))
    forged = comments.replace("建议改为三日内修复".encode(), "建议改为三年内修复".encode())
    later_format = manifest | {"format": 2}
    later_format["digest"] = archive_check.sealed(later_format)
    bad = {
        "没有通过核对：文件 raw.csv": rewritten(path, tmp_path, {"raw.csv": b"x"}).read_bytes(),
        "恢复后的内容没有通过核对": with_manifest(path, tmp_path, "rows/comment.jsonl", forged).read_bytes(),
        "读不懂": with_manifest(path, tmp_path, "rows/comment.jsonl", comments.replace(b'"stance"', b'"future"')).read_bytes(),
        "比本程序新": rewritten(path, tmp_path, {"manifest.json": archive_check.canonical(later_format).encode()}).read_bytes(),
        "网址代号": path.read_bytes(),
    }
    for said, data in bad.items():
        (tmp_path / "bad.zip").write_bytes(data)
        with pytest.raises(Refused, match=said):
            bring_back(app, tmp_path / "bad.zip", "../x" if said == "网址代号" else "")
        db.session.rollback()
        assert not db.session.scalar(select(func.count()).select_from(Consultation))
        assert not db.session.scalar(select(func.count()).select_from(AuditEntry))
    with pytest.raises(NotAllowed), transaction():
        restore(OFFICE, AFTER, path, app.config["SETTINGS"].files)
    assert bring_back(app, path)
    assert faults() == []


def test_load_takes_an_archive_in_place_of_a_file(app: Flask, tmp_path: Path) -> None:
    make_world(units=False)
    path = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "a.zip").path
    db.session.remove()
    empty(app, app.config["SETTINGS"])
    run = app.test_cli_runner().invoke
    done = run(args=["load", "--archive", str(path), "--slug", "new"])
    assert done.exit_code == 0 and "/c/new" in done.output and "CONSULT_DATA_KEY" in done.output
    again = run(args=["load", f"--archive={path}", "--slug", "new"])
    assert again.exit_code == 1 and "已经有项目在用" in again.output
    assert run(args=["load", "--slug", "x"]).exit_code == 2, "a draft still needs its file"
    assert run(args=["verify"]).exit_code == 0
