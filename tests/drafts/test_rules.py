"""The period rules of an installation (R02) and the day by which feedback is due (R51)."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base.audit import AuditEntry
from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.errors import NotAllowed, Refused
from consult.drafts import find
from consult.drafts.holidays import Calendar
from consult.drafts.models import KINDS
from consult.drafts.period import Minimum
from consult.drafts.rules import every_rule, feedback_due, set_rule
from tests.factories.people import NOW, OPERATOR, make_user


def test_every_kind_has_a_rule_with_its_source(app: Flask) -> None:
    rules = every_rule()
    assert [one.kind for one in rules] == list(KINDS)
    assert all(one.source for one in rules)


def test_a_rule_is_replaced_and_audited(app: Flask) -> None:
    for days in (45, 50):
        with transaction():
            set_rule(OPERATOR, NOW, "rule", days, False, " 本地规定 ")
    assert (find.rule_for("rule").minimum, find.rule_for("rule").source) == (Minimum(50), "本地规定")
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "set_period_rule")).all()
    assert [one.subject for one in entries] == ["period_rule:rule"] * 2


@pytest.mark.parametrize(
    ("kind", "days", "source", "field"),
    [
        ("none", 7, "一", "kind"),
        ("rule", -1, "一", "days"),
        ("rule", 366, "一", "days"),
        ("rule", 7, "", "source"),
        ("rule", 7, "一\n二", "source"),
    ],
)
def test_what_cannot_be_a_rule_is_refused(app: Flask, kind: str, days: int, source: str, field: str) -> None:
    with pytest.raises(Refused) as refused, transaction():
        set_rule(OPERATOR, NOW, kind, days, False, source)
    assert refused.value.field == field


def test_only_the_office_and_the_system_administrator(app: Flask) -> None:
    for role in ("reviewer", "approver", "secadmin", "auditor"):
        person = make_user(role)
        with pytest.raises(NotAllowed), transaction():
            set_rule(person, NOW, "rule", 7, False, "一")


@pytest.mark.parametrize(
    ("closes", "due"),
    [
        ("2026-04-03", date(2026, 4, 30)),  # 24:00 of Thursday the 2nd: the 2nd is the last day
        ("2026-04-02T17:00", date(2026, 4, 30)),
        ("2026-04-05", date(2026, 5, 1)),  # a Saturday does not count itself
    ],
)
def test_feedback_is_due_twenty_workdays_after_the_last_day(closes: str, due: date) -> None:
    assert feedback_due(parse_local(closes), Calendar(), 20) == due


def test_holidays_move_the_due_day() -> None:
    closed = Calendar({date(2026, 4, 6): False, date(2026, 4, 11): True})
    assert feedback_due(parse_local("2026-04-03"), closed, 20) == date(2026, 4, 30)
    assert feedback_due(parse_local("2026-04-03"), Calendar({date(2026, 4, 6): False}), 20) == date(2026, 5, 1)
