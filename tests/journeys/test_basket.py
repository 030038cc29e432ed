"""With JavaScript: the form in place, a basket that survives a closed tab, real proof of work, one receipt."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from consult.base.db import db
from consult.intake import find
from tests.factories.people import make_project
from tests.journeys.conftest import NARROW, Site, answer_question

pytestmark = pytest.mark.browser


@pytest.fixture
def open_site(with_captcha: Flask, site: Site) -> Site:
    """A site with one open project and the captcha on."""
    with site.app.app_context():
        make_project()
        db.session.remove()
    return site


def write(page: Page, key: str, text: str, proposed: str = "") -> None:
    """Write one opinion in place and put it into the basket."""
    page.locator(f"#{key} a.say").click()
    form = page.locator("form.in-place")
    form.locator("textarea[name=text]").fill(text)
    if proposed:
        form.locator("textarea[name=proposed_text]").fill(proposed)
    form.get_by_role("button", name="放进意见篮").click()
    expect(form).to_have_count(0)


def received(site: Site) -> int:
    with site.app.app_context():
        count = find.received(1)
        db.session.remove()
    return count


def test_from_reading_to_withdrawing(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit(viewport=NARROW)
    page.goto("/c/demo")
    page.locator("#a3 a.say").click()
    form = page.locator("form.in-place")
    form.locator("textarea[name=proposed_text]").fill("主路路灯间距不超过三十米。")
    expect(form.locator(".redline ins")).to_have_text("三")
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
    page.get_by_role("button", name=re.compile("撤回")).first.click()
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
    expect(page.locator("#proof")).to_contain_text(re.compile("完成|通过|不用|已"), timeout=60_000)
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
    assert waiting.value.status == 429 and "retry-after" in waiting.value.headers
    assert page.locator("#text").input_value() == words
    assert received(open_site) == 20
