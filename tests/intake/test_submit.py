"""The one door: its clock, its receipt, sending twice, and that all or nothing is stored."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base import audit
from consult.base.audit import AuditEntry
from consult.base.crypto import Keys, keyed
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake.find import by_receipt, comments_of, last_received, received
from consult.intake.models import Comment, Submission
from consult.intake.record import sender_digests, submission_digest
from consult.intake.submit import Item, Sender, Sent, new_send_key, sent_before, submit
from tests.factories.people import CLOSES, NOW, OPENS, later, make_project, send

GOOD = Item("a3", "amend", "间距太大", "三十米", "安全")


@pytest.fixture
def project(app: Flask) -> Consultation:
    """An open project."""
    return make_project("demo", now=OPENS - timedelta(days=1))


def counts() -> tuple[int, int, int]:
    """Submissions, comments and audit entries of sendings."""
    return (
        db.session.query(Submission).count(),
        db.session.query(Comment).count(),
        db.session.query(AuditEntry).filter_by(action="submit").count(),
    )


@pytest.mark.parametrize("moment", [OPENS, CLOSES - timedelta(seconds=1), CLOSES - timedelta(microseconds=1)])
def test_inside_the_period_is_accepted(project: Consultation, moment: object) -> None:
    sent = send(project, [GOOD], now=moment)  # type: ignore[arg-type]
    assert sent.received_at == moment
    db.session.expire_all()
    assert db.session.query(Submission).one().received_at == moment
    assert counts() == (1, 1, 1)


@pytest.mark.parametrize(
    "moment", [OPENS - timedelta(seconds=1), OPENS - timedelta(microseconds=1), CLOSES, later(days=365)]
)
def test_outside_the_period_is_refused(project: Consultation, moment: object) -> None:
    with pytest.raises(Conflict):
        send(project, [GOOD], now=moment)  # type: ignore[arg-type]
    assert counts() == (0, 0, 0)


def test_everything_is_kept_as_written(project: Consultation, keys: Keys) -> None:
    text = " =1+1 <b>不行</b> 𠀀\t\n"
    sender = Sender("person", "朱小明", "13912345678", "zhu@example.cn", "河湾路1号", "河湾县", True, True, False)
    sent = send(
        project, [Item("a3", "delete", text, text, text), Item(None, "support")], sender=sender, source="wechat"
    )
    row = by_receipt(keys, sent.code)
    assert row.id == sent.submission_id
    first, second = comments_of(row.id)
    assert [first.id, second.id] == sent.comment_ids
    assert (first.text, first.proposed_text, first.reason, first.stance, first.ordinal) == (
        text,
        text,
        text,
        "delete",
        1,
    )
    assert (second.clause_id, second.stance, second.ordinal) == (None, "support", 2)
    assert find.clause_by_key(row.version_id, "a3").id == first.clause_id
    assert (row.comment_count, row.channel, row.source, row.region) == (2, "web", "wechat", "河湾县")
    assert (row.submitter_shown, row.wants_reply, row.may_contact, row.may_publish) == ("朱**", True, True, False)
    assert keys.unseal(row.contact_sealed) == {
        "name": "朱小明", "phone": "13912345678", "email": "zhu@example.cn", "address": "河湾路1号",
    }  # fmt: skip
    assert received(project.id) == 2
    assert last_received(project.id) == NOW


def test_neither_code_nor_key_nor_name_is_stored(project: Consultation, keys: Keys) -> None:
    key = new_send_key()
    sent = send(project, [GOOD], send_key=key, sender=Sender("person", "朱小明", phone="13912345678"))
    row = db.session.execute(select(Submission.__table__)).mappings().one()
    entry = db.session.execute(select(AuditEntry.__table__).where(AuditEntry.action == "submit")).mappings().one()
    stored = f"{dict(row)} {dict(entry)}"
    for secret in (sent.code, sent.code.replace("-", ""), key, "朱小明", "13912345678"):
        assert secret not in stored
    assert row["receipt_hash"] == keyed(keys.receipt, sent.code)


def test_the_audit_entry_seals_what_was_said(project: Consultation) -> None:
    sent = send(project, [GOOD, Item(None, "other", "好")])
    entry = db.session.query(AuditEntry).filter_by(action="submit").one()
    facts = json.loads(entry.facts)
    assert (entry.subject, entry.actor, facts["comments"], facts["channel"]) == (
        f"submission:{sent.submission_id}",
        "citizen",
        2,
        "web",
    )
    assert facts["digest"] == sent.digest == db.session.query(Submission).one().digest
    row = db.session.execute(select(Submission.__table__)).mappings().one()
    assert sent.digest == submission_digest(row, [("a3", GOOD), (None, Item(None, "other", "好"))])
    assert facts["sender"] == sender_digests(row)
    assert list(audit.faults(db.session())) == []


def test_the_same_send_key_is_the_same_sending(project: Consultation, keys: Keys) -> None:
    key = new_send_key()
    first = send(project, [GOOD], send_key=key)
    again = send(project, [Item(None, "other", "换了内容")], send_key=key, now=later(days=300))
    assert not first.repeated
    assert again.repeated
    assert (again.submission_id, again.code, again.received_at) == (first.submission_id, first.code, first.received_at)
    assert (again.comment_ids, again.digest) == (first.comment_ids, first.digest)
    assert counts() == (1, 1, 1)
    found = sent_before(key, keys)
    assert found is not None
    assert found.code == first.code
    assert sent_before(new_send_key(), keys) is None


def test_different_send_keys_are_different_sendings(project: Consultation) -> None:
    assert len({send(project, [GOOD]).code for _ in range(5)}) == 5
    assert counts() == (5, 5, 5)


@pytest.mark.parametrize("key", ["x", "x" * 15, "x" * 201])
def test_a_send_key_that_could_be_guessed_is_refused(project: Consultation, key: str) -> None:
    with pytest.raises(Refused):
        send(project, [GOOD], send_key=key)
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("key", ["a99", "第三条", "A3", " a3", "a3'--", "长" * 500])
def test_an_unknown_clause_is_refused_whole(project: Consultation, key: str) -> None:
    with pytest.raises(Refused) as caught:
        send(project, [GOOD, Item(key, "other", "好")])
    assert caught.value.field == "clause"
    assert counts() == (0, 0, 0)


def test_a_clause_of_another_project_is_unknown(project: Consultation) -> None:
    other = make_project("other", text="关于试点的方案\n（征求意见稿）\n\n一、总体要求\n\n（一）目标。先行先试。\n")
    own = {one.key for one in find.clauses(find.current_version(project).id)}
    (foreign, *_) = [one.key for one in find.clauses(find.current_version(other).id) if one.key not in own]
    with pytest.raises(Refused):
        send(project, [Item(foreign, "other", "好")])
    assert send(other, [Item(foreign, "other", "好")]).code


def test_a_piece_that_takes_no_comments_is_unknown(project: Consultation) -> None:
    version = find.current_version(project)
    with transaction():
        clause = find.clause_by_key(version.id, "a3")
        clause.commentable = False
    with pytest.raises(Refused):
        send(project, [GOOD])


def test_a_missing_channel_or_a_bad_item_stores_nothing(project: Consultation) -> None:
    version = find.current_version(project)
    for items, more in (
        ([], {}),
        ([Item(None, "amend", "")], {}),
        ([GOOD], {"channel": "pigeon"}),
        ([GOOD], {"sender": Sender(kind="king")}),
    ):
        facts = {"channel": "web", "items": items, "sender": Sender(), "opens_at": OPENS, "closes_at": CLOSES} | more
        with pytest.raises(Refused), transaction():
            submit(
                CITIZEN, NOW, consultation=project, version_id=version.id, send_key=new_send_key(),
                keys=Keys("k" * 32), **facts,  # type: ignore[arg-type]
            )  # fmt: skip
    assert counts() == (0, 0, 0)


def test_a_failure_after_the_door_stores_nothing(project: Consultation) -> None:
    version = find.current_version(project)
    with pytest.raises(RuntimeError), transaction():
        submit(
            CITIZEN, NOW, consultation=project, version_id=version.id, channel="web", items=[GOOD], sender=Sender(),
            send_key=new_send_key(), opens_at=OPENS, closes_at=CLOSES, keys=Keys("k" * 32),
        )  # fmt: skip
        raise RuntimeError("the face broke")
    assert counts() == (0, 0, 0)


def test_only_issued_codes_find_anything(project: Consultation, keys: Keys) -> None:
    sent = send(project, [GOOD])
    assert by_receipt(keys, sent.code.lower().replace("-", " ")).id == sent.submission_id
    for wrong in ("", "0000-0000-0000-0000", sent.code[:-1], sent.code + "0"):
        with pytest.raises(NotFound):
            by_receipt(keys, wrong)
    with pytest.raises(NotFound):
        by_receipt(Keys("another root key of thirty-two chars"), sent.code)


def in_threads(app: Flask, project: Consultation, send_keys: list[str]) -> list[Sent]:
    """Send with each key from a thread of its own, all at once."""
    number = project.id

    def work(key: str) -> Sent:
        with app.app_context():
            try:
                return send(find.by_id(number), [GOOD, Item(None, "other", key)], send_key=key)
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(send_keys)) as pool:
        return list(pool.map(work, send_keys))


def test_sending_twice_at_the_same_moment_stores_once(app: Flask, project: Consultation) -> None:
    key = new_send_key()
    sent = in_threads(app, project, [key] * 8)
    assert len({(one.submission_id, one.code, one.digest) for one in sent}) == 1
    assert sorted(one.repeated for one in sent) == [False] + [True] * 7
    assert counts() == (1, 2, 1)


def test_many_at_the_same_moment_are_all_stored(app: Flask, project: Consultation) -> None:
    sent = in_threads(app, project, [new_send_key() for _ in range(16)])
    assert len({one.code for one in sent}) == 16
    assert counts() == (16, 32, 16)
    assert list(audit.faults(db.session())) == []
