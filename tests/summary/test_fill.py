"""The verb that takes in a filled table: all or none, by the rules, in the audit, found by verify; and as a property."""

import os
import time
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.files import place
from consult.base.people import Actor
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.review import desk, regroup
from consult.review.decide_additions import decide_addition
from consult.review.extras import history
from consult.review.models import Decision
from consult.review.ruling import Ruling
from consult.review.words import OUTCOMES
from consult.summary import export, verify
from consult.summary.back import Filled, Key
from consult.summary.fill import Wish, fill_table, returns
from consult.summary.models import TableReturn
from consult.summary.restore import restore
from consult.summary.rows import summary_rows
from tests.factories.empty import empty
from tests.factories.people import NOW, OPERATOR, make_project, make_user, send
from tests.review.desk import REASON, group, rule, say
from tests.review.scene import CRITICAL, NEW, addition, campaign
from tests.summary.backs import HANDS, confirmed, handed_out, kept, loaded, wishes


@pytest.fixture
def reviewer(app: Flask) -> Actor:
    return make_user("reviewer")


@pytest.fixture
def project(app: Flask) -> Consultation:
    one = make_project()
    for at in range(5):
        say(one, f"第{at}种意见：建议路灯间距改为三十米。", "a3")
    return one


def fill(hand, number: int, outcome: str, reason: str = "", **more: str) -> None:
    hand.write(number, "处理意见", OUTCOMES[outcome])
    hand.write(number, "理由", reason)
    for heading, text in more.items():
        hand.write(number, heading, text)


def facts() -> str:
    query = select(AuditEntry.facts).where(AuditEntry.action == "fill_table")
    return db.session.scalars(query.order_by(AuditEntry.id.desc())).first() or ""


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_way_out_and_in_is_one_act(project: Consultation, reviewer: Actor, kind: str) -> None:
    rule(reviewer, 2, "adopted")
    hand = HANDS[kind](handed_out(kind=kind))
    fill(hand, 1, "not_adopted", REASON)
    fill(hand, 2, "partly_adopted", REASON, 采纳部分="间距")
    fill(hand, 4, "referred", REASON, 转办单位="县交通局", 修改后条文="路灯间距三十米。")
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    back = confirmed(reviewer, hand.data(), kind)
    assert (back.rulings, back.rows, back.by, back.at) == (3, 5, reviewer.ref, NOW)
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before + 1
    assert back.sha256 in facts()
    shown = {one.comment_id: (one.outcome, one.reason) for one in summary_rows(db.session(), project.id)}
    assert shown[1] == ("不采纳", REASON) and shown[2] == ("部分采纳", f"采纳部分：间距\n{REASON}")
    assert shown[4] == ("转有关部门", f"转送单位：县交通局\n{REASON}\n修改为：路灯间距三十米。") and shown[3] == ("", "")
    assert [one.number for one in db.session.scalars(select(Decision).order_by(Decision.id))] == [1, 1, 2, 1]
    assert desk.counters(project.id, "outcome")["outcome"] == {"": 2, "not_adopted": 1, "partly_adopted": 1, "referred": 1}
    assert list(verify.faults(db.session())) == []
    assert [one.id for one in returns(project.id)] == [back.id]
    assert [one.kind for one in loaded(handed_out(kind=kind)).changes] == ["same"] * 5


RULINGS = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(sorted(OUTCOMES)), st.text("路灯=+@<𠮷 \n", min_size=0, max_size=30)), max_size=5)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(filled=RULINGS)
def test_whatever_is_filled_in_is_what_the_table_says(project: Consultation, reviewer: Actor, kind: str, filled: list[tuple[int, str, str]]) -> None:
    hand = HANDS[kind](handed_out(kind=kind))
    wanted = {one.comment_id: (one.outcome, one.reason) for one in summary_rows(db.session(), project.id)}
    for number, outcome, words in filled:
        reason = "\n".join(line.rstrip() for line in (words + REASON).strip().split("\n"))
        more = {"采纳部分": "间距" if outcome == "partly_adopted" else "", "转办单位": "县水利局" if outcome == "referred" else "", "修改后条文": ""}
        fill(hand, number, outcome, reason, **more)
        lead = {"partly_adopted": "采纳部分：间距\n", "referred": "转送单位：县水利局\n"}.get(outcome, "")
        wanted[number] = (OUTCOMES[outcome], lead + reason)
    if wishes(loaded(hand.data())):
        confirmed(reviewer, hand.data(), kind)
    assert {one.comment_id: (one.outcome, one.reason) for one in summary_rows(db.session(), project.id)} == wanted
    assert loaded(handed_out(kind=kind)).of("new", "changed", "conflict", "kept") == []


def refused(reviewer: Actor, project: Consultation, wanted: list[Wish], error: type[Exception]) -> None:
    data, number = handed_out(), project.id
    before = db.session.scalar(select(func.count()).select_from(TableReturn))
    with pytest.raises(error), transaction():
        fill_table(reviewer, NOW, consultation_id=number, wishes=wanted, file=kept(reviewer, data), rows=5)
    assert db.session.scalar(select(func.count()).select_from(TableReturn)) == before


def test_all_or_none(project: Consultation, reviewer: Actor) -> None:
    good = Wish(Key("", 1), 0, 1, Filled("adopted"))
    refused(reviewer, project, [], Refused)
    refused(reviewer, project, [good, Wish(Key("", 2), 0, 1, Filled("not_adopted", "太短"))], Refused)
    refused(reviewer, project, [good, good], Refused)
    refused(reviewer, project, [good, Wish(Key("", 2), 1, 1, Filled("adopted"))], Conflict)
    refused(reviewer, project, [good, Wish(Key("", 2), 0, 2, Filled("adopted"))], Conflict)
    refused(reviewer, project, [good, Wish(Key("", 99), 0, 1, Filled("adopted"))], Conflict)
    refused(make_user("auditor"), project, [good], NotAllowed)
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 0
    assert list(verify.faults(db.session())) == []


def test_a_group_is_never_inadmissible(project: Consultation, reviewer: Actor) -> None:
    say(project, "第0种意见：建议路灯间距改为三十米。", "a3")
    group(reviewer, project)
    hand = HANDS["xlsx"](handed_out())
    fill(hand, 1, "inadmissible", REASON)
    assert ["归并" in one.message for one in loaded(hand.data()).troubles] == [True]
    refused(reviewer, project, [Wish(Key("", 1), 0, 2, Filled("inadmissible", REASON))], Refused)


def test_ruled_on_meanwhile(project: Consultation, reviewer: Actor) -> None:
    rule(reviewer, 3, "adopted")
    hand = HANDS["xlsx"](handed_out())
    fill(hand, 1, "not_adopted", REASON)
    fill(hand, 3, "out_of_scope", REASON)
    rule(reviewer, 1, "adopted")
    rule(reviewer, 2, "adopted")
    rule(reviewer, 3, "not_adopted", expected=1, reason=REASON)
    reading = loaded(hand.data())
    assert [one.kind for one in reading.changes] == ["conflict", "kept", "conflict", "same", "same"]
    assert reading.changes[2].before == Filled("adopted") and reading.changes[2].row.filled == Filled("not_adopted", REASON)
    confirmed(reviewer, hand.data())
    numbers = {one.outcome: one.number for one in db.session.scalars(select(Decision).order_by(Decision.id))}
    assert numbers == {"adopted": 1, "not_adopted": 2, "out_of_scope": 3}
    assert list(verify.faults(db.session())) == []


def test_verify_finds_what_was_changed_behind_the_house(app: Flask, project: Consultation, reviewer: Actor) -> None:
    hand = HANDS["xlsx"](handed_out())
    fill(hand, 1, "not_adopted", REASON)
    back = confirmed(reviewer, hand.data())
    path = place(app.config["SETTINGS"].files, back.sha256)
    os.rename(path, path.with_suffix(".away"))
    assert any("文件不见了" in fault for fault in verify.faults(db.session()))
    os.rename(path.with_suffix(".away"), path)
    with transaction():
        db.session.execute(update(Decision.__table__).values(reason="后来改过的理由，也有十个字。"))
    assert any("被改动" in fault for fault in verify.faults(db.session()))
    with transaction():
        db.session.execute(update(TableReturn.__table__).values(by="user:99"))
    assert any("读入的处理表与审计日志不一致" in fault for fault in verify.faults(db.session()))


def test_it_goes_with_the_archive_and_comes_back_under_other_numbers(app: Flask, project: Consultation, reviewer: Actor, tmp_path: Path) -> None:
    hand = HANDS["xlsx"](handed_out())
    fill(hand, 1, "not_adopted", REASON)
    fill(hand, 3, "adopted")
    back = confirmed(reviewer, hand.data())
    kept_of = (back.sha256, back.digest, back.by_name, back.rulings)
    made = export.export("summary", "zip", find.by_slug("demo"), NOW, tmp_path / "a.zip")
    db.session.remove()
    empty(app, app.config["SETTINGS"])
    say(make_project("other"), "另一个项目的意见。", "a3")
    hand = HANDS["xlsx"](handed_out("other"))
    fill(hand, 1, "adopted")
    confirmed(make_user("reviewer"), hand.data(), slug="other")
    with transaction():
        number = restore(OPERATOR, NOW, made.path, app.config["SETTINGS"].files).id
    with transaction():
        desk.settle_all(number)
    (other,) = returns(number)
    assert other.id == 2 and (other.sha256, other.digest, other.by_name, other.rulings) == kept_of
    assert list(verify.faults(db.session())) == [] and list(verify.faults(db.session(), number)) == []


def test_a_long_table_takes_seconds(app: Flask, reviewer: Actor) -> None:
    project = make_project()
    for start in range(0, 1500, 50):
        send(project, [Item("a3", "amend", f"第{start + at}种意见。") for at in range(50)])
    data = handed_out()
    hand = HANDS["xlsx"](data)
    for number in range(1, 1501):
        fill(hand, number, "not_adopted", f"第{number}条的理由，{REASON}")
    data = hand.data()
    began = time.perf_counter()
    back = confirmed(reviewer, data)
    took = time.perf_counter() - began
    assert back.rulings == 1500 and took < 15


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_additions_have_rows_and_numbers_of_their_own(app: Flask, project: Consultation, reviewer: Actor, kind: str) -> None:
    ids = campaign(project, clause="a3")
    hand = HANDS[kind](handed_out(kind=kind))
    labels = [hand.read(number, "序号") for number in range(1, 9)]
    assert labels == ["1", "2", "3", "4", "5", "6", "6-1", "6-2"] and hand.read(6, "备注") == "同类意见 5 条"
    assert [hand.read(number, "意见内容") for number in (7, 8)] == [NEW, CRITICAL]
    assert hand.read(7, "行号").startswith("B") and hand.read(7, "备注") == "补充意见（新增内容），2 人提出"
    fill(hand, 7, "adopted")
    fill(hand, 8, "not_adopted", REASON)
    back = confirmed(reviewer, hand.data(), kind)
    assert (back.rulings, back.additions) == (0, 2)
    shown = [(one.opinion, one.outcome) for one in summary_rows(db.session(), project.id) if one.comment_id == ids[0]]
    assert shown[1:] == [(NEW, "采纳"), (CRITICAL, "不采纳")]
    assert desk.counters(project.id, "extra")["extra"].get("", 0) == 0
    assert list(verify.faults(db.session())) == []
    again = HANDS[kind](handed_out(kind=kind))
    fill(again, 7, "deferred", REASON)
    fill(again, 6, "adopted")
    number = addition("new").id
    with transaction():
        decide_addition(reviewer, NOW, addition_id=number, expected_number=1, ruling=Ruling("not_adopted", REASON))
    assert [one.kind for one in loaded(again.data()).changes][5:] == ["new", "conflict", "same"]
    back = confirmed(reviewer, again.data(), kind)
    assert (back.rulings, back.additions) == (1, 1) and list(verify.faults(db.session())) == []
    assert [one.outcome for one in history(number)] == ["deferred", "not_adopted", "adopted"]
    refused(reviewer, project, [Wish(Key("B", number), 1, 2, Filled("adopted"))], Conflict)


def test_an_addition_that_nobody_makes_any_more_is_told(app: Flask, project: Consultation, reviewer: Actor) -> None:
    ids = campaign(project, clause="a3")
    hand = HANDS["xlsx"](handed_out())
    fill(hand, 8, "adopted")
    with transaction():
        regroup.split(reviewer, NOW, [ids[2]], 1)
    reading = loaded(hand.data())
    assert reading.troubles == [] and any("没有读入" in one.message for one in reading.notices)
    assert reading.of("new", "changed", "conflict") == []
