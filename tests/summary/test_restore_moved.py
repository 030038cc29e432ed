"""A project comes back beside another one in which everything happened too, and on the other kind of database."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, update

from consult.base.db import db
from consult.drafts import find as drafts
from consult.review.group_models import Addition, AdditionDecision
from consult.summary import archive_check, export
from consult.summary.carried import CARRIED, table
from consult.summary.restore_models import RestoredEntry
from tests.factories.empty import empty
from tests.factories.people import NOW
from tests.summary.rich import make_rich
from tests.summary.test_restore import archived, bring_back, faults, tables, without_numbers
from tests.summary.world import AFTER

ELSEWHERE = {"consultation_round", "readdressing"}  # projects asked about twice come back in tests of their own


def test_every_number_moves_and_every_seal_holds(app: Flask, tmp_path: Path) -> None:
    path, before, _ = archived(app, tmp_path)
    make_rich()
    db.session.remove()
    kept = tables("demo", tmp_path)
    last = {name: db.session.scalar(select(func.max(table(name).c.id))) for name in CARRIED if "id" in table(name).c}
    assert {name for name, number in last.items() if not number} <= ELSEWHERE, "each table moves that holds something"
    number = bring_back(app, path, "again")
    assert faults() == [] and faults(number) == []
    assert {name: data for name, data in tables("again", tmp_path).items() if not name.startswith("raw")} == {
        name: data for name, data in before.items() if not name.startswith("raw")
    }
    assert without_numbers(tables("again", tmp_path)["raw.csv"]) == without_numbers(before["raw.csv"])
    assert tables("demo", tmp_path) == kept, "and nothing of the other one changed"
    acts = db.session.scalars(select(RestoredEntry).where(RestoredEntry.action == "decide_additions")).all()
    ruled = {int(one) for act in acts for one in json.loads(act.facts)["decisions"]}
    assert len(ruled) >= 3 and min(ruled) > last["addition"], "rulings on several additions at once are among them"
    assert {one.consultation_id for one in acts} == {number}


def test_a_ruling_on_additions_changed_after_the_move_is_found(app: Flask, tmp_path: Path) -> None:
    path, _, _ = archived(app, tmp_path)
    make_rich()
    db.session.remove()
    number = bring_back(app, path, "again")
    mine = select(Addition.id).where(Addition.group_id.in_(select(table("opinion_group").c.id).where(table("opinion_group").c.consultation_id == number)))
    one = db.session.scalars(select(AdditionDecision.id).where(AdditionDecision.addition_id.in_(mine)).order_by(AdditionDecision.id)).first()
    db.session.execute(update(AdditionDecision).where(AdditionDecision.id == one).values(reason="后来换上的理由也有十个字。"))
    assert any("补充意见" in found for found in faults(number))
    assert faults(drafts.by_slug("demo").id) == []


def test_from_one_kind_of_database_to_the_other(sqlite_app: Flask, postgresql_app: Flask, tmp_path: Path) -> None:
    """SQLite → PostgreSQL → SQLite: the same tables byte for byte, a clean record at every station."""
    for one in (sqlite_app, postgresql_app):
        empty(one, one.config["SETTINGS"])
        one.extensions["clock"] = lambda: NOW
    with sqlite_app.app_context():
        path, before, _ = archived(sqlite_app, tmp_path)
    for station, one in enumerate((postgresql_app, sqlite_app)):
        with one.app_context():
            bring_back(one, path)
            assert tables("demo", tmp_path) == before and faults() == []
            path = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / f"{station}.zip").path
            assert list(archive_check.faults(path)) == []
            db.session.remove()
