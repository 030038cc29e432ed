"""One ruling for many groups: all or none, seen before it is given, taken back until approved, and in step."""

import pytest

from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.review import awaiting, bulk, decide, desk, preview, regroup
from consult.review.case import case
from consult.review.group_models import Bulk
from consult.review.models import Decision
from consult.review.queue import Filter
from consult.review.ruling import Ruling
from consult.summary import verify
from tests.factories.people import NOW, later, make_user
from tests.factories.queries import counted
from tests.review.desk import REASON, facets, group, page, read, rule, say
from tests.review.test_queue import answer

NO = Ruling("not_adopted", REASON)


def give(actor, project, ids, ruling=NO, expected=None, now=NOW) -> int:
    number = project.id
    expected = bulk.seen(ids)[0] if expected is None else expected
    with transaction():
        return bulk.decide_many(
            actor, now, consultation_id=number, comment_ids=ids, expected=expected, ruling=ruling
        ).id


def undo(actor, number, now=NOW) -> int:
    with transaction():
        return bulk.undo(actor, now, number)


def approve(actor, ids) -> int:
    with transaction():
        return decide.approve(actor, later(hours=2), ids, 1)


def outcomes(project) -> dict[int, str]:
    return {row.id: row.decision.outcome if row.decision else "" for row in page(project.id, Filter()).rows}


def in_step(project) -> None:
    """Rows and counters are what they would be if they were made anew, and the record agrees."""
    number, ids = project.id, list(outcomes(project))
    before = desk.led_by(ids), desk.counters(number, "state", "outcome", "living", "clause_outcome", "rows_state")
    with transaction():
        desk.rebuild(ids)
    after = desk.led_by(ids), desk.counters(number, "state", "outcome", "living", "clause_outcome", "rows_state")
    assert after == before
    assert list(verify.faults(db.session())) == []


def test_all_get_the_ruling_and_all_give_it_back(project, reviewer):
    first, second, third = say(project, "甲"), say(project, "乙"), say(project, "丙")
    say(project, "甲")
    group(reviewer, project)
    rule(reviewer, second, "deferred", reason=REASON)
    number = give(reviewer, project, [first, second])
    assert outcomes(project) == {first: "not_adopted", second: "not_adopted", third: ""}
    given = db.session.get_one(Bulk, number)
    assert (given.groups, given.comments) == (2, 3)
    in_step(project)
    assert undo(reviewer, number) == 2
    assert outcomes(project) == {first: "", second: "deferred", third: ""}
    assert facets(project.id).states["undecided"] == 3
    assert case(second).number == 1
    in_step(project)
    with pytest.raises(Conflict, match="已经撤回过"):
        undo(reviewer, number)
    rule(reviewer, first, "adopted")
    assert case(first).history[0].number == 2  # the number of the ruling that was taken back is never used again
    in_step(project)


def test_nothing_is_given_where_anything_changed_since_it_was_seen(project, reviewer):
    first, second = say(project, "甲"), say(project, "乙")
    seen = bulk.seen([first, second])[0]
    rule(make_user("approver"), second, "adopted")
    with pytest.raises(Conflict):
        give(reviewer, project, [first, second], expected=seen)
    assert outcomes(project) == {first: "", second: "adopted"}
    seen = bulk.seen([first])[0]
    say(project, "甲")
    group(reviewer, project)
    with pytest.raises(Conflict):
        give(reviewer, project, [first], expected=seen)
    assert outcomes(project)[first] == ""


def test_what_cannot_be_ruled_on_together_is_refused(project, reviewer, keys, monkeypatch):
    first, second = say(project, "甲"), say(project, "乙")
    say(project, "甲")
    group(reviewer, project)
    (point,) = answer(project, keys, "单位意见")
    assert facets(project.id).received == 4
    for ids, ruling, field in (
        ([first, point], NO, "comments"), ([first], Ruling("inadmissible", REASON), "outcome"),
        ([first], Ruling("not_adopted", "短"), "reason"), ([], NO, "comments"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            give(reviewer, project, ids, ruling)
        assert refusal.value.field == field
    monkeypatch.setattr(bulk, "MOST", 1)
    with pytest.raises(Refused):
        give(reviewer, project, [first, second])
    with pytest.raises(NotAllowed):
        give(make_user("auditor"), project, [second])


def test_approval_ends_undoing_and_a_new_ruling_reopens(project, reviewer):
    first, second = say(project, "甲"), say(project, "乙")
    number, approver = give(reviewer, project, [first, second]), make_user("approver")
    ids = awaiting.of_bulk(project.id, number, approver.ref)
    assert awaiting.of_bulk(project.id, number, reviewer.ref) == []
    assert approve(approver, ids[:1]) == 1
    with pytest.raises(Conflict, match="已经审批"):
        undo(reviewer, number)
    assert bulk.approved_in([number]) == {number: 1}
    assert awaiting.of_bulk(project.id, number, approver.ref) == ids[1:]
    rule(reviewer, first, "adopted", expected=1)
    assert facets(project.id).states["unapproved"] == 2
    in_step(project)


def test_a_ruling_under_an_undone_bulk_never_comes_back(project, reviewer):
    one = say(project, "甲")
    older = give(reviewer, project, [one])
    newer = give(reviewer, project, [one], Ruling("adopted"))
    assert undo(reviewer, older) == 1
    assert outcomes(project) == {one: "adopted"}
    undo(reviewer, newer)
    assert outcomes(project) == {one: ""}
    in_step(project)


def test_the_look_says_what_is_in_it_and_what_is_left_out(project, reviewer, keys):
    first, second, third = say(project, "甲", "a1"), say(project, "乙", "a3"), say(project, "丙", None)
    say(project, "甲", "a1")
    group(reviewer, project)
    read(reviewer, first)
    rule(reviewer, second, "deferred", reason=REASON)
    (point,) = answer(project, keys, "单位意见")
    facets(project.id)
    found = preview.preview(project.id, [first, second, third, point, 9999])
    assert (found.ids, found.rows, found.comments, found.units, found.gone) == ([first, second, third], 3, 4, 1, 1)
    assert (found.decided, found.approved, found.extra, found.grouped, found.upto) == (1, 0, 0, 1, third)
    assert [(number, members) for _, number, members in found.clauses] == [(1, 2), (1, 1), (1, 1)]
    assert found.stances == [("amend", 3, 4)]
    assert [row.id for row in found.examples] == [first, second, third]
    assert preview.preview(project.id, found.ids, ["decided", "grouped"]).ids == [third]
    assert bulk.seen(found.ids)[0] == found.digest


def test_waiting_rulings_come_in_pages_without_ones_own(project, reviewer):
    other = make_user("approver")
    ids = [say(project, word) for word in "甲乙丙丁"]
    for one in ids[:3]:
        rule(reviewer, one)
    rule(other, ids[3])
    number = project.id
    with counted() as seen:
        first = awaiting.awaiting(number, other.ref, limit=2)
    assert len(seen) <= 3
    assert (len(first.rulings), first.next_after, first.total, first.own, first.others) == (2, ids[1], 4, 1, 3)
    second = awaiting.awaiting(project.id, other.ref, first.next_after, 2)
    assert (len(second.rulings), second.next_after) == (1, None)
    assert {one.group_id for one in (*first.rulings, *second.rulings)} == {case(one).group.id for one in ids[:3]}


def test_verify_sees_what_was_changed_behind_a_bulk(project, reviewer):
    number = give(reviewer, project, [say(project, "甲"), say(project, "乙")])
    with transaction():
        one = db.session.query(Decision).first()
        one.revoked_at, one.revoked_by = NOW, reviewer.ref
    assert any("撤回情况" in fault for fault in verify.faults(db.session()))
    with transaction():
        db.session.get_one(Bulk, number).outcome = "adopted"
    assert any("批批量处理" in fault for fault in verify.faults(db.session()))


def test_no_order_of_acts_gives_a_group_a_ruling_for_one_opinion_only(project, reviewer):
    """不予受理 of one opinion, a bulk over it, a merge into it: the bulk cannot be taken back before the merge is."""
    first, second = say(project, "第一种完全不同的话", "a3"), say(project, "另外一种说法", "a3")
    rule(reviewer, first, "inadmissible", reason=REASON)
    number = give(reviewer, project, [first])
    with transaction():
        act = regroup.merge(reviewer, NOW, [first, second], project.id).id
    with pytest.raises(Conflict, match="不予受理"):
        undo(reviewer, number)
    assert set(outcomes(project).values()) == {"not_adopted"}
    with transaction():
        regroup.undo(reviewer, NOW, act, project.id)
    undo(reviewer, number)
    assert outcomes(project)[first] == "inadmissible"
    assert list(verify.faults(db.session())) == []


def test_a_merge_of_what_was_inadmissible_can_be_taken_back(project, reviewer):
    """It goes back alone into its own group, which is as before."""
    first, second = say(project, "第一种完全不同的话", "a3"), say(project, "另外一种说法", "a3")
    rule(reviewer, second, "inadmissible", reason=REASON)
    rule(reviewer, first, "deferred", reason=REASON)
    with transaction():
        act = regroup.merge(reviewer, NOW, [first, second], project.id).id
    assert outcomes(project)[first] == "deferred"
    with transaction():
        regroup.undo(reviewer, NOW, act, project.id)
    assert outcomes(project)[second] == "inadmissible"
    assert list(verify.faults(db.session())) == []
