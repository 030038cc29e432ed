"""Rulings on what members say beyond the shared text: one, ticked ones, all open ones; and how many say it."""

import pytest
from sqlalchemy import select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import CITIZEN, Actor
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.withdraw import withdraw_submission
from consult.review import desk, extras, regroup
from consult.review.decide_additions import RuledMeanwhile, decide_addition, decide_open, decide_ticked
from consult.review.desk_models import DeskRow
from consult.review.extras import Sums
from consult.review.group_models import Addition
from consult.review.models import OUTCOMES, Group, Membership
from consult.review.ruling import Ruling
from tests.factories.people import NOW, make_user
from tests.review.desk import REASON, rule
from tests.review.scene import CHANGE, CRITICAL, NEW, SHARED, addition, campaign, gather

NO = Ruling("not_adopted", REASON)


def one(actor: Actor, kind: str, expected: int = 0, ruling: Ruling = NO):
    with transaction():
        return decide_addition(actor, NOW, addition_id=addition(kind).id, expected_number=expected, ruling=ruling)


def waiting() -> int:
    return db.session.scalars(select(DeskRow.open_additions).where(DeskRow.size > 1)).one()


def withdraw(project: Consultation, comment: int) -> None:
    with transaction():
        found = submission(db.session.get_one(Comment, comment).submission_id)
        withdraw_submission(CITIZEN, NOW, found)
    with transaction():
        desk.settle_all(project.id)


def test_every_sentence_beyond_the_shared_text_is_a_row_with_how_many_say_it(project: Consultation) -> None:
    ids = campaign(project)
    found = {one.sentence: (one.kind, one.said, one.base) for one in db.session.scalars(select(Addition))}
    assert found == {NEW: ("new", 2, None), CRITICAL: ("critical", 1, 1), CHANGE: ("change", 1, 0)}
    group = db.session.get_one(Group, db.session.get_one(Membership, ids[0]).group_id)
    assert extras.sums(group.id) == {"new": Sums(1, 1), "critical": Sums(1, 1), "change": Sums(1, 0)}
    (row,), cursor = extras.page(group, "critical")
    assert (row.base, row.first, row.open, cursor) == (2, ids[2], True, "")
    assert "".join(text for op, text in row.line if op != "insert") == SHARED[1]
    assert "".join(text for op, text in row.line if op != "delete") == CRITICAL
    assert waiting() == 2 and extras.open_in(project.id) == 2


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_can_be_given_and_history_stays(project: Consultation, reviewer: Actor, outcome: str) -> None:
    campaign(project)
    first = one(reviewer, "new", 0, Ruling(outcome, REASON, "桥头一盏", "县财政局", "桥头增设一盏。"))
    second = one(reviewer, "new", 1)
    assert [row.number for row in extras.history(first.addition_id)] == [2, 1]
    assert extras.standing_of([first.addition_id])[first.addition_id].id == second.id
    assert waiting() == 1 and extras.open_in(project.id) == 1


def test_rules_of_a_ruling_hold_for_additions(project: Consultation, reviewer: Actor) -> None:
    campaign(project)
    for ruling, field in ((Ruling("not_adopted", "短"), "reason"), (Ruling("", REASON), "outcome"),
                          (Ruling("partly_adopted", REASON), "adopted_part"), (Ruling("referred", REASON), "referred_to")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            one(reviewer, "new", 0, ruling)
        assert refused.value.field == field
    for role in ("sysadmin", "secadmin", "auditor", "agency"):
        with pytest.raises(NotAllowed):
            one(make_user(role), "new")
    with transaction(), pytest.raises(NotFound):
        decide_addition(reviewer, NOW, addition_id=999, expected_number=0, ruling=NO)


def test_whoever_is_second_sees_what_the_first_ruled(project: Consultation, reviewer: Actor) -> None:
    campaign(project)
    made = one(reviewer, "new")
    with pytest.raises(RuledMeanwhile) as told:
        one(make_user("reviewer"), "new")
    assert told.value.decision.id == made.id and "不采纳" in told.value.message
    with pytest.raises(Conflict):
        one(reviewer, "critical", 5)


def test_ticked_ones_all_or_none(project: Consultation, reviewer: Actor) -> None:
    ids = campaign(project)
    group = db.session.get_one(Membership, ids[0]).group_id
    new, critical = addition("new").id, addition("critical").id
    one(reviewer, "critical")
    with transaction(), pytest.raises(Conflict):
        decide_ticked(reviewer, NOW, group_id=group, seen={new: 0, critical: 0}, ruling=NO)
    with transaction(), pytest.raises(Conflict):
        decide_ticked(reviewer, NOW, group_id=group, seen={new: 0, 999: 0}, ruling=NO)
    with transaction(), pytest.raises(Refused):
        decide_ticked(reviewer, NOW, group_id=group, seen={}, ruling=NO)
    assert addition("new").ruling == 0
    with transaction():
        assert decide_ticked(reviewer, NOW, group_id=group, seen={new: 0, critical: 1}, ruling=NO) == 2
    assert (addition("new").ruling, addition("critical").ruling, waiting()) == (1, 2, 0)


def test_all_that_wait_take_the_ruling_of_the_group(project: Consultation, reviewer: Actor) -> None:
    ids = campaign(project)
    group = db.session.get_one(Membership, ids[0]).group_id
    with transaction(), pytest.raises(Refused):
        decide_open(reviewer, NOW, group_id=group, ruling=None)
    rule(reviewer, ids[0], "partly_adopted", reason=REASON, adopted_part="间距")
    one(reviewer, "new")
    with transaction():
        assert decide_open(reviewer, NOW, group_id=group, ruling=None) == 1
    with transaction():
        assert decide_open(reviewer, NOW, group_id=group, ruling=None) == 0
    taken = extras.standing_of([addition("critical").id])[addition("critical").id]
    assert (taken.outcome, taken.adopted_part, taken.reason) == ("partly_adopted", "间距", REASON)
    assert addition("new").ruling == 1 and addition("change").ruling == 0 and extras.open_in(project.id) == 0
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all().count("decide_additions") == 1


def test_who_takes_an_opinion_back_says_its_additions_no_more(project: Consultation, reviewer: Actor) -> None:
    ids = campaign(project)
    withdraw(project, ids[1])
    assert addition("new").said == 1 and waiting() == 2
    withdraw(project, ids[4])
    assert addition("new").said == 0 and waiting() == 1 and extras.open_in(project.id) == 1
    with pytest.raises(Conflict):
        one(reviewer, "new")


def test_a_withdrawal_that_nobody_has_taken_in_yet_blocks_nothing(project: Consultation) -> None:
    ids = campaign(project)
    with transaction():
        withdraw_submission(CITIZEN, NOW, submission(db.session.get_one(Comment, ids[2]).submission_id))
    assert extras.open_in(project.id) == 1


def test_moved_members_take_their_additions_along_and_undo_brings_the_ruling_back(
    project: Consultation, reviewer: Actor
) -> None:
    ids = campaign(project)
    one(reviewer, "new")
    with transaction():
        act = regroup.split(reviewer, NOW, [ids[1], ids[4]], project.id)
    assert addition("new").said == 0
    with transaction():
        regroup.undo(reviewer, NOW, act.id, project.id)
    assert (addition("new").said, addition("new").ruling, waiting()) == (2, 1, 1)


def test_a_group_ruled_inadmissible_meanwhile_takes_nobody_back(project: Consultation, reviewer: Actor) -> None:
    ids = campaign(project, ["".join(SHARED), "".join(SHARED) + NEW])
    with transaction():
        act = regroup.split(reviewer, NOW, [ids[1]], project.id)
    rule(reviewer, ids[0], "inadmissible", reason=REASON)
    with transaction(), pytest.raises(Conflict):
        regroup.undo(reviewer, NOW, act.id, project.id)


def test_later_members_are_counted_in(project: Consultation) -> None:
    ids = campaign(project)
    group = db.session.get_one(Membership, ids[0]).group_id
    from tests.review.desk import say

    gather(project, [say(project, "".join(SHARED) + NEW, "a3")], group)
    assert addition("new").said == 3
