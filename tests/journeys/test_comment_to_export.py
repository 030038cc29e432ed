"""The main job in a real Chromium without JavaScript: from a draft file to the exported table, before the deadline."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from consult.base.clock import parse_local
from consult.base.db import db
from consult.drafts import find
from consult.drafts.split import read_and_split
from tests.factories.people import PASSWORD, email_of, make_unit, make_user
from tests.journeys.conftest import Site, answer_question, seeds

pytestmark = pytest.mark.browser

HEADINGS = ["序号", "章条编号", "原文内容", "意见内容", "修改建议", "提出单位(人)", "处理意见", "理由", "备注"]
GIVEN = {
    "12": ("第二部分第(五)项第12点", "公开征求意见应当写明最短期限。", "不少于三十日"),
    "5": ("第二部分第(三)项第5点", "=领导干部学法也要让群众看得到", ""),
}
WHOLE = "整体上支持，希望说清楚由谁监督。"
POINT = "建议将“法治宣传教育”与我局职责衔接。"
REASON = "意见合理，已在修改稿中写明期限。"
NO_REASON = "现有考核办法已经作了具体规定，不再重复。"


def seed(folder: Path, kind: str) -> Path:
    """Seed 000 as it is, or as a docx made from it."""
    source = seeds() / "000_06f4fe8ffae5a9f8.txt"
    if kind == "txt":
        return source
    document = docx.Document()
    for line in source.read_text(encoding="utf-8-sig").split("\n"):
        document.add_paragraph(line)
    path = folder / "绵阳公众参与稿.docx"
    document.save(str(path))
    return path


def log_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("邮箱").fill(email)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def fill_moment(page: Page, name: str, day: str, hour: str) -> None:
    page.locator(f"#{name}").fill(day)
    page.locator(f"#{name}-hour").fill(hour)


def load_draft(page: Page, path: Path) -> None:
    """The office imports the draft; the notice's facts are read from it."""
    page.goto("/office/new")
    page.locator("input[type=file]").set_input_files(path)
    press(page, "下一步：核对条款")
    expect(page.locator("body")).to_contain_text("33 个条款")
    page.get_by_role("link", name="下一步：填写项目信息").click()
    assert page.locator("#closes_at").input_value() == "2017-10-27"
    assert page.locator("#closes_at-hour").input_value() == "17:00"
    assert (
        "2373963" in page.locator("#contact").input_value() and "13628115266" in page.locator("#contact").input_value()
    )
    page.locator("#kind").select_option("major_decision")
    page.locator("#slug").fill("mianyang")
    page.locator("#drafting_unit").fill("绵阳市依法治市领导小组办公室")
    fill_moment(page, "opens_at", "2026-03-10", "10:00")
    fill_moment(page, "closes_at", "2026-03-28", "17:00")
    page.locator("#explanation").fill("落实普法责任制，现向社会征求意见。")
    page.locator("#shorten_reason").fill("")
    press(page, "保存项目")


def publish(office: Page, approver: Page) -> None:
    """Too short a period is refused until its reason is there; a second person clears it."""
    approver.goto("/office/c/mianyang/secrecy")
    approver.locator("input[type=checkbox]").check()
    press(approver, "审查通过，可以公开")
    office.goto("/office/c/mianyang/publish")
    expect(office.locator("body")).to_contain_text("还不能发布")
    office.goto("/office/c/mianyang/edit")
    office.locator("#shorten_reason").fill("上级要求三月底前上报，来不及等满三十日")
    office.locator("form button.button:has-text('保存')").first.click()
    approver.goto("/office/c/mianyang/secrecy")
    approver.locator("input[type=checkbox]").check()
    press(approver, "审查通过，可以公开")
    office.goto("/office/c/mianyang/publish")
    office.locator("input[type=checkbox]").check()
    press(office, "发布")
    expect(office.locator("body")).to_contain_text("正在征求意见")


def comment(page: Page, site: Site) -> str:
    """A citizen comments on two clauses and the whole, sends once, and gets the code."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("绵阳市")).first.click()
    expect(page.locator("body")).to_contain_text("来不及等满三十日")
    for label, (_, text, proposed) in GIVEN.items():
        page.goto("/c/mianyang")
        page.locator(f"#{key_of(site, label)} a.say").click()
        page.locator("#text").fill(text)
        page.locator("#edited").fill(proposed)
        page.get_by_role("button", name=re.compile("放进意见篮")).click()
    page.goto("/c/mianyang/opinion")
    expect(page.locator("#basket li")).to_have_count(2)
    page.locator("#text").fill(WHOLE)
    page.locator("label", has_text="支持").first.click()
    site.at(site.now + timedelta(seconds=30))
    answer_question(page)
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("提交成功")
    code = re.sub(r"\s", "", page.locator("#code").inner_text())
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)
    assert code not in page.url
    return code


def key_of(site: Site, label: str) -> str:
    with site.app.app_context():
        project = find.by_slug("mianyang")
        rows = find.clauses(find.current_version(project).id)
        found = next(row.key for row in rows if row.label.rstrip(".") == label)
        db.session.remove()
    return found


def ask_and_answer(office: Page, agency: Page, unit_name: str, scan: Path) -> None:
    """The office writes to a unit, the unit answers with one point and a sealed scan."""
    office.goto("/office/c/mianyang/letters/new")
    office.get_by_label(unit_name).check()
    fill_moment(office, "due_at", "2026-03-20", "17:00")
    office.locator("#letter_no").fill("绵法治函〔2026〕3号")
    press(office, "发函")
    agency.goto("/agency")
    agency.get_by_role("link", name=re.compile("绵阳市")).first.click()
    press(agency, "签收")
    agency.locator("#answer-has_opinion").check()
    if not agency.locator("textarea[name$='-text']").count():
        press(agency, "再加一条意见")
        agency.locator("#answer-has_opinion").check()
    agency.locator("textarea[name$='-text']").first.fill(POINT)
    for name, value in (
        ("handler", "赵敏"),
        ("phone", "0816-2222222"),
        ("signatory", "钱立"),
        ("reply_no", "绵教函〔2026〕9号"),
    ):
        agency.locator(f"#{name}").fill(value)
    agency.locator("input[type=file]").set_input_files(scan)
    press(agency, "核对并报送")
    expect(agency.locator("h1")).to_contain_text("确认报送")
    press(agency, "确认报送")
    expect(agency.locator("body")).to_contain_text("已报送")


def decide(page: Page) -> None:
    """The reviewer opens everything and decides each with a reason."""
    for text, outcome, reason in (
        (GIVEN["12"][1], "adopted", REASON),
        (GIVEN["5"][1], "not_adopted", NO_REASON),
        (WHOLE, "already_covered", NO_REASON),
    ):
        page.goto("/review/c/mianyang")
        page.locator("li, article, tr").filter(has_text=text[:8]).get_by_role("link").first.click()
        page.locator(f"#outcome-{outcome}").check()
        page.locator("#reason").fill(reason)
        press(page, "决定")
        expect(page.locator("#history-title")).to_be_visible()


def download(page: Page, what: str) -> bytes:
    page.goto("/office/c/mianyang/export")
    with page.expect_download() as waiting:
        page.locator(f"button[value='{what}']").click()
    return Path(waiting.value.path()).read_bytes()


def rows_of(data: bytes, kind: str) -> list[list[str]]:
    """The table from its heading row on, read with another library."""
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    elif kind == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        rows = [[cell.removeprefix("'") for cell in row] for row in rows]
    else:
        rows = [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(data)).tables[-1].rows]
    start = next(index for index, row in enumerate(rows) if row[: len(HEADINGS)] == HEADINGS)
    return [row[: len(HEADINGS)] for row in rows[start + 1 :] if row and row[0].strip().isdigit()]


def check_table(data: bytes, kind: str) -> None:
    """Every opinion in the row of its clause, decisions and reasons as given."""
    rows = rows_of(data, kind)
    assert len(rows) == 4
    by_text = {row[3]: row for row in rows}
    for citation, text, proposed in GIVEN.values():
        assert by_text[text][1] == citation and by_text[text][4] == proposed, by_text[text]
    assert by_text[GIVEN["12"][1]][2].startswith("12. 健全完善立法听证")
    assert (by_text[GIVEN["12"][1]][6], by_text[GIVEN["12"][1]][7]) == ("采纳", REASON)
    assert (by_text[GIVEN["5"][1]][6], by_text[GIVEN["5"][1]][7]) == ("不采纳", NO_REASON)
    assert by_text[WHOLE][1] == "全文"
    assert by_text[POINT][5] == "绵阳市教育和体育局" and by_text[POINT][6] == ""


@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_from_a_draft_file_to_the_exported_table(
    with_captcha: Flask, site: Site, visit: Callable[..., Page], tmp_path: Path, kind: str
) -> None:
    with site.app.app_context():
        unit = make_unit("绵阳市教育和体育局")
        emails = {
            role: email_of(make_user(role, unit if role == "agency" else None))
            for role in ("office", "approver", "reviewer", "agency")
        }
        db.session.remove()
    pages = {role: visit(javascript=False, accept_downloads=True) for role in emails}
    for role, page in pages.items():
        log_in(page, emails[role])
    scan = tmp_path / "盖章件.pdf"
    scan.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    load_draft(pages["office"], seed(tmp_path, kind))
    publish(pages["office"], pages["approver"])
    citizen = visit(javascript=False)
    code = comment(citizen, site)
    ask_and_answer(pages["office"], pages["agency"], "绵阳市教育和体育局", scan)
    decide(pages["reviewer"])
    assert site.now < parse_local("2026-03-28T17:00")
    for form in ("xlsx", "docx", "csv"):
        check_table(download(pages["office"], f"summary.{form}"), form)
    citizen.goto("/receipt")
    citizen.get_by_label("回执码").fill(code.lower())
    press(citizen, "查询")
    for words in (REASON, NO_REASON, "采纳", "不采纳"):
        expect(citizen.locator("main")).to_contain_text(words)


def test_the_seed_reads_the_same_as_text_and_as_docx(tmp_path: Path) -> None:
    trees = [
        [(piece.kind, piece.label, piece.path, piece.text) for piece in read_and_split(path.read_bytes(), path.name).pieces if piece.kind == "clause"]
        for path in (seed(tmp_path, "txt"), seed(tmp_path, "docx"))
    ]  # fmt: skip
    assert trees[0] == trees[1] and len(trees[0]) == 33
