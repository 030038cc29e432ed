"""An edited clause becomes the usual phrase, and the phrase alone gives the edited clause back."""

# ruff: noqa: E501 - a clause, its edit and its phrase read better on one line

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consult.drafts.edits import edits, parts, tokens
from consult.drafts.suggestion import _ADDED, MOST_CHARACTERS, apply, box, phrase, propose

LAMPS = "主路路灯间距不超过四十米。"
REPAIR = "路灯损坏的，村民委员会应当在五日内修复；逾期不修复的，由县住房和城乡建设局责令限期修复，并可以处五百元以上一千元以下罚款。"
SAID = [
    (LAMPS, "主路路灯间距不超过三十米。", "建议将第三条中的“四十米”修改为“三十米”。"),
    (LAMPS, "主路路灯间距不超过三十五米。", "建议将第三条中的“四十米”修改为“三十五米”。"),
    (LAMPS, "主路、支路路灯间距不超过四十米。", "建议在第三条中的“主路”后增加“、支路”。"),
    (LAMPS, "主路路灯间距不超过四十米，急弯处不超过二十米。", "建议在第三条中的“主路路灯间距不超过四十米”后增加“，急弯处不超过二十米”。"),
    (LAMPS, "村内主路路灯间距不超过四十米。", "建议在第三条中的“主路路灯间距”前增加“村内”。"),
    (REPAIR, REPAIR.replace("五日", "三日").replace("五百元", "二百元"), "建议将第三条中的“五日”修改为“三日”，并将“五百元”修改为“二百元”。"),
    (REPAIR, REPAIR.replace("，并可以处五百元以上一千元以下罚款", ""), "建议删除第三条中的“，并可以处五百元以上一千元以下罚款”。"),
    ("期限不少于30日，公告不少于30日。", "期限不少于30日，公告不少于45日。", "建议将第三条中的“告不少于30日”修改为“告不少于45日”。"),
    (LAMPS, "主路路灯间距不超过三十米，支路不超过五十米。", "建议将第三条中的“四十米”修改为“三十米，支路不超过五十米”。"),
    ("节约用电；", "节省用电；", "建议将第三条中的“节约”修改为“节省”。"),
    ("费用为3.5元。", "费用为2.5元。", "建议将第三条中的“3.5元”修改为“2.5元”。"),
    (LAMPS, "主路、支路和巷道的路灯都要装，间距要小。", "建议将第三条修改为：“主路、支路和巷道的路灯都要装，间距要小。”。"),
    (REPAIR, "路灯损坏的，维护单位应当在三日内修复。", "建议将第三条修改为：“路灯损坏的，维护单位应当在三日内修复。”。"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "edited", "said"), SAID)
def test_the_phrase_is_the_usual_one(text: str, edited: str, said: str) -> None:
    assert propose("第三条", text, edited) == said
    assert apply(said, text) == edited and box(said, text) == edited


def test_more_than_five_places_become_the_whole_clause() -> None:
    text = "一甲甲甲甲，二乙乙乙乙，三丙丙丙丙，四丁丁丁丁，五戊戊戊戊，六己己己己，七庚庚庚庚。"
    edited = text.translate(str.maketrans("一二三四五六", "壹贰叁肆伍陆"))
    assert propose("第三条", text, edited) == f"建议将第三条修改为：“{edited}”。"
    assert "修改为：" not in propose("第三条", text, text.replace("一", "壹").replace("七", "柒"))


@pytest.mark.parametrize(("name", "said"), [
    ("第三条", "建议删除第三条。"), ("第(五)项", "建议删除第(五)项。"), ("“为了方便村民夜间…”", "建议删除“为了方便村民夜间…”一段。"),
    ("1。", "建议删除这一段。"), ("坏“名字", "建议删除这一段。"), ("", "建议删除这一段。"),
])  # fmt: skip
def test_a_clause_is_deleted_by_its_name(name: str, said: str) -> None:
    assert propose(name, LAMPS, "", "delete") == propose(name, LAMPS, f" {LAMPS}\r\n", "delete") == said
    assert apply(said, LAMPS) == "" and box(said, LAMPS) == LAMPS
    assert propose(name, LAMPS, LAMPS, "amend") == propose(name, LAMPS, "  ", "") == ""


@pytest.mark.parametrize(("name", "unit"), [
    ("第三条", "条"), ("第三条第二款第一项", "项"), ("第三条第二款", "款"), ("第十条之一", "条"), ("第二章", "章"), ("第二部分第(五)项第12点", "点"),
    ("第一部分第3段", "段"), ("附件二", "个附件"), ("附件二第三条", "条"), ("“为了方便…”", "段"),
])  # fmt: skip
def test_a_new_clause_is_added_behind(name: str, unit: str) -> None:
    words = "村里的支路也要有路灯。"
    said = propose(name, LAMPS, words, "add")
    assert said.endswith(f"之后增加一{unit}：“{words}”。") and box(said, LAMPS) == words
    assert propose(name, LAMPS, f"{LAMPS}\r\n{words}", "add") == said
    assert apply(said, LAMPS) is None
    assert propose("第三条", LAMPS, "主路路灯间距不超过三十米。", "add") == SAID[0][2], "an edit stays an edit"


@pytest.mark.parametrize("remark", ["四十米太远了，应该改成二十米才够亮。", "同意。", " 太暗\r\n看不见 ", "？"])
def test_a_remark_is_kept_as_typed(remark: str) -> None:
    kept = remark.replace("\r\n", "\n")
    assert propose("第三条", LAMPS, remark) == kept and box(kept, LAMPS) == kept


def test_white_space_alone_is_no_proposal() -> None:
    assert propose("第三条", "甲\n乙", "  甲\r\n　乙  ") == ""


LETTERS = st.sampled_from(list("主路灯间距不超过四十米三百元、，。；“”修改为将删除在后增加并前中的建议。：\n 　30A5b.𠮷😀‘’（二）第条款项"))
WORDS = st.text(LETTERS, max_size=40)
PHRASES = st.sampled_from(["”修改为“", "”后增加“", "”，并将“", "”。", "，删除“", "建议将第三条", "中的“", "修改为：“", "四十米", "路灯"])
CLAUSES = st.lists(st.one_of(WORDS, PHRASES, st.text(max_size=8)), max_size=5).map("".join)


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, str]:
    """A clause and one to four edits of it."""
    text = draw(CLAUSES.filter(bool))
    edited = text
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(edited)))
        end = min(len(edited), start + draw(st.integers(0, 6)))
        edited = edited[:start] + draw(st.one_of(st.just(""), WORDS, PHRASES)) + edited[end:]
    return text, edited


NAMES = st.one_of(st.sampled_from(["第三条", "“为了方便，大家”", "附件二第三条", "修改为：", "中的"]), st.text(max_size=20))
STANCES = st.sampled_from(["", "amend", "delete", "add", "other"])


@settings(max_examples=1500, deadline=None)
@given(changed(), NAMES, STANCES)
@example(("aaaa", "aaaaa"), "第三条", "")
@example(("甲”修改为“乙", "甲”修改为“丙”。"), "第三条", "")
def test_the_phrase_gives_the_edit_back(pair: tuple[str, str], name: str, stance: str) -> None:
    text, edited = pair
    made = phrase(name, text, edited, stance)
    if edited == text:
        assert made == "" or stance == "delete"
    elif made == edited:  # no kin of the clause: as typed
        assert edited
    elif found := _ADDED.fullmatch(made):
        assert stance == "add" and edited.endswith(found[1]) and found[1]
    else:
        assert apply(made, text) == edited
        assert not edited or stance == "add" or box(made, text) == edited


@settings(max_examples=500, deadline=None)
@given(CLAUSES, CLAUSES, STANCES)
def test_any_two_texts_lose_nothing(text: str, typed: str, stance: str) -> None:
    made = propose("第三条", text, typed, stance)
    said = "".join(typed.split())
    assert made or "".join(text.split()) == said or not said
    again = box(made, text)
    assert not made or not said or said in "".join(again.split()) or text in typed or made == "建议删除第三条。"


@settings(max_examples=700, deadline=None)
@given(st.one_of(CLAUSES, CLAUSES.map(lambda one: f"建议将第三条中的“{one}”。"), st.text()), st.one_of(CLAUSES, st.text()))
def test_apply_never_raises(said: str, text: str) -> None:
    assert apply(said, text) is None or said.startswith("建议")
    assert box(said, text) or not (said or text) or said == "建议将第三条修改为：“”。"


@settings(max_examples=500, deadline=None)
@given(CLAUSES, CLAUSES)
def test_a_redline_gives_both_texts_back(text: str, edited: str) -> None:
    found = parts(text, edited)
    assert "".join(words for kind, words in found if kind != "insert") == text
    assert "".join(words for kind, words in found if kind != "delete") == edited
    assert "".join(tokens(text)) == text


def plain_lcs(a: list[str], b: list[str]) -> int:
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, left in enumerate(a, 1):
        for j, right in enumerate(b, 1):
            table[i][j] = table[i - 1][j - 1] + 1 if left == right else max(table[i - 1][j], table[i][j - 1])
    return table[-1][-1]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("甲乙丙"), max_size=30), st.lists(st.sampled_from("甲乙丙"), max_size=30))
def test_as_much_as_possible_stays(old: list[str], new: list[str]) -> None:
    assert edits(old, new)[1] == plain_lcs(old, new)


def test_long_texts_are_answered_in_no_time_and_never_cut() -> None:
    text = "路灯每日巡查。" * 700
    edited = "灯" + "电费按月公示；" * 690
    assert propose("第三条", text, edited) == edited, "a remark"
    much = text[:2000] + "改" * 2990
    assert propose("第三条", text, much) == f"建议将第三条修改为：“{much}”。"
    assert len(propose("第三条", "甲。" * 2490, "甲。" * 2490 + "乙")) <= MOST_CHARACTERS
    assert apply(propose("第三条", "啊" * 4000, "啊" * 4100), "啊" * 4000) == "啊" * 4100
