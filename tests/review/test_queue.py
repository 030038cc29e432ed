"""The desk's list: everything received is in it, one row per group, whatever the filter; and one case."""

from datetime import date, timedelta

import pytest

from consult.base.db import transaction
from consult.base.errors import NotFound
from consult.base.people import SYSTEM
from consult.drafts.find import current_version
from consult.drafts.holidays import Calendar
from consult.intake.find import comments_of, submission
from consult.intake.register import Entry, register
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw_submission
from consult.letters import reply
from consult.letters.issue import issue
from consult.review import find, searching
from consult.review.case import case
from consult.review.decide import approve, withhold
from consult.review.queue import WHOLE, Filter
from tests.factories.people import NOW, make_unit, make_user, send
from tests.factories.queries import counted
from tests.review.desk import REASON, facets, group, page, read, rule, say


def ids(project, limit: int = 50, **wanted) -> list[int]:
    """All rows under a filter, walked page by page; the total must agree."""
    found, after = [], None
    while True:
        one = page(project.id, Filter(**wanted), after, limit)
        found += [row.id for row in one.rows]
        if one.next_cursor is None:
            assert one.total == len(found)
            assert not one.more
            return found
        assert len(one.rows) == limit
        after = one.next_cursor


def withdraw(sent) -> None:
    with transaction():
        withdraw_submission(SYSTEM, NOW, submission(sent.submission_id))


def answer(project, keys, *texts: str) -> list[int]:
    """A unit's reply with these points; returns the comments."""
    unit, office = make_unit("市财政局"), make_user("office")
    with transaction():
        letter = issue(
            office, NOW, consultation=project, version_id=current_version(project).id, unit_ids=[unit.id],
            letter_no="函1号", body="请研提意见。", due_at=NOW + timedelta(days=20), calendar=Calendar({date(2026, 1, 1): False}),
        ).solicitations[0]  # fmt: skip
    agent = make_user("agency", unit)
    with transaction():
        reply.save_reply(
            agent, NOW, letter, edition=0, answer="has_opinion", items=[Item("a1", "amend", text) for text in texts],
            reply_no="复1号", handler="王", phone="1", signatory="赵",
        )  # fmt: skip
    with transaction():
        sent = reply.send_reply(agent, NOW, letter, keys=keys)
    return [one.id for one in comments_of(sent.submission_id)]


def test_pages_follow_each_other_without_gap_or_repetition(project):
    everything = [say(project, f"第{number}条") for number in range(7)]
    for limit in (1, 2, 3, 7, 50):
        assert ids(project, limit) == everything


def test_a_group_is_one_row_and_each_filter_finds_its_members(project, reviewer):
    first = say(project, "相同")
    second = say(project, "相同", source="x")
    late = say(project, "相同", late=True)
    alone = say(project, "不同", "a3")
    group(reviewer, project)
    assert ids(project) == [first, alone]
    rows = page(project.id, Filter()).rows
    assert [(row.size, row.decision, row.unread) for row in rows] == [(3, None, 3), (1, None, 1)]
    assert ids(project, grouped=True) == [first]
    read(reviewer, first)
    fourth = say(project, "相同")
    group(reviewer, project)
    assert ids(project, state="unread") == [first, alone]
    assert page(project.id, Filter(state="unread")).rows[0].unread == 1
    assert fourth not in ids(project)
    assert second not in ids(project)
    assert late not in ids(project)


def test_a_group_shows_under_the_channel_of_any_member(project, reviewer, keys):
    from_web = say(project, "相同")
    with transaction():
        register(reviewer, NOW, consultation=project, version_id=current_version(project).id, channel="letter",
                 entries=[Entry((Item("a1", "amend", "相同"),))], keys=keys)  # fmt: skip
    group(reviewer, project)
    assert ids(project, channel="web") == [from_web]
    assert ids(project, channel="letter") == [from_web]
    assert ids(project, channel="fax") == []
    (row,) = page(project.id, Filter(channel="letter")).rows
    assert (row.size, row.sources) == (2, ["web", "letter"])


def test_filters_by_clause_stance_state_and_text(project, reviewer):
    on_a2, under_a2 = say(project, "LED 路灯", "a2"), say(project, "百分之100%", "a2-i1")
    on_a1, whole = say(project, "其他", "a1"), say(project, "整体", None)
    proposal = send(project, [Item("a3", "add", "", "建议增加 led 灯", "省电")]).comment_ids[0]
    gone = send(project, [Item("a2", "oppose", "撤回的话")])
    withdraw(gone)
    assert ids(project, clause_key="a2") == [on_a2, under_a2, gone.comment_ids[0]]
    assert ids(project, clause_key="a2", state="undecided") == [on_a2, under_a2]
    assert ids(project, clause_key="a2-i1") == [under_a2]
    assert ids(project, clause_key=WHOLE) == [whole]
    assert ids(project, clause_key="none-such") == []
    assert ids(project, stance="add") == [proposal]
    assert ids(project, text="led") == [proposal, on_a2]
    assert ids(project, text=" 省电 ") == [proposal]
    assert ids(project, text="撤回的话") == ids(project, text="撤回的话", state="withdrawn") == []
    assert ids(project, text="100%") == [under_a2]
    assert ids(project, text="_") == ids(project, state="nonsense") == []
    rule(reviewer, on_a1, "deferred", reason=REASON)
    assert ids(project, state="decided") == [on_a1]
    assert ids(project, state="withdrawn") == gone.comment_ids
    assert ids(project, state="undecided") == [on_a2, under_a2, whole, proposal]


def test_words_far_down_are_found_in_a_clause_of_few_rows(project, reviewer, monkeypatch):
    for name, value in {"FEW": 0, "CHUNK": 2}.items():
        monkeypatch.setattr(searching, name, value)
    twice = [say(project, "路灯太暗，建议改成节能灯，越快越好，谢谢。", "a1") for _ in range(2)]
    gone = send(project, [Item("a1", "amend", "路灯太暗，建议改成节能灯，越快越好，谢谢。秘密")])
    alone = say(project, "路灯装得太高了", "a1")
    for number in range(7):
        say(project, f"这里也说路灯，第{number}种说法，各不相同{'再' * number}", "a3")
    withdrawn = send(project, [Item("a1", "amend", "路灯不要了")])
    group(reviewer, project)
    for one in (gone, withdrawn):
        withdraw(one)
    assert ids(project, text="路灯", clause_key="a1") == [alone, twice[0]]
    assert ids(project, 1, text="路灯", clause_key="a1") == [alone, twice[0]]
    assert ids(project, text="秘密") == ids(project, text="秘密", clause_key="a1") == []
    assert len(ids(project, 3, text="路灯", channel="web")) == 9


def test_when_the_first_member_is_withdrawn_the_next_stands_for_the_group(project, reviewer):
    first = send(project, [Item("a1", "amend", "相同")])
    second, third = say(project, "相同"), say(project, "相同")
    group(reviewer, project)
    assert ids(project) == first.comment_ids
    withdraw(first)
    assert ids(project) == [*first.comment_ids, second]
    assert ids(project, state="undecided") == [second]
    assert ids(project, grouped=True) == [second]
    assert third not in ids(project)
    found = case(second)
    assert (found.size, len(found.members)) == (2, 3)
    assert case(first.comment_ids[0]).comment.withdrawn_at == NOW


def test_the_number_of_queries_does_not_grow_with_the_page(project, reviewer):
    for number in range(12):
        say(project, f"第{number // 2}条", "a2")
    group(reviewer, project)
    for comment in ids(project)[:4]:
        rule(reviewer, comment, "deferred", reason=REASON)
    number = project.id
    sizes = []
    for limit in (1, 6):
        with counted() as seen:
            assert len(page(number, Filter(clause_key="a2"), limit=limit).rows) == limit
        sizes.append(len(seen))
    assert sizes[0] == sizes[1] <= 9


def test_counts_behind_the_filter_links(project, reviewer, keys):
    say(project, "甲", "a2-i1")
    say(project, "甲", "a2-i1")
    say(project, "乙", "a2")
    decided = say(project, "丙", None)
    gone = send(project, [Item("a1", "oppose", "丁")])
    withdraw(gone)
    answer(project, keys, "单位意见")
    group(reviewer, project)
    rule(reviewer, decided)
    read(reviewer, decided)
    found = facets(project.id)
    assert found.channels == {"web": 5, "formal": 1}
    assert found.stances == {"amend": 5, "oppose": 1}
    assert found.states == {
        "undecided": 4, "decided": 1, "unapproved": 1, "unread": 4, "extra": 0, "disputed": 0, "marked": 0, "withdrawn": 1,
    }  # fmt: skip
    clauses = found.clauses
    assert (clauses["a2"], clauses["a2-i1"], clauses["a1"], clauses[WHOLE]) == (3, 2, 2, 1)
    chapters = [number for key, number in clauses.items() if key.startswith("c")]
    assert sum(chapters) == 5


def test_a_case_has_everything_the_decision_page_needs(project, reviewer):
    other = make_user("approver")
    first = say(project, "相同", sender=Sender(name="周某某"))
    second = say(project, "相同")
    group(reviewer, project)
    read(reviewer, first)
    read(other, first, NOW + timedelta(hours=1))
    rule(reviewer, first, "deferred", reason=REASON)
    rule(other, first, "adopted", 1)
    with transaction():
        withhold(reviewer, NOW, first, "refused")
    found = case(first)
    assert (found.clause.key, found.size, found.unit_name) == ("a1", 2, "")
    assert [(one.comment.id, one.submitter) for one in found.members] == [(first, "周**"), (second, "")]
    assert [(one.name, one.at) for one in found.readers] == [
        (reviewer.name, NOW), (other.name, NOW + timedelta(hours=1)),
    ]  # fmt: skip
    assert [one.number for one in found.history] == [2, 1]
    assert (found.number, found.decision.outcome, found.withholding.ground) == (2, "adopted", "refused")


def test_a_case_without_group_or_ruling(project):
    comment = say(project, "独自", None)
    found = case(comment)
    assert (found.clause, found.group, found.decision, found.number, found.size) == (None, None, None, 0, 1)
    assert [one.comment.id for one in found.members] == [comment]
    with pytest.raises(NotFound):
        case(987654)


def test_a_units_case_names_the_unit(project, keys):
    (comment,) = answer(project, keys, "单位意见")
    assert case(comment).unit_name == "市财政局"
    (row,) = page(project.id, Filter(channel="formal")).rows
    assert row.submitter == "市财政局"


def test_a_refusal_of_a_units_opinion_waits_for_a_second_person(project, reviewer, keys):
    units, public = answer(project, keys, "单位意见"), say(project, "公众意见")
    rule(reviewer, public, "not_adopted", reason=REASON)
    assert find.unapproved_refusals(project.id) == 0
    decision = rule(reviewer, units[0], "not_adopted", reason=REASON)
    assert find.unapproved_refusals(project.id) == 1
    approver = make_user("approver")
    with transaction():
        approve(approver, NOW, [decision.id], 1)
    assert find.unapproved_refusals(project.id) == 0
