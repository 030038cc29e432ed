"""Cutting loses no character; the form of comparison forgets marks and keeps whatever can turn the meaning."""

import time
from random import Random
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.base.text import comparable
from consult.review.additions import Addition, additions, ever
from consult.review.sentences import parts, same, sentences

CUT = [
    ("建议修改。同意！", ["建议修改。", "同意！"]),
    ("他说：“不能停车。”我反对；请改", ["他说：“不能停车。”", "我反对；", "请改"]),
    ("第一行\r\n第二行\n\n  第三行  ", ["第一行", "第二行", "第三行"]),
    ("什么？？！真的吗……是", ["什么？？！", "真的吗……", "是"]),
    ("宽度3.5米，坡度1:12。", ["宽度3.5米，坡度1:12。"]),
    ("（一）公开；\n——\n（二）监督。", ["（一）公开；——", "（二）监督。"]),
    ("！！！好", ["！！！好"]),
    ("？？", ["？？"]),
    ("👍👍\n𠮷野家。", ["👍👍", "𠮷野家。"]),
    ("Agree. Really!Yes", ["Agree. Really!", "Yes"]),
    ("", []),
    (" \n\u3000", []),
]
TWINS = [
    ("同意，该条款。", "同意该条款"), ("ＡＢＣ１２", "abc 12"), ("“限速 30 公里”！", "限速30公里"), ("（一）公开", "一、公开"),
    ("㎡", "m2"), ("好\u200b的", "好的"), ("a_b", "AB"), ("百分之10", "百分之１０"),
]  # fmt: skip
DIFFERENT = [
    ("3.5元", "35元"), ("10%", "10"), ("支持", "反对"), ("30元", "50元"), ("？", "！"), ("𠮷", "吉"), ("👍", "👎"), ("3-5年", "35年"),
    ("可", "不可"), ("C++", "C"),
]  # fmt: skip
WRITTEN = st.text(
    st.sampled_from("我们不支持反对第三条应当改为30.5元％。！？；…，“”（）\n\r \u3000\u2028𠮷👍aB"), max_size=60
) | st.text(max_size=40)


@pytest.mark.parametrize(("text", "pieces"), CUT)
def test_where_a_text_is_cut(text: str, pieces: list[str]) -> None:
    assert sentences(text) == pieces


@given(WRITTEN)
def test_no_character_is_lost_in_cutting(text: str) -> None:
    pieces = sentences(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece.strip() == piece != "" for piece in pieces)
    for piece in pieces if len(pieces) > 1 else ():
        assert any(category(c)[0] not in "PZC" or c in "%‰" for c in piece), "marks alone are no sentence"


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_same(one: str, other: str) -> None:
    assert same(one) == same(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert same(one) != same(other)


@given(WRITTEN)
def test_same_is_what_exact_duplicates_share_and_the_marks_in_numbers(text: str) -> None:
    form = same(text)
    assert "".join(form.split()) == form
    assert comparable(form) == comparable(text) or not comparable(text).isalnum()
    assert form or not text.strip()


def test_parts_are_the_three_fields_in_order() -> None:
    assert parts("改。好", "第一条。", "因为\n所以") == ["改。", "好", "第一条。", "因为", "所以"]
    assert parts("", "", "") == []


def test_cutting_and_folding_are_fast() -> None:
    text = "为了保障群众的合法权益，希望有关部门认真研究；我们反对把费用提高到30.5元。" * 2000
    started = time.process_time()
    for piece in sentences(text):
        same(piece)
    assert time.process_time() - started < 0.5  # 76,000 characters; 0.02 s on the machine it was written on


SHARED = ["罚款由三十元提高到五十元，我们反对。", "请听取沿街商户的意见。", "停车位不得少于现有的数量。"]
SEEN = [
    ("罚款由三十元提高到五十元我们反对", []),  # the same but for marks
    ("请听取沿街商户的建议。", [(1, "change")]),
    ("请听取沿街的商户的意见", [(1, "change")]),
    ("罚款由三十元提高到八十元，我们反对。", [(0, "critical")]),
    ("罚款由三十元提高到五十元，我们支持。", [(0, "critical")]),
    ("罚款由三十元提高到五十块，我们反对。", [(0, "critical")]),  # the word behind a number is its unit
    ("停车位少于现有的数量。", [(2, "critical")]),
    ("停车位可以少于现有的数量。", [(2, "critical")]),
    ("请听取沿街商户的意见并且退还押金。", [(1, "critical")]),  # a thought of its own inside a known sentence
    ("另外路灯太暗，孩子放学害怕。", [(None, "new")]),
]  # fmt: skip


TURNED = [
    ("强制", "自愿"), ("公开", "保密"), ("罚款", "奖励"), ("全部", "部分"), ("最高", "最低"), ("三天", "三周"), ("市级", "县级"), ("买方", "卖方"),
    ("从严", "从宽"), ("以前", "以后"), ("上午", "下午"), ("工作日", "日"), ("批准", "备案"), ("单位", "个人"), ("方案A", "方案B"), ("≥", "≤"),
    ("出租人", "承租人"), ("平方米", "亩"), ("公里", "米"), ("实施", "暂缓实施"), ("过高", "过低"), ("拆", "建"), ("且", "或"), ("有", "無"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [*TURNED, *(pair[::-1] for pair in TURNED)])
def test_a_word_that_stands_for_its_opposite_is_never_a_slip(one: str, other: str) -> None:
    said = "对于沿街商铺门前的停车区域，我们认为有关部门{}处理相关申请，并把结果贴在公告栏里让大家看见。"
    assert [found.kind for found in additions([said.format(one)], [said.format(other)])] == ["critical"]


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [("强制", "自愿", {"change", "critical"}), ("应当", "不应", {"critical"}), ("处理", "办理", {"change"})],
)
def test_a_kind_given_by_earlier_rules_still_stands(one: str, other: str, kinds: set[str]) -> None:
    shared = ["停车位要够用。", f"对于沿街商铺门前的停车区域，我们认为有关部门{one}相关申请，并把结果贴出来。"]
    said = shared[1].replace(one, other)
    assert {kind for kind in ("change", "critical", "new") if ever(shared, Addition(said, 1, kind))} == kinds
    assert not any(ever(shared, Addition(said, base, kind)) for base in (None, 0, 2) for kind in ("change", "critical", "new"))
    assert ever(shared, Addition("换一件事说。", None, "new")) and not ever(shared, Addition(shared[1], 1, "change"))


SWAPPED = [("机动车应该礼让行人先走", "行人应该礼让机动车先走"), ("业主委员会监督物业公司", "物业公司监督业主委员会")]


@pytest.mark.parametrize(("one", "other"), SWAPPED)
def test_who_does_what_to_whom_is_never_a_slip(one: str, other: str) -> None:
    said = "在没有信号灯的小路口和小区门前，我们觉得{}，并且写进文件贴出来。"
    assert [found.kind for found in additions([said.format(one)], [said.format(other)])] == ["critical"]


@pytest.mark.parametrize(
    ("one", "other"), [("我们", "咱们"), ("处理", "办理"), ("贴在", "帖在"), ("让大家", "好让大家"), ("看见", "看到")]
)
def test_a_slip_stays_with_its_group(one: str, other: str) -> None:
    said = "对于沿街商铺门前的停车区域，我们认为有关部门要处理相关申请，并把结果贴在公告栏里让大家看见。"
    assert [found.kind for found in additions([said], [said.replace(one, other)])] == ["change"]


@pytest.mark.parametrize(("said", "seen"), SEEN)
def test_additions(said: str, seen: list[tuple[int | None, str]]) -> None:
    found = additions(SHARED, [SHARED[1], *sentences(said), SHARED[0]])
    assert [(one.base, one.kind) for one in found] == seen
    assert [one.sentence for one in found] == (sentences(said) if seen else [])


@given(st.lists(WRITTEN, max_size=6), st.lists(WRITTEN, max_size=6), st.randoms(use_true_random=False))
def test_every_sentence_is_shared_or_an_addition(shared: list[str], own: list[str], rng: Random) -> None:
    member = [*own, *(one for one in shared if rng.random() < 0.6)]
    rng.shuffle(member)
    found = additions(shared, member)
    known = {same(one) for one in shared}
    assert [one.sentence for one in found] == [one for one in member if same(one) not in known]
    assert all((one.base is None) == (one.kind == "new") for one in found)
    assert all(one.kind in ("new", "change", "critical") for one in found)
