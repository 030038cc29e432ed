"""A project comes back from its archive: the same tables, a clean record, whole or not at all."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.drafts import find as drafts
from consult.review import desk
from consult.review.desk_models import DeskRow
from consult.summary import archive_check, export, release, verify
from consult.summary.restore import restore
from tests.conftest import _empty
from tests.factories.people import OPERATOR, later, make_project, make_user, send
from tests.summary.test_release import approve_formal
from tests.summary.world import AFTER, APPROVER, OFFICE, World, make_world, rule_all

PLAIN = ("summary", "summary-gb", "adoption", "ledger", "comparison", "disputes", "raw")


def tables(slug: str, folder: Path, names: tuple[str, ...] = PLAIN) -> dict[str, bytes]:
    """The bytes of every table as csv and json."""
    found = {}
    for name in names:
        for fmt in ("csv", "json"):
            made = export.export(name, fmt, drafts.by_slug(slug), AFTER, folder / f"{name}.{fmt}")
            found[f"{name}.{fmt}"] = made.path.read_bytes()
    return found


def publish_result(world: World) -> None:
    approve_formal(world.id)
    with transaction():
        release.approve_table(APPROVER, AFTER, drafts.by_slug("demo"))
    with transaction():
        release.release(OFFICE, AFTER, drafts.by_slug("demo"))


def bring_back(app: Flask, path: Path, slug: str = "") -> int:
    with transaction():
        number = restore(OPERATOR, AFTER, path, app.config["SETTINGS"].files, slug).id
    with transaction():
        desk.settle_all(number)
    return number


def faults(number: int | None = None) -> list[str]:
    return list(verify.faults(db.session(), number))


def whole_world() -> World:
    world = make_world()
    rule_all(world)
    publish_result(world)
    return world


def test_into_an_empty_installation_it_is_the_same(app: Flask, tmp_path: Path) -> None:
    make_user("office"), make_user("reviewer")
    whole_world()
    assert faults() == []
    before = tables("demo", tmp_path)
    made = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "a.zip")
    db.session.remove()
    _empty(app, app.config["SETTINGS"])
    number = bring_back(app, made.path)
    assert tables("demo", tmp_path) == before, "raw too: numbers stayed"
    assert faults() == [] and faults(number) == []
    entries = db.session.scalars(select(AuditEntry)).all()
    assert [one.action for one in entries] == ["restore"] and json.loads(entries[0].facts)["digest"] == made.digest
    again = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "b.zip")
    assert list(archive_check.faults(again.path)) == []


def test_beside_another_project_numbers_move_and_nothing_else(app: Flask, tmp_path: Path) -> None:
    whole_world()
    before = tables("demo", tmp_path)
    made = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "a.zip")
    db.session.remove()
    _empty(app, app.config["SETTINGS"])
    make_user("office"), make_user("approver")
    other = make_project("other")
    from consult.intake.submit import Item

    mine = [send(other, [Item(None, "other", f"别的意见{n}")], later(minutes=n)).comment_ids[0] for n in range(3)]
    number = bring_back(app, made.path, "again")
    assert number != other.id and faults() == [] and faults(number) == []
    after = tables("again", tmp_path)
    assert {name: data for name, data in after.items() if not name.startswith("raw")} == {
        name: data for name, data in before.items() if not name.startswith("raw")
    }
    assert db.session.scalar(select(func.count()).select_from(DeskRow).where(DeskRow.consultation_id == number))
    sent = send(other, [Item(None, "other", "以后的意见")], later(days=1))
    assert sent.comment_ids[0] > max(mine) and faults() == [], "numbers go on behind what came back"
