"""What people cover or keep, notes among colleagues, the library of reasons: verbs on both databases."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import CITIZEN
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw_submission
from consult.review import before_public, internal_notes, masks, reasons
from consult.review.decide import withhold
from consult.review.masks import Choice, choose_masks, chosen_for, items, places
from consult.review.personal_models import InternalNote, Mask, Reason
from tests.factories.people import NOW, make_user, send
from tests.review.desk import REASON, group, rule, say

TEXT = "我叫张三，电话13812345678。张三建议改为三十米。"
OPEN = Sender(may_publish=True)
LATER = NOW + timedelta(hours=1)


def choose(actor, comment_id: int, *choices: Choice, now=NOW) -> bool:
    with transaction():
        return choose_masks(actor, now, comment_id, choices)


def shown(comment_id: int) -> dict[str, masks.Item]:
    return {one.value: one for one in items(db.session.get(Comment, comment_id), chosen_for(comment_id))}


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_a_choice_is_stored_once_and_changed_in_place(project, reviewer):
    comment = say(project, TEXT)
    found = shown(comment)
    assert (found["张三"].choice, found["张三"].covered) == ("", False)
    assert (found["13812345678"].choice, found["13812345678"].covered) == ("", True)
    assert choose(reviewer, comment, *found["张三"].choose("mask"), *found["13812345678"].choose("keep"))
    assert not choose(reviewer, comment, *shown(comment)["张三"].choose("mask"), now=LATER)
    assert len(entries("choose_masks")) == 1 and entries("choose_masks")[0].subject == f"comment:{comment}"
    assert "张三" not in entries("choose_masks")[0].facts
    found = shown(comment)
    assert found["张三"].covered and len(found["张三"].spots) == 2  # also where the name is said again
    assert not found["13812345678"].covered
    assert choose(reviewer, comment, *found["张三"].choose("keep"), now=LATER)
    rows = masks.masks_of(comment)
    assert {(row.kind, row.choice, row.at) for row in rows} == {("name", "keep", LATER), ("phone", "keep", NOW)}


def test_a_choice_counts_for_the_whole_group_and_the_newest_wins(project, reviewer):
    first, second = say(project, TEXT), say(project, TEXT + " ")
    other = say(project, TEXT, clause="a2")
    group(reviewer, project)
    choose(reviewer, first, *shown(first)["张三"].choose("mask"))
    assert chosen_for(second) == {"张三": "mask"} and chosen_for(other) == {}
    choose(reviewer, second, *shown(second)["张三"].choose("keep"), now=LATER)
    assert chosen_for(first) == chosen_for(second) == {"张三": "keep"}
    assert choose(reviewer, first, *shown(first)["张三"].choose("mask"), now=LATER + timedelta(hours=1))
    assert chosen_for(second) == {"张三": "mask"}


def test_words_that_no_machine_found_are_covered_wherever_they_stand(project, reviewer):
    comment = send(project, [Item("a1", "amend", "幼儿园王老师知道。", "", "王老师说的")]).comment_ids[0]
    row = db.session.get(Comment, comment)
    with pytest.raises(Refused) as refused:
        places(row, "李老师")
    assert refused.value.field == "more"
    with pytest.raises(Refused):
        places(row, "  ")
    choose(reviewer, comment, *places(row, "王老师"))
    assert len(masks.masks_of(comment)) == 2 and shown(comment)["王老师"].covered
    choose(reviewer, comment, *shown(comment)["王老师"].choose("keep"), now=LATER)
    assert not shown(comment)["王老师"].covered


@pytest.mark.parametrize(
    "choice",
    [
        Choice("text", 0, 9999, "name", "mask"), Choice("text", 3, 3, "name", "mask"), Choice("text", -1, 2, "name", "mask"),
        Choice("stance", 0, 1, "name", "mask"), Choice("text", 0, 1, "king", "mask"), Choice("text", 0, 1, "name", ""),
    ],
)  # fmt: skip
def test_a_place_that_is_not_there_is_refused(project, reviewer, choice):
    comment = say(project, TEXT)
    with pytest.raises(Refused):
        choose(reviewer, comment, choice)
    assert not db.session.scalars(select(Mask)).all() and not entries("choose_masks")


def test_only_who_decides_chooses_and_nobody_on_what_was_withdrawn(app: Flask, project, reviewer):
    sent = send(project, [Item("a1", "amend", TEXT)])
    choice = Choice("text", 2, 4, "name", "mask")
    for role in ("auditor", "sysadmin", "agency"):
        with pytest.raises(NotAllowed):
            choose(make_user(role), sent.comment_ids[0], choice)
    with pytest.raises(NotFound):
        choose(reviewer, 999, choice)
    with transaction():
        withdraw_submission(reviewer, NOW, submission(sent.submission_id))
    with pytest.raises(Conflict):
        choose(reviewer, sent.comment_ids[0], choice)


def test_what_waits_is_what_would_be_quoted(project, reviewer):
    silent = say(project, TEXT)
    first = say(project, TEXT, "a2", sender=OPEN)
    say(project, TEXT, "a2", sender=OPEN)
    quiet = say(project, "没有姓名的意见", sender=OPEN)
    secret = say(project, "我叫李四，", sender=OPEN)
    group(reviewer, project)
    with transaction():
        withhold(reviewer, NOW, secret, "secret")
    rows, following = before_public.waiting(project.id)
    assert [(comment.id, count) for comment, _, count in rows] == [(first, 1)] and following is None
    assert [before_public.quotable(one) for one in (silent, first, quiet, secret)] == [False, True, True, False]
    choose(reviewer, first, *shown(first)["张三"].choose("keep"))
    assert before_public.waiting(project.id) == ([], None)


def test_what_waits_comes_in_pages(project, reviewer, monkeypatch):
    ids = [say(project, f"我叫张三，第{number}条", sender=OPEN) for number in range(5)]
    monkeypatch.setattr(before_public, "SCANNED", 3)
    monkeypatch.setattr(before_public, "WAITING", 2)
    seen, after, pages = [], 0, 0
    while after is not None:
        rows, after = before_public.waiting(project.id, after)
        seen += [comment.id for comment, _, _ in rows]
        pages += 1
    assert seen == ids and pages == 3


def test_notes_are_added_and_taken_back_by_their_writer_only(project, reviewer):
    comment, other = say(project, "意见"), make_user("office")
    with transaction():
        note = internal_notes.write_note(reviewer, NOW, comment, " 请核一下\r\n间距 ")
    assert (note.body, note.by_name) == ("请核一下\n间距", reviewer.name)
    with pytest.raises(NotAllowed), transaction():
        internal_notes.take_back_note(other, NOW, comment, note.id)
    with pytest.raises(NotFound), transaction():
        internal_notes.take_back_note(reviewer, NOW, comment + 1, note.id)
    with transaction():
        internal_notes.take_back_note(reviewer, LATER, comment, note.id)
    with pytest.raises(Conflict), transaction():
        internal_notes.take_back_note(reviewer, LATER, comment, note.id)
    (row,) = internal_notes.notes_about(comment)
    assert row.withdrawn_at == LATER and row.body
    assert [len(entries(name)) for name in ("write_note", "take_back_note")] == [1, 1]
    assert "核一下" not in entries("write_note")[0].facts


@pytest.mark.parametrize(
    "body", ["", " \n ", "长" * 2001, "坏\x00", "已致电 138-1234-5678 说明", "邮箱 wang@example.cn", "微信号：wangxiaoming"]
)
def test_a_note_that_says_nothing_too_much_or_a_number_is_refused(project, reviewer, body):
    comment = say(project, "意见")
    with pytest.raises(Refused), transaction():
        internal_notes.write_note(reviewer, NOW, comment, body)
    assert not db.session.scalars(select(InternalNote)).all()


def test_no_note_is_written_about_what_was_taken_back(project, reviewer):
    comment = say(project, "意见")
    with transaction():
        internal_notes.write_note(reviewer, NOW, comment, "请 12345 热线核一下第3条")
    with transaction():
        withdraw_submission(CITIZEN, NOW, submission(db.session.get_one(Comment, comment).submission_id))
    with pytest.raises(Conflict), transaction():
        internal_notes.write_note(reviewer, NOW, comment, "又一条")


def keep(actor, **more) -> Reason:
    with transaction():
        return reasons.keep_reason(actor, NOW, **{"outcome": "not_adopted", "title": "标准", "body": REASON} | more)


def test_reasons_are_kept_changed_retired_and_counted(project, reviewer):
    row, general = keep(reviewer), keep(reviewer, outcome="", title="感谢", body="感谢您的意见，我们会研究。")
    assert [one.id for one in reasons.in_use()] == [row.id, general.id]
    rule(reviewer, say(project, "一"), "not_adopted", reason=REASON)
    rule(reviewer, say(project, "二"), "not_adopted", reason=REASON)
    assert reasons.used(reasons.in_use()) == {row.id: 2}
    keep(reviewer, number=row.id, title="新名字")
    assert reasons.reason(row.id).title == "新名字"
    with transaction():
        reasons.retire_reason(reviewer, LATER, row.id)
    assert [one.id for one in reasons.in_use()] == [general.id] and [one.id for one in reasons.retired()] == [row.id]
    with pytest.raises(Conflict), transaction():
        reasons.retire_reason(reviewer, LATER, row.id)
    with pytest.raises(Conflict):
        keep(reviewer, number=row.id)
    assert [len(entries(name)) for name in ("keep_reason", "retire_reason")] == [3, 1]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"outcome": "maybe"}, "outcome"), ({"title": " "}, "title"), ({"title": "长" * 61}, "title"),
        ({"title": "两\n行"}, "title"), ({"body": "太短"}, "body"), ({"body": "长" * 2001}, "body"),
    ],
)  # fmt: skip
def test_a_bad_reason_is_refused_by_field(reviewer, words, field):
    with pytest.raises(Refused) as refused:
        keep(reviewer, **words)
    assert refused.value.field == field
    assert not reasons.in_use()


def test_an_unknown_reason_is_not_found_and_strangers_change_nothing(reviewer):
    for number in (0, 99, 2**40):
        with pytest.raises(NotFound):
            reasons.reason(number)
    with pytest.raises(NotAllowed):
        keep(make_user("auditor"))
