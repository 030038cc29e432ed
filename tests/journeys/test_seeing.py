"""Dashboard, topics and warnings in a real browser: axe at two widths, bars that lead on, everything without JavaScript."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db
from consult.intake.submit import Item
from tests.factories.people import PASSWORD, email_of, later, make_project, make_user, send
from tests.journeys.conftest import NARROW, WIDE, Site
from tests.review.desk import REASON, rule, say, take_in

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

WISH = "路灯间距改成三十米"
PAGES = [
    "/dashboard", "/topics", "/topics?clause=a3", "/quality", "/quality?kind=unlike", "/quality?kind=unchanged",
    "/quality?kind=unasked", "/opinions/2",
]  # fmt: skip


@pytest.fixture
def email(app: Flask, site: Site) -> str:
    """A reviewer's; a project with something for every page."""
    with app.app_context():
        project, reviewer = make_project(), make_user("reviewer")
        for n, text in enumerate((f"孩子放学晚，{WISH}。", f"天黑得早，{WISH}，再早一点亮灯！", f"老人看不清，{WISH}。")):
            say(project, text, "a3", now=later(days=n))
        send(project, [Item("a2-i1", "question", "主路怎么认定？"), Item(None, "support")], now=later(days=3))
        take_in(project)
        rule(reviewer, 1)
        rule(reviewer, 2, "partly_adopted", reason=REASON, adopted_part="部分")
        rule(reviewer, 3, "not_adopted", reason=REASON)
        found = email_of(reviewer)
        db.session.remove()
    site.at(later(days=4))
    return found


def log_in(page: Page, email: str) -> Page:
    page.goto("/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/review")
    return page


def test_axe_finds_nothing_and_nothing_is_too_wide(browser: Browser, site: Site, email: str) -> None:
    context = browser.new_context(bypass_csp=True, locale="zh-CN", base_url=site.url)
    page, found = log_in(context.new_page(), email), []
    for path in PAGES:
        for size in (WIDE, NARROW):
            for colours in ("light", "dark"):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
                page.goto(f"/review/c/demo{path}")
                for one in page.locator("main details").all():
                    one.evaluate("one => one.open = true")
                look = f"{path} {size['width']} {colours}"
                for one in Axe().run(page).response["violations"]:
                    found += [f"{look}: {one['id']}: {node['html'][:120]}" for node in one["nodes"]]
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{look}: wider than the window")
    context.close()
    assert found == []


def test_a_cell_of_the_strip_leads_to_its_opinions(site: Site, email: str, visit: Callable[..., Page]) -> None:
    page = log_in(visit(javascript=False), email)
    page.goto("/review/c/demo/dashboard")
    page.locator(".when-wide .strip a", has=page.locator("title", has_text="第三条：3 条，已处理 3 条")).click()
    page.wait_for_url("**/review/c/demo?clause=a3")
    expect(page.locator(".row-link")).to_have_count(3)


def test_a_topic_leads_to_the_rows_that_say_it(site: Site, email: str, visit: Callable[..., Page]) -> None:
    page = log_in(visit(javascript=False), email)
    page.goto("/review/c/demo/topics")
    page.get_by_role("link", name=WISH, exact=True).click()
    expect(page.locator(".row-link")).to_have_count(3)
    assert "clause=a3" in page.url


def test_the_pictures_stay_out_of_the_order_of_the_tab_key(site: Site, email: str, visit: Callable[..., Page]) -> None:
    page = log_in(visit(), email)
    page.goto("/review/c/demo/dashboard")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.closest('svg') ? 'svg' : document.activeElement.textContent"))
    assert "svg" not in seen and "第三条" in seen and "部分采纳" in seen
