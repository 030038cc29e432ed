"""Warnings over a real database: each kind found and not found, counted, listed in pages, gone once mended; the job."""

import pytest
from flask import Flask

from consult.base import jobs
from consult.base.db import db, transaction
from consult.base.jobs import Job
from consult.base.people import Actor
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.review import quality, sweeps
from consult.review.desk_models import QualityHint
from consult.review.models import Decision, Group
from consult.review.quality_rules import KINDS, OFTEN
from consult.wiring import jobs as wired
from consult.wiring import seeing
from tests.factories.people import NOW, send
from tests.factories.versions import publish_next
from tests.review.desk import REASON, rule, say, take_in

WISH = "主路路灯间距应当改成三十米以内，村口也要装。"
LONG = "路灯间距太大，夜里看不清路面坑洼，老人孩子都不安全。" * 6


def found(project: Consultation) -> dict[str, list[int | None]]:
    """kind → rows of the list, after a look."""
    with transaction():
        quality.make_all(NOW, project.id)
    kinds = {kind: [one.hint.comment_id for one in quality.page(project.id, kind)[0]] for kind in KINDS}
    totals = sweeps.last(project.id, sweeps.QUALITY).facts["totals"]
    assert totals == {kind: len(rows) for kind, rows in kinds.items()}
    return {kind: rows for kind, rows in kinds.items() if rows}


def advice(comment_id: int) -> list[str]:
    """The kinds of hints beside one case."""
    comment = db.session.get_one(Comment, comment_id)
    ruling = db.session.query(Decision).join(Group, Group.id == Decision.group_id).join(
        quality.R, quality.R.c.group_id == Group.id).filter(quality.R.c.comment_id == comment_id).order_by(Decision.number.desc()).first()  # fmt: skip
    group = db.session.get(Group, ruling.group_id) if ruling else None
    return [one.kind for one in quality.advice(comment, group, ruling)]


def test_adopted_and_nothing_changed(project: Consultation, reviewer: Actor) -> None:
    one, other = say(project, WISH, "a3"), say(project, "五日改成两日。", "a4")
    send(project, [Item("a3", "support"), Item(None, "amend", "写得好一些。")])
    take_in(project)
    for number in (one, 3, 4):
        rule(reviewer, number)
    rule(reviewer, other, new_wording="路灯损坏的，应当在两日内修复。")
    assert found(project) == {"unchanged": [one]} and advice(one) == ["unchanged"] and advice(other) == []
    rule(reviewer, one, expected=1, new_wording="不超过三十米。")
    assert found(project) == {} == {} and advice(one) == []


def test_a_later_version_that_reads_otherwise_is_a_change_and_one_without_opinion_is_told(project: Consultation, reviewer: Actor) -> None:
    one = say(project, "五日太长。", "a4")
    rule(reviewer, one)
    assert "unchanged" in found(project)
    number = project.id
    publish_next(project)
    project = find.by_id(number)
    rows = quality.unasked(number)
    take_in(project)
    look = found(project)
    assert len(rows) == len(look.get("unasked", [])) > 0
    assert all(what in ("修改", "新增", "删去") for _, what in rows)
    changed = quality.texts_of(number).changed(db.session.get_one(Comment, one).clause_id)
    assert ("unchanged" in look) == (not changed)
    assert "a4" not in {key for key, _ in rows}, "an adopted opinion stands behind it"


def test_parts_reasons_and_points(project: Consultation, reviewer: Actor) -> None:
    vague, clear, long = say(project, "甲处太暗。", "a1"), say(project, "乙处太暗。", "a1"), say(project, LONG, "a1")
    rule(reviewer, vague, "partly_adopted", reason=REASON, adopted_part="部分内容", new_wording="新")
    rule(reviewer, clear, "partly_adopted", reason=REASON, adopted_part="夏季提前", new_wording="新")
    rule(reviewer, long, "not_adopted", reason="这一条暂时不能采纳。")
    assert found(project) == {"empty_part": [vague], "brief": [long]}
    assert advice(vague) == ["empty_part"] and advice(long) == ["brief"] and advice(clear) == []


def test_like_opinions_decided_unlike(project: Consultation, reviewer: Actor) -> None:
    one, other = say(project, WISH, "a3"), say(project, WISH + "谢谢各位！", "a3")
    elsewhere = say(project, WISH + "再说一遍。", "a4")
    rule(reviewer, one, new_wording="三十米")
    for number in (other, elsewhere):
        rule(reviewer, number, "not_adopted", reason=REASON)
    assert found(project) == {"unlike": [other]} and advice(other) == ["unlike"]
    line = quality.page(project.id, "unlike")[0][0]
    assert (line.hint.other_id, line.outcome, line.other, line.size) == (one, "not_adopted", "adopted", 1)
    rule(reviewer, other, "adopted", 1, new_wording="三十米")
    assert advice(other) == [], "the hint of the last look no longer holds"
    assert sweeps.stale(project.id, sweeps.QUALITY) and found(project) == {}


def test_a_stock_reason_is_counted_and_listed_in_pages(project: Consultation, reviewer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [say(project, f"第{n}处路口要装灯，理由各不相同。", "a1") for n in range(OFTEN + 1)]
    for number in ids[:-1]:
        rule(reviewer, number, "not_adopted", reason=REASON)
    assert found(project) == {}
    rule(reviewer, ids[-1], "deferred", reason=REASON + " ")
    assert found(project) == {"stock": ids} and advice(ids[0]) == ["stock"]
    monkeypatch.setattr(quality, "ROWS", 8)
    first, following = quality.page(project.id, "stock")
    second, _ = quality.page(project.id, "stock", following)
    assert [one.hint.comment_id for one in first + second] == ids[:16]
    monkeypatch.setattr(quality, "MOST_EACH", 5)
    with transaction():
        quality.make_all(NOW, project.id)
    assert db.session.query(QualityHint).count() == 5
    assert sweeps.last(project.id, sweeps.QUALITY).facts["totals"]["stock"] == OFTEN + 1


def test_adopted_opinions_may_share_a_reason(project: Consultation, reviewer: Actor) -> None:
    for n in range(OFTEN + 1):
        rule(reviewer, say(project, f"第{n}处路口。", "a1"), reason=REASON, new_wording="新")
    assert found(project) == {}


def test_the_job_looks_and_is_not_due_again(app: Flask, project: Consultation, reviewer: Actor) -> None:
    number = project.id
    assert seeing.wanted(NOW) == [], "nothing is decided"
    one = say(project, WISH, "a3")
    rule(reviewer, one)
    wired.schedule_often(app)
    while wired.run_next(app):
        pass
    job = db.session.query(Job).filter_by(name=jobs.CHECK_QUALITY).one()
    assert (job.state, job.message, job.done, job.total) == ("done", "提示 1 处", 1, 1)
    assert [line.hint.comment_id for line in quality.page(number, "unchanged")[0]] == [one]
    db.session.rollback()
    assert (jobs.CHECK_QUALITY, number) not in seeing.wanted(NOW)
