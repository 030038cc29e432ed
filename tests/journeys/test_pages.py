"""Every public page under axe at three widths, light, dark and in large type; small phones; the keyboard."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from consult.base.db import db, transaction
from consult.drafts import bulletins, find, introduction, notes, publish
from consult.intake.find import received
from consult.intake.submit import Item
from consult.summary import release
from tests.factories.people import CLOSES, NOW, OPERATOR, make_project, make_user, send
from tests.factories.versions import NEXT, publish_next
from tests.journeys.conftest import NARROW, Site
from tests.summary.world import AFTER, APPROVER, OFFICE, rule, say_yes

# axe reads pages: one database is enough, and everything is filled once for each test
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

PAGES = [
    "/", "/c/demo", "/c/demo/clauses/a2", "/c/demo/opinion", "/c/demo/opinion?clause=a3", "/c/demo/result",
    "/c/demo/search", "/c/demo/search?q=路灯", "/c/demo/search?q=没有的词", "/c/demo/poster", "/receipt", "/verify", "/help",
    "/c/later", "/c/past", "/c/past/opinion", "/c/gone", "/c/again", "/c/again/changes", "/c/again/changes?from=1&to=3",
    "/c/again/versions/1", "/c/again/clauses/a4", "/c/done", "/c/done/result", "/c/done/result?clause=a3",
    "/c/nothing", "/login",
]  # fmt: skip
# width, height, colours, large type
LOOKS = [
    (1280, 900, "light", False), (1280, 900, "dark", False), (1280, 900, "light", True), (360, 740, "light", False),
    (360, 740, "dark", True), (320, 256, "light", False), (320, 600, "light", True),
]  # fmt: skip


@pytest.fixture
def filled(app: Flask, site: Site) -> Site:
    """Projects in every state, with everything that an office may say beside a draft."""
    with app.app_context():
        _open_project()
        make_project("later", opens=NOW + timedelta(days=3), closes=NOW + timedelta(days=40))
        long_ago = NOW - timedelta(days=60)
        make_project("past", opens=long_ago, closes=NOW - timedelta(days=20), now=long_ago)
        gone = make_project("gone").id
        with transaction():
            publish.withdraw(OPERATOR, NOW, find.by_id(gone), "上位依据发生变化，本稿不再需要。")
        again = make_project("again")
        publish_next(again)
        publish_next(again, NEXT.replace("节约用电", "节约用电、用水"))
        _answered_project(long_ago)
        db.session.remove()
    return site


def _open_project() -> None:
    office, project = make_user("office"), make_project().id
    with transaction():
        introduction.introduce(office, NOW, find.by_id(project), "路灯多远一盏、坏了谁修。", "https://jiedu.example/1")
    for kind, title in (("design_note", ""), ("question", "路灯坏了找谁？")):
        with transaction():
            notes.note_clause(
                office, NOW, find.by_id(project), clause_key="a3", kind=kind, title=title, text="打村委会的电话。"
            )
    with transaction():
        bulletins.post_bulletin(office, NOW, find.by_id(project), "已收到意见三百多条", "主要集中在第三条、第四条。")
    with transaction():
        publish.extend(OPERATOR, NOW, find.by_id(project), CLOSES + timedelta(days=3), "应村民要求，延长征求意见时间。")


def _answered_project(opened: object) -> None:
    project = make_project("done")
    sent = [send(project, [Item(key, "amend", f"第{key}条请再改改", "不超过三十米。")]) for key in ("a3", "a3", "a4", "a5")]
    for one, outcome in zip(sent, ("adopted", "not_adopted", "out_of_scope", "deferred"), strict=True):
        rule(one.comment_ids[0], outcome)
    with transaction():
        say_yes(APPROVER, AFTER, find.by_slug("done"))
    with transaction():
        release.release(OFFICE, AFTER, find.by_slug("done"))


@pytest.fixture
def reader(browser: Browser, filled: Site) -> Iterator[Page]:
    """One page for a whole test; axe is let in past the content security policy."""
    context = browser.new_context(bypass_csp=True, locale="zh-CN", base_url=filled.url)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def form_filler(browser: Browser, filled: Site) -> Iterator[Page]:
    """The same without our scripts, for pages that answer a form; axe itself needs a browser that runs them."""
    context = browser.new_context(bypass_csp=True, locale="zh-CN", base_url=filled.url)
    context.route("**/*.js", lambda route: route.abort())
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def faults(page: Page, name: str) -> list[str]:
    """What axe finds on the page as it stands, in every look, and whether it is wider than its window."""
    axe, found = Axe(), []
    page.wait_for_load_state()  # a press returns as soon as the next page begins to arrive
    for width, height, colours, large in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.evaluate("large => document.documentElement.classList.toggle('large', large)", large)
        look = f"{name} {width} {colours}{' large' if large else ''}"
        for one in axe.run(page).response["violations"]:
            found += [f"{look}: {one['id']}: {node['html'][:120]}" for node in one["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{look}: wider than the window")
    return found


@pytest.mark.parametrize("half", [0, 1])
def test_axe_finds_nothing_and_nothing_is_too_wide(reader: Page, half: int) -> None:
    found = []
    for path in PAGES[half::2]:
        reader.goto(path)
        found += faults(reader, path)
    assert found == []


def test_nor_where_something_stands_open(reader: Page) -> None:
    reader.goto("/c/demo")
    reader.locator("#a3 .say").click()
    reader.locator(".in-place").wait_for()
    reader.locator(".notes summary").first.click()
    found = faults(reader, "form in place")
    reader.reload()
    reader.locator("[data-find]").click()
    reader.keyboard.type("路灯")
    reader.locator("mark").first.wait_for()
    assert found + faults(reader, "search in place") == []


def test_nor_on_the_answers_to_forms(form_filler: Page) -> None:
    page, found = form_filler, []
    page.goto("/c/demo/opinion?clause=a3")
    page.get_by_role("button", name="提交", exact=True).last.click()
    page.locator("#summary").wait_for()
    found += faults(page, "opinion with errors")
    page.locator("#text").fill("四十米太远，改成三十米吧。")
    page.locator("button[value=keep]").click()
    page.locator(".kept li").first.wait_for()
    found += faults(page, "opinion with a basket")
    page.locator("#text").fill("路灯应当用节能灯。")
    page.get_by_role("button", name="提交", exact=True).last.click()
    code = page.locator("#code").inner_text()
    found += faults(page, "sent")
    page.goto("/receipt")
    page.locator("#code").fill("ABCD")
    page.locator(".ask-code button").click()
    found += faults(page, "receipt not found")
    page.locator("#code").fill(code)
    page.locator(".ask-code button").click()
    page.locator(".fates").wait_for()
    found += faults(page, "receipt shown")
    page.get_by_role("button", name="撤回意见").click()
    found += faults(page, "withdraw, choosing")
    page.get_by_role("button", name="全部撤回").click()
    found += faults(page, "withdraw, sure")
    assert found == []


def test_large_type_helps_and_loses_nothing(filled: Site, visit: Callable[..., Page]) -> None:
    page = visit(viewport=NARROW)
    page.goto("/c/demo/opinion?clause=a3")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert page.evaluate(size) == 16
    page.locator("#text").fill("四十米太远，改成三十米吧。")
    page.locator(".size .to-large").click()
    assert page.evaluate(size) == pytest.approx(22.4) and page.locator("#text").input_value() == "四十米太远，改成三十米吧。"
    assert "标准字" in page.evaluate("document.activeElement.textContent"), "the focus tells what is so now"
    page.goto("/c/demo")
    assert page.evaluate(size) == pytest.approx(22.4)
    page.locator(".size .to-plain").click()
    assert page.evaluate(size) == 16
    page.goto("/help")
    assert page.evaluate(size) == 16


def test_large_type_without_javascript(filled: Site, visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    page.goto("/c/demo?src=poster")
    page.locator(".size .to-large").click()
    page.wait_for_url("**/c/demo?src=poster")
    assert page.evaluate(size) == pytest.approx(22.4)
    page.locator(".size .to-plain").click()
    assert page.evaluate(size) == 16
    page.goto("/receipt")
    page.locator("#code").fill("ABCD")
    page.locator(".ask-code button").click()
    page.get_by_role("checkbox", name="大字").check()
    assert page.evaluate(size) == pytest.approx(22.4) and page.locator("#code").input_value() == "ABCD"


def test_searching_in_place_by_keyboard(filled: Site, visit: Callable[..., Page]) -> None:
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/c/demo")
    before = page.locator(".text").inner_text()
    assert not [url for url in asked if "finding" in url], "loaded when somebody looks for something"
    page.locator("[data-find]").press("Enter")
    page.keyboard.type("村民 ＬＤ")
    page.get_by_text("没有找到").wait_for()
    page.locator("#finder").fill("村民")
    page.get_by_text("第 1 处，共 2 处").wait_for()
    assert page.locator("mark").all_inner_texts() == ["村民", "村民"]
    page.keyboard.press("Enter")
    page.get_by_text("第 2 处，共 2 处").wait_for()
    assert page.locator(".cl.here").get_attribute("id") == "a4"
    page.keyboard.press("Shift+Enter")
    page.get_by_text("第 1 处，共 2 处").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("mark").count() == 0 and page.locator(".text").inner_text() == before
    assert page.evaluate("document.activeElement.hasAttribute('data-find')")


def test_public_pages_set_no_cookie_and_ask_nobody_else(filled: Site, visit: Callable[..., Page]) -> None:
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/c/demo", "/c/demo/clauses/a2", "/c/demo/result", "/help", "/verify"):
        page.goto(path)
    assert page.context.cookies() == []
    assert [url for url in asked if not url.startswith(filled.url)] == []


def test_everything_is_reached_by_keyboard(filled: Site, visit: Callable[..., Page]) -> None:
    """From the top of the page with the Tab key alone to the first 提意见."""
    page = visit(javascript=True)
    page.goto("/c/demo")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.className + ' ' + document.activeElement.textContent")
        if "提意见" in focused:
            break
    else:
        pytest.fail("提意见 was not reached")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "the focus is seen"


def test_after_the_deadline_what_was_typed_is_still_there(filled: Site, visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    page.goto("/c/demo/opinion?clause=a3")
    page.locator("#text").fill("四十米太远，改成三十米吧。")
    filled.at(CLOSES + timedelta(days=3))
    page.get_by_role("button", name="提交", exact=True).last.click()
    page.wait_for_load_state()
    body = page.locator("main").inner_text() + page.locator("main").evaluate(
        "node => [...node.querySelectorAll('textarea')].map(one => one.value).join(' ')"
    )
    assert "截止" in body and "四十米太远，改成三十米吧。" in body
    with filled.app.app_context():
        assert received(find.by_slug("demo").id) == 0
        db.session.remove()
