"""The reviewers' keys in a real Chromium: j and k, a digit, Ctrl+Enter, off while typing, off for good."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consult.intake.submit import Item
from tests.factories.people import PASSWORD, email_of, make_project, make_user, send

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(app: object, visit: Callable[..., Page]) -> Page:
    """A reviewer before three opinions."""
    project = make_project()
    for word in ("甲", "乙", "丙"):
        send(project, [Item("a3", "amend", f"{word}说的意见。")])
    email = email_of(make_user("reviewer"))
    page = visit()
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("审阅意见")
    return page


def opened(desk: Page, words: str) -> None:
    """This case is open and its page listens to keys."""
    expect(desk.locator(".said-words").first).to_have_text(words)
    expect(desk.locator("html.has-keys")).to_be_attached()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_reviewer_works_by_keyboard(desk: Page) -> None:
    desk.goto("/review/c/demo?state=undecided")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    opened(desk, "甲说的意见。")
    desk.keyboard.press("1")
    expect(desk.locator("#outcome-adopted")).to_be_checked()
    desk.keyboard.press("Control+Enter")
    opened(desk, "乙说的意见。")
    desk.keyboard.press("j")
    opened(desk, "丙说的意见。")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_digits_are_text_while_typing_and_keys_can_be_turned_off(desk: Page) -> None:
    desk.goto("/review/c/demo/opinions/1")
    desk.locator("#reason").press_sequentially("第2条")
    expect(desk.locator("#outcome-partly_adopted")).not_to_be_checked()
    desk.get_by_text("快捷键", exact=True).click()
    desk.get_by_role("button", name="关闭快捷键").click()
    desk.keyboard.press("1")
    expect(desk.locator("#outcome-adopted")).not_to_be_checked()
    desk.reload()
    desk.keyboard.press("j")
    desk.keyboard.press("1")
    expect(desk.locator("#outcome-adopted")).not_to_be_checked()
    expect(desk).to_have_url(re.compile(r"/opinions/1$"))
    desk.get_by_text("快捷键", exact=True).click()
    desk.get_by_role("button", name="打开快捷键").click()
    desk.keyboard.press("2")
    expect(desk.locator("#outcome-partly_adopted")).to_be_checked()
    expect(desk.get_by_label("采纳了哪一部分")).to_be_visible()
