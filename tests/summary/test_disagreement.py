"""Disagreement in the tables and the report, asked persons beside units, and the ledger's picture."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document

from consult.base.db import db, transaction
from consult.base.errors import Refused
from consult.base.people import Unit
from consult.review import disputes
from consult.review.dispute_find import quarrels
from consult.summary import dispute_report
from consult.summary.balance import Balance
from consult.summary.changes import dispute_rows
from consult.summary.dispute_report import numeral
from consult.summary.ledger_picture import Lane, lanes
from consult.summary.notice import Facts, compose
from consult.summary.numbers import read_balance, read_units
from consult.summary.rows import adoption_rows, summary_rows
from consult.summary.tables import build
from tests.factories.people import CLOSES, NOW, OPENS, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, points, write_to
from tests.review.desk import REASON, rule
from tests.review.quarrel import RESULT, Quarrel, make_quarrel

LATER = NOW + timedelta(days=1)


@pytest.fixture
def one(app, keys) -> Quarrel:
    return make_quarrel(keys)


def expert(one: Quarrel, *texts: str) -> None:
    """李明, an expert, is asked and answers."""
    unit = make_unit("李明")
    with transaction():
        db.session.get_one(Unit, unit.id).kind = "expert"
    (letter,) = write_to(one.office, one.project, unit, letter_no="示函〔2026〕2号")
    desk = Desk(one.project, unit, one.office, make_user("agency", unit), letter, one.desks[0].keys)
    words = {**SIGNED, "recusal": "none", "answer": "has_opinion" if texts else "no_objection", "items": points(*texts)}
    desk.send(edition=desk.save(**words).edition)


def test_the_table_says_what_was_settled_and_how(one):
    first = one.turned_down()
    rule(one.reviewer, one.comments[1], "not_adopted", reason=REASON)
    assert [row[4:] for row in dispute_rows(db.session(), one.project.id)] == [("", "协调中"), ("", "不采纳")]
    one.on(disputes.mediate, first, held_on=date(2026, 3, 9), units="市财政局、县住建局", words="面商一次。")
    one.on(disputes.settle, first, "upheld", RESULT)
    rows = list(dispute_rows(db.session(), one.project.id))
    assert rows[0] == (
        1, "第一条", "市财政局：路灯经费应当由乡镇承担。", REASON, "2026年3月9日，市财政局、县住建局：面商一次。",
        f"2026年3月10日维持原处理意见：{RESULT}（待确认）",
    )  # fmt: skip
    one.on(disputes.confirm, first, actor=one.approver)
    rule(one.reviewer, one.comments[0], "adopted", 1, LATER)
    one.on(disputes.settle, first, "yielded", RESULT, now=LATER)
    one.on(disputes.confirm, first, actor=one.approver, now=LATER)
    told = list(dispute_rows(db.session(), one.project.id))[0][5]
    assert told == f"2026年3月10日维持原处理意见：{RESULT}\n2026年3月11日改为采纳：{RESULT}"
    assert build(db.session(), "disputes", one.project, NOW).headings[4:] == ("协调情况", "处理结果")


def test_persons_are_not_units(one):
    expert(one, "建议改用节能灯。")
    units = read_units(db.session(), one.project.id, NOW + timedelta(days=30))
    assert units == {
        "u_sent": 2, "u_replied": 1, "u_none": 0, "u_has": 1, "u_late": 1, "u_open": 0,
        "p_sent": 1, "p_replied": 1, "p_has": 1,
    }  # fmt: skip
    balance = read_balance(db.session(), one.project.id, NOW)
    assert (balance.u_items, balance.p_items, balance.u_undecided) == (2, 1, 3)
    foot = build(db.session(), "summary", one.project, NOW).foot[0]
    assert "(1)发送征求意见稿的单位数 2 个" in foot
    assert foot.endswith("另书面征求专家、代表等 1 人，回复 1 人，其中提出意见的 1 人。")
    names = {row.submitters for row in summary_rows(db.session(), one.project.id)}
    assert names == {"市财政局", "李明（专家）"}
    assert list(adoption_rows(db.session(), one.project.id)) == []
    first, second = build(db.session(), "ledger", one.project, NOW).foot
    assert first.startswith("应复 2 个单位，已复 1 个") and second.startswith("另征求专家、代表等：应复 1 人，已复 1 人")


def test_the_announcement_counts_persons_in_a_sentence_of_their_own():
    facts = Facts("某办法", OPENS, CLOSES, "某局", "", CLOSES)
    asked = {"u_sent": 2, "u_replied": 2, "u_none": 1, "u_has": 1, "u_items": 3, "u_by_outcome": {"adopted": 4}}
    said = compose(facts, Balance(**asked, p_sent=2, p_replied=1, p_has=1, p_items=1))[1]
    assert said.endswith("1个单位提出意见3条。同期书面征求专家、代表等2人的意见，1人反馈，提出意见1条。")
    with pytest.raises(Refused):
        compose(facts, Balance(**asked, p_sent=2, p_replied=1, p_has=1, p_items=2))
    with pytest.raises(Refused):
        compose(facts, Balance(p_sent=1, p_replied=2))
    assert not [name for name in Balance(**asked).numbers() if name.startswith("p_")]


def test_the_report_as_a_document(one, tmp_path: Path):
    one.turned_down()
    path = tmp_path / "report.docx"
    assert dispute_report.write(one.project, quarrels(one.project.id), 2, NOW, "市人民政府", path) == 1
    page = Document(str(path))
    fonts = {run.text: run._element.rPr.rFonts.get(FONT) for line in page.paragraphs for run in line.runs}
    assert fonts["（一）有关单位的意见和理由。"] == "楷体_GB2312"
    assert fonts["一、关于第一条"] == "黑体"
    assert page.paragraphs[-1].text == "2026年3月10日"
    assert page.paragraphs[1].text == "市人民政府："


FONT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
RECT = re.compile(r'<rect class="bar [a-z]+" x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)"')


def test_the_report_cites_what_asks_for_it(one):
    row = one.turned_down()
    found = quarrels(one.project.id)
    assert "条例" not in dispute_report.compose(one.project, found, 2, NOW)[1]
    one.project.kind = "rule"
    assert "按照《规章制定程序条例》第十七条的规定，" in dispute_report.compose(one.project, found, 2, NOW)[1]
    one.project.kind = "major_decision"
    assert "《重大行政决策程序暂行条例》第十三条" in dispute_report.compose(one.project, found, 2, NOW)[1]
    db.session.rollback()
    one.on(disputes.settle, row, "agreed", RESULT)
    one.on(disputes.confirm, row, actor=one.approver)
    with pytest.raises(Refused):
        dispute_report.compose(one.project, quarrels(one.project.id), 2, NOW)


def test_numerals():
    assert [numeral(number) for number in (1, 9, 10, 11, 20, 21, 99)] == ["一", "九", "十", "十一", "二十", "二十一", "九十九"]


def test_lanes_stay_inside_the_picture():
    due = NOW + timedelta(days=10)
    found = [
        Lane("市<财政>局与一个很长很长的名称", NOW, due, NOW + timedelta(days=3), "按时", "good"),
        Lane("市水利局", NOW, due, due + timedelta(days=400), "迟复 400 天", "peak"),
        Lane("市交通局", NOW, due, None, "逾期", "bad"),
    ]
    svg = lanes("各单位反馈时间", found, due + timedelta(days=5000))
    assert svg.count("<rect") == 3 and "<财政>" not in svg and "style" not in svg
    edges = [float(x) + float(wide) for x, wide in RECT.findall(svg)]
    assert all(150 <= edge <= 609 for edge in edges) and edges[1] > edges[0]
    assert lanes("空", [], NOW) == ""
    assert lanes("多", found * 30, due).count("<rect") == 60
