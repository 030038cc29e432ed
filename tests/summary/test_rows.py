"""Rows of the tables against what was sent: order, grouping, hiding, counting."""

from datetime import timedelta

import pytest
from flask import Flask

from consult.base.db import db, transaction
from consult.drafts.models import Clause
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.review import decide
from consult.review.words import METHOD
from consult.summary import walk
from consult.summary.rows import WITHHELD, adoption_rows, summary_rows
from consult.summary.table import COLUMNS, in_progress, title_of
from consult.summary.tables import build, contact_parts
from tests.factories.people import CLOSES, NOW, later, make_project, send
from tests.summary.world import OPEN, REVIEWER, WHY, group, living, make_world, rule, rule_all, withdraw


def test_headings_are_those_of_the_forms() -> None:
    expected = {
        "summary": "序号 | 章条编号 | 原文内容 | 意见内容 | 修改建议 | 提出单位(人) | 处理意见 | 理由 | 备注",
        "summary-gb": "序号 | 标准章条编号 | 意见内容 | 提出单位 | 处理意见及理由 | 备注",
        "adoption": "序号 | 提出人 | 涉及条款 | 意见建议内容 | 采纳情况 | 理由说明 | 同类意见数",
        "ledger": "序号 | 单位 | 发送时间 | 签收时间 | 截止时间 | 反馈时间 | 反馈类型 | 意见条数 | 采纳 | 部分采纳 | "
        "不采纳 | 状态 | 经办人 | 联系电话",
        "comparison": "序号 | 征求意见稿 | 修改后 | 修改理由 | 对应意见序号",
        "disputes": "序号 | 争议事项 | 有关单位意见 | 本单位意见及依据 | 协调情况 | 处理结果",
    }
    assert {name: " | ".join(COLUMNS[name][1]) for name in expected} == expected


def test_rows_stand_in_the_order_of_the_text_whole_draft_first(app: Flask) -> None:
    world = make_world()
    rows = list(summary_rows(db.session(), world.id))
    clauses = {one.id: one.ordinal for one in db.session.query(Clause)}
    places = []
    for row in rows:
        comment = db.session.get_one(Comment, row.comment_id)
        places.append((clauses[comment.clause_id] if comment.clause_id else 0, comment.id))
    assert places == sorted(places)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [label for label in ("全文", "第三条", "第四条") if any(row.citation.endswith(label) for row in rows)]
    assert {row.original for row in rows if row.citation.endswith("第三条")} == {"第三条 主路路灯间距不超过四十米。"}


def test_every_living_opinion_is_in_exactly_one_row(app: Flask) -> None:
    world = make_world()
    assert [row.likes for row in summary_rows(db.session(), world.id)] == [1] * len(living(world.id))
    group(world.id)
    rows = list(summary_rows(db.session(), world.id))
    assert sum(row.likes for row in rows) == len(living(world.id))
    one = next(row for row in rows if row.likes == 4)
    assert one.remarks == "同类意见 4 条"
    assert one.submitters == "匿名、河湾灯具厂等4个"
    assert one.comment_id == world.alike[0].comment_ids[0]


def test_a_withdrawn_leader_hands_its_row_to_the_next(app: Flask) -> None:
    project = make_project()
    sent = [send(project, [Item(None, "other", "同一句话")], later(minutes=number)) for number in range(3)]
    group(project.id)
    withdraw(sent[0])
    (row,) = summary_rows(db.session(), project.id)
    assert (row.comment_id, row.likes) == (sent[1].comment_ids[0], 2)


def test_words_stand_as_written_and_undecided_rows_are_empty(app: Flask) -> None:
    world = make_world()
    by_id = {row.comment_id: row for row in summary_rows(db.session(), world.id)}
    for sent in world.nasty:
        comment = db.session.get_one(Comment, sent.comment_ids[0])
        row = by_id[comment.id]
        assert row.opinion == comment.text + (f"\n理由：{comment.reason}" if comment.reason else "")
        assert (row.proposed, row.outcome, row.reason) == (comment.proposed_text, "", "")


def test_letters_lateness_and_formal_opinions_are_remarked(app: Flask) -> None:
    world = make_world()
    by_id = {row.comment_id: row for row in summary_rows(db.session(), world.id)}
    assert by_id[world.letter_ids[0]].remarks == "信函（2026年3月5日收到）"
    assert by_id[world.letter_ids[0]].submitters == "李*"
    formal = [row for row in by_id.values() if row.submitters == "河湾县水利局"]
    assert [row.remarks for row in formal] == ["单位复函", "单位复函"]


def test_the_public_table_is_the_valid_opinions_of_the_public(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    rows = list(adoption_rows(db.session(), world.id))
    formal = 2
    assert sum(row.likes for row in rows) == len(living(world.id)) - formal - 1  # one is inadmissible
    assert not any("水利局" in row.submitters for row in rows)
    assert all(row.outcome and row.outcome != "不予受理" for row in rows)


def test_nothing_is_quoted_without_consent(app: Flask) -> None:
    world = make_world()
    rows = {row.likes: row for row in adoption_rows(db.session(), world.id)}
    whole = "\n".join(str(row) for row in adoption_rows(db.session(), world.id))
    assert "不愿公开的原话" not in whole and "我想收回这句话" not in whole
    assert "13812345678" not in whole and "138******78" in whole
    assert f"{WITHHELD}（提出人未同意公开原文；意见类型：反对）" in whole
    assert rows[1].submitters.endswith("*") or rows[1].submitters == "匿名"


def test_one_consent_in_a_group_opens_its_words_and_one_secret_closes_them(app: Flask) -> None:
    world = make_world()
    group(world.id)

    def shared() -> str:
        return next(row.opinion for row in adoption_rows(db.session(), world.id) if row.likes == 4)

    assert shared() == "建议改为三日内修复。"
    with transaction():
        decide.withhold(REVIEWER, later(days=5), world.alike[1].comment_ids[0], "refused")
    assert shared() == "建议改为三日内修复。"
    with transaction():
        decide.withhold(REVIEWER, later(days=5), world.alike[1].comment_ids[0], "secret")
    assert shared() == WITHHELD
    with transaction():
        decide.withhold(REVIEWER, later(days=5), world.alike[1].comment_ids[0], "")

    assert shared() == "建议改为三日内修复。"


def test_the_newest_ruling_is_shown_with_its_part_and_its_addressee(app: Flask) -> None:
    project = make_project()
    sent = send(project, [Item(None, "other", "话"), Item(None, "other", "另一句")], sender=OPEN)
    rule(sent.comment_ids[0], "not_adopted")
    rule(sent.comment_ids[0], "partly_adopted", adopted_part="前半句")
    rule(sent.comment_ids[1], "referred", referred_to="县财政局")
    rows = list(summary_rows(db.session(), project.id))
    assert (rows[0].outcome, rows[0].reason) == ("部分采纳", f"采纳部分：前半句\n{WHY}")
    assert (rows[1].outcome, rows[1].reason) == ("转有关部门", f"转送单位：县财政局\n{WHY}")
    assert rows[0].cells_gb()[4] == f"部分采纳：采纳部分：前半句\n{WHY}"


def test_slices_join_without_loss(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    rule_all(world)
    whole = [list(summary_rows(db.session(), world.id)), list(adoption_rows(db.session(), world.id))]
    monkeypatch.setattr(walk, "SLICE", 2)
    assert [list(summary_rows(db.session(), world.id)), list(adoption_rows(db.session(), world.id))] == whole


def test_the_mark_ends_with_the_deadline() -> None:
    assert in_progress(CLOSES - timedelta(seconds=1), CLOSES) == "截至2026年4月2日 16:59（征求意见进行中）"
    assert in_progress(CLOSES, CLOSES) == ""


def test_titles_say_the_stage_once() -> None:
    assert title_of("summary", "某办法", "征求意见稿") == "《某办法（征求意见稿）》意见汇总处理表"
    assert title_of("summary", "某办法(征求意见稿)", "征求意见稿") == "《某办法(征求意见稿)》意见汇总处理表"


def test_head_and_foot_are_computed(app: Flask) -> None:
    world = make_world()
    group(world.id)
    table = build(db.session(), "summary", world.project, NOW + timedelta(days=5))
    assert table.title == f"《{world.project.title}》意见汇总处理表"  # the title names the stage itself
    assert dict(table.head) == {
        "项目名称": world.project.title, "起草单位": "河湾县住房和城乡建设局", "承办人": "周工",
        "联系电话": "0000-1234567", "填表日期": "2026年3月15日",
    }  # fmt: skip
    assert table.foot == (
        "说明：(1)发送征求意见稿的单位数 3 个；(2)收到后回函的单位数 2 个；(3)回函并有建议或意见的单位数 1 个；"
        "(4)没有回函的单位数 1 个；(5)收到公众意见 22 条，归并后 18 条。其中已撤回 1 条，不列入本表。"
            f"归并方法：{METHOD}。",
    )
    ledger = list(build(db.session(), "ledger", world.project, NOW + timedelta(days=20)).rows)
    assert [(row[1], row[6], row[7]) for row in ledger] == [
        ("河湾县水利局", "有意见", 2), ("河湾县交通局", "无意见", 0), ("河湾县财政局", "", 0),
    ]  # fmt: skip
    assert ledger[2][11] == "逾期未复"


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("联系人：周工 电话：0000-1234567", ("周工", "0000-1234567")),
        ("法制科\n联系人：张三、李四\n联系电话：0816-2221234、2221235\n邮箱 a@b.cn", ("张三", "0816-2221234、2221235")),
        ("市司法局 13812345678", ("", "13812345678")),
        ("", ("", "")),
    ],
)
def test_contact_lines_give_person_and_telephone(contact: str, expected: tuple[str, str]) -> None:
    assert contact_parts(contact) == expected


