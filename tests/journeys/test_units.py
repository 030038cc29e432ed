"""The directory in a real browser: a sheet is taken away, filled, read back and agreed to; every page in every look."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from consult.base import directory
from consult.base.db import db, transaction
from consult.base.directory import Facts
from tests.factories.people import NOW, OPERATOR, PASSWORD, email_of, make_project, make_user
from tests.journeys.conftest import NARROW, Site
from tests.journeys.test_pages import faults

PARTIES = [
    Facts("河湾县水利局", "水利局", office_section="政策法规科", leader="周副局长", handler="吴工", phone="0000-1234567",
          email="slj@example.cn", address="河湾县人民路1号"),
    Facts("河湾县财政局", office_section="办公室", leader="孙副局长", handler="郑工", phone="0000-2234567", email="czj@example.cn"),
    Facts("河湾县老龄工作委员会办公室"),
    Facts("柳树村基层立法联系点", kind="contact_point", handler="冯主任", phone="0000-3234567"),
    Facts("钱教授", kind="expert", field="道路照明、电气安全", affiliation="河湾职业技术学院", email="qian@example.cn"),
    Facts("赵代表", kind="deputy", affiliation="柳树村村民委员会"),
]  # fmt: skip


@pytest.fixture
def office(site: Site, visit: Callable[..., Page]) -> Page:
    """Somebody of the office without JavaScript; the directory holds all kinds."""
    with site.app.app_context():
        make_project()
        for facts in PARTIES:
            with transaction():
                directory.add_unit(OPERATOR, NOW, facts)
        with transaction():
            directory.confirm_unit(OPERATOR, NOW, directory.by_id(1))
        with transaction():
            directory.merge_units(OPERATOR, NOW, directory.by_id(3), directory.by_id(1))
        email = email_of(make_user("office"))
        db.session.remove()
    page = visit(javascript=False)
    log_in(page, email)
    return page


def log_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_sheet_is_taken_away_filled_and_read_back(office: Page, site: Site, tmp_path: Path) -> None:
    page = office
    page.goto("/office")
    page.get_by_role("link", name="单位名录和专家库").click()
    page.set_viewport_size(NARROW)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 Excel").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    book = load_workbook(path)
    sheet = book.active
    names = {sheet.cell(row, 1).value: row for row in range(4, 10)}
    sheet.cell(names["河湾县财政局"], 1).value = "河湾县财政和国资局"
    sheet.cell(names["河湾县财政局"], 7).value = "0000-9"
    sheet.cell(names["赵代表"], 12).value = "停用"
    sheet.cell(10, 1).value, sheet.cell(10, 3).value = "河湾县文化局", "=1+1"
    book.save(path)
    _upload(page, path)
    expect(page.get_by_role("alert")).to_contain_text("第10行C列：是公式")
    expect(page.get_by_role("button", name="确认")).to_have_count(0)
    sheet.cell(10, 3).value = "部门和单位"
    book.save(path)
    _upload(page, path)
    expect(page.locator("ins").first).to_be_visible()
    said = page.locator("main").inner_text()
    for words in ("河湾县财政和国资局", "0000-9", "停用", "河湾县文化局"):
        assert words in said
    page.get_by_role("button", name="确认，写入 3 个单位").click()
    expect(page.get_by_role("status")).to_contain_text("已经写入 3 个单位")
    page.locator("[name=q]").fill("财政局")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="河湾县财政和国资局").click()
    expect(page.locator("main")).to_contain_text("河湾县财政局，用到 2026年3月10日")
    with site.app.app_context():
        assert not directory.by_id(6).active and directory.by_id(2).phone == "0000-9"
        db.session.remove()


def _upload(page: Page, path: Path) -> None:
    page.goto("/office/units/import")
    page.locator("#file").set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()


def test_axe_finds_nothing(site: Site, office: Page, visit: Callable[..., Page], tmp_path: Path) -> None:
    with site.app.app_context():
        email = email_of(make_user("office"))
        own = email_of(make_user("agency", directory.by_id(2)))
        db.session.remove()
    page, found = visit(bypass_csp=True), []
    log_in(page, email)
    for path in ("", "?kind=expert", "?state=closed&q=没有", "/1", "/3", "/5", "/new", "/2/edit", "/2/merge", "/import"):
        page.goto(f"/office/units{path}")
        found += faults(page, path)
    with page.expect_download() as waiting:
        page.goto("/office/units")
        page.get_by_role("button", name="导出 Excel").click()
    sheet_path = tmp_path / "units.xlsx"
    waiting.value.save_as(sheet_path)
    book = load_workbook(sheet_path)
    for name, value in {"G4": "0000-8", "B5": "新简称", "A10": "河湾县文化局", "C10": "部门和单位", "G10": 8162}.items():
        book.active[name] = value
    book.save(sheet_path)
    _upload(page, sheet_path)
    page.locator("details summary").first.click()
    found += faults(page, "differences")
    book.active["C10"] = "局"
    book.save(sheet_path)
    _upload(page, sheet_path)
    found += faults(page, "troubles")
    other = visit(bypass_csp=True)
    log_in(other, own)
    other.goto("/agency/unit")
    found += faults(other, "own unit")
    assert found == []
