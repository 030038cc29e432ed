"""The opinion page without JavaScript: collected, refused without loss, sent once, answered with a receipt."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from consult.base.db import db, transaction
from consult.drafts import find, publish
from consult.intake.find import by_receipt, comments_of
from consult.intake.models import Basket, Comment, Submission
from consult.intake.receipt import read_code
from tests.factories.people import CLOSES, NOW, OPENS, OPERATOR, make_project
from tests.web.pages import field

PAGE = "/c/demo/opinion"
HIDDEN = ("csrf_token", "send_key", "opened")
CODE = re.compile(r'data-copy-code="([^"]+)"')


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of an opinion page."""
    found = {name: field(text, name) for name in HIDDEN}
    return found | ({"question": field(text, "question")} if 'name="question"' in text else {})


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Submission)) or 0


def stances() -> list[str]:
    return list(db.session.scalars(select(Comment.stance).order_by(Comment.id)))


def shown(text: str) -> list[str]:
    """The words of the opinions in the basket of a page."""
    basket = text.split('id="basket"', 1)[1].split("</section>", 1)[0]
    return re.findall(r'<p class="words">([^<]*)</p>', basket)


def press(client: FlaskClient, action: str, page: str = "", **words: str) -> TestResponse:
    """Open the page (or take the text of one), fill it in, press a button."""
    facts = hidden(page or client.get(PAGE).text)
    return client.post(PAGE, data={**facts, "action": action, **words})


def code_of(answer: TestResponse) -> str:
    found = CODE.search(answer.text)
    assert found, answer.text
    return found[1]


def solve(page: str) -> str:
    """The answer to the arithmetic question on a page."""
    found = re.search(r"请回答：(.)加(.)等于几", page)
    assert found
    return str(sum("零一二三四五六七八九".index(one) for one in found.groups()))


def test_one_opinion_is_stored_as_written(app: Flask, client: FlaskClient) -> None:
    make_project()
    words = "  <b>路灯</b>太暗\r\n第二行 & 𠮷  "
    answer = press(client, "send", clause="a3", stance="amend", text=words, proposed_text="改为三十米", reason="看不见")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    code = code_of(answer)
    assert read_code(code) == code and "<svg" in answer.text and " style=" not in answer.text
    assert code not in answer.request.url and "Location" not in answer.headers
    one = by_receipt(app.extensions["keys"], code)
    (comment,) = comments_of(one.id)
    assert comment.text == words.replace("\r\n", "\n") and comment.stance == "amend" and one.channel == "web"
    assert (one.submitter_shown, one.contact_sealed, one.address_hash != "") == ("", None, True)
    assert "&lt;b&gt;路灯" in answer.text and "<b>路灯" not in answer.text


def test_nothing_but_the_text_is_needed_and_support_needs_none(client: FlaskClient) -> None:
    make_project()
    assert press(client, "send", text="同意").status_code == 200
    assert press(client, "send", stance="support").status_code == 200
    assert press(client, "send", proposed_text="改成这样").status_code == 200
    assert stances() == ["other", "support", "amend"]


def test_a_basket_of_three_is_sent_once(client: FlaskClient) -> None:
    make_project()
    kept = press(client, "keep", clause="a3", text="第一条意见", name="李雷")
    assert kept.status_code == 200 and "现在有 1 条" in kept.text and 'value="李雷"' in kept.text
    cookie = kept.headers["Set-Cookie"]
    assert "consult_basket=" in ";".join(kept.headers.getlist("Set-Cookie"))
    kept = press(client, "keep", clause="a4", text="第二条意见")
    kept = press(client, "keep", clause="a4", text="第二条意见")  # loaded again: not twice
    assert "现在有 2 条" in kept.text and "第一条意见" in client.get(PAGE).text and cookie
    sent = press(client, "send", text="第三条意见")
    assert [sent.text.count(f"第{one}条意见") for one in "一二三"] == [1, 1, 1]
    assert db.session.scalar(select(Submission.comment_count)) == 3
    assert "第一条意见" not in client.get(PAGE).text
    assert db.session.scalar(select(func.count()).select_from(Basket)) == 0


def test_the_basket_cookie_is_kept_from_scripts_and_other_pages(client: FlaskClient) -> None:
    make_project()
    headers = press(client, "keep", text="一条意见").headers.getlist("Set-Cookie")
    (basket,) = [one for one in headers if one.startswith("consult_basket=")]
    assert all(part in basket for part in ("HttpOnly", "SameSite=Lax", "Path=/c/demo", "Max-Age=86400"))


def test_an_opinion_is_taken_out_of_the_basket(client: FlaskClient) -> None:
    make_project()
    press(client, "keep", text="留下的意见")
    page = press(client, "keep", text="拿掉的意见")
    left = client.post(PAGE, data={**hidden(page.text), "remove": "1", "text": "还在写的话"})
    assert shown(left.text) == ["留下的意见"] and "还在写的话" in left.text
    back = {f"back-{one}": field(left.text, f"back-{one}") for one in ("clause", "stance", "text", "proposed_text", "reason")}
    again = client.post(PAGE, data={**hidden(left.text), "action": "restore", "text": "还在写的话", **back})
    assert shown(again.text) == ["留下的意见", "拿掉的意见"] and "还在写的话" in again.text
    assert shown(client.get(PAGE).text) == ["留下的意见", "拿掉的意见"]


def test_what_the_browser_kept_is_sent_with_the_form(client: FlaskClient) -> None:
    make_project()
    own = {"item-1-clause": "a3", "item-1-stance": "oppose", "item-1-text": "浏览器里的第一条", "item-7-clause": "",
           "item-7-stance": "support", "item-7-text": ""}  # fmt: skip
    answer = press(client, "send", **own)
    assert answer.status_code == 200 and "浏览器里的第一条" in answer.text
    assert stances() == ["oppose", "support"]


def test_carried_opinions_stay_on_a_refused_page(client: FlaskClient) -> None:
    make_project()
    own = {"item-1-clause": "a3", "item-1-stance": "oppose", "item-1-text": "带来的意见"}
    answer = press(client, "send", text="长" * 5001, **own)
    assert answer.status_code == 422 and field(answer.text, "item-1-text") == "带来的意见" and stored() == 0


BAD = [
    ({}, 422, "还没有写意见"),
    ({"text": "   "}, 422, "还没有写"),
    ({"reason": "只有理由"}, 422, "还没有写内容"),
    ({"text": "字" * 6000}, 422, "最多5000个字"),
    ({"text": "控制\x01字符"}, 422, "看不见的控制字符"),
    ({"text": "好", "stance": "shout"}, 422, "类型不对"),
    ({"text": "好", "clause": "a999"}, 422, "a999"),
    ({"text": "好", "email": "不是邮箱"}, 422, "邮箱地址不完整"),
    ({"text": "好", "kind": "king"}, 422, "身份选项不对"),
    ({"text": "好", "wants_reply": "y", "phone": ""}, 422, "请留下电话或者邮箱"),
    ({"text": "好", "name": "名" * 101}, 422, "姓名或单位名称太长"),
    ({"text": "好", "website": "http://x.example"}, 422, "不该填写"),
]


@pytest.mark.parametrize(("words", "status", "message"), BAD)
def test_every_refusal_keeps_what_was_typed(
    client: FlaskClient, words: dict[str, str], status: int, message: str
) -> None:
    make_project()
    answer = press(client, "send", **({"phone": "电话写在这里"} | words))
    assert answer.status_code == status and message in unescape(answer.text) and stored() == 0
    page = unescape(answer.text)
    for name, value in ({"phone": "电话写在这里"} | words).items():
        if name in ("text", "reason", "email", "phone", "name") and value.strip() and "\x01" not in value:
            assert value in page
    assert 'role="alert"' in page


def test_an_error_stands_at_its_field_and_in_the_summary(client: FlaskClient) -> None:
    make_project()
    page = press(client, "send", text="好", email="不是邮箱").text
    assert '<a href="#email">' in page and 'id="email-wrong"' in page
    assert re.search(r'<input id="email"[^>]*aria-describedby="email-wrong" aria-invalid="true"', page)


def test_fifty_are_taken_and_fifty_one_refused(client: FlaskClient) -> None:
    make_project()
    numbers = range(1, 51)
    own = {f"item-{one}-text": f"意见{one}" for one in numbers} | {f"item-{one}-clause": "" for one in numbers}
    answer = press(client, "send", text="第五十一条", **own)
    assert answer.status_code == 422 and "最多提交50条" in answer.text and stored() == 0
    assert press(client, "send", **own).status_code == 200
    assert db.session.scalar(select(Submission.comment_count)) == 50


def test_sending_twice_is_one_submission_with_one_receipt(with_captcha: Flask, client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    facts = {**hidden(page), "action": "send", "text": "只算一次", "answer": solve(page)}
    with_captcha.extensions["clock"] = lambda: NOW + timedelta(seconds=10)
    first, second = client.post(PAGE, data=facts), client.post(PAGE, data=facts)
    assert first.status_code == second.status_code == 200
    assert code_of(first) == code_of(second) and stored() == 1 and "没有重复登记" in second.text
    with_captcha.extensions["clock"] = lambda: CLOSES + timedelta(days=1)
    assert code_of(client.post(PAGE, data=facts)) == code_of(first)


def test_going_back_and_writing_on_loses_and_doubles_nothing(client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    first = press(client, "send", page, text="第一句", **{"item-0-clause": "a3", "item-0-text": "带来的一句"})
    again = press(client, "send", page, text="想起来的第二句", **{"item-0-clause": "a3", "item-0-text": "带来的一句"})
    assert again.status_code == 200 and code_of(again) != code_of(first)
    assert list(db.session.scalars(select(Comment.text).order_by(Comment.id))) == [
        "带来的一句", "第一句", "想起来的第二句",
    ]  # fmt: skip


def test_loading_the_receipt_again_leaves_the_basket_alone(client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    code = code_of(press(client, "send", page, text="第一句"))
    press(client, "keep", text="放进篮里的一句")
    assert code_of(press(client, "send", page, text="第一句")) == code
    assert stored() == 1 and "放进篮里的一句" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("moment", "status"),
    [(OPENS - timedelta(seconds=1), 409), (OPENS, 200), (CLOSES - timedelta(seconds=1), 200), (CLOSES, 409)],
)
def test_the_servers_clock_decides(app: Flask, client: FlaskClient, moment: object, status: int) -> None:
    make_project()
    page = client.get(PAGE).text
    app.extensions["clock"] = lambda: moment
    answer = press(client, "send", page, clause="a3", text="赶在最后一秒", proposed_text="改成这样")
    assert answer.status_code == status and stored() == (status == 200)
    assert "赶在最后一秒" in answer.text and "改成这样" in answer.text
    if status == 409:
        assert "readonly" in answer.text and "现在不能提交意见" in answer.text


def test_a_closed_page_says_so(app: Flask, client: FlaskClient) -> None:
    project = make_project()
    app.extensions["clock"] = lambda: CLOSES
    page = client.get(PAGE)
    assert page.status_code == 200 and "已经截止" in page.text and 'name="action"' not in page.text
    assert client.get(f"{PAGE}?fragment=1&clause=a3").status_code == 409
    app.extensions["clock"] = lambda: NOW
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_id(project.id), "上位依据发生变化，本稿不再需要。")
    page = client.get(PAGE)
    assert "已经撤回" in page.text and "撤回理由：" in page.text and "截止时间" not in page.text


def test_the_fragment_is_the_form_alone(client: FlaskClient) -> None:
    make_project()
    answer = client.get(f"{PAGE}?clause=a3&fragment=1")
    assert answer.text.lstrip().startswith("<form") and "<html" not in answer.text
    assert 'name="csrf_token"' in answer.text and "主路路灯间距不超过四十米" in answer.text
    assert client.get(f"{PAGE}?clause=nope&fragment=1").status_code == 404


def test_the_clause_is_quoted_and_copying_it_is_no_proposal(client: FlaskClient) -> None:
    make_project()
    assert "先主路、后支路" in client.get(f"{PAGE}?clause=a2").text.split('class="quoted"')[1].split("</div>")[0]
    answer = press(client, "send", clause="a3", text="看过", proposed_text="主路路灯间距不超过四十米。")
    assert answer.status_code == 200
    assert db.session.scalar(select(Comment.proposed_text)) == ""


def test_contact_is_sealed_and_consents_are_as_ticked(app: Flask, client: FlaskClient) -> None:
    make_project()
    page = client.get(f"{PAGE}?src=wechat").text
    assert 'value="y" checked' not in page
    who = {"name": "朱重八", "phone": "13800138000", "kind": "person", "may_publish": "y"}
    answer = press(client, "send", page, text="意见", src=field(page, "src"), **who)
    one = by_receipt(app.extensions["keys"], code_of(answer))
    assert (one.submitter_shown, one.may_publish, one.may_contact, one.source) == ("朱**", True, False, "wechat")
    assert b"13800138000" not in (one.contact_sealed or b"")
    assert app.extensions["keys"].unseal(one.contact_sealed)["phone"] == "13800138000"
