"""The clocks of R51: what they say on which day, who is reminded, and that nobody is reminded twice."""

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.mail import Mail
from consult.base.people import User
from consult.drafts import find as drafts
from consult.drafts import publish
from consult.drafts.feedback import clock, occasion
from consult.drafts.holidays import Calendar
from consult.intake.submit import Item, Sender
from consult.summary import feedback, verify
from consult.summary.feedback import clocks
from consult.wiring import jobs, reminding
from tests.factories.people import CLOSES, OPERATOR, make_user, send
from tests.summary.releasing import approve, decided
from tests.summary.releasing import publish as publish_result
from tests.summary.world import withdraw
from tests.web.pages import actions, browser

CALENDAR = Calendar({date(2026, 4, 6): False, date(2026, 1, 1): False})
ENDS = parse_local("2026-04-02T17:00")  # a Thursday; with the holiday the 20th workday after it is 2026-05-01, a Friday


@pytest.mark.parametrize(
    ("at", "words", "due"),
    [
        ("2026-04-02T17:00", "还剩 20 个工作日", ""),
        ("2026-04-23T09:00", "还剩 6 个工作日", ""),
        ("2026-04-24T09:00", "还剩 5 个工作日", "result:before:5:2026-05-01"),
        ("2026-04-25T09:00", "还剩 5 个工作日", ""),  # Saturday
        ("2026-04-28T09:00", "还剩 3 个工作日", "result:before:5:2026-05-01"),
        ("2026-04-30T09:00", "还剩 1 个工作日", "result:before:1:2026-05-01"),
        ("2026-05-01T23:59", "今天到期", "result:before:0:2026-05-01"),
        ("2026-05-02T09:00", "已超期", ""),  # Saturday
        ("2026-05-04T09:00", "已超期 1 个工作日", "result:behind:1:2026-05-01"),
        ("2026-05-07T09:00", "已超期 4 个工作日", "result:behind:1:2026-05-01"),
        ("2026-05-08T09:00", "已超期 5 个工作日", "result:behind:5:2026-05-01"),
        ("2026-09-01T09:00", "已超期 87 个工作日", "result:behind:40:2026-05-01"),
    ],
)
def test_each_day_has_its_words(at: str, words: str, due: str) -> None:
    now = parse_local(at)
    one = clock("result", ENDS, now, CALENDAR, 20)
    assert one.due == date(2026, 5, 1) and one.words == words
    assert occasion(one, now, CALENDAR) == due


def test_answers_are_due_sooner_and_only_where_somebody_asked() -> None:
    reply = clock("reply", ENDS, ENDS, CALENDAR, 15, 3)
    assert reply.due == date(2026, 4, 24) and reply.asked == 3


@pytest.fixture
def office(app: Flask) -> SimpleNamespace:
    """A project whose period is over, a mail server, three accounts; nobody's own project."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://127.0.0.1:1", mail_from="a@b.cn")
    people = [make_user("office"), make_user("approver"), make_user("reviewer")]
    return SimpleNamespace(app=app, project=decided(), people=people)


def run(office: SimpleNamespace, at: str | datetime) -> int:
    """The job once at this moment; how many mails are new."""
    before = len(mails())
    office.app.extensions["clock"] = lambda: parse_local(at) if isinstance(at, str) else at
    reminding.remind_office(lambda done, total: None)
    return len(mails()) - before


def mails() -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.purpose == "feedback").order_by(Mail.id)))


def address(app: Flask, row: Mail) -> str:
    return str(app.extensions["keys"].unseal(row.address_sealed)["email"])


def test_the_office_is_reminded_once_at_each_time(office: SimpleNamespace) -> None:
    days = ["2026-04-03T09:00", "2026-04-22T09:00", "2026-04-23T09:00", "2026-04-23T14:00", "2026-04-24T09:00", "2026-04-25T09:00",
            "2026-04-29T07:59", "2026-04-29T09:00", "2026-04-30T09:00", "2026-05-01T09:00", "2026-05-04T09:00", "2026-05-04T19:00"]  # fmt: skip
    made = [run(office, day) for day in days]
    assert made == [0, 0, 1, 0, 0, 0, 0, 1, 1, 2, 0, 0], made
    assert "还剩5个工作日" in mails()[0].subject and "河湾县村庄公共照明" in mails()[0].subject
    assert "已超期 1 个工作日" in mails()[-1].body and "采纳情况还没有公布" in mails()[-1].body
    assert {address(office.app, row).partition("@")[0][:6] for row in mails()[-2:]} == {"office", "approv"}
    assert actions().count("remind_feedback") == 4
    assert list(verify.faults(db.session())) == []


def test_a_worker_that_slept_reminds_of_the_newest_only(office: SimpleNamespace) -> None:
    assert run(office, "2026-05-15T09:00") == 2
    assert len({row.reference.rsplit(":", 1)[0] for row in mails()}) == 1


def test_who_published_the_project_is_told_and_not_the_others(app: Flask, office: SimpleNamespace) -> None:
    me = make_user("office")
    with transaction():
        drafts.by_slug("demo").created_by = me.ref
    assert run(office, "2026-04-23T09:00") == 1
    assert address(app, mails()[0]) == db.session.get_one(User, me.id).email
    with transaction():
        db.session.get_one(User, me.id).active = False
    assert run(office, "2026-04-29T09:00") == 1
    assert address(app, mails()[1]) == db.session.get_one(User, office.people[0].id).email


def test_a_result_ends_it_and_a_longer_period_begins_anew(office: SimpleNamespace) -> None:
    assert run(office, "2026-04-23T09:00") == 1
    with transaction():
        publish.extend(OPERATOR, parse_local("2026-04-24T09:00"), drafts.by_slug("demo"), parse_local("2026-05-20T17:00"), "来信较多，适当延长征求意见的期限。")
    assert run(office, "2026-04-29T09:00") == 0
    assert run(office, "2026-06-16T09:00") == 1
    approve(now=parse_local("2026-06-16T10:00"))
    publish_result(now=parse_local("2026-06-16T11:00"))
    assert [row.trouble for row in mails()][-1] == "采纳情况已经公布，不再提醒" and mails()[-1].address_sealed is None
    assert run(office, "2026-07-01T09:00") == 0


def test_answers_that_were_asked_for_have_their_own_clock(office: SimpleNamespace) -> None:
    asks = Sender(email="a@example.cn", wants_reply=True)
    sent = send(drafts.by_slug("demo"), [Item(None, "other", "请答复我。")], sender=asks)
    gone = send(drafts.by_slug("demo"), [Item(None, "other", "不用了。")], sender=asks)
    withdraw(gone)
    running = clocks(drafts.by_slug("demo"), CLOSES, Calendar(), 20, 15)
    assert [(one.name, one.asked) for one in running] == [("reply", 1), ("result", 0)]
    assert run(office, "2026-04-16T09:00") == 1
    assert "有 1 份意见的提出人要求答复" in mails()[0].body
    withdraw(sent)
    assert [one.name for one in clocks(drafts.by_slug("demo"), CLOSES, Calendar(), 20, 15)] == ["result"]


@pytest.mark.parametrize("off", [{"remind": "off"}, {"smtp_url": ""}])
def test_nothing_is_written_where_nobody_wants_it_or_it_could_not_go_out(office: SimpleNamespace, off: dict[str, str]) -> None:
    office.app.config["SETTINGS"] = replace(office.app.config["SETTINGS"], **off)
    assert run(office, "2026-05-04T09:00") == 0


def test_the_worker_asks_for_the_job_by_itself(office: SimpleNamespace) -> None:
    office.app.extensions["clock"] = lambda: parse_local("2026-05-04T09:00")
    jobs.schedule_often(office.app)
    while jobs.run_next(office.app):
        pass
    db.session.rollback()  # the worker wrote in a session of its own
    assert len(mails()) == 2


def test_the_pages_say_how_many_days_are_left(office: SimpleNamespace) -> None:
    asks = Sender(email="a@example.cn", wants_reply=True)
    send(drafts.by_slug("demo"), [Item(None, "other", "请答复我。")], sender=asks)
    office.app.extensions["clock"] = lambda: parse_local("2026-04-27T09:00")
    page = browser(office.app, office.people[0])
    for where in ("/office/", "/office/c/demo", "/office/c/demo/result"):
        text = page.get(where).text
        assert "还剩 3 个工作日" in text and "已超期 2 个工作日" in text and "4月23日" in text and "4月30日" in text, where
    board = browser(office.app, office.people[2]).get("/review/c/demo/dashboard").text
    assert "有 1 份意见的提出人要求答复" in board and "已超期 2 个工作日" in board


def test_who_asked_is_counted_up_to_a_bound(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_COUNTED", 2)
    for number in range(4):
        asks = Sender(email=f"a{number}@example.cn", wants_reply=True)
        send(drafts.by_slug("demo"), [Item(None, "other", f"请答复我，第{number}次。")], sender=asks)
    with office.app.app_context():
        assert feedback.asking(drafts.by_slug("demo").id) == 3
    many = clock("reply", parse_local("2026-04-02T17:00"), parse_local("2026-04-27T09:00"), CALENDAR, 15, 10_001)
    assert many.people == "1万多" and replace(many, asked=10_000).people == "10000"
