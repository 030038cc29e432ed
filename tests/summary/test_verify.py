"""A changed row is found, whichever it is."""

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.intake.submit import Item
from consult.summary import entries, shelf, verify
from tests.factories.people import make_project, send
from tests.summary.releasing import approve, approve_formal, publish
from tests.summary.world import World, make_world, rule_all

CHANGES = [
    ("UPDATE comment SET text = text || '。' WHERE id = 1", "提交 1 的意见内容与收到时不一致"),
    ("UPDATE comment SET stance = 'support' WHERE id = 2", "提交 2 的意见内容与收到时不一致"),
    ("UPDATE comment SET clause_id = NULL WHERE id = 2", "提交 2 的意见内容与收到时不一致"),
    ("UPDATE submission SET digest = 'x' WHERE id = 3", "提交 3 的意见内容与收到时不一致"),
    ("UPDATE submission SET comment_count = 2 WHERE id = 3", "提交 3 应有 2 条意见，实有 1 条"),
    ("UPDATE submission SET channel = 'phone' WHERE id = 22", "提交 22 的意见内容与收到时不一致"),
    ("UPDATE comment SET withdrawn_at = NULL WHERE id = 18", "提交 18 已经撤回，意见却没有标为撤回"),
    ("UPDATE comment SET withdrawn_at = '2026-03-11 00:00:00+00' WHERE id = 1", "提交 1 的意见标为撤回，审计日志"),
    ("UPDATE decision SET reason = reason || '！' WHERE id = 2", "第 1 次处理意见被改动"),
    ("UPDATE decision SET outcome = 'deferred' WHERE id = 2", "第 1 次处理意见被改动"),
    ("DELETE FROM decision WHERE id = 2", "1 次处理意见记录在审计日志中，数据库里却没有"),
    ("UPDATE clause SET text = '第三条改了' WHERE label = '第三条'", "条款内容被改动"),
    ("UPDATE version SET digest = 'x'", "与发布时记录的摘要不一致"),
    ("UPDATE consultation SET closes_at = '2026-03-20 00:00:00+00'", "截止时间与审计日志不一致"),
    ("UPDATE formal_opinion SET signatory = '别人' WHERE id = 1", "复函 1 的内容被改动"),
    ("UPDATE formal_opinion SET digest = 'x' WHERE id = 2", "复函 2"),
    ("UPDATE release SET notice = notice || '另有。'", "采纳情况公告被改动"),
    ("UPDATE release_row SET reason = '换了理由' WHERE number = 3", "采纳情况公告被改动"),
    ("UPDATE release_row SET clause_key = 'a5' WHERE number = 3", "采纳情况公告被改动"),
    ("UPDATE release SET changes = '[]'", "采纳情况公告被改动"),
    ("DELETE FROM release_row WHERE number = 3", "采纳情况公告被改动"),
    ("DELETE FROM release_row; DELETE FROM release", "1 次采纳情况公告记录在审计日志中，数据库里却没有"),
    ("UPDATE audit_entry SET actor = 'user:1' WHERE id = 9", "审计日志第 9 条"),
    ("DELETE FROM audit_entry WHERE id = 9", "审计日志缺少第 9 条"),
]


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    rule_all(made)
    approve_formal(made.id)
    approve()
    publish()
    return made


def test_every_change_of_a_row_is_found_and_nothing_else(world: World) -> None:
    assert list(verify.faults(db.session())) == []
    assert list(verify.faults(db.session(), world.id)) == []
    for statement, said in CHANGES:
        connection = db.session.connection()
        if connection.dialect.name == "sqlite":
            statement = statement.replace("+00'", ".000000'")
        for one in statement.split("; "):
            connection.exec_driver_sql(one)
        db.session.expire_all()
        found = list(verify.faults(db.session()))
        db.session.rollback()
        assert any(said in fault for fault in found), (statement, found)
    assert list(verify.faults(db.session())) == []


UNREADABLE = [
    ("UPDATE comment SET stance = 'gone' WHERE id = 2", "提交 2 的意见内容与收到时不一致"),
    ("UPDATE submission SET channel = 'gone' WHERE id = 3", "提交 3 的意见内容与收到时不一致"),
    ("UPDATE solicitation SET extensions = '[[1]]' WHERE id = 1", "征求意见函和复函的记录读不懂"),
    ("UPDATE formal_opinion SET items = '[[1]]' WHERE id = 1", "单位内部意见的记录读不懂"),
]


def test_what_no_program_writes_is_named_and_the_check_goes_on(world: World) -> None:
    for statement, said in UNREADABLE:
        db.session.connection().exec_driver_sql(statement)
        db.session.connection().exec_driver_sql("UPDATE decision SET reason = reason || '！' WHERE id = 2")
        db.session.expire_all()
        found = list(verify.faults(db.session()))
        db.session.rollback()
        assert any(said in fault for fault in found), (statement, found)
        assert any("第 1 次处理意见被改动" in fault for fault in found), (statement, found)


def test_slices_read_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "SLICE", 2)
    monkeypatch.setattr(shelf, "SLICE", 2)
    assert list(verify.faults(db.session())) == []


def test_a_submission_that_nobody_received_is_found(app: Flask) -> None:
    project = make_project()
    send(project, [Item(None, "other", "一句话")])
    with transaction():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last and last.action == "submit"
        db.session.delete(last)  # cutting the end off breaks no link: the row without an entry betrays it
    assert list(verify.faults(db.session())) == ["提交 1 在审计日志中没有登记"]


def test_another_project_is_not_blamed(app: Flask) -> None:
    first, second = make_project("first"), make_project("second")
    send(first, [Item(None, "other", "一句话")])
    send(second, [Item(None, "other", "另一句")])
    numbers = (first.id, second.id)
    with transaction():
        db.session.connection().exec_driver_sql("UPDATE comment SET text = 'x' WHERE id = 2")
    assert list(verify.faults(db.session(), numbers[0])) == []
    assert list(verify.faults(db.session(), numbers[1])) == ["提交 2 的意见内容与收到时不一致"]
