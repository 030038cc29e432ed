"""Opinions by letter or call are entered once, with a receipt for the sender; what was typed stays on a refusal."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.crypto import Keys
from consult.base.db import db
from consult.intake import find
from consult.intake.models import Comment, Submission
from tests.factories.people import CLOSES, make_project, make_user
from tests.web.pages import actions, browser, field, forget, token

PAGE = "/office/c/demo/register"


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    make_project()
    return browser(app, make_user("office"))


def enter(client: FlaskClient, **fields: object) -> object:
    """Send the form as a clerk would."""
    forget()
    once = field(client.get(PAGE).text, "once")
    given = {
        "once": once, "channel": "letter", "received_on": "2026-03-09", "opinions-0-clause": "a3",
        "opinions-0-stance": "amend", "opinions-0-text": "灯太少，\r\n请加<灯>。",
    }  # fmt: skip
    return client.post(PAGE, data={"csrf_token": token(client, PAGE), **given, **fields})


def test_a_letter_is_entered_and_its_receipt_opens(app: Flask, office: FlaskClient, keys: Keys) -> None:
    page = enter(office, name="朱小明", kind="person", phone="0816-1")
    assert page.status_code == 200
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", page.text)
    assert code
    sent = find.by_receipt(keys, code[0])
    assert (sent.channel, str(sent.received_on), sent.submitter_shown) == ("letter", "2026-03-09", "朱**")
    assert find.comments_of(sent.id)[0].text == "灯太少，\n请加<灯>。"
    assert actions()[-1] == "register"


def test_the_same_page_twice_is_one_letter(app: Flask, office: FlaskClient) -> None:
    once = field(office.get(PAGE).text, "once")
    assert enter(office, once=once).status_code == 200
    again = enter(office, once=once)
    assert again.status_code == 409
    assert "已经登记过" in again.text
    assert "请加&lt;灯&gt;" in again.text
    assert field(again.text, "once") != once
    assert db.session.query(Submission).count() == 1


def test_one_more_opinion_keeps_the_first(app: Flask, office: FlaskClient) -> None:
    page = enter(office, more="1", name="朱小明")
    assert page.status_code == 200
    assert "第 2 条意见" in page.text
    assert "请加&lt;灯&gt;" in page.text
    assert "朱小明" in page.text
    both = enter(office, **{"opinions-1-clause": "", "opinions-1-stance": "support", "opinions-1-text": ""})
    assert "2 条意见已经登记" in both.text
    assert [one.stance for one in db.session.query(Comment).order_by(Comment.id)] == ["amend", "support"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"opinions-0-text": " "}, "还没有写内容"),
        ({"received_on": "2026-03-11"}, "收到日期还没有到"),
        ({"received_on": ""}, "请填写收到日期"),
        ({"channel": "formal"}, "channel-error"),
        ({"opinions-0-clause": "nothing"}, "opinions-0-clause-error"),
        ({"wants_reply": "y"}, "请留下电话或者邮箱"),
        ({"opinions-0-text": "坏\x07字"}, "控制字符"),
    ],
)
def test_refusals_store_nothing(app: Flask, office: FlaskClient, changes: dict[str, object], says: str) -> None:
    page = enter(office, address="河湾村", **changes)
    assert page.status_code == 422
    assert says in page.text
    assert "河湾村" in page.text
    assert not db.session.query(Submission).count()


def test_what_came_late_is_marked(app: Flask, office: FlaskClient) -> None:
    app.extensions["clock"] = lambda: CLOSES.replace(day=5)
    late = browser(app, make_user("office"))
    page = enter(late, received_on="2026-04-04")
    assert "逾期收到" in page.text
    assert db.session.query(Submission).one().late


def test_an_approver_does_not_enter(app: Flask) -> None:
    make_project()
    assert browser(app, make_user("approver")).get(PAGE).status_code == 403
