"""The reviewers' list: projects with their counts, the filters in the address, rows, pages, what is hidden."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import transaction
from consult.base.people import SYSTEM, Actor
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.submit import Item
from consult.intake.withdraw import withdraw_submission
from consult.review import decide, progress
from consult.review.desk import settle_all
from consult.review.facets import facets
from consult.web.reviewer import address, board, sift
from consult.web.reviewer.address import Place
from tests.factories.gathered import gather
from tests.factories.people import NOW, make_project, make_user, send
from tests.web.pages import browser, forget


@pytest.fixture
def project(app: Flask) -> Consultation:
    """Five opinions: two alike on 第三条, one on an item of 第二条, one on the whole, one withdrawn."""
    project = make_project()
    for _ in range(2):
        send(project, [Item("a3", "amend", "建议路灯间距改为三十米。")])
    send(project, [Item("a2-i1", "question", "主路怎么认定？"), Item(None, "support")])
    taken = send(project, [Item("a4", "oppose", "这句话后来收回了。")])
    with transaction():
        withdraw_submission(SYSTEM, NOW, submission(taken.submission_id))
    gather(project.id)
    with transaction():
        settle_all(project.id)
    return project


def rows(text: str) -> int:
    return text.count('class="row-link"')


def test_projects_show_how_far_each_is(desk: FlaskClient, reviewer: Actor, project: Consultation) -> None:
    make_project("quiet", title="另一个办法")
    with transaction():
        decide.mark_read(reviewer, NOW, 1)
    with transaction():
        decide.decide(reviewer, NOW, comment_id=1, expected_number=0, outcome="adopted")
    counts = progress.progress()
    assert counts == {project.id: progress.Progress(received=5, withdrawn=1, read=2, decided=2)}
    assert (counts[project.id].standing, counts[project.id].open, counts[project.id].unread) == (4, 2, 2)
    page = desk.get("/review").text
    assert "处理意见" in page and "等待意见" in page and "另一个办法" in page


def test_a_group_is_one_row_and_says_how_many(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo")
    assert rows(page.text) == 4 and "同类 2 条" in page.text and "表示支持，没有另写意见。" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_withdrawn_words_are_not_shown(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo?state=withdrawn").text
    assert rows(page) == 1 and "提出人已撤回" in page and "后来收回了" not in page


FILTERS = {
    "state=undecided": 3, "state=unread": 3, "state=decided": 0, "channel=web": 4, "channel=letter": 0,
    "stance=question": 1, "clause=a2": 1, "clause=c1": 1, "clause=whole": 1, "clause=a3": 1,
    "q=三十米": 1, "q=％": 0, "grouped=1": 1, "clause=a3&stance=question": 0,
    "state=nonsense&channel=nonsense&after=x": 4,
}  # fmt: skip


def test_the_address_holds_the_filter(desk: FlaskClient) -> None:
    for query, count in FILTERS.items():
        page = desk.get(f"/review/c/demo?{query}")
        assert (page.status_code, rows(page.text)) == (200, count), query
        assert ("没有符合条件的意见" in page.text) == (count == 0), query


def test_filters_keep_each_other_and_search_keeps_them(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo?state=undecided&clause=a2").text
    assert "/review/c/demo?state=undecided&amp;stance=question&amp;clause=a2" in page
    assert '<input type="hidden" name="state" value="undecided">' in page
    assert '<input type="hidden" name="clause" value="a2">' in page
    assert "comment_id" not in page and "/review/c/demo/opinions/3?state=undecided&amp;clause=a2" in page


def test_clause_filter_counts_children_and_starts_with_the_whole(project: Consultation) -> None:
    found = board.clause_links(project, find.current_version(project), facets(project.id).clauses)
    links = [(one.code, one.depth, one.count) for one in found]
    assert links[0] == ("whole", 0, 1)
    assert ("c1", 0, 1) in links and ("a2", 1, 1) in links and ("a2-i1", 2, 1) in links and ("c2", 0, 3) in links


def test_pages_go_on_from_the_last_row(
    desk: FlaskClient, project: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "ROWS", 3)
    first = desk.get("/review/c/demo").text
    assert rows(first) == 3 and "看后面的意见" in first and "回到第一页" not in first
    second = desk.get("/review/c/demo?after=4").text
    assert rows(second) == 1 and "看后面的意见" not in second and "回到第一页" in second


def test_a_place_reads_back_what_it_writes() -> None:
    typed = {
        "state": "unread",
        "channel": "web",
        "stance": "amend",
        "clause": "a1",
        "q": "灯",
        "grouped": "1",
        "after": "7",
    }
    place = address.read(typed)
    assert address.read({name: str(value) for name, value in place.args().items()}) == place
    assert "after" not in place.args(state="decided") and place.args(q=None)["clause"] == "a1"
    assert address.read({}) == Place(address.Filter()) and not address.read({}).filtered
    assert address.read({}).open_work().state == "undecided" and place.open_work().state == "unread"
    assert address.read({"after": "9" * 40}).after is None


def test_unknown_project_and_foreign_case_are_not_found(desk: FlaskClient) -> None:
    make_project("other", title="另一个办法")
    for path in ("/review/c/nowhere", "/review/c/other/opinions/1", "/review/c/demo/opinions/999"):
        assert desk.get(path).status_code == 404, path


def test_only_reviewing_roles_come_in(app: Flask, project: Consultation) -> None:
    for role in ("office", "approver"):
        assert browser(app, make_user(role)).get("/review/c/demo").status_code == 200
    for role in ("agency", "sysadmin", "auditor"):
        assert browser(app, make_user(role)).get("/review/c/demo").status_code == 403
    forget()
    assert app.test_client().get("/review").headers["Location"].startswith("/login")


def test_active_filters_are_chips_that_are_taken_away_one_by_one(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo?state=undecided&clause=a3&since=2026-03-01&q=路灯").text
    chips = page[page.index('class="chips"') : page.index("</ul>", page.index('class="chips"'))]
    for words in ("搜“路灯”", "状态：未处理", "条款：第三条", "收到日期：2026年3月1日以后", "全部清除"):
        assert words in chips, words
    assert 'href="/review/c/demo?state=undecided&amp;clause=a3&amp;since=2026-03-01"' in chips
    assert 'class="chips"' not in desk.get("/review/c/demo").text


def test_the_column_names_what_is_there_and_folds_long_lists(desk: FlaskClient, project: Consultation) -> None:
    text = desk.get("/review/c/demo").text
    for words in ("状态", "承办人", "条款", "来源", "意见类型", "收到日期", "还没有分配的", "同类多的在前"):
        assert words in text, words
    assert "听证会" not in text  # nothing came in that way
    options = [sift.Option(str(one), f"第{one}项", 1) for one in range(20)]
    folded = sift._group("unit", "单位", options, {"unit": "15"})
    assert (len(folded.options), len(folded.rest), folded.open) == (sift.FOLD, 12, True)
    assert sift._group("unit", "单位", options[:9], {}).rest == []
    assert 'name="until"' in text and 'name="since"' in text


def test_what_has_come_in_and_is_not_yet_in_the_list_is_said(
    desk: FlaskClient, project: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(project, [Item("a3", "amend", "刚刚到的。")])
    monkeypatch.setattr(board, "take_in", lambda number: None)
    assert "刚收到 1 条，正在整理" in desk.get("/review/c/demo").text


def test_orders_go_their_own_way(desk: FlaskClient) -> None:
    ids = {query: re.findall(r'data-row="(\d+)"', desk.get(f"/review/c/demo?{query}").text) for query in ("", "sort=new", "sort=size")}
    assert ids[""] == ["1", "3", "4", "5"] and ids["sort=new"] == ids[""][::-1] and ids["sort=size"][0] == "1"


def test_a_person_without_anything_and_an_odd_unit_are_chips_too(desk: FlaskClient) -> None:
    for query in ("assignee=user:99", "unit=77", "clause=none-such"):
        page = desk.get(f"/review/c/demo?{query}")
        assert page.status_code == 200 and 'class="chips"' in page.text, query
