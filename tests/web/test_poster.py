"""The poster and its code: the words of the draft, the address with its channel, the same bytes for everyone."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import transaction
from consult.drafts import find, publish
from consult.web.citizen.poster import CONTACT_LINE, CONTACT_LINES, contact_of, room_of, summary_of
from tests.factories.people import CLOSES, NOW, OPERATOR, make_project
from tests.web.pages import forget


def test_the_poster_says_what_until_when_how_and_whom_to_call(client: FlaskClient) -> None:
    make_project(plain_summary="路灯装多密、坏了谁修 <都在里面>。", issuing_office="河湾县人民政府")
    page = client.get("/c/demo/poster")
    assert page.status_code == 200 and page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in page.headers
    text = page.text
    for words in ("河湾县村庄公共照明管理办法", "&lt;都在里面&gt;", "2026年3月2日 至 2026年4月2日 17:00", "联系人：周工",
                  "<b>河湾县人民政府</b>", ">localhost/c/demo</a>", 'href="http://localhost/c/demo?src=poster"'):  # fmt: skip
        assert words in text, words
    assert " style=" not in text and text.count('class="qr"') == 1
    assert text.count("<li><b>") == 3 and re.search(r"<button[^>]* hidden data-print", text)


def test_the_code_leads_to_the_configured_address_with_its_channel(app: Flask, client: FlaskClient) -> None:
    make_project()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://zqyj.hewan.example.cn/")
    assert 'href="https://zqyj.hewan.example.cn/c/demo?src=poster"' in client.get("/c/demo/poster").text
    assert 'href="https://zqyj.hewan.example.cn/c/demo?src=cun-3"' in client.get("/c/demo/poster?src=cun-3").text
    assert "?src=poster" in client.get("/c/demo/poster?src=%22%3E%3Cscript").text
    drawn = {}
    for channel in ("", "wechat", "weibo"):
        forget()
        answer = client.get("/c/demo/qr.svg" + (f"?src={channel}" if channel else ""))
        assert answer.mimetype == "image/svg+xml" and answer.headers["Cache-Control"].startswith("public")
        assert answer.text.startswith("<?xml") and "style" not in answer.text
        drawn[answer.text] = channel
    assert len(drawn) == 3


def test_what_is_over_says_so_and_what_is_not_public_has_no_poster(app: Flask, client: FlaskClient) -> None:
    make_project()
    make_project("hidden", published=False)
    for address in ("/c/hidden/poster", "/c/hidden/qr.svg", "/c/nothing/poster", "/c/nothing/qr.svg"):
        assert client.get(address).status_code == 404
    app.extensions["clock"] = lambda: CLOSES
    assert "征求意见已经截止" in client.get("/c/demo/poster").text
    app.extensions["clock"] = lambda: NOW
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "上位法即将修订，需要重新起草。")
    forget()
    assert "请不要再张贴" in client.get("/c/demo/poster").text


def test_without_plain_words_the_explanation_begins_the_sheet(app: Flask) -> None:
    project = make_project()
    assert summary_of(project) == "为了让村里的路晚上看得见。"
    project.explanation = "<p>一句&amp;话。</p><ul><li>甲</li><li>乙</li></ul>" + "<p>很长。</p>" * 99
    assert summary_of(project).startswith("一句&话。 甲 乙") and len(summary_of(project)) <= 160


@pytest.mark.parametrize(
    ("contact", "kept"),
    [
        ("", []),
        (" \n ", []),
        ("甲\n\n 乙  丙 ", ["甲", "乙 丙"]),
        ("\n".join("一二三四五六七"), list("一二三四五")),
        ("长" * 45 + "\n" + "长" * 89 + "\n短", ["长" * 45, "长" * 89]),
        ("长" * 500, ["长" * (CONTACT_LINES * CONTACT_LINE - 1) + "…"]),
    ],
)
def test_of_the_contact_whole_lines_are_kept(contact: str, kept: list[str]) -> None:
    assert contact_of(contact) == kept


def test_more_words_are_set_more_closely() -> None:
    assert room_of("短", "短", ["短"]) == "" and room_of("长" * 300, "长" * 400, ["短"] * 5) == "dense tight"
