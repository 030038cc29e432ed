"""What the office says alongside, in a real browser: the poster is one sheet, every page of it is for everybody."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from pypdfium2 import PdfDocument

from consult.base.db import db, transaction
from consult.base.text import plain
from consult.drafts import bulletins, find, notes
from tests.factories.people import NOW, OPERATOR, PASSWORD, make_project, make_user
from tests.journeys.conftest import NARROW, WIDE, Site, violations

pytestmark = pytest.mark.browser

LONG = "关于进一步推进全县农村公共照明设施规划建设和长效管护"
LOOKS = [{"viewport": WIDE}, {"viewport": NARROW}, {"viewport": WIDE, "color_scheme": "dark"}]
LARGE = {"name": "display", "value": "large", "domain": "127.0.0.1", "path": "/"}
OFFICE = ["?channel=radio", "/notes?clause=a3", "/bulletins", "/bulletins/1/withdraw"]


@pytest.fixture
def told(app: Flask, site: Site) -> Site:
    """A project with notes of every kind, a bulletin that stands and one that was taken back."""
    with app.app_context():
        make_project(plain_summary="路灯装多密、坏了谁修，都在这个办法里。")
        make_user("office", email="office@example.cn")
        with transaction():
            one = find.by_slug("demo")
            for kind, title, text, url in (
                ("design_note", "", "四十米是测出来的。", ""),
                ("interpretation", "", "", "https://hewan.example.cn/jiedu"),
                ("question", "谁来修？", "村民委员会。", ""),
            ):
                notes.note_clause(OPERATOR, NOW, one, clause_key="a3", kind=kind, title=title, text=text, url=url)
        for title in ("第一次", "第二次"):
            with transaction():
                bulletins.post_bulletin(OPERATOR, NOW, find.by_slug("demo"), title, "收到三条。")
        with transaction():
            row = bulletins.bulletin(find.by_slug("demo"), 2)
            bulletins.withdraw_bulletin(OPERATOR, NOW, row, "数字有误，核对以后重新发布。")
        db.session.remove()
    return site


def log_in(page: Page) -> None:
    page.goto("/login")
    page.locator("[name=email]").fill("office@example.cn")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator("nav.places").wait_for()


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "narrow", "dark"])
def test_axe_finds_nothing_on_what_is_said_alongside(told: Site, browser: Browser, visit: Callable, look: dict) -> None:
    for path in ("/c/demo/poster", "/c/demo", "/c/demo/clauses/a3"):
        assert violations(browser, told.url + path, **look) == [], path
    large = {"cookies": [LARGE | {"expires": -1, "httpOnly": False, "secure": False, "sameSite": "Lax"}], "origins": []}
    assert violations(browser, f"{told.url}/c/demo/poster", states=large, **look) == []
    page = visit()
    log_in(page)
    kept = page.context.storage_state()
    for path in OFFICE:
        assert violations(browser, f"{told.url}/office/c/demo/public{path}", states=kept, **look) == [], path


def test_no_page_alongside_is_wider_than_a_small_phone(told: Site, visit: Callable[..., Page]) -> None:
    page = visit(viewport={"width": 320, "height": 600})
    log_in(page)
    for path in ("/c/demo/poster", *(f"/office/c/demo/public{tail}" for tail in OFFICE)):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


# title, plain words, lines of contact: the shortest, ordinary ones, and everything as long as it may be
SHEETS = [(9, 0, 1), (16, 60, 1), (34, 160, 3), (140, 300, 5), (300, 400, 9)]


@pytest.mark.parametrize(("title", "words", "lines"), SHEETS)
def test_the_poster_is_one_sheet_and_nothing_is_cut_off(
    app: Flask, site: Site, visit: Callable[..., Page], title: int, words: int, lines: int
) -> None:
    slug = "demo" if title < 300 else "x" * 64
    with app.app_context():
        make_project(slug, title=(LONG * 12)[:title], plain_summary=("路灯的事情，请您说一说。" * 40)[:words])
        with transaction():
            find.by_slug(slug).contact = "\n".join(["联系人：周工，电话 0000-1234567，地址河湾县人民路一号"] * lines)
        db.session.remove()
    page = visit()
    for facts in ({}, {"prefer_css_page_size": True, "print_background": True}):
        page.goto(f"/c/{slug}/poster")
        printed = PdfDocument(page.pdf(**facts))
        text = plain(printed[0].get_textpage().get_text_range())
        pages = len(printed)
        printed.close()
        assert pages == 1 and "手机扫一扫" in text and "河湾县住房和城乡建设局" in text
        page.context.add_cookies([LARGE])  # large type is for the screen: the second round prints the same sheet
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1122})
    hidden = "node => node.scrollHeight - node.clientHeight"
    assert page.locator(".poster").evaluate(hidden) <= 0
    if words:
        assert page.locator(".about").evaluate(hidden) <= 1
    bottom = page.locator(".poster footer").evaluate("node => node.getBoundingClientRect().bottom")
    assert bottom <= 1122 and not page.locator("[data-print]").is_visible()


def test_printing_is_offered_only_where_it_can_be_done(told: Site, visit: Callable[..., Page]) -> None:
    page = visit(javascript=True)
    page.add_init_script("window.print = () => { document.title = '打印了'; };")
    page.goto("/c/demo/poster")
    page.get_by_role("button", name="打印这张海报").click()
    assert page.title() == "打印了"
    bare = visit(javascript=False)
    bare.goto("/c/demo/poster")
    assert not bare.locator("[data-print]").is_visible()


def test_a_note_opens_with_the_keyboard_and_without_javascript(told: Site, visit: Callable[..., Page]) -> None:
    page = visit(javascript=False)
    page.goto("/c/demo")
    closed = page.get_by_text("四十米是测出来的。")
    assert not closed.is_visible()
    page.locator("#a3 details.notes summary").focus()
    page.keyboard.press("Enter")
    assert closed.is_visible() and page.get_by_text("村民委员会。").first.is_visible()
    assert page.get_by_role("link", name="看解读（hewan.example.cn）").is_visible()
