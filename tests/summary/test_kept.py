"""Files made by the worker: asked for, made while others write, told how far, taken away, offered again, cleared up."""

import hashlib
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import NotAllowed, NotFound, Refused
from consult.base.jobs import Job
from consult.base.people import Actor
from consult.drafts import find as drafts
from consult.intake.submit import Item
from consult.summary import export, kept, verify
from consult.summary.kept import Wish
from consult.summary.kept_models import ExportFile
from consult.wiring import file_jobs
from consult.wiring import jobs as wired
from tests.factories.people import later, make_project, send
from tests.summary.world import AFTER, OFFICE, REVIEWER, rule
from tests.web.pages import actions

RAW = Wish("raw", "csv")


@pytest.fixture
def project(app: Flask) -> int:
    one = make_project()
    for number in range(12):
        send(one, [Item("a3" if number % 2 else None, "other", f"第{number}条意见，路灯要亮。")], later(minutes=number))
    at(app, later(days=5))
    return one.id


def at(app: Flask, now: object) -> None:
    app.extensions["clock"] = lambda: now


def ask(wish: Wish = RAW, actor: Actor = OFFICE) -> int:
    with transaction():
        return kept.ask(actor, current_app.extensions["clock"](), drafts.by_slug("demo"), wish).id


def work(app: Flask) -> None:
    while wired.run_next(app):
        pass


def file(number: int) -> ExportFile:
    db.session.rollback()
    return db.session.get_one(ExportFile, number)


def folder() -> Path:
    return current_app.config["SETTINGS"].instance / kept.FOLDER


def test_asked_made_taken_and_every_step_noted(app: Flask, project: int) -> None:
    number = ask()
    assert file(number).state == "waiting" and actions()[-1] == "ask_export"
    work(app)
    one, path = file(number), folder() / f"{number}.csv"
    assert (one.state, one.done, one.place) == ("done", 12, f"exports/{number}.csv")
    assert one.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() and one.size == path.stat().st_size
    assert one.made_at == later(days=5) and one.expires_at == later(days=12)
    assert one.name == "demo-意见原始记录-20260315-1000.csv"
    with transaction():
        made = kept.take(REVIEWER, later(days=6), path.parents[1], file(number))
    assert made.path == path
    found = db.session.execute(select(AuditEntry.actor, AuditEntry.facts).order_by(AuditEntry.id.desc())).first()
    assert found and found.actor == REVIEWER.ref and json.loads(found.facts)["digest"] == one.sha256
    assert actions()[-3:] == ["ask_export", "make_export", "export"]
    assert list(verify.faults(db.session())) == []


def test_only_those_who_may_export_ask_and_take(app: Flask, project: int) -> None:
    agency = Actor("user:1", "单位", frozenset({"agency"}))
    with pytest.raises(NotAllowed):
        ask(actor=agency)
    number = ask()
    work(app)
    with pytest.raises(NotAllowed), transaction():
        kept.take(agency, later(days=5), folder().parent, file(number))
    with pytest.raises(NotFound):
        kept.by_id(project + 1, number)
    with pytest.raises(NotFound):
        ask(Wish("nothing", "csv"))
    with pytest.raises(Refused):
        ask(Wish("ledger", "csv", "state=undecided", "状态：未处理"))


def test_what_others_write_meanwhile_ends_no_instant(
    app: Flask, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every report is a write, and at the first somebody sends an opinion and another is ruled on."""
    monkeypatch.setattr(file_jobs, "EVERY", 0.0)
    monkeypatch.setattr(export, "TOLD", 2)
    monkeypatch.setattr("consult.summary.raw.SLICE", 2)
    told: list[tuple[int, int]] = []
    plain = kept.report

    def report(file_id: int, done: int, total: int, what: str) -> None:
        plain(file_id, done, total, what)
        told.append((done, total))

    def meanwhile(done: int, _total: int) -> None:
        if done == 2:
            send(drafts.by_slug("demo"), [Item(None, "other", "刚刚写来的")], later(days=5))
            rule(11, "adopted")

    monkeypatch.setattr(kept, "report", report)
    number = ask()
    with transaction():
        db.session.delete(db.session.scalars(select(Job)).one())
    file_jobs.make_file(meanwhile, number)
    text = (folder() / f"{number}.csv").read_text(encoding="utf-8-sig")
    assert told == [(2, 12), (4, 12), (6, 12), (8, 12), (10, 12), (12, 12)]
    assert "刚刚写来的" not in text and "采纳" not in text and file(number).done == 12
    assert not _offered(Wish("raw", "csv")), "the ledger is another one now"


def _offered(wish: Wish, now: object = None) -> ExportFile | None:
    db.session.rollback()
    return kept.same(now or later(days=5), drafts.by_slug("demo"), wish)  # type: ignore[arg-type]


def test_the_same_from_the_same_ledger_is_offered(app: Flask, project: int) -> None:
    number = ask()
    assert _offered(RAW).id == number, "it waits already"  # type: ignore[union-attr]
    work(app)
    assert _offered(RAW, later(days=5, minutes=59)).id == number  # type: ignore[union-attr]
    assert _offered(RAW, later(days=5, hours=1)) is None, "too old"
    assert _offered(RAW, AFTER) is None, "the mark over it would be wrong"
    assert _offered(Wish("raw", "xlsx")) is None and _offered(Wish("raw", "csv", "state=undecided", "未处理")) is None
    with transaction():
        export.note(OFFICE, later(days=5), drafts.by_slug("demo"), kept.take(OFFICE, later(days=5), folder().parent, file(number)))
    assert _offered(RAW), "taking it away changes nothing"
    rule(3, "adopted")
    assert _offered(RAW) is None
    ledger = ask(Wish("ledger", "csv"))
    work(app)
    assert file(ledger).state == "done" and _offered(Wish("ledger", "csv")) is None, "the clock alone changes it"


def test_what_cannot_be_made_says_why(app: Flask, project: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.summary.document.MOST_ROWS", 3)
    number = ask(Wish("summary", "docx"))
    work(app)
    assert file(number).state == "failed" and "xlsx" in file(number).message and actions()[-1] == "fail_export"
    assert db.session.scalars(select(Job.state)).all() == ["done"], "tried once"
    with pytest.raises(Refused, match="重新导出"), transaction():
        kept.take(OFFICE, later(days=5), folder().parent, file(number))


def test_what_breaks_is_tried_again(app: Flask, project: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = export.export, []

    def broken(*args: object, **more: object) -> object:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError("没有内存")
        return real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(file_jobs, "export", broken)
    number = ask()
    assert wired.run_next(app)
    assert file(number).state == "failed" and "没有内存" not in file(number).message
    work(app)
    assert file(number).state == "done" and len(tries) == 2


def test_a_job_that_was_killed_begins_again(app: Flask, project: int) -> None:
    number = ask()
    with transaction():
        kept.begin(file(number))
        kept.report(number, 5, 12)
    work(app)
    assert file(number).state == "done" and file(number).done == 12


def test_after_seven_days_the_bytes_go_and_the_line_stays(app: Flask, project: int) -> None:
    number, stray, fresh = ask(), folder() / ".consult-killed", folder() / ".consult-running"
    work(app)
    stray.mkdir()
    (stray / "table.csv").write_text("half")
    fresh.mkdir()
    for path, age in ((stray, 2), (fresh, 0)):
        moment = later(days=12) - timedelta(days=age)
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    at(app, later(days=12) - timedelta(seconds=1))
    file_jobs.sweep_files(lambda *_: None)
    assert file(number).state == "done" and (folder() / f"{number}.csv").exists()
    at(app, later(days=12))
    file_jobs.sweep_files(lambda *_: None)
    assert (file(number).state, file(number).place) == ("gone", "") and file(number).sha256
    assert [path.name for path in folder().iterdir()] == [".consult-running"]
    assert actions()[-1] == "sweep_exports"
    file_jobs.sweep_files(lambda *_: None)
    assert actions().count("sweep_exports") == 1, "nothing more to note"


def test_a_file_with_words_that_were_taken_back_is_marked_and_goes_with_the_next_sweep(app: Flask, project: int) -> None:
    from consult.intake.find import submission
    from consult.intake.withdraw import withdraw_submission

    number = ask()
    work(app)
    with transaction():
        withdraw_submission(Actor("citizen", "公众"), later(days=5, hours=1), submission(4))
    assert kept.files_of(project) == [(file(number), True)]
    at(app, later(days=5, hours=2))
    file_jobs.sweep_files(lambda *_: None)
    assert file(number).state == "gone" and "撤回" in file(number).message and not list(folder().iterdir())


def test_the_daily_round_asks_for_the_sweep(app: Flask, project: int) -> None:
    wired.schedule_daily(app, 180)
    db.session.rollback()
    assert set(db.session.scalars(select(Job.name))) == {"erase_contacts", "sweep_files"}
