"""What holds a sending up: an old page, too many at once, a broken database, the question that people answer. Nothing typed is lost."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from consult.web import limits
from consult.web.challenge import proof_of_work
from consult.web.citizen import sending
from tests.factories.people import NOW, make_project
from tests.web.pages import field
from tests.web.test_citizen_opinion import PAGE, press, solve, stored


def test_an_expired_token_keeps_what_was_typed(app: Flask, client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    answer = press(client, "send", page, csrf_token="wrong", text="写了很久的话")
    assert answer.status_code == 400 and "写了很久的话" in answer.text and stored() == 0
    assert field(answer.text, "send_key") == field(page, "send_key")
    assert press(client, "send", answer.text, text="写了很久的话").status_code == 200


def test_too_often_keeps_what_was_typed(client: FlaskClient) -> None:
    make_project()
    allowed = int(limits.SUBMIT.split()[0])
    for number in range(allowed):
        assert press(client, "send", text=f"第{number}次").status_code == 200
    answer = press(client, "send", text="再来一次")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "再来一次" in answer.text and "太频繁" in answer.text and stored() == allowed


def test_a_database_that_is_down_gives_the_text_back(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project()
    page = client.get(PAGE).text

    def broken(*_a: object, **_k: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(sending, "submit", broken)
    answer = press(client, "send", page, text="不能丢的话")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "60" and "不能丢的话" in answer.text
    monkeypatch.undo()
    assert stored() == 0 and press(client, "send", page, text="不能丢的话").status_code == 200


def test_arithmetic_lets_a_person_through_once(with_captcha: Flask, client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    with_captcha.extensions["clock"] = lambda: NOW + timedelta(seconds=10)
    wrong = press(client, "send", page, text="意见", answer="99")
    assert wrong.status_code == 403 and "意见" in wrong.text and stored() == 0 and '<a href="#answer">' in wrong.text
    right = solve(wrong.text)
    assert press(client, "send", wrong.text, text="意见", answer=right).status_code == 200
    again = press(client, "send", wrong.text, text="另一条", answer=right, send_key="another-key-0123456789")
    assert again.status_code == 403 and stored() == 1


def test_too_fast_is_slowed_and_nothing_is_lost(with_captcha: Flask, client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    answer = press(client, "send", page, text="一秒写完", answer=solve(page))
    assert answer.status_code == 422 and "太快" in answer.text and "一秒写完" in answer.text and stored() == 0
    with_captcha.extensions["clock"] = lambda: NOW + timedelta(seconds=4)
    assert press(client, "send", answer.text, text="一秒写完", answer=solve(answer.text)).status_code == 200


def test_a_forged_proof_of_work_is_refused(with_captcha: Flask, client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    with_captcha.extensions["clock"] = lambda: NOW + timedelta(seconds=10)
    assert press(client, "send", page, text="意见", altcha="e30=").status_code == 403 and stored() == 0


def test_challenges_are_fresh_and_not_kept(client: FlaskClient, app: Flask) -> None:
    one, two = client.get("/challenge"), client.get("/challenge")
    assert one.headers["Cache-Control"] == "no-store" and one.json != two.json
    assert set(one.json) == set(proof_of_work(app.extensions["keys"], NOW))
