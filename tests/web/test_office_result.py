"""Tables and counts to take away, and the result: every equation, approval by one person, publication by another."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from consult.base.db import transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.register import Entry, register
from consult.intake.submit import Item
from consult.letters.find import counts
from consult.review import decide
from consult.summary.find import releases
from consult.summary.models import Release
from consult.web.office.progress import Progress
from tests.factories.people import CLOSES, NOW, make_project, make_user, send
from tests.web.pages import actions, browser, field, forget, post

EXPORT = "/office/c/demo/export"
RESULT = "/office/c/demo/result"
AFTER = CLOSES + timedelta(days=1)
REASON = "已经在修改稿中完整体现。"


@pytest.fixture
def project(app: Flask) -> Consultation:
    one = make_project()
    send(one, [Item("a3", "amend", "间距改为三十米。"), Item(None, "other", "=总体赞成")])
    return one


def rule_all(reviewer: Actor) -> None:
    for number in (1, 2):
        with transaction():
            decide.mark_read(reviewer, NOW, number)
        with transaction():
            decide.decide(reviewer, NOW, comment_id=number, expected_number=0, outcome="adopted", reason=REASON)


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


def test_the_pages_say_what_a_change_after_approval_or_publication_asks_for(app: Flask, project: Consultation) -> None:
    """The project's page, the list and the page of the result, step by step, each with the step that follows."""
    reviewer, office, leader = make_user("reviewer"), make_user("office"), make_user("approver")
    rule_all(reviewer)
    at = AFTER

    def later() -> None:
        nonlocal at
        at += timedelta(minutes=1)
        app.extensions["clock"] = lambda: at
        forget()

    def shown(step: str) -> str:
        """What the office reads; the next step is the same on the project and in the list, and leads to the result."""
        later()
        desk = browser(app, office)
        home, page = desk.get("/office").text, desk.get("/office/c/demo").text
        assert f"<b>{step}</b>" in page and step in home and f'class="button" href="{RESULT}">去办理' in page, page
        return desk.get(RESULT).text

    def act(who: Actor, name: str) -> None:
        later()
        assert post(browser(app, who), RESULT, f"{RESULT}/{name}", sure="y").status_code == 303

    def change(number: int, outcome: str) -> None:
        later()
        with transaction():
            decide.decide(reviewer, at, comment_id=1, expected_number=number, outcome=outcome, reason=REASON)

    page = shown("请审批负责人审批采纳情况表，通过以后公布")
    assert f"等审批负责人审批（{leader.name}）" in page and "公布采纳情况</button>" not in page
    act(leader, "approve")
    page = shown("已经审批，公布采纳情况")
    assert "公布采纳情况</button>" in page and "等审批负责人" not in page
    change(1, "not_adopted")
    page = shown("审批以后处理意见有变动，需要重新审批")
    assert "审批之后处理结果有变动" in page and f"等审批负责人审批（{leader.name}）" in page and "公布采纳情况</button>" not in page
    act(leader, "approve")
    act(office, "release")
    later()
    desk = browser(app, office)
    assert "<b>放入修改稿或者正式文本</b>" in desk.get("/office/c/demo").text and "延长期限" not in desk.get("/office/c/demo").text
    assert "采纳情况已经公布，不能再延长期限" in desk.get("/office/c/demo/extend").text
    late = {"closes_at": ["2026-06-01", ""], "reason": "还有人来电要求多留几天。", "sure": "y", "csrf_token": field(desk.get(RESULT).text, "csrf_token")}
    refused = desk.post("/office/c/demo/extend", data=late)
    assert refused.status_code == 409 and "就修改稿再次征求意见" in refused.text
    for page in ("/review", "/review/c/demo", "/review/c/demo/dashboard", "/review/c/demo/approve", "/review/c/demo/disputes"):
        text = desk.get(page).text
        assert "已公布采纳情况" in text and "意见整理中" not in text, page
    text = desk.get("/review/c/demo/dashboard").text
    assert 'href="/c/demo/result">看公布的内容</a>' in text and "日前反馈" not in text
    assert '<a href="/c/demo/result">看采纳情况' in desk.get("/review").text
    assert "已经随整张采纳情况表审批，不用再逐条审批" in desk.get("/review/c/demo/approve").text
    change(2, "deferred")
    assert "已经随整张" not in browser(app, office).get("/review/c/demo/approve").text
    page = shown("公布以后处理意见有变动，需要重新审批，再次公布作为更正")
    assert "需要更正" in page and "重新审批后再次公布，作为更正" in page and "现在的采纳情况已经公布" not in page
    act(leader, "approve")
    page = shown("更正已经审批，再次公布采纳情况")
    assert "再次公布，作为更正</button>" in page and "这是更正：" in page
    act(office, "release")
    later()
    desk = browser(app, office)
    assert "<b>放入修改稿或者正式文本</b>" in desk.get("/office/c/demo").text and "需要更正" not in desk.get(RESULT).text
    with transaction():
        late = register(office, at, consultation=project, version_id=1, channel="letter", entries=[Entry((Item(None, "other", "迟到的来信。"),))],
                        keys=app.extensions["keys"])  # fmt: skip
    later()
    assert "<b>审阅意见，还有 1 条未处理</b>" in browser(app, office).get("/office/c/demo").text, "late letters are ruled on too"
    with transaction():
        decide.mark_read(reviewer, at, late[0].comment_ids[0])
    with transaction():
        decide.decide(reviewer, at, comment_id=late[0].comment_ids[0], expected_number=0, outcome="adopted", reason=REASON)
    shown("公布以后处理意见有变动，需要重新审批，再次公布作为更正")


def test_a_change_after_approval_reopens_it(app: Flask, project: Consultation) -> None:
    reviewer = make_user("reviewer")
    rule_all(reviewer)
    app.extensions["clock"] = lambda: AFTER
    leader = browser(app, make_user("approver"))
    post(leader, RESULT, f"{RESULT}/approve", sure="y")
    with transaction():
        decide.decide(reviewer, AFTER, comment_id=1, expected_number=1, outcome="not_adopted", reason=REASON)
    forget()
    assert "需要重新审批" in leader.get(RESULT).text
    refused = post(browser(app, make_user("office")), RESULT, f"{RESULT}/release", sure="y")
    assert "请重新审批采纳情况表" in refused.text


def test_the_table_that_is_approved_is_the_one_that_was_seen(app: Flask, project: Consultation) -> None:
    reviewer, leader = make_user("reviewer"), make_user("approver")
    rule_all(reviewer)
    app.extensions["clock"] = lambda: AFTER
    client = browser(app, leader)
    old = field(client.get(RESULT).text, "seen")
    with transaction():
        decide.decide(reviewer, AFTER, comment_id=1, expected_number=1, outcome="deferred", reason=REASON)
    answer = post(client, RESULT, RESULT + "/approve", sure="y", seen=old)
    assert answer.status_code == 409 and "处理结果又有变动" in answer.text
    assert post(client, RESULT, RESULT + "/approve", sure="y").status_code == 303
