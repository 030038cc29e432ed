"""The export page in a real Chromium: the list of files keeps itself up to date, and works by reload without scripts."""

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.summary import kept
from consult.summary.kept_models import ExportFile
from consult.web import exporting
from consult.wiring import jobs as wired
from tests.factories.people import PASSWORD, email_of, make_project, make_user
from tests.journeys.conftest import NARROW, WIDE, Site, violations
from tests.review.desk import say

pytestmark = pytest.mark.browser
PAGE = "/office/c/demo/export"


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Three opinions, and no table is short."""
    project = make_project()
    for text in ("建议路灯间距改为三十米。", "五日太长，建议两日。", "写得很好。"):
        say(project, text, "a3")
    monkeypatch.setattr(exporting, "AT_ONCE", 0)
    return make_user("office")


def enter(page: Page, who: Actor) -> Page:
    page.goto("/login")
    page.fill("#email", email_of(who))
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


def running(done: int, total: int, what: str = "") -> None:
    with transaction():
        one = db.session.get_one(ExportFile, 1)
        if one.state == "waiting":
            kept.begin(one)
        kept.report(1, done, total, what)


def taken(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.locator("#file-1").get_by_role("button", name="下载").click()
    assert waiting.value.suggested_filename.startswith("demo-意见原始记录-")
    return Path(waiting.value.path()).read_bytes()


def test_the_list_follows_by_itself_and_the_file_is_whole(
    app: Flask, office: Actor, visit: Callable[..., Page], browser: Browser, site: Site, tmp_path: Path
) -> None:
    page = enter(visit(), office)
    page.goto(PAGE)
    page.locator("button[value='raw.csv']").click()
    expect(page.locator("#files")).to_contain_text("排队中")
    expect(page.locator("[data-files-wait]")).to_have_count(0)
    running(40, 160, "正在写《意见汇总处理表》")
    expect(page.locator("#files progress")).to_have_attribute("value", "40")
    expect(page.locator("#files")).to_contain_text("40 / 160 行")
    expect(page.locator("#files")).to_contain_text("正在写《意见汇总处理表》")
    page.context.storage_state(path=str(tmp_path / "state.json"))
    for size in (WIDE, NARROW):
        assert violations(browser, site.url + PAGE, str(tmp_path / "state.json"), viewport=size) == []
    running(120, 160)
    expect(page.locator("#files")).to_contain_text("75%")
    wired.run_next(app)
    expect(page.locator("#files")).to_contain_text("可以下载")
    expect(page.locator("[data-files-said]")).to_have_text("文件做好了，可以下载。")
    data = taken(page)
    page.get_by_text("校验值").click()
    expect(page.locator("#files code")).to_have_text(hashlib.sha256(data).hexdigest())
    assert len(list(csv.reader(data.decode("utf-8-sig").splitlines()))) == 5
    for size in (WIDE, NARROW):
        assert violations(browser, site.url + PAGE, str(tmp_path / "state.json"), viewport=size) == []


def test_without_scripts_a_reload_shows_it(app: Flask, office: Actor, visit: Callable[..., Page]) -> None:
    page = enter(visit(javascript=False, viewport=NARROW), office)
    page.goto(PAGE)
    page.locator("button[value='raw.csv']").click()
    expect(page.locator("#files")).to_contain_text("排队中")
    wired.run_next(app)
    page.get_by_role("link", name="刷新").click()
    expect(page.locator("#files")).to_contain_text("可以下载")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert "三十米" in taken(page).decode("utf-8-sig")


def test_the_filter_of_the_list_comes_along(app: Flask, office: Actor, visit: Callable[..., Page]) -> None:
    page = enter(visit(), office)
    page.goto("/review/c/demo?q=两日")
    page.get_by_role("link", name="导出", exact=True).click()
    expect(page.locator("main")).to_contain_text("1 组意见")
    page.locator("button[value='raw.csv']").click()
    expect(page.locator("#files")).to_contain_text("部分：搜“两日”")
    wired.run_next(app)
    expect(page.locator("#files")).to_contain_text("可以下载")
    assert page.url.endswith("?q=%E4%B8%A4%E6%97%A5#files")
    assert len(list(csv.reader(taken(page).decode("utf-8-sig").splitlines()))) == 3
