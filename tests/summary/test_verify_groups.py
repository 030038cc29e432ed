"""A changed row of groups, additions, their rulings, the list or its counters is found, whichever it is."""

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base.db import db, transaction
from consult.review import decide, naming, regroup
from consult.review.decide_additions import decide_addition, decide_open
from consult.review.models import Membership
from consult.review.ruling import Ruling
from consult.summary import verify
from tests.factories.people import make_project
from tests.review.desk import say
from tests.review.scene import addition, campaign
from tests.summary.world import AFTER, REVIEWER, WHY, make_world, rule

CHANGES = [
    ("DELETE FROM saying WHERE comment_id = 2", "中意见 2 的补充意见与它的原文不一致"),
    ("UPDATE opinion_group SET shared_text = replace(shared_text, '三十米', '五十米') WHERE shared_text <> ''",
     "补充意见与它的原文不一致"),
    ("UPDATE addition SET kind = 'change', base = 0 WHERE kind = 'new'", "的补充意见 1 被改动"),
    ("UPDATE addition SET sentence = '没有说过的话。' WHERE kind = 'new'", "的补充意见 1 被改动"),
    ("UPDATE addition SET said = 9 WHERE kind = 'new'", "记为 9 人提出，实为 2 人"),
    ("UPDATE addition SET ruling = 0 WHERE kind = 'new'", "的处理情况与处理记录不一致"),
    ("UPDATE addition_decision SET reason = reason || '！' WHERE id = 1", "补充意见 1 的第 1 次处理意见被改动"),
    ("UPDATE addition_decision SET digest = 'x' WHERE id = 1", "补充意见 1 的第 1 次处理意见与审计日志不一致"),
    ("DELETE FROM addition_decision WHERE id = 1", "1 次对补充意见的处理记录在审计日志中，数据库里却没有"),
    ("UPDATE addition_decision SET digest = 'x' WHERE id = 2", "成批处理的补充意见与作出时不一致"),
    ("UPDATE group_act SET moves = '[[1, 2, [5]]]' WHERE id = 1", "第 1 次归并调整与审计日志不一致"),
    ("UPDATE group_act SET by_name = '别人' WHERE id = 1", "第 1 次归并调整与审计日志不一致"),
    ("DELETE FROM group_act", "1 次归并调整记录在审计日志中，数据库里却没有"),
    ("UPDATE opinion_group SET name = '别的名称' WHERE name <> ''", "的名称与审计日志不一致"),
    ("UPDATE opinion_group SET name = '新名称' WHERE name = '' AND id = 2", "归并组 2 的名称与审计日志不一致"),
    ("UPDATE desk_row SET size = 2 WHERE comment_id = 6", "审阅列表中意见 6 一行与"),
    ("UPDATE desk_row SET outcome = 'deferred' WHERE comment_id = 1", "审阅列表中意见 1 一行与"),
    ("DELETE FROM desk_row WHERE comment_id = 6", "的审阅列表共 5 条"),
    ("UPDATE desk_count SET count = count + 1 WHERE facet = 'received'", "的计数 received 为 7，应为 6"),
    ("DELETE FROM desk_count WHERE facet = 'clause'", "的计数 clause "),
]  # fmt: skip


@pytest.fixture
def ruled(app: Flask) -> None:
    """A campaign of five with one ruling by itself and the rest together, one split off, a name; 6 stands alone."""
    project = make_project()
    campaign(project)
    say(project, "别的话。", "a3")
    rule(1, "adopted", "")
    group = db.session.get_one(Membership, 1).group_id
    with transaction():
        decide_addition(REVIEWER, AFTER, addition_id=addition("new").id, expected_number=0, ruling=Ruling("deferred", WHY))
    with transaction():
        decide_open(REVIEWER, AFTER, group_id=group, ruling=None)
    with transaction():
        regroup.split(REVIEWER, AFTER, [4], 1)
    with transaction():
        naming.name_group(REVIEWER, AFTER, group, "桥头联名信")
    with transaction():
        decide.mark_read(REVIEWER, AFTER, 6)


def test_every_change_is_found_and_nothing_else(ruled: None) -> None:
    assert list(verify.faults(db.session())) == []
    assert list(verify.faults(db.session(), 1)) == []
    for statement, said in CHANGES:
        db.session.execute(text(statement))
        found = list(verify.faults(db.session()))
        assert any(said in one for one in found), (statement, found)
        db.session.rollback()
    assert list(verify.faults(db.session())) == []


def test_what_waits_for_the_list_is_no_fault(ruled: None, app: Flask) -> None:
    from consult.drafts import find
    from consult.intake.submit import Item
    from tests.factories.people import send
    from tests.summary.world import withdraw

    sent = send(find.by_slug("demo"), [Item("a3", "amend", "还没有看到的。")])
    assert list(verify.faults(db.session())) == []
    withdraw(sent)
    assert list(verify.faults(db.session())) == []


def test_who_joined_after_a_group_was_opened_is_not_made_read(app: Flask) -> None:
    """Neither the turn of a member nor that of a reading can be moved over the other (R40)."""
    world = make_world(units=False)
    first, second, third = (one.comment_ids[0] for one in world.nasty[1:6:2])
    with transaction():
        regroup.merge(REVIEWER, AFTER, [first, second], world.id)
    with transaction():
        decide.mark_read(REVIEWER, AFTER, first)
    with transaction():
        regroup.move(REVIEWER, AFTER, [third], first, world.id)
    assert list(verify.faults(db.session())) == []
    for statement in (
        "UPDATE group_reading SET entry = entry + 1", f"UPDATE membership SET entry = 1 WHERE comment_id = {third}",
        "UPDATE group_reading SET entry = 0", f"UPDATE membership SET entry = entry + 9 WHERE comment_id = {second}",
    ):  # fmt: skip
        db.session.connection().exec_driver_sql(statement)
        db.session.expire_all()
        found = list(verify.faults(db.session()))
        db.session.rollback()
        assert any("是否看过，与审计日志不一致" in one for one in found), statement
