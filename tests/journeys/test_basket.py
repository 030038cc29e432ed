"""With JavaScript: a basket that survives a closed tab, is changed and put back; real proof of work, one receipt."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db
from consult.drafts import find as find_draft
from tests.factories.people import STATUTE
from tests.factories.versions import publish_next
from tests.journeys.basket import opened, received, write
from tests.journeys.conftest import NARROW, WIDE, Site, answer_question, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def open_site(with_captcha: Flask, site: Site) -> Site:
    """A site with one open project and the captcha on."""
    return opened(site)


def test_from_reading_to_withdrawing(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit(viewport=NARROW)
    page.goto("/c/demo")
    page.locator("#a3 a.say").click()
    form = page.locator("form.in-place")
    form.locator("textarea[name=edited]").fill("主路路灯间距不超过三十米。")
    expect(form.locator(".redline ins")).to_have_text("三")
    expect(form.locator(".phrased")).to_contain_text("建议将第三条中的“四十米”修改为“三十米”。")
    form.locator("textarea[name=text]").fill("四十米中间有一段是黑的。")
    form.get_by_role("button", name="放进意见篮").click()
    write(page, "a4", "五日太长，三日就够。")
    context = page.context
    page.close()
    page = context.new_page()
    page.goto("/c/demo/opinion")
    expect(page.locator("#basket li")).to_have_count(2)
    page.locator("#text").fill("总的来说是好事。")
    open_site.at(open_site.now + timedelta(seconds=20))
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功", timeout=60_000)
    code = re.sub(r"\s", "", page.locator("#code").inner_text())
    assert received(open_site) == 3 and code not in page.url
    page.goto("/c/demo/opinion")
    expect(page.locator("#basket li")).to_have_count(0)
    page.goto("/receipt")
    page.locator("#code").fill(code.replace("-", " ").lower())
    page.get_by_role("button", name="查询").click()
    expect(page.locator("main")).to_contain_text("五日太长，三日就够。")
    page.get_by_role("button", name=re.compile("撤回")).click()
    page.get_by_role("button", name="全部撤回").click()
    page.get_by_role("button", name=re.compile("^确定撤回")).click()
    expect(page.locator("main")).to_contain_text("已撤回")
    assert received(open_site) == 3, "the count stays"


def test_a_double_click_is_one_submission(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#text").fill("路灯太稀。")
    open_site.at(open_site.now + timedelta(seconds=20))
    page.get_by_role("button", name="提交", exact=True).last.dblclick()
    expect(page.locator("h1")).to_contain_text("提交成功", timeout=60_000)
    assert received(open_site) == 1


def test_a_lost_network_loses_nothing(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#text").fill("路灯太稀。")
    open_site.at(open_site.now + timedelta(seconds=20))
    expect(page.locator("#proof")).to_contain_text("安全验证已完成", timeout=60_000)
    page.context.set_offline(True)
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("[data-trouble]")).to_be_visible(timeout=30_000)
    assert page.locator("#text").input_value() == "路灯太稀。" and received(open_site) == 0
    page.context.set_offline(False)
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功", timeout=60_000)
    assert received(open_site) == 1


def test_too_many_from_one_address_keeps_the_words(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    words = "第几次都要说。"
    for _ in range(21):
        page.goto("/c/demo/opinion?clause=a3")
        page.locator("#text").fill(words)
        open_site.at(open_site.now + timedelta(seconds=5))
        answer_question(page)
        with page.expect_response(lambda answer: answer.request.method == "POST") as waiting:
            page.get_by_role("button", name="提交", exact=True).last.click()
    assert waiting.value.status == 403, "a second question, not a wall: an office has one address too"
    assert page.locator("#text").input_value() == words and received(open_site) == 20
    answer_question(page)
    answer_question(page, "answer2")
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功")
    assert received(open_site) == 21


def test_the_basket_is_changed_taken_out_and_put_back(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit(viewport=NARROW)
    page.goto("/c/demo")
    write(page, "a4", "五日太长，三日就够。")
    write(page, "a3", "太远。", "主路路灯间距不超过三十米。")
    page.goto("/c/demo/opinion#basket")
    rows = page.locator("#basket ul.kept > li")
    expect(rows.nth(0)).to_contain_text("建议将第三条中的“四十米”修改为“三十米”。")
    expect(rows.nth(0).locator("ins")).to_have_text("三")
    expect(rows.nth(1)).to_contain_text("路灯损坏的")
    rows.nth(1).get_by_role("button", name="拿掉").click()
    back = page.get_by_role("button", name="放回去，第四条")
    expect(back).to_be_focused()
    expect(page.locator("[data-count]")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_contain_text("五日太长")
    expect(page.locator("[data-count]")).to_have_text("2")
    page.locator("#text").fill("正写着的全文意见")
    rows.nth(0).get_by_role("button", name="改一改").click()
    expect(page.locator("#edited")).to_have_value("主路路灯间距不超过三十米。")
    expect(rows.nth(0)).to_contain_text("正在上面修改")
    expect(page.locator("[data-begun]")).to_contain_text("全文")
    page.locator("#edited").fill("主路路灯间距不超过二十米。")
    page.get_by_role("button", name="先放进意见篮").click()
    expect(rows.nth(0)).to_contain_text("修改为“二十米”。")
    expect(rows).to_have_count(2)
    page.locator("[data-begun] button").click()
    expect(page.locator("#text")).to_have_value("正写着的全文意见")
    open_site.at(open_site.now + timedelta(seconds=20))
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功", timeout=60_000)
    expect(page.locator("ul.kept > li")).to_have_count(3)
    expect(page.locator("[data-more]")).to_be_hidden()


def test_a_corrected_clause_is_told_in_the_basket(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/c/demo")
    write(page, "a3", "太远。", "主路路灯间距不超过三十米。")
    write(page, "a4", "五日太长。")
    with open_site.app.app_context():
        publish_next(find_draft.by_slug("demo"), STATUTE.replace("四十米", "五十米"))
        db.session.remove()
    page.goto("/c/demo/opinion")
    rows = page.locator("#basket ul.kept > li")
    expect(rows.nth(0).locator(".told")).to_contain_text("更正过")
    expect(rows.nth(0)).to_contain_text("建议将第三条中的“四十米”修改为“三十米”。")
    expect(rows.nth(1).locator(".told")).to_have_count(0)


def test_without_javascript_an_opinion_is_changed_and_put_back(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, viewport=NARROW)
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#edited").fill("主路路灯间距不超过三十米。")
    page.get_by_role("button", name="先放进意见篮").click()
    rows = page.locator("#basket ul.kept > li")
    expect(rows.nth(0).locator("ins")).to_have_text("三")
    rows.nth(0).get_by_role("button", name="拿掉").click()
    expect(rows).to_have_count(0)
    page.get_by_role("button", name="放回去").click()
    rows.nth(0).get_by_role("button", name="改一改").click()
    expect(page.locator("#edited")).to_have_value("主路路灯间距不超过三十米。")
    page.locator("#edited").fill("主路路灯间距不超过二十米。")
    open_site.at(open_site.now + timedelta(seconds=20))
    answer_question(page)
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功")
    expect(page.locator("ul.kept > li")).to_have_count(1)
    expect(page.locator("ul.kept")).to_contain_text("修改为“二十米”。")


@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_the_review_page_is_clean_and_narrow(
    open_site: Site, browser: Browser, visit: Callable[..., Page], script: bool
) -> None:
    page = visit(javascript=script, viewport={"width": 320, "height": 600})
    for key in ("a3", "a2"):
        page.goto(f"/c/demo/opinion?clause={key}")
        page.locator("#edited").fill("主路路灯间距不超过三十米，13800138000。")
        page.get_by_role("button", name="先放进意见篮").click()
        page.goto("/c/demo/opinion?clause=a4")
    page.locator("#edited").fill("路灯损坏的，村民委员会应当在三日内修复。")
    expect(page.locator("#basket ul.kept > li")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    states = page.context.storage_state()
    for look in ({"viewport": WIDE}, {"viewport": NARROW, "color_scheme": "dark"}):
        assert violations(browser, f"{open_site.url}/c/demo/opinion?clause=a4", states, **look) == []
