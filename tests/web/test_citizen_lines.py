"""How clauses are set on a page: headings in order, the outline, what is quoted; and what a form carries."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from consult.intake.submit import Item
from consult.web.citizen.collect import PARTS, carried, says_something, typed
from consult.web.citizen.lines import HEADINGS, family, lines_of, name_of, outline_of, quoted


def clause(number: int, level: str = "", text: str = "正文。", label: str = "", **more: Any) -> Any:
    kind = more.pop("kind", "clause" if level else "paragraph")
    facts = {"id": number, "key": f"k{number}", "parent_id": None, "citation": label, **more}
    return SimpleNamespace(kind=kind, level=level, text=text, label=label, **facts)


def test_titles_that_the_page_says_already_are_left_out() -> None:
    pieces = [clause(1, kind="title", text="村庄照明办法"), clause(2, kind="title", text="（征求意见稿）"),
              clause(3, "article", label="第一条"), clause(4, kind="title", text="附录")]  # fmt: skip
    assert [line.clause.id for line in lines_of(pieces, "村庄照明办法（征求意见稿）")] == [3, 4]


@given(st.lists(st.sampled_from([*HEADINGS, "article", "item", ""]), max_size=30))
def test_headings_never_skip_a_level(levels: list[str]) -> None:
    found = [line.heading for line in lines_of([clause(n, one, "短") for n, one in enumerate(levels)], "题")]
    before = 1
    for heading in (one for one in found if one):
        assert 2 <= heading <= before + 1
        before = heading


def test_a_run_in_heading_is_text() -> None:
    long = clause(1, "heading2", "加强领导。各单位要把这项工作摆上重要位置。", "（一）")
    assert lines_of([long], "题")[0].heading == 0


def test_the_outline_names_chapters_and_articles() -> None:
    pieces = [clause(1, "chapter", "总则", "第一章"), clause(2, "article", label="第一条", parent_id=1),
              clause(3, "item", label="（一）", parent_id=2), clause(4, parent_id=2)]  # fmt: skip
    assert [(one.key, one.depth) for one in outline_of(lines_of(pieces, "题"))] == [("k1", 0), ("k2", 1)]
    assert [one.id for one in family(pieces, pieces[0])] == [1, 2, 3, 4]
    assert [one.id for one in quoted(pieces, pieces[0])] == [1]
    assert [one.id for one in quoted(pieces, pieces[1])] == [2, 3, 4]
    assert name_of(pieces[3]) == "“正文。”" and name_of(pieces[1]) == "第一条"


words = st.fixed_dictionaries({one: st.text(max_size=20) for one in PARTS})


@given(st.dictionaries(st.integers(0, 9999), words, max_size=6))
def test_what_is_carried_arrives_in_order_and_unchanged(items: dict[int, dict[str, str]]) -> None:
    form = MultiDict({f"item-{n}-{part}": text for n, one in items.items() for part, text in one.items()})
    form.update({f"item-{n}-clause": "a1" for n in items})
    found = carried(form)
    assert [one.text for one in found] == [items[n]["text"] for n in sorted(items)]
    assert all(one.stance for one in found)


def test_support_needs_no_words_and_nothing_is_nothing() -> None:
    assert says_something(Item(None, "support")) and not says_something(Item(None, "oppose", "  "))
    text = typed([Item("a1", "amend", "太远", "三十米", "看不见"), Item(None, "other", "好")], {"a1": "第一条"})
    assert text == "【第一条】\n太远\n修改建议：三十米\n理由：看不见\n\n【全文】\n好"
