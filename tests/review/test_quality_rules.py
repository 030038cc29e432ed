"""When a ruling should be looked at once more: tables, and what holds for any order and any words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.review.quality_rules import ENOUGH, LONG, OFTEN, Said, Unlike, backed, brief, changes, empty_part, overused

LETTER = "主路路灯间距应当改成三十米以内。村口到学校的小路也要装上路灯。"

PARTS = {
    "全部": True, "部分": True, "有关内容": True, "部分采纳": True, "采纳该建议的部分内容。": True, "合理的意见": True, "……": True,
    "上述建议": True, "其中的一部分": True, "夏季提前到十八时": False, "第二句": False, "间距改为三十米": False, "30米": False,
    "删除“应当”二字": False,
}  # fmt: skip


def test_parts_that_name_nothing() -> None:
    assert {part: empty_part(part) for part in PARTS} == PARTS


BRIEF = {
    (LONG - 1, 10): False, (LONG, 12): True, (LONG, 13): False, (400, 49): True, (400, 50): False, (4000, ENOUGH - 1): True,
    (4000, ENOUGH): False, (0, 0): False,
}  # fmt: skip


@pytest.mark.parametrize("point", BRIEF)
def test_a_reason_against_its_point(point: tuple[int, int]) -> None:
    assert brief("字，" * point[0], "理。" * point[1]) == BRIEF[point], "marks do not count"


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=100))
def test_more_reason_never_makes_it_briefer(point: str, reason: str, more: str) -> None:
    assert brief(point, reason + "\n字字" + more) <= brief(point, reason) or len(reason) < 3


def test_a_reason_may_stand_on_so_many_rows() -> None:
    assert not overused(OFTEN) and overused(OFTEN + 1)


PAIRS = {
    "the very same": (LETTER, LETTER, True),
    "marks and widths apart": (LETTER, LETTER.replace("。", "！"), True),
    "half of it": (LETTER, "主路路灯间距应当改成三十米以内。桥头的路灯坏了半年。", True),
    "with much of one's own": (LETTER, LETTER + "还有别的话要说，说来话长。" * 3, True),
    "less than half of the shorter": (LETTER, "村口到学校的小路也要装上路灯。" + "".join(f"另外还有第{n}件事情要反映一下。" for n in range(4)), False),
    "something else": (LETTER, "路灯坏了半年没有人来修理。", False),
    "a short stock sentence": ("灯太暗了。请考虑。", "狗太多了。请考虑。", False),
    "short and the same": ("灯太暗了。", "灯太暗了", True),
    "the clause's own words": ("主路路灯间距不超过四十米。同意。", "主路路灯间距不超过四十米。反对。", False),
}


@pytest.mark.parametrize("name", PAIRS)
def test_like_opinions(name: str) -> None:
    one, other, expected = PAIRS[name]
    seen = Unlike(["主路路灯间距不超过四十米。"])
    assert seen.found(Said(1, "adopted", "", one)) is None
    assert seen.found(Said(2, "not_adopted", "", other)) == (1 if expected else None)


def test_decided_alike_or_on_the_other_side_is_no_contradiction() -> None:
    seen = Unlike()
    seen.found(Said(1, "adopted", "", LETTER))
    assert seen.found(Said(2, "adopted", "", LETTER)) is None
    assert seen.found(Said(3, "not_adopted", "against", LETTER)) is None
    assert seen.found(Said(4, "deferred", "", LETTER)) == 1
    assert seen.found(Said(5, "adopted", "", LETTER)) == 4


@given(st.lists(st.tuples(st.sampled_from(["adopted", "not_adopted", "deferred"]), st.sampled_from([LETTER, "灯太暗了。", "", "别的话。"])), max_size=12))
def test_the_same_words_with_two_outcomes_are_always_found(rulings: list[tuple[str, str]]) -> None:
    seen = Unlike()
    for number, (outcome, words) in enumerate(rulings, 1):
        earlier = [n for n, one in enumerate(rulings[: number - 1], 1) if one[1] == words and one[0] != outcome]
        found = seen.found(Said(number, outcome, "", words))
        assert (found is not None) == bool(earlier and words)
        assert found is None or found in earlier


def test_what_changed_between_two_texts() -> None:
    old, new = {"a1": "一。", "a2": "二", "a3": "三"}, {"a1": "一", "a2": "二十", "a4": "四"}
    assert changes(old, new) == {"a2": "修改", "a4": "新增", "a3": "删去"}


BACKED = {
    ("a2", ("a2",)): True, ("a2", ("c1",)): True, ("a2", ("a2-i1",)): True, ("a2-i1", ("c1",)): True, ("c1", ("a2-i1",)): True,
    ("a2", ("a3",)): False, ("a2", ()): False, ("a2-i1", ("a3", "a4")): False, ("unknown", ("a3",)): False,
}  # fmt: skip


def test_what_stands_behind_a_change() -> None:
    above = {"c1": "", "a2": "c1", "a2-i1": "a2", "a3": "", "a4": ""}
    assert {key: backed(key[0], above, key[1]) for key in BACKED} == BACKED
