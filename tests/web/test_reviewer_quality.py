"""The page of warnings and the hints beside a ruling; they say what to do and stop nobody."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.review import quality as reads
from consult.review import sweeps
from tests.factories.people import make_project
from tests.factories.versions import publish_next
from tests.review.desk import REASON, rule, say
from tests.web.pages import browser

WISH = "主路路灯间距应当改成三十米以内，<b>村口也要装。"


@pytest.fixture
def project(app: Flask) -> Consultation:
    return make_project()


def test_nothing_to_say(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo/quality").text
    assert page.count(">没有</span>") == 6 and "不影响审批和公布" in page


def test_each_kind_leads_to_its_rows_and_a_case_shows_its_own(desk: FlaskClient, project: Consultation, reviewer: Actor) -> None:
    one, other = say(project, WISH, "a3"), say(project, WISH + "谢谢各位！", "a3")
    rule(reviewer, one)
    rule(reviewer, other, "partly_adopted", reason=REASON, adopted_part="部分", new_wording="新")
    page = desk.get("/review/c/demo/quality").text
    assert "kind=unchanged" in page and "kind=empty_part" in page and "kind=unlike" in page and "kind=stock" not in page
    for kind, number, words in (("unchanged", one, "条文没有改"), ("empty_part", other, "采纳部分：部分"), ("unlike", other, f"第 {one} 号")):
        rows = desk.get(f"/review/c/demo/quality?kind={kind}").text
        assert f"/review/c/demo/opinions/{number}" in rows and words in rows and "&lt;b&gt;" in rows, kind
    case = desk.get(f"/review/c/demo/opinions/{other}").text
    assert "看不出采纳了哪一部分" in case and "有相近的意见" in case
    assert "没有填写修改后的条文" in desk.get(f"/review/c/demo/opinions/{one}").text


def test_a_mended_ruling_is_gone_at_once(desk: FlaskClient, project: Consultation, reviewer: Actor) -> None:
    one = say(project, WISH, "a3")
    rule(reviewer, one)
    assert "kind=unchanged" in desk.get("/review/c/demo/quality").text
    rule(reviewer, one, expected=1, new_wording="不超过三十米。")
    assert "kind=unchanged" not in desk.get("/review/c/demo/quality").text
    assert "没有需要再看的" in desk.get("/review/c/demo/quality?kind=unchanged").text


def test_a_change_without_an_opinion(app: Flask, project: Consultation, reviewer: Actor) -> None:
    publish_next(project)
    desk = browser(app, reviewer)
    page = desk.get("/review/c/demo/quality?kind=unasked").text
    assert "修改" in page and "这一条的意见" in page and "clause=a" in page


def test_pages_and_odd_addresses(desk: FlaskClient, project: Consultation, reviewer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "ROWS", 2)
    for n in range(3):
        rule(reviewer, say(project, f"第{n}处要改。", "a3"))
    page = desk.get("/review/c/demo/quality?kind=unchanged").text
    assert "看后面的" in page and page.count("<tr>") == 3
    for query in ("kind=nonsense", "kind=unlike&after=x", "kind=unlike&after=" + "9" * 40, "after=3"):
        assert desk.get(f"/review/c/demo/quality?{query}").status_code == 200, query
    assert "后面没有了" in desk.get("/review/c/demo/quality?kind=unchanged&after=999").text


def test_a_large_project_waits_for_the_job(desk: FlaskClient, project: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
    say(project, WISH, "a3")
    monkeypatch.setattr(sweeps, "SMALL", 0)
    assert "由后台检查" in desk.get("/review/c/demo/quality").text
