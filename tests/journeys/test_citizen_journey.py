"""The whole way of a citizen: with a mouse, with the keyboard alone, and each of them without JavaScript."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from consult.base.db import db, transaction
from consult.intake import find
from consult.intake.models import Comment
from consult.review.decide import decide, mark_read
from tests.factories.people import CLOSES, make_project, make_user
from tests.journeys.conftest import NARROW, Site, answer_question
from tests.journeys.hands import Keyboard, Mouse

pytestmark = pytest.mark.browser
A_MOMENT = timedelta(seconds=20)  # longer than the least time that a form wants


@dataclass
class Citizen:
    """One person: how they use a page, and whether their browser runs scripts."""

    site: Site
    page: Page
    hands: Mouse
    scripts: bool

    def come_back(self) -> None:
        """Close the tab and open another one in the same browser."""
        context = self.page.context
        self.page.close()
        self.page = context.new_page()
        self.hands = type(self.hands)(self.page)

    def open_form(self, key: str) -> Locator:
        """From the draft to the form for one clause; returns the form."""
        self.page.goto("/c/demo")
        self.hands.press(self.page.locator(f"#{key} a.say"))
        form = self.page.locator("form.in-place" if self.scripts else "form#opinion")
        expect(form.locator("textarea[name=text]")).to_be_visible()
        return form

    def keep(self, form: Locator) -> None:
        """Into the basket."""
        self.hands.press(form.get_by_role("button", name=re.compile("放进意见篮")))
        if self.scripts:
            expect(form).to_have_count(0)
        else:
            expect(self.page.locator(".done")).to_contain_text("已经放进意见篮")

    def submit(self, twice: bool = False) -> None:
        """Press 提交 on the opinion page, having answered what a browser without scripts is asked."""
        self.site.at(self.site.now + A_MOMENT)
        if not self.scripts:
            answer_question(self.page)
        button = self.page.get_by_role("button", name="提交", exact=True).last
        (self.hands.twice if twice else self.hands.press)(button)

    def receipt(self) -> str:
        """The code on the page that answers a sending."""
        expect(self.page.locator("h1")).to_contain_text("提交成功", timeout=60_000)
        code = re.sub(r"\s", "", self.page.locator("#code").inner_text())
        assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code) and code not in self.page.url
        return code

    def look_up(self, code: str) -> None:
        """From the first page to what became of it."""
        self.page.goto("/")
        self.hands.press(self.page.get_by_role("link", name="查询回执").first)
        self.hands.write(self.page.locator("#code"), code.replace("-", " ").lower())
        self.hands.press(self.page.get_by_role("button", name="查询"))
        expect(self.page.locator("h1")).to_have_text("您的意见办到哪一步了")


@pytest.fixture(
    params=[(Mouse, True), (Mouse, False), (Keyboard, True), (Keyboard, False)],
    ids=["mouse", "mouse-plain", "keyboard", "keyboard-plain"],
)
def citizen(
    request: pytest.FixtureRequest, with_captcha: Flask, site: Site, visit: Callable[..., Page]
) -> Iterator[Citizen]:
    """A person with a phone (mouse: their finger) or a desk, before a site with one open project."""
    hands, scripts = request.param
    with site.app.app_context():
        make_project()
        db.session.remove()
    page = visit(javascript=scripts, **({"viewport": NARROW} if hands is Mouse else {}))
    yield Citizen(site, page, hands(page), scripts)


def received(site: Site) -> int:
    with site.app.app_context():
        count = find.received(1)
        db.session.remove()
    return count


def answer_all(site: Site) -> None:
    """The office reads everything and adopts it."""
    with site.app.app_context():
        reviewer = make_user("reviewer")
        for number in db.session.scalars(db.select(Comment.id).order_by(Comment.id)).all():
            with transaction():
                mark_read(reviewer, site.now, number)
            with transaction():
                decide(reviewer, site.now, comment_id=number, expected_number=0, outcome="partly_adopted",
                       reason="间距改为三十五米，兼顾节约用电。", adopted_part="缩短间距")  # fmt: skip
        db.session.remove()


def test_from_reading_to_withdrawing(citizen: Citizen) -> None:
    form = citizen.open_form("a3")
    citizen.hands.change(form.locator("textarea[name=edited]"), 9, "四", "三")
    citizen.hands.write(form.locator("textarea[name=reason]"), "中间有一段是黑的。")
    citizen.keep(form)
    form = citizen.open_form("a4")
    citizen.hands.write(form.locator("textarea[name=text]"), "五日太长，三日就够。")
    citizen.keep(form)
    citizen.come_back()
    page = citizen.page
    page.goto("/c/demo/opinion")
    expect(page.locator("#basket li")).to_have_count(2)
    expect(page.locator("#basket")).to_contain_text("建议将第三条中的“四十米”修改为“三十米”。")
    citizen.hands.write(page.locator("#text"), "总的来说是好事。")
    citizen.submit()
    code = citizen.receipt()
    assert received(citizen.site) == 3
    page.goto("/c/demo/opinion")
    expect(page.locator("#basket li")).to_have_count(0)
    citizen.look_up(code)
    expect(page.locator("main")).to_contain_text("等待阅读")
    answer_all(citizen.site)
    citizen.look_up(code)
    expect(page.locator(".verdict")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("兼顾节约用电")
    citizen.hands.press(page.get_by_role("button", name="撤回意见"))
    citizen.hands.press(page.get_by_role("button", name="全部撤回"))
    citizen.hands.press(page.get_by_role("button", name=re.compile("^确定撤回")))
    expect(page.locator("main")).to_contain_text("已撤回")
    assert received(citizen.site) == 3, "the count stays"


def test_the_deadline_passes_while_typing(citizen: Citizen) -> None:
    citizen.page.goto("/c/demo/opinion?clause=a3")
    citizen.hands.write(citizen.page.locator("#text"), "路灯太稀。")
    citizen.site.at(CLOSES)
    citizen.submit()
    expect(citizen.page.locator("main")).to_contain_text("截止")
    expect(citizen.page.locator("#kept")).to_have_value(re.compile("路灯太稀。"))
    assert received(citizen.site) == 0


def test_sending_twice_is_one_submission(citizen: Citizen) -> None:
    citizen.page.goto("/c/demo/opinion?clause=a3")
    citizen.hands.write(citizen.page.locator("#text"), "路灯太稀。")
    citizen.submit(twice=True)
    citizen.receipt()
    assert received(citizen.site) == 1


def test_a_lost_network_loses_nothing(citizen: Citizen) -> None:
    if not citizen.scripts:
        pytest.skip("without scripts the browser itself shows that there is no network, and Back the page as it was")
    page = citizen.page
    page.goto("/c/demo/opinion?clause=a3")
    citizen.hands.write(page.locator("#text"), "路灯太稀。")
    expect(page.locator("#proof .working")).to_contain_text("已完成", timeout=60_000)
    page.context.set_offline(True)
    citizen.submit()
    expect(page.locator("[data-trouble]")).to_be_visible(timeout=30_000)
    expect(page.locator("#text")).to_have_value("路灯太稀。")
    assert received(citizen.site) == 0
    page.context.set_offline(False)
    citizen.submit()
    citizen.receipt()
    assert received(citizen.site) == 1
