"""Notices of hearings: told at once, changed in public, cancelled with a reason, minuted afterwards."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.drafts import find, hearings
from consult.drafts.hearings import Notice
from consult.drafts.models import Consultation, Hearing
from consult.summary.verify import faults
from tests.factories.people import NOW, OPERATOR, make_project, make_user

HELD = parse_local("2026-04-20T09:30")
AFTER = HELD + timedelta(days=1)
NOTICE = Notice("hearing", "村庄公共照明听证会", HELD, "县政府一楼会议室", "间距和经费", "4月10日前电话报名，限二十人。")


def act(verb, *words, actor=OPERATOR, now=NOW, **more):
    with transaction():
        return verb(actor, now, *words, **more)


def on(verb, row: Hearing, *words, actor=OPERATOR, now=NOW, **more):
    number = row.id
    with transaction():
        return verb(actor, now, db.session.get(Hearing, number), *words, **more)


@pytest.fixture
def project(app) -> Consultation:
    return make_project(kind="rule")


@pytest.fixture
def row(project) -> Hearing:
    return act(hearings.notice_hearing, find.by_slug("demo"), NOTICE)


def test_told_changed_held_and_minuted(project, row):
    assert [one.title for one in hearings.hearings(project.id)] == [NOTICE.title]
    on(hearings.change_hearing, row, replace(NOTICE, place="县文化馆"))
    with pytest.raises(Conflict):
        on(hearings.publish_minutes, row, "会上发言十二人。")
    on(hearings.publish_minutes, row, "会上发言十二人。", now=AFTER)
    again = hearings.hearing(project, row.id)
    assert (again.place, again.minutes, again.minutes_at) == ("县文化馆", "会上发言十二人。", AFTER)
    for verb, more in ((hearings.change_hearing, NOTICE), (hearings.withdraw_hearing, "因为天气原因改期举行。")):
        with pytest.raises(Conflict):
            on(verb, row, more, now=AFTER)
    on(hearings.publish_minutes, row, "会上发言十三人。", now=AFTER)  # mended, and the audit has both
    assert list(faults(db.session())) == []


def test_cancelled_with_a_public_reason(project, row):
    with pytest.raises(Refused):
        on(hearings.withdraw_hearing, row, "下雨")
    on(hearings.withdraw_hearing, row, "报名人数不足，改为书面征求意见。")
    for verb, more in ((hearings.change_hearing, NOTICE), (hearings.withdraw_hearing, "再次取消这次会议的理由。")):
        with pytest.raises(Conflict):
            on(verb, row, more)
    assert hearings.coming(NOW) == []
    assert list(faults(db.session(), project.id)) == []


def test_who_and_when(app):
    make_project("later", published=False)
    with pytest.raises(Conflict):
        act(hearings.notice_hearing, find.by_slug("later"), NOTICE)
    make_project()
    for role in ("approver", "reviewer", "agency"):
        with pytest.raises(NotAllowed):
            act(hearings.notice_hearing, find.by_slug("demo"), NOTICE, actor=make_user(role))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "party"), ("title", ""), ("title", "一\n二"), ("title", "长" * 201), ("place", " "), ("topics", ""),
        ("how_to_join", ""), ("topics", "长" * 5001), ("held_at", NOW - timedelta(minutes=1)), ("title", "坏\x00"),
    ],
)  # fmt: skip
def test_a_bad_notice_is_refused_by_field(project, field, value):
    with pytest.raises(Refused) as refused:
        act(hearings.notice_hearing, find.by_slug("demo"), replace(NOTICE, **{field: value}))
    assert refused.value.field == field
    assert hearings.hearings(project.id) == []


def test_periods_are_warnings_only(project, row):
    assert hearings.warnings(project, row, NOW) == []
    near = replace(NOTICE, held_at=parse_local("2026-04-08T09:30"))
    assert hearings.warnings(project, near, NOW) == [
        "公告距离听证会只有 29 天；规章的听证会应当提前 30 日公布时间、地点和内容。"
    ]
    assert hearings.warnings(project, replace(near, kind="discussion"), NOW) == []
    major = make_project("major", kind="major_decision")
    assert "4月13日前送达" in hearings.warnings(major, NOTICE, NOW)[0]
    assert "不足 7 日" in hearings.warnings(major, replace(NOTICE, papers_on=date(2026, 4, 14)), NOW)[0]
    assert hearings.warnings(major, replace(NOTICE, papers_on=date(2026, 4, 13)), NOW) == []
    act(hearings.notice_hearing, find.by_slug("demo"), near)  # told all the same


def test_what_is_ahead_and_what_lacks_its_minutes(project, row):
    assert [(one.id, of.id) for one, of in hearings.coming(NOW)] == [(row.id, project.id)]
    assert len(hearings.coming(AFTER)) == 1
    on(hearings.publish_minutes, row, "会上发言十二人。", now=AFTER)
    assert hearings.coming(AFTER) == []


def test_of_another_project_it_is_not_found(project, row):
    for where, number in ((make_project("other"), row.id), (project, 0), (project, 2**40)):
        with pytest.raises(NotFound):
            hearings.hearing(where, number)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("place", "别处"), ("held_at", HELD + timedelta(days=2)), ("minutes", "别的话"), ("withdraw_reason", "乱写"),
        ("noticed_by", "user:9"), ("papers_on", date(2026, 4, 1)),
    ],
)  # fmt: skip
def test_verify_names_what_was_changed(project, row, column, value):
    with transaction() as session:
        session.query(Hearing).update({column: value})
    assert list(faults(db.session())) != []
    assert list(faults(db.session(), project.id)) != []


def test_verify_names_what_is_missing(project, row):
    with transaction() as session:
        session.query(Hearing).delete()
    assert list(faults(db.session(), project.id)) == ["会议公告 1 记录在审计日志中，数据库里却没有"]
