"""Additions in the result: their gate, their rows in every table, what is quoted, and what reopens an approval."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.errors import NotAllowed
from consult.base.people import Actor
from consult.drafts import find as drafts
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.submit import Sender
from consult.review import decide, extras
from consult.review.decide_additions import decide_addition, decide_open
from consult.review.models import Membership
from consult.review.ruling import Ruling
from consult.review.words import METHOD
from consult.summary import changes, export, verify
from consult.summary.models import ReleaseRow
from consult.summary.release import standing
from consult.summary.rows import WITHHELD, adoption_rows, summary_rows
from consult.web.api.receipts import states
from tests.factories.people import make_project
from tests.review.scene import CHANGE, CRITICAL, NEW, SHARED, addition, campaign
from tests.summary.releasing import approve, publish, refused
from tests.summary.world import AFTER, APPROVER, REVIEWER, WHY, rule

OPEN, SHUT = Sender(kind="person", name="朱重八", may_publish=True), Sender(kind="person", name="李四")
NO = Ruling("not_adopted", WHY)


@pytest.fixture
def project(app: Flask) -> Consultation:
    """Five near copies; one who says the new sentence agrees to publication, who says the critical one does not."""
    project = make_project()
    campaign(project, senders={1: SHUT, 2: SHUT, 3: OPEN, 4: OPEN})
    rule(1, "adopted", "", new_wording="主路路灯间距不超过三十米。")
    return drafts.by_slug("demo")


def ruled(kind: str, ruling: Ruling = NO, actor: Actor = REVIEWER) -> None:
    with transaction():
        one = addition(kind)
        decide_addition(actor, AFTER, addition_id=one.id, expected_number=one.ruling, ruling=ruling)


def test_nothing_is_published_before_every_addition_has_its_ruling(project: Consultation) -> None:
    assert "还有 2 条补充意见没有处理" in standing(db.session(), project, AFTER).open
    ruled("new")
    assert "还有 1 条补充意见没有处理" in refused(approve)
    ruled("critical")
    assert standing(db.session(), project, AFTER).open == ()


def test_the_office_table_lists_them_below_their_group(project: Consultation) -> None:
    ruled("new", Ruling("adopted", "", new_wording="桥头应当设置路灯。"))
    rows = list(summary_rows(db.session(), project.id))
    assert [row.number for row in rows] == [1, "1-1", "1-2"] and [row.likes for row in rows] == [5, 0, 0]
    assert {(row.opinion, row.outcome) for row in rows[1:]} == {(NEW, "采纳"), (CRITICAL, "")}
    assert "对第 1 号意见的补充（新增内容），2 人提出" in {row.remarks for row in rows}
    assert {row.submitters for row in rows[1:]} == {"李*、朱**", "李*"}
    ruled("change")
    assert CHANGE in {row.opinion for row in summary_rows(db.session(), project.id)}
    found = list(changes.comparison_rows(db.session(), project.id))
    assert {row[4] for row in found} == {"1", "1-1"} and any("桥头应当设置路灯" in str(row[2]) for row in found)


def test_the_table_holds_the_whole_shared_text_where_the_first_member_lacks_some(app: Flask) -> None:
    project = make_project()
    campaign(project, [SHARED[0] + SHARED[1] + NEW, "".join(SHARED)])
    first = next(summary_rows(db.session(), project.id))
    assert all(sentence in first.opinion for sentence in SHARED)


def test_what_is_quoted_in_public(project: Consultation) -> None:
    ruled("new")
    ruled("critical")
    rows = {row.number: row for row in adoption_rows(db.session(), project.id)}
    said = {row.opinion for row in rows.values() if not row.likes}
    assert said == {f"【对第1号意见的补充，2人提出】{NEW}", f"【对第1号意见的补充，1人提出】{WITHHELD}（提出人未同意公开原文）"}
    assert {row.cells()[-1] for row in rows.values()} == {5, "补充"}
    with transaction():
        decide.withhold(REVIEWER, AFTER, 5, "improper")
    said = {row.opinion for row in adoption_rows(db.session(), project.id) if not row.likes}
    assert f"【对第1号意见的补充，2人提出】{WITHHELD}" in said and not any(NEW in one for one in said)


def test_the_result_has_them_in_a_line_of_their_own_and_in_no_sum(project: Consultation, app: Flask) -> None:
    ruled("new", Ruling("adopted", "", new_wording="桥头应当设置路灯。"))
    ruled("critical", Ruling("inadmissible", WHY))
    approve()
    row = publish()
    assert (row.numbers["valid"], row.numbers["merged"], row.numbers["additions"]) == (5, 1, 2)
    assert row.numbers["additions_inadmissible"] == 1 and row.numbers["method"] == METHOD
    assert "另有补充意见2条（其中不予受理1条）" in row.notice
    table = db.session.scalars(select(ReleaseRow).order_by(ReleaseRow.number)).all()
    assert [(one.number, one.likes) for one in table] == [(1, 5), (2, 0)]
    assert {tuple(one["numbers"]) for one in row.changes} == {(1,), (2,)}
    assert list(verify.faults(db.session())) == []
    page = app.test_client().get("/c/demo/result").text
    assert "另有补充意见 <b>2</b> 条" in page and NEW in page and METHOD in page and ">补充<" in page
    db.session.execute(ReleaseRow.__table__.update().where(ReleaseRow.number == 2).values(outcome="不采纳"))
    assert any("采纳情况公告被改动" in one for one in verify.faults(db.session()))
    db.session.rollback()


def test_a_ruling_on_an_addition_after_the_approval_reopens_it(project: Consultation) -> None:
    ruled("new")
    ruled("critical")
    approve()
    ruled("change")
    assert "审批之后处理结果又有变动" in refused(publish)
    approve()
    publish()


def test_who_ruled_on_an_addition_does_not_approve_the_table(project: Consultation) -> None:
    both = Actor(APPROVER.ref, "张主任", frozenset({"approver", "reviewer"}), 903)
    ruled("new", actor=both)
    ruled("critical")
    assert "不能自己审批整张表" in refused(approve, NotAllowed)


def test_exports_hold_every_addition(project: Consultation, tmp_path: Path) -> None:
    with transaction():
        group = db.session.get_one(Membership, 1).group_id
        decide_open(REVIEWER, AFTER, group_id=group, ruling=None)
    for table, expected in (("summary", 3), ("adoption", 3), ("summary-gb", 3)):
        path = tmp_path / f"{table}.json"
        assert export.export(table, "json", project, AFTER, path).rows == expected
        text = path.read_text(encoding="utf-8")
        assert NEW in text and METHOD in text and json.loads(text)


def test_the_holder_of_a_receipt_sees_what_became_of_their_own_additions(project: Consultation, app: Flask) -> None:
    ruled("new")
    found = [states(submission(db.session.get_one(Comment, number).submission_id))["comments"][0] for number in (1, 2, 4)]
    assert found[0]["additions"] == []
    assert [(one["sentence"], one["decision"], one["reason"]) for one in found[1]["additions"]] == [(NEW, "not_adopted", WHY)]
    assert [(one["sentence"], one["decision"]) for one in found[2]["additions"]] == [(CHANGE, None)]
    assert extras.said_in([1]) == {}
