"""Where letters stand by the clock, the ledger and its figures."""

from datetime import timedelta

from consult.base.db import transaction
from consult.base.people import Actor
from consult.letters import find, reply
from consult.letters.issue import withdraw_letter
from tests.factories.people import NOW, make_project, make_unit, make_user
from tests.factories.queries import counted
from tests.letters.desk import SIGNED, Desk, points, write_to


def state(desk, now=NOW) -> str:
    return find.state(desk.letter, find.current_reply(desk.letter.id), now)


def test_every_state_in_turn(desk):
    assert state(desk) == "未签收"
    with transaction():
        reply.view(desk.agent, NOW, desk.letter)
    assert state(desk) == "已查看"
    with transaction():
        reply.acknowledge(desk.agent, NOW, desk.letter)
    assert state(desk) == "已签收"
    desk.save(answer="has_opinion", items=points("第一点"), **SIGNED)
    assert state(desk) == "起草中"
    just_before = desk.letter.due_at - timedelta(microseconds=1)
    assert (state(desk, just_before), state(desk, desk.letter.due_at)) == ("起草中", "逾期未复")
    sent = desk.send()
    assert state(desk) == state(desk, desk.letter.due_at) == "已报送"
    with transaction():
        again = reply.return_reply(desk.office, NOW, sent, "请补正")
    assert state(desk) == state(desk, desk.letter.due_at) == "退回补正"
    assert find.overdue(desk.letter, again, desk.letter.due_at)
    sent = desk.send()
    with transaction():
        assert reply.accept_reply(desk.office, NOW, sent) is True
    with transaction():
        assert reply.accept_reply(desk.office, NOW, sent) is False
    assert state(desk, desk.letter.due_at) == "已复函"


def test_silence_is_never_called_no_objection(app, keys):
    office, project = make_user("office"), make_project()
    silent, deemed, said = make_unit("甲局"), make_unit("乙局"), make_unit("丙局")
    write_to(office, project, silent)
    write_to(office, project, deemed, silence_is_consent=True)
    (letter,) = write_to(office, project, said)
    Desk(project, said, office, make_user("agency", said), letter, keys).answer()
    after = letter.due_at
    rows = find.ledger(project.id, after)
    assert [row.state for row in rows] == ["逾期未复", "逾期未复(按通知视为无意见)", "已报送"]
    assert [row.answer_name for row in rows] == ["", "", "无意见"]
    found = find.counts(project.id, after)
    assert (found.sent, found.replied, found.none, found.has, found.overdue) == (3, 1, 1, 0, 2)
    assert found.on_time_rate == 1 / 3
    early = find.counts(project.id, NOW)
    assert (early.overdue, early.unanswered, early.on_time_rate) == (0, 2, 1.0)


def test_nothing_due_has_no_rate(app):
    project = make_project()
    assert find.counts(project.id, NOW) == find.Counts()
    assert find.Counts(sent=3).on_time_rate is None


def test_the_ledger_holds_the_facts_and_leaves_withdrawn_letters_out(desk):
    other = make_unit("市司法局")
    (gone,) = write_to(desk.office, desk.project, other)
    with transaction():
        withdraw_letter(desk.office, NOW, gone, "发错了")
    sent = desk.answer("第一点", "第二点", now=NOW + timedelta(hours=2))
    (row,) = find.ledger(desk.project.id, NOW + timedelta(days=1))
    assert (row.ordinal, row.unit_name, row.sent_at, row.due_at) == (1, "市财政局", NOW, desk.letter.due_at)
    assert (row.acknowledged_at, row.replied_at) == (NOW + timedelta(hours=2),) * 2
    assert (row.answer_name, row.items, row.handler, row.phone) == ("有意见", 2, "王经办", "0816-1234567")
    assert row.submission_id == sent.submission_id
    assert find.state(gone, None, NOW) == "已撤回"
    assert [letter.solicitation.id for letter in find.for_unit(make_user("agency", other))] == [gone.id]


def test_a_drafts_words_are_not_in_the_offices_ledger(desk):
    desk.save(answer="has_opinion", items=points("还没想好"), **SIGNED)
    (row,) = find.ledger(desk.project.id, NOW)
    assert (row.answer, row.handler, row.phone, row.items, row.replied_at) == ("", "", "", 0, None)


def test_the_number_of_queries_does_not_grow_with_the_letters(app, keys):
    office, project = make_user("office"), make_project()
    units = [make_unit(f"第{number}局") for number in range(6)]
    for letter, unit in zip(write_to(office, project, *units), units, strict=True):
        Desk(project, unit, office, make_user("agency", unit), letter, keys).answer("一", "二")
    project_id, one = project.id, Actor("user:1", "甲", frozenset({"agency"}), None, units[0].id)
    with counted() as seen:
        assert len(find.ledger(project_id, NOW)) == 6
    assert len(seen) == 4
    with counted() as seen:
        assert len(find.for_unit(one)) == 1
    assert len(seen) == 2
