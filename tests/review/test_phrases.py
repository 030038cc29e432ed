"""Phrases that many texts share: tables of what is and is not one, and what holds for any texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.review.phrases import LEAST, LONGEST, SHORTEST, excerpt, frequent, runs
from consult.review.terms import comparable

BEFORE = ("我住在河东，", "作为村民，", "孩子放学晚，", "昨天又摔了一跤，", "去年就提过，")
AFTER = ("实在太暗。", "夜里看不清。", "老人不敢出门。", "车也开得快。", "冬天更早天黑。")


def said(*middles: str, times: int = 5) -> list[str]:
    return [f"{BEFORE[n % 5]}{middle}，{AFTER[n * 2 % 5]}{n}" for middle in middles for n in range(times)]


CASES = {
    "one": (said("路灯间距改成三十米"), "", ["路灯间距改成三十米"]),
    "two": (said("路灯间距改成三十米", "桥头先装两盏灯"), "", ["桥头先装两盏灯", "路灯间距改成三十米"]),
    "too seldom": (said("路灯间距改成三十米", times=LEAST - 1), "", []),
    "the clause's own words": (said("主路路灯间距不超过四十米"), "第三条 主路路灯间距不超过四十米。", []),
    "the clause's words and an answer": (
        said("主路路灯间距不超过三十米"), "主路路灯间距不超过四十米。", ["主路路灯间距不超过三十米"],
    ),
    "stock words": (said("建议进一步修改完善有关规定"), "", []),
    "a label is stock": (said("建议删除第三条第二款规定"), "", []),
    "widths and case": ([*said("用ＬＥＤ节能路灯", times=2), *said("用led节能路灯", times=2)], "", ["用led节能路灯"]),
    "cut at sixteen": (
        said("村口到学校的那条小路应该和主路一样对待"), "", ["村口到学校的那条小路应该和主路一"],
    ),
    "pieces are not told beside the whole": (
        [*said("路灯间距改成三十米"), "路灯间距改成二十米", "路灯间距改成十五米"], "", ["路灯间距改成三十米"],
    ),
    "not across a mark": (["路灯，坏了没人修"] * 3 + ["路灯。坏了没人修"] * 3, "", ["坏了没人修"]),
    "foreign words are none": (["see the lighting rules"] * 5, "", []),
    "nothing": ([], "", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_a_phrase_is(name: str) -> None:
    texts, own, expected = CASES[name]
    assert [one.words for one in frequent(texts, own)] == expected


def test_a_phrase_counts_once_for_each_text() -> None:
    texts = ["路灯太暗了，路灯太暗了，路灯太暗了。", "路灯太暗了吧", "都说路灯太暗了"]
    assert [(one.words, one.texts) for one in frequent(texts)] == [("路灯太暗了", 3)]


def test_one_that_most_of_the_same_texts_share_is_not_told_again() -> None:
    letter = "夜里看不清路面坑洼。孩子放学常常摔跤。"
    assert len(frequent([letter + str(n) for n in range(9)])) == 1
    other = ["孩子放学常常摔跤，怎么办"] * 9
    assert {one.words for one in frequent([letter + str(n) for n in range(9)] + other)} == {
        "孩子放学常常摔跤", "夜里看不清路面坑洼",
    } or len(frequent([letter] * 9 + other)) == 1  # fmt: skip


WORDS = st.lists(st.sampled_from(["路灯", "太暗", "三十米", "，", "。", "\n", "桥头", "ＡＢ", "孩子", "𠮷", "3.5", "先装两盏"]), max_size=14)
TEXTS = st.lists(WORDS.map("".join), max_size=25)


@given(TEXTS, WORDS.map("".join))
@settings(deadline=None)
def test_whatever_is_said(texts: list[str], own: str) -> None:
    found = frequent(texts, own)
    for one in found:
        assert SHORTEST <= len(one.words) <= LONGEST
        holders = [text for text in texts if any(one.words in run for run in runs(text))]
        assert len(holders) == one.texts >= LEAST, "the count is that of the texts in which it stands"
        assert all(one.words in comparable(text) for text in holders), "the search of the list finds it there"
        assert one.words not in "\n".join(runs(own))
    for one in found:
        assert not any(one.words in other.words for other in found if other != one)
    assert sorted(found, key=lambda one: -one.texts) == found


@given(TEXTS)
@settings(deadline=None)
def test_the_order_of_texts_does_not_matter(texts: list[str]) -> None:
    assert frequent(texts) == frequent(texts[::-1])


EXCERPTS = {
    ("路灯太暗，孩子摔跤。", "孩子摔跤"): ("路灯太暗，", "孩子摔跤", "。"),
    ("用ＬＥＤ 灯吧", "led灯"): ("用", "ＬＥＤ 灯", "吧"),
    ("没有这个", "别的话"): ("没有这个", "", ""),
    ("", "别的话"): ("", "", ""),
}


def test_the_place_of_a_phrase() -> None:
    assert {key: excerpt(*key) for key in EXCERPTS} == EXCERPTS
    before, hit, after = excerpt("字" * 100 + "桥头先装" + "后" * 100, "桥头先装", 10)
    assert (len(before), hit, len(after)) == (11, "桥头先装", 11)


@given(st.text(max_size=60), st.integers(0, 40), st.integers(1, 9))
def test_an_excerpt_is_cut_from_the_text(text: str, start: int, length: int) -> None:
    words = comparable(text)[start : start + length]
    before, hit, after = excerpt(text, words)
    assert hit in text and before.lstrip("…") in text and after.rstrip("…") in text
    assert bool(hit) == bool(words and words in "".join(comparable(one) for one in text if one.isalnum()))
