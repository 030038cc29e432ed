"""Tables and counts to take away, and the result: every equation, approval by one person, publication by another."""

import csv
import io
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from consult.drafts.models import Consultation
from consult.letters.find import counts
from consult.summary.find import releases
from consult.summary.models import Release
from consult.web.office.progress import Progress
from tests.factories.people import make_project, make_user
from tests.web.deciding import AFTER, RESULT, rule_all, two_opinions
from tests.web.pages import actions, browser, forget, post

EXPORT = "/office/c/demo/export"


@pytest.fixture
def project(app: Flask) -> Consultation:
    return two_opinions()


def take(client: FlaskClient, what: str) -> object:
    forget()
    return post(client, EXPORT, EXPORT, what=what)


def test_tables_leave_at_any_moment_and_are_noted(app: Flask, project: Consultation) -> None:
    office = browser(app, make_user("office"))
    assert "征求意见进行中" in office.get(EXPORT).text
    book = take(office, "summary.xlsx")
    cells = [cell for row in load_workbook(io.BytesIO(book.data)).active.iter_rows(values_only=True) for cell in row]
    assert "间距改为三十米。" in cells
    assert "=总体赞成" in cells
    name = unquote(book.headers["Content-Disposition"].split("filename*=UTF-8''")[1])
    assert name == "demo-意见汇总处理表-20260310-1000.xlsx"
    assert int(book.headers["Content-Length"]) == len(book.data)
    rows = list(csv.reader(io.StringIO(take(office, "raw.csv").data.decode("utf-8-sig"))))
    assert any("'=总体赞成" in row for row in rows)
    archive = zipfile.ZipFile(io.BytesIO(take(office, "summary.zip").data))
    assert "manifest.json" in archive.namelist()
    assert actions().count("export") == 3
    assert not [path for path in app.config["SETTINGS"].instance.iterdir() if path.name.startswith("export-")]


@pytest.mark.parametrize("what", ["", "nothing.xlsx", "summary.exe", "../summary.csv"])
def test_unknown_tables_are_not_found(app: Flask, project: Consultation, what: str) -> None:
    assert take(browser(app, make_user("approver")), what).status_code == 404
    assert "export" not in actions()


def test_numbers_have_pictures_with_tables(app: Flask, project: Consultation) -> None:
    page = browser(app, make_user("office")).get("/office/c/demo/numbers").text
    assert page.count("<svg") == 5
    assert page.count("<table>") == 5
    assert "共 <b>2</b> 条意见" in page
    assert "style=" not in page
    make_project("empty")
    forget()
    assert "还没有收到意见" in browser(app, make_user("office")).get("/office/c/empty/numbers").text


def test_the_result_names_what_is_open(app: Flask, project: Consultation) -> None:
    page = browser(app, make_user("office")).get(RESULT).text
    assert "收到公众意见 <b>2</b> = 有效 <b>2</b> + 撤回 <b>0</b> + 不予受理 <b>0</b>" in page
    assert "征求意见还没有截止" in page
    assert "还有 2 条意见没有人打开看过" in page
    assert 'href="/review/c/demo?state=undecided"' in page
    assert 'href="/review/c/demo/read"' in page
    assert 'href="/review/c/demo/disputes"' not in page
    assert "还有意见没有处理，全部处理完以后在这里生成公告" in page
    assert "审批通过" not in page
    assert "公布采纳情况</button>" not in page


def test_posting_past_the_page_is_refused_by_the_verb(app: Flask, project: Consultation) -> None:
    office, approver = make_user("office"), make_user("approver")
    early = post(browser(app, office), RESULT, f"{RESULT}/release", sure="y")
    assert early.status_code == 422
    assert "还不能公布：征求意见还没有截止" in early.text
    refused = post(browser(app, approver), RESULT, f"{RESULT}/approve", sure="y")
    assert refused.status_code == 422
    wrong = post(browser(app, office), RESULT, f"{RESULT}/approve", sure="y")
    assert wrong.status_code == 403
    assert not releases(project.id)


def test_approved_by_one_and_published_by_another(app: Flask, project: Consultation) -> None:
    rule_all(make_user("reviewer"))
    office, approver = make_user("office"), make_user("approver")
    app.extensions["clock"] = lambda: AFTER
    desk = browser(app, office)
    assert "期间共收到意见建议2条" in desk.get(RESULT).text
    unapproved = post(desk, RESULT, f"{RESULT}/release", sure="y")
    assert "还没有经过审批" in unapproved.text
    leader = browser(app, approver)
    assert post(leader, RESULT, f"{RESULT}/approve").status_code == 422  # not confirmed
    assert post(leader, RESULT, f"{RESULT}/approve", sure="y").status_code == 303
    desk = browser(app, office)
    assert "公布采纳情况</button>" in desk.get(RESULT).text
    assert post(desk, RESULT, f"{RESULT}/release", sure="y").status_code == 303
    released: Release = releases(project.id)[0]
    assert released.numbers["by_outcome"] == {"adopted": 2}
    assert "第 1 次公布" in desk.get(RESULT).text
    assert "已公布采纳情况" in desk.get("/office").text
    assert "<b>放入修改稿或者正式文本</b>" in desk.get("/office/c/demo").text
    again = post(desk, RESULT, f"{RESULT}/release", sure="y")
    assert again.status_code == 409


def test_what_nobody_has_opened_comes_before_the_approval(app: Flask, project: Consultation) -> None:
    rest = Progress(project, "reviewing", 3, 0, 3, counts(project.id, AFTER), ())
    assert rest.next_step == ("打开还没有人看过的意见，有 3 条", "reviewer.read")
    for wanting, words in (("approval", "请审批负责人审批"), ("again", "需要重新审批"), ("release", "已经审批，公布")):
        said, page = replace(rest, unread=0, awaited=wanting).next_step
        assert words in said and page == "office.result"
