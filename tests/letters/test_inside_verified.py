"""verify tells of every change behind the back of the verbs to what was done inside a unit."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from consult.base.db import db, transaction
from consult.letters import signing
from consult.letters.models import FormalOpinion, Proposal
from consult.letters.proposals import leave_out
from consult.summary import verify_inside, verify_letters
from tests.factories.people import NOW
from tests.letters.desk import SIGNED, points
from tests.letters.test_proposals import join, propose, take


@pytest.fixture
def worked(desk):
    """Three points, one taken, one left out, one open and changed; the draft signed."""
    li = join(desk)
    one, two, three = propose(desk, li), propose(desk, li, "节约用电"), propose(desk, li, "第三点")
    propose(desk, li, "第三点，改", proposal_id=three.id, edition=1)
    opinion = take(desk, one)
    with transaction():
        leave_out(desk.agent, NOW, desk.letter, two.id, "重复")
    opinion = desk.save(edition=opinion.edition, answer="has_opinion", items=points("另一点"), **SIGNED | {"signatory": ""})
    take(desk, one)
    with transaction():
        signing.sign_reply(desk.agent, NOW, desk.letter, name="赵局长", edition=opinion.edition)
    return desk


def faults(desk):
    session = db.session()
    return [*verify_inside.faults(session, desk.project.id), *verify_letters.faults(session, desk.project.id)]


def test_what_the_verbs_wrote_is_in_order(worked):
    assert faults(worked) == []
    assert list(verify_inside.faults(db.session(), None)) == []


@pytest.mark.parametrize(("table", "values", "word"), [
    (Proposal, {"text": "改了"}, "内容"), (Proposal, {"by": "user:9"}, "内容"), (Proposal, {"edition": 7}, "内容"),
    (Proposal, {"withdrawn_at": NOW}, "撤回"), (Proposal, {"at": NOW - timedelta(1)}, "时间"),
    (FormalOpinion, {"signed_at": NOW - timedelta(1)}, "签发"), (FormalOpinion, {"signed_by": "guest:7"}, "签发"),
    (FormalOpinion, {"phone": "改了"}, "签发"), (FormalOpinion, {"sign_note": "编的"}, "退回修改"),
])  # fmt: skip
def test_a_change_behind_its_back_is_told(worked, table, values, word):
    with transaction():
        db.session.execute(update(table).values(**values))
    assert any(word in one for one in faults(worked))


@pytest.mark.parametrize(("number", "values", "word"), [
    (1, {"taken_by": "user:9"}, "采用情况"), (2, {"left_out_note": "改了"}, "不采用说明"),
])  # fmt: skip
def test_taken_and_left_out_too(worked, number, values, word):
    with transaction():
        db.session.execute(update(Proposal).where(Proposal.id == number).values(**values))
    assert any(word in one for one in faults(worked))


def test_a_point_that_vanished_is_missed(worked):
    with transaction():
        db.session.delete(db.session.get_one(Proposal, 3))
    assert any("数据库里却没有" in one for one in faults(worked))


@pytest.mark.parametrize(("number", "values", "word"), [
    (1, {"taken_at": None, "taken_by": ""}, "采用情况"), (1, {"by_name": "别人"}, "提出人"),
    (2, {"section": "别的科"}, "提出人"), (3, {"guest_id": None}, "提出人"),
])  # fmt: skip
def test_whose_point_it_is_and_that_it_was_taken(worked, number, values, word):
    with transaction():
        db.session.execute(update(Proposal).where(Proposal.id == number).values(**values))
    assert any(word in one for one in faults(worked))


def test_a_note_that_was_wiped_is_missed(desk):
    one = propose(desk, join(desk))
    with transaction():
        leave_out(desk.agent, NOW, desk.letter, one.id, "重复")
    assert faults(desk) == []
    with transaction():
        db.session.execute(update(Proposal).values(left_out_at=None, left_out_by="", left_out_note=""))
    assert any("不采用说明" in one for one in faults(desk))
