"""A clerk with only the keyboard decides thirty opinions, ticks, assigns, undoes; the mouse is never touched."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from consult.base.db import db
from consult.base.people import Actor
from consult.review.models import Decision
from consult.review.queue import Filter
from tests.factories.crowd import crowd
from tests.factories.people import PASSWORD, email_of, make_project, make_user
from tests.review.desk import page as rows_of

pytestmark = pytest.mark.browser
REASON = "上位法对此已有明确规定，不再重复规定。"


@pytest.fixture
def reviewer(app: object) -> Actor:
    crowd(make_project(), 50)
    return make_user("reviewer")


@pytest.fixture
def desk(reviewer: Actor, visit: Callable[..., Page]) -> Page:
    """A reviewer who has logged in with the keyboard."""
    page = visit()
    page.goto("/login")
    page.locator("#email").focus()
    page.keyboard.type(email_of(reviewer))
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("审阅意见")
    page.goto("/review/c/demo?state=undecided")
    return ready(page)


def ready(page: Page) -> Page:
    """The page listens to keys."""
    expect(page.locator("html.has-keys")).to_be_attached()
    return page


def decided() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Decision)) or 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_clerk_with_only_the_keyboard_decides_30_opinions_without_the_mouse(desk: Page) -> None:
    keys = desk.keyboard
    keys.press("j")
    keys.press("Enter")
    for number in range(1, 31):
        expect(desk.locator(".said-words").first).to_contain_text(f"请看第{number - 1}户门口")
        ready(desk)
        if number % 3 == 0:
            keys.press("1")
            keys.press("d")
            continue
        keys.press("3")
        expect(desk.locator("#outcome-not_adopted")).to_be_checked()
        keys.press("r")
        expect(desk.locator("#reason")).to_be_focused()
        keys.insert_text(REASON)
        if number % 3 == 1:
            keys.press("Control+Enter")
        else:
            keys.press("Escape")
            keys.press("d")
    expect(desk.locator(".said-words").first).to_contain_text("请看第30户门口")
    assert decided() == 30
    ready(desk)
    keys.press("g")
    keys.press("l")
    expect(desk).to_have_url(re.compile(r"/review/c/demo$"))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_rows_are_ticked_ruled_on_and_taken_back_by_keys(desk: Page) -> None:
    keys = desk.keyboard
    for key in ("j", "x", "j", "x"):
        keys.press(key)
    expect(desk.locator("[data-picked]")).to_have_text("已勾选 2 组")
    keys.press("Shift+X")
    expect(desk.locator("[data-picked]")).to_have_text("已勾选 50 组")
    keys.press("Shift+X")
    expect(desk.locator("[data-picked]")).to_be_hidden()
    keys.press("x")
    keys.press("b")
    expect(desk.get_by_role("heading", level=1)).to_have_text("批量处理：请先核对")
    ready(desk)
    keys.press("3")
    keys.press("r")
    keys.insert_text(REASON)
    keys.press("Control+Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("已处理 1 组")
    assert decided() == 1
    ready(desk)
    keys.press("u")
    expect(desk.get_by_role("button", name="撤回整批")).to_be_focused()
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("这一批已经撤回")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_case_is_given_to_a_colleague_and_help_opens_by_keys(desk: Page, reviewer: Actor) -> None:
    keys = desk.keyboard
    keys.press("?")
    expect(desk.get_by_text("决定并看下一组")).to_be_visible()
    keys.press("?")
    expect(desk.get_by_text("决定并看下一组")).to_be_hidden()
    keys.press("/")
    expect(desk.get_by_label("搜意见文字")).to_be_focused()
    keys.type("第7户")
    keys.press("Enter")
    expect(desk.locator(".chips")).to_contain_text("搜“第7户”")
    ready(desk)
    keys.press("j")
    keys.press("Enter")
    expect(desk.locator(".said-words").first).to_contain_text("请看第7户门口")
    ready(desk)
    keys.press("n")
    expect(desk.get_by_label("写一条备注")).to_be_focused()
    keys.press("Escape")
    keys.press("a")
    chooser = desk.locator(".given select")
    expect(chooser).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Enter")
    expect(desk.get_by_role("status")).to_contain_text(f"已把1组意见交给{reviewer.name}")
    db.session.rollback()
    assert [row.id for row in rows_of(1, Filter(assignee=reviewer.ref)).rows] == [8]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_from_the_last_row_j_goes_to_the_next_page(desk: Page) -> None:
    desk.goto("/review/c/demo?sort=new")
    ready(desk)
    rows = desk.locator("[data-row]")
    rows.last.focus()
    desk.keyboard.press("j")  # fifty rows fill one page: nothing follows, and nothing breaks
    expect(desk).to_have_url(re.compile(r"sort=new$"))
    expect(rows.last).to_be_focused()
