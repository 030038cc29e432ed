"""Reading through (R40): what stood on the page becomes read by the person's act, and nothing else does."""

import pytest
from sqlalchemy import event, func, select, update

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import NotAllowed, NotFound, Refused
from consult.base.people import CITIZEN
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.withdraw import withdraw
from consult.review import desk, shown, unread
from consult.review.case import case
from consult.review.filtering import Filter
from consult.review.find import unread_count
from consult.review.group_models import Addition, GroupReading
from consult.review.models import Reading
from consult.review.read_page import Read, Seen, read_page
from consult.review.unread import Left, Scope
from consult.summary import verify
from tests.factories.people import later, make_project, make_user
from tests.factories.queries import counted
from tests.review.desk import REASON, group, read, rule, say, take_in
from tests.review.scene import CRITICAL, NEW, SHARED, campaign, gather
from tests.review.test_at_once import pressed
from tests.review.test_bulk import give

EVERYTHING = Scope()


def look(project, scope=EVERYTHING, after=None) -> list[shown.Shown]:
    db.session.rollback()
    return unread.page(project.id, scope, after).rows


def seen(rows) -> list[Seen]:
    return [Seen(one.row.id, one.how, one.digest) for one in rows]


def mark(actor, project, rows, minutes=1) -> Read:
    number = project.id
    with transaction():
        return read_page(actor, later(minutes=minutes), number, rows if rows and isinstance(rows[0], Seen) else seen(rows))


def entries() -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == "read_page")) or 0


def in_step(project) -> None:
    """Rows and counters are what the ledger gives, and the record agrees."""
    assert list(verify.faults(db.session())) == []
    assert desk.counters(project.id, "unread")["unread"].get("", 0) == unread_count(project.id)


def take_back(project, number) -> None:
    with transaction():
        withdraw(CITIZEN, later(minutes=2), submission(db.session.get_one(Comment, number).submission_id))
    take_in(project)


def test_a_page_is_shown_whole_and_read_by_one_act(project, reviewer) -> None:
    long = say(project, "很长的意见。" * 800)
    twice = [say(project, "同样的话。"), say(project, "同样的话。")]
    near = campaign(project)
    group(reviewer, project)
    rows = look(project)
    assert [(one.row.id, one.how, one.row.unread) for one in rows] == [(long, "alone", 1), (twice[0], "whole", 2), (near[0], "whole", 5)]
    assert rows[0].length == 4_800 and rows[1].shared == ["同样的话。"]
    assert rows[2].shared == list(SHARED)
    assert [one.addition.sentence for one in rows[2].said] == [NEW, CRITICAL, "学校门口的路灯不太够亮。"]
    assert rows[2].said[1].base == 2 and ("delete", "三十米") in rows[2].said[1].line
    assert unread.left(project.id, EVERYTHING) == Left(8)
    assert mark(reviewer, project, rows) == Read(3, 8, 0)
    assert look(project) == [] and unread.left(project.id, EVERYTHING) == Left(0)
    assert [one.ref for one in case(near[3]).readers] == [reviewer.ref]
    assert entries() == 1
    in_step(project)
    assert mark(reviewer, project, rows, 2) == Read(0, 0, 0)  # a second press finds it done
    assert entries() == 1


def test_a_second_reader_of_the_same_page_has_a_receipt_too(app, project, reviewer) -> None:
    one, near = say(project, "甲"), campaign(project)
    other = make_user("approver")
    rows = look(project)
    number, page = project.id, seen(rows)
    assert pressed(app, lambda who: read_page(who, later(minutes=int(who == other) + 1), number, page), reviewer, other) == [None, None]
    assert {reader.ref for reader in case(one).readers} == {reader.ref for reader in case(near[2]).readers} == {reviewer.ref, other.ref}
    assert entries() == 2
    in_step(project)


def test_what_grew_since_is_not_read_and_comes_again_with_what_is_new(project, reviewer) -> None:
    near = campaign(project)
    alone = say(project, "另一件事")
    old = look(project)
    late = say(project, "".join(SHARED) + "桥上也要装。", "a3")
    home = db.session.scalar(select(desk.R.c.group_id).where(desk.R.c.comment_id == near[0]))
    gather(project, [late], home)
    assert mark(reviewer, project, old) == Read(1, 1, 1)
    assert [one.row.id for one in look(project)] == [near[0]]
    assert case(alone).readers and not case(near[0]).readers
    again = look(project)
    assert (again[0].how, len(again[0].said)) == ("whole", 4)
    mark(reviewer, project, again, 2)
    # one more joins a group that was opened: what it says is shown by itself, and only it gets a receipt
    last = say(project, "".join(SHARED) + "桥下也要装。", "a3")
    gather(project, [last], home)
    part = look(project)
    assert [(one.how, one.members, [said.addition.sentence for said in one.said]) for one in part] == [("part", (last,), ["桥下也要装。"])]
    other = make_user("reviewer")
    assert mark(other, project, part, 3) == Read(1, 1, 0)
    assert [one.ref for one in case(last).readers] == [other.ref]
    assert [one.ref for one in case(near[1]).readers] == [reviewer.ref]
    assert mark(reviewer, project, part, 4) == Read(0, 0, 0)
    in_step(project)


def test_what_was_withdrawn_or_merged_since_is_not_read(project, reviewer) -> None:
    first, second = say(project, "甲"), say(project, "乙")
    near = campaign(project)
    rows = look(project)
    take_back(project, first)
    take_back(project, near[4])
    assert mark(reviewer, project, rows) == Read(1, 1, 1)
    assert not case(first).readers and case(second).readers and not case(near[0]).readers
    assert mark(reviewer, project, look(project), 3) == Read(1, 4, 0)
    in_step(project)


def test_a_withdrawal_that_the_list_does_not_know_yet_is_not_read(project, reviewer) -> None:
    one = say(project, "甲")
    rows = look(project)
    with transaction():
        withdraw(CITIZEN, later(minutes=2), submission(db.session.get_one(Comment, one).submission_id))
    assert mark(reviewer, project, rows) == Read(0, 0, 0)
    take_in(project)
    in_step(project)


def test_who_may_and_where(project, reviewer) -> None:
    say(project, "甲")
    rows = look(project)
    for role in ("agency", "secadmin", "auditor"):
        with pytest.raises(NotAllowed):
            mark(make_user(role), project, rows)
    other = make_project(slug="other")
    with pytest.raises(NotFound, match="这个项目里没有这条意见"):
        mark(reviewer, other, rows)
    with pytest.raises(Refused, match="一次最多看20组"):
        mark(reviewer, project, [Seen(one, "alone", "") for one in range(1, 22)])
    assert mark(reviewer, project, [Seen(rows[0].row.id, "alone", "0" * 64)]) == Read(0, 0, 1)
    assert entries() == 0 and unread_count(project.id) == 1


def test_a_group_that_says_too_much_is_left_to_its_own_page(project, reviewer, monkeypatch) -> None:
    near = campaign(project)
    whole = look(project)
    monkeypatch.setattr(shown, "MOST", 2)
    (one,) = look(project)
    assert (one.how, one.said, one.beyond) == ("much", [], 3)
    for how, sealed in (("much", one.digest), ("whole", whole[0].digest)):
        assert mark(reviewer, project, [Seen(near[0], how, sealed)]) == Read(0, 0, 1)
    monkeypatch.setattr(shown, "MOST", 3)
    monkeypatch.setattr(shown, "MOST_TEXT", 20)
    assert look(project)[0].how == "much"
    read(reviewer, near[0])  # its own page says the rest
    assert look(project) == []
    in_step(project)


def test_a_page_ends_with_its_text_but_has_one_row(project, monkeypatch) -> None:
    ids = [say(project, "字" * size) for size in (300, 150, 100, 10)]
    monkeypatch.setattr(unread, "TEXT", 250)
    pages, cursor = [], None
    while True:
        page = unread.page(project.id, EVERYTHING, cursor)
        pages.append([one.row.id for one in page.rows])
        cursor = page.cursor
        if cursor is None:
            break
    assert pages == [[ids[0]], [ids[1], ids[2]], [ids[3]]]
    # a search, the newest first, ends its pages in the same way
    found, cursor = [], None
    while True:
        page = unread.page(project.id, Scope(Filter(text="字")), cursor)
        found.append([one.row.id for one in page.rows])
        cursor = page.cursor
        if cursor is None:
            break
    assert found == [[ids[3], ids[2]], [ids[1]], [ids[0]]]


def test_what_can_be_asked_for(project, reviewer) -> None:
    first, second, third = say(project, "甲", "a1"), say(project, "乙", "a3"), say(project, "丙", "a3")
    rule(reviewer, third)
    number = give(reviewer, project, [first, second])
    read(reviewer, first)
    for scope, wanted in (
        (EVERYTHING, [second, third]), (Scope(Filter(state="unread")), [second, third]), (Scope(Filter(state="undecided")), []),
        (Scope(Filter(state="decided")), [second, third]), (Scope(Filter(clause_key="a1")), []), (Scope(Filter(outcome="adopted")), [third]),
        (Scope(bulk=number), [second]), (Scope(bulk=number + 1), []), (Scope(only=(first, third)), [third]),
        (Scope(Filter(text="乙")), [second]), (Scope(Filter(text="乙", state="undecided")), []), (Scope(Filter(text="甲")), []),
        (Scope(Filter(sort="size")), [second, third]),
    ):  # fmt: skip
        assert [one.row.id for one in look(project, scope)] == wanted, scope
        if not scope.wanted.text:
            assert unread.left(project.id, scope) == Left(len(wanted)), scope
    assert not EVERYTHING.wanted.text and EVERYTHING.everything and not Scope(bulk=number).everything
    assert [one.row.id for one in look(project, EVERYTHING, str(second))] == [third]


def test_a_ruling_meanwhile_changes_no_word_and_hinders_nobody(project, reviewer) -> None:
    one = say(project, "甲")
    rows = look(project)
    rule(reviewer, one, "not_adopted", reason=REASON)
    assert mark(reviewer, project, rows) == Read(1, 1, 0)
    assert db.session.scalar(select(func.count()).select_from(GroupReading)) == 1
    assert db.session.scalar(select(func.count()).select_from(Reading)) == 0
    in_step(project)


def test_words_that_changed_in_the_database_are_not_taken_as_read(project, reviewer) -> None:
    say(project, "甲")
    near = campaign(project)
    rows = look(project)
    with transaction():
        db.session.execute(update(Comment).where(Comment.id == rows[0].row.id).values(text="别的话"))
        db.session.execute(update(Addition).where(Addition.sentence == NEW).values(sentence="别的补充。"))
    assert mark(reviewer, project, rows) == Read(0, 0, 2)
    assert not case(near[0]).readers


def test_every_change_of_a_receipt_is_found(project, reviewer) -> None:
    """The one entry of a page names each opinion and each group, no other may have a receipt by it."""
    one, other = say(project, "甲"), say(project, "乙")
    near = campaign(project)
    mark(reviewer, project, [row for row in look(project) if row.row.id in (one, near[0])])
    read(reviewer, other, later(minutes=3))
    assert list(verify.faults(db.session())) == []
    for statement, said in (
        ("UPDATE reading SET reader = 'user:99' WHERE comment_id = 1", "意见 1 的阅看记录与审计日志不一致"),
        ("DELETE FROM reading WHERE comment_id = 1", "有 1 次阅看记录在审计日志中，数据库里却没有"),
        ("DELETE FROM group_reading", "有 1 次阅看记录在审计日志中，数据库里却没有"),
        ("UPDATE group_reading SET entry = 0", "是否看过，与审计日志不一致"),
        ("UPDATE group_reading SET reader = 'user:99'", "的阅看记录与审计日志不一致"),
    ):
        db.session.connection().exec_driver_sql(statement)
        db.session.expire_all()
        found = list(verify.faults(db.session()))
        db.session.rollback()
        assert any(said in fault for fault in found), (statement, found)


def test_a_page_costs_a_fixed_number_of_queries(project, reviewer) -> None:
    """As many for twenty groups with additions, opened before and not, as for a few."""
    numbers = []
    for rounds in (1, 6):
        for at in range(rounds):
            clause = ("a1", "a2", "a3", "a4")[at % 4]
            near = campaign(project, clause=clause)
            if at % 2:
                read(reviewer, near[0])
                late = say(project, "".join(SHARED) + "桥上也要装。", clause)
                home = db.session.scalar(select(desk.R.c.group_id).where(desk.R.c.comment_id == near[0]))
                gather(project, [late], home)
            say(project, f"单独的第{at}条", "a5")
        db.session.rollback()
        with counted() as found:
            rows = look(project)
        numbers.append(len(found))
        assert {one.how for one in rows} == {"whole", "alone", *(["part"] if rounds > 1 else [])}
    assert max(numbers) <= 14, numbers


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_next_rows_are_found_by_the_index_of_what_is_unread(project) -> None:
    """No walk over what was read, no sorting: EXPLAIN of the statement that finds the rows of a page."""
    say(project, "甲")
    seen: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", note := lambda _c, _u, statement, given, *_: seen.append((statement, given)))
    try:
        for after in (None, "1"):
            look(project, EVERYTHING, after)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    walks = [one for one in seen if "INDEXED BY" in one[0]]
    assert len(walks) == 2
    for statement, given in walks:
        plan = [row[3] for row in db.session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + statement, given)]
        assert plan == ["SEARCH desk_row USING INDEX ix_desk_row_unread (consultation_id=? AND comment_id>?)"], plan
