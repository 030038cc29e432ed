"""The reviewers' pages around a ruling, without JavaScript: covering, notes, the library of reasons."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.people import CITIZEN, Actor
from consult.intake.find import submission
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw_submission
from consult.review.decide import withhold
from consult.review.find import decisions_of
from consult.review.masks import chosen_for
from consult.review.personal_models import InternalNote, Reason
from tests.factories.people import NOW, make_project, make_user, send
from tests.web.pages import actions, browser, forget, post

CASE = "/review/c/demo/opinions/1"
LIBRARY = "/review/reasons"
TEXT = "我叫<张三>，我叫张三丰，电话13812345678。"
REASON = "间距由行业标准确定，全县统一执行。"


@pytest.fixture
def reviewer(app: Flask) -> Actor:
    project = make_project()
    send(project, [Item("a3", "amend", TEXT, "改三十米", "我是李四，")], sender=Sender(may_publish=True))
    send(project, [Item("a4", "amend", "五日太短。")])
    return make_user("reviewer")


@pytest.fixture
def desk(app: Flask, reviewer: Actor) -> FlaskClient:
    return browser(app, reviewer)


def names(page: str) -> dict[str, str]:
    """What each piece is called in the form: value → name."""
    found = re.findall(r"<legend>.*?<b>(.*?)</b>.*?name=\"(piece-\w+)\"", page, re.S)
    return dict(found)


def public(page: str) -> str:
    found = re.search(r'<div class="public-words".*?</div>', page, re.S)
    return re.sub("<[^>]+>", "", found[0]) if found else ""


def test_what_is_personal_is_marked_in_words_and_one_press_saves_all(desk: FlaskClient) -> None:
    page = desk.get(CASE).text
    assert re.search(r"<mark[^>]*>张三丰<small> 姓名，待核对</small></mark>", page)
    assert re.search(r"<mark[^>]*>13812345678<small> 电话，遮盖</small></mark>", page)
    assert "我叫&lt;张三&gt;，" in page and "2 处待核对" in page
    assert "我叫张三丰，电话138******78。" in public(page)
    piece = names(page)
    assert list(piece) == ["张三丰", "13812345678", "李四"]
    fields = {piece["张三丰"]: "mask", piece["13812345678"]: "mask", piece["李四"]: "keep", "more": "三十米"}
    answer = post(desk, CASE, CASE + "/personal", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, CASE + "#personal")
    page = desk.get(CASE).text
    assert "遮盖的选择已保存" in page and "处待核对" not in page
    assert "我叫张**，电话138******78。" in public(page) and "我是李四" in public(page) and "改***" in public(page)
    assert re.search(r"<mark[^>]*>李四<small> 姓名，保留</small></mark>", page)
    assert actions().count("choose_masks") == 1
    post(desk, CASE, CASE + "/personal", **fields)
    assert "和原来一样" in desk.get(CASE).text and actions().count("choose_masks") == 1


def test_words_that_are_not_there_are_refused_and_the_choices_stay_typed(desk: FlaskClient) -> None:
    piece = names(desk.get(CASE).text)
    answer = post(desk, CASE, CASE + "/personal", **{piece["李四"]: "mask", "more": "王五<b>"})
    assert answer.status_code == 422 and "意见里没有“王五&lt;b&gt;”" in answer.text
    assert 'value="王五&lt;b&gt;"' in answer.text
    assert re.search(rf'name="{piece["李四"]}" value="mask" checked', answer.text)
    assert chosen_for(1) == {}


def test_nonsense_in_the_form_changes_nothing(desk: FlaskClient) -> None:
    piece = names(desk.get(CASE).text)
    post(desk, CASE, CASE + "/personal", **{piece["李四"]: "burn", "piece-0123456789abcdef": "mask"})
    assert chosen_for(1) == {}


def test_the_page_says_when_the_words_stay_inside(desk: FlaskClient, reviewer: Actor) -> None:
    assert "提出人没有同意公开原文，公布的表里写" in desk.get("/review/c/demo/opinions/2").text
    with transaction():
        withhold(reviewer, NOW, 1, "secret")
    page = desk.get(CASE).text
    assert "已经设为不公开原文，公布的表里写" in page and not public(page)


def test_what_waits_is_listed_and_linked(app: Flask, desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo/personal").text
    assert f"{CASE}#personal" in page and "2 处" in page and "opinions/2" not in page
    forget()
    office = browser(app, make_user("office"))
    result = office.get("/office/c/demo/result").text
    assert "有 1 条会公开原文的意见" in result and "/review/c/demo/personal" in result
    piece = names(office.get(CASE).text)
    post(office, CASE, CASE + "/personal", **dict.fromkeys(piece.values(), "keep"))
    assert "会公开原文的意见，其中" not in office.get("/office/c/demo/result").text
    assert "没有待核对的意见了" in office.get("/review/c/demo/personal").text


def test_notes_say_who_and_when_and_are_taken_back_by_their_writer(app: Flask, desk: FlaskClient) -> None:
    assert post(desk, CASE, CASE + "/notes", body="请核<b>一下</b>\n间距").status_code == 303
    page = desk.get(CASE).text
    assert "请核&lt;b&gt;一下&lt;/b&gt;<br>间距" in page and "收回" in page and "审阅人员1（您）" in page
    forget()
    other = browser(app, make_user("office"))
    assert "<br>间距" in other.get(CASE).text and "/notes/1/take-back" not in other.get(CASE).text
    assert post(other, CASE, CASE + "/notes/1/take-back").status_code == 403
    forget()
    assert post(desk, CASE, CASE + "/notes/1/take-back").status_code == 303
    page = desk.get(CASE).text
    assert "<br>间距" not in page and re.search(r"已于<time[^>]*>[^<]*</time>收回", page)
    assert db.session.scalar(select(InternalNote.withdrawn_at)) == NOW
    refused = post(desk, CASE, CASE + "/notes", body="字" * 2001)
    assert refused.status_code == 422 and "备注有2001个字" in refused.text and "字" * 2001 in refused.text
    assert post(desk, CASE, CASE + "/notes", body=" ").status_code == 422


def test_notes_never_reach_the_public(app: Flask, desk: FlaskClient) -> None:
    post(desk, CASE, CASE + "/notes", body="绝密备注四个字")
    office = browser(app, make_user("office"))
    for address in ("/c/demo", "/c/demo/result", "/c/demo/clauses/a3", "/feed.xml", "/api/v1/consultations/demo/clauses",
                    "/office/c/demo/result"):  # fmt: skip
        assert "绝密备注" not in office.get(address).text, address


def test_notes_go_with_the_opinion_that_is_taken_back(desk: FlaskClient) -> None:
    post(desk, CASE, CASE + "/notes", body="他说路灯太暗")
    with transaction():
        withdraw_submission(CITIZEN, NOW, submission(1))
    page = desk.get(CASE).text
    assert "他说路灯太暗" not in page and "有 1 条备注，和撤回的意见一起不再显示" in page and 'name="body"' not in page


def add(client: FlaskClient, **more: str):
    return post(client, LIBRARY, LIBRARY, **{"outcome": "not_adopted", "title": "标准<已定>", "body": REASON} | more)


def test_the_library_is_kept_on_its_page(desk: FlaskClient) -> None:
    assert "理由库还是空的" in desk.get(LIBRARY).text
    assert add(desk).status_code == 303
    page = desk.get(LIBRARY).text
    assert "标准&lt;已定&gt;" in page and "用过 0 次" in page and "审阅人员1" in page
    wrong = add(desk, title="", body="短的")
    assert wrong.status_code == 422 and "请给这条理由起一个短名字" in wrong.text and "短的</textarea>" in wrong.text
    changed = post(desk, f"{LIBRARY}/1", f"{LIBRARY}/1", outcome="", title="改过", body=REASON)
    assert changed.status_code == 303 and "各种处理意见" in desk.get(LIBRARY).text
    assert post(desk, LIBRARY, f"{LIBRARY}/1/retire").status_code == 303
    assert "已停用的理由（1）" in desk.get(LIBRARY).text and not db.session.get_one(Reason, 1).active
    assert post(desk, LIBRARY, f"{LIBRARY}/1/retire").status_code == 409
    assert desk.get(f"{LIBRARY}/99").status_code == 404


def test_a_reason_is_picked_without_javascript_and_nothing_typed_is_lost(desk: FlaskClient) -> None:
    add(desk)
    page = desk.get(CASE).text
    assert page.index('name="go" value="next"') < page.index('name="pick" value="1"')  # Enter rules, it never picks
    typed = {"expected_number": "0", "reason": "先写的话。", "new_wording": "三十米。", "referred_to": "县财政局"}
    answer = post(desk, CASE, CASE, pick="1", **typed)
    assert answer.status_code == 200 and f"先写的话。\n{REASON}</textarea>" in answer.text
    assert "三十米。</textarea>" in answer.text and 'value="县财政局"' in answer.text
    assert re.search(r'value="not_adopted" data-outcome="\d" checked', answer.text)
    again = post(desk, CASE, CASE, pick="1", **typed | {"reason": REASON, "outcome": "deferred"})
    assert again.text.count(f"{REASON}</textarea>") == 1 and f"{REASON}\n{REASON}" not in again.text
    assert re.search(r'value="deferred" data-outcome="\d" checked', again.text)
    assert not decisions_of([1]) and "decide" not in actions()
    assert post(desk, CASE, CASE, pick="77", **typed).status_code == 404
    assert post(desk, CASE, CASE, **typed | {"reason": REASON, "outcome": "not_adopted"}).status_code == 303
    assert "用过 1 次" in desk.get(LIBRARY).text
