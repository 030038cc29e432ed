"""Pages of a group: its shared text and additions, rulings on them, members, split, move, merge, undo, name, campaign."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.submit import Item, Sender
from consult.review import desk as rows
from consult.review import extras, regroup
from consult.review.group_models import ADDITIONS
from consult.review.models import Group, Membership
from tests.factories.people import NOW, later, make_project, make_user, send
from tests.review.desk import REASON, rule, say
from tests.review.scene import CHANGE, NEW, SHARED, addition, campaign
from tests.web.pages import actions, browser, field, post, token

BASE = "/review/c/demo/opinions/1"
EXTRA = BASE + "/additions"


@pytest.fixture
def project(app: Flask) -> Consultation:
    """A campaign of five, comments 1 to 5; 6 says something else on the same clause."""
    project = make_project()
    campaign(project, senders={0: Sender(region="河湾县", kind="person")})
    say(project, "学校门口的路灯不够亮，请改为二十米。", "a3")
    return project


def group_of(comment: int) -> int:
    return db.session.get_one(Membership, comment, populate_existing=True).group_id


def test_the_case_shows_the_shared_text_and_every_addition(desk: FlaskClient) -> None:
    page = desk.get(BASE).text
    for sentence in SHARED:
        assert f"<li>{sentence}</li>" in page
    assert NEW in page and "不" in page and "待处理 1" in page and "2 人提出" in page
    assert "对共同文字第 2 句" in page and "<ins>" in page and "<del>" in page
    assert "按本组处理意见一并处理" not in page
    other = desk.get("/review/c/demo/opinions/6").text
    assert "shared-title" not in other and "additions-title" not in other


def test_a_row_says_what_the_members_share_and_not_what_the_first_of_them_adds(app: Flask, desk: FlaskClient, project: Consultation) -> None:
    campaign(project, [NEW + "".join(SHARED), *["".join(SHARED)] * 3], clause="a4")
    page = desk.get("/review/c/demo?clause=a4").text
    assert "同类 4 条" in page and SHARED[0] in page and NEW not in page
    number = re.findall(r'data-row="(\d+)"', page)[0]
    look = desk.post("/review/c/demo/bulk", data={"csrf_token": token(desk, "/review/c/demo"), "scope": "ticked", "row": number}).text
    assert SHARED[0] in look and NEW not in look


def test_a_member_shows_its_own_words_with_its_additions_marked(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo/opinions/2").text
    marked = re.search(r'<mark class="adds new"><span class="adds-kind">新增</span>([^<]+)</mark>', page)
    assert marked and marked[1] == NEW
    assert "<mark" not in desk.get(BASE).text


def test_each_kind_has_a_list_and_each_addition_a_page(desk: FlaskClient) -> None:
    for kind, word in ADDITIONS.items():
        page = desk.get(f"{EXTRA}?kind={kind}").text
        assert f"{word} 1 句" in page and 'name="addition"' in page
        one = desk.get(f"{EXTRA}/{addition(kind).id}").text
        assert addition(kind).sentence in one and "谁提出" in one
    assert desk.get(f"{EXTRA}/999").status_code == 404
    assert desk.get("/review/c/demo/opinions/6/additions").status_code == 404
    assert desk.get(f"/review/c/demo/opinions/6/additions/{addition('new').id}").status_code == 404


def test_additions_page_by_page(app: Flask, desk: FlaskClient, project: Consultation) -> None:
    campaign(project, ["".join(SHARED) + f"第{number}村的桥头也要装一盏灯，别漏了。" for number in range(60)], "a4")
    seen: set[str] = set()
    address = "/review/c/demo/opinions/7/additions?kind=new"
    for _ in range(3):
        page = desk.get(address).text
        seen |= set(re.findall(r"第\d+村的桥头也要装一盏灯，别漏了。", page))
        more = re.search(r'href="([^"]+)" rel="next"', page)
        if not more:
            break
        address = more[1].replace("&amp;", "&")
    assert len(seen) == 60
    assert desk.get("/review/c/demo/opinions/7/additions?kind=x&more=1-x").status_code == 200


def test_ruling_on_one_keeps_what_was_typed_where_somebody_was_first(app: Flask, desk: FlaskClient) -> None:
    page = f"{EXTRA}/{addition('new').id}"
    wrong = post(desk, page, page, expected_number="0", outcome="not_adopted", reason="短")
    assert wrong.status_code == 422 and "至少10个字" in wrong.text and "短" in wrong.text
    done = post(desk, page, page, expected_number="0", outcome="not_adopted", reason=REASON)
    assert done.status_code == 303
    other = browser(app, make_user("reviewer"))
    late = post(other, page, page, expected_number="0", outcome="adopted", reason="桥头确实太暗，应当加装。")
    assert late.status_code == 409 and "您填写期间" in late.text and REASON in late.text and "桥头确实太暗" in late.text
    assert field(late.text, "expected_number") == "1"
    again = post(other, page, page, expected_number="1", outcome="adopted", reason="桥头确实太暗，应当加装。")
    assert again.status_code == 303
    history = other.get(page).text
    assert "第 2 次处理" in history and "第 1 次处理" in history


def test_ticked_all_open_and_as_the_group(desk: FlaskClient, reviewer: Actor, project: Consultation) -> None:
    new = addition("new")
    none = post(desk, EXTRA, EXTRA, do="ticked", outcome="not_adopted", reason=REASON)
    assert none.status_code == 422 and "请勾选" in none.text and REASON in none.text
    stale = post(desk, EXTRA, EXTRA, do="ticked", addition=f"{new.id}-4", outcome="not_adopted", reason=REASON)
    assert stale.status_code == 409 and "已经由别人处理" in stale.text
    assert post(desk, EXTRA, EXTRA, do="group").status_code == 422
    ticked = post(desk, EXTRA, EXTRA, do="ticked", addition=f"{new.id}-0", outcome="not_adopted", reason=REASON)
    assert ticked.status_code == 303 and extras.open_in(project.id) == 1
    rule(reviewer, 1, "adopted")
    assert "按本组处理意见一并处理 1 句" in desk.get(BASE).text
    assert post(desk, BASE, EXTRA, do="group", **{"from": "case"}).headers["Location"] == BASE
    assert extras.open_in(project.id) == 0 and extras.standing_of([new.id])[new.id].outcome == "not_adopted"
    post(desk, EXTRA, EXTRA, do="ticked", addition=f"{addition('change').id}-0", outcome="adopted")
    assert addition("change").ruling == 1
    assert "没有等待处理的补充意见" in desk.post(EXTRA, data={"csrf_token": field(desk.get(EXTRA).text, "csrf_token"),
                                              "do": "open", "outcome": "adopted"}, follow_redirects=True).text  # fmt: skip


def test_split_move_merge_and_undo_by_pages(desk: FlaskClient, project: Consultation) -> None:
    people = BASE + "/members"
    assert "新增 1 句" in desk.get(people).text
    assert "请选择同一组里" in post(desk, people, BASE + "/split", member=["1", "6"]).text
    split = post(desk, people, BASE + "/split", member=["2", "5"])
    assert split.headers["Location"] == "/review/c/demo/opinions/2" and group_of(2) == group_of(5) != group_of(1)
    assert "已拆出2条" in desk.get("/review/c/demo/opinions/2").text
    refused = post(desk, people, BASE + "/move", member=["2"], into="99")
    assert refused.status_code == 404 and 'value="99"' in refused.text and "没有找到这条意见" in refused.text
    assert post(desk, people, BASE + "/move", member=["2"], into="6").status_code == 303
    assert group_of(2) == group_of(6) != group_of(5)
    join = "/review/c/demo/opinions/6/join"
    page = desk.get(join).text
    assert "并入这一组" in page and "处理意见适用于全部" in page
    assert post(desk, join, join, into="").status_code == 404
    assert post(desk, join, join, into="1").status_code == 303 and group_of(6) == group_of(1)
    log = desk.get("/review/c/demo/groups/log").text
    assert log.count("/undo") == 3 and "拆出" in log and "移动" in log and "合并" in log
    undo = "/review/c/demo/groups/log/{}/undo"
    early = post(desk, people, undo.format(1))
    assert early.status_code == 409 and "请先撤销后面的调整" in early.text
    for number in (3, 2, 1):
        assert post(desk, people, undo.format(number)).status_code == 303
    assert len({group_of(one) for one in range(1, 6)}) == 1
    assert group_of(6) != group_of(1)
    assert actions().count("regroup") == 6 and "已撤销" in desk.get("/review/c/demo/groups/log").text


def test_rows_ticked_in_the_list_are_shown_before_they_are_merged(desk: FlaskClient, project: Consultation) -> None:
    say(project, "别的条款。", "a4")
    address = "/review/c/demo/groups/merge"
    shown = post(desk, BASE, address, row=["6", "1"])
    assert shown.status_code == 200 and "确认合并" in shown.text and len({group_of(1)}) == 1
    assert "请在列表里勾选" in post(desk, BASE, address, row=["6"]).text
    wrong = post(desk, BASE, address, row=["1", "7"], sure="1")
    assert wrong.status_code == 422 and "只有针对同一条款" in wrong.text
    assert post(desk, BASE, address, row=["6", "1"], sure="1").status_code == 303
    assert group_of(6) == group_of(1)


def test_a_group_gets_a_name(desk: FlaskClient) -> None:
    people, name = BASE + "/members", BASE + "/name"
    long = post(desk, people, name, name="长" * 41)
    assert long.status_code == 422 and "最多40个字" in long.text
    assert post(desk, people, name, name=" 学校门口  联名信 ").status_code == 303
    assert db.session.get_one(Group, group_of(1), populate_existing=True).name == "学校门口 联名信"
    assert "学校门口 联名信" in desk.get(BASE).text and "name_group" in actions()


def test_the_campaign_page_counts_and_says_that_nothing_is_dropped(
    desk: FlaskClient, project: Consultation
) -> None:
    late = send(project, [Item("a3", "amend", CHANGE + SHARED[1] + SHARED[2])], now=later(hours=3, minutes=7))
    with transaction():
        rows.settle_all(project.id)
    mover = make_user("reviewer")
    with transaction():
        regroup.move(mover, NOW, late.comment_ids, 1, 1)
    page = desk.get(BASE + "/campaign").text
    assert "不会因此删去或者少算" in page and "5 条，<time" in page and "每小时收到多少条" in page
    assert "<svg" in page and "河湾县" in page and "网上提交" in page or "网" in page
    assert desk.get("/review/c/demo/opinions/6/campaign").status_code == 404
