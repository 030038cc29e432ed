"""A rush while somebody is writing: one more proof, done by the page itself, and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from consult.base.db import db
from consult.intake.models import Comment, Submission
from consult.web import challenge, limits
from tests.journeys.basket import opened
from tests.journeys.conftest import NARROW, Site

pytestmark = pytest.mark.browser


@pytest.fixture
def open_site(with_captcha: Flask, site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with one open project and the captcha on, its work made cheap."""
    monkeypatch.setattr(challenge, "COST", 50)
    monkeypatch.setattr(challenge, "COST_SUSPECT", 100)
    return opened(site)


def rush(site: Site) -> None:
    """Many others send to the same project just now."""
    soft, _ = limits._SHARED["project"]
    with site.app.app_context():
        limits.limiter.storage.incr(limits._shared("demo")["project"], soft.get_expiry(), soft.amount)


def stored(site: Site) -> list[tuple[str, list[str]]]:
    with site.app.app_context():
        rows = db.session.query(Comment.text, Submission.marks).join(Submission).order_by(Comment.id).all()
        db.session.remove()
    return [(text, marks) for text, marks in rows]


def test_the_page_solves_the_harder_work_by_itself(open_site: Site, visit: Callable[..., Page]) -> None:
    page = visit(viewport=NARROW)
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#text").fill("四十米中间有一段是黑的。")
    done = page.get_by_text("安全验证已完成。")
    expect(done).to_be_visible(timeout=60_000)
    rush(open_site)
    open_site.at(open_site.now + timedelta(seconds=5))
    with page.expect_request(lambda one: one.url.endswith("/challenge?harder=1"), timeout=60_000):
        page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("#summary")).to_contain_text("需要再验证一次")
    expect(page.locator("#text")).to_have_value("四十米中间有一段是黑的。")
    assert stored(open_site) == []
    expect(done).to_be_visible(timeout=60_000)
    expect(page.locator("#answer2")).to_be_hidden()
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功", timeout=60_000)
    assert stored(open_site) == [("四十米中间有一段是黑的。", ["busy_project"])]


def test_who_comes_during_the_rush_solves_the_harder_work_at_once(
    open_site: Site, visit: Callable[..., Page]
) -> None:
    rush(open_site)
    page = visit()
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#text").fill("太暗。")
    expect(page.get_by_text("安全验证已完成。")).to_be_visible(timeout=60_000)
    open_site.at(open_site.now + timedelta(seconds=5))
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功", timeout=60_000)
    assert stored(open_site) == [("太暗。", ["busy_project"])]
