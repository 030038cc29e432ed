"""Reminders: on which day which, each once whatever the job does, and none once there is an answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.mail import Mail
from consult.base.people import SYSTEM, Unit
from consult.config import BadSetting, Settings, check
from consult.drafts.holidays import Calendar
from consult.letters import remind
from consult.letters.issue import extend_due, withdraw_letter
from consult.letters.models import Reminder
from consult.summary.verify import faults
from consult.wiring import jobs
from tests.factories.people import NOW, make_user

DAYS = (3, 1, 0)
CALENDAR = Calendar({date(2026, 1, 1): False, date(2026, 4, 6): False})
SENT = parse_local("2026-03-10T10:00")
DUE = parse_local("2026-03-25", end_of_day=True)  # a Wednesday, to its end


def when(at: str, due: datetime = DUE, sent: datetime = SENT) -> str:
    return remind.occasion(sent, due, parse_local(at), CALENDAR, DAYS)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-19T08:00", ""),  # four workdays left
        ("2026-03-20T08:00", "before:3:2026-03-25"),
        ("2026-03-21T08:00", ""),  # Saturday
        ("2026-03-23T08:00", "before:3:2026-03-25"),  # two left: what was missed on Friday
        ("2026-03-24T08:00", "before:1:2026-03-25"),
        ("2026-03-25T23:59", "before:0:2026-03-25"),
        ("2026-03-26T00:00", "overdue:2026-03-26"),
        ("2026-03-28T09:00", ""),  # Saturday
        ("2026-03-30T09:00", "overdue:2026-03-30"),
        ("2026-04-06T09:00", ""),  # a holiday
        ("2026-04-23T09:00", "overdue:2026-04-23"),
        ("2026-06-01T09:00", ""),  # long over: by hand from here
    ],
)
def test_each_day_has_its_occasion(at, said):
    assert when(at) == said


def test_what_had_come_when_the_letter_went_out_is_no_occasion():
    sent = parse_local("2026-03-24T15:00")
    assert when("2026-03-24T16:00", sent=sent) == ""
    assert when("2026-03-25T09:00", sent=sent) == "before:0:2026-03-25"


def test_due_at_noon_is_overdue_from_the_next_workday_on():
    due = parse_local("2026-03-25T12:00")
    assert when("2026-03-25T11:00", due) == "before:0:2026-03-25"
    assert when("2026-03-25T13:00", due) == ""
    assert when("2026-03-26T08:00", due) == "overdue:2026-03-26"


def run(desk, now):
    """What the job does once."""
    made = []
    for number, code in remind.waiting(now, CALENDAR, DAYS):
        assert number == desk.letter.id
        with transaction():
            row = remind.remind(SYSTEM, now, desk.letter, code, keys=desk.keys, site="https://a.example")
            made += [row.occasion] if row else []
    return made


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 60 * 24), min_size=1, max_size=12))
def test_no_order_of_runs_makes_one_occasion_twice(hours):
    """Over the pure rule: a job that runs at any hours, forward or back, sees each occasion under one name."""
    due, seen = datetime(2026, 3, 25, 16, tzinfo=UTC), {}
    for hour in hours:
        now = SENT + timedelta(hours=hour)
        code = remind.occasion(SENT, due, now, CALENDAR, DAYS)
        if code.startswith("overdue"):
            assert now >= due
            assert code.endswith((now + timedelta(hours=8)).date().isoformat())
        elif code:
            assert now < due
        seen.setdefault(code, now)
    before = [code for code in seen if code.startswith("before")]
    assert len(before) <= len(DAYS)


def test_each_occasion_once_under_restarts_pauses_and_clock_jumps(desk):
    with transaction():
        db.session.get(Unit, desk.unit.id).email = "caizheng@example.cn"
        desk.letter.due_at = DUE
    at = lambda text: parse_local(text)  # noqa: E731
    assert run(desk, at("2026-03-20T08:00")) == ["before:3:2026-03-25"]
    assert run(desk, at("2026-03-20T08:00")) == []  # started twice
    assert run(desk, at("2026-03-19T08:00")) == []  # the clock went back
    assert run(desk, at("2026-03-27T08:00")) == ["overdue:2026-03-27"]  # a pause: only the newest
    assert run(desk, at("2026-03-25T08:00")) == ["before:0:2026-03-25"]  # the clock went back: still once
    assert run(desk, at("2026-03-27T18:00")) == []
    assert run(desk, at("2026-03-30T08:00")) == ["overdue:2026-03-30"]
    mails = db.session.scalars(select(Mail).order_by(Mail.id)).all()
    assert len(mails) == 4
    assert [bool(one.address_sealed) for one in mails] == [False, False, False, True], "one mail waits, not four"
    assert db.session.scalars(select(Reminder.mail_reference)).all() == [one.reference for one in mails]
    with transaction():
        db.session.execute(text("DELETE FROM reminder WHERE id = 1"))
    assert any("催办" in one for one in faults(db.session))


def test_an_extension_begins_anew_and_an_answer_ends_it(desk):
    with transaction():
        desk.letter.due_at = DUE
    assert run(desk, parse_local("2026-03-24T08:00")) == ["before:1:2026-03-25"]
    with transaction():
        extend_due(desk.office, parse_local("2026-03-24T09:00"), desk.letter, DUE + timedelta(days=7), "需要调研")
    assert run(desk, parse_local("2026-03-25T08:00")) == []
    assert run(desk, parse_local("2026-03-31T08:00")) == ["before:1:2026-04-01"]
    desk.answer(now=parse_local("2026-03-31T09:00"))
    assert run(desk, parse_local("2026-04-01T08:00")) == []
    with pytest.raises(Conflict), transaction():
        remind.remind_now(desk.office, parse_local("2026-04-01T08:00"), desk.letter, keys=desk.keys, site="")


def test_no_reminder_for_a_letter_taken_back(desk):
    with transaction():
        withdraw_letter(desk.office, NOW, desk.letter, "发错了")
    assert remind.waiting(DUE + timedelta(days=1), CALENDAR, DAYS) == []
    with transaction():
        assert remind.remind(SYSTEM, DUE, desk.letter, "overdue:x", keys=desk.keys, site="") is None


def test_urging_by_hand_is_logged_and_counted(desk):
    with transaction():
        remind.remind_now(desk.office, NOW, desk.letter, keys=desk.keys, site="")
    with transaction():
        row = remind.urge(desk.office, NOW, desk.letter, note="答应明天上午报送", way="电话", person="王经办")
    assert remind.times([desk.letter.id]) == {desk.letter.id: (1, 1)}
    assert row.by_name == desk.office.name
    for values, field in (({"note": " "}, "note"), ({"note": "好", "way": "飞鸽"}, "way")):
        with pytest.raises(Refused) as refused, transaction():
            remind.urge(desk.office, NOW, desk.letter, **values)
        assert refused.value.field == field
    for actor in (desk.agent, make_user("reviewer")):
        with pytest.raises(NotAllowed), transaction():
            remind.remind_now(actor, NOW, desk.letter, keys=desk.keys, site="")
        with pytest.raises(NotAllowed), transaction():
            remind.urge(actor, NOW, desk.letter, note="催一催")
    assert list(faults(db.session)) == []
    with transaction():
        db.session.execute(text("UPDATE urging SET note = '没有催过'"))
    assert any("督办" in one for one in faults(db.session))


def test_the_job_reminds_by_day_only_and_the_office_can_switch_it_off(app, desk):
    with transaction():
        desk.letter.due_at = DUE
    letters = {"2026-03-24T03:00": 0, "2026-03-24T09:00": 1, "2026-03-24T09:01": 0, "2026-03-25T08:00": 1}
    for at, count in letters.items():
        app.extensions["clock"] = lambda at=at: parse_local(at)
        before = len(remind.reminders(desk.letter.id))
        jobs.schedule_often(app)
        while jobs.run_next(app):
            pass
        db.session.rollback()  # the worker wrote in a session of its own
        assert len(remind.reminders(desk.letter.id)) == before + count, at
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], remind="off")
    app.extensions["clock"] = lambda: parse_local("2026-03-26T09:00")
    jobs.schedule_often(app)
    while jobs.run_next(app):
        pass
    db.session.rollback()
    assert len(remind.reminders(desk.letter.id)) == 2


@pytest.mark.parametrize(("typed", "days"), [("3,1,0", (3, 1, 0)), ("0", (0,)), ("1, 5", (5, 1)), ("off", None), ("No", None)])
def test_the_setting(typed, days, tmp_path):
    assert check(Settings(instance=tmp_path, secret_key="x" * 40, data_key="x" * 40, remind=typed)).remind_days == days


@pytest.mark.parametrize("typed", ["", "3;1", "-1", "morgen", "3,,1"])
def test_a_setting_that_says_nothing_is_refused(typed, tmp_path):
    with pytest.raises(BadSetting, match="REMIND"):
        check(Settings(instance=tmp_path, secret_key="x" * 40, data_key="x" * 40, remind=typed))


def test_a_reminder_that_still_waits_does_not_go_out_after_the_answer(desk):
    with transaction():
        db.session.get_one(Unit, desk.unit.id).email = "bgs@example.cn"
    with transaction():
        remind.remind_now(desk.office, NOW, desk.letter, keys=desk.keys, site="https://x.cn")
    (mail,) = db.session.scalars(select(Mail))
    assert mail.address_sealed is not None
    desk.answer()
    db.session.refresh(mail)
    assert (mail.address_sealed, mail.sent_at, mail.trouble) == (None, None, "单位已经复函，不再催办")
