"""A bad import mended in a real Chromium with the keyboard alone, and the page under axe at two widths."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from consult.base.db import db
from consult.drafts import find
from tests.factories.people import PASSWORD, email_of, make_user
from tests.journeys.conftest import NARROW, WIDE, Site, violations

pytestmark = pytest.mark.browser

# numbered in a way that no splitter reads, with a stamp in the middle, a broken sentence and a second document
BAD = """河湾县水井管理办法
甲、为了保护水井，制定本办法。
乙、水井由村民委员会管理：
（一）每年淘井一次；
（二）井盖丢失的，当天补上。丙、打水不收钱。
村务监督小组每季度检查一次。
丁、损坏井台的，照价赔偿。
河湾县水务站内部校对专用
戊、本办法自
公布之日起施行。
水井登记说明
甲、登记写明井深。
乙、登记每年核对。
"""
RIGHT = [
    (("甲、",), "为了保护水井，制定本办法。"),
    (("乙、",), "水井由村民委员会管理："),
    (("乙、", "（一）"), "每年淘井一次；"),
    (("乙、", "（二）"), "井盖丢失的，当天补上。"),
    (("丙、",), "打水不收钱。"),
    (("丁、",), "损坏井台的，照价赔偿。"),
    (("戊、",), "本办法自公布之日起施行。"),
    (("甲、",), "登记写明井深。"),
    (("乙、",), "登记每年核对。"),
]


@pytest.fixture
def desk(app: Flask, visit: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    """Somebody of the office before the bad import."""
    email = email_of(make_user("office"))
    db.session.remove()
    page = visit(**getattr(request, "param", {}))
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto("/office/new")
    page.fill("#pasted", BAD)
    page.get_by_role("button", name="下一步：核对条款").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("新建项目：第二步，核对条款")
    return page


def to_row(page: Page, words: str) -> None:
    """Walk to the row that begins with these words, with j and k."""
    rows = [text.strip() for text in page.locator(".mend-row [data-text]").all_inner_texts()]
    labels = page.locator(".mend-row").evaluate_all("all => all.map(one => one.querySelector('.mend-text b')?.textContent ?? '')")
    (wanted,) = [i for i, (label, text) in enumerate(zip(labels, rows, strict=True)) if (label + text).startswith(words)][-1:]
    now = int(page.evaluate("document.activeElement.dataset.at ?? -1"))
    assert now >= 0, "the focus is in the list"
    for _ in range(abs(wanted - now)):
        page.keyboard.press("j" if wanted > now else "k")
    expect(page.locator(f"#p{wanted}")).to_be_focused()


def make_clause(page: Page, words: str) -> None:
    """c, and Enter on the label that the page proposes."""
    to_row(page, words)
    page.keyboard.press("c")
    expect(page.get_by_label("编号（照这一段")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("已经改为条款")
    expect(page.locator(".mend-row:focus b")).to_be_visible()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_bad_import_is_mended_with_the_keyboard_only(desk: Page, app: Flask) -> None:
    said = desk.locator("#mend-said")
    for _ in range(40):  # the list is reached with Tab alone
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.matches('.mend-row')"):
            break
    make_clause(desk, "甲、为了")
    make_clause(desk, "乙、水井")
    to_row(desk, "（一）")
    desk.keyboard.press("}")
    expect(said).to_contain_text("和后面同级的降了一级")
    to_row(desk, "（二）")
    desk.keyboard.press("s")
    expect(desk.locator("#caret")).to_be_focused()
    for _ in "井盖丢失的，当天补上。":
        desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Enter")
    expect(said).to_contain_text("已经拆成两段")
    make_clause(desk, "丙、打水")
    make_clause(desk, "丁、")
    to_row(desk, "河湾县水务站")
    desk.keyboard.press("f")
    expect(said).to_contain_text("已经改为页眉页脚")
    make_clause(desk, "戊、")
    to_row(desk, "公布之日")
    desk.keyboard.press("m")
    expect(said).to_contain_text("已经并入上一段")
    to_row(desk, "水井登记")
    desk.keyboard.press("h")  # a mistake
    expect(said).to_contain_text("已经改为标题")
    desk.keyboard.press("u")
    expect(said).to_contain_text("已经撤销")
    desk.keyboard.press("n")
    expect(said).to_contain_text("起是另一份文件")
    make_clause(desk, "甲、登记")
    make_clause(desk, "乙、登记")
    desk.reload()
    expect(desk.locator(".mend-tools")).to_contain_text("改了 12 处")
    save(desk)
    assert clauses() == RIGHT
    db.session.remove()


def save(page: Page) -> None:
    """The third page, by keyboard as well."""
    page.get_by_role("link", name="下一步：填写项目信息").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("新建项目：第三步，填写项目信息")
    page.locator("#slug").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("wells")
    page.locator("#closes_at").fill("2026-05-01")
    page.locator("#slug").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".project-title")).to_have_text("河湾县水井管理办法")


def clauses() -> list[tuple[tuple[str, ...], str]]:
    version = find.current_version(find.by_slug("wells"))
    return [(tuple(one.path), one.text) for one in find.clauses(version.id) if one.kind == "clause"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_keys_mean_nothing_outside_the_list_and_the_split_text_stays(desk: Page) -> None:
    desk.get_by_role("link", name="换一个文件").focus()
    for key in "mnfu":
        desk.keyboard.press(key)
    expect(desk.locator(".mend-tools")).to_contain_text("改了 0 处")
    desk.locator("#p1").focus()
    desk.keyboard.press("?")
    expect(desk.get_by_text("移动光标，按回车")).to_be_visible()
    desk.keyboard.press("s")
    desk.locator("#caret").press_sequentially("改字")
    expect(desk.locator("#caret")).to_have_value("甲、为了保护水井，制定本办法。")
    desk.keyboard.press("Escape")
    expect(desk.locator("#p1")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#p1 .mend-acts")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#p1")).to_be_focused()
    desk.keyboard.press("]")
    expect(desk.locator("#mend-said")).to_contain_text("最里面")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("desk", [{"javascript": False}], indirect=True)
def test_without_javascript_a_press_comes_back_to_its_row(desk: Page) -> None:
    desk.locator("#p7 summary").click()
    desk.locator("#p7").get_by_role("button", name="页眉页脚").click()
    expect(desk.locator("#p7 .kind")).to_have_text("页眉页脚")
    expect(desk.locator("#p7")).to_be_focused()
    expect(desk.locator("#mend-said")).to_contain_text("已经改为页眉页脚")
    desk.locator("#p4").get_by_text("修改").click()
    desk.locator("#p4").get_by_role("button", name="拆开…").click()
    desk.locator("#p4").get_by_role("button", name="丙、打水不收钱。").click()
    expect(desk.locator("#p5 [data-text]")).to_have_text("丙、打水不收钱。")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", [{"viewport": WIDE}, {"viewport": NARROW}, {"viewport": WIDE, "color_scheme": "dark"}],
                         ids=["wide", "narrow", "dark"])  # fmt: skip
def test_axe_finds_nothing(desk: Page, site: Site, browser: Browser, look: dict[str, object]) -> None:
    desk.locator("#p4").focus()
    desk.keyboard.press("s")
    expect(desk.locator("#caret")).to_be_focused()
    address = desk.url.split("#")[0]
    states = desk.context.storage_state()
    assert violations(browser, address, states, **look) == []
    assert violations(browser, f"{address}&row=4&panel=split", states, **look) == []
    assert violations(browser, f"{address}&row=4", states, **look) == []
    assert violations(browser, f"{site.url}/office", states, **look) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("desk", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_a_small_phone_needs_no_sideways_scrolling(desk: Page) -> None:
    desk.locator("#p4 summary").click()
    assert desk.evaluate("document.documentElement.scrollWidth") <= 320
