"""The period rules and the calendar of workdays, edited on a page; what they change, and for whom."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.drafts import find
from consult.drafts.period import Minimum
from consult.drafts.workdays import read_calendar
from tests.factories.people import make_project, make_user
from tests.web.pages import actions, browser, post

PAGE = "/office/settings"


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser(app, make_user("office"))


def test_a_rule_is_written_and_counts(app: Flask, office: FlaskClient) -> None:
    given = {"kind": "normative", "days": "10", "workdays": "y", "source": "县政府办规定"}
    assert post(office, PAGE, f"{PAGE}/rules", **given).status_code == 303
    rule = find.rule_for("normative")
    assert (rule.minimum, rule.source) == (Minimum(10, True), "县政府办规定")
    assert post(office, PAGE, f"{PAGE}/rules", kind="normative", days="20", source="二").status_code == 303
    assert find.rule_for("normative").minimum == Minimum(20)
    make_project(published=False)
    assert "不少于20日" in office.get("/office/c/demo").text
    assert actions().count("set_period_rule") == 2


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "nothing", "days": "7", "source": "一"},
        {"kind": "rule", "days": "366", "source": "一"},
        {"kind": "rule", "days": "-1", "source": "一"},
        {"kind": "rule", "days": "七", "source": "一"},
        {"kind": "rule", "days": "", "source": "一"},
        {"kind": "rule", "days": "7", "source": " "},
        {"kind": "rule", "days": "7", "source": "长" * 201},
    ],
)
def test_a_bad_rule_is_refused(app: Flask, office: FlaskClient, given: dict[str, str]) -> None:
    page = post(office, PAGE, f"{PAGE}/rules", **given)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert find.rule_for("rule").minimum == Minimum(30)


def test_holidays_are_written_a_year_at_a_time(app: Flask, office: FlaskClient) -> None:
    assert "2026 年的节假日安排还没有录入" in office.get(PAGE).text
    days = "2026-04-06 休 清明节\n2026-04-11 班"
    assert post(office, PAGE, f"{PAGE}/calendar", days=days).status_code == 303
    assert read_calendar().known(2026)
    page = office.get(PAGE).text
    assert "清明节" in page
    assert "2026 年的节假日安排还没有录入" not in page
    refused = post(office, PAGE, f"{PAGE}/calendar", days="2026-04-06 休\n明天放假")
    assert refused.status_code == 422
    assert "第 2 行" in refused.text
    assert "明天放假" in refused.text


def test_an_approver_reads_and_does_not_write(app: Flask) -> None:
    approver = browser(app, make_user("approver"))
    assert "<button" not in approver.get(PAGE).text.split("<main", 1)[1]
    assert post(approver, PAGE, f"{PAGE}/rules", kind="rule", days="1", source="一").status_code == 403
    assert find.rule_for("rule").minimum == Minimum(30)
