"""What citizens read: the same bytes for everybody, every state of a project, the text as it was loaded."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.drafts import find, publish
from consult.drafts.introduction import introduce
from consult.drafts.models import Clause
from consult.drafts.notes import note_clause
from tests.factories.people import CLOSES, NOW, OPENS, OPERATOR, make_project, make_user
from tests.web.pages import forget

PUBLIC = ["/", "/c/demo", "/c/demo/clauses/a3", "/c/demo/result", "/help", "/verify", "/feed.xml", "/robots.txt"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_are_the_same_bytes_for_everyone(client: FlaskClient, app: Flask, address: str) -> None:
    make_project()
    first = client.get(address)
    assert first.status_code == 200 and "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    forget()
    again = app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert "<form" not in first.text


def test_every_page_has_its_landmarks_and_no_inline_style(client: FlaskClient) -> None:
    make_project()
    for address in ("/", "/c/demo", "/c/demo/opinion", "/receipt", "/help", "/verify", "/nothing"):
        text = client.get(address).text
        assert '<html lang="zh-CN">' in text and text.count("<h1") == 1 and text.count("<main") == 1
        assert 'class="skip" href="#main"' in text and re.search(r"<title>[^<]+</title>", text)
        assert " style=" not in text and "<style" not in text and "onclick" not in text


def test_home_sorts_projects_by_the_clock(app: Flask, client: FlaskClient) -> None:
    make_project("late", title="晚截止办法")
    make_project("soon", title="早截止办法", closes=CLOSES - timedelta(days=10))
    make_project("next", title="即将开始办法", opens=NOW + timedelta(days=2), closes=CLOSES + timedelta(days=9))
    make_project("over", title="已截止办法", opens=OPENS - timedelta(days=60), closes=NOW - timedelta(days=1))
    make_project("hidden", title="未发布办法", published=False)
    gone = make_project("gone", title="已撤回办法")
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_id(gone.id), "上位依据发生变化，本稿不再需要。")
    text = client.get("/").text
    order = [text.index(name) for name in ("早截止", "晚截止", "即将开始办法", "已截止", "已撤回办法")]
    assert order == sorted(order) and "未发布办法" not in text
    assert re.search(r"还有 <b>13</b> 天", text)


def test_the_draft_shows_every_clause_once_with_its_link(client: FlaskClient) -> None:
    project = make_project()
    text = client.get("/c/demo?src=wechat").text
    for one in find.clauses(find.current_version(project).id):
        if one.kind == "title":
            continue
        assert f'id="{one.key}"' in text and one.text in text
        assert f'href="/c/demo/opinion?clause={one.key}&amp;src=wechat"' in text
    assert "对第" in text and 'href="#a3"' in text
    assert client.get("/c/demo?src=%22%3E%3Cscript").text.count("<script") == text.count("<script") == 2


def test_words_of_the_office_are_escaped_and_its_html_cleaned(client: FlaskClient) -> None:
    make_project(title="<b>粗</b>办法")
    text = client.get("/c/demo").text
    assert "<b>粗" not in text and "&lt;b&gt;粗" in text
    assert "<p>为了让村里的路晚上看得见。</p>" in text


def test_before_opening_and_after_closing_a_sentence_stands_instead_of_links(app: Flask, client: FlaskClient) -> None:
    make_project()
    for moment, words in ((OPENS - timedelta(seconds=1), "征求意见从"), (CLOSES, "已经在")):
        app.extensions["clock"] = lambda moment=moment: moment
        text = client.get("/c/demo").text
        assert "/opinion" not in text.split("<article")[1].split("</article>")[0] and words in text
    app.extensions["clock"] = lambda: CLOSES - timedelta(seconds=1)
    assert "提意见</a>" in client.get("/c/demo").text


def test_shortening_extension_and_withdrawal_are_public(client: FlaskClient) -> None:
    reason = "汛期将至，情况紧急需要尽快出台。"
    project = make_project(kind="rule", closes=OPENS + timedelta(days=10), shorten_reason=reason)
    assert "汛期将至" in client.get("/c/demo").text
    with transaction():
        publish.extend(OPERATOR, NOW, find.by_id(project.id), CLOSES, "应村民要求，延长征求意见时间。")
    assert "应村民要求" in client.get("/c/demo").text
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_id(project.id), "上位依据发生变化，本稿不再需要。")
    page = client.get("/c/demo").text
    assert "上位依据发生变化" in page and "提意见</a>" not in page


def test_a_clause_alone_stands_with_what_is_under_it(client: FlaskClient) -> None:
    make_project()
    text = client.get("/c/demo/clauses/a2").text
    assert "先主路、后支路" in text and "路灯间距" not in text and "clause=a2" in text
    assert client.get("/c/demo/clauses/none").status_code == 404


def test_the_way_of_a_project_stands_beside_it(app: Flask, client: FlaskClient) -> None:
    make_project()
    way = re.findall(r'<li class="(\w+)"><b>([^<]+)</b> <time datetime="([\d-]+)"', client.get("/c/demo").text)
    assert way == [
        ("did", "发布草案", "2026-03-02"), ("next", "截止", "2026-04-02"), ("next", "公布采纳情况", "2026-04-30"),
    ]  # fmt: skip
    with transaction():
        publish.extend(OPERATOR, NOW, find.by_slug("demo"), CLOSES + timedelta(days=5), "应村民要求，延长征求意见时间。")
    app.extensions["clock"] = lambda: CLOSES + timedelta(days=6)
    way = re.findall(r'<li class="(\w+)"><b>([^<]+)</b>', client.get("/c/demo").text)
    assert way == [("did", "发布草案"), ("did", "延长期限"), ("did", "截止"), ("now", "公布采纳情况")]
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "上位依据发生变化，本稿不再需要。")
    assert "公布采纳情况</b>" not in client.get("/c/demo").text


def test_what_the_office_says_stands_with_the_draft(client: FlaskClient) -> None:
    project, office = make_project(), make_user("office")
    plain = client.get("/c/demo").text
    assert "这份草案说什么" not in plain and "看解读" not in plain and 'class="notes"' not in plain
    with transaction():
        introduce(office, NOW, find.by_slug("demo"), "路灯多远一盏、坏了谁修。", "https://jiedu.example/1")
    with transaction():
        note_clause(office, NOW, find.by_id(project.id), clause_key="a3", kind="design_note", text="四十米是<b>测过</b>的。")
    page = client.get("/c/demo").text
    assert "路灯多远一盏、坏了谁修。" in page and 'href="https://jiedu.example/1"' in page
    third = page[page.index('id="a3"') : page.index('id="a4"')]
    assert "四十米是&lt;b&gt;测过" in third and "四十米是" in client.get("/c/demo/clauses/a3").text
    assert 'href="/c/demo/poster"' in page and 'href="/c/demo/feed.xml"' in page


def test_what_is_not_public_is_not_found(client: FlaskClient) -> None:
    make_project("hidden", published=False)
    for address in ("/c/hidden", "/c/none", "/c/hidden/opinion", "/c/hidden/result", "/c/hidden/download.docx"):
        answer = client.get(address)
        assert answer.status_code == 404 and "没有找到" in answer.text


def test_the_feed_is_valid_atom(client: FlaskClient) -> None:
    make_project(title="甲 & 乙 <办法>")
    answer = client.get("/feed.xml")
    assert answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)
    atom = "{http://www.w3.org/2005/Atom}"
    assert root.tag == f"{atom}feed"
    assert all(root.find(f"{atom}{one}") is not None for one in ("id", "title", "updated"))
    (entry,) = root.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}title", "").startswith("甲 & 乙 <办法>")
    assert entry.findtext(f"{atom}updated", "").endswith("Z") and entry.find(f"{atom}link") is not None


def test_machines_are_answered(app: Flask, client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n" and client.get("/readyz").text == "ready\n"
    page = client.get("/metrics").text
    assert 'consult_requests_total{endpoint="citizen.healthz",status="200"}' in page
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    stranger, lie = {"REMOTE_ADDR": "203.0.113.9"}, {"X-Forwarded-For": "127.0.0.1"}
    forged = client.get("/metrics", environ_base=stranger, headers=lie)
    assert forged.status_code == 404


def test_no_clause_is_lost_on_the_page(client: FlaskClient) -> None:
    make_project()
    body = client.get("/c/demo").text.split('<div class="text">')[1].split("</article>")[0]
    rows = db.session.scalars(select(Clause).where(Clause.kind != "title").order_by(Clause.ordinal)).all()
    assert re.findall(r'<div class="cl[^"]*" id="([^"]+)"', body) == [one.key for one in rows]
