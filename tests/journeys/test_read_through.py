"""Ruled on in bulk, then read through: from the bulk by keyboard to the last page, without JavaScript too, accessible at both widths."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db
from consult.drafts.find import by_slug
from consult.intake.submit import Item
from consult.review.find import unread_count
from consult.summary import verify
from tests.factories.people import make_project, make_user, send
from tests.journeys.conftest import NARROW, WIDE, Site, violations
from tests.journeys.test_desk_bulk import log_in
from tests.review.desk import read, say, take_in
from tests.review.scene import SHARED, campaign, gather
from tests.review.test_bulk import give

pytestmark = pytest.mark.browser
READ = "/review/c/demo/read"
LONG = "村口到学校的这一段路，晚上没有灯，孩子放学回家很不方便。" * 150  # 4,200 characters


def prepared() -> None:
    """A campaign read before with one newcomer, one that nobody has read, 20 short ones, a long one, a proposal."""
    project, reviewer = make_project(), make_user("reviewer", email="reader@example.cn")
    old = campaign(project, clause="a4")
    read(make_user("approver"), old[0])
    late = say(project, "".join(SHARED) + "桥头还要立一块牌子。", "a4")
    gather(project, [late], 1)
    campaign(project)
    ids = [say(project, f"第{at}户门口的路灯太暗，请改得亮一些。", "a1") for at in range(20)]
    say(project, LONG, None)
    send(project, [Item("a3", "amend", "", "主路路灯间距不超过三十米。", "四十米看不清路面。" + "a" * 300)])
    take_in(project)
    give(reviewer, project, ids)


def left() -> int:
    db.session.rollback()
    return unread_count(by_slug("demo").id)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_read_through_by_keyboard(site: Site, visit: Callable[..., Page], browser: Browser, tmp_path: Path) -> None:
    with site.app.app_context():
        prepared()
        reviewer = make_user("reviewer")
    desk = log_in(visit(), reviewer)
    desk.goto("/review/c/demo/bulks/1")
    desk.get_by_role("link", name="把这一批逐页通读").click()
    expect(desk.get_by_text("还有 20 条没有人看过")).to_be_visible()
    expect(desk.locator("html.has-keys")).to_be_attached()
    expect(desk.locator(".read-row")).to_have_count(20)
    expect(desk.locator(".read-row").first).to_contain_text("不采纳")
    desk.keyboard.press("j")
    expect(desk.locator("[data-row]").first).to_be_focused()
    desk.keyboard.press("e")
    expect(desk.get_by_role("button", name="这一页已看完")).to_be_focused()
    assert left() == 28
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("上一页已记下：20 条意见由您看过。")).to_be_visible()
    expect(desk.get_by_text("这个范围里的意见都有人看过了。")).to_be_visible()
    assert left() == 8
    state = tmp_path / "state.json"
    desk.context.storage_state(path=state)
    for size in (WIDE, NARROW):
        for address in (READ, f"{READ}?bulk=1", "/review/c/demo?state=unread"):
            assert violations(browser, site.url + address, str(state), viewport=size) == [], (address, size)
    narrow = visit(viewport=NARROW, storage_state=str(state))
    narrow.goto(READ)
    expect(narrow.get_by_text("桥头还要立一块牌子。")).to_be_visible()
    assert narrow.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_read_through_without_javascript(site: Site, visit: Callable[..., Page]) -> None:
    with site.app.app_context():
        prepared()
        reviewer = make_user("reviewer")
    page = log_in(visit(javascript=False), reviewer)
    page.goto("/review/c/demo?state=unread")
    page.get_by_role("link", name="把这些一页一页通读").click()
    expect(page.get_by_text("还有 28 条没有人看过")).to_be_visible()
    page.locator(".read-clause summary").first.click()
    expect(page.locator(".quoted").first).to_be_visible()
    seen = 0
    while page.get_by_role("button", name=re.compile("^这一页已看完")).count():
        seen += page.locator(".read-row").count()
        page.get_by_role("button", name=re.compile("^这一页已看完")).click()
        expect(page.get_by_text("上一页已记下")).to_be_visible()
        page.wait_for_load_state()
    assert seen == 24 and left() == 0
    expect(page.get_by_text("每一条意见都有人看过了。")).to_be_visible()
    with site.app.app_context():
        assert list(verify.faults(db.session())) == []
