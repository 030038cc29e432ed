"""A unit's letters: only its own, opened, signed for, the asked part of the draft, the state in words."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.crypto import Keys
from consult.base.db import transaction
from consult.letters import reply
from consult.letters.issue import withdraw_letter
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import Desk, one_letter, write_to
from tests.web.pages import actions, browser, field, post

LETTER = "/agency/letters/1"


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys)


@pytest.fixture
def client(app: Flask, desk: Desk) -> FlaskClient:
    return browser(app, desk.agent)


def test_the_list_says_when_where_and_what_next(desk: Desk, client: FlaskClient) -> None:
    page = client.get("/agency").text
    assert "等待本单位办理" in page and "示府法函〔2026〕1号" in page and "未签收" in page and "签收<" in page
    with transaction():
        reply.acknowledge(desk.agent, NOW, desk.letter)
    assert "填写复函" in client.get("/agency").text
    desk.save(answer="no_objection")
    page = client.get("/agency").text
    assert "核对并报送" in page and "起草中" in page


def test_silence_and_no_objection_read_differently(app: Flask, desk: Desk) -> None:
    app.extensions["clock"] = lambda: desk.letter.due_at + timedelta(hours=1)
    page = browser(app, desk.agent).get("/agency").text
    assert "逾期未复" in page and "已逾期，仍可报送" in page and "无意见" not in page
    app.extensions["clock"] = lambda: NOW
    desk.answer()
    page = browser(app, desk.agent).get("/agency").text
    assert "无意见" in page and "已报送" in page and "逾期" not in page and "没有等待本单位办理的函" in page


def test_opening_is_not_signing(client: FlaskClient, desk: Desk) -> None:
    ahead = client.get(LETTER, headers={"Purpose": "prefetch"})
    assert ahead.status_code == 200 and desk.letter.viewed_at is None
    page = client.get(LETTER)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert (desk.letter.viewed_at, desk.letter.acknowledged_at) == (NOW, None)
    assert "已查看" in page.text and "下一步：签收来函" in page.text and 'id="reply-form"' not in page.text
    client.get(LETTER)
    assert actions().count("view_letter") == 1
    assert client.get(LETTER + "/acknowledge").status_code == 405
    answer = post(client, LETTER, LETTER + "/acknowledge")
    assert answer.status_code == 303 and desk.letter.acknowledged_at == NOW
    assert 'id="reply-form"' in client.get(LETTER).text and actions()[-1] == "acknowledge"


def test_other_units_and_other_roles_find_nothing(app: Flask, desk: Desk) -> None:
    stranger = browser(app, make_user("agency", make_unit("市司法局")))
    assert "没有等待本单位办理的函" in stranger.get("/agency").text
    for path in (LETTER, LETTER + "/confirm"):
        assert stranger.get(path).status_code == 404
    for path in ("/acknowledge", "/reply", "/send"):
        assert post(stranger, "/agency", LETTER + path).status_code == 404
    assert desk.letter.viewed_at is None
    assert browser(app, desk.office).get("/agency").status_code == 403


def test_asked_clauses_come_with_what_is_under_and_around_them(app: Flask, desk: Desk) -> None:
    other = make_unit("市公安局")
    write_to(desk.office, desk.project, other, letter_no="2号", clause_keys=["a2"])
    client = browser(app, make_user("agency", other))
    post(client, "/agency/letters/2", "/agency/letters/2/acknowledge")
    page = client.get("/agency/letters/2").text
    assert "请对标出的条款提意见" in page and "先主路" in page and "第一章" in page
    assert "为了方便村民" not in page and "第三条" not in page
    assert page.count(" asked") == 5  # 第二条, its three items and its last paragraph
    options = page[page.index('id="items-0-clause_key"') :].split("</select>")[0]
    assert 'value="a2-i1"' in options and 'value="a3"' not in options and 'value=""' in options


def test_a_withdrawn_letter_says_so_and_takes_no_answer(desk: Desk, client: FlaskClient) -> None:
    token = field(client.get(LETTER).text, "csrf_token")
    with transaction():
        withdraw_letter(desk.office, NOW, desk.letter, "发错了单位")
    page = client.get(LETTER).text
    assert "发错了单位" in page and 'id="reply-form"' not in page and "签收</button>" not in page
    for path in ("/acknowledge", "/reply", "/send"):
        answer = client.post(LETTER + path, data={"csrf_token": token, "answer": "no_objection", "edition": "0"})
        assert answer.status_code == 409, path
    assert "已报送或者已撤回" in client.get("/agency").text
