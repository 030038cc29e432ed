"""Letters, calls and meetings entered by a clerk: all or none, the same ledger, late ones marked."""

import json
from datetime import date, timedelta

import pytest
from flask import Flask

from consult.base import audit
from consult.base.audit import AuditEntry
from consult.base.clock import local_date
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.errors import NotAllowed, Refused
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake.models import Comment, Submission
from consult.intake.register import BATCH, Entry, left_out, read_lines, register
from consult.intake.submit import Item, Sender, Sent
from consult.intake.words import OFFLINE
from tests.factories.people import CLOSES, NOW, OPERATOR, later, make_project, make_user

GOOD = Entry((Item("a3", "amend", "间距太大"),), Sender("person", "朱小明", "13912345678"))


@pytest.fixture
def project(app: Flask) -> Consultation:
    """An open project."""
    return make_project("demo")


def enter(
    project: Consultation,
    keys: Keys,
    entries: list[Entry],
    actor: object = OPERATOR,
    now: object = NOW,
    channel: str = "letter",
) -> list[Sent]:
    """Register in one transaction."""
    number = project.id
    with transaction():
        one = find.by_id(number)
        return register(
            actor, now, consultation=one, version_id=find.current_version(one).id, channel=channel, entries=entries,  # type: ignore[arg-type]
            keys=keys,
        )  # fmt: skip


def test_a_letter_stands_in_the_ledger(project: Consultation, keys: Keys) -> None:
    (sent,) = enter(project, keys, [Entry(GOOD.items, GOOD.sender, date(2026, 3, 6))])
    row = db.session.query(Submission).one()
    assert (row.channel, row.received_on, row.received_at, row.late) == ("letter", date(2026, 3, 6), NOW, False)
    assert (row.registered_by, row.submitter_shown, row.id) == ("operator:tester", "朱**", sent.submission_id)
    assert len(sent.code) == 19


@pytest.mark.parametrize("channel", sorted(OFFLINE))
def test_every_offline_channel(project: Consultation, keys: Keys, channel: str) -> None:
    enter(project, keys, [GOOD], channel=channel)
    assert db.session.query(Submission).one().channel == channel


@pytest.mark.parametrize("channel", ["web", "formal", "pigeon", ""])
def test_no_other_channel(project: Consultation, keys: Keys, channel: str) -> None:
    with pytest.raises(Refused) as caught:
        enter(project, keys, [GOOD], channel=channel)
    assert caught.value.field == "channel"


@pytest.mark.parametrize(
    ("day", "late"),
    [(None, True), (date(2026, 4, 2), False), (date(2026, 4, 3), True), (date(2026, 3, 1), False)],
)
def test_what_came_after_the_deadline_is_marked_late(
    project: Consultation, keys: Keys, day: date | None, late: bool
) -> None:
    enter(project, keys, [Entry(GOOD.items, Sender(), day)], now=CLOSES + timedelta(days=2))
    row = db.session.query(Submission).one()
    assert row.late is late
    assert row.received_on == (day or local_date(CLOSES + timedelta(days=2)))


def test_a_day_that_has_not_come_is_refused(project: Consultation, keys: Keys) -> None:
    with pytest.raises(Refused) as caught:
        enter(project, keys, [GOOD, Entry(GOOD.items, Sender(), local_date(later(days=1)))])
    assert caught.value.message.startswith("第 2 份：")
    assert caught.value.field == "received_on"


@pytest.mark.parametrize(
    "wrong",
    [
        Entry(()),
        Entry((Item("a99", "other", "好"),)),
        Entry((Item("a3", "amend"),)),
        Entry(GOOD.items, Sender(kind="king")),
    ],
)
def test_all_or_none(project: Consultation, keys: Keys, wrong: Entry) -> None:
    with pytest.raises(Refused, match="第 3 份"):
        enter(project, keys, [GOOD, GOOD, wrong])
    assert db.session.query(Submission).count() == 0
    assert db.session.query(AuditEntry).filter_by(action="register").count() == 0


def test_nothing_to_enter_is_refused(project: Consultation, keys: Keys) -> None:
    with pytest.raises(Refused):
        enter(project, keys, [])


def test_one_audit_entry_a_batch_states_every_digest(project: Consultation, keys: Keys) -> None:
    sent = enter(project, keys, [GOOD] * (BATCH + 3))
    entries = db.session.query(AuditEntry).filter_by(action="register").order_by(AuditEntry.id).all()
    assert [len(json.loads(one.facts)["submissions"]) for one in entries] == [BATCH, 3]
    stated = {int(number): value for one in entries for number, value in json.loads(one.facts)["submissions"].items()}
    assert stated == {one.submission_id: one.digest for one in sent}
    assert db.session.query(AuditEntry).filter_by(action="submit").count() == 0
    assert "小明" not in "".join(one.facts for one in entries)
    assert list(audit.faults(db.session())) == []


def test_long_letters_are_taken(project: Consultation, keys: Keys) -> None:
    enter(project, keys, [Entry((Item(None, "other", "长" * 50_000),))])
    assert len(db.session.query(Comment).one().text) == 50_000
    with pytest.raises(Refused):
        enter(project, keys, [Entry((Item(None, "other", "长" * 50_001),))])


def test_only_staff_enters(project: Consultation, keys: Keys) -> None:
    for actor in (CITIZEN, make_user("agency"), make_user("auditor"), make_user("sysadmin")):
        with pytest.raises(NotAllowed):
            enter(project, keys, [GOOD], actor=actor)
    enter(project, keys, [GOOD], actor=make_user("reviewer"))
    assert db.session.query(Submission).count() == 1


def resolve(wanted: str) -> str | None:
    """The clauses of a draft that has one."""
    return {"a3": "a3", "第三条": "a3"}.get(wanted)


def test_lines_are_opinions_or_whole_sendings() -> None:
    lines = [
        {"clause": "第三条", "text": "太大", "stance": "建议修改", "proposed_text": "三十米", "reason": "安全"},
        {"text": "好", "received_on": "2026-03-06", "submitter": "朱小明"},
        {
            "comments": [{"clause": "a3", "stance": "support"}, {"text": "好"}],
            "submitter": {"kind": "个人", "name": "朱", "may_publish": True},
        },
        {"text": "好", "reason": "已经采纳", "decision": "采纳"},
    ]
    text = "\n\n".join(json.dumps(one, ensure_ascii=False) for one in lines) + "\n"
    first, second, third, fourth = read_lines(text, resolve)
    assert first == Entry((Item("a3", "amend", "太大", "三十米", "安全"),))
    assert second == Entry((Item(None, "other", "好"),), Sender(name="朱小明"), date(2026, 3, 6))
    assert third.items == (Item("a3", "support"), Item(None, "other", "好"))
    assert third.sender == Sender(kind="person", name="朱", may_publish=True)
    assert fourth.items[0].reason == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "JSON"), ("[]", "JSON"), ("5", "JSON"), ("null", "JSON"), ('"x"', "JSON"), ("not json", "JSON"),
        ('{"comments": ["x"]}', "comments"), ('{"clause": "第九条", "text": "好"}', "第九条"),
        ('{"text": "好", "received_on": "昨天"}', "收到日期"), ('{"text": "好", "received_on": 5}', "收到日期"),
        ('{"body": "好"}', "“body”这一项认不出"), ("[" * 100_000, "JSON"), ('{"text": ' + "9" * 5000 + "}", "JSON"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(line: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        read_lines('{"text": "好"}\n' + line, resolve)
    assert caught.value.message.startswith("第 2 行")
    assert said in caught.value.message


def test_a_line_separator_inside_a_text_does_not_cut_the_line() -> None:
    (entry,) = read_lines(json.dumps({"text": "一\u2028二\x85三"}, ensure_ascii=False), resolve)
    assert entry.items[0].text == "一\u2028二\x85三"


@pytest.mark.parametrize(
    "line",
    [
        '{"text": 5}', '{"text": ["好"]}', '{"text": {"a": 1}}', '{"text": true}', '{"text": NaN}', '{"text": 1e999}',
        '{"text": "一", "text": "二"}', '{"text": "一", "clause": 5}', '{"text": "一", "submitter": 5}',
        '{"text": "一", "submitter": {"name": ["甲"]}}', '{"text": "一", "submitter": {"may_publish": "是"}}', '{"comments": {"text": "一"}}', '{"comments": "一"}',
        '{"text": "一", "received_on": 20260302}', '{"text": "一", "received_on": "2026-W10-1"}', '{"text": "一", "reason": 0}',
    ],
)  # fmt: skip
def test_what_nobody_wrote_is_not_made_up(line: str) -> None:
    with pytest.raises(Refused, match="第 2 行"):
        read_lines('{"text": "好"}\n' + line, lambda wanted: wanted)


def test_a_phone_number_may_stand_without_quotes() -> None:
    (entry,) = read_lines('{"text": "好", "submitter": {"phone": 13800138000}}', lambda wanted: wanted)
    assert entry.sender.phone == "13800138000"


def test_what_a_line_names_beside_what_is_entered_is_told() -> None:
    lines = [
        {"text": "好", "clauses": "第三条", "decision": "采纳"},
        {"comments": [{"text": "一", "proposed": "改"}], "submitter": {"name": "朱小明", "tel": "13912345678"}, "clauses": ""},
        {"text": "二", "submitter": "李四"},
    ]
    assert left_out("\n\n".join(json.dumps(one) for one in lines)) == {"clauses": 1, "proposed": 3, "tel": 3}
