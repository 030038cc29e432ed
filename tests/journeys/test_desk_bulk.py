"""Five thousand rows ruled on in one press and taken back; after approval only a new ruling reopens; pages accessible."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from consult.base.db import db
from consult.base.people import Actor
from consult.review.models import Decision
from tests.factories.crowd import crowd
from tests.factories.people import PASSWORD, email_of, make_project, make_user
from tests.journeys.conftest import NARROW, WIDE, Site, violations
from tests.journeys.test_reviewer_keyboard import opened

pytestmark = pytest.mark.browser
ROWS = 5_000
PATIENCE = 60_000  # milliseconds; an idle machine needs two seconds
REASON = "间距由行业标准确定，全县统一执行。"


def log_in(page: Page, actor: Actor) -> Page:
    page.goto("/login")
    page.fill("#email", email_of(actor))
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("/(review|desk)$"))
    page.set_default_timeout(PATIENCE)
    return page


def standing() -> int:
    """Rulings that stand."""
    db.session.rollback()
    query = select(func.count()).select_from(Decision).where(Decision.revoked_at.is_(None))
    return db.session.scalar(query) or 0


def rule_on_all(page: Page) -> float:
    """From the list to the result; the seconds that the press took."""
    page.goto("/review/c/demo?state=undecided")
    page.locator("[data-scope]").select_option("all")
    page.get_by_role("button", name="批量处理…").click()
    expect(page.get_by_role("heading", name="对这 5,000 组的处理意见")).to_be_visible(timeout=PATIENCE)
    page.locator("#outcome-not_adopted").check()
    page.fill("#reason", REASON)
    begun = time.perf_counter()
    page.get_by_role("button", name="批量决定 5,000 组").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已处理 5,000 组", timeout=PATIENCE)
    return time.perf_counter() - begun


def test_five_thousand_in_one_press_and_back_and_approved(
    site: Site, visit: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    with site.app.app_context():
        crowd(make_project(), ROWS)
        reviewer, approver = make_user("reviewer"), make_user("approver")
        clerk, head = log_in(visit(), reviewer), log_in(visit(), approver)
    record_property("seconds", rule_on_all(clerk))
    assert standing() == ROWS
    clerk.get_by_role("button", name="撤回整批").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("这一批已经撤回", timeout=PATIENCE)
    assert standing() == 0
    rule_on_all(clerk)
    head.goto("/review/c/demo/approve")
    head.get_by_role("link", name="第 2 批").click()
    head.get_by_role("button", name="审批这一批全部 5,000 条").click()
    expect(head.get_by_role("status")).to_contain_text("已审批5,000条处理意见", timeout=PATIENCE)
    # the clerk's page is old: the button is still there, and what it wants is refused
    clerk.get_by_role("button", name="撤回整批").click()
    expect(clerk.get_by_role("status")).to_contain_text("已经审批，不能整批撤回", timeout=PATIENCE)
    expect(clerk.get_by_role("button", name="撤回整批")).to_have_count(0)
    assert standing() == ROWS
    # a new ruling on one of them waits for approval again
    clerk.goto("/review/c/demo/opinions/1")
    opened(clerk, "路灯装得太疏，路灯装得太疏，请看第0户门口。")
    clerk.locator("#outcome-adopted").check()
    clerk.get_by_role("button", name="决定", exact=True).click()
    expect(clerk.get_by_role("status")).to_contain_text("已作出处理：采纳")
    head.goto("/review/c/demo/approve")
    expect(head.get_by_text("第 3 次处理")).to_be_visible()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_two_people_and_one_bulk(site: Site, visit: Callable[..., Page]) -> None:
    with site.app.app_context():
        crowd(make_project(), 50)
        one, two = log_in(visit(), make_user("reviewer")), log_in(visit(), make_user("reviewer"))
    for page in (one, two):
        page.goto("/review/c/demo?clause=a3")
        page.get_by_label("选本页全部").check()
        expect(page.locator("[data-picked]")).to_have_text("已勾选 10 组")
        page.get_by_role("button", name="批量处理…").click()
        page.locator("#outcome-not_adopted").check()
        page.fill("#reason", REASON)
    one.get_by_role("button", name="批量决定 10 组").click()
    expect(one.get_by_role("heading", level=1)).to_have_text("已处理 10 组")
    two.get_by_role("button", name="批量决定 10 组").click()
    expect(two.get_by_role("alert")).to_contain_text("请核对后再确认一次")
    expect(two.locator("#reason")).to_have_value(REASON)
    expect(two.get_by_text("其中 10 组已经处理过")).to_be_visible()
    assert standing() == 10


@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["1280", "360"])
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_pages_are_accessible(
    site: Site, visit: Callable[..., Page], browser: Browser, tmp_path: Path, view: dict[str, int]
) -> None:
    with site.app.app_context():
        crowd(make_project(), 50)
        page = log_in(visit(viewport=view), make_user("reviewer"))
    page.goto("/review/c/demo?clause=a3")
    page.locator("[data-scope]").select_option("all")
    page.get_by_role("button", name="批量处理…").click()
    page.locator("#outcome-adopted").check()
    page.get_by_role("button", name="批量决定 10 组").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已处理 10 组")
    states = tmp_path / "states.json"
    states.write_text(json.dumps(page.context.storage_state()))
    for path in ("", "?state=undecided&clause=a1&since=2026-03-01", "/bulks", "/bulks/1", "/work", "/approve", "/opinions/1"):
        address = f"{site.url}/review/c/demo{path}"
        assert violations(browser, address, str(states), viewport=view) == [], path
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_filters_fold_on_a_telephone_and_work_without_javascript(site: Site, visit: Callable[..., Page]) -> None:
    with site.app.app_context():
        crowd(make_project(), 50)
        reviewer = make_user("reviewer")
        phone = log_in(visit(javascript=False, viewport=NARROW), reviewer)
        wide = log_in(visit(javascript=False), reviewer)
    phone.goto("/review/c/demo")
    expect(phone.get_by_role("link", name="反对")).to_be_hidden()
    phone.get_by_text("筛选条件").click()
    phone.get_by_role("link", name="反对").click()
    expect(phone).to_have_url(re.compile("stance=oppose"))
    expect(phone.locator(".chips")).to_contain_text("意见类型：反对")
    wide.goto("/review/c/demo")
    wide.get_by_role("link", name="反对").click()
    expect(wide.locator(".chips")).to_contain_text("意见类型：反对")
    wide.locator("[name=scope]").select_option("page")
    wide.get_by_role("button", name="批量处理…").click()
    expect(wide.get_by_role("heading", level=1)).to_have_text("批量处理：请先核对")
