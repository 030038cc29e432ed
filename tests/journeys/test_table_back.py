"""A reviewer fills in the table outside the browser and brings it back, in a real Chromium: every kind of conflict."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from consult.base.db import db
from consult.base.people import Actor
from consult.drafts import find
from consult.review.group_models import AdditionDecision
from consult.review.models import Decision
from consult.summary import verify
from tests.factories.people import PASSWORD, email_of, make_project, make_user
from tests.journeys.conftest import NARROW, WIDE, Site, violations
from tests.review.desk import REASON, rule, say
from tests.review.scene import NEW, campaign
from tests.summary.backs import SheetHand

pytestmark = pytest.mark.browser
TABLE = "/review/c/demo/table"


@pytest.fixture
def reviewer(app: Flask) -> Actor:
    """Four single opinions and a campaign with two additions: rows 1 to 7 of the table."""
    project = make_project()
    for clause, text in (("a3", "建议路灯间距改为三十米。"), ("a3", "间距不变就好。"), ("a3", "改成二十五米。"), ("a4", "五日太长，建议两日。")):
        say(project, text, clause)
    campaign(project, clause="a5")
    return make_user("reviewer")


@pytest.fixture
def desk(reviewer: Actor, visit: Callable[..., Page]) -> Page:
    """A reviewer whose browser runs no scripts."""
    page = visit(javascript=False)
    page.goto("/login")
    page.fill("#email", email_of(reviewer))
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


def taken(desk: Page) -> SheetHand:
    """The table as it is downloaded from the list."""
    desk.goto("/review/c/demo")
    desk.get_by_role("link", name="下载成表格填写").click()
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="下载 Excel 版（xlsx）").click()
    return SheetHand(Path(waiting.value.path()).read_bytes())


def brought(desk: Page, data: bytes) -> None:
    """Upload a file."""
    desk.goto(TABLE)
    desk.get_by_label("填好的意见汇总处理表").set_input_files([{"name": "填好的表.xlsx", "mimeType": "application/octet-stream", "buffer": data}])
    desk.get_by_role("button", name="读取并核对").click()


def fill(hand: SheetHand, row: int, outcome: str, reason: str = "") -> None:
    hand.write(row, "处理意见", outcome)
    hand.write(row, "理由", reason)


def fine(browser: Browser, desk: Page) -> None:
    """No axe violation and nothing wider than the screen, at both widths."""
    for view in (WIDE, NARROW):
        assert violations(browser, desk.url, desk.context.storage_state(), viewport=view) == []
        desk.set_viewport_size(view)
        assert desk.evaluate("document.documentElement.scrollWidth") <= view["width"]
    desk.set_viewport_size(WIDE)


def ruled() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(one.outcome, one.number) for one in db.session.scalars(select(Decision).order_by(Decision.id))]


def test_the_table_there_and_back_with_every_kind_of_conflict(app: Flask, site: Site, browser: Browser, desk: Page, reviewer: Actor) -> None:
    hand = taken(desk)
    assert hand.read(6, "意见内容") == NEW
    fine(browser, desk)
    fill(hand, 1, "不采纳", REASON)  # both sides, theirs kept
    fill(hand, 2, "不采纳", REASON)  # both sides, the file's taken
    fill(hand, 4, "采纳")
    fill(hand, 6, "留作研究", REASON)  # an addition
    rule(reviewer, 1, "adopted")
    rule(reviewer, 2, "adopted")
    rule(reviewer, 3, "adopted")  # not touched in the file
    brought(desk, hand.data())
    expect(desk.get_by_role("heading", level=1)).to_have_text("核对填好的表")
    expect(desk.get_by_role("heading", name="两边都改了，请选择 2 条")).to_be_visible()
    expect(desk.get_by_role("heading", name="要写入的 2 条")).to_be_visible()
    expect(desk.get_by_role("heading", name="表里没改，系统里另有处理的 1 条，保留系统里的")).to_be_visible()
    fine(browser, desk)
    assert ruled() == [("adopted", 1)] * 3
    desk.get_by_role("button", name="确认写入").click()
    expect(desk.get_by_text("请选择用哪一边。")).to_have_count(2)
    sides = [desk.locator(f"#side-{number}") for number in (1, 2)]
    sides[0].get_by_label("保留系统里的").check()
    sides[1].get_by_label("用表里的").check()
    desk.get_by_role("button", name="确认写入").click()
    expect(desk.get_by_text("已读入，写入 3 条处理意见。")).to_be_visible()
    expect(desk.get_by_role("heading", name="以前读入的表")).to_be_visible()
    fine(browser, desk)
    assert sorted(ruled()) == [("adopted", 1)] * 4 + [("not_adopted", 2)]
    assert [one.outcome for one in db.session.scalars(select(AdditionDecision))] == ["deferred"]
    assert list(verify.faults(db.session(), find.by_slug("demo").id)) == []


def test_what_is_wrong_is_named_by_its_cell(app: Flask, site: Site, browser: Browser, desk: Page) -> None:
    hand = taken(desk)
    fill(hand, 1, "不采纳")
    hand.write(2, "意见内容", "我同意。")
    hand.write(4, "行号", "99-0-ABCDEF")
    brought(desk, hand.data())
    alert = desk.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text("这张表没有读入，系统里的处理意见没有变")
    for place in ("第5行“理由”", "第6行“意见内容”", "第8行“行号”"):
        expect(alert.get_by_text(place)).to_be_visible()
    for view in (WIDE, NARROW):
        desk.set_viewport_size(view)
        assert desk.evaluate("document.documentElement.scrollWidth") <= view["width"]
    hand = taken(desk)
    hand.write(0, "理由", "为什么")
    brought(desk, hand.data())
    expect(desk.get_by_role("alert")).to_contain_text("表头“为什么”不是这张表原有的")
    expect(desk.get_by_role("alert")).to_contain_text("表头缺少“理由”")
    assert ruled() == []
