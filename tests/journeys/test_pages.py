"""Every public page under axe, at three widths, light and dark, with and without the stylesheet's comfort."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from consult.base.db import db, transaction
from consult.intake.submit import Item
from consult.review import decide
from tests.factories.people import CLOSES, NOW, make_project, make_user, send
from tests.journeys.conftest import NARROW, WIDE, Site, violations

pytestmark = pytest.mark.browser

PAGES = [
    "/", "/c/demo", "/c/demo/clauses/a2", "/c/demo/opinion", "/c/demo/opinion?clause=a3", "/c/demo/result", "/receipt",
    "/verify", "/help", "/login", "/c/later", "/c/past", "/c/past/opinion", "/c/nothing", "/c/demo/download.pdf",
]  # fmt: skip


@pytest.fixture
def filled(app: Flask, site: Site) -> Site:
    """Projects in several states, one opinion decided."""
    with app.app_context():
        project = make_project()
        make_project("later", opens=NOW + timedelta(days=3), closes=NOW + timedelta(days=40))
        make_project("past", opens=NOW - timedelta(days=60), closes=NOW - timedelta(days=20), now=NOW - timedelta(days=60))
        sent = send(project, [Item("a3", "amend", "四十米太远，老人看不清。", "不超过三十米")])
        reviewer = make_user("reviewer")
        with transaction():
            decide.decide(reviewer, NOW, comment_id=sent.comment_ids[0], expected_number=0, outcome="adopted")
        db.session.remove()
    return site


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "look", [{"viewport": WIDE}, {"viewport": NARROW}, {"viewport": WIDE, "color_scheme": "dark"}], ids=["wide", "narrow", "dark"]
)  # fmt: skip
def test_axe_finds_nothing(filled: Site, browser: Browser, path: str, look: dict[str, object]) -> None:
    assert violations(browser, filled.url + path, **look) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_small_phone(filled: Site, visit: Callable[..., Page], path: str) -> None:
    page = visit(viewport={"width": 320, "height": 600})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_public_pages_set_no_cookie_and_ask_nobody_else(filled: Site, visit: Callable[..., Page]) -> None:
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/c/demo", "/c/demo/clauses/a2", "/c/demo/result", "/help", "/verify"):
        page.goto(path)
    assert page.context.cookies() == []
    assert [url for url in asked if not url.startswith(filled.url)] == []


def test_everything_is_reached_by_keyboard(filled: Site, visit: Callable[..., Page]) -> None:
    """From the top of the page with the Tab key alone to the first 提意见."""
    page = visit(javascript=True)
    page.goto("/c/demo")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.className + ' ' + document.activeElement.textContent")
        if "提意见" in focused:
            break
    else:
        pytest.fail("提意见 was not reached")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus is seen"


def test_after_the_deadline_what_was_typed_is_still_there(filled: Site, visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#text").fill("四十米太远，改成三十米吧。")
    filled.at(CLOSES)
    page.get_by_role("button", name="提交", exact=True).last.click()
    body = page.locator("main").inner_text() + page.locator("main").evaluate(
        "node => [...node.querySelectorAll('textarea')].map(one => one.value).join(' ')"
    )
    assert "截止" in body and "四十米太远，改成三十米吧。" in body
    with filled.app.app_context():
        from consult.intake import find

        assert find.received(find.comments_of(1)[0].consultation_id) == 1
        db.session.remove()
