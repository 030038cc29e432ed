"""The statistics of a year and the page of an archive in a real browser: no fault for axe, nothing too wide."""

import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from consult.drafts import find as drafts
from consult.summary import export
from tests.factories.people import PASSWORD, email_of, make_project, make_user
from tests.journeys.conftest import NARROW, WIDE, Site
from tests.web.test_open_data import released

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]


def faultless(page: Page, width: int) -> None:
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_year_and_open_data_and_archive_are_readable(site: Site, browser: Browser, tmp_path: Path) -> None:
    with site.app.app_context():
        released()
        make_project("other", kind="rule", title="另一个办法")
        email = email_of(make_user("office"))
        made = export.export("summary", "zip", drafts.by_slug("demo"), site.now, tmp_path / "a.zip")
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp_path / "archive")
    for size in (WIDE, NARROW):
        context = browser.new_context(viewport=size, bypass_csp=True)
        page = context.new_page()
        page.goto(f"{site.url}/open")
        faultless(page, size["width"])
        page.goto(f"{site.url}/login")
        page.fill("[name=email]", email)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/office**")
        page.goto(f"{site.url}/office/year?year=2026")
        faultless(page, size["width"])
        page.select_option("[name=unit]", "河湾县住房和城乡建设局")
        page.get_by_role("button", name="查看").click()
        page.get_by_text("2 个项目").wait_for()
        context.close()
        offline = browser.new_context(viewport=size, offline=True)
        page = offline.new_page()
        page.goto((tmp_path / "archive" / "index.html").as_uri())
        faultless(page, size["width"])
        page.get_by_role("link", name="第1稿").click()
        page.get_by_text("主路路灯间距不超过四十米").wait_for()
        offline.close()
