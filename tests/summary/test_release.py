"""Publishing a result: who, when, what must be done first, and what a later change does."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed
from consult.base.people import Actor
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.review import decide
from consult.summary import find, release, verify
from consult.summary.models import Release
from tests.factories.people import CLOSES, later, make_project, send
from tests.summary.releasing import approve, approve_formal, decided, publish, refused, table_of
from tests.summary.world import (
    AFTER,
    APPROVER,
    OFFICE,
    OPEN,
    REVIEWER,
    make_world,
    rule,
    rule_all,
    settle_disputes,
    withdraw,
)


def test_a_result_goes_out_with_its_numbers_table_and_words(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    approve_formal(world.id)
    approve()
    row = publish()
    assert row.number == 1 and (row.approved_by, row.released_by) == (APPROVER.ref, OFFICE.ref)
    rows = table_of(row)
    assert row.numbers["received"] == 22 and row.numbers["valid"] == sum(one.likes for one in rows)
    assert [one.number for one in rows] == list(range(1, row.numbers["merged"] + 1))
    assert "共收到意见建议22条" in row.notice and "不愿公开的原话" not in str(rows)
    assert find.released_ids([world.id, 99]) == {world.id} and find.released_at() == {world.id: AFTER}
    current = find.current_release(world.id)
    assert current is not None and current.digest == release.release_digest(db.session(), current)
    assert list(verify.faults(db.session())) == []


def test_before_the_deadline_nothing_is_published(app: Flask) -> None:
    decided()
    assert "截止" in refused(lambda: approve(now=later(days=6)))
    assert "截止" in refused(lambda: publish(now=later(days=6)))
    approve(now=CLOSES)


def test_every_opinion_must_be_opened_and_decided(app: Flask) -> None:
    project = make_project()
    (number,) = send(project, [Item(None, "other", "一句话")]).comment_ids
    assert "没有人打开看过" in refused(approve)
    with transaction():
        decide.mark_read(REVIEWER, later(days=1), number)
    assert "还有 1 条公众意见没有处理意见" in refused(approve)
    rule(number, "adopted")
    approve()
    assert publish().numbers["by_outcome"] == {"adopted": 1}


def test_nothing_is_published_without_the_approval_of_another_person(app: Flask) -> None:
    decided()
    assert "还没有经过审批" in refused(publish)
    both = replace(APPROVER, roles=frozenset({"office", "approver"}))
    approve(both)
    assert "两个人" in refused(lambda: publish(both), NotAllowed)
    publish()


def test_who_ruled_does_not_approve_the_table(app: Flask) -> None:
    decided()
    both = replace(REVIEWER, roles=frozenset({"reviewer", "approver"}))
    assert "另一位审批负责人" in refused(lambda: approve(both), NotAllowed)


@pytest.mark.parametrize("roles", [{"reviewer"}, {"agency"}, {"sysadmin", "secadmin", "auditor"}, set()])
def test_other_roles_neither_approve_nor_publish(app: Flask, roles: set[str]) -> None:
    decided()
    actor = Actor("user:7", "某人", frozenset(roles))
    refused(lambda: approve(actor), NotAllowed)
    refused(lambda: publish(actor), NotAllowed)


def test_a_change_after_the_approval_reopens_it(app: Flask) -> None:
    number = decided()
    approve()
    ids = [one.id for one in db.session.query(Comment).filter_by(consultation_id=number)]
    rule(ids[0], "partly_adopted", adopted_part="第一点")
    assert "审批之后处理结果又有变动" in refused(publish)
    approve()
    assert publish().numbers["by_outcome"] == {"not_adopted": 1, "partly_adopted": 1}


def test_a_withdrawal_after_the_approval_reopens_it(app: Flask) -> None:
    project = make_project()
    sent = [send(project, [Item(None, "other", f"第{number}句")], sender=OPEN) for number in range(2)]
    for one in sent:
        rule(one.comment_ids[0], "adopted")
    approve()
    withdraw(sent[0])
    assert "又有变动" in refused(publish)


def test_refusing_a_unit_needs_its_own_approval(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    formal = db.session.query(Comment).filter_by(text="间距改为三十米。").one().id
    rule(formal, "not_adopted")
    assert "单位意见不采纳" in refused(approve)
    approve_formal(world.id)
    assert "1 项单位意见的争议没有处理结果" in refused(approve)
    settle_disputes(world.id)
    approve()


def test_sums_that_fail_refuse_the_result(app: Flask) -> None:
    decided()
    db.session.rollback()
    with transaction():
        db.session.connection().exec_driver_sql("UPDATE submission SET comment_count = 3")
    assert "收到 3 条，不等于有效 2 条" in refused(approve)


def test_a_correction_stands_beside_what_it_corrects(app: Flask) -> None:
    number = decided()
    approve()
    first = publish().notice
    assert "已经公布过" in refused(publish, Conflict)
    ids = [one.id for one in db.session.query(Comment).filter_by(consultation_id=number)]
    rule(ids[0], "adopted")
    approve()
    assert publish().number == 2
    assert [one.number for one in find.releases(number)] == [1, 2]
    assert find.releases(number)[0].notice == first


def test_a_project_without_opinions_is_published_too(app: Flask) -> None:
    make_project()
    approve()
    row = publish()
    assert table_of(row) == [] and "未收到社会公众的意见建议" in row.notice


def test_the_database_itself_refuses_one_person_for_both(app: Flask) -> None:
    decided()
    approve()
    number = publish().id
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Release).where(Release.id == number).values(approved_by=OFFICE.ref))
