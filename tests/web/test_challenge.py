"""Proof of some trouble: arithmetic and altcha, each good once and for two hours by the application's clock."""

import base64
import json
from datetime import timedelta
from typing import Any

import altcha
import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.crypto import Keys
from consult.base.errors import NotAllowed, Refused
from consult.web import challenge
from tests.factories.people import NOW, later, make_project

URL = "/api/v1/consultations/demo/submissions"
BODY = {"comments": [{"text": "同意"}]}
DIGITS = "零一二三四五六七八九"


def solve(given: dict[str, Any]) -> str:
    """What a widget sends back: cheap here, for a test does not need the real cost."""
    puzzle = altcha.Challenge.from_dict(given)
    solution = altcha.solve_challenge(puzzle)
    assert solution is not None
    return altcha.Payload(puzzle, solution).to_base64()


def add(question: str) -> int:
    """The sum that a question asks for."""
    left, right = question.removesuffix("等于几？").split("加")
    return DIGITS.index(left) + DIGITS.index(right)


@pytest.fixture
def work(app: Flask, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> str:
    """A solved challenge of low cost, made at NOW."""
    monkeypatch.setattr(challenge, "COST", 10)
    return solve(challenge.proof_of_work(keys, NOW))


def test_solved_work_is_taken_once(app: Flask, keys: Keys, work: str) -> None:
    challenge.require_work(keys, work)
    with pytest.raises(NotAllowed, match="已经用过"):
        challenge.require_work(keys, work)


def test_the_same_work_in_another_spelling_is_the_same_work(app: Flask, keys: Keys, work: str) -> None:
    challenge.require_work(keys, work)
    facts = json.loads(base64.b64decode(work))
    spelt = base64.b64encode(json.dumps(facts | {"more": 1}, indent=3).encode()).decode()
    facts["challenge"]["signature"] = facts["challenge"]["signature"].upper()
    louder = base64.b64encode(json.dumps(facts).encode()).decode()
    for other in (spelt, louder):
        with pytest.raises(NotAllowed):
            challenge.require_work(keys, other)


def test_work_expires_by_the_applications_clock(app: Flask, keys: Keys, work: str) -> None:
    app.extensions["clock"] = lambda: later(hours=2)
    with pytest.raises(NotAllowed, match="过期"):
        challenge.require_work(keys, work)
    app.extensions["clock"] = lambda: later(hours=2) - timedelta(seconds=1)
    challenge.require_work(keys, work)


def test_work_for_another_installation_is_refused(app: Flask, work: str) -> None:
    with pytest.raises(NotAllowed, match="没有通过"):
        challenge.require_work(Keys("another root key of thirty-two characters"), work)


@pytest.mark.parametrize("name", ["cost", "keyPrefix", "nonce", "data"])
def test_changed_terms_are_refused(app: Flask, keys: Keys, work: str, name: str) -> None:
    facts = json.loads(base64.b64decode(work))
    values = {"cost": 1, "keyPrefix": "", "nonce": "00", "data": {"nonce": "x", "until": 9e12}}
    facts["challenge"]["parameters"][name] = values[name]
    with pytest.raises(NotAllowed):
        challenge.require_work(keys, base64.b64encode(json.dumps(facts).encode()).decode())


def test_an_unsolved_challenge_is_refused(app: Flask, keys: Keys, work: str) -> None:
    facts = json.loads(base64.b64decode(work))
    facts["solution"] = {"counter": 0, "derivedKey": "00" * 32}
    with pytest.raises(NotAllowed):
        challenge.require_work(keys, base64.b64encode(json.dumps(facts).encode()).decode())


def shapes() -> list[str]:
    """Payloads that are no solutions."""
    values: list[object] = [
        None,
        [],
        {},
        5,
        {"challenge": [], "solution": {}},
        {"challenge": {"parameters": []}, "solution": 5},
    ]
    deep = base64.b64encode(b"[" * 5000).decode()
    return ["", "x", "中文", "\ud800", "\u0000", "A" * 20_000, deep] + [
        base64.b64encode(json.dumps(one).encode()).decode() for one in values
    ]


@pytest.mark.parametrize("payload", shapes())
def test_nonsense_is_refused(app: Flask, keys: Keys, payload: str) -> None:
    with pytest.raises(NotAllowed):
        challenge.require_work(keys, payload)


def test_the_right_answer_is_taken_once(app: Flask, keys: Keys) -> None:
    question = challenge.question(keys, NOW)
    challenge.require_answer(keys, NOW, question.token, str(add(question.text)))
    with pytest.raises(NotAllowed, match="已经用过"):
        challenge.require_answer(keys, NOW, question.token, str(add(question.text)))


def test_answers_may_be_written_in_chinese_or_full_width(app: Flask, keys: Keys) -> None:
    spelt = (
        {number: DIGITS[number] for number in range(10)} | {10: "十"} | {10 + n: f"十{DIGITS[n]}" for n in range(1, 9)}
    )
    for shape in (spelt.__getitem__, lambda number: str(number).translate({48 + n: 0xFF10 + n for n in range(10)})):
        question = challenge.question(keys, NOW)
        challenge.require_answer(keys, NOW, question.token, f" {shape(add(question.text))} ")


@pytest.mark.parametrize("answer", ["", " ", "零", "一二", "-1", "99", "x", "9" * 5000, "\ud800", "NaN", "1e1"])
def test_wrong_answers_are_refused_and_do_not_use_the_question_up(app: Flask, keys: Keys, answer: str) -> None:
    question = challenge.question(keys, NOW)
    with pytest.raises(NotAllowed, match="不对"):
        challenge.require_answer(keys, NOW, question.token, answer)
    challenge.require_answer(keys, NOW, question.token, str(add(question.text)))


def test_a_question_expires(app: Flask, keys: Keys) -> None:
    question = challenge.question(keys, NOW)
    answer = str(add(question.text))
    with pytest.raises(NotAllowed):
        challenge.require_answer(keys, later(hours=2, seconds=1), question.token, answer)
    challenge.require_answer(keys, later(hours=2), question.token, answer)


@pytest.mark.parametrize("token", ["", "x", "a.b", "\ud800", "\u0000", "中文.中文"])
def test_forged_questions_are_refused(app: Flask, keys: Keys, token: str) -> None:
    with pytest.raises(NotAllowed):
        challenge.require_answer(keys, NOW, token, "5")


def test_a_form_token_is_no_question(app: Flask, keys: Keys) -> None:
    with pytest.raises(NotAllowed):
        challenge.require_answer(keys, NOW, challenge.opened(keys, NOW), "5")


def test_the_least_time_of_a_form(app: Flask, keys: Keys) -> None:
    token = challenge.opened(keys, NOW)
    with pytest.raises(Refused, match="太快"):
        challenge.require_time(keys, later(seconds=2.9), token)
    challenge.require_time(keys, later(seconds=3), token)
    for forged in ("", "x", "1773108000.abc", "\ud800"):
        with pytest.raises(Refused, match="内容已经为您保留"):
            challenge.require_time(keys, NOW, forged)


def test_the_api_takes_either_proof(with_captcha: Flask, client: FlaskClient, work: str) -> None:
    make_project("demo")
    given = client.get("/api/v1/challenge")
    assert given.headers["Cache-Control"] == "no-store"
    assert given.json["required"] is True
    proof = {"token": given.json["token"], "answer": add(given.json["question"])}
    assert client.post(URL, json=BODY | {"captcha": proof}).status_code == 201
    assert client.post(URL, json=BODY | {"captcha": proof}).status_code == 403
    solved = solve(given.json["altcha"])
    assert client.post(URL, json=BODY | {"captcha": solved}).status_code == 201
    assert client.post(URL, json=BODY | {"captcha": solved}).status_code == 403


def test_the_api_refuses_without_proof(with_captcha: Flask, client: FlaskClient) -> None:
    make_project("demo")
    for more in ({}, {"captcha": None}, {"captcha": ""}, {"captcha": {"token": "x", "answer": 3}}):
        answer = client.post(URL, json=BODY | more)
        assert answer.status_code == 403
        assert answer.json["message"]


def test_a_retry_needs_no_second_proof(with_captcha: Flask, client: FlaskClient, work: str) -> None:
    make_project("demo")
    key = {"Idempotency-Key": "0123456789abcdef"}
    first = client.post(URL, json=BODY | {"captcha": work}, headers=key)
    again = client.post(URL, json=BODY | {"captcha": work}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json


def test_coming_too_late_does_not_use_the_proof_up(with_captcha: Flask, client: FlaskClient, work: str) -> None:
    make_project("demo", closes=later(hours=1), shorten_reason="汛期将至，需要尽快施行本办法。")
    with_captcha.extensions["clock"] = lambda: later(hours=1)
    assert client.post(URL, json=BODY | {"captcha": work}).status_code == 409
    with_captcha.extensions["clock"] = lambda: later(minutes=59)
    assert client.post(URL, json=BODY | {"captcha": work}).status_code == 201


def test_captcha_is_not_asked_for_where_it_is_off(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    assert client.get("/api/v1/challenge").json["required"] is False
    assert client.post(URL, json=BODY | {"captcha": "whatever"}).status_code == 201


def test_questions_are_limited(app: Flask, client: FlaskClient) -> None:
    statuses = [client.get("/api/v1/challenge").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
