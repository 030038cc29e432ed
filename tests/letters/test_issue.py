"""Letters to units: who may be asked, by when, and how a letter is changed or taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import Unit
from consult.drafts.find import current_version
from consult.drafts.holidays import Calendar
from consult.letters.issue import SILENCE, extend_due, issue, judge_due, suggested_due, withdraw_letter
from consult.letters.letter_changes import correct_letter
from consult.letters.letter_templates import set_template, templates
from consult.letters.letter_words import DEFAULTS, USUAL
from consult.letters.models import Solicitation
from consult.summary.verify import faults
from tests.factories.people import NOW, make_project, make_unit, make_user

# a year is known once one of its days is entered
CALENDAR = Calendar({date(year, 1, 1): False for year in range(2025, 2029)})
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


def ask(actor, consultation, units, **changes):
    values = {
        "consultation": consultation, "version_id": current_version(consultation).id,
        "unit_ids": [unit.id for unit in units], "letter_no": "示府法函〔2026〕1号", "body": "请研提意见。",
        "due_at": NOW + timedelta(days=20), "calendar": CALENDAR,
    }  # fmt: skip
    with transaction():
        return issue(actor, NOW, **(values | changes))


def test_each_unit_gets_its_own_letter_and_one_entry_is_written(app):
    office, project = make_user("office"), make_project()
    units = [make_unit("市财政局"), make_unit("市司法局")]
    issued = ask(office, project, units, clause_keys=["a2", "a2", "a1"])
    assert [one.unit_id for one in issued.solicitations] == [unit.id for unit in units]
    assert issued.warnings == []
    assert issued.solicitations[0].clause_keys == ["a2", "a1"]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "issue_letter")).all()
    assert len(entries) == 1


def test_other_roles_cannot_send_letters(app):
    project, unit = make_project(), make_unit("市财政局")
    for role in ("reviewer", "approver", "agency", "sysadmin", "auditor"):
        with pytest.raises(NotAllowed):
            ask(make_user(role), project, [unit])
    assert db.session.scalar(select(Solicitation)) is None


def test_what_is_refused_names_the_reason(app):
    office, project, unit = make_user("office"), make_project(), make_unit("市财政局")
    closed = make_unit("市撤并局")
    with transaction():
        db.session.get(Unit, closed.id).active = False
    cases = [
        ([], {}, "units", "至少选择一个单位"),
        ([unit, unit], {}, "units", "市财政局选了两次"),
        ([unit, closed], {}, "units", "市撤并局已经停用"),
        ([unit], {"unit_ids": [unit.id, 987654]}, "units", "名录"),
        ([unit], {"clause_keys": ["a1", "zz9"]}, "clauses", "zz9"),
        ([unit], {"due_at": NOW}, "due_at", "晚于现在"),
        ([unit], {"letter_no": "甲\n乙"}, "letter_no", "一行"),
        ([unit], {"version_id": 987654}, "version", "草案文本"),
        ([unit], {"body": "甲\x07乙"}, "body", "控制字符"),
    ]
    for units, changes, field, words in cases:
        with pytest.raises(Refused) as refused:
            ask(office, project, units, **changes)
        assert refused.value.field == field
        assert words in refused.value.message
    assert db.session.scalar(select(Solicitation)) is None


def test_a_unit_is_asked_once_until_its_letter_is_withdrawn(app):
    office, project, unit = make_user("office"), make_project(), make_unit("市财政局")
    other = make_unit("市司法局")
    letter = ask(office, project, [unit]).solicitations[0]
    with pytest.raises(Refused, match="已经给市财政局发过函"):
        ask(office, project, [other, unit], letter_no="示府法函〔2026〕2号")
    with pytest.raises(Refused) as refused, transaction():
        withdraw_letter(office, NOW, letter, "  ")
    assert refused.value.field == "reason"
    with transaction():
        withdraw_letter(office, NOW, letter, "发错了单位")
    with pytest.raises(Refused, match="换一个发函文号"):
        ask(office, project, [unit])
    assert len(ask(office, project, [unit, other], letter_no="示府法函〔2026〕2号").solicitations) == 2
    with pytest.raises(Conflict), transaction():
        withdraw_letter(office, NOW, letter, "再撤一次")


def test_unpublished_or_withdrawn_projects_take_no_letters(app):
    office, unit = make_user("office"), make_unit("市财政局")
    with pytest.raises(Conflict):
        ask(office, make_project("not-out", published=False), [unit])
    project = make_project("taken-back")
    with transaction():
        project.withdrawn_at, project.withdraw_reason = NOW, "另行起草"
    with pytest.raises(Conflict):
        ask(office, project, [unit])


@pytest.mark.parametrize(
    ("due", "warned"),
    [
        (datetime(2026, 3, 9, 16, 0, tzinfo=UTC), False),  # 24时 of Monday the 9th: 5 workdays
        (datetime(2026, 3, 9, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 6, 16, 0, tzinfo=UTC), True),  # Friday: 4
        (datetime(2026, 3, 3, 1, 0, tzinfo=UTC), True),  # the next morning: 1
    ],
)
def test_fewer_than_five_workdays_are_warned_of(due, warned):
    warnings = judge_due(MONDAY, due, CALENDAR)
    assert any("少于5个工作日" in one for one in warnings) is warned


def test_less_than_one_workday_needs_a_reason():
    friday = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
    sunday = datetime(2026, 3, 8, 16, 0, tzinfo=UTC)
    for reason in ("", "急", "  理由不够长  "):
        with pytest.raises(Refused) as refused:
            judge_due(friday, sunday, CALENDAR, reason)
        assert refused.value.field == "short_reason"
    warnings = judge_due(friday, sunday, CALENDAR, "上级要求周一上午必须报送材料")
    assert any("只有0个工作日" in one for one in warnings)
    assert any("3月8日不是工作日" in one for one in warnings)


def test_a_year_without_a_calendar_is_warned_of():
    warnings = judge_due(datetime(2028, 12, 20, tzinfo=UTC), datetime(2029, 1, 20, tzinfo=UTC), CALENDAR)
    assert [one for one in warnings if "2029年" in one]
    assert not [one for one in warnings if "2028年" in one]


def test_silence_counts_as_consent_only_where_the_letter_says_so(app):
    office, project = make_user("office"), make_project()
    first = ask(office, project, [make_unit("甲局")], silence_is_consent=True).solicitations[0]
    assert first.silence_is_consent
    assert first.body == "请研提意见。\n" + SILENCE
    body = "请研提意见，逾期视为无意见。"
    second = ask(office, project, [make_unit("乙局")], body=body, silence_is_consent=True)
    assert second.solicitations[0].body == body
    third = ask(office, project, [make_unit("丙局")], body=body)
    assert not third.solicitations[0].silence_is_consent
    assert any("没有勾选" in one for one in third.warnings)


def test_a_due_date_moves_only_later_and_the_reason_stays(app):
    office, project = make_user("office"), make_project()
    letter = ask(office, project, [make_unit("甲局")]).solicitations[0]
    before, after = letter.due_at, letter.due_at + timedelta(days=5)
    for due_at, reason, field in ((before, "需要补充调研", "due_at"), (after, " ", "reason")):
        with pytest.raises(Refused) as refused, transaction():
            extend_due(office, NOW, letter, due_at, reason)
        assert refused.value.field == field
    with pytest.raises(Refused), transaction():
        extend_due(office, after + timedelta(days=1), letter, after, "新的日期也已经过去")
    with transaction():
        extend_due(office, NOW, letter, after, "需要补充调研")
    db.session.expire_all()
    assert letter.due_at == after
    assert [(one["before"], one["reason"]) for one in letter.extensions] == [(before.isoformat(), "需要补充调研")]


def test_words_are_corrected_with_a_reason_and_silence_is_not_changed(app):
    office, project = make_user("office"), make_project()
    letter = ask(office, project, [make_unit("甲局")], silence_is_consent=True).solicitations[0]
    said = {"letter_no": letter.letter_no, "body": letter.body, "clause_keys": []}
    for changes, reason, field in (
        ({}, "改错字", "body"), ({"body": "请答复。"}, " ", "reason"), ({"body": " "}, "改错字", "body"),
        ({"clause_keys": ["zz"]}, "改错字", "clauses"), ({"letter_no": "甲\n乙"}, "改错字", "letter_no"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused, transaction():
            correct_letter(office, NOW, letter, reason=reason, **(said | changes))
        assert refused.value.field == field
    reviewer = make_user("reviewer")
    with pytest.raises(NotAllowed), transaction():
        correct_letter(reviewer, NOW, letter, reason="改错字", **(said | {"body": "请答复。"}))
    with transaction():
        assert correct_letter(office, NOW, letter, reason="改错字", **(said | {"body": "请答复。"})) == []
    assert letter.body == "请答复。\n" + SILENCE
    with transaction():
        extend_due(office, NOW, letter, letter.due_at + timedelta(days=3), "需要补充调研")
    with transaction():
        correct_letter(office, NOW, letter, reason="加一条", **(said | {"clause_keys": ["a3"]}))
    assert [one["reason"] for one in letter.corrections] == ["改错字", "加一条"]
    assert list(faults(db.session)) == []
    with transaction():
        letter.corrections = letter.corrections[1:]
    assert any("更正" in one or "内容" in one for one in faults(db.session))


def test_texts_of_the_office_are_kept_and_checked(app):
    office = make_user("office")
    for name, body, field in (("", "甲", "name"), ("甲", " ", "body"), ("甲", "{谁}", "body"), ("甲\n乙", "丙", "name")):
        with pytest.raises(Refused) as refused, transaction():
            set_template(office, NOW, name, body)
        assert refused.value.field == field
    stranger = make_user("agency", make_unit())
    with pytest.raises(NotAllowed), transaction():
        set_template(stranger, NOW, "甲", "乙")
    for body in ("{office}一", "{office}二"):
        with transaction():
            set_template(office, NOW, USUAL, body)
    assert templates()[USUAL] == "{office}二"
    assert len(templates()) == len(DEFAULTS)
    assert list(faults(db.session)) == []
    with transaction():
        db.session.execute(text("UPDATE letter_template SET body = '改过'"))
    assert any("模板" in one for one in faults(db.session))


def test_the_suggested_date_is_not_warned_of():
    assert judge_due(MONDAY, suggested_due(MONDAY, CALENDAR), CALENDAR) == []
