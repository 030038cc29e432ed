"""With JavaScript: the form in place, by keyboard too, loaded when it is first opened; another clause loses nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.journeys.basket import opened
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def open_site(with_captcha: Flask, site: Site) -> Site:
    """A site with one open project and the captcha on."""
    return opened(site)


def test_a_form_in_place_is_for_the_keyboard_too(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/c/demo")
    link = page.locator("#a3 a.say")
    link.focus()
    page.keyboard.press("Enter")
    form = page.locator("form.in-place")
    expect(form.locator("input[name=stance]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(form.locator("input[name=stance]").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(form.locator("#text")).to_be_focused()
    page.keyboard.type("四十米太远")
    page.keyboard.press("Escape")
    expect(form.locator("#text")).to_have_value("四十米太远")
    page.keyboard.press("Tab")
    expect(form.locator("#edited")).to_have_value("主路路灯间距不超过四十米。")
    page.keyboard.press("Control+End")
    for _ in range(4):
        page.keyboard.press("Backspace")
    page.keyboard.type("三十米。")
    expect(form.locator(".phrased")).to_contain_text("建议将第三条中的“四十米”修改为“三十米”。")
    expect(form.locator(".redline del")).to_have_text("四")
    page.keyboard.press("Tab")
    page.keyboard.type("打 13800138000 找我")
    expect(form.locator("[role=status]")).to_contain_text("手机号")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(form).to_have_count(0)
    expect(link).to_be_focused()
    expect(page.locator(".basket-bar [role=status]")).to_contain_text("已放进意见篮：第三条")
    expect(page.locator(".basket-bar")).to_contain_text("1 条，还没有提交")
    expect(page.get_by_role("link", name="对第三条提意见，已写", exact=True)).to_be_visible()


def test_what_writes_is_loaded_with_the_first_form(open_site: Site, visit: Callable[..., Page]) -> None:
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
    page.goto("/c/demo")
    page.wait_for_load_state("networkidle")
    assert "reading.js" in asked and not {"writing.js", "phrase.js", "redline.js", "opinion.js"} & set(asked)
    page.locator("#a3 a.say").click()
    expect(page.locator("form.in-place")).to_be_visible()
    assert {"writing.js", "phrase.js", "redline.js"} <= set(asked)


def test_nothing_but_an_empty_form_is_refused_and_the_focus_is_where_to_write(
    open_site: Site, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto("/c/demo")
    page.locator("#a3 a.say").click()
    form = page.locator("form.in-place")
    form.get_by_role("button", name="放进意见篮").click()
    expect(form.locator("[data-trouble]")).to_contain_text("还没有写内容")
    expect(form.locator("#text")).to_be_focused()
    form.locator("label", has_text="建议删除").click()
    expect(form.locator(".phrased")).to_contain_text("建议删除第三条。")
    form.locator("label", has_text="建议增加").click()
    expect(form.locator("#edited")).to_have_value("")
    form.locator("#edited").fill("支路也要装路灯。")
    expect(form.locator(".phrased")).to_contain_text("建议在第三条之后增加一条：“支路也要装路灯。”。")
    form.get_by_role("button", name="先不写了").click()
    page.reload()
    page.locator("#a3 a.say").click()
    expect(form.locator("#edited")).to_have_value("支路也要装路灯。")
    expect(form.locator(".phrased")).to_contain_text("增加一条")


def test_turning_to_another_clause_loses_nothing(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#text").fill("随便哪一条都行的话")
    page.locator("#clause").select_option("a4")
    expect(page.locator("#edited")).to_have_value("路灯损坏的，村民委员会应当在五日内修复。")
    assert page.locator("#text").input_value() == "随便哪一条都行的话"
    page.locator("#edited").fill("路灯损坏的，村民委员会应当在三日内修复。")
    page.locator("#clause").select_option("a3")
    expect(page.locator("[data-told]")).to_contain_text("第四条")
    expect(page.locator("#edited")).to_have_value("主路路灯间距不超过四十米。")
    expect(page.locator("#text")).to_have_value("")
    page.reload()
    page.locator("#clause").select_option("a4")
    expect(page.locator("#edited")).to_have_value("路灯损坏的，村民委员会应当在三日内修复。")
    expect(page.locator("#text")).to_have_value("随便哪一条都行的话")
    expect(page.locator(".phrased")).to_contain_text("建议将第四条中的“五日”修改为“三日”。")
