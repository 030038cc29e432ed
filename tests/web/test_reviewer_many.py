"""Many rows at once in a browser without JavaScript: ruled on together, given to a person, filters kept under a name."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.review import assign, bulk, decide
from consult.review.queue import Filter
from consult.summary import verify
from tests.factories.people import NOW, make_project, make_user
from tests.review.desk import REASON, page, say
from tests.web.pages import browser, field, post, token

QUEUE, LOOK, GIVE, ASSIGN, WORK = (
    f"/review/c/demo{end}" for end in ("", "/bulk", "/bulks", "/assign", "/work")
)  # fmt: skip


@pytest.fixture
def project(app: Flask) -> Consultation:
    """Four opinions on two articles."""
    one = make_project()
    for clause, words in (("a1", "甲"), ("a3", "乙"), ("a3", "丙"), ("a3", "丁")):
        say(one, words, clause)
    return one


def hidden(page: str) -> dict[str, list[str]]:
    """What a look carries to the next press."""
    form = page[page.index('class="bulk"') :] if 'class="bulk"' in page else page[page.index('name="digest"') - 400 :]
    found: dict[str, list[str]] = {}
    for one in re.findall(r'<input[^>]*type="hidden"[^>]*>', form):
        name, value = (re.search(rf'{what}="([^"]*)"', one) for what in ("name", "value"))
        found.setdefault(name[1] if name else "", []).append(unescape(value[1] if value else ""))
    return found


def outcomes(project: Consultation) -> list[str]:
    return [row.decision.outcome if row.decision else "" for row in page(project.id, Filter()).rows]


def looked(desk: FlaskClient, query: str = "", **chosen: object) -> TestResponse:
    return desk.post(LOOK + query, data={"csrf_token": token(desk, QUEUE), **chosen})


def test_ticked_rows_are_looked_at_then_ruled_on_and_taken_back(desk: FlaskClient, project: Consultation) -> None:
    look = looked(desk, "?clause=a3", scope="ticked", row=["2", "3"])
    assert look.status_code == 200 and "2 组" in look.text and "第三条" in look.text and outcomes(project) == [""] * 4
    carried = hidden(look.text)
    assert carried["row"] == ["2", "3"] and carried["scope"] == ["ticked"]
    answer = desk.post(GIVE + "?clause=a3", data=carried | {"outcome": "not_adopted", "reason": REASON})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/bulks/1?clause=a3")
    result = desk.get("/review/c/demo/bulks/1?clause=a3").text
    assert "已处理 2 组" in result and "撤回整批" in result and '/review/c/demo?clause=a3"' in result
    assert outcomes(project) == ["", "not_adopted", "not_adopted", ""]
    assert post(desk, "/review/c/demo/bulks", "/review/c/demo/bulks/1/undo").status_code == 303
    assert outcomes(project) == [""] * 4 and "这一批已经撤回" in desk.get("/review/c/demo/bulks/1").text
    assert (
        "已经撤回过"
        in desk.post("/review/c/demo/bulks/1/undo", data={"csrf_token": token(desk, QUEUE)}, follow_redirects=True).text
    )
    assert list(verify.faults(db.session())) == []


def test_all_that_meets_the_filter_without_what_comes_later(desk: FlaskClient, project: Consultation) -> None:
    look = looked(desk, "?clause=a3", scope="all")
    assert "<b>3 组</b>" in look.text and hidden(look.text)["upto"] == ["4"]
    say(project, "戊", "a3")
    answer = desk.post(GIVE + "?clause=a3", data=hidden(look.text) | {"outcome": "adopted"})
    assert answer.status_code == 303 and outcomes(project) == ["", "adopted", "adopted", "adopted", ""]


def test_the_page_as_a_whole_by_what_was_shown(desk: FlaskClient, project: Consultation) -> None:
    text = desk.get(QUEUE).text
    shown = re.findall(r'name="shown" value="([^"]+)"', text)
    assert shown == ["1:", "2:", "3:", "4:"]
    assert "<b>4 组</b>" in looked(desk, scope="page", shown=shown).text


def test_where_somebody_was_first_the_look_comes_back_with_what_was_typed(
    desk: FlaskClient, project: Consultation
) -> None:
    look = looked(desk, scope="ticked", row=["1", "2"])
    other = make_user("approver")
    with transaction():
        decide.decide(other, NOW, comment_id=2, expected_number=0, outcome="adopted")
    answer = desk.post(GIVE, data=hidden(look.text) | {"outcome": "not_adopted", "reason": REASON})
    assert answer.status_code == 409 and REASON in answer.text and "请核对后再确认一次" in answer.text
    assert "已经处理过" in answer.text and re.search(r'value="not_adopted"[^>]*checked', answer.text)
    assert outcomes(project) == ["", "adopted", "", ""]
    without = desk.post(
        LOOK, data=hidden(answer.text) | {"without": "decided", "outcome": "not_adopted", "reason": REASON}
    )
    assert "<b>1 组</b>" in without.text and REASON in without.text
    again = desk.post(GIVE, data=hidden(without.text) | {"outcome": "not_adopted", "reason": REASON})
    assert again.status_code == 303 and outcomes(project) == ["not_adopted", "adopted", "", ""]


def test_a_ruling_that_lacks_something_keeps_what_was_typed(desk: FlaskClient, project: Consultation) -> None:
    look = looked(desk, scope="ticked", row=["1"])
    answer = desk.post(GIVE, data=hidden(look.text) | {"outcome": "partly_adopted", "reason": REASON})
    assert answer.status_code == 422 and "采纳了哪一部分" in answer.text and REASON in answer.text
    assert outcomes(project) == [""] * 4


def test_nothing_chosen_is_said_on_the_list(desk: FlaskClient, project: Consultation) -> None:
    answer = desk.post(LOOK + "?clause=a3", data={"csrf_token": token(desk, QUEUE), "scope": "ticked"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?clause=a3")
    assert "还没有选意见" in desk.get(QUEUE).text
    assert desk.post(GIVE, data={"csrf_token": token(desk, QUEUE), "outcome": "adopted"}).status_code in (303, 422)


def test_a_bulk_of_another_project_is_not_found(desk: FlaskClient, project: Consultation, reviewer: Actor) -> None:
    number, seen = project.id, bulk.seen([1])[0]
    with transaction():
        bulk.decide_many(reviewer, NOW, consultation_id=number, comment_ids=[1], expected=seen,
                         ruling=bulk.Ruling("adopted"))  # fmt: skip
    make_project("other", title="另一个办法")
    assert desk.get("/review/c/other/bulks/1").status_code == 404
    assert post(desk, QUEUE, "/review/c/other/bulks/1/undo").status_code == 404
    assert outcomes(project)[0] == "adopted"


def whose(project: Consultation) -> list[str]:
    return [row.assignee for row in page(project.id, Filter()).rows]


def test_rows_are_given_to_a_person(desk: FlaskClient, project: Consultation, reviewer: Actor) -> None:
    other = make_user("approver")
    answer = post(desk, QUEUE, ASSIGN + "?clause=a3", scope="ticked", row=["2"], shown=["2:", "3:"], assignee=other.ref)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?clause=a3")
    text = desk.get(QUEUE).text
    assert f"已把1组意见交给{other.name}" in text and f"{other.name}承办" in text and whose(project)[1] == other.ref
    # an old page says nobody had it
    late = post(desk, QUEUE, ASSIGN, scope="ticked", row=["2"], shown=["2:"], assignee=reviewer.ref)
    assert (
        late.status_code == 303 and f"现在由{other.name}办理" in desk.get(QUEUE).text and whose(project)[1] == other.ref
    )
    assert "请先选择交给哪一位" in desk.post(
        ASSIGN, data={"csrf_token": token(desk, QUEUE), "scope": "ticked", "row": "2"}, follow_redirects=True
    ).text  # fmt: skip
    back = post(desk, QUEUE, ASSIGN, scope="ticked", row=["2"], shown=[f"2:{other.ref}"], assignee="-", case="2")
    assert back.headers["Location"].endswith("/opinions/2") and whose(project)[1] == ""


def test_all_of_a_filter_is_looked_at_before_it_is_given(
    desk: FlaskClient, project: Consultation, reviewer: Actor
) -> None:
    other = make_user("approver")
    look = post(desk, QUEUE, ASSIGN + "?clause=a3", scope="all", assignee=reviewer.ref)
    assert look.status_code == 200 and "3 组" in look.text and whose(project) == [""] * 4
    number = project.id
    with transaction():
        assign.assign(other, NOW, consultation_id=number, comment_ids=[3], assignee=other.ref)
    carried = hidden(look.text)
    answer = desk.post(ASSIGN + "?clause=a3", data=carried | {"csrf_token": token(desk, QUEUE)})
    assert answer.status_code == 409 and other.name in answer.text and whose(project) == ["", "", other.ref, ""]
    answer = desk.post(ASSIGN + "?clause=a3", data=hidden(answer.text) | {"csrf_token": token(desk, QUEUE)})
    assert answer.status_code == 303 and whose(project) == ["", *[reviewer.ref] * 3]


def test_work_shows_who_has_how_much_and_clauses_are_given_there(
    desk: FlaskClient, project: Consultation, reviewer: Actor
) -> None:
    other = make_user("approver")
    answer = post(desk, WORK, WORK, clause="c2", assignee=other.ref)
    assert answer.status_code == 303 and whose(project) == ["", *[other.ref] * 3]
    text = desk.get(WORK).text
    assert f"/review/c/demo?assignee={other.ref}&amp;state=undecided" in text and "取消分配" in text
    stale = post(desk, WORK, WORK, clause="c2", assignee=reviewer.ref)
    assert stale.status_code == 409 and f"现在由{other.name}办理" in stale.text and whose(project)[1] == other.ref
    assert post(desk, WORK, WORK, clause="", assignee=reviewer.ref).status_code == 422
    post(desk, WORK, WORK, clause="whole", assignee=reviewer.ref)
    assert post(desk, WORK, WORK, **{"clause": "c2", "assignee": "-", "had-c2": other.ref}).status_code == 303
    assert whose(project) == [""] * 4
    assert list(verify.faults(db.session())) == []


def test_ones_own_work_comes_first(desk: FlaskClient, project: Consultation, reviewer: Actor) -> None:
    number = project.id
    with transaction():
        assign.assign(reviewer, NOW, consultation_id=number, comment_ids=[1, 2], assignee=reviewer.ref)
    assert "处理我的 2 条" in desk.get("/review").text
    assert "我的待处理" in desk.get(QUEUE).text


def test_a_filter_is_kept_shared_and_dropped(app: Flask, desk: FlaskClient, project: Consultation) -> None:
    answer = post(
        desk, QUEUE + "?clause=a3", QUEUE + "/views?clause=a3&state=undecided", name="第三条没办的", shared="y"
    )
    assert answer.status_code == 303
    again = post(desk, QUEUE + "?clause=a3", QUEUE + "/views?clause=a3", name="第三条没办的")
    assert again.status_code == 422 and "已经有一个叫" in again.text and field(again.text, "name") == "第三条没办的"
    assert "/review/c/demo?state=undecided&amp;clause=a3" in desk.get(QUEUE).text
    other = browser(app, make_user("approver"))
    text = other.get(QUEUE).text
    assert "第三条没办的" in text and "/views/1/drop" not in text
    assert "只能由保存的人删除" in other.post(
        QUEUE + "/views/1/drop", data={"csrf_token": token(other, QUEUE)}, follow_redirects=True
    ).text  # fmt: skip
    desk = browser(app, make_user("reviewer"))
    assert "第三条没办的" in desk.get(QUEUE).text
