"""What is compared and what is indexed: tables, and that grams never lose a hit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.review import cutting, terms
from consult.review.postings import SPAN, meet, pack, unpack
from consult.review.terms import comparable, holds

TEXTS = st.text(st.sampled_from("停车场公共的，aＡ1._。𠮷👍\n "), max_size=40)


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("依据第三条应当公开。", "第三条，应当", True),  # what somebody types with a mark is found without
        ("依据第三条，应当公开。", "第三条应当", True),
        ("依据第三条，\n　应当公开。", "三条 应当", True),
        ("使用ＷｉＦｉ上网", "wifi", True),
        ("使用wifi上网", "ＷＩＦＩ", True),
        ("满30％的", "30%", True),
        ("满30个的", "30%", False),
        ("间距1.5米", "1.5", True),
        ("间距15米", "1.5", False),
        ("间距1.5米", "15", False),
        ("这是第1.", "第1", True),
        ("罚款1,000元", "1000元", True),
        ("①先主路", "1先", True),
        ("二○二六年", "二〇二六", True),
        ("𠮷野家", "𠮷", True),
        ("吉野家", "𠮷", False),
        ("好👍🏽！", "👍", True),
        ("喜欢❤️", "❤", True),
        ("\U0001fae8", "\U0001fae8", True),  # an emoji younger than this Python
        ("\ue000某", "\ue000", True),  # a rare name in the private area
        ("路\u200b灯", "路灯", True),
        ("路灯", "灯路", False),
        ("路灯", "", False),
        ("路灯？", "？", False),
        ("文件名是 lamp_2026", "_", True),  # the one mark that people type as a part of a word
        ("文件名是 lamp＿2026", "lamp_2026", True),
        ("文件名是 lamp2026", "lamp_2026", False),
        ("路灯", "\ud800", False),
    ],
)
def test_a_hit(text: str, wanted: str, found: bool) -> None:
    assert holds(text, wanted) is found


@settings(deadline=None)
@given(TEXTS)
def test_the_comparable_form_is_one_and_can_be_found(text: str) -> None:
    said = comparable(text)
    assert comparable(said) == said
    assert "\n" not in said
    assert not said or holds(text, said)


def test_tokens_are_characters_and_neighbours() -> None:
    assert terms.tokens("路灯，亮") == ["亮", "灯", "灯亮", "路", "路灯"]
    assert terms.tokens("。") == []
    assert terms.short(terms.joined(["路灯", "亮"])) == {"亮", "灯", "路", "路灯"}  # none spans two fields


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=12), TEXTS)
def test_grams_never_lose_a_hit(texts: list[str], typed: str) -> None:
    said, needle = [terms.joined([text]) for text in texts], comparable(typed)[:6]
    held: dict[str, set[int]] = {}
    kept = {gram for one in said for gram in terms.short(one)}
    for length in range(2, 5):
        for gram in kept:
            held[gram] = {number for number, one in enumerate(said) if gram in one}
        common = {gram for gram in kept if len(gram) == length and len(held[gram]) > 2}
        kept = {gram for one in said for gram in terms.longer(one, common, length + 1)}
    before, terms.COMMON = terms.COMMON, 2
    try:
        asked = set(terms.asked(needle))
        grams = terms.needed(needle, {gram: len(held[gram]) for gram in held if gram in asked}) if needle else None
    finally:
        terms.COMMON = before
    hits = {number for number, one in enumerate(said) if needle and needle in one}
    found = set.intersection(*(held[gram] for gram in grams)) if grams else set()
    assert hits <= found
    if grams and terms.is_exact(needle, grams):
        assert found == hits


@settings(deadline=None)
@given(st.lists(st.sets(st.integers(0, SPAN - 1), max_size=30), min_size=1, max_size=4), st.integers(1, 20))
def test_sets_as_bytes(sets: list[set[int]], step: int) -> None:
    sets = [*sets, set(range(0, SPAN, step))]
    for one in sets:
        assert set(unpack(pack(sorted(one)))) == one
    assert meet([pack(sorted(one)) for one in sets]) == sorted(set.intersection(*sets), reverse=True)
    dense = set(range(0, SPAN, step)), set(range(1, SPAN, 3))
    assert meet([pack(sorted(one)) for one in dense]) == sorted(dense[0] & dense[1], reverse=True)


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, SPAN - 1), TEXTS, max_size=12))
def test_texts_are_cut_as_the_terms_say(texts: dict[int, str]) -> None:
    said = {place: terms.joined([text, text[:3]]) for place, text in texts.items()}
    expected: dict[str, set[int]] = {}
    before, terms.COMMON = terms.COMMON, 2
    try:
        kept = {gram for one in said.values() for gram in terms.short(one)}
        for length in range(3, 6):
            expected |= {gram: {place for place, one in said.items() if gram in one} for gram in kept}
            common = {gram for gram in kept if len(gram) == length - 1 and len(expected[gram]) > 2}
            kept = {gram for one in said.values() for gram in terms.longer(one, common, length)}
        found = cutting.postings(said)
    finally:
        terms.COMMON = before
    assert {gram: set(unpack(packed)) for gram, _, packed in found} == expected
    assert [gram for gram, _, _ in found] == sorted(expected)
    assert all(size == len(expected[gram]) for gram, size, _ in found)


def test_a_gram_of_very_many_texts_is_a_map() -> None:
    found = {gram: packed for gram, _, packed in cutting.postings(dict.fromkeys(range(0, SPAN, 2), "路灯"))}
    assert found["路灯"] == pack(range(0, SPAN, 2))
