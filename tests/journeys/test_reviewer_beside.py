"""Picking reasons in a real Chromium, choosing what is covered by keyboard, and axe over these pages."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db, transaction
from consult.intake.submit import Item, Sender
from consult.review.internal_notes import write_note
from consult.review.reasons import keep_reason
from tests.factories.people import NOW, PASSWORD, email_of, make_project, make_user, send
from tests.journeys.conftest import NARROW, WIDE, Site, violations

pytestmark = pytest.mark.browser
CASE = "/review/c/demo/opinions/1"
REASON = "间距由行业标准确定，全县统一执行。"
TEXT = "我叫张三丰，身份证11010519491231002X，电话138 1234 5678，家住河湾县城关镇人民路12号3栋2单元501室。"


@pytest.fixture
def email(app: Flask) -> str:
    """A reviewer with an opinion full of personal data, a note of a colleague and two reasons to pick."""
    project = make_project()
    send(project, [Item("a3", "amend", TEXT, "三十米。", "我是王小明，")], sender=Sender(may_publish=True))
    one, other = make_user("reviewer"), make_user("office")
    with transaction():
        write_note(other, NOW, 1, "请和住建局核一下间距标准。")
    for outcome, title, body in (("not_adopted", "标准已定", REASON), ("", "感谢", "感谢您的意见，我们会继续研究。")):
        with transaction():
            keep_reason(one, NOW, outcome=outcome, title=title, body=body)
    found = email_of(one)
    db.session.remove()
    return found


@pytest.fixture
def desk(email: str, visit: Callable[..., Page]) -> Callable[..., Page]:
    """Log that reviewer in: `desk(javascript=False, viewport=NARROW)`."""

    def enter(**more: object) -> Page:
        page = visit(**more)
        page.goto("/login")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("审阅意见")
        return page

    return enter


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_a_reason_is_picked_and_joins_what_was_typed(desk: Callable[..., Page], javascript: bool) -> None:
    page = desk(javascript=javascript)
    page.goto(CASE)
    page.fill("#reason", "先写的话。")
    page.get_by_text("从理由库选", exact=True).click()
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.method))
    page.get_by_role("button", name="标准已定").click()
    expect(page.locator("#reason")).to_have_value(f"先写的话。\n{REASON}")
    expect(page.locator("#outcome-not_adopted")).to_be_checked()
    assert ("POST" in loads) is not javascript
    if javascript:
        expect(page.locator("#reason")).to_be_focused()
        page.get_by_role("button", name="感谢").click()
        expect(page.locator("#outcome-not_adopted")).to_be_checked()  # a choice that was made stands
    page.get_by_role("button", name="决定", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已作出处理：不采纳。")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_covering_by_keyboard(desk: Callable[..., Page]) -> None:
    page = desk()
    page.goto(CASE)
    group = page.get_by_role("group", name="张三丰")
    group.get_by_label("遮盖").focus()
    page.keyboard.press("Space")
    page.get_by_label("还要遮盖的文字").fill("三十米")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("遮盖的选择已保存")
    expect(page.get_by_role("group", name="公众读到的文字")).to_contain_text("我叫张**，身份证110*************2X")
    expect(page.get_by_role("group", name="公众读到的文字")).to_contain_text("建议修改为：***。")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "360"])
def test_these_pages_are_accessible_and_fit(
    desk: Callable[..., Page], site: Site, browser: Browser, size: dict[str, int]
) -> None:
    page = desk(viewport=size)
    for address in (CASE, "/review/reasons", "/review/reasons/1", "/review/c/demo/personal"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
        states = page.context.storage_state()
        assert violations(browser, site.url + address, states=states, viewport=size) == [], address
