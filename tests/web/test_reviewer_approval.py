"""Approval: rulings that wait, one or all, never one's own, never one that was replaced."""

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.intake.submit import Item
from consult.review import decide
from consult.review.models import Decision
from tests.factories.people import NOW, make_project, make_user, send
from tests.web.pages import actions, browser, post

PAGE = "/review/c/demo/approve"
REASON = "间距由行业标准确定，全县统一执行。"


def rule(actor: Actor, comment_id: int, number: int = 0, outcome: str = "not_adopted") -> int:
    with transaction():
        return decide.decide(
            actor, NOW, comment_id=comment_id, expected_number=number, outcome=outcome, reason=REASON
        ).id


@pytest.fixture
def people(app: Flask) -> tuple[Actor, Actor]:
    """A reviewer and an approver, four opinions of which two are ruled on by the first, one by the second."""
    project = make_project()
    for number in range(4):
        send(project, [Item("a3", "amend", f"第{number}种意见。")])
    reviewer, approver = make_user("reviewer"), make_user("approver")
    for one in (1, 2):
        rule(reviewer, one)
    rule(approver, 3)
    return reviewer, approver


def approved() -> list[int]:
    return list(db.session.scalars(select(Decision.id).where(Decision.approved_at.is_not(None)).order_by(Decision.id)))


def test_waiting_rulings_are_shown_with_their_opinion_and_own_ones_are_not(
    app: Flask, people: tuple[Actor, Actor]
) -> None:
    page = browser(app, people[1]).get(PAGE).text
    assert "第0种意见。" in page and "第1种意见。" in page and "第2种意见。" not in page and "第3种意见。" not in page
    assert "其中 1 组是您自己处理的" in page and REASON in page and 'href="/office/c/demo/result"' in page
    page = browser(app, people[0]).get(PAGE).text
    assert f"审批由审批负责人办理（{people[1].name}）" in page and "审批所选" not in page
    assert "第0种意见。" in page and "第2种意见。" in page, "who only looks on sees all that wait"


def test_one_ticked_or_all_shown(app: Flask, people: tuple[Actor, Actor]) -> None:
    client = browser(app, people[1])
    assert post(client, PAGE, PAGE, one="1", shown=["1", "2"], decision=["2"]).status_code == 303
    assert approved() == [1]
    rule(people[0], 4)
    answer = post(client, PAGE, PAGE, do="all", shown=["2", "4"])
    assert answer.status_code == 303 and approved() == [1, 2, 4]
    assert "已审批2条处理意见" in client.get(PAGE).text
    assert actions().count("approve") == 2


def test_nothing_ticked_is_said_and_own_rulings_stay(app: Flask, people: tuple[Actor, Actor]) -> None:
    client = browser(app, people[1])
    answer = post(client, PAGE, PAGE, do="ticked")
    assert answer.status_code == 422 and "请选择要审批的处理意见" in answer.text and "第0种意见。" in answer.text
    assert post(client, PAGE, PAGE, one="3").status_code == 403
    assert post(client, PAGE, PAGE, do="ticked", decision=["1", "3"]).status_code == 403
    assert approved() == []


def test_a_replaced_ruling_is_not_approved_unseen(app: Flask, people: tuple[Actor, Actor]) -> None:
    client = browser(app, people[1])
    client.get(PAGE)
    rule(people[0], 1, number=1, outcome="adopted")
    answer = post(client, PAGE, PAGE, do="all", shown=["1", "2"])
    assert answer.status_code == 409 and "有的已经有了新的处理" in answer.text and approved() == []


def test_a_change_after_approval_waits_again(app: Flask, people: tuple[Actor, Actor]) -> None:
    client = browser(app, people[1])
    post(client, PAGE, PAGE, one="1")
    assert "第0种意见。" not in client.get(PAGE).text
    rule(people[0], 1, number=1)
    assert "第 2 次处理" in client.get(PAGE).text


def test_reviewers_only_look(app: Flask, people: tuple[Actor, Actor]) -> None:
    client = browser(app, people[0])
    page = client.get(PAGE)
    assert page.status_code == 200 and 'name="one"' not in page.text and "第2种意见。" in page.text
    assert post(client, "/review/c/demo/opinions/4", PAGE, one="3").status_code == 403
    assert approved() == []
