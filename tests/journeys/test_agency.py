"""A unit answers in real browsers: the lead, two colleagues by a code, two people on one draft, the signatory."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.letters import find, reply
from tests.factories.people import NOW, PASSWORD, email_of, make_project, make_unit, make_user
from tests.journeys.conftest import NARROW, WIDE, Site, violations
from tests.letters.desk import write_to

LETTER = "/agency/letters/1"
SHORT = "示财函〔2026〕7号"


@pytest.fixture
def people(site: Site, keys: Keys) -> dict[str, str]:
    """A letter to a unit with two accounts; their addresses."""
    project, unit, office = make_project(), make_unit("市财政局"), make_user("office")
    (letter,) = write_to(office, project, unit)
    lead, second = make_user("agency", unit), make_user("agency", unit)
    with transaction():
        reply.acknowledge(lead, NOW, letter)
    found = {"lead": email_of(lead), "second": email_of(second)}
    db.session.remove()
    return found


def log_in(page: Page, email: str) -> Page:
    page.goto("/login")
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto(LETTER)
    return page


def code_of(lead: Page) -> str:
    lead.goto(LETTER + "/inside")
    lead.get_by_role("button", name="生成加入码").click()
    return lead.locator("p.join-code").inner_text()


def join(page: Page, code: str, name: str, *, by_address: bool = False) -> Page:
    page.goto(f"/agency/join#{code}" if by_address else "/agency/join")
    if by_address:
        expect(page.get_by_label("加入码")).to_have_value(code)
    else:
        page.get_by_label("加入码").fill(code)
    page.get_by_label("姓名").fill(name)
    page.get_by_label("科室").fill("法规科")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("heading", name="写一条意见")).to_be_visible()
    return page


def point(page: Page, words: str) -> None:
    page.get_by_label("条款").select_option("a3")
    page.get_by_label("意见内容").fill(words)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text(words)).to_be_visible()


def fits(page: Page) -> None:
    """No part of the page makes it scroll sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def sound(browser: Browser, page: Page) -> None:
    """axe finds nothing, wide and narrow, and nothing scrolls sideways."""
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        fits(page)
        assert violations(browser, page.url, page.context.storage_state(), viewport=size) == []
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_lead_two_colleagues_and_signatory(
    visit: Callable[..., Page], browser: Browser, people: dict[str, str], site: Site, javascript: bool
) -> None:
    lead = log_in(visit(javascript, bypass_csp=javascript), people["lead"])
    code = code_of(lead)
    if javascript:  # what is shown once is no page that could be opened again
        assert Axe().run(lead).response["violations"] == []
        fits(lead)
    li = join(visit(javascript), code, "李工", by_address=javascript)
    wu = join(visit(javascript, viewport=NARROW), code.lower(), "吴工")
    point(li, "间距宜为三十米。")
    point(wu, "请写明节电的办法。")
    expect(li.get_by_text("请写明节电的办法。")).to_have_count(0)
    fits(wu)
    if javascript:
        sound(browser, li)
    lead.goto(LETTER + "/inside")
    for name in ("李工", "吴工"):
        lead.get_by_role("checkbox", name=f"采用{name}对").check()
    if javascript:
        sound(browser, lead)
    lead.get_by_role("button", name="把勾选的抄进复函").click()
    expect(lead.get_by_text("已抄进复函").first).to_be_visible()
    lead.get_by_role("link", name="去改复函").click()
    lead.locator("button[name=up-1]").click()
    expect(lead.get_by_label("意见内容").first).to_have_value("请写明节电的办法。")
    lead.get_by_label("意见内容").first.fill("请写明节电的具体办法。")
    for label, words in (("经办人", "王经办"), ("联系电话", "0816-1"), ("签发人", "赵局长"), ("复函文号", SHORT)):
        lead.get_by_label(label, exact=False).fill(words)
    lead.get_by_role("button", name="保存草稿").last.click()
    expect(lead.get_by_text("已改写")).to_be_visible()
    if javascript:
        sound(browser, lead)
    lead.goto(LETTER + "/inside")
    lead.get_by_role("button", name="生成签发链接").click()
    link = "/agency/enter/" + lead.get_by_label("发给对方的文字").input_value().split("/agency/enter/")[1].split(" ")[0]
    boss = visit(javascript, viewport=NARROW)
    boss.goto(link)
    boss.get_by_label("您的姓名").fill("赵局长")
    boss.get_by_role("button", name="进入").click()
    expect(boss.get_by_text("请写明节电的具体办法。")).to_be_visible()
    if javascript:
        sound(browser, boss)
    boss.get_by_role("button", name="同意签发").last.click()
    expect(boss.get_by_role("status").get_by_text("已签发。")).to_be_visible()
    lead.goto(LETTER + "/confirm")
    expect(lead.get_by_text("还没有上传加盖公章")).to_have_count(0)
    lead.get_by_role("button", name="确认报送").click()
    expect(lead.get_by_text("已报送。")).to_be_visible()
    li.goto("/agency/points")
    expect(li.get_by_text("已写进复函")).to_be_visible()
    with site.app.app_context():
        opinion = find.current_reply(1)
        assert opinion is not None and opinion.signed_by.startswith("guest:")
        assert [one["text"] for one in opinion.items] == ["请写明节电的具体办法。", "间距宜为三十米。"]


def saved(page: Page, words: str = "已自动保存") -> None:
    expect(page.locator("[data-saved]")).to_contain_text(words, timeout=30_000)  # a quiet save waits for quiet


def test_two_browsers_on_one_reply(
    visit: Callable[..., Page], browser: Browser, people: dict[str, str], site: Site
) -> None:
    lead = log_in(visit(), people["lead"])
    lead.get_by_label("有意见").check(force=True)
    lead.get_by_label("意见内容").fill("第一条意见。")
    saved(lead)
    second = log_in(visit(), people["second"])
    expect(second.get_by_label("意见内容")).to_have_value("第一条意见。")
    second.get_by_label("经办人").fill("张同事")
    second.get_by_label("修改建议").fill("同事的修改建议。")
    saved(second)
    lead.get_by_label("理由依据").fill("我的理由。")
    saved(lead, "同事也在写")
    lead.reload()
    expect(lead.get_by_label("修改建议")).to_have_value("同事的修改建议。")
    expect(lead.get_by_label("理由依据")).to_have_value("我的理由。")
    expect(lead.get_by_label("经办人")).to_have_value("张同事")
    second.get_by_label("意见内容").fill("同事改的第一条。")
    saved(second, "同事也在写")
    lead.get_by_label("意见内容").fill("我改的第一条。")
    saved(lead, "并排列出来")
    lead.get_by_role("button", name="保存草稿").last.click()
    expect(lead.get_by_text("同事改的第一条。").last).to_be_visible()
    expect(lead.get_by_label("意见内容")).to_have_value("我改的第一条。")
    assert violations(browser, lead.url, lead.context.storage_state()) == []
    lead.get_by_label("用同事的").check()
    lead.get_by_role("button", name="保存草稿").last.click()
    expect(lead.get_by_label("意见内容")).to_have_value("同事改的第一条。")
    with site.app.app_context():
        opinion = find.current_reply(1)
        assert opinion is not None
        (item,) = opinion.items
        assert (item["text"], item["reason"], opinion.handler) == ("同事改的第一条。", "我的理由。", "张同事")
