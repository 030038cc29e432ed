"""The public table with personal data covered, what waits for a choice, and verify over all of it."""

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base.db import db, transaction
from consult.drafts import find as drafts
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw_submission
from consult.review import internal_notes, masks, reasons
from consult.summary import release, verify
from consult.summary.rows import adoption_rows, summary_rows
from tests.factories.people import NOW, later, make_project, send
from tests.review.desk import REASON, group
from tests.summary.releasing import approve, publish, table_of
from tests.summary.world import AFTER, APPROVER, OFFICE, REVIEWER, rule

TEXT = "我叫张三丰，电话13812345678，车川B12345。张三丰建议改为三十米。"
OPEN = Sender(kind="person", name="张三丰", may_publish=True)


def choose(comment_id: int, choice: str, *values: str, now=NOW) -> None:
    comment = db.session.get(Comment, comment_id)
    found = {one.value: one for one in masks.items(comment, masks.chosen_for(comment_id))}
    with transaction():
        masks.choose_masks(REVIEWER, now, comment_id, [one for value in values for one in found[value].choose(choice)])


def public() -> list[str]:
    return [row.opinion for row in adoption_rows(db.session(), drafts.by_slug("demo").id)]


def waiting() -> int:
    return release.standing(db.session(), drafts.by_slug("demo"), AFTER).seen.unresolved


@pytest.fixture
def comment(app: Flask) -> int:
    """Two who say the very same, the first of whom did not agree to publication; a third elsewhere, who is returned."""
    project = make_project()
    send(project, [Item("a3", "amend", TEXT)])
    sent = send(project, [Item("a4", "amend", TEXT, "三十米", "我是李四，住得近")], later(minutes=1), OPEN)
    send(project, [Item("a3", "amend", TEXT)], later(minutes=2), OPEN)
    group(REVIEWER, project)
    return sent.comment_ids[0]


def test_numbers_are_covered_at_once_and_names_by_choice(comment: int) -> None:
    first, second = public()
    assert first == "我叫张三丰，电话138******78，车川******。张三丰建议改为三十米。"
    assert second == f"{first}\n理由：我是李四，住得近\n建议修改为：三十米"
    assert waiting() == 2
    choose(comment, "mask", "张三丰")
    choose(comment, "keep", "李四", "川B12345")
    covered = "我叫张**，电话138******78，车川B12345。张**建议改为三十米。"
    assert public() == [first, f"{covered}\n理由：我是李四，住得近\n建议修改为：三十米"]
    assert waiting() == 1
    choose(1, "mask", "张三丰")  # the first of the group, whose own words nobody quotes
    assert public()[0] == "我叫张**，电话138******78，车川******。张**建议改为三十米。" and waiting() == 0
    assert TEXT in [row.opinion for row in summary_rows(db.session(), drafts.by_slug("demo").id)]


def test_a_choice_stays_when_who_it_was_made_on_withdraws(comment: int) -> None:
    choose(1, "mask", "张三丰")
    with transaction():
        withdraw_submission(REVIEWER, later(hours=1), submission(1))
    assert [one[:5] for one in public()] == ["我叫张**", "我叫张三丰"]


def test_a_reason_that_repeats_the_name_is_covered_too(comment: int) -> None:
    choose(comment, "mask", "张三丰")
    rule(comment, "not_adopted", "张三丰先生的建议已由行业标准覆盖，可致电13912345678。")
    rows = list(adoption_rows(db.session(), drafts.by_slug("demo").id))
    assert rows[1].reason == "张**先生的建议已由行业标准覆盖，可致电139******78。"


def test_a_release_freezes_what_was_covered_and_a_later_choice_reopens_the_approval(comment: int) -> None:
    rule(comment, "adopted")
    rule(1, "not_adopted")
    choose(comment, "mask", "张三丰")
    approve()
    choose(comment, "keep", "张三丰", now=later(days=1))
    with pytest.raises(Exception, match="重新审批"):
        publish()
    choose(comment, "mask", "张三丰", now=later(days=2))
    approve()
    row = publish()
    assert "张三丰" not in table_of(row)[1].opinion and "李四" in table_of(row)[1].opinion
    choose(comment, "mask", "李四", now=later(days=3))
    assert "李四" in table_of(row)[1].opinion  # what is out stands; a correction is a new release
    assert list(verify.faults(db.session())) == []


CHANGES = [
    ("UPDATE mask SET choice = 'keep' WHERE id = 1", "意见 2 的遮盖记录与审计日志不一致"),
    ('UPDATE mask SET "end" = "end" + 1 WHERE id = 1', "意见 2 的遮盖记录与审计日志不一致"),
    ("UPDATE mask SET \"by\" = 'user:1' WHERE id = 1", "意见 2 的遮盖记录与审计日志不一致"),
    ("DELETE FROM mask WHERE id = 1", "意见 2 的遮盖记录与审计日志不一致"),
    ("DELETE FROM mask", "意见 2 的遮盖记录在审计日志中，数据库里却没有"),
    (
        "INSERT INTO mask (comment_id, field, start, \"end\", kind, choice, at, \"by\") "
        "SELECT 1, field, start, \"end\", kind, choice, at, \"by\" FROM mask WHERE id = 1",
        "意见 1 的遮盖记录与审计日志不一致",
    ),
    ("UPDATE internal_note SET body = '改了' WHERE id = 1", "内部备注 1 与审计日志不一致"),
    ("UPDATE internal_note SET by_name = '别人' WHERE id = 1", "内部备注 1 与审计日志不一致"),
    ("UPDATE internal_note SET withdrawn_at = at WHERE id = 1", "内部备注 1 与审计日志不一致"),
    ("UPDATE internal_note SET withdrawn_at = NULL WHERE id = 2", "内部备注 2 与审计日志不一致"),
    ("DELETE FROM internal_note WHERE id = 1", "内部备注 1 记录在审计日志中，数据库里却没有"),
    ("UPDATE reason SET body = body || '！' WHERE id = 1", "理由库第 1 条与审计日志不一致"),
    ("UPDATE reason SET active = true WHERE id = 2", "理由库第 2 条与审计日志不一致"),
    ("DELETE FROM reason WHERE id = 2", "理由库第 2 条记录在审计日志中，数据库里却没有"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "fault"), CHANGES)
def test_verify_names_a_changed_row(comment: int, change: str, fault: str) -> None:
    choose(comment, "mask", "张三丰", "李四")
    with transaction():
        internal_notes.write_note(OFFICE, NOW, comment, "请核一下。")
    with transaction():
        internal_notes.write_note(OFFICE, NOW, comment, "写错了。")
    with transaction():
        internal_notes.take_back_note(OFFICE, later(hours=1), comment, 2)
    for title in ("标准", "旧的"):
        with transaction():
            reasons.keep_reason(APPROVER, NOW, outcome="not_adopted", title=title, body=REASON)
    with transaction():
        reasons.retire_reason(APPROVER, NOW, 2)
    number = drafts.by_slug("demo").id
    assert list(verify.faults(db.session())) == [] == list(verify.faults(db.session(), number))
    db.session.execute(text(change))
    assert any(fault in one for one in verify.faults(db.session())), change
    db.session.rollback()


def test_verify_of_another_project_is_not_disturbed(comment: int) -> None:
    choose(comment, "mask", "张三丰")
    other = make_project("other").id
    db.session.execute(text("UPDATE mask SET choice = 'keep'"))
    assert list(verify.faults(db.session(), other)) == []
    assert list(verify.faults(db.session(), drafts.by_slug("demo").id)) != []
    db.session.rollback()
