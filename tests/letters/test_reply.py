"""A unit opens, signs, drafts and sends; the office takes in or returns; nothing is lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from consult.base.audit import AuditEntry, faults
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.files import StoredFile
from consult.intake.find import by_receipt, comments_of
from consult.intake.models import Comment, Submission
from consult.intake.submit import Item, Sender, submit
from consult.letters import find, reply
from consult.letters.draft import REMOVE_SEAL, items_of
from consult.letters.issue import withdraw_letter
from consult.letters.models import FormalOpinion
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, points


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_opening_marks_viewed_once_and_signing_is_a_step_of_its_own(desk):
    later = NOW + timedelta(hours=1)
    with transaction():
        assert reply.view(desk.agent, NOW, desk.letter) is True
    with transaction():
        assert reply.view(desk.agent, later, desk.letter) is False
    assert (desk.letter.viewed_at, desk.letter.acknowledged_at) == (NOW, None)
    with transaction():
        assert reply.acknowledge(desk.agent, later, desk.letter) is True
    with transaction():
        assert reply.acknowledge(desk.agent, later + timedelta(days=1), desk.letter) is False
    assert (desk.letter.acknowledged_at, desk.letter.acknowledged_by) == (later, desk.agent.ref)
    assert actions()[-2:] == ["view_letter", "acknowledge"]


def test_only_the_unit_that_was_asked_reaches_its_letter(desk):
    stranger = make_user("agency", make_unit("市司法局"))
    nobody = replace(stranger, unit_id=None)
    desk.answer("第一点")
    verbs = [
        lambda actor: reply.view(actor, NOW, desk.letter),
        lambda actor: reply.acknowledge(actor, NOW, desk.letter),
        lambda actor: reply.save_reply(actor, NOW, desk.letter, edition=1, answer="no_objection"),
        lambda actor: reply.send_reply(actor, NOW, desk.letter, keys=desk.keys),
    ]
    for verb in verbs:
        for actor in (stranger, nobody):
            with pytest.raises(NotFound), transaction():
                verb(actor)
        with pytest.raises(NotAllowed), transaction():
            verb(desk.office)
    with pytest.raises(NotFound):
        find.own(desk.letter.id, stranger)
    assert find.own(desk.letter.id, desk.agent).solicitation.id == desk.letter.id
    for verb in (lambda actor, one: reply.accept_reply(actor, NOW, one),
                 lambda actor, one: reply.return_reply(actor, NOW, one, "请补正")):  # fmt: skip
        with pytest.raises(NotAllowed), transaction():
            verb(desk.agent, find.current_reply(desk.letter.id))


def test_a_draft_is_kept_as_typed_and_signs_for_the_letter(desk):
    items = [Item("a2-i1", "delete", "  建议删除<b>\r\n第二行"), Item(None, "other", "", "改为", ""), Item("a3")]
    saved = desk.save(answer="has_opinion", items=items, reply_date=date(2026, 3, 5), handler="王经办")
    assert saved.edition == 1
    db.session.expire_all()
    stored = find.current_reply(desk.letter.id)
    assert items_of(stored) == [Item("a2-i1", "delete", "  建议删除<b>\n第二行"), Item(None, "other", "", "改为", "")]
    assert (stored.reply_date, stored.handler, stored.sent_at) == (date(2026, 3, 5), "王经办", None)
    assert (desk.letter.acknowledged_at, desk.letter.viewed_at) == (NOW, NOW)


def test_a_colleagues_draft_is_not_overwritten(desk):
    colleague = make_user("agency", desk.unit)
    desk.save(handler="甲")
    desk.save(edition=1, handler="乙", actor=colleague)
    for edition in (0, 1, 3):
        with pytest.raises(reply.SavedMeanwhile) as conflict:
            desk.save(edition=edition, handler="丙")
        assert conflict.value.status == 409
        assert conflict.value.opinion.handler == "乙"
    with pytest.raises(reply.SavedMeanwhile):
        desk.send(edition=1)
    assert find.current_reply(desk.letter.id).handler == "乙"
    assert db.session.scalar(select(func.count()).select_from(FormalOpinion)) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"answer": "maybe"}, "answer"),
        ({"items": [Item("a1", "shout", "文")]}, "stance"),
        ({"items": points(*"文" * 51)}, "items"),
        ({"items": points("文" * 50_001)}, "text"),
        ({"items": points("甲\x00乙")}, "text"),
        ({"handler": "甲\n乙"}, "handler"),
        ({"seal_file_id": 987654}, "seal_file"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_field(desk, values, field):
    with pytest.raises(Refused) as refused:
        desk.save(**values)
    assert refused.value.field == field
    assert find.current_reply(desk.letter.id) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answer": ""}, "answer"),
        ({"answer": "has_opinion", "items": []}, "items"),
        ({"answer": "no_objection", "items": points("其实有")}, "answer"),
        ({"handler": ""}, "handler"),
        ({"phone": " "}, "phone"),
        ({"signatory": ""}, "signatory"),
        ({"reply_no": ""}, "reply_no"),
    ],
)
def test_an_unfinished_answer_is_not_sent(desk, changes, field):
    desk.save(**({"answer": "has_opinion", "items": points("第一点"), **SIGNED} | changes))
    with pytest.raises(Refused) as refused:
        desk.send()
    assert refused.value.field == field
    assert find.current_reply(desk.letter.id).sent_at is None
    assert db.session.scalar(select(Submission)) is None


def test_nothing_drafted_is_nothing_to_send(desk):
    with pytest.raises(Refused):
        desk.send()


def test_a_sealed_scan_stands_for_the_number(desk):
    colleague = make_user("agency", desk.unit)
    with transaction():
        mine, theirs = (StoredFile(sha256=one * 64, name="章.pdf", kind="pdf", size=9, stored_at=NOW, stored_by=ref)
                        for one, ref in (("a", desk.agent.ref), ("b", "user:987654")))  # fmt: skip
        db.session.add_all([mine, theirs])
    unsigned = SIGNED | {"reply_no": "", "answer": "no_objection"}
    with pytest.raises(Refused):
        desk.save(seal_file_id=theirs.id, **unsigned)
    desk.save(seal_file_id=mine.id, **unsigned)
    desk.save(edition=1, actor=colleague, **unsigned)
    assert find.current_reply(desk.letter.id).seal_file_id == mine.id
    desk.save(edition=2, seal_file_id=REMOVE_SEAL, **unsigned)
    with pytest.raises(Refused):
        desk.send()
    desk.save(edition=3, seal_file_id=mine.id, **unsigned)
    sent = desk.send()
    assert sent.seal_file_id == mine.id
    before = reply.reply_digest(sent)
    with transaction():
        db.session.get(StoredFile, mine.id).sha256 = "c" * 64
    assert reply.reply_digest(sent) != before == sent.digest


def test_points_enter_the_ledger_as_one_submission_of_the_unit(desk):
    sent = desk.answer("第一点", "第二点")
    submission = db.session.get(Submission, sent.submission_id)
    assert (submission.channel, submission.submitter_shown, submission.late) == ("formal", "市财政局", False)
    assert [one.text for one in comments_of(submission.id)] == ["第一点", "第二点"]
    assert sent.digest == reply.reply_digest(sent)
    assert actions()[-3:] == ["save_reply", "submit", "send_reply"]
    with pytest.raises(Conflict):
        desk.send()
    with pytest.raises(Conflict):
        desk.save(edition=1, handler="改一改")
    assert list(faults(db.session())) == []


def test_no_objection_enters_nothing(desk):
    sent = desk.answer()
    assert (sent.answer, sent.submission_id) == ("no_objection", None)
    assert db.session.scalar(select(Comment)) is None


def test_a_late_reply_is_taken_after_both_clocks_and_marked(desk):
    late = max(desk.letter.due_at, desk.project.closes_at) + timedelta(days=1)
    sent = desk.answer("迟到的意见", now=late)
    assert db.session.get(Submission, sent.submission_id).late is True
    (row,) = find.ledger(desk.project.id, late)
    assert (row.late, row.overdue, row.items) == (True, False, 1)


def test_a_unit_may_answer_before_the_public_period_opens(desk):
    with transaction():
        desk.project.opens_at = NOW + timedelta(days=5)
        desk.project.closes_at = NOW + timedelta(days=50)
    assert desk.answer("早到的意见").submission_id


def test_nobody_gets_a_units_receipt_by_guessing_the_send_key(desk):
    sent = desk.answer("内部意见")
    for guess in (f"formal-{desk.letter.id}-1", f"formal-reply-{desk.letter.id}-1", f"formal-{sent.id}-1-0000000"):
        with transaction():
            got = submit(
                desk.agent, NOW, consultation=desk.project, version_id=desk.letter.version_id, channel="web",
                items=points("猜一猜"), sender=Sender(), send_key=guess.ljust(16, "0") if len(guess) < 16 else guess,
                opens_at=desk.project.opens_at, closes_at=desk.project.closes_at, keys=desk.keys,
            )  # fmt: skip
        assert not got.repeated
        assert by_receipt(desk.keys, got.code).id != sent.submission_id


def test_a_returned_answer_stays_and_its_copy_is_sent_again(desk):
    first = desk.answer("第一点", "第二点")
    with pytest.raises(Refused), transaction():
        reply.return_reply(desk.office, NOW, first, "")
    with transaction():
        again = reply.return_reply(desk.office, NOW, first, "第二点没有写明依据")
    assert (again.number, again.items, again.signatory, again.sent_at) == (2, first.items, "赵局长", None)
    assert again.edition > first.edition
    assert all(one.withdrawn_at for one in comments_of(first.submission_id))
    with pytest.raises(Conflict), transaction():
        reply.return_reply(desk.office, NOW, first, "再退一次")
    desk.save(edition=again.edition, answer="has_opinion", items=points("第一点", "第二点，依据是上位法"), **SIGNED)
    second = desk.send()
    assert second.submission_id != first.submission_id
    assert [one.number for one in find.replies(desk.letter.id)] == [2, 1]
    assert first.digest == reply.reply_digest(first)
    (row,) = find.ledger(desk.project.id, NOW)
    assert row.items == 2
    standing = select(func.count()).select_from(Comment).where(Comment.withdrawn_at.is_(None))
    assert db.session.scalar(standing) == 2


def test_after_publication_an_answer_cannot_be_returned(desk):
    first = desk.answer("第一点")
    with pytest.raises(Conflict), transaction():
        reply.return_reply(desk.office, NOW, first, "太晚了", released=True)
    assert find.answered(find.current_reply(desk.letter.id))


def test_an_answered_letter_is_not_withdrawn_and_a_withdrawn_one_not_answered(desk):
    desk.answer()
    with pytest.raises(Conflict), transaction():
        withdraw_letter(desk.office, NOW, desk.letter, "不需要了")
    with transaction():
        reply.return_reply(desk.office, NOW, find.current_reply(desk.letter.id), "文号写错")
    with transaction():
        withdraw_letter(desk.office, NOW, desk.letter, "不需要了")
    with pytest.raises(Conflict):
        desk.send()


def test_a_changed_reply_does_not_fit_its_digest(desk):
    sent = desk.answer("第一点")
    with transaction():
        db.session.execute(update(FormalOpinion).values(signatory="别人"))
    db.session.refresh(sent)
    assert reply.reply_digest(sent) != sent.digest
