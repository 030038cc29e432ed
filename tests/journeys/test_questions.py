"""A question from the office's page to the last answer after the result, in Chromium; axe on every new page."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from consult.base.db import db, transaction
from consult.drafts import find
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.summary import release, survey, verify
from consult.summary.models import Satisfaction
from tests.factories.people import PASSWORD, email_of, make_user, send
from tests.factories.questions import QUESTION, make_question
from tests.journeys.conftest import NARROW, WIDE, Site, violations
from tests.summary.world import AFTER, APPROVER, OFFICE, rule, say_yes

pytestmark = pytest.mark.browser
PUBLIC = ["/", "/c/ask", "/c/ask/opinion", "/c/ask/poster", "/c/ask/result", "/c/done", "/c/done/result", "/c/done/survey"]
STAFF = ["/office/new", "/office/new/question", "/office/c/draft", "/office/c/draft/edit", "/office/c/done/result"]


def enter(page: Page, email: str) -> None:
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button")


def answered(slug: str) -> None:
    """Rule on every opinion and publish the result."""
    for one in db.session.query(Comment).filter_by(consultation_id=find.by_slug(slug).id).order_by(Comment.id).all():
        rule(one.id, "adopted")
    with transaction():
        say_yes(APPROVER, AFTER, find.by_slug(slug))
    with transaction():
        release.release(OFFICE, AFTER, find.by_slug(slug))


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_question_to_the_last_answer(
    app: Flask, site: Site, visit: Callable[..., Page], javascript: bool
) -> None:
    with app.app_context():
        clerk, colleague = email_of(make_user("office")), email_of(make_user("approver"))
        db.session.remove()
    office = visit(javascript=javascript)
    enter(office, clerk)
    office.goto("/office/new")
    office.get_by_role("link", name="不附草案，只提一个问题").click()
    for name, text in (("title", "2027年度规章项目征集"), ("question", QUESTION), ("explanation", "为了明年。"),
                       ("drafting_unit", "县司法局"), ("contact", "电话：1"), ("slug", "ask")):  # fmt: skip
        office.fill(f"#{name}", text)
    office.fill("#closes_at", "2026-04-02")
    office.get_by_role("button", name="保存项目").click()
    other = visit(javascript=javascript)
    enter(other, colleague)
    other.goto("/office/c/ask/secrecy")
    other.check("#sure")
    other.get_by_role("button", name="审查通过").click()
    office.goto("/office/c/ask/publish")
    office.check("#sure")
    office.get_by_role("button", name="发布", exact=True).click()
    citizen = visit(javascript=javascript, viewport=NARROW)
    citizen.goto("/")
    citizen.get_by_role("link", name="2027年度规章项目征集").click()
    citizen.get_by_role("link", name="请写下您的建议").click()
    citizen.get_by_label("请写下您的建议").fill("管一管养犬")
    citizen.get_by_role("button", name="先放进意见篮，再写一条").click()
    citizen.locator("#basket .words", has_text="管一管养犬").wait_for()
    assert citizen.get_by_label("请写下您的建议").input_value() == "" and citizen.locator("[data-count]").inner_text() == "1"
    citizen.get_by_label("请写下您的建议").fill("集市乱停车")
    citizen.locator("input[name=stance][value=question]").check()
    citizen.locator("button.big[value=send]").click()
    citizen.get_by_text("您提交了 2 条建议").wait_for()
    assert "全文" not in citizen.locator("main").inner_text() and "条款" not in citizen.locator("main").inner_text()
    with app.app_context():
        said = {(one.text, one.stance, one.clause_id) for one in db.session.query(Comment)}
        assert said == {("管一管养犬", "other", None), ("集市乱停车", "question", None)}
        answered("ask")
        db.session.remove()
    site.at(AFTER)
    citizen.goto("/c/ask/result")
    citizen.get_by_role("link", name="回答这一题").click()
    citizen.locator("#score-4").check()
    citizen.get_by_label("想多说一句").fill("办得快")
    citizen.get_by_role("button", name="提交").click()
    citizen.get_by_text("谢谢，您的回答已经收到").wait_for()
    with app.app_context():
        assert [(one.score, one.remark) for one in db.session.query(Satisfaction)] == [(4, "办得快")]
        assert list(verify.faults(db.session())) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_axe_finds_nothing(app: Flask, site: Site, browser: Browser) -> None:
    with app.app_context():
        make_question()
        make_question("draft", published=False)
        make_question("done", kind="evaluation", legal_basis="《照明办法》", interpretation_url="https://example.cn/8")
        send(find.by_slug("done"), [Item(None, "add", "管一管养犬")])
        answered("done")
        for number in range(12):
            with transaction():
                survey.answer(OFFICE, AFTER, find.by_slug("done"), 1 + number % 5, "说得再细些", f"v{number}")
        clerk = email_of(make_user("office"))
        db.session.remove()
    context = browser.new_context(base_url=site.url)
    enter(page := context.new_page(), clerk)
    page.wait_for_url("**/office**")
    states = context.storage_state()
    context.close()
    found = []
    for size in (WIDE, NARROW):
        for path in PUBLIC:
            found += [f"{path}: {one}" for one in violations(browser, site.url + path, viewport=size)]
        for path in STAFF:
            found += [f"{path}: {one}" for one in violations(browser, site.url + path, states, viewport=size)]
    assert found == []
