"""From the opinions to the next draft: revised text with reasons, opinions pointed elsewhere, the final text."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotFound, Refused
from consult.drafts import descent, find, rounds
from consult.drafts.models import Consultation, Round
from consult.intake.submit import Item
from consult.review import readdress
from consult.summary import export, verify
from consult.summary.find import releases
from consult.summary.revision import taken
from tests.factories.empty import empty
from tests.factories.people import CLOSES, OPERATOR, make_project, send
from tests.factories.versions import NEXT
from tests.summary.next_draft import AGAIN, DONE, LATER, answered_once, ask_again, load
from tests.summary.releasing import approve, publish
from tests.summary.test_restore import bring_back, tables
from tests.summary.world import REVIEWER, rule


@pytest.fixture
def first(app: Flask) -> dict[str, int]:
    """Three opinions of the first period, ruled on and published."""
    return answered_once()


def test_a_revised_text_comes_after_the_period(app: Flask) -> None:
    make_project()
    for purpose, words in (("revision", "还没有截止"), ("final", "还没有截止"), ("other", "用途")):
        with pytest.raises(Refused, match=words):
            load(purpose, at=CLOSES - timedelta(seconds=1))
    load("correction", at=CLOSES - timedelta(seconds=1))


def test_the_comparison_is_of_the_texts_with_reasons_and_numbers(first: dict[str, int], tmp_path: Path) -> None:
    load("revision", why={"a3": "老年人夜间看不清，间距缩短。", "a2v2": "水塘边发生过落水。"})
    with transaction():
        readdress.readdress(REVIEWER, LATER, first["whole"], "a2v2")
    made = export.export("comparison", "json", find.by_slug("demo"), LATER, tmp_path / "a.json")
    table = json.loads(made.path.read_text(encoding="utf-8-sig"))
    rows = table["rows"] if isinstance(table, dict) else table
    said = [list(row.values()) if isinstance(row, dict) else row for row in rows]
    by_text = {str(row[2]): row for row in said}
    third = by_text["第四条 主路路灯间距不超过三十米。"]
    assert third[1] == "第三条 主路路灯间距不超过四十米。" and third[3] == "老年人夜间看不清，间距缩短。"
    water = by_text["第二条 水塘、桥梁等危险路段应当优先安装照明。"]
    assert water[1] == "（新增）" and water[3] == "水塘边发生过落水。"
    gone = by_text["（删去）"]
    assert gone[1].startswith("第四条") and gone[3] == "与上位法重复，删去。", "the ruling's reason where the office gave none"
    assert by_text["第三条 村庄公共照明遵循下列原则："][3] == "条文序号相应调整。"
    numbers = {str(row[4]) for row in (third, water, gone)}
    assert numbers == {"1", "2", "3"}
    assert list(verify.faults(db.session())) == []


def test_opinions_are_pointed_and_taken_back(app: Flask, first: dict[str, int]) -> None:
    with pytest.raises(Conflict, match="不需要改挂"), transaction():
        readdress.readdress(REVIEWER, LATER, first["whole"], "a3")
    version = load("revision")
    assert {one.comment_id: one.key for one in taken(db.session(), version)} == {first["third"]: "a3", first["whole"]: "", first["fourth"]: ""}
    with pytest.raises(Refused), transaction():
        readdress.readdress(REVIEWER, LATER, first["whole"], "a4")
    for key in ("a3", "a2v2"):
        with transaction():
            row = readdress.readdress(REVIEWER, LATER, first["whole"], key)
            number, group = row.id, row.group_id
    assert readdress.pointed([first["whole"]])[first["whole"]].key == "a2v2"
    assert [one.undone_at is None for one in readdress.history(group)] == [True, False]
    assert {one.comment_id: (one.key, one.moved) for one in taken(db.session(), version)}[first["whole"]] == ("a2v2", True)
    with transaction():
        readdress.undo_readdress(REVIEWER, LATER, number, find.by_slug("demo").id)
    with pytest.raises(Conflict), transaction():
        readdress.undo_readdress(REVIEWER, LATER, number, find.by_slug("demo").id)
    with pytest.raises(NotFound), transaction():
        readdress.undo_readdress(REVIEWER, LATER, number, 99)
    assert readdress.pointed([first["whole"]]) == {}
    comment = db.session.execute(text("SELECT clause_id, version_id FROM comment WHERE id = :id"), {"id": first["whole"]}).one()
    assert comment == (None, 1), "the opinion itself never moves"
    assert list(verify.faults(db.session())) == []


TAMPERED = {
    "UPDATE readdressing SET clause_id = (SELECT max(id) FROM clause)": "意见改挂记录",
    "UPDATE readdressing SET undone_at = NULL, undone_by = ''": "撤销与审计日志不一致",
    "DELETE FROM readdressing": "次意见改挂记录在审计日志中",
    "UPDATE consultation_round SET shorten_reason = '别的理由'": "再次征求意见与审计日志不一致",
    "UPDATE consultation_round SET before_closes_at = before_opens_at": "再次征求意见与审计日志不一致",
    "UPDATE clause_link SET reason = '别的理由' WHERE reason <> ''": "条款对应关系被改动",
    "UPDATE version SET purpose = 'final' WHERE number = 2": "更正公告或者条款对应关系被改动",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_changes_behind_the_back_are_found(app: Flask, first: dict[str, int], statement: str) -> None:
    load("revision", why={"a3": "老年人夜间看不清。"})
    ask_again()
    with transaction():
        number = readdress.readdress(REVIEWER, LATER, first["whole"], "a2v2").id
    with transaction():
        readdress.undo_readdress(REVIEWER, LATER, number, find.by_slug("demo").id)
    assert list(verify.faults(db.session())) == []
    with transaction():
        db.session.execute(text(statement))
    assert any(TAMPERED[statement] in one for one in verify.faults(db.session())), list(verify.faults(db.session()))


def test_a_final_text_follows_a_revised_one_and_reasons_are_those_of_both(app: Flask, first: dict[str, int]) -> None:
    load("revision", why={"a3": "老年人夜间看不清。"})
    final = load("final", at=LATER + timedelta(days=1), body=NEXT.replace("三十米", "二十五米"), why={"a3": "再缩短五米。"})
    assert final.purpose == "final" and find.current_version(find.by_slug("demo")).id == final.id
    said = descent.reasons(db.session(), [one.id for one in find.published_versions(find.by_slug("demo").id)])
    assert said["a3"] == ["老年人夜间看不清。", "再缩短五米。"]
    with pytest.raises(Conflict, match="修改稿"), transaction():
        rounds.open_round(OPERATOR, LATER + timedelta(days=2), find.by_slug("demo"), AGAIN)
    assert db.session.scalar(select(Round.id)) is None and db.session.scalar(select(Consultation.closes_at)) == CLOSES
    assert list(verify.faults(db.session())) == []


@pytest.mark.parametrize("purpose", ["revision", "final"])
def test_a_correction_after_the_next_text_still_says_what_changed(app: Flask, first: dict[str, int], purpose: str) -> None:
    (out,) = releases(find.by_slug("demo").id)
    load(purpose)  # now the third article reads as decided
    rule(first["whole"], "not_adopted", "水塘由水利部门另行规定，不在本办法里写。")
    approve()
    later = publish()
    (before,), (after,) = out.changes, later.changes
    assert before == after and after["before"] == "主路路灯间距不超过四十米。" and after["after"] == "主路路灯间距不超过三十米。"
    assert later.numbers["by_clause"] == out.numbers["by_clause"]


def test_asked_again_the_revised_text_is_what_is_compared_with(app: Flask, first: dict[str, int]) -> None:
    revision = load("revision")
    assert rounds.asked_about(revision.consultation_id).number == 1
    ask_again()
    assert rounds.asked_about(revision.consultation_id).id == revision.id
    final = load("final", at=DONE, body=NEXT.replace("三十米", "二十五米"))
    assert rounds.asked_about(final.consultation_id).id == revision.id


@pytest.mark.parametrize("beside", [False, True])
def test_an_archive_brings_texts_periods_and_pointings_back(app: Flask, first: dict[str, int], tmp_path: Path, beside: bool) -> None:
    load("revision", why={"a3": "老年人夜间看不清。"})
    ask_again()
    with transaction():
        gone = readdress.readdress(REVIEWER, LATER, first["third"], "a2v2").id
        readdress.undo_readdress(REVIEWER, LATER, gone, find.by_slug("demo").id)
        readdress.readdress(REVIEWER, LATER, first["whole"], "a2v2")
    before = tables("demo", tmp_path, ("summary", "comparison"))
    path = export.export("summary", "zip", find.by_slug("demo"), LATER, tmp_path / "a.zip").path
    db.session.remove()
    empty(app, app.config["SETTINGS"])
    if beside:
        send(make_project("other"), [Item(None, "other", "别的意见")])
    number = bring_back(app, path, "again" if beside else "")
    slug = "again" if beside else "demo"
    assert list(verify.faults(db.session())) == [] == list(verify.faults(db.session(), number))
    assert tables(slug, tmp_path, ("summary", "comparison")) == before
    assert [one.opens_at for one in rounds.rounds(number)] == [LATER] and find.by_slug(slug).closes_at == AGAIN
