"""From the checklist to publication, a longer period, and taking back; what the office list says of each."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import transaction
from consult.drafts import find, publish
from consult.intake.submit import Item
from tests.factories.people import CLOSES, NOW, OPENS, OPERATOR, later, make_project, make_user, send
from tests.web.pages import actions, browser, forget, post


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser(app, make_user("office"))


def act(client: FlaskClient, name: str, **fields: object) -> object:
    """Confirm one act on the project."""
    forget()
    return post(client, f"/office/c/demo/{name}", f"/office/c/demo/{name}", **fields)


def test_publication_needs_a_second_person(app: Flask) -> None:
    mine = browser(app, me := make_user("office"))
    make_project(published=False)
    with transaction():
        find.by_slug("demo").created_by = me.ref
    assert "还缺" in mine.get("/office/c/demo").text
    assert "还不能发布" in mine.get("/office/c/demo/publish").text
    assert act(mine, "publish", sure="y").status_code == 422
    own = act(mine, "secrecy", sure="y")
    assert own.status_code == 403
    assert "另一位同事" in own.text
    other = browser(app, make_user("approver"))
    assert act(other, "secrecy").status_code == 422
    assert act(other, "secrecy", sure="y").status_code == 303
    assert post(other, "/office", "/office/c/demo/publish", sure="y").status_code == 403
    forget()
    assert "都已具备，可以发布" in mine.get("/office/c/demo").text
    assert act(mine, "publish", sure="y").status_code == 303
    assert find.by_slug("demo").published_by == me.ref
    assert [one for one in actions() if one in ("clear_secrecy", "publish")] == ["clear_secrecy", "publish"]


def test_a_short_period_wants_its_reason(app: Flask, office: FlaskClient) -> None:
    make_project(published=False, kind="rule", closes=NOW + timedelta(days=8))
    with transaction():
        publish.clear_secrecy(OPERATOR, NOW, find.by_slug("demo"))
    page = office.get("/office/c/demo").text
    assert "共 8 日，规定不少于30日" in page
    refused = act(office, "publish", sure="y")
    assert refused.status_code == 422
    assert "少于规定的30日" in refused.text
    assert find.by_slug("demo").published_at is None


def test_extending_is_public_and_never_shortens(app: Flask, office: FlaskClient) -> None:
    make_project()
    reason = "来信较多，需要更多时间研究。"
    earlier = act(office, "extend", closes_at=["2026-04-01", ""], reason=reason, sure="y")
    assert earlier.status_code == 422
    assert "不能提前结束" in earlier.text
    assert reason in earlier.text
    assert act(office, "extend", closes_at=["2026-04-20", ""], reason="短", sure="y").status_code == 422
    assert act(office, "extend", closes_at=["2026-04-20", "17:00"], reason=reason, sure="y").status_code == 303
    assert find.by_slug("demo").closes_at == CLOSES + timedelta(days=18)
    assert reason in office.get("/office/c/demo").text


def test_withdrawing_asks_for_a_reason_and_a_yes(app: Flask, office: FlaskClient) -> None:
    make_project()
    assert act(office, "withdraw", reason="上位法即将修订，需要重新起草。").status_code == 422
    assert find.by_slug("demo").withdrawn_at is None
    assert act(office, "withdraw", reason="上位法即将修订，需要重新起草。", sure="y").status_code == 303
    page = office.get("/office/c/demo").text
    assert "已撤回" in page
    assert "上位法即将修订" in page


def test_the_list_says_what_comes_next(app: Flask, office: FlaskClient) -> None:
    project = make_project()
    assert "向有关单位发函征求意见" in office.get("/office").text
    send(project, [Item(None, "other", "一"), Item(None, "other", "二")])
    make_project("new", published=False)
    page = office.get("/office").text
    assert "核对并发布" in page
    assert '<td class="number" data-label="收到">2</td>' in page


def test_the_feedback_clock_turns_red_after_twenty_workdays(app: Flask, office: FlaskClient) -> None:
    send(make_project(), [Item(None, "other", "一")])
    app.extensions["clock"] = lambda: CLOSES + timedelta(hours=1)
    page = browser(app, make_user("office")).get("/office").text
    assert "2026年4月30日" in page  # 20 workdays after 2026-04-02, Monday to Friday
    assert "审阅意见，还有 1 条未处理" in page
    app.extensions["clock"] = lambda: CLOSES + timedelta(days=29)
    late = browser(app, make_user("office"))
    over = late.get("/office").text
    assert "2026年4月30日" in over and "已超期 1 个工作日" in over
    assert "采纳情况反馈已超期" in late.get("/office/c/demo").text


def test_pages_of_the_list(app: Flask, office: FlaskClient) -> None:
    for number in range(27):
        make_project(f"p{number}", published=False)
    first, second = office.get("/office").text, office.get("/office?page=2").text
    assert "共 27 个项目" in first
    assert "/office/c/p26" in first
    assert "/office/c/p0" not in first
    assert "/office/c/p0" in second


def test_a_project_that_opens_later_waits(app: Flask, office: FlaskClient) -> None:
    make_project(opens=later(days=2), closes=later(days=30))
    assert "即将开始" in office.get("/office/c/demo").text
    assert OPENS < NOW
    assert office.get("/office/c/nothing").status_code == 404
