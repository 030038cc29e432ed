"""The topic pages: clauses with their phrases, one clause with examples, links into the list, small projects at once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.base.people import SYSTEM
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.withdraw import withdraw_submission
from consult.review import sweeps
from tests.factories.people import NOW, make_project, make_user
from tests.review.desk import say
from tests.web.pages import browser

WISH = "路灯间距改成三十米"


@pytest.fixture
def project(app: Flask) -> Consultation:
    project = make_project()
    for text in (f"孩子放学晚，{WISH}。", f"天黑得早，<b>{WISH}吧！", f"老人看不清，{WISH}。"):
        say(project, text, "a3")
    return project


@pytest.fixture
def desk(app: Flask, project: Consultation) -> FlaskClient:
    return browser(app, make_user("reviewer"))


def test_all_clauses_and_one(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo/topics").text
    assert WISH in page and "3 组" in page and "/review/c/demo/topics?clause=a3" in page and "<mark>" not in page
    assert f"clause=a3&amp;q={WISH}" in page or "clause=a3&amp;q=%E8%B7%AF" in page
    one = desk.get("/review/c/demo/topics?clause=a3").text
    assert one.count(f"<mark>{WISH}</mark>") == 3 and "&lt;b&gt;" in one and "/review/c/demo/opinions/1?" in one
    assert "state=undecided" in one and "分给一个人" in one


def test_new_opinions_are_in_it_at_once_and_withdrawn_words_are_not(desk: FlaskClient, project: Consultation) -> None:
    desk.get("/review/c/demo/topics")
    say(project, f"桥头也要，{WISH}。", "a3")
    assert "4 组" in desk.get("/review/c/demo/topics").text
    with transaction():
        withdraw_submission(SYSTEM, NOW, submission(db.session.get_one(Comment, 1).submission_id))
    page = desk.get("/review/c/demo/topics?clause=a3").text
    assert "3 组" in page and "孩子放学晚" not in page


def test_a_large_project_waits_for_the_job_and_says_so(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "SMALL", 1)
    page = desk.get("/review/c/demo/topics").text
    assert "由后台整理" in page and WISH not in page


def test_odd_addresses(desk: FlaskClient) -> None:
    for query in ("clause=nothing", "clause=%00", "clause=" + "x" * 3000):
        page = desk.get(f"/review/c/demo/topics?{query}")
        assert page.status_code == 200, query
    assert "这一条没有反复出现的说法" in desk.get("/review/c/demo/topics?clause=nothing").text
