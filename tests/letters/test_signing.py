"""The signatory approves exactly these words, or gives them back; persons sign for themselves."""

from datetime import timedelta

import pytest

from consult.base.audit import faults
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.files import Upload, keep
from consult.base.people import CITIZEN, Actor
from consult.letters import access_link, reply, signing, whole
from consult.letters.models import RECUSED
from consult.summary import verify
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, points, write_to


def by_link(desk, purpose: str = "sign", letter=None) -> Actor:
    maker = desk.office if purpose == "unit" else desk.agent
    with transaction():
        made = access_link.make_link(maker, NOW, letter or desk.letter, purpose, keys=desk.keys)
    with transaction():
        _, secret = access_link.enter(CITIZEN, NOW, keys=desk.keys, token=made.token, name="赵局长")
    actor = access_link.guest_actor(desk.keys, NOW, secret)
    assert actor is not None
    return actor


def sign(desk, actor, edition, name="赵局长", now=NOW):
    with transaction():
        return signing.sign_reply(actor, now, desk.letter, name=name, edition=edition)


def ready(desk, **changes):
    return desk.save(**{"answer": "has_opinion", "items": points("第一点"), **SIGNED} | changes)


def test_signed_by_link_or_account_and_sent_with_it(desk):
    opinion = ready(desk, signatory="")
    for actor in (by_link(desk), make_user("agency", desk.unit)):
        signed = sign(desk, actor, opinion.edition)
        assert (signed.signatory, signed.signed_at, signed.signed_by) == ("赵局长", NOW, actor.ref)
        opinion = signed
    before = whole.warnings(opinion)
    sent = desk.send(edition=opinion.edition)
    assert before == [] and sent.signed_at == NOW and sent.digest == reply.reply_digest(sent)
    with transaction():
        sent.signed_at = NOW - timedelta(days=1)
    assert reply.reply_digest(sent) != sent.digest
    assert list(faults(db.session())) == []


def test_any_later_change_voids_the_signature_and_saving_the_same_does_not(desk):
    opinion = ready(desk)
    opinion = sign(desk, by_link(desk), opinion.edition)
    same = {"answer": "has_opinion", "items": reply.items_of(opinion), **SIGNED}
    opinion = desk.save(edition=opinion.edition, **same)
    assert opinion.signed_at == NOW
    opinion = desk.save(edition=opinion.edition, **same | {"phone": "0816-7654321"})
    assert (opinion.signed_at, opinion.signed_by) == (None, "")
    assert whole.warnings(opinion) == [whole.UNSIGNED]
    assert desk.send().sent_at  # warned, not refused


def test_who_may_not_sign(desk):
    opinion = ready(desk)
    stranger = make_user("agency", make_unit("市司法局"))
    with pytest.raises(NotFound):
        sign(desk, stranger, opinion.edition)
    with pytest.raises(NotAllowed):
        sign(desk, desk.office, opinion.edition)
    with pytest.raises(NotAllowed):
        sign(desk, by_link(desk, "unit"), opinion.edition)
    signatory = by_link(desk)
    with pytest.raises(NotAllowed), transaction():
        reply.save_reply(signatory, NOW, desk.letter, edition=opinion.edition, answer="no_objection")
    with pytest.raises(NotAllowed), transaction():
        reply.send_reply(signatory, NOW, desk.letter, keys=desk.keys)


def test_an_unfinished_or_changed_draft_is_not_signed(desk):
    me = by_link(desk)
    with pytest.raises(Refused):
        sign(desk, me, 0)
    opinion = ready(desk, phone="")
    with pytest.raises(Refused) as refused:
        sign(desk, me, opinion.edition)
    assert refused.value.field == "phone"
    with pytest.raises(Refused):
        sign(desk, me, opinion.edition, name=" ")
    opinion = ready(desk, edition=opinion.edition)
    with pytest.raises(reply.SavedMeanwhile):
        sign(desk, me, opinion.edition - 1)
    desk.send()
    with pytest.raises(Conflict):
        sign(desk, me, opinion.edition)


def test_given_back_with_words(desk):
    opinion = ready(desk)
    me = by_link(desk)
    opinion = sign(desk, me, opinion.edition)
    with pytest.raises(Refused), transaction():
        signing.decline_reply(me, NOW, desk.letter, name="赵局长", note="", edition=opinion.edition)
    with transaction():
        back = signing.decline_reply(me, NOW, desk.letter, name="赵局长", note="第一点请写明依据", edition=opinion.edition)
    assert (back.signed_at, back.sign_note, back.sign_note_by) == (None, "第一点请写明依据", "赵局长")
    again = sign(desk, me, back.edition)
    assert (again.sign_note, again.signed_at) == ("", NOW)


@pytest.fixture
def expert(desk):
    unit = make_unit("孙教授")
    with transaction():
        unit.kind = "expert"
    (letter,) = write_to(desk.office, desk.project, unit, letter_no="9号")
    return Desk(desk.project, unit, desk.office, make_user("agency", unit), letter, desk.keys)


def test_a_person_declares_recusal_and_signs_alone(expert):
    own = {"signatory": "孙教授", "phone": "13800000000"}
    opinion = expert.save(answer="has_opinion", items=points("间距"), **own)
    with pytest.raises(Refused) as refused:
        expert.send()
    assert refused.value.field == "recusal"
    opinion = expert.save(edition=opinion.edition, answer="has_opinion", items=points("间距"), recusal="none", **own)
    sent = expert.send()
    assert (sent.handler, sent.reply_no, sent.seal_file_id, whole.warnings(sent)) == ("孙教授", "", None, [])


def test_one_who_stands_aside_answers_with_that_alone(expert):
    own = {"signatory": "孙教授", "phone": "13800000000", "recusal": "declared"}
    opinion = expert.save(answer="has_opinion", items=points("间距"), recusal_text="本人参与过起草", **own)
    with pytest.raises(Refused) as refused:
        expert.send()
    assert refused.value.field == "recusal"
    opinion = expert.save(edition=opinion.edition, answer="", recusal_text="", **own)
    with pytest.raises(Refused) as refused:
        expert.send()
    assert refused.value.field == "recusal_text"
    opinion = expert.save(edition=opinion.edition, answer="no_objection", recusal_text="本人参与过起草", **own)
    sent = expert.send()
    assert (sent.answer, sent.submission_id, sent.recusal_text) == (RECUSED, None, "本人参与过起草")


def test_units_do_not_declare_recusal_for_an_answer(desk):
    desk.save(answer=RECUSED, **SIGNED)
    with pytest.raises(Refused) as refused:
        desk.send()
    assert refused.value.field == "answer"


def test_a_form_that_is_loaded_afterwards_voids_the_signature(app, desk):
    """Even with the same words: who signed has not seen that file, and the digest now covers it."""
    opinion = desk.save(answer="has_opinion", items=points("一"), **SIGNED)
    with transaction():
        signing.sign_reply(desk.agent, NOW, desk.letter, name="赵局长", edition=opinion.edition)
    with transaction():
        number = keep(Upload("反馈表.docx", b"PK"), "docx", app.config["SETTINGS"].files, desk.agent, NOW).id
    opinion = desk.save(edition=opinion.edition, answer="has_opinion", items=points("一"), form_file_id=number, **SIGNED)
    assert (opinion.signed_at, opinion.signed_by) == (None, "")
    assert list(verify.faults(db.session)) == []
