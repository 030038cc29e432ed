"""The export pages: small tables at once, long ones by the worker with a bar, kept files, the filter of the list."""

import csv
import io
import re
from dataclasses import replace
from functools import partial
from html import unescape
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.drafts.models import Consultation
from consult.summary import kept
from consult.summary.kept_models import ExportFile
from consult.web import exporting
from consult.wiring import bell
from consult.wiring import jobs as wired
from tests.factories.people import make_project, make_user
from tests.review.desk import rule, say
from tests.web.pages import actions, browser, forget, post

OFFICE, REVIEW = "/office/c/demo/export", "/review/c/demo/export"
PAGES = pytest.mark.parametrize(("role", "page"), [("office", OFFICE), ("approver", OFFICE), ("reviewer", REVIEW)])


@pytest.fixture
def project(app: Flask) -> Consultation:
    one = make_project()
    for clause, text in (("a3", "间距改为三十米。"), ("a4", "三日内修复。"), (None, "=总体赞成")):
        say(one, text, clause)
    rule(make_user("reviewer"), 1, "adopted")
    return one


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table is short."""
    monkeypatch.setattr(exporting, "AT_ONCE", 0)


def take(client: FlaskClient, page: str, what: str) -> object:
    forget()
    return post(client, page, page, what=what)


def work(app: Flask) -> None:
    while wired.run_next(app):
        pass
    db.session.rollback()


def newest() -> ExportFile:
    db.session.rollback()
    return db.session.scalars(select(ExportFile).order_by(ExportFile.id.desc())).first()  # type: ignore[return-value]


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@PAGES
def test_a_long_table_waits_shows_how_far_it_is_and_is_taken(
    app: Flask, project: Consultation, long: None, role: str, page: str
) -> None:
    client = browser(app, make_user(role))
    assert "还没有。" in client.get(page).text
    answer = take(client, page, "raw.csv")
    one = newest()
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"{page}#files")
    shown = client.get(page).text
    assert "已经开始生成" in shown and "排队中" in shown and "刷新" in shown and "data-busy" in shown
    with transaction():
        kept.begin(newest())
        kept.report(one.id, 40, 160)
    running = client.get(f"{page}/files")
    assert '<progress max="160" value="40"' in running.text and "25%" in running.text and "40 / 160 行" in running.text
    assert running.headers["Cache-Control"] == "no-store" and "<html" not in running.text
    work(app)
    one, done = newest(), client.get(f"{page}/files").text
    assert one.sha256 in done and "可以下载" in done and "data-busy" not in done and one.asked_name in done
    file = post(client, page, f"{page}/files/{one.id}")
    assert [row[9] for row in rows(file.data)[1:4]] == ["间距改为三十米。", "三日内修复。", "'=总体赞成"]
    assert unquote(file.headers["Content-Disposition"]).endswith("demo-意见原始记录-20260310-1000.csv")
    assert int(file.headers["Content-Length"]) == len(file.data) == one.size
    assert actions()[-3:] == ["ask_export", "make_export", "export"]


def test_asked_twice_it_is_made_once(app: Flask, project: Consultation, long: None) -> None:
    client = browser(app, make_user("office"))
    take(client, OFFICE, "raw.csv")
    number = newest().id
    again = take(client, OFFICE, "raw.csv")
    assert again.headers["Location"].endswith(f"#file-{number}") and newest().id == number
    assert "一样的文件正在生成" in client.get(OFFICE).text
    work(app)
    assert take(client, OFFICE, "raw.csv").status_code == 303 and newest().id == number
    assert "一样的文件刚刚做好" in client.get(OFFICE).text
    assert f'id="file-{number}"' in client.get(OFFICE).text


def test_nobody_else_takes_a_file(app: Flask, project: Consultation, long: None) -> None:
    office = browser(app, make_user("office"))
    take(office, OFFICE, "raw.csv")
    work(app)
    number = newest().id
    forget()
    assert app.test_client().get(f"{OFFICE}/files").status_code == 302
    for role in ("reviewer", "agency", "auditor", "sysadmin"):
        other = browser(app, make_user(role))
        assert other.get(f"{OFFICE}/files").status_code == 403, role
        if role != "reviewer":
            assert other.get(f"{REVIEW}/files").status_code == 403, role
    make_project("other")
    forget()
    office = browser(app, make_user("office"))
    assert post(office, OFFICE, f"/office/c/other/export/files/{number}").status_code == 404
    assert office.post(f"{OFFICE}/files/{number}").status_code in (303, 400), "without the token nothing leaves"
    assert "export" not in actions()


def test_a_file_that_is_gone_says_so(app: Flask, project: Consultation, long: None) -> None:
    client = browser(app, make_user("office"))
    take(client, OFFICE, "raw.csv")
    work(app)
    one = newest()
    (app.config["SETTINGS"].instance / one.place).unlink()
    answer = post(client, OFFICE, f"{OFFICE}/files/{one.id}")
    assert answer.status_code == 422 and "请重新导出" in answer.text


def test_what_cannot_be_made_stands_in_the_list(
    app: Flask, project: Consultation, long: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consult.summary.document.MOST_ROWS", 1)
    client = browser(app, make_user("office"))
    take(client, OFFICE, "summary.docx")
    work(app)
    page = client.get(OFFICE).text
    assert "没有做成" in page and "请改用 xlsx 格式导出" in page


@pytest.mark.parametrize("soon", [True, False])
def test_the_filter_of_the_list_goes_with_the_table_and_is_named_in_it(
    app: Flask, project: Consultation, monkeypatch: pytest.MonkeyPatch, soon: bool
) -> None:
    if not soon:
        monkeypatch.setattr(exporting, "AT_ONCE", 0)
    client = browser(app, make_user("reviewer"))
    there = "/review/c/demo?state=undecided&clause=a4"
    address = unescape(re.search(r'href="([^"]*/export[^"]*)"', client.get(there).text)[1])  # type: ignore[index]
    page = client.get(address).text
    assert "符合这些条件的 <b>1 组意见</b>" in page and "状态：未处理" in page and "台账" not in page and "zip" not in page
    answer = take(client, address, "raw.csv")
    if not soon:
        assert "state=undecided" in answer.headers["Location"]
        work(app)
        one = newest()
        assert one.filter_words == "状态：未处理；条款：第四条" and "部分：状态：未处理；条款：第四条" in client.get(REVIEW).text
        answer = post(client, REVIEW, f"{REVIEW}/files/{one.id}")
    found = rows(answer.data)
    assert [row[9] for row in found[1:-1]] == ["三日内修复。"]
    assert found[-1] == ["截至2026年3月10日 10:00（征求意见进行中）　只列出部分意见（筛选条件：状态：未处理；条款：第四条）"]
    assert "意见原始记录-部分-2026" in unquote(answer.headers["Content-Disposition"])


def test_whose_opinions_they_are_is_said_by_name(app: Flask, project: Consultation) -> None:
    me = make_user("reviewer")
    client = browser(app, me)
    for who, words in ((me.ref, f"承办人：{me.name}"), ("-", "承办人：还没有分配的")):
        address = f"{REVIEW}?assignee={who}"
        assert words in rows(take(client, address, "raw.csv").data)[-1][0]


def test_a_table_that_no_filter_narrows_is_refused(app: Flask, project: Consultation) -> None:
    client = browser(app, make_user("reviewer"))
    for what in ("ledger.csv", "summary.zip"):
        answer = take(client, f"{REVIEW}?state=undecided", what)
        assert answer.status_code == 422 and "不能按意见筛选" in answer.text
    assert "export" not in actions()


def test_the_bell_leaves_a_task_that_the_worker_knows(app: Flask, project: Consultation) -> None:
    settings = app.config["SETTINGS"]
    (settings.instance / "queue.sqlite").unlink(missing_ok=True)
    app.extensions["ring"]()
    queue, ran = bell.build_queue(settings), []

    def work_() -> None:
        ran.append(1)

    work_.__module__ = wired.__name__
    queue.task(name=bell.WORK)(work_)
    queue.execute(queue.dequeue())
    assert ran == [1] and queue.dequeue() is None


def test_a_bell_that_does_not_ring_stops_nobody(app: Flask, project: Consultation, long: None) -> None:
    settings = app.config["SETTINGS"]
    app.extensions["ring"] = partial(bell.ring, replace(settings, instance=settings.instance / "nowhere"))
    try:
        assert take(browser(app, make_user("office")), OFFICE, "raw.csv").status_code == 303
        assert newest().state == "waiting"
    finally:
        app.extensions["ring"] = partial(bell.ring, settings)
