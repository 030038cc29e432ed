"""Hearings on the office's pages, on the draft, on their own page and in the feed."""

import io

import pytest
from flask import Flask

from consult.base.clock import parse_local
from consult.base.db import db
from consult.drafts import hearings
from consult.drafts.models import Consultation
from consult.summary.verify import faults
from tests.factories.people import make_project, make_user
from tests.web.pages import actions, browser, forget, post

ALL = "/office/c/demo/public/hearings"
ONE = ALL + "/1"
PUBLIC = "/c/demo/hearings/1"
HELD = parse_local("2026-03-20T09:30")
PDF = b"%PDF-1.4\n%%EOF\n"
NOTICE = {
    "kind": "hearing", "title": "村庄公共照明听证会", "held_at": ["2026-03-20", "09:30"], "place": "县政府一楼会议室",
    "topics": "间距 <b>四十米</b> 是否合适", "how_to_join": "3月15日前电话报名。", "papers_on": "2026-03-18",
}  # fmt: skip


@pytest.fixture
def project(app: Flask) -> Consultation:
    return make_project(kind="rule")


def test_told_shown_and_minuted(app: Flask, project: Consultation) -> None:
    desk = browser(app, make_user("office"))
    assert "还没有发布过会议公告" in desk.get(ALL).text
    told = post(desk, ALL, ALL, **NOTICE)
    assert told.headers["Location"].endswith(ONE)
    page = desk.get(ONE).text
    assert "公告距离听证会只有 10 天" in page
    assert "村庄公共照明听证会" in desk.get("/office").text
    forget()
    reader = app.test_client()
    draft, own = reader.get("/c/demo"), reader.get(PUBLIC)
    assert PUBLIC in draft.text
    assert "间距 &lt;b&gt;四十米&lt;/b&gt; 是否合适" in own.text
    assert "材料" not in own.text and "public" in own.headers["Cache-Control"]
    assert "听证会公告：村庄公共照明听证会" in reader.get("/c/demo/feed.xml").text
    app.extensions["clock"] = lambda: HELD
    desk = browser(app, make_user("office"))
    assert "待公布笔录" in desk.get("/office").text
    said = {"minutes": "会上十二人发言，多数主张三十米。", "file": (io.BytesIO(PDF), "笔录.pdf")}
    assert post(desk, ONE, ONE + "/minutes", **said).status_code == 303
    with desk.get(ONE + "/minutes-file") as scan:
        assert scan.data == PDF
    assert "村庄公共照明听证会" not in desk.get("/office").text
    forget()
    assert "多数主张三十米" in reader.get(PUBLIC).text
    assert "村庄公共照明听证会笔录" in reader.get("/c/demo/feed.xml").text
    assert actions().count("change_hearing") == 1
    assert list(faults(db.session())) == []


def test_changed_then_cancelled(app: Flask, project: Consultation) -> None:
    desk = browser(app, make_user("office"))
    post(desk, ALL, ALL, **NOTICE)
    assert post(desk, ONE, ONE, **NOTICE | {"place": "县文化馆"}).status_code == 303
    short = post(desk, ONE, ONE + "/cancel", reason="下雨", sure="y")
    assert (short.status_code, "至少10个字" in short.text) == (422, True)
    assert post(desk, ONE, ONE + "/cancel", reason="报名人数不足，改为书面征求意见。", sure="y").status_code == 303
    assert "修改公告" not in desk.get(ONE).text
    forget()
    page = app.test_client().get(PUBLIC).text
    assert "县文化馆" in page and "报名人数不足" in page
    assert "已经取消" in app.test_client().get("/c/demo").text


def test_refusals_keep_what_was_typed(app: Flask, project: Consultation) -> None:
    desk = browser(app, make_user("office"))
    for changes, words in (
        ({"held_at": ["2026-03-01", "09:00"]}, "会议时间必须晚于现在"),
        ({"title": ""}, "请填写会议名称"),
        ({"held_at": ["", ""]}, "请填写会议时间"),
        ({"kind": "party"}, "种类"),
    ):
        page = post(desk, ALL, ALL, **NOTICE | changes)
        assert page.status_code == 422
        assert words in page.text and "县政府一楼会议室" in page.text
    assert hearings.hearings(project.id) == []


def test_opinions_of_a_hearing_are_registered_with_its_day(app: Flask, project: Consultation) -> None:
    desk = browser(app, make_user("office"))
    page = desk.get("/office/c/demo/register?channel=hearing&on=2026-03-09").text
    assert 'selected value="hearing"' in page and 'value="2026-03-09"' in page
    assert desk.get("/office/c/demo/register?channel=web&on=nonsense").status_code == 200


def test_not_there_for_strangers_and_other_projects(app: Flask, project: Consultation) -> None:
    make_project("other")
    make_project("hidden", published=False)
    desk = browser(app, make_user("office"))
    post(desk, ALL, ALL, **NOTICE)
    for address in ("/office/c/other/public/hearings/1", ONE + "/minutes-file", "/c/other/hearings/1", "/c/hidden/hearings/1"):
        assert desk.get(address).status_code == 404
    assert "项目发布以后" in desk.get("/office/c/hidden/public/hearings").text
    leader = browser(app, make_user("approver"))
    assert post(leader, "/office/c/demo/result", ALL, **NOTICE).status_code == 403
