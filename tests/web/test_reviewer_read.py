"""Reading through in a browser without JavaScript: whole texts, one press a page, from everywhere that speaks of it."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.db import db
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake import attachments
from consult.intake.submit import Item
from consult.review import shown, unread
from consult.review.case import case
from consult.review.find import unread_count
from consult.summary import verify
from tests.factories.people import NOW, make_project, send
from tests.factories.queries import counted
from tests.review.desk import REASON, rule, say, take_in
from tests.review.scene import CRITICAL, NEW, SHARED, campaign
from tests.review.test_bulk import give
from tests.web.pages import actions, forget, token

READ = "/review/c/demo/read"
MARKUP = "间距太大。<b>三十米</b>就好\n第二行"


@pytest.fixture
def project(app: Flask) -> Consultation:
    """Three opinions and a group of five."""
    one = make_project()
    say(one, MARKUP, "a3")
    send(one, [Item("a1", "amend", "", "第一条改为别的话。", "因为原来的太长。")])
    say(one, "长" * 3_000, None)
    campaign(one)
    return one


def press(desk: FlaskClient, text: str, **more: str) -> TestResponse:
    """The button at the end of a page."""
    form = text[text.index('class="read-end"') - 200 :]
    action = unescape(re.search(r'action="([^"]+)"', form)[1])  # type: ignore[index]
    fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', form) for name in ("csrf_token", "seen", "next")}
    return desk.post(action, data=fields | more)


def rows(text: str) -> list[int]:
    return [int(one) for one in re.findall(r'data-row="(\d+)"', text)]


def test_every_word_stands_there_and_is_read_by_the_press_alone(desk: FlaskClient, project: Consultation, reviewer: Actor) -> None:
    text = desk.get(READ).text
    assert rows(text) == [1, 2, 3, 4] and "还有 8 条没有人看过" in text
    assert "间距太大。&lt;b&gt;三十米&lt;/b&gt;就好<br>第二行" in text and "长" * 3_000 in text
    assert "第一条改为别的话。" in text and "因为原来的太长。" in text
    assert all(sentence in text for sentence in (*SHARED, NEW)) and "<ins>五十米</ins>" in text and "3 句，全在这里" in text
    assert unread_count(project.id) == 8 and "read_page" not in actions()
    answer = press(desk, text)
    assert answer.status_code == 303
    after = desk.get(answer.headers["Location"]).text
    assert "上一页已记下：8 条意见由您看过。" in after and "每一条意见都有人看过了" in after
    assert unread_count(project.id) == 0 and actions().count("read_page") == 1
    assert [one.ref for one in case(8).readers] == [reviewer.ref]
    assert list(verify.faults(db.session())) == []


def test_page_after_page_with_the_filter(desk: FlaskClient, project: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "ROWS", 2)
    text = desk.get(READ + "?clause=a3").text
    assert rows(text) == [1, 4] and "还有 6 条没有人看过" in text and "整个项目 8 条" in text and "符合筛选条件的" in text
    answer = press(desk, text)
    assert "clause=a3" in answer.headers["Location"] and "after=4" in answer.headers["Location"]
    text = desk.get(answer.headers["Location"]).text
    assert rows(text) == [] and "这个范围里的意见都有人看过了。整个项目还有 2 条没有人看过。" in text
    text = desk.get(READ).text
    assert rows(text) == [2, 3] and "这一页已看完</button>" in text
    press(desk, text)
    assert unread_count(project.id) == 0


def test_what_changed_meanwhile_comes_once_more(desk: FlaskClient, project: Consultation) -> None:
    text = desk.get(READ).text
    answer = press(desk, text.replace(re.findall(r'value="(3:alone:[0-9a-f]{64})"', text)[0], "3:alone:" + "0" * 64))
    assert answer.headers["Location"].endswith("/read")
    after = desk.get(answer.headers["Location"]).text
    assert "您看的时候有 1 组又有变动，没有记为看过，请再看一遍。" in after and rows(after) == [3]


@pytest.mark.parametrize("seen", [[], ["x"], ["1:alone:"], ["1:alone:" + "g" * 64], ["-1:alone:" + "0" * 64], ["999999:alone:" + "0" * 64]])
def test_odd_fields_mark_nothing(desk: FlaskClient, project: Consultation, seen: list[str]) -> None:
    answer = desk.post(READ, data={"csrf_token": token(desk, READ), "seen": seen, "next": "1;DROP"})
    assert answer.status_code == 303 and unread_count(project.id) == 8
    assert desk.get(READ + "?after=x&bulk=y&only=1,z,&clause=%00").status_code == 200
    assert desk.get(READ + "?bulk=77").status_code == 404
    assert desk.post(READ, data={"seen": seen}).status_code == 400  # no token


def test_an_opinion_of_another_project_is_not_found(desk: FlaskClient, project: Consultation) -> None:
    other = make_project(slug="other")
    number = say(other, "别处的")
    answer = desk.post(READ, data={"csrf_token": token(desk, READ), "seen": f"{number}:alone:{'0' * 64}"})
    assert answer.status_code == 404 and unread_count(other.id) == 1


def test_what_is_too_much_for_a_page_says_where_it_is(
    desk: FlaskClient, project: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST", 2)
    text = desk.get(READ).text
    assert "这一组另有 3 句补充意见，这里放不下" in text and CRITICAL not in text
    after = desk.get(press(desk, text).headers["Location"]).text
    assert "后面没有了。前面还有 5 条没有人看过" in after and "从头再看" in after
    assert unread_count(project.id) == 5
    monkeypatch.setattr(unread, "ROWS", 1)
    text = desk.get(READ).text
    assert rows(text) == [4] and 'class="read-end"' not in text  # nothing on it can be marked, nothing is behind


def test_a_file_that_came_along_can_be_opened(app: Flask, desk: FlaskClient, project: Consultation) -> None:
    from consult.base.files import Upload

    folder = app.config["SETTINGS"].files
    held = [attachments.stage(folder, Upload("照片.pdf", b"%PDF-1.7\n" + b"1" * 300), NOW)]
    number = send(project, [Item("a1", text="请看附件")], files=held, folder=folder).comment_ids[0]
    take_in(project)
    text = desk.get(f"{READ}?only={number}").text
    assert rows(text) == [number] and f"/opinions/{number}/files/1" in text and "照片.pdf" in text


def test_ways_in(app: Flask, desk: FlaskClient, project: Consultation, reviewer: Actor) -> None:
    assert 'href="/review/c/demo/read"' in desk.get("/review").text
    listed = desk.get("/review/c/demo?state=unread&clause=a3&sort=size").text
    assert '/review/c/demo/read?state=unread&amp;clause=a3"' in listed and "一页一页通读" in listed
    assert "通读其中还没有人看过的" in desk.get("/review/c/demo?clause=a3").text
    form = {"csrf_token": token(desk, "/review/c/demo"), "scope": "ticked", "row": ["1", "2"]}
    look = desk.post("/review/c/demo/bulk", data=form).text
    assert "其中 2 条还没有人看过" in look and '/review/c/demo/read?only=1,2"' in look.replace("%2C", ",")
    look = desk.post("/review/c/demo/bulk?clause=a3", data=form | {"scope": "all"}).text
    assert "其中 6 条还没有人看过" in look and '/review/c/demo/read?clause=a3"' in look
    number = give(reviewer, project, [1, 2])
    bulk = desk.get(f"/review/c/demo/bulks/{number}").text
    assert "其中 2 条还没有人看过" in bulk and f'/review/c/demo/read?bulk={number}"' in bulk
    text = desk.get(f"{READ}?bulk={number}").text
    assert rows(text) == [1, 2] and f"第 {number} 批批量处理的" in text and "不采纳" in text
    answer = press(desk, text)
    assert f"bulk={number}" in answer.headers["Location"]
    assert "还没有人看过" not in desk.get(f"/review/c/demo/bulks/{number}").text
    rule(reviewer, 3, "not_adopted", reason=REASON)
    forget()
    assert list(verify.faults(db.session())) == []


def test_few_queries_a_page(desk: FlaskClient, project: Consultation) -> None:
    """With the account, the project and the head of the page; the rows alone are counted in tests/review/test_read_page.py."""
    desk.get(READ)
    with counted() as found:
        assert desk.get(READ).status_code == 200
    assert len(found) <= 20, (len(found), found)
