"""Three units from letter to ledger, with a real mail server: colleagues and a sealed scan, 无意见, and one that is late."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from docx import Document
from flask import Flask
from playwright.sync_api import Page, expect

from consult.base import directory
from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.drafts import find as drafts
from consult.letters import find
from consult.summary import export, verify
from consult.wiring import jobs
from tests.base.test_mail import SENDER, Inbox
from tests.factories.people import NOW, OPERATOR, PASSWORD, email_of, make_project, make_user
from tests.factories.servers import free_port
from tests.journeys.conftest import Site
from tests.journeys.test_agency import join, point
from tests.letters.forms import WordHand

pytestmark = pytest.mark.browser
UNITS = {"市财政局": "cz@example.cn", "市水利局": "sl@example.cn", "市教育局": "jy@example.cn"}
COLLEAGUES = {"李工": "间距宜为三十米。", "吴工": "请写明节电的办法。", "陈工": "经费由谁出要写明。", "赵工": "山区可以放宽。"}
SCAN = b"\x89PNG\r\n\x1a\n" + b"0" * 64
LATE = parse_local("2026-03-18T09:30")  # the letter was due at the end of the 17th
FORM = "征求意见反馈表.docx"


@dataclass
class Post:
    """The mail server and the worker of the installation."""

    site: Site
    inbox: Inbox

    def work(self) -> int:
        """What the worker does in a minute; how many mails arrived by it."""
        before = len(self.inbox.taken)
        jobs.schedule_often(self.site.app)
        while jobs.run_next(self.site.app):
            pass
        return len(self.inbox.taken) - before

    def link(self, address: str) -> str:
        """The way in that the newest mail to this address brought."""
        at = max(n for n, one in enumerate(self.inbox.recipients) if one == address)
        body = self.inbox.taken[at].get_body(("plain",))
        found = re.search(r"https?://\S+/agency/enter/[\w-]+", body.get_content() if body else "")
        assert found, "no link in the mail"
        return found[0]

    def enclosed(self, address: str, name: str) -> bytes:
        """A file that came with the first mail to this address."""
        mail = self.inbox.taken[self.inbox.recipients.index(address)]
        return next(one.get_content() for one in mail.iter_attachments() if one.get_filename() == name)


@pytest.fixture
def post(app: Flask, site: Site) -> Iterator[Post]:
    """A project, three units with addresses, and mail that goes out."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"], smtp_url=f"smtp://127.0.0.1:{controller.port}", mail_from=SENDER, public_url=site.url
    )
    with app.app_context():
        make_project(kind="rule", shorten_reason="赶在汛期以前施行，时间很紧。", shorten_approver="王县长")
        for name, address in UNITS.items():
            with transaction():
                directory.add_unit(OPERATOR, NOW, directory.Facts(name, email=address))
        db.session.remove()
    yield Post(site, inbox)
    controller.stop()


def staff(app: Flask, visit: Callable[..., Page], role: str) -> Page:
    """A person of the office, logged in."""
    with app.app_context():
        email = email_of(make_user(role))
        db.session.remove()
    page = visit()
    page.goto("/login")
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    return page


def ledger(page: Page) -> dict[str, str]:
    """The figures over the ledger."""
    page.goto("/office/c/demo/ledger")
    lines = [one.split("\n") for one in page.locator(".figures li").all_inner_texts()]
    return {re.sub(r"（.*", "", words[-1].strip()): words[0].strip() for words in lines}


def write_letter(office: Page) -> None:
    office.goto("/office/c/demo/letters/new")
    for name in UNITS:
        office.get_by_role("checkbox", name=name).check()
    office.locator("#letter_no").fill("河住建函〔2026〕3号")
    office.get_by_role("button", name="预览").click()
    expect(office.get_by_text("3 个单位")).to_be_visible()
    office.get_by_role("button", name="确认发函").click()
    expect(office.get_by_role("heading", level=1)).to_be_visible()


def enter(visit: Callable[..., Page], link: str) -> Page:
    """In by the link of the mail: looking at it twice uses nothing up."""
    page = visit()
    page.goto(link)
    page.goto(link)
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("heading", name="来函")).to_be_visible()
    return page


def sign_for(page: Page) -> None:
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_text("已签收。")).to_be_visible()


def head(page: Page) -> None:
    """Who answers for the reply."""
    for label, words in (("经办人", "王经办"), ("联系电话", "0816-1"), ("签发人", "赵局长"), ("复函文号", "财函〔2026〕7号")):
        page.get_by_label(label, exact=False).first.fill(words)


def send_off(page: Page) -> None:
    page.locator("button[name=do][value=check]").click()
    page.get_by_role("button", name="确认报送").click()
    expect(page.get_by_text("已报送。")).to_be_visible()


def answer_together(visit: Callable[..., Page], lead: Page, number: int) -> None:
    """Four colleagues write by a code, the lead takes all of it, signs for it and adds the sealed scan."""
    lead.goto(f"/agency/letters/{number}/inside")
    lead.get_by_role("button", name="生成加入码").click()
    code = lead.locator("p.join-code").inner_text()
    for name, words in COLLEAGUES.items():
        point(join(visit(), code, name), words)
    lead.goto(f"/agency/letters/{number}/inside")
    for name in COLLEAGUES:
        lead.get_by_role("checkbox", name=f"采用{name}对").check()
    lead.get_by_role("button", name="把勾选的抄进复函").click()
    lead.goto(f"/agency/letters/{number}")
    head(lead)
    lead.locator("input[name=seal_file]").set_input_files({"name": "复函.png", "mimeType": "image/png", "buffer": SCAN})
    send_off(lead)


def fill_form(data: bytes) -> bytes:
    """The form as somebody fills it in at a desk without this system."""
    hand = WordHand(data)
    row = next(n for n, one in enumerate(hand.table.rows) if one.cells[1].text == "第四条")
    hand.write(row, 3, "学校门口的路灯应当在当天修复。")
    hand.write(row, 4, "学生晚自习后要走这条路。")
    hand.tick("□无意见　☑有意见(见下表)")
    for label, words in (("经办人", "孙老师"), ("联系电话", "0816-2"), ("签发人", "钱局长"), ("复函文号", "教函〔2026〕9号")):
        hand.fact(label, words)
    return hand.data()


def answer_by_form(page: Page, number: int, form: bytes) -> None:
    page.goto(f"/agency/letters/{number}/form")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.locator("input[name=form_file]").set_input_files({"name": "反馈表.docx", "mimeType": kind, "buffer": form})
    page.get_by_role("button", name="读取并核对").click()
    expect(page.get_by_text("学校门口的路灯应当在当天修复。")).to_be_visible()
    page.get_by_role("button", name="确认读入").click()
    page.goto(f"/agency/letters/{number}")
    send_off(page)


def extend(office: Page, number: int) -> None:
    office.goto(f"/office/letters/{number}")
    office.get_by_text("延长复函期限", exact=True).click()
    form = office.locator("form[action$='/extend']")
    form.locator("input[type=date]").fill("2026-03-25")
    form.locator("textarea").fill("单位来电说正在会签。")
    form.get_by_role("button", name="延长").click()
    expect(office.get_by_text("单位来电说正在会签。").first).to_be_visible()


def dispute(reviewer: Page, leader: Page) -> None:
    """The first point of the first unit is not adopted, talked over, settled and confirmed by a second person."""
    reviewer.goto("/review/c/demo/opinions/1")
    reviewer.locator("#outcome-not_adopted").check(force=True)
    reviewer.locator("#reason").fill("三十米太密，用电太多，维持四十米。")
    reviewer.locator("button[name=go][value=stay]").click()
    reviewer.goto("/review/c/demo/disputes/1")
    reviewer.get_by_text("记一次协调", exact=True).click()
    meeting = reviewer.locator("form[action$='/meetings']")
    meeting.locator("[name=held_on]").fill("2026-03-18")
    meeting.locator("[name=units]").fill("市财政局")
    meeting.locator("textarea").fill("面商一次，财政局同意维持四十米。")
    meeting.get_by_role("button", name="记下").click()
    result = reviewer.locator("form[action$='/result']")
    result.locator("[name=outcome][value=agreed]").check(force=True)
    result.locator("textarea").fill("协商一致，维持四十米的间距不变。")
    result.get_by_role("button", name="保存处理结果").click()
    leader.goto("/review/c/demo/disputes/1")
    leader.get_by_role("button", name="确认处理结果").click()
    expect(leader.get_by_role("button", name="确认处理结果")).to_have_count(0)


def printed(app: Flask, now: datetime, path: Path) -> str:
    """主要争议处理表 as a Word file, read by another library."""
    with app.app_context():
        export.export("disputes", "docx", drafts.by_slug("demo"), now, path)
        db.session.remove()
    return "\n".join(cell.text for row in Document(str(path)).tables[0].rows for cell in row.cells)


def numbers_of(app: Flask) -> dict[str, int]:
    with app.app_context():
        found = {row.unit_name: row.solicitation_id for row in find.ledger(1, NOW)}
        db.session.remove()
    return found


def test_three_units_answer(post: Post, app: Flask, visit: Callable[..., Page], tmp_path: Path) -> None:
    site, office = post.site, staff(app, visit, "office")
    write_letter(office)
    assert post.work() == 3 and set(post.inbox.recipients) == set(UNITS.values())
    number = numbers_of(app)
    assert ledger(office) == {"应复": "3", "已复": "0", "意见": "0", "逾期未复": "0", "迟复": "0"} | rate(office)

    lead = enter(visit, post.link("cz@example.cn"))
    sign_for(lead)
    answer_together(visit, lead, number["市财政局"])
    assert (ledger(office)["已复"], ledger(office)["意见"]) == ("1", "4")

    second = enter(visit, post.link("sl@example.cn"))
    sign_for(second)
    second.locator("#answer-no_objection").check(force=True)
    head(second)
    send_off(second)
    assert (ledger(office)["已复"], ledger(office)["意见"], ledger(office)["逾期未复"]) == ("2", "4", "0")

    site.at(LATE)
    assert ledger(staff(app, visit, "office"))["逾期未复"] == "1"
    before = len(post.inbox.taken)
    assert post.work() == 1 and post.inbox.recipients[before:] == ["jy@example.cn"], "only who has not answered"
    assert post.work() == 0, "never twice"
    office = staff(app, visit, "office")
    extend(office, number["市教育局"])
    assert post.work() == 1 and ledger(office)["逾期未复"] == "0"

    third = enter(visit, post.link("jy@example.cn"))
    sign_for(third)
    answer_by_form(third, number["市教育局"], fill_form(post.enclosed("jy@example.cn", FORM)))
    figures = ledger(office)
    assert (figures["应复"], figures["已复"], figures["意见"], figures["迟复"]) == ("3", "3", "5", "0")

    dispute(staff(app, visit, "reviewer"), staff(app, visit, "approver"))
    table = printed(app, LATE, tmp_path / "争议.docx")
    assert "市财政局" in table and "面商一次" in table and "协商一致，维持四十米的间距不变。" in table
    with app.app_context():
        assert list(verify.faults(db.session())) == []


def rate(office: Page) -> dict[str, str]:
    """The rate stands there only once something is due or answered."""
    shown = office.locator(".figures li", has_text="按时率")
    return {"按时率": shown.locator("b").inner_text()} if shown.count() else {}
