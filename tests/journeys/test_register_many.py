"""Letters, a table and mails entered at once in a real browser without JavaScript: looked at, changed, entered, printed."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from consult.base.clock import parse_local
from consult.base.db import db
from consult.intake import attachments
from consult.intake.models import Comment, Submission
from tests.factories.incoming import document, mail, workbook
from tests.factories.people import CLOSES, email_of, make_project, make_user
from tests.journeys.conftest import NARROW, Site
from tests.journeys.test_pages import faults
from tests.journeys.test_units import log_in as type_in

LETTER = """县住建局：
您好！我看了《办法》，提几点意见：
第三条间距太大，建议将第三条中的“四十米”修改为“三十米”；第四条建议删除。
另外希望加强宣传。
此致敬礼
姓名：李四
"""
ROWS = [
    [1, "第三条", "间距太大", "改为三十米", "孩子上学要走夜路", "朱小明", "个人", "13912345678", date(2026, 3, 6), "来信", "建议修改", "A1"],
    [2, "第五条", "同意", "", "", "朱小明", "个人", "", "", "", "支持", "A1"],
    [3, "第三条", "第五条应当写明施行的日期", "", "", "河湾县水利局", "机关单位", "", date(2026, 4, 5), "", "", ""],
    [4, "第九十条", "应当写明经费从哪里来", "", "", "", "", "", date(2026, 3, 7), "12345热线", "", ""],
]  # fmt: skip


@pytest.fixture
def clerk(site: Site) -> str:
    """The address of somebody of the office, after the deadline."""
    with site.app.app_context():
        make_project()
        email = email_of(make_user("office"))
        db.session.remove()
    site.at(CLOSES.replace(day=6))
    return email


@pytest.fixture
def office(clerk: str, visit: Callable[..., Page]) -> Page:
    """The clerk's browser without JavaScript."""
    return log_in(visit(javascript=False), clerk)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A table and a mail with an attachment."""
    one = mail("第三条太宽了，请改成三十米。\n", at=parse_local("2026-03-20T08:00"), files=[("建议书.docx", document(["见正文"]))])
    (tmp_path / "意见表.xlsx").write_bytes(workbook(ROWS))
    (tmp_path / "来信.eml").write_bytes(one.as_bytes())
    return [str(tmp_path / "意见表.xlsx"), str(tmp_path / "来信.eml")]


def log_in(page: Page, email: str) -> Page:
    type_in(page, email)
    return page


def test_many_are_looked_at_entered_and_printed(office: Page, site: Site, files: list[str], tmp_path: Path) -> None:
    page = office
    page.goto("/office/c/demo/register")
    page.get_by_role("link", name="批量登记").click()
    page.get_by_label("文件").set_input_files(files)
    page.get_by_label("或者把文字粘贴在这里").fill(LETTER)
    page.get_by_role("button", name="下一步：逐条核对").click()
    expect(page.get_by_role("heading", name="核对批量登记")).to_be_visible()
    with site.app.app_context():
        assert db.session.query(Submission).count() == 0
    expect(page.get_by_text("写的是第三条，文字里说的是第五条")).to_be_visible()
    expect(page.get_by_text("草案里没有“第九十条”，按全文")).to_be_visible()
    expect(page.get_by_text("逾期收到", exact=True)).to_have_count(1 + 1)  # the late row, and the pasted letter of today
    page.set_viewport_size(NARROW)
    group = page.locator("fieldset", has_text="应当写明经费")
    group.get_by_label("条款").select_option(label="第四条")
    group.get_by_label("提出人同意公开原文").check()
    page.locator("fieldset", has_text="文字里说的是第五条").locator(".take input").uncheck()
    page.get_by_role("button", name="确认登记勾选的意见").click()
    expect(page.get_by_role("heading", name="已经登记 4 份")).to_be_visible()
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", page.locator("main").inner_text())
    assert len(set(codes)) == 4
    page.pdf(path=str(tmp_path / "receipts.pdf"), prefer_css_page_size=True)
    paper = pypdfium2.PdfDocument(tmp_path / "receipts.pdf")
    sizes = {tuple(round(side / 72 * 25.4) for side in sheet.get_size()) for sheet in paper}
    assert (len(paper), sizes) == (4, {(148, 210)})
    assert codes[0] in paper[0].get_textpage().get_text_range()
    assert "退出" not in paper[0].get_textpage().get_text_range()
    page.goto("/receipt")
    page.locator("#code").fill(codes[0])
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("孩子上学要走夜路")).to_be_visible()
    with site.app.app_context():
        stored = {one.text: one for one in db.session.query(Comment)}
        assert stored["应当写明经费从哪里来"].clause_id is not None
        assert "第五条应当写明施行的日期" not in stored
        agreed = {one.id for one in db.session.query(Submission) if one.may_publish}
        assert agreed == {stored["应当写明经费从哪里来"].submission_id}
        held = attachments.of([one.id for one in db.session.query(Submission)])
        assert [one.name for files in held.values() for one in files] == ["建议书.docx"]


def test_the_same_preview_is_entered_once(office: Page, site: Site) -> None:
    page = office
    page.goto("/office/c/demo/register/many")
    page.get_by_label("或者把文字粘贴在这里").fill(LETTER)
    page.get_by_role("button", name="下一步：逐条核对").click()
    page.get_by_role("button", name="确认登记勾选的意见").click()
    expect(page.get_by_role("heading", name="已经登记")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="确认登记勾选的意见").click()
    expect(page.get_by_text("请再看一遍").or_(page.get_by_text("已经登记过了"))).to_be_visible()
    with site.app.app_context():
        assert db.session.query(Submission).count() == 1


def test_a_scan_survives_a_refused_form(office: Page, site: Site, tmp_path: Path) -> None:
    scan = tmp_path / "来信扫描.pdf"
    scan.write_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    page = office
    page.goto("/office/c/demo/register")
    page.get_by_label("扫描件或者附件").set_input_files(str(scan))
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("来信扫描.pdf").first).to_be_visible()
    page.get_by_label("意见内容").fill("灯太少")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("附件 1 个")).to_be_visible()
    with site.app.app_context():
        number = db.session.query(Submission).one().id
        assert [one.name for one in attachments.of([number])[number]] == ["来信扫描.pdf"]


def test_axe_finds_nothing(site: Site, clerk: str, visit: Callable[..., Page], files: list[str], tmp_path: Path) -> None:
    page, found = log_in(visit(bypass_csp=True), clerk), []
    page.goto("/office/c/demo/register")
    found += faults(page, "one")
    page.goto("/office/c/demo/register/many")
    page.get_by_text("表格怎么写").click()
    found += faults(page, "many")
    (tmp_path / "坏.xlsx").write_bytes(workbook([[1, "", "好", "", "", "", "", "", "昨天", "飞鸽"]]))
    page.locator("#files").set_input_files([*files, str(tmp_path / "坏.xlsx")])
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert")).to_contain_text("日期“昨天”没有读懂")
    found += faults(page, "troubles")
    page.goto("/office/c/demo/register/many")
    page.locator("#files").set_input_files(files)
    page.locator("#pasted").fill(LETTER + "\n" + "很长。" * 300)
    page.get_by_role("button", name="下一步").click()
    found += faults(page, "check")
    page.get_by_role("button", name="确认登记").click()
    found += faults(page, "receipts")
    assert found == []
