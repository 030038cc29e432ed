"""Disputes: begun by a ruling against a unit's point, talked over, settled by one person, confirmed by another."""

from datetime import date, timedelta

import pytest

from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.intake.find import submission
from consult.intake.withdraw import withdraw_submission
from consult.review import dispute_find, disputes
from consult.review.dispute_find import RESULTS, lacking, missing, quarrels, unsettled
from consult.review.disputes import Views
from consult.review.models import Dispute, Mediation
from consult.review.queue import Filter
from consult.summary.verify import faults
from tests.factories.people import NOW, make_user
from tests.review.desk import REASON, page, rule, say
from tests.review.quarrel import RESULT, Quarrel, make_quarrel

LATER = NOW + timedelta(days=1)


@pytest.fixture
def one(app, keys) -> Quarrel:
    return make_quarrel(keys)


def test_only_points_of_units_that_are_not_adopted_as_they_stand_have_disputes(one):
    first, second = one.comments
    with pytest.raises(Conflict):
        one.act(disputes.open_dispute, first)  # nobody has ruled
    rule(one.reviewer, first, "adopted")
    assert missing(first) == []
    with pytest.raises(Conflict):
        one.act(disputes.open_dispute, first)
    rule(one.reviewer, second, "partly_adopted", reason=REASON, adopted_part="关于间距的部分")
    assert missing(second) == lacking(one.project.id) == [second]
    assert unsettled(one.project.id) == 1  # a point without its dispute waits as well
    row = one.act(disputes.open_dispute, second)
    assert (row.unit_view, row.office_view) == ("间距应当改为三十米。", f"采纳部分：关于间距的部分\n{REASON}")
    assert row.point == "第一条"
    assert missing(second) == lacking(one.project.id) == []
    with pytest.raises(Conflict):
        one.act(disputes.open_dispute, second)
    public = say(one.project, "公众的意见")
    rule(one.reviewer, public, "not_adopted", reason=REASON)
    assert missing(public) == []
    for nobody in (public, 999):
        with pytest.raises(NotFound):
            one.act(disputes.open_dispute, nobody)


def test_from_the_first_meeting_to_the_second_person(one):
    row = one.turned_down()
    views = Views("经费由谁承担", "乡镇承担", "县级财政承担，依据是预算法。")
    one.on(disputes.change_views, row, views)
    words = "三方座谈，财政局坚持原意见。"
    one.on(disputes.mediate, row, held_on=date(2026, 3, 9), units="市财政局、县住建局", words=words)
    assert [(held.record, held.by) for held in one.again(row).meetings] == [(words, one.reviewer.ref)]
    assert one.again(row).state == "协调中"
    one.on(disputes.settle, row, "agreed", RESULT)
    assert one.again(row).state == "待确认"
    assert unsettled(one.project.id) == 1
    one.on(disputes.confirm, row, actor=one.approver)
    done = one.again(row)
    assert (done.state, done.open, done.unit_name, done.place) == ("协商一致", False, "市财政局", "第一条")
    assert unsettled(one.project.id) == 0
    for verb, more in ((disputes.settle, ("upheld", RESULT)), (disputes.change_views, (views,))):
        with pytest.raises(Conflict):
            one.on(verb, row, *more)
    assert list(faults(db.session())) == []


def test_two_people_and_only_those_who_may(one):
    row = one.turned_down()
    with pytest.raises(Conflict):
        one.on(disputes.confirm, row, actor=one.approver)  # nothing to confirm
    one.on(disputes.settle, row, "upheld", RESULT, actor=one.approver)
    with pytest.raises(NotAllowed):
        one.on(disputes.confirm, row, actor=one.approver)  # who settled it
    for role in ("agency", "sysadmin", "auditor"):
        for verb, more in (
            (disputes.settle, ("upheld", RESULT)),
            (disputes.change_views, (Views("一", "二", "三"),)),
            (disputes.confirm, ()),
        ):
            with pytest.raises(NotAllowed):
                one.on(verb, row, *more, actor=make_user(role))
    with pytest.raises(NotAllowed):
        one.on(disputes.confirm, row, actor=one.office)
    one.on(disputes.confirm, row, actor=make_user("approver"))
    with pytest.raises(Conflict):
        one.on(disputes.confirm, row, actor=make_user("approver"))


def test_a_result_never_says_something_else_than_the_ruling(one):
    row = one.turned_down()
    for outcome, words, field in (
        ("won", RESULT, "outcome"), ("yielded", RESULT, "outcome"), ("agreed", "短", "result"),
        ("agreed", RESULT + "\x00", "result"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            one.on(disputes.settle, row, outcome, words)
        assert refused.value.field == field
    rule(one.reviewer, one.comments[0], "adopted", 1)
    with pytest.raises(Refused):
        one.on(disputes.settle, row, "upheld", RESULT)
    one.on(disputes.settle, row, "yielded", RESULT)
    one.on(disputes.confirm, row, actor=one.approver)
    assert one.again(row).state == RESULTS["yielded"]


def test_a_later_ruling_opens_it_again_and_earlier_results_stay(one):
    row = one.turned_down()
    one.on(disputes.settle, row, "upheld", RESULT)
    one.on(disputes.confirm, row, actor=one.approver)
    rule(one.reviewer, one.comments[0], "adopted", 1, LATER)
    assert (one.again(row).state, unsettled(one.project.id)) == ("处理意见有变动", 1)
    one.on(disputes.settle, row, "yielded", "复议后改为采纳，条文相应修改。", now=LATER)
    one.on(disputes.confirm, row, actor=one.approver, now=LATER)
    again = one.again(row)
    assert again.dispute.earlier == f"2026年3月10日维持原处理意见：{RESULT}\n"
    assert (again.state, unsettled(one.project.id)) == ("改为采纳", 0)
    assert list(faults(db.session())) == []


def test_ruled_on_between_result_and_confirmation(one):
    row = one.turned_down()
    one.on(disputes.settle, row, "upheld", RESULT)
    rule(one.reviewer, one.comments[0], "adopted", 1, LATER)
    with pytest.raises(Conflict):
        one.on(disputes.confirm, row, actor=one.approver, now=LATER)


def test_reported_to_the_upper_office_waits_for_nobody_and_goes_on(one):
    row = one.turned_down()
    one.on(disputes.settle, row, "reported", "已报请市人民政府协调。")
    assert unsettled(one.project.id) == 1
    one.on(disputes.confirm, row, actor=one.approver)
    assert unsettled(one.project.id) == 0
    one.on(disputes.mediate, row, held_on=date(2026, 3, 10), units="市人民政府", words="市政府专题会议议定。")
    one.on(disputes.settle, row, "upheld", RESULT, now=LATER)
    assert unsettled(one.project.id) == 1
    # a word that was not confirmed yet may be mended; what was confirmed before stays
    one.on(disputes.settle, row, "upheld", RESULT + "另行发文。", now=LATER)
    one.on(disputes.confirm, row, actor=one.approver, now=LATER)
    assert one.again(row).dispute.earlier.count("\n") == 1
    assert list(faults(db.session())) == []


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"held_on": date(2026, 3, 11), "units": "市财政局", "words": "谈过"}, "held_on"),
        ({"held_on": date(2026, 3, 9), "units": " ", "words": "谈过"}, "units"),
        ({"held_on": date(2026, 3, 9), "units": "市财政局", "words": ""}, "words"),
    ],
)
def test_a_record_of_mediation_says_when_who_and_what(one, words, field):
    row = one.turned_down()
    with pytest.raises(Refused) as refused:
        one.on(disputes.mediate, row, **words)
    assert refused.value.field == field
    assert db.session.query(Mediation).count() == 0


def test_a_reply_that_was_returned_takes_its_dispute_along(one):
    row = one.turned_down()
    assert [found.dispute.id for found in quarrels(one.project.id)] == [row.id]
    assert len(dispute_find.every_open()) == 1
    number = one.desks[0].letter.id
    sent = one.again(row).comment.submission_id
    with transaction():
        withdraw_submission(one.office, NOW, submission(sent), released=False)
    assert number
    assert quarrels(one.project.id) == dispute_find.every_open() == []
    assert unsettled(one.project.id) == 0


def test_the_list_of_opinions_by_dispute(one):
    rule(one.reviewer, one.comments[1], "adopted")
    row = one.turned_down()
    assert [found.id for found in page(one.project.id, Filter(state="disputed")).rows] == [one.comments[0]]
    one.on(disputes.settle, row, "upheld", RESULT)
    one.on(disputes.confirm, row, actor=one.approver)
    assert page(one.project.id, Filter(state="disputed")).rows == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        (Dispute, "unit_view", "别的话"), (Dispute, "office_view", "别的话"), (Dispute, "result", "别的结果"),
        (Dispute, "earlier", "从前"), (Dispute, "confirmed_by", "user:77"), (Dispute, "outcome", "agreed"),
        (Mediation, "record", "没有谈过"), (Mediation, "held_on", date(2026, 1, 1)), (Mediation, "by", "user:77"),
    ],
)  # fmt: skip
def test_verify_names_what_was_changed_behind_our_back(one, table, column, value):
    row = one.turned_down()
    one.on(disputes.mediate, row, held_on=date(2026, 3, 9), units="市财政局", words="谈过一次。")
    one.on(disputes.settle, row, "upheld", RESULT)
    one.on(disputes.confirm, row, actor=one.approver)
    assert list(faults(db.session(), one.project.id)) == []
    with transaction() as session:
        session.query(table).update({column: value})
    assert list(faults(db.session())) != []
    assert list(faults(db.session(), one.project.id)) != []


def test_verify_names_what_is_missing(one):
    row = one.turned_down()
    one.on(disputes.mediate, row, held_on=date(2026, 3, 9), units="市财政局", words="谈过一次。")
    number = row.id
    with transaction() as session:
        session.query(Mediation).delete()
    assert list(faults(db.session(), one.project.id)) == ["协调记录 1 记录在审计日志中，数据库里却没有"]
    with transaction() as session:
        session.delete(session.get(Dispute, number))
    assert f"争议 {number} 记录在审计日志中，数据库里却没有" in list(faults(db.session()))
