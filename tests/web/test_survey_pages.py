"""The page of the question after a result, what the result page shows of it, and what only the office sees."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.db import db, transaction
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.summary import release, survey
from consult.summary.models import Satisfaction
from consult.web import limits
from tests.factories.people import make_project, make_user, send
from tests.summary.test_survey import project as project  # noqa: PLC0414 -- the fixture of a published result
from tests.summary.world import AFTER, APPROVER, OFFICE, rule, say_yes
from tests.web.pages import browser, forget, post

PAGE, RESULT = "/c/demo/survey", "/c/demo/result"


def say(client: FlaskClient, address: str = "192.0.2.1", **fields: str) -> TestResponse:
    """Answer from this address."""
    page = client.get(PAGE, environ_base={"REMOTE_ADDR": address}).text
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = client.post(PAGE, data={"csrf_token": token, **fields}, environ_base={"REMOTE_ADDR": address})
    forget()
    return answer


def test_an_answer_is_thanked_for_and_says_nothing_of_who_gave_it(client: FlaskClient, project: Consultation) -> None:
    page = client.get(PAGE)
    assert page.headers["Cache-Control"] == "no-store" and "很不满意" in page.text and "<script" not in page.text.partition("<main")[2].partition("</main>")[0]
    answer = say(client, score="4", remark="说得再通俗些")
    assert answer.status_code == 200 and "谢谢" in answer.text
    row = db.session.query(Satisfaction).one()
    assert (row.score, row.remark) == (4, "说得再通俗些") and "192.0.2.1" not in str(vars(row))
    assert "说得再通俗些" not in client.get(RESULT).text


@pytest.mark.parametrize(("fields", "words"), [({}, "请选择一项。"), ({"score": "9"}, "请选择一项。"),
    ({"score": "x", "remark": "<b>一</b>"}, "请选择一项。"), ({"score": "3", "remark": "字" * 201}, "最多写200个字")])  # fmt: skip
def test_a_refusal_keeps_what_was_typed(
    client: FlaskClient, project: Consultation, fields: dict[str, str], words: str
) -> None:
    answer = say(client, **fields)
    assert answer.status_code == 422 and words in answer.text and "<b>" not in answer.text.partition("textarea")[2][:60]
    if "remark" in fields:
        assert fields["remark"].replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert db.session.query(Satisfaction).count() == 0


def test_one_answer_a_day_from_one_address(app: Flask, client: FlaskClient, project: Consultation) -> None:
    assert say(client, score="5").status_code == 200
    again = say(client, score="1")
    assert again.status_code == 409 and "每天只收一份" in again.text
    assert say(client, "192.0.2.2", score="1").status_code == 200
    app.extensions["clock"] = lambda: AFTER + timedelta(days=1)
    assert say(client, score="3").status_code == 200
    assert db.session.query(Satisfaction).count() == 3


def test_tries_are_limited_and_tokens_asked_for(app: Flask, client: FlaskClient, project: Consultation) -> None:
    assert client.post(PAGE, data={"score": "5"}).status_code == 400
    forget()
    for _ in range(int(limits.SURVEY.split()[0]) - 1):
        assert say(client, "127.0.0.1").status_code == 422
    answer = say(client, "127.0.0.1", score="5", remark="等一等")
    assert answer.status_code == 429 and answer.headers["Retry-After"] and "等一等" in answer.text
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], rate_limits=False)
    assert db.session.query(Satisfaction).count() == 0


def test_without_limits_an_office_may_answer_from_one_address(app: Flask, client: FlaskClient, project: Consultation) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], rate_limits=False)
    assert [say(client, score="5").status_code for _ in range(2)] == [200, 200]


def test_before_a_result_nobody_is_asked(client: FlaskClient, app: Flask) -> None:
    make_project()
    page = client.get(PAGE)
    assert page.status_code == 200 and "还没有公布" in page.text and "<form" not in page.text.partition("<main")[2]
    assert PAGE not in client.get(RESULT).text
    assert client.get("/c/none/survey").status_code == 404


def test_the_result_page_links_and_shows_counts_from_ten_on(client: FlaskClient, project: Consultation) -> None:
    number = project.id
    page = client.get(RESULT)
    assert f'href="{PAGE}"' in page.text and "回答满 10 份以后" in page.text and "<form" not in page.text.partition("<main")[2]
    assert "Set-Cookie" not in page.headers and page.headers["Cache-Control"].startswith("public")
    for voter in range(10):
        with transaction():
            survey.answer(CITIZEN, AFTER, find.by_id(number), 5 if voter else 1, "只给单位看", f"v{voter}")
        shown = client.get(RESULT).text
        assert ("回答满 10 份以后" in shown) == (voter < 9) and "只给单位看" not in shown
    assert '<th scope="row">很满意</th><td>9</td>' in shown and 'aria-label="您对这次意见办理和公布的结果满意吗？：很满意 9' in shown


def test_switched_off_there_is_nothing(app: Flask, client: FlaskClient, project: Consultation) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], survey=False)
    assert client.get(PAGE).status_code == 404 == client.post(PAGE, data={"score": "5"}).status_code
    assert "满意" not in client.get(RESULT).text
    forget()
    assert "群众满意吗" not in browser(app, make_user("office")).get("/office/c/demo/result").text


def test_the_office_sees_counts_and_remarks(app: Flask, client: FlaskClient, project: Consultation) -> None:
    say(client, score="2", remark="理由<b>太短</b>")
    office = browser(app, make_user("office"))
    page = office.get("/office/c/demo/result").text
    assert "群众满意吗" in page and "理由&lt;b&gt;太短&lt;/b&gt;" in page and "共 <b>1</b> 份回答" in page
    assert '<svg class="picture bars"' in page and '<th scope="row">不太满意</th><td class="number">1</td>' in page


def test_the_receipt_leads_there_without_its_code(app: Flask, client: FlaskClient) -> None:
    sent = send(make_project(), [Item("a3", "amend", "近一点")])
    rule(sent.comment_ids[0], "adopted")
    assert PAGE not in post(client, "/receipt", "/receipt", code=sent.code).text
    with transaction():
        say_yes(APPROVER, AFTER, find.by_slug("demo"))
    with transaction():
        release.release(OFFICE, AFTER, find.by_slug("demo"))
    app.extensions["clock"] = lambda: AFTER
    page = post(client, "/receipt", "/receipt", code=sent.code).text
    assert f'<a href="{PAGE}">回答一道题</a>' in page
