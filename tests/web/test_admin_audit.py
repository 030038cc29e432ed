"""The audit chain as the auditor sees it: pages, filters, Chinese names, and a check that finds a changed row."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from consult.base import audit
from consult.base.audit import ACTIONS
from consult.base.db import db, transaction
from consult.base.people import SYSTEM, operator
from consult.web.admin import log, words
from tests.factories.people import NOW, make_unit, make_user
from tests.web.pages import actions, browser, post

PAGE = "/admin/audit"


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    make_unit("河湾县水利局")
    return browser(app, make_user("auditor"))


def fill(count: int) -> None:
    for number in range(count):
        with transaction():
            audit.record(SYSTEM, "log_out", f"user:{number}", NOW)


def numbers(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', page)]


def change(number: int) -> None:
    with transaction():
        db.session.execute(text("UPDATE audit_entry SET actor = 'user:99' WHERE id = :id"), {"id": number})


def test_every_action_has_a_chinese_name() -> None:
    assert set(words.ACTIONS) == set(ACTIONS)


def test_entries_are_read_newest_first_by_keyset(app: Flask, auditor: FlaskClient) -> None:
    fill(120)
    last = audit.head(db.session())[0]
    first = auditor.get(PAGE).text
    assert numbers(first) == list(range(last, last - 100, -1))
    older = re.search(r'href="(/admin/audit\?[^"]*before=\d+)"', first)
    assert older
    assert numbers(auditor.get(older[1].replace("&amp;", "&")).text) == list(range(last - 100, 0, -1))


def test_filters(app: Flask, auditor: FlaskClient) -> None:
    fill(3)
    assert "添加单位</th>" in auditor.get(f"{PAGE}?action=add_unit").text
    assert len(numbers(auditor.get(f"{PAGE}?action=log_out").text)) == 3
    assert len(numbers(auditor.get(f"{PAGE}?subject=user:2").text)) == 1
    assert numbers(auditor.get(f"{PAGE}?actor=审计员").text) == [3]  # the login of the auditor
    assert "没有这样的记录" in auditor.get(f"{PAGE}?actor=nobody").text
    assert auditor.get(f"{PAGE}?before=x").status_code == 200


def test_a_whole_chain_is_found_whole_and_looking_writes_nothing(app: Flask, auditor: FlaskClient) -> None:
    before = actions()
    number, head = audit.head(db.session())
    page = post(auditor, PAGE, PAGE, part="all").text
    assert f"核对了全部 {number} 条，没有发现改动" in page
    assert head in page
    assert actions() == before


@pytest.mark.parametrize("part", ["newest", "all"])
def test_a_changed_row_is_found(app: Flask, auditor: FlaskClient, part: str) -> None:
    change(1)
    page = post(auditor, PAGE, PAGE, part=part).text
    assert "审计日志第 1 条" in page
    assert "被改动" in page


def test_the_newest_part_is_checked_from_the_seal_before_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(12)
    monkeypatch.setattr(log, "NEWEST", 5)
    change(3)
    assert log.check(db.session(), whole=False) == log.Checked(5, [])
    assert log.check(db.session(), whole=True).faults
    change(9)
    assert [one for one in log.check(db.session(), whole=False).faults if "第 9 条" in one]


def test_a_missing_row_is_found(app: Flask) -> None:
    fill(4)
    with transaction():
        db.session.execute(text("DELETE FROM audit_entry WHERE id = 2"))
    assert "缺少第 2 条" in log.check(db.session(), whole=True).faults[0]


def test_who_acted_reads_as_a_name() -> None:
    assert words.who(operator("root").ref, {}) == "root（服务器操作员）"
    assert words.who("citizen", {}) == "公众"
    assert words.who("user:3", {"user:3": "周工"}) == "周工"
    assert words.subject("consultation:3") == "项目 3"
    assert words.subject("calendar") == "工作日历"
