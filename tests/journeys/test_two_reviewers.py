"""Two reviewers in two browsers before one item; additions, the leader's approval, and what reopens it: on both databases."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db, transaction
from consult.review import decide
from consult.review.extras import open_in
from tests.factories.people import CLOSES, PASSWORD, later, make_project, make_user
from tests.journeys.conftest import NARROW, WIDE, Site, violations
from tests.review.scene import NEW, SHARED, addition, campaign
from tests.summary.world import REVIEWER

pytestmark = pytest.mark.browser

CASE = "/review/c/demo/opinions/1"
MINE, THEIRS = "间距由行业标准确定，全县统一执行。", "上位法已经规定间距，这里不再重复。"


@pytest.fixture
def busy(app: Flask, site: Site) -> Site:
    """A campaign of five with additions, all read; two reviewers, an approver and the office."""
    with app.app_context():
        project = make_project()
        campaign(project)
        for role, name in (("reviewer", "jia"), ("reviewer", "yi"), ("approver", "zhang"), ("office", "zhou")):
            make_user(role, email=f"{name}@example.cn")
        with transaction():
            decide.mark_read(REVIEWER, later(hours=1), 1)
        db.session.remove()
    return site


def enter(visit: Callable[..., Page], name: str, **more: object) -> Page:
    page = visit(**more)
    page.goto("/login")
    page.fill("#email", f"{name}@example.cn")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("nav.places").wait_for()
    return page


def choose(page: Page, outcome: str, reason: str) -> None:
    page.locator(f"label:has(#outcome-{outcome})").click()
    page.locator("#reason").fill(reason)


def test_one_item_two_people_then_additions_approval_and_reopening(app: Flask, busy: Site, visit: Callable[..., Page]) -> None:
    first, second = enter(visit, "jia"), enter(visit, "yi")
    for page in (first, second):
        page.goto(CASE)
        for sentence in SHARED:
            expect(page.locator(".shared")).to_contain_text(sentence)
        expect(page.locator(".extra-kind").first).to_contain_text(NEW)
    choose(second, "not_adopted", MINE)
    choose(first, "already_covered", THEIRS)
    first.get_by_role("button", name="决定", exact=True).click()
    expect(first.locator(".said")).to_contain_text("已作出处理")
    # the second sees the first one's ruling, and loses nothing of what they typed
    second.get_by_role("button", name="决定", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text(THEIRS)
    expect(second.locator("#reason")).to_have_value(MINE)
    expect(second.locator("#outcome-not_adopted")).to_be_checked()
    second.get_by_role("button", name="决定", exact=True).click()
    expect(second.locator(".history li")).to_have_count(2)
    expect(second.locator(".history li.stands")).to_contain_text(MINE)
    _additions(first, second)
    with app.app_context():
        assert open_in(1) == 0
    _published(busy, visit)


def _additions(first: Page, second: Page) -> None:
    """Both open the new sentence; then the rest goes with the group in one press."""
    for page in (first, second):
        page.goto(CASE)
        page.locator(".extra-list li", has_text=NEW).get_by_role("link", name="处理").click()
    choose(second, "deferred", "桥头加灯要看明年的预算安排。")
    choose(first, "not_adopted", THEIRS)
    first.get_by_role("button", name="决定", exact=True).click()
    second.get_by_role("button", name="决定", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text(THEIRS)
    expect(second.locator("#reason")).to_have_value("桥头加灯要看明年的预算安排。")
    second.get_by_role("button", name="决定", exact=True).click()
    second.goto(CASE)
    second.get_by_role("button", name="按本组处理意见一并处理 1 句").click()
    expect(second.locator(".said")).to_contain_text("已处理 1 条补充意见")


def _published(busy: Site, visit: Callable[..., Page]) -> None:
    """The approver says yes, a reviewer rules again, so the office cannot publish until it is approved anew."""
    busy.at(CLOSES)
    second, leader, office = enter(visit, "yi"), enter(visit, "zhang"), enter(visit, "zhou")
    leader.goto("/office/c/demo/result")
    leader.get_by_label("我已经核对").check()
    leader.get_by_role("button", name="审批通过").click()
    expect(leader.locator("main")).to_contain_text("已审批")
    second.goto(CASE)
    choose(second, "partly_adopted", MINE)
    second.locator("#adopted_part").fill("关于学校门口的部分")
    second.get_by_role("button", name="决定", exact=True).click()
    expect(second.locator(".history li")).to_have_count(3)
    office.goto("/office/c/demo/result")
    expect(office.locator("main")).to_contain_text("重新审批")
    leader.goto("/office/c/demo/result")
    leader.get_by_label("我已经核对").check()
    leader.get_by_role("button", name="审批通过").click()
    expect(leader.locator("main")).to_contain_text("已审批")
    office.goto("/office/c/demo/result")
    office.get_by_label("我已经核对").check()
    office.get_by_role("button", name="公布采纳情况").click()
    expect(office.locator("main")).to_contain_text("第 1 次公布")
    office.goto("/c/demo/result")
    expect(office.locator("main")).to_contain_text("另有补充意见 2 条")
    expect(office.locator("table.adoption")).to_contain_text("补充")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_on_the_pages_of_a_group(app: Flask, busy: Site, browser: Browser, visit: Callable, view: dict) -> None:
    page = enter(visit, "jia", viewport=view)
    kept = page.context.storage_state()
    with app.app_context():
        number = addition("critical").id
    tails = ("", "/additions?kind=critical", f"/additions/{number}", "/members", "/join", "/campaign")
    for path in (*(f"/review/c/demo/opinions/2{tail}" for tail in tails), "/review/c/demo/groups/log"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= view["width"], path
        assert violations(browser, busy.url + path, states=kept, viewport=view) == [], path
