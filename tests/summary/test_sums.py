"""The equations: counted on a real project, broken on purpose, and for any numbers by property."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from consult.base.db import db
from consult.base.errors import Refused
from consult.intake.submit import Item
from consult.summary.balance import VALID_OUTCOMES, Balance, Part
from consult.summary.notice import Facts, compose
from consult.summary.numbers import read_balance
from consult.summary.rows import adoption_rows
from consult.summary.tally import tally
from consult.web.office.equations import equations
from tests.factories.people import CLOSES, NOW, OPENS, make_project, send
from tests.summary.world import AFTER, living, make_world, rule_all, withdraw

RULED = {
    "adopted": 9, "partly_adopted": 4, "not_adopted": 6, "already_covered": 3, "out_of_scope": 2, "referred": 2,
    "deferred": 1,
}  # fmt: skip
WORKED = Balance(received=30, withdrawn=1, inadmissible=2, valid=27, merged=20, by_outcome=RULED)
FACTS = Facts("某办法", OPENS, CLOSES, "某局", "联系人：周工\n电话：0000-1234567", AFTER, stage_label="征求意见稿")


def test_the_worked_check_of_the_rules_balances() -> None:
    assert WORKED.faults() == []
    words = "\n".join(compose(FACTS, WORKED))
    assert "共收到意见建议30条，扣除提出人撤回1条、不予受理2条，有效意见27条，同类意见归并后为20条" in words
    assert "经逐条研究，采纳9条，部分采纳4条，不采纳6条，已有规定或者已经体现3条，" in words
    assert "不属于本稿调整范围2条，转有关部门研究2条，留作后续研究1条。" in words


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"received": 31}, "收到 31 条"),
        ({"withdrawn": 2}, "撤回 2 条"),
        ({"inadmissible": 1}, "不予受理 1 条"),
        ({"valid": 26}, "有效 26 条"),
        ({"by_outcome": RULED | {"adopted": 8}}, "各类处理意见合计 26 条"),
        ({"by_outcome": RULED | {"adopted": 8}, "undecided": 1}, "还有 1 条公众意见没有处理意见"),
        ({"merged": 28}, "归并后 28 条"),
        ({"merged": 0}, "归并后 0 条"),
        ({"by_channel": {"web": 29}}, "各渠道合计 29 条"),
        ({"u_sent": 3, "u_replied": 2, "u_none": 2}, "征求意见的单位 3 个"),
        ({"u_sent": 3, "u_replied": 2, "u_none": 3, "u_late": 1}, "已反馈的单位 2 个"),
        ({"u_items": 2, "u_by_outcome": {"adopted": 1}}, "单位意见各类处理合计 1 条"),
        ({"u_items": 2, "u_by_outcome": {"adopted": 1}, "u_undecided": 1}, "还有 1 条单位意见没有处理意见"),
        ({"u_open": -1, "u_late": 1}, "u_open"),
    ],
)
def test_every_broken_equation_is_named_and_refuses_the_notice(change: dict[str, object], named: str) -> None:
    broken = replace(WORKED, **change)  # type: ignore[arg-type]
    assert any(named in fault for fault in broken.faults())
    with pytest.raises(Refused) as refusal:
        compose(FACTS, broken)
    assert broken.faults()[0] in refusal.value.message


counts = st.integers(0, 10**6)


@given(
    ruled=st.fixed_dictionaries(dict.fromkeys(VALID_OUTCOMES, counts)), withdrawn=counts, inadmissible=counts,
    units=st.tuples(counts, counts, counts, counts), merged=st.floats(0, 1),
)  # fmt: skip
def test_numbers_that_add_up_have_no_fault_and_any_change_has_one(
    ruled: dict[str, int], withdrawn: int, inadmissible: int, units: tuple[int, int, int, int], merged: float
) -> None:
    valid, (none, has, late, waiting) = sum(ruled.values()), units
    good = Balance(
        received=valid + withdrawn + inadmissible, withdrawn=withdrawn, inadmissible=inadmissible, valid=valid,
        merged=max(int(valid * merged), int(valid > 0)), by_outcome=ruled, u_sent=none + has + late + waiting,
        u_replied=none + has, u_none=none, u_has=has, u_late=late, u_open=waiting,
    )  # fmt: skip
    assert good.faults() == []
    for name in ("received", "withdrawn", "inadmissible", "valid", "u_sent", "u_replied", "u_none", "u_has", "u_late"):
        assert replace(good, **{name: getattr(good, name) + 1}).faults(), name


PARTS = st.builds(
    lambda ruled, withdrawn, refused: Part(sum(ruled.values()) + withdrawn + refused, withdrawn, refused, sum(ruled.values()), 0, ruled),
    st.fixed_dictionaries(dict.fromkeys(VALID_OUTCOMES, counts)), counts, counts,
)  # fmt: skip


@given(st.lists(PARTS, min_size=2, max_size=4))
def test_periods_make_up_the_whole_and_any_change_of_one_is_named(parts: list[Part]) -> None:
    ruled = {one: sum(part.decided(one) for part in parts) for one in VALID_OUTCOMES}
    sums = {name: sum(getattr(part, name) for part in parts) for name in ("received", "withdrawn", "inadmissible", "valid")}
    good = Balance(**sums, merged=min(1, sums["valid"]), by_outcome=ruled, rounds=tuple(parts))
    assert good.faults() == [] and all(one.holds for one in equations(good))
    for name in sums:
        fault = replace(good, rounds=(*parts[:-1], replace(parts[-1], **{name: sums[name] + 1}))).faults()
        assert any("各轮合计" in one for one in fault) and any(f"第{'二三四'[len(parts) - 2]}轮" in one for one in fault), name
    moved = replace(parts[0], by_outcome=parts[0].by_outcome | {"adopted": parts[0].decided("adopted") + 1})
    assert any(one.startswith("第一轮各类处理意见合计") for one in replace(good, rounds=(moved, *parts[1:])).faults())
    assert any("采纳共" in one for one in replace(good, rounds=(moved, *parts[1:])).faults())


def test_counts_of_a_real_project(app: Flask) -> None:
    world = make_world()
    found = read_balance(db.session(), world.id, NOW + timedelta(days=1))
    assert (found.received, found.withdrawn, found.valid, found.merged, found.undecided) == (22, 1, 21, 21, 21)
    assert found.by_channel == {"web": 20, "letter": 2}
    assert (found.u_sent, found.u_replied, found.u_none, found.u_has, found.u_items) == (3, 2, 1, 1, 2)
    assert (found.u_late, found.u_open, found.u_undecided) == (0, 1, 2)
    assert found.faults() == ["还有 21 条公众意见没有处理意见", "还有 2 条单位意见没有处理意见"]


def test_a_silent_unit_is_late_and_never_without_objections(app: Flask) -> None:
    world = make_world()
    before, after = (read_balance(db.session(), world.id, NOW + timedelta(days=10, seconds=s)) for s in (-1, 0))
    assert (before.u_none, before.u_late, before.u_open) == (1, 0, 1)
    assert (after.u_none, after.u_late, after.u_open) == (1, 1, 0)


def test_a_decided_project_balances_with_its_own_table(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    found = read_balance(db.session(), world.id, AFTER)
    rows = list(adoption_rows(db.session(), world.id))
    assert found.faults() == []
    assert (found.received, found.valid, found.withdrawn, found.inadmissible) == (22, 20, 1, 1)
    assert (found.valid, found.merged) == (sum(row.likes for row in rows), len(rows))
    withdraw(world.nasty[0])
    again = read_balance(db.session(), world.id, AFTER)
    assert (again.received, again.valid, again.withdrawn, again.faults()) == (22, 19, 2, [])


def test_a_lost_comment_does_not_balance(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    number = world.nasty[0].submission_id
    db.session.connection().exec_driver_sql(f"UPDATE submission SET comment_count = 2 WHERE id = {number}")
    found = read_balance(db.session(), world.id, AFTER)
    db.session.rollback()
    assert found.faults() == ["收到 23 条，不等于有效 20 条＋撤回 1 条＋不予受理 1 条（合计 22 条）"]


def test_the_tally_counts_every_living_opinion_five_ways(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    rule_all(world)
    found = tally(db.session(), world.id)
    assert found.total == len(living(world.id))
    for section in (found.by_clause, found.by_channel, found.by_stance, found.by_outcome, found.by_day):
        assert sum(one.count for one in section) == found.total
    assert [one.label for one in found.by_clause][0] == "全文"
    assert {one.label: one.count for one in found.by_channel} == {"网上": 19, "信函": 2, "单位复函": 2}
    assert sum(sum(row) for _, row in found.clause_outcomes) == found.total
    assert [title for title, _ in found.sections()] == ["处理意见", "条款", "来源渠道", "意见类型", "收到日期"]
    monkeypatch.setattr("consult.summary.tally.SLICE", 3)
    assert tally(db.session(), world.id) == found


def test_an_empty_project_counts_nothing(app: Flask) -> None:
    project = make_project()
    assert tally(db.session(), project.id).total == 0
    assert read_balance(db.session(), project.id, AFTER).faults() == []


def test_days_are_those_of_shanghai(app: Flask) -> None:
    project = make_project()
    send(project, [Item(None, "other", "半夜")], NOW.replace(hour=15, minute=59))
    send(project, [Item(None, "other", "过了半夜")], NOW.replace(hour=16, minute=0))
    assert [one.label for one in tally(db.session(), project.id).by_day] == ["2026-03-10", "2026-03-11"]


def test_a_project_without_opinions_has_its_own_words() -> None:
    words = compose(replace(FACTS, shorten_reason="汛期将至，须尽快施行。", days=18), Balance())
    assert words[0] == "关于《某办法（征求意见稿）》公开征求意见采纳情况的公告"
    assert "未收到社会公众的意见建议" in words[1]
    assert "（汛期将至，须尽快施行，征求意见期限为18日）" in words[1]
    assert words[-2:] == ["某局", "2026年4月5日"]


def test_opinions_that_touch_nothing_in_the_draft_are_said_so() -> None:
    aside = Balance(received=3, valid=3, merged=2, by_outcome={"out_of_scope": 2, "referred": 1})
    assert any("均不涉及本稿内容" in part for part in compose(FACTS, aside))
    some = Balance(received=3, valid=3, merged=2, by_outcome={"out_of_scope": 2, "adopted": 1})
    assert not any("均不涉及本稿内容" in part for part in compose(FACTS, some))


def test_units_are_named_by_what_they_did() -> None:
    asked = replace(WORKED, u_sent=5, u_replied=3, u_none=2, u_has=1, u_late=1, u_open=1, u_items=4,
                    u_by_outcome={"adopted": 4})  # fmt: skip
    words = compose(FACTS, asked)[1]
    assert "同期书面征求5个单位的意见，3个单位反馈，其中2个单位无意见，1个单位提出意见4条" in words
    assert "1个单位逾期未反馈；1个单位尚在答复期限内" in words
