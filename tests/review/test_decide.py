"""One ruling per group with its reason; history stays; the second of two people sees the first."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from consult.base.audit import AuditEntry, faults
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import SYSTEM
from consult.intake.find import submission
from consult.intake.submit import Item
from consult.intake.withdraw import withdraw_submission
from consult.review import find
from consult.review.decide import DecidedMeanwhile, approve, decide, withhold
from consult.review.group_models import GroupReading
from consult.review.models import OUTCOMES, Decision, Withholding
from consult.review.regroup import split
from consult.review.ruling import decision_digest
from tests.factories.people import NOW, make_user, send
from tests.review.desk import REASON, group, read, rule, say

MORE = {"partly_adopted": {"adopted_part": "关于间距的部分"}, "referred": {"referred_to": "县交通运输局"}}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_of_the_eight_outcomes_with_what_it_needs(project, reviewer, outcome):
    comment = say(project, "建议")
    for reason in ("", "太短", " 补空格也不够 \n "):
        if outcome != "adopted":
            with pytest.raises(Refused) as refused:
                rule(reviewer, comment, outcome, reason=reason, **MORE.get(outcome, {}))
            assert refused.value.field == "reason"
    everything = {"adopted_part": "关于间距的部分", "referred_to": "县交通运输局"}
    decision = rule(reviewer, comment, outcome, reason=REASON, **everything)
    assert bool(decision.adopted_part) is (outcome == "partly_adopted")
    assert bool(decision.referred_to) is (outcome == "referred")
    assert (decision.number, decision.decided_by, decision.decided_name) == (1, reviewer.ref, reviewer.name)
    assert find.decisions_of([comment]) == {comment: decision}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"outcome": "maybe", "reason": REASON}, "outcome"),
        ({"outcome": "partly_adopted", "reason": REASON, "adopted_part": " "}, "adopted_part"),
        ({"outcome": "referred", "reason": REASON}, "referred_to"),
        ({"outcome": "not_adopted", "reason": REASON + "\x00"}, "reason"),
        ({"outcome": "adopted", "new_wording": "文" * 20_001}, "new_wording"),
    ],
)
def test_a_bad_ruling_is_refused_by_field_and_stores_nothing(project, reviewer, words, field):
    comment = say(project, "建议")
    with pytest.raises(Refused) as refused:
        rule(reviewer, comment, **words)
    assert refused.value.field == field
    assert find.group_ids([comment]) == {}
    assert find.undecided_count(project.id) == 1


def test_adopting_needs_no_reason(project, reviewer):
    assert rule(reviewer, say(project, "建议")).reason == ""


def test_who_may_rule(project):
    comment = say(project, "建议")
    for role in ("agency", "sysadmin", "secadmin", "auditor"):
        for verb in (lambda actor: rule(actor, comment), lambda actor: read(actor, comment)):
            with pytest.raises(NotAllowed):
                verb(make_user(role))
    both = make_user("reviewer")
    both = type(both)(both.ref, both.name, both.roles | {"sysadmin"}, both.id)
    with pytest.raises(NotAllowed):
        rule(both, comment)
    for number, role in enumerate(("reviewer", "approver", "office")):
        assert rule(make_user(role), comment, expected=number).number == number + 1


def test_a_later_ruling_never_erases_an_earlier_one(project, reviewer):
    comment = say(project, "建议")
    first = rule(reviewer, comment, "not_adopted", reason=REASON)
    second = rule(reviewer, comment, "adopted", 1, NOW + timedelta(hours=1))
    assert find.decisions_of([comment]) == {comment: second}
    history = db.session.scalars(select(Decision).order_by(Decision.number)).all()
    assert [(one.number, one.outcome) for one in history] == [(1, "not_adopted"), (2, "adopted")]
    assert all(one.digest == decision_digest(one) for one in history)
    assert first.group_id == second.group_id


def test_the_second_of_two_people_sees_the_first_ruling(project, reviewer):
    comment, other = say(project, "建议"), make_user("reviewer")
    first = rule(reviewer, comment, "not_adopted", reason=REASON)
    with pytest.raises(DecidedMeanwhile) as conflict:
        rule(other, comment, "adopted")
    assert conflict.value.decision.id == first.id
    assert conflict.value.decision.reason == REASON
    assert reviewer.name in conflict.value.message
    assert "不采纳" in conflict.value.message
    assert rule(other, comment, "adopted", 1).number == 2
    with pytest.raises(DecidedMeanwhile):
        rule(reviewer, comment, "adopted", 1)


def test_two_at_the_same_instant_leave_one_ruling(app, project, reviewer):
    comment, other = say(project, "建议"), make_user("approver")
    start, results = threading.Barrier(2), []

    def work(actor):
        with app.app_context():
            start.wait()
            try:
                results.append(rule(actor, comment, "not_adopted", reason=REASON).number)
            except DecidedMeanwhile as conflict:
                results.append(conflict.decision.decided_by)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(actor,)) for actor in (reviewer, other)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(db.session.scalars(select(Decision)).all()) == 1
    winner = db.session.scalar(select(Decision.decided_by))
    assert sorted(map(str, results)) == sorted(["1", winner])


def test_one_ruling_covers_the_group_and_a_stale_page_is_told(project, reviewer):
    first, second = say(project, "甲"), say(project, "甲")
    group(reviewer, project)
    decision = rule(reviewer, second, "deferred", reason=REASON)
    assert find.decisions_of([first, second]) == {first: decision, second: decision}
    with pytest.raises(DecidedMeanwhile):
        rule(reviewer, first, "adopted")
    with transaction():
        split(reviewer, NOW, [first], 1)
    with pytest.raises(Conflict) as stale:
        rule(reviewer, first, "adopted", 1)
    assert not isinstance(stale.value, DecidedMeanwhile)
    assert find.undecided_count(project.id) == 1


def test_inadmissible_needs_a_group_of_its_own(project, reviewer):
    first, second = say(project, "甲"), say(project, "甲")
    group(reviewer, project)
    with pytest.raises(Refused, match="拆出") as refused:
        rule(reviewer, first, "inadmissible", reason=REASON)
    assert refused.value.field == "outcome"
    with transaction():
        split(reviewer, NOW, [first], 1)
    rule(reviewer, first, "inadmissible", reason=REASON)
    assert find.decisions_of([first, second]).keys() == {first}


def test_withdrawn_and_unknown_opinions_are_not_ruled_on(project, reviewer):
    sent = send(project, [Item("a1", "amend", "甲")])
    with transaction():
        withdraw_submission(SYSTEM, NOW, submission(sent.submission_id))
    with pytest.raises(Conflict):
        rule(reviewer, sent.comment_ids[0])
    with pytest.raises(NotFound):
        rule(reviewer, 987654)
    assert find.undecided_count(project.id) == find.unread_count(project.id) == 0


def test_reading_is_noted_once_per_reader_and_for_all_that_say_the_same(project, reviewer):
    other, later = make_user("approver"), NOW + timedelta(hours=1)
    first, second, alone = say(project, "甲"), say(project, "甲"), say(project, "乙")
    group(reviewer, project)
    assert find.unread_count(project.id) == 3
    assert read(reviewer, second) is True
    assert read(reviewer, first) is False
    assert read(other, first, later) is True
    assert find.first_reads([first, second, alone]) == {first: NOW, second: NOW}
    third = say(project, "甲")
    group(reviewer, project)
    assert find.first_reads([third]) == {}
    assert read(reviewer, first, later) is True
    assert find.first_reads([third]) == {third: later}
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "read").order_by(AuditEntry.id)).all()
    assert [entry.actor for entry in entries] == [reviewer.ref, other.ref, reviewer.ref]
    assert len(db.session.scalars(select(GroupReading)).all()) == 3


def test_approval_is_by_somebody_else_and_ends_with_a_new_ruling(project, reviewer):
    approver = make_user("approver")
    one, two = say(project, "甲"), say(project, "乙")
    mine, theirs = rule(approver, one), rule(reviewer, two, "not_adopted", reason=REASON)
    assert find.awaiting_approval(project.id) == [mine, theirs]
    with pytest.raises(NotAllowed), transaction():
        approve(reviewer, NOW, [theirs.id], 1)
    with pytest.raises(NotAllowed, match="自己"), transaction():
        approve(approver, NOW, [mine.id, theirs.id], 1)
    assert theirs.approved_at is None
    with transaction():
        assert approve(approver, NOW, [theirs.id], 1) == 1
    with transaction():
        assert approve(approver, NOW + timedelta(days=1), [theirs.id], 1) == 0
    assert (theirs.approved_at, theirs.approved_by) == (NOW, approver.ref)
    assert theirs.digest == decision_digest(theirs)
    newer = rule(reviewer, two, "adopted", 1)
    assert newer.approved_at is None
    assert find.awaiting_approval(project.id) == [mine, newer]
    with pytest.raises(Conflict), transaction():
        approve(approver, NOW, [theirs.id], 1)
    for nothing in ([], [987654]):
        with pytest.raises(Refused), transaction():
            approve(approver, NOW, nothing, 1)


def test_wording_is_withheld_on_a_ground_and_shown_again(project, reviewer):
    comment = say(project, "甲")
    with pytest.raises(Refused), transaction():
        withhold(reviewer, NOW, comment, "because")
    for ground in ("secret", "secret", "office", ""):
        with transaction():
            withhold(reviewer, NOW, comment, ground)
        assert find.withholdings_of([comment]) == ({comment: ground} if ground else {})
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "withhold")).all()
    assert len(entries) == 3
    assert db.session.scalar(select(Withholding)) is None
    assert list(faults(db.session())) == []


def test_a_changed_ruling_does_not_fit_its_digest(project, reviewer):
    decision = rule(reviewer, say(project, "甲"), "deferred", reason=REASON)
    with transaction():
        db.session.execute(update(Decision).values(outcome="adopted"))
    db.session.refresh(decision)
    assert decision_digest(decision) != decision.digest


def test_slices_keep_every_id():
    ids = list(range(1, 1302)) * 2
    parts = list(find.slices(ids))
    assert [len(part) for part in parts] == [500, 500, 301]
    assert [one for part in parts for one in part] == list(range(1, 1302))


def test_decide_is_the_verb_itself(project, reviewer):
    """A verb never commits: outside a transaction's end nothing is stored."""
    comment = say(project, "甲")
    with pytest.raises(ZeroDivisionError), transaction():
        decide(reviewer, NOW, comment_id=comment, expected_number=0, outcome="adopted")
        raise ZeroDivisionError
    assert find.decisions_of([comment]) == {}
