"""Clauses of two texts find each other: random edits are recovered, every clause is accounted for exactly once."""

import time
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.drafts.compare import Match, compare
from consult.drafts.redline import redline

WORDS = (  # noqa: SIM905 -- easier on the eye than sixty quoted words
    "县级以上人民政府 应当 建立 健全 村庄 公共照明 维护 制度 村民委员会 负责 日常 巡查 路灯 损坏 五日内 修复 经费 列入 年度 预算 "
    "节约用电 不得 擅自 拆除 迁移 违反 规定 责令 限期 改正 处以 罚款 主管部门 监督 检查 建设单位 验收 合格 交付 使用 档案 保存 "
    "太阳能 灯具 间距 高度 亮度 学校 医院 桥梁 路口 水塘 危险 路段 优先 安装 投诉 电话 公布 受理 答复 期限 延长 批准 备案"
).split()


@dataclass(frozen=True)
class Piece:
    """A clause as the splitter gives it; `origin` says, in tests, which old clause it comes from."""

    label: str
    text: str
    path: tuple[str, ...] = ()
    kind: str = "clause"
    origin: tuple[int, ...] = field(default=(), compare=False)


def sentence(numbers: list[int]) -> str:
    return "".join(WORDS[number % len(WORDS)] for number in numbers)


@st.composite
def drafts(draw: st.DrawFn, least: int = 4, most: int = 14) -> list[Piece]:
    """A numbered text whose clauses say different things."""
    rows = draw(
        st.lists(
            st.lists(st.integers(0, len(WORDS) - 1), min_size=12, max_size=24, unique=True),
            min_size=least, max_size=most, unique_by=lambda row: tuple(row[:6]),
        )
    )  # fmt: skip
    return numbered([Piece("", f"{sentence(row)}。", origin=(at,)) for at, row in enumerate(rows)])


def numbered(pieces: list[Piece]) -> list[Piece]:
    """Numbers run on from one, as an office prints them."""
    return [replace(one, label=f"第{at}条", path=(f"第{at}条",)) for at, one in enumerate(pieces, 1)]


def covered(old: list[Piece], new: list[Piece], found: list[Match]) -> None:
    assert sorted(i for one in found for i in one.old) == list(range(len(old)))
    assert sorted(j for one in found for j in one.new) == list(range(len(new)))
    for one in found:
        sides = (len(one.old), len(one.new))
        assert {
            "kept": sides == (1, 1), "renumbered": sides == (1, 1), "changed": sides == (1, 1),
            "split": sides[0] == 1 and sides[1] > 1, "merged": sides[0] > 1 and sides[1] == 1,
            "new": sides == (0, 1), "gone": sides == (1, 0),
        }[one.kind]  # fmt: skip
        assert 0 <= one.score <= 1


def pairs(found: list[Match]) -> set[tuple[int, int]]:
    return {(i, j) for one in found for i in one.old for j in one.new}


def wanted(new: list[Piece]) -> set[tuple[int, int]]:
    return {(i, j) for j, one in enumerate(new) for i in one.origin}


@given(drafts(least=0))
@settings(deadline=None)
def test_the_same_text_is_kept_whole(old: list[Piece]) -> None:
    assert compare(old, old) == [Match("kept", (at,), (at,), 1.0) for at in range(len(old))]


any_piece = st.builds(
    Piece, st.sampled_from(["", "第一条", "（一）", "1."]), st.text("略，。 a一", max_size=6),
    st.lists(st.sampled_from(["第一章", "第一条", "（一）"]), max_size=3).map(tuple),
    st.sampled_from(["clause", "paragraph", "title", "signature"]),
)  # fmt: skip


@given(st.lists(any_piece, max_size=12), st.lists(any_piece, max_size=12))
@settings(deadline=None)
def test_every_clause_is_in_exactly_one_match(old: list[Piece], new: list[Piece]) -> None:
    covered(old, new, compare(old, new))


@given(st.lists(any_piece, max_size=20))
@settings(deadline=None)
def test_identity_holds_for_repeated_and_empty_clauses(old: list[Piece]) -> None:
    assert {one.kind for one in compare(old, old)} <= {"kept"}


EDITS = ["reword", "delete", "insert", "split", "merge", "swap", "none"]


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[Piece], list[Piece]]:
    """A text and what an office made of it by up to four edits, each of other clauses, then numbered anew."""
    old = draw(drafts(least=8, most=16))
    new: list[Piece] = list(old)
    touched: set[int] = set()  # by origin: clauses that an edit spoke of, and their neighbours

    def place(width: int = 1) -> int | None:
        free = [
            at for at in range(len(new) - width + 1)
            if not any(set(one.origin) & touched or not one.origin for one in new[max(0, at - 1) : at + width + 1])
        ]  # fmt: skip
        if not free:
            return None
        at = draw(st.sampled_from(free))
        touched.update(i for one in new[max(0, at - 1) : at + width + 1] for i in one.origin)
        return at

    for edit in draw(st.lists(st.sampled_from(EDITS), max_size=4)):
        at = place(2 if edit in ("merge", "swap") else 1)
        if at is None:
            continue
        one = new[at]
        if edit == "reword":
            cut = draw(st.integers(1, len(one.text) - 8))
            new[at] = replace(
                one, text=one.text[:cut] + draw(st.sampled_from(["二十日", "乡镇", ""])) + one.text[cut + 3 :]
            )
        elif edit == "delete":
            del new[at]
        elif edit == "insert":
            # other words than the house's: an inserted clause is new because it says something else
            new.insert(at, Piece("", "天热时节菜场卖鱼摊位每晚冲洗三遍并盖好水桶。", origin=()))
        elif edit == "split":
            cut = draw(st.integers(12, len(one.text) - 12))
            new[at : at + 1] = [replace(one, text=one.text[:cut] + "。"), replace(one, text=one.text[cut:])]
        elif edit == "merge":
            both = replace(one, text=one.text[:-1] + "；" + new[at + 1].text, origin=one.origin + new[at + 1].origin)
            new[at : at + 2] = [both]
        elif edit == "swap":
            new[at], new[at + 1] = new[at + 1], new[at]
    return old, numbered(new)


@given(edited())
@settings(max_examples=300, deadline=None)
def test_random_edits_are_recovered(texts: tuple[list[Piece], list[Piece]]) -> None:
    old, new = texts
    found = compare(old, new)
    covered(old, new, found)
    assert pairs(found) == wanted(new)


def test_kinds_are_named_as_people_would() -> None:
    texts = [
        "为了方便村民夜间出行，规范公共照明，制定本办法。", "县住房和城乡建设局负责监督。",
        "主路路灯间距不超过四十米。", "路灯损坏的，村民委员会应当在五日内修复。修复费用由村集体承担。",
        "不得擅自拆除路灯。", "不得在灯杆上张贴广告。", "本办法自公布之日起施行。",
    ]  # fmt: skip
    old = numbered([Piece("", text) for text in texts])
    new = numbered([Piece("", text) for text in [
        texts[0], "主路路灯间距不超过三十米。", "路灯损坏的，村民委员会应当在五日内修复。", "修复费用由村集体承担。",
        "不得擅自拆除路灯，不得在灯杆上张贴广告。", "水塘边应当装灯。", texts[6],
    ]])  # fmt: skip
    assert [(one.kind, one.old, one.new) for one in compare(old, new)] == [
        ("kept", (0,), (0,)), ("gone", (1,), ()), ("changed", (2,), (1,)), ("split", (3,), (2, 3)),
        ("merged", (4, 5), (4,)), ("new", (), (5,)), ("kept", (6,), (6,)),
    ]  # fmt: skip


def test_an_article_keeps_its_number_when_its_chapter_gets_another() -> None:
    old = [Piece("第三条", "主路路灯间距不超过四十米。", ("第二章", "第三条"))]
    new = [Piece("第三条", "主路路灯间距不超过四十米。", ("第三章", "第三条"))]
    assert [one.kind for one in compare(old, new)] == ["kept"]
    assert [one.kind for one in compare(old, [replace(new[0], label="第四条", path=("第三章", "第四条"))])] == [
        "renumbered"
    ]


def test_like_items_stay_with_their_article() -> None:
    """其他情形 stands under many articles; it goes with its neighbours, not with its number."""

    def article(number: int, what: str) -> list[Piece]:
        label = f"第{number}条"
        items = [Piece("（一）", f"{what}的；", (label, "（一）")), Piece("（二）", "其他情形。", (label, "（二）"))]
        return [Piece(label, f"有下列情形之一，{what}：", (label,)), *items]

    old = [*article(1, "责令改正"), *article(2, "给予处分"), *article(3, "移送司法")]
    new = [*article(1, "通报批评公开曝光"), *article(2, "责令改正"), *article(3, "给予处分"), *article(4, "移送司法")]
    assert pairs(compare(old, new)) == {(at, at + 3) for at in range(9)}


def thousand(change: str = "") -> list[Piece]:
    rows = [[(at * 7 + k * (at % 5 + 1)) % len(WORDS) for k in range(14)] for at in range(1000)]
    return numbered([Piece("", f"{sentence(row)}{at}{change}。") for at, row in enumerate(rows)])


@pytest.mark.parametrize("change", ["", "并报上级备案同意"], ids=["equal", "all changed"])
def test_a_thousand_clauses_take_under_two_seconds(change: str) -> None:
    old, new = thousand(), thousand(change)
    began = time.process_time()
    found = compare(old, new)
    assert time.process_time() - began < 2
    covered(old, new, found)


@given(st.text(max_size=80), st.text(max_size=80))
@settings(deadline=None)
def test_a_redline_gives_back_both_texts(old: str, new: str) -> None:
    found = redline(old, new)
    assert "".join(text for op, text in found if op != "insert") == old
    assert "".join(text for op, text in found if op != "delete") == new
    assert all(text for _, text in found) and {op for op, _ in found} <= {"equal", "insert", "delete"}


def test_a_redline_changes_whole_words() -> None:
    assert redline("主路路灯间距不超过四十米。", "主路路灯间距不超过三十米。") == [
        ("equal", "主路路灯间距不超过"), ("delete", "四十米"), ("insert", "三十米"), ("equal", "。"),
    ]  # fmt: skip
    assert redline("一样", "一样") == [("equal", "一样")]
    assert redline("", "新") == [("insert", "新")]
