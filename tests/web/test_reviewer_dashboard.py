"""The dashboard page: the sentence, pictures whose tables say the same, every bar a way into the list that finds it."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.summary.linked import TONES, Bar, columns, lying, strip, warmth
from tests.factories.people import NOW, later, make_project, make_user, send
from tests.review.desk import group, rule, say, take_in
from tests.web.pages import browser


@pytest.fixture
def project(app: Flask) -> Consultation:
    return make_project()


@pytest.fixture
def desk(app: Flask, project: Consultation) -> FlaskClient:
    return browser(app, make_user("reviewer"))


@pytest.fixture
def busy(project: Consultation) -> Actor:
    """Five opinions in three days, two of them alike and decided."""
    reviewer = make_user("approver")
    for _ in range(2):
        say(project, "建议路灯间距改为三十米。", "a3")
    send(project, [Item("a2-i1", "question", "主路怎么认定？"), Item(None, "support")], now=later(days=1))
    send(project, [Item("a4", "oppose", "村里没有钱修。")], now=later(days=2))
    take_in(project)
    group(reviewer, project)
    rule(reviewer, 1, now=NOW)
    return reviewer


def rows(text: str, label: str) -> dict[str, tuple[str, int]]:
    """name → (address, first number) of the table under the heading `label`."""
    part = text[text.index(f'id="{label}"') :]
    found = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a>.*?</th><td class="number">([\d,]+)</td>', part[: part.index("</section>")])
    return {unescape(name): (unescape(address), int(number.replace(",", ""))) for address, name, number in found}


def test_an_empty_project_says_so_in_one_sentence(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo/dashboard").text
    assert "还没有收到意见。" in page and "<svg" not in page


def test_the_sentence_and_the_way_from_the_list(desk: FlaskClient, busy: Actor) -> None:
    page = desk.get("/review/c/demo/dashboard")
    assert page.status_code == 200 and "style=" not in page.text
    said = re.sub(r"<[^>]+>", "", page.text)
    assert "收到 5 条意见，归并后 4 组" in said and "已处理 2 条，占 40%，还有 3 条没有处理。" in said
    assert "每个工作日约 2.0 条，还要 2 个工作日，2026年3月12日处理完" in said and "来得及" in said
    assert "征求意见还没有结束" in said
    assert "/review/c/demo/dashboard" in desk.get("/review/c/demo").text


def test_before_anybody_begins_it_says_that_it_cannot_tell(app: Flask, desk: FlaskClient, project: Consultation) -> None:
    say(project, "五日太长。", "a4")
    assert "估计不出什么时候能处理完" in desk.get("/review/c/demo/dashboard").text


def test_late_work_is_called_late(app: Flask, busy: Actor) -> None:
    app.extensions["clock"] = lambda: later(days=90)
    page = browser(app, busy).get("/review/c/demo/dashboard").text
    assert "已经超期" in page and "最近 5 个工作日没有处理意见" in page


def test_every_number_leads_to_the_rows_it_counts(desk: FlaskClient, busy: Actor) -> None:
    page = desk.get("/review/c/demo/dashboard").text
    tables = {label: rows(page, label) for label in ("outline", "hottest", "days", "by-channel", "by-stance", "by-outcome")}
    assert {name: number for name, (_, number) in tables["hottest"].items()} == {
        "第三条": 2, "全文": 1, "第二条第一项": 1, "第四条": 1,
    }  # fmt: skip
    assert tables["by-outcome"]["采纳"][1] == 2 and tables["days"]["3月10日"][1] == 2 and tables["days"]["4月2日"][1] == 0
    for label, table in tables.items():
        for name, (address, number) in table.items():
            found = desk.get(address).text
            sizes = found.count('class="row-link"') + found.count("同类 2 条")
            assert sizes == number, (label, name, address)


def test_pictures_lead_where_their_tables_lead(desk: FlaskClient, busy: Actor) -> None:
    page = desk.get("/review/c/demo/dashboard").text
    for label in ("outline", "days"):
        part = page[page.index(f'id="{label}"') :].split("</section>")[0]
        table = {(unescape(name), address, number) for name, (address, number) in rows(page, label).items()}
        for svg in re.findall(r"<svg.*?</svg>", part, re.S):
            drawn = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>([^：]+)：([\d,]+) 条', svg)
            assert {(unescape(name), unescape(address), int(number)) for address, name, number in drawn} == table


def test_a_question_has_no_outline(app: Flask, desk: FlaskClient, project: Consultation) -> None:
    send(project, [Item(None, "other", "都好。")])
    page = desk.get("/review/c/demo/dashboard").text
    assert 'id="outline"' in page
    assert desk.get("/review/c/nowhere/dashboard").status_code == 404


WARMTH = {(0, 10): 0, (1, 10_000): 1, (400, 10_000): 1, (401, 10_000): 2, (10, 10): TONES, (5, 0): 0, (3600, 10_000): 3}


def test_warmth_goes_by_the_root() -> None:
    assert {key: warmth(*key) for key in WARMTH} == WARMTH


def test_pictures_of_nothing_are_nothing_and_words_are_escaped() -> None:
    assert strip("条款", [], 300) == "" == columns("天", [], ("", ""), 300)
    drawn = strip("条款", [Bar("<b>", 3, 9, "/x?a=1&b=2")], 300)
    assert "<b>" not in drawn and "a=1&amp;b=2" in drawn and "style" not in drawn
    assert 'width="0.00"' in lying(0, 0, 0) and 'width="100.00"' in lying(4, 9, 4)
