"""Colleagues' points inside a unit: each sees only their own, the lead takes copies, the originals stay as written."""

from datetime import timedelta

import pytest

from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import CITIZEN, Actor
from consult.intake.find import comments_of
from consult.intake.submit import Item
from consult.letters import access_link, find, proposals, reply
from consult.letters.models import Proposal, Solicitation
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, points, write_to


def join(desk, name: str = "李工", letter: Solicitation | None = None, lead: Actor | None = None) -> Actor:
    """A colleague who came in by a join code."""
    with transaction():
        made = access_link.make_link(lead or desk.agent, NOW, letter or desk.letter, "colleague", keys=desk.keys,
                                     keep_used=True)  # fmt: skip
    with transaction():
        _, secret = access_link.enter(CITIZEN, NOW, keys=desk.keys, token=made.token, name=name, section="法规科")
    actor = access_link.guest_actor(desk.keys, NOW, secret)
    assert actor is not None
    return actor


def propose(desk, actor, text="间距过大", now=NOW, letter=None, key="a3", **more) -> Proposal:
    with transaction():
        return proposals.propose(actor, now, letter or desk.letter, Item(key, "amend", text), **more)


def take(desk, *wanted: Proposal, actor=None):
    with transaction():
        return proposals.take(actor or desk.agent, NOW, desk.letter, {one.id: one.edition for one in wanted})


def test_a_colleague_writes_changes_and_withdraws_only_own_points(desk):
    li, wu = join(desk), join(desk, "吴工")
    mine, other = propose(desk, li), propose(desk, wu, "节约用电")
    assert (mine.by_name, mine.section, mine.edition) == ("李工", "法规科", 1)
    assert [one.id for one in proposals.of_person(li, desk.letter)] == [mine.id]
    changed = propose(desk, li, "间距过大，建议三十米", proposal_id=mine.id, edition=1)
    assert (changed.text, changed.edition, changed.id) == ("间距过大，建议三十米", 2, mine.id)
    with pytest.raises(proposals.ChangedMeanwhile):
        propose(desk, li, "旧页面", proposal_id=mine.id, edition=1)
    with pytest.raises(NotFound):
        propose(desk, li, "改别人的", proposal_id=other.id, edition=1)
    with pytest.raises(NotFound), transaction():
        proposals.withdraw_proposal(li, NOW, desk.letter, other.id)
    with transaction():
        proposals.withdraw_proposal(li, NOW, desk.letter, mine.id)
    assert [one.id for one in proposals.of_letter(desk.letter.id)] == [other.id]
    with pytest.raises(Conflict):
        propose(desk, li, "撤回之后", proposal_id=mine.id, edition=2)


def test_a_colleague_can_do_nothing_else(desk):
    li = join(desk)
    one = propose(desk, li)
    for verb in (
        lambda: reply.view(li, NOW, desk.letter),
        lambda: reply.acknowledge(li, NOW, desk.letter),
        lambda: reply.save_reply(li, NOW, desk.letter, edition=0, answer="no_objection"),
        lambda: reply.send_reply(li, NOW, desk.letter, keys=desk.keys),
        lambda: proposals.take(li, NOW, desk.letter, {one.id: 1}),
        lambda: proposals.leave_out(li, NOW, desk.letter, one.id, "不要"),
        lambda: access_link.make_link(li, NOW, desk.letter, "colleague", keys=desk.keys),
    ):
        with pytest.raises(NotAllowed), transaction():
            verb()


def test_other_letters_and_other_units_stay_closed(desk):
    other = make_unit("市司法局")
    stranger = make_user("agency", other)
    (letter,) = write_to(desk.office, desk.project, other, letter_no="2号")
    li, theirs = join(desk), join(desk, "外单位", letter, stranger)
    one = propose(desk, li)
    for actor in (theirs, stranger):
        with pytest.raises(NotFound):
            propose(desk, actor)
        with pytest.raises(NotFound):
            proposals.of_person(actor, desk.letter)
    with pytest.raises(NotFound):
        take(desk, one, actor=stranger)
    with pytest.raises(NotFound), transaction():  # a point of this letter, under the other letter's number
        proposals.take(stranger, NOW, letter, {one.id: 1})
    with pytest.raises(NotFound), transaction():
        proposals.leave_out(stranger, NOW, letter, one.id, "不要")


@pytest.mark.parametrize(("item", "field"), [
    (Item("a3", "amend", "  "), "text"), (Item("zz", "amend", "没有这条"), "clause_key"),
    (Item("a3", "shout", "文"), "stance"), (Item("a3", "amend", "文" * 5001), "text"),
])  # fmt: skip
def test_a_point_must_say_something_on_a_clause(desk, item, field):
    li = join(desk)
    with pytest.raises(Refused) as refused, transaction():
        proposals.propose(li, NOW, desk.letter, item)
    assert refused.value.field == field


def test_only_asked_clauses_with_what_is_under_them(desk):
    unit = make_unit("市公安局")
    (letter,) = write_to(desk.office, desk.project, unit, letter_no="3号", clause_keys=["a2"])
    wu = join(desk, "吴工", letter, make_user("agency", unit))
    assert propose(desk, wu, letter=letter, key="a2-i1").clause_key == "a2-i1"
    assert propose(desk, wu, letter=letter, key=None).clause_key == ""
    with pytest.raises(Refused):
        propose(desk, wu, letter=letter, key="a3")


def test_the_lead_takes_copies_and_the_originals_stay(desk):
    li, wu = join(desk), join(desk, "吴工")
    one, two = propose(desk, li), propose(desk, wu, "节约用电")
    desk.save(answer="has_opinion", items=points("自己写的"), handler="王经办")
    opinion = take(desk, two, one)
    assert [item["text"] for item in opinion.items] == ["自己写的", "节约用电", "间距过大"]
    assert [item["from"] for item in opinion.items] == ["", str(two.id), str(one.id)]
    assert (one.taken_at, one.taken_by, opinion.edition, opinion.handler) == (NOW, desk.agent.ref, 2, "王经办")
    with pytest.raises(Conflict):
        propose(desk, li, "采用之后再改", proposal_id=one.id, edition=1)
    with pytest.raises(Conflict):
        take(desk, one)
    copy = [reply.Item("a1", "amend", "自己写的"), Item("a3", "amend", "节约用电，并写明标准"), Item("a3", "amend", "间距过大")]
    desk.save(edition=2, answer="has_opinion", items=copy, handler="王经办")
    assert proposals.rewritten([one, two], find.current_reply(desk.letter.id)) == {two.id}
    assert two.text == "节约用电"


def test_a_copy_taken_out_of_the_reply_frees_the_point(desk):
    li = join(desk)
    one = propose(desk, li)
    opinion = take(desk, one)
    desk.save(edition=opinion.edition, answer="", items=[])
    db.session.refresh(one)
    assert one.taken_at is None and one.taken_by == ""
    assert propose(desk, li, "再改一改", proposal_id=one.id, edition=1).edition == 2


def test_a_point_changed_while_the_lead_read_it_is_not_taken(desk):
    li = join(desk)
    one = propose(desk, li)
    propose(desk, li, "改过了", proposal_id=one.id, edition=1)
    with pytest.raises(proposals.ChangedMeanwhile) as meanwhile, transaction():
        proposals.take(desk.agent, NOW, desk.letter, {one.id: 1})
    assert meanwhile.value.proposal.text == "改过了" and find.current_reply(desk.letter.id) is None


def test_left_out_with_a_note_and_looked_at_again(desk):
    li = join(desk)
    one = propose(desk, li)
    with pytest.raises(Refused), transaction():
        proposals.leave_out(desk.agent, NOW, desk.letter, one.id, " ")
    with transaction():
        proposals.leave_out(desk.agent, NOW, desk.letter, one.id, "与第一条重复")
    assert proposals.of_person(li, desk.letter)[0].left_out_note == "与第一条重复"
    again = propose(desk, li, "换个写法", proposal_id=one.id, edition=1)
    assert (again.left_out_at, again.left_out_note) == (None, "")
    with transaction():
        proposals.leave_out(desk.agent, NOW, desk.letter, one.id, "还是重复")
    take(desk, one)
    assert one.taken_at and one.left_out_at is None


def test_nothing_is_proposed_once_the_reply_is_sent_or_the_code_revoked(desk):
    li = join(desk)
    one = propose(desk, li)
    desk.answer("第一点")
    for verb in (lambda: propose(desk, li), lambda: take(desk, one), lambda: propose(desk, li, "改", proposal_id=one.id, edition=1)):
        with pytest.raises(Conflict):
            verb()


def test_who_proposed_never_reaches_the_ledger(desk):
    one = propose(desk, join(desk))
    opinion = take(desk, one)
    desk.save(edition=opinion.edition, answer="has_opinion", items=[Item("a3", "amend", "间距过大")], **SIGNED)
    sent = desk.send(now=NOW + timedelta(hours=1))
    assert sent.items[0]["from"] == str(one.id)
    (comment,) = comments_of(sent.submission_id)
    assert comment.text == "间距过大" and "李工" not in str(vars(comment))
