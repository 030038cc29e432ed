"""From the opinions to the next draft: revised text with reasons, a second period, opinions pointed elsewhere, the final text."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select, text

from consult.base.clock import local_date
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import CITIZEN
from consult.drafts import descent, find, rounds, versions
from consult.drafts.models import Consultation, Round, Version
from consult.drafts.split import read_and_split
from consult.intake import contact
from consult.intake.find import submission
from consult.intake.models import Submission
from consult.intake.register import Entry, register
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw
from consult.review import readdress
from consult.summary import export, verify, yearly
from consult.summary import find as results
from consult.summary.balance import Part
from consult.summary.numbers import read_balance
from consult.summary.revision import taken
from consult.web.office.equations import equations
from tests.factories.empty import empty
from tests.factories.people import CLOSES, OPERATOR, make_project, send
from tests.factories.versions import NEXT, linked
from tests.summary.test_release import approve, publish
from tests.summary.test_restore import bring_back, tables
from tests.summary.world import AFTER, REVIEWER, rule

LATER = AFTER + timedelta(days=2)
AGAIN = LATER + timedelta(days=40)  # the end of the second period
DONE = AGAIN + timedelta(days=3)
SAID = "根据公众意见缩短间距、删去第四条，增加水塘照明的规定。"
OPEN = Sender(name="朱重八", email="a@example.cn", may_publish=True)


def load(purpose: str, at=LATER, body: str = NEXT, why: dict[str, str] | None = None) -> Version:
    """A text, its clauses confirmed with reasons by key, cleared and out."""
    project = find.by_slug("demo")
    split = read_and_split(body.encode(), "修改稿.txt")
    with transaction():
        number = versions.propose_version(OPERATOR, at, project, split, "修改稿.txt", "1" * 64, SAID, purpose).id
    version = db.session.get_one(Version, number)
    ids = {one.key: one.id for one in find.clauses(number)} | {
        one.key: one.id for one in find.clauses(find.current_version(find.by_slug("demo")).id) if one.key in ("a4",)
    }
    pairs, reasons = linked(version), {ids[key]: said for key, said in (why or {}).items()}
    with transaction():
        versions.confirm_version(OPERATOR, at, db.session.get_one(Version, number), pairs, SAID, reasons)
    with transaction():
        versions.clear_version(OPERATOR, at, db.session.get_one(Version, number))
        versions.publish_version(OPERATOR, at, db.session.get_one(Version, number))
    return db.session.get_one(Version, number)


@pytest.fixture
def first(app: Flask) -> dict[str, int]:
    """Three opinions of the first period, ruled on and published."""
    project = make_project()
    said = {"third": Item("a3", "amend", "间距太大，改为三十米。"), "whole": Item(None, "other", "水塘边也要装路灯。"),
            "fourth": Item("a4", "delete", "删去这一条。")}  # fmt: skip
    ids = {name: send(project, [item], sender=OPEN).comment_ids[0] for name, item in said.items()}
    rule(ids["third"], "adopted", "间距确实太大，采纳。", new_wording="主路路灯间距不超过三十米。")
    rule(ids["whole"], "partly_adopted", "水塘边确有危险，部分采纳。", adopted_part="水塘边")
    rule(ids["fourth"], "adopted", "与上位法重复，删去。")
    approve()
    publish()
    return ids


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


def test_a_second_period_keeps_the_first(app: Flask, first: dict[str, int]) -> None:
    load("revision")
    project = find.by_slug("demo")
    with pytest.raises(Refused, match="缩短期限的理由"), transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), LATER + timedelta(days=2))
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
    with pytest.raises(Conflict), transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN + timedelta(days=9))
    project = find.by_slug("demo")
    assert (project.opens_at, project.closes_at) == (LATER, AGAIN)
    assert rounds.periods(project, rounds.rounds(project.id))[0][1] == CLOSES
    assert find.status(project, LATER, bool(results.released_ids([project.id]))) == "open"
    assert find.status(project, DONE, bool(results.released_ids([project.id]))) == "reviewing", "the first result answers nobody new"
    new = send(project, [Item("a2v2", "support", "")], LATER + timedelta(days=1), OPEN)
    old = db.session.get_one(Submission, 1)
    assert results.is_answered(project.id, old.received_at) and not results.is_answered(project.id, new.received_at)
    with pytest.raises(Conflict), transaction():
        withdraw(CITIZEN, LATER, old, released=results.is_answered(project.id, old.received_at))
    assert results.newest_numbers() == {}, "nobody of the second period is told of the first result"
    rule(new.comment_ids[0], "adopted")
    approve(now=DONE)
    second = publish(now=DONE)
    lines = second.notice.split("\n")
    assert second.number == 2 and "2026年3月2日至2026年4月2日 17:00、2026年4月7日至" in lines[1] and "两次向社会公开征求意见" in lines[1]
    assert lines[0] == "关于《河湾县村庄公共照明管理办法(征求意见稿)》第二轮公开征求意见采纳情况的公告"
    assert lines[2:5] == [
        "第二轮（2026年4月7日至2026年5月17日 17:00）收到意见建议1条，有效意见1条：采纳1条，部分采纳0条，不采纳0条。",
        "第一轮（2026年3月2日至2026年4月2日 17:00）收到意见建议3条，有效意见3条：采纳2条，部分采纳1条，不采纳0条。第一轮采纳情况已于2026年4月5日公布。",
        "经逐条研究，各轮意见合计采纳3条，部分采纳1条，不采纳0条。主要意见及处理情况见附表。",
    ]
    assert second.numbers["received"] == 4 and [one["received"] for one in second.numbers["rounds"]] == [3, 1]
    assert "rounds" not in results.releases(project.id)[0].numbers and "第一轮" not in results.releases(project.id)[0].notice
    assert find.status(find.by_slug("demo"), DONE, bool(results.released_ids([project.id]))) == "answered"
    assert list(verify.faults(db.session())) == []


def test_each_period_counts_what_came_in_then(app: Flask, first: dict[str, int]) -> None:
    """Opinions after the first deadline but before the second opening, an old letter entered late, one taken back, none at all."""
    project = find.by_slug("demo")
    between = register_letter(project, "间隔期里寄来的。", AFTER + timedelta(days=1))
    load("revision")
    assert by_round(LATER) == ()
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
    assert [(one.received, one.undecided) for one in by_round(LATER)] == [(4, 1), (0, 0)]
    now = LATER + timedelta(days=1)
    old = register_letter(project, "三月寄出，现在才登记。", now, date(2026, 3, 20))
    same = register_letter(project, "再次征求当天收到。", now, local_date(LATER))
    new = send(project, [Item("a3", "support", ""), Item(None, "other", "好。")], now, OPEN)
    gone = send(project, [Item(None, "other", "收回。")], now, OPEN)
    with transaction():
        withdraw(CITIZEN, now, db.session.get_one(Submission, gone.submission_id))
    rule(between, "adopted")
    rule(old, "not_adopted", "与上位法的规定不一致，不采纳。")
    rule(same, "inadmissible", "没有说明任何意见的内容。")
    for one in new.comment_ids:
        rule(one, "adopted")
    first_part, second_part = by_round(now)
    assert first_part == Part(received=5, valid=5, by_outcome={"adopted": 3, "partly_adopted": 1, "not_adopted": 1})
    assert second_part == Part(received=4, withdrawn=1, inadmissible=1, valid=2, by_outcome={"adopted": 2})
    balance = read_balance(db.session(), project.id, DONE)
    assert balance.faults() == [] and balance.received == 9
    said = equations(balance)
    assert [(one.name, one.whole) for one in said] == [
        ("第一轮收到公众意见", 5), ("第一轮有效意见", 5), ("第二轮收到公众意见", 4), ("第二轮有效意见", 2), ("收到公众意见", 9),
        ("各轮合计收到公众意见", 9), ("各轮合计有效意见", 7),
    ]  # fmt: skip
    assert all(one.holds for one in said)
    approve(now=DONE)
    second = publish(now=DONE)
    assert "第二轮（2026年4月7日至2026年5月17日 17:00）收到意见建议4条，扣除提出人撤回1条、不予受理1条，有效意见2条：采纳2条" in second.notice
    assert second.numbers["rounds"][1] == {"received": 4, "withdrawn": 1, "inadmissible": 1, "valid": 2, "undecided": 0, "by_outcome": {"adopted": 2}}
    assert list(verify.faults(db.session())) == []


def register_letter(project: Consultation, words: str, at: datetime, received: date | None = None) -> int:
    """One letter entered at a moment, received that day unless another is named; its opinion's number."""
    with transaction():
        done = register(OPERATOR, at, consultation=find.by_slug(project.slug), version_id=find.current_version(project).id, channel="letter",
                        entries=[Entry((Item(None, "other", words),), OPEN, received)], keys=current_app.extensions["keys"])  # fmt: skip
    return done[0].comment_ids[0]


def by_round(now: datetime) -> tuple[Part, ...]:
    return read_balance(db.session(), find.by_slug("demo").id, now).rounds


def test_a_second_period_without_opinions_has_its_result_too(app: Flask, first: dict[str, int]) -> None:
    load("revision")
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
    with pytest.raises(Refused, match="重新审批"):
        publish(now=DONE)
    approve(now=DONE)
    second = publish(now=DONE)
    assert "第二轮（2026年4月7日至2026年5月17日 17:00）未收到社会公众的意见建议。" in second.notice
    assert find.status(find.by_slug("demo"), DONE, bool(results.released_ids([1]))) == "answered"


def test_the_year_counts_days_to_the_first_result_from_the_first_deadline(app: Flask, first: dict[str, int]) -> None:
    (before,) = yearly.lines(db.session(), 2026, AFTER, 20)
    load("revision")
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
    (after,) = yearly.lines(db.session(), 2026, LATER, 20)
    assert (after.days_to_result, after.in_time) == (before.days_to_result, before.in_time) == (3, True)


def test_contact_data_of_each_period_goes_with_its_own_result(app: Flask, first: dict[str, int]) -> None:
    load("revision")
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
    new = send(find.by_slug("demo"), [Item("a3", "other", "再说一句。")], LATER + timedelta(days=1), OPEN)
    late = AFTER + timedelta(days=181)
    with transaction():
        assert contact.erase_due(late, results.released_at(late - timedelta(days=180)), 180) == 3
    assert submission(new.submission_id).contact_sealed is not None
    rule(new.comment_ids[0], "adopted")
    approve(now=DONE)
    publish(now=DONE)
    late = DONE + timedelta(days=181)
    with transaction():
        assert contact.erase_due(late, results.released_at(late - timedelta(days=180)), 180) == 1


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
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
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


@pytest.mark.parametrize("beside", [False, True])
def test_an_archive_brings_texts_periods_and_pointings_back(app: Flask, first: dict[str, int], tmp_path: Path, beside: bool) -> None:
    load("revision", why={"a3": "老年人夜间看不清。"})
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
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
