"""The ledger on its page: states, counts, filters, picture and table that agree; and who owes an answer where."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.people import Unit
from consult.letters.models import Reminder, Urging
from tests.factories.people import NOW, make_project, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, points, write_to
from tests.web.pages import browser, forget

LEDGER = "/office/c/demo/ledger"
LATER = NOW + timedelta(days=25)


@pytest.fixture
def letters(app: Flask, keys: Keys) -> list[Desk]:
    """市财政局 has opinions in time, 市水利局 none but late, 市交通局 is silent, 李明 is an expert who answered."""
    project, office = make_project(), make_user("office")
    units = [make_unit(name) for name in ("市财政局", "市水利局", "市交通局", "李明")]
    with transaction():
        db.session.get_one(Unit, units[3].id).kind = "expert"
    sent = write_to(office, project, *units, due_at=NOW + timedelta(days=20), silence_is_consent=True)
    desks = [Desk(project, unit, office, make_user("agency", unit), letter, keys)
             for unit, letter in zip(units, sent, strict=True)]  # fmt: skip
    desks[0].answer("间距改为三十米。", "经费写明来源。", now=NOW + timedelta(days=3))
    desks[1].answer(now=NOW + timedelta(days=22))
    words = {**SIGNED, "recusal": "none", "answer": "has_opinion", "items": points("建议改用节能灯。")}
    edition = desks[3].save(now=NOW + timedelta(days=4), **words).edition
    desks[3].send(NOW + timedelta(days=4), edition=edition)
    return desks


def rows(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', text)


def test_the_page_says_what_stands_in_the_table(app: Flask, letters: list[Desk]) -> None:
    app.extensions["clock"] = lambda: LATER
    with transaction() as session:
        numbers = [one.letter.id for one in letters]
        session.add(Reminder(solicitation_id=numbers[2], occasion="overdue:2026-04-01", at=NOW))
        session.add(Urging(solicitation_id=numbers[2], at=NOW, by="user:1", note="已电话督促"))
    page = browser(app, letters[0].office).get(LEDGER).text
    assert rows(page) == ["市财政局", "市水利局", "市交通局", "李明（专家）"]
    assert "应复 3 个单位，已复 2 个（无意见 1 个，有意见 1 个，共 2 条；其中逾期复函 1 个），未复 1 个（其中逾期未复 1 个）；按时率 33%。" in page
    assert "另征求专家、代表等：应复 1 人，已复 1 人（无意见 0 人，有意见 1 人" in page
    assert "逾期未复(按通知视为无意见)" in page
    assert "提醒 1 次，督办 1 次" in page
    said = re.findall(r'<text class="said"[^>]*>([^<]*)</text>', page)
    assert said == ["按时", "迟复 2 天", "逾期 5 天", "按时"]
    assert 'style="' not in page


@pytest.mark.parametrize(
    ("show", "names"),
    [("overdue", ["市交通局"]), ("answered", ["市财政局", "市水利局", "李明（专家）"]), ("late", ["市水利局"]), ("open", []),
     ("nonsense", ["市财政局", "市水利局", "市交通局", "李明（专家）"])],
)  # fmt: skip
def test_filters(app: Flask, letters: list[Desk], show: str, names: list[str]) -> None:
    app.extensions["clock"] = lambda: LATER
    assert rows(browser(app, letters[0].office).get(f"{LEDGER}?show={show}").text) == names


def test_who_owes_an_answer_over_all_projects(app: Flask, letters: list[Desk]) -> None:
    app.extensions["clock"] = lambda: LATER
    other = make_project("other", title="河湾县水塘安全管理办法")
    write_to(letters[0].office, other, letters[0].unit)
    desk = browser(app, letters[0].office)
    page = desk.get("/office/ledger").text
    names = re.findall(r'<th scope="row">([^<]*)</th>', page)
    assert set(names[:2]) == {"市交通局", "市财政局"}
    assert "河湾县水塘安全管理办法" in page
    late = desk.get("/office/ledger?show=late").text
    assert re.findall(r'<th scope="row">([^<]*)</th>', late) == [*names[:2], "市水利局"]


def test_nothing_sent_and_nobody_else(app: Flask, letters: list[Desk]) -> None:
    make_project("empty")
    desk = browser(app, letters[0].office)
    assert "还没有发函" in desk.get("/office/c/empty/ledger").text
    forget()
    unit = browser(app, letters[0].agent)
    for address in (LEDGER, "/office/ledger"):
        assert unit.get(address).status_code == 403
