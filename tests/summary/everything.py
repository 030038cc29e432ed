"""An installation in which every table has rows: the rich project with a second period, a restored one, the house's own."""

from dataclasses import replace
from pathlib import Path

from flask import Flask, current_app

from consult.base import accounts, directory
from consult.base.db import db, transaction
from consult.base.people import User
from consult.drafts import find as drafts
from consult.drafts import rounds
from consult.drafts.rules import set_rule
from consult.drafts.workdays import set_calendar
from consult.intake.contact import erase_due
from consult.intake.submit import Item
from consult.letters import letter_templates
from consult.review import decide, desk, readdress, reasons
from consult.summary import export, kept
from consult.summary.restore import restore
from consult.wiring import jobs
from tests.factories.empty import empty
from tests.factories.people import NOW, OPERATOR, later, make_project, make_unit, make_user, send
from tests.factories.versions import NEXT
from tests.summary.next_draft import AGAIN, LATER, load
from tests.summary.rich import WANG, make_rich
from tests.summary.world import OFFICE, REVIEWER, World


def make_everything(app: Flask, folder: Path) -> World:
    """Rows in every table whose rows stay; what passes by (baskets, sweeps, hints) may be empty."""
    archive = _archived(app, folder)
    world = make_rich()
    _house()
    _directory()
    load("revision", body=NEXT.replace("三十米", "二十五米"), why={"a3": "老年人夜间看不清，间距缩短。"})
    with transaction():
        rounds.open_round(OPERATOR, LATER, drafts.by_slug("demo"), AGAIN)
    first, second = (one.comment_ids[0] for one in world.nasty[1:4:2])
    with transaction():
        readdress.readdress(REVIEWER, LATER, first, "a5")
        decide.withhold(REVIEWER, LATER, second, "improper")
    with transaction():
        restore(OPERATOR, LATER, archive, current_app.config["SETTINGS"].files)
    for one in (world.id, drafts.by_slug("before").id):
        with transaction():
            desk.settle_all(one)
    _exported(app)
    return world


def _archived(app: Flask, folder: Path) -> Path:
    """The archive of a project that is nowhere else: everything is taken away behind it."""
    project = make_project("before")
    send(project, [Item("a3", "other", "从前的意见")], later(minutes=1), WANG)
    with transaction():
        erase_due(later(days=1), {project.id: later(hours=1)}, days=0)
    made = export.export("summary", "zip", drafts.by_slug("before"), LATER, folder / "before.zip")
    db.session.remove()
    empty(app, app.config["SETTINGS"])
    return made.path


def _exported(app: Flask) -> None:
    """A file that the worker made."""
    app.extensions["clock"] = lambda: LATER
    with transaction():
        kept.ask(OFFICE, LATER, drafts.by_slug("demo"), kept.Wish("raw", "csv"))
    while jobs.run_next(app):
        pass


def _house() -> None:
    """What belongs to no project: the calendar, periods, letter texts, reasons."""
    with transaction():
        set_calendar(OPERATOR, NOW, "2026-05-01 休 劳动节\n2026-05-09 班")
        set_rule(OPERATOR, NOW, "normative", 20, False, "本县规定")
        letter_templates.set_template(OFFICE, NOW, "催办", "请尽快函复。")
        reasons.keep_reason(REVIEWER, NOW, outcome="not_adopted", title="上位法", body="与上位法的规定不一致，所以没有采纳。")


def _directory() -> None:
    """Units that were renamed, merged and confirmed, and an account that was changed."""
    first, second = make_unit("河湾县建设局"), make_unit("河湾县房管局")
    with transaction():
        directory.change_unit(OPERATOR, NOW, first, replace(directory.facts_of(first), name="河湾县住建局", handler="小周"))
        directory.merge_units(OPERATOR, NOW, second, first)
        directory.confirm_unit(OPERATOR, NOW, first)
    make_user("agency", first)
    other = make_user("auditor")
    with transaction():
        accounts.change_user(OPERATOR, later(days=1), db.session.get_one(User, other.id), roles=["auditor"], active=False)
