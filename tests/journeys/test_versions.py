"""A correction from the office's desk to the reader's page, without JavaScript; the new pages under axe."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db
from consult.drafts import find
from tests.factories.people import PASSWORD, email_of, make_project, make_user
from tests.factories.versions import CORRECTION, NEXT, confirm, propose, publish_next
from tests.journeys.conftest import NARROW, WIDE, Site, violations

pytestmark = pytest.mark.browser

LOOKS = [{"viewport": WIDE}, {"viewport": NARROW}, {"viewport": WIDE, "color_scheme": "dark"}]


def enter(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


@pytest.fixture
def people(app: Flask, site: Site) -> dict[str, str]:
    """A published project, its office and a colleague who clears."""
    with app.app_context():
        make_project()
        found = {role: email_of(make_user(role)) for role in ("office", "approver")}
        db.session.remove()
    return found


def test_a_correction_goes_its_way_without_javascript(visit: Callable[..., Page], people: dict[str, str]) -> None:
    office = visit(javascript=False)
    enter(office, people["office"])
    office.goto("/office/c/demo")
    office.get_by_role("link", name="版本", exact=True).click()
    office.get_by_role("link", name="发布新的版本").click()
    office.get_by_label("更正公告").fill(CORRECTION)
    office.get_by_label("或者把全文粘贴在这里").fill(NEXT)
    press(office, "下一步：核对每一条的去向")
    row = office.locator(".match", has=office.locator(".whose", has_text="第四条")).filter(has_text="三十米")
    assert row.locator("del").inner_text() == "四十米" and row.locator("ins").inner_text() == "三十米"
    water = office.get_by_label(re.compile("新版第二条 水塘.*来自"))
    assert water.locator("option:checked").inner_text() == "新增"
    went = office.get_by_label(re.compile("旧版第四条 路灯损坏.*的去向"))
    assert went.locator("option:checked").inner_text() == "删去"
    water.select_option(water.locator("option", has_text="第四条 路灯损坏").get_attribute("value"))
    press(office, "核对完毕，保存")
    assert water.locator("option:checked").inner_text().startswith("第四条")
    water.select_option("")
    press(office, "保存修改，重新审查")
    colleague = visit(javascript=False)
    enter(colleague, people["approver"])
    colleague.goto("/office/c/demo/versions/2")
    colleague.get_by_label("我已经核对，确认办理").check()
    press(colleague, "审查通过，可以公开")
    office.reload()
    office.get_by_label("我已经核对，确认办理").first.check()
    press(office, "发布第 2 版")
    reader = visit(javascript=False, viewport=NARROW)
    reader.goto("/c/demo")
    assert CORRECTION in reader.locator(".notice").inner_text()
    reader.get_by_role("link", name="看改了哪里").click()
    expect(reader.locator("del", has_text="四十米")).to_have_count(1)
    reader.get_by_role("link", name="第1版").click()
    expect(reader.locator("article")).to_contain_text("主路路灯间距不超过四十米")


@pytest.fixture
def corrected(app: Flask, site: Site, people: dict[str, str]) -> dict[str, str]:
    """Two published versions, a third one confirmed by somebody else, and a project with a fresh proposal."""
    with app.app_context():
        project = find.by_slug("demo")
        publish_next(project)
        confirm(propose(project, NEXT.replace("节约用电", "节约用电、用水")))
        propose(make_project("fresh"))
        db.session.remove()
    return people


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow", "dark"])
def test_axe_finds_nothing_on_public_pages(
    site: Site, browser: Browser, corrected: dict[str, str], look: dict[str, object]
) -> None:
    for path in ("/c/demo", "/c/demo/changes", "/c/demo/versions/1"):
        assert violations(browser, site.url + path, **look) == [], path


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow", "dark"])
def test_axe_finds_nothing_on_the_desk(
    site: Site, browser: Browser, visit: Callable[..., Page], corrected: dict[str, str], look: dict[str, object]
) -> None:
    page = visit()
    enter(page, corrected["office"])
    states = page.context.storage_state()
    versions = "/office/c/demo/versions"
    for path in (versions, f"{versions}/1", f"{versions}/2", f"{versions}/3", f"{versions}/new",
                 "/office/c/fresh/versions/2"):  # fmt: skip
        assert violations(browser, site.url + path, states, **look) == [], path


@pytest.mark.parametrize("path", ["/c/demo", "/c/demo/changes", "/c/demo/versions/1"])
def test_no_page_is_wider_than_a_small_phone(visit: Callable[..., Page], corrected: dict[str, str], path: str) -> None:
    page = visit(viewport={"width": 320, "height": 600})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["versions", "versions/2", "versions/3", "versions/new"])
def test_no_desk_page_is_wider_than_a_small_phone(
    visit: Callable[..., Page], corrected: dict[str, str], path: str
) -> None:
    page = visit(viewport={"width": 320, "height": 600})
    enter(page, corrected["office"])
    page.goto(f"/office/c/demo/{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
