"""What confirming a form would change: nothing unseen, nothing of a colleague overwritten, nothing deleted by silence."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from consult.letters.form import ReplyForm, rows_of, stamp
from consult.letters.form_difference import compare, placed, rows_after
from tests.letters.forms import CLAUSES, EMPTY, FILLED, filled, hand, read_back

KEYS = [one.key for one in CLAUSES if one.commentable] + [""]
TEXTS = st.sampled_from(["", "甲", "乙", "丙"])
POINTS = st.lists(st.tuples(st.sampled_from(KEYS[:4]), TEXTS, TEXTS), max_size=5).map(
    lambda points: [one for one in points if one[1] or one[2]]
)


def made(form: ReplyForm, *edits: tuple[int, str, str]) -> ReplyForm:
    """The form as it comes back after rows (from 1) were written over."""
    one = hand("docx", form)
    for row, text, reason in edits:
        one.write(row, 3, text)
        one.write(row, 4, reason)
    reading = read_back(one.data())
    assert reading.form is not None, reading.troubles
    return reading.form


def handed_out(form: ReplyForm) -> ReplyForm:
    """The form as it would come back untouched: every row knows what it held."""
    rows = [replace(row, stamp=stamp(row.text, row.reason)) for row in form.rows]
    return replace(form, rows=tuple(rows))


def number(form: ReplyForm, key: str) -> int:
    """Where the first row on a clause stands, from 1."""
    return next(n for n, row in enumerate(form.rows, 1) if row.clause_key == key)


def after(form: ReplyForm, now: ReplyForm) -> list[tuple[str | None, str, str]]:
    """The points once everything is confirmed."""
    return [(row.clause_key, row.text, row.reason) for row in rows_after(compare(form, now))]


def test_each_kind_with_its_cells() -> None:
    form = made(FILLED, (number(FILLED, "a1"), "新的", ""), (number(FILLED, "a3"), "改了", "预算法第六条"))
    difference = compare(form, FILLED)
    kinds = [(row.kind, row.conflict, [cell.kind for cell in row.cells]) for row in difference.rows]
    assert kinds == [("new", False, ["new", "same"]), ("changed", False, ["changed", "same"])]
    first = difference.rows[0].cells[0]
    assert (first.place, first.name, first.before, first.after) == ("表格第3行", "第一条：修改意见建议", "", "新的")
    emptied = compare(made(FILLED, (number(FILLED, "a3"), "", "")), FILLED)
    assert [(row.kind, [cell.kind for cell in row.cells]) for row in emptied.rows] == [("emptied", ["emptied"] * 2)]
    assert rows_after(emptied) == [] and [row.text for row in rows_after(emptied, {0})] == ["建议明确经费来源。"]


def test_the_stamps_go_through_the_file() -> None:
    assert [row.stamp for row in made(FILLED).rows] == [row.stamp for row in handed_out(FILLED).rows]


def test_white_space_that_a_program_dropped_is_no_change() -> None:
    there = filled(("a3", "一 \n二 ", "三"))
    form = made(there, (number(there, "a3"), "一\n二", "三"))
    assert compare(form, there).nothing and after(form, there) == [("a3", "一 \n二 ", "三")]


def test_an_untouched_form_changes_nothing_whatever_happened_meanwhile() -> None:
    form = made(FILLED)
    assert compare(form, FILLED).nothing
    later = filled(("a3", "同事改过", ""), ("a1", "同事新写", ""))
    difference = compare(form, later)
    assert difference.nothing and not difference.conflicts
    assert after(form, later) == [("a1", "同事新写", ""), ("a3", "同事改过", "")]
    assert after(form, filled()) == []


def test_what_both_changed_is_a_conflict() -> None:
    form = made(FILLED, (number(FILLED, "a3"), "表里改的", ""))
    (conflict,) = compare(form, filled(("a3", "网页改的", ""))).conflicts
    assert (
        conflict.before and conflict.after and (conflict.before.text, conflict.after.text) == ("网页改的", "表里改的")
    )
    (gone,) = compare(form, filled()).conflicts
    assert gone.before is not None and gone.before.text == "" and gone.after is not None
    assert not compare(form, filled(("a3", "表里改的", ""))).conflicts


def test_an_empty_row_that_both_filled_is_a_conflict() -> None:
    form = made(EMPTY, (number(EMPTY, "a2"), "表里写的", ""))
    assert len(compare(form, filled(("a2", "网页写的", ""))).conflicts) == 1
    assert compare(form, EMPTY).conflicts == ()


def test_points_that_moved_up_are_found_by_what_they_held() -> None:
    before = filled(("a3", "第一点", ""), ("a3", "第二点", ""))
    form = made(before, (number(before, "a3") + 1, "第二点", "补充理由"))
    now = filled(("a3", "第二点", ""))
    assert ("a3", "第二点", "补充理由") in after(form, now)
    assert ("a3", "第一点", "") not in after(form, now)


def test_a_row_that_is_not_in_the_file_is_kept() -> None:
    one = hand("docx", FILLED)
    one.delete(number(FILLED, "a3"))
    form = read_back(one.data()).form
    assert form is not None
    difference = compare(form, FILLED)
    assert [row.kind for row in difference.rows] == ["absent"] and difference.nothing
    assert after(form, FILLED) == [("a3", "建议明确经费来源。", "预算法第六条")]


def test_blank_facts_of_the_head_leave_what_is_there() -> None:
    form = made(replace(EMPTY, handler="赵六", answer="has_opinion"))
    head = {cell.field: (cell.before, cell.after, cell.kind) for cell in compare(form, FILLED).head}
    assert head["handler"] == ("李四", "赵六", "changed") and head["phone"] == ("0816-2221234", "0816-2221234", "kept")
    assert head["answer"] == ("有意见(见下表)", "有意见(见下表)", "same") and head["reply_date"][2] == "kept"
    assert compare(FILLED, EMPTY).head[1].kind == "new"


def test_a_clause_that_a_person_chose() -> None:
    one = hand("xlsx")
    one.add("某条", "", "意见", "")
    form = read_back(one.data()).form
    assert form is not None
    assert [row.text for row in compare(form, EMPTY).unplaced] == ["意见"]
    chosen = placed(form, {len(form.rows) - 1: ("a4", "第四条")})
    assert compare(chosen, EMPTY).unplaced == () and after(chosen, EMPTY) == [("a4", "意见", "")]


@given(points=POINTS, now=POINTS)
def test_confirming_loses_nothing_that_is_there(
    points: list[tuple[str, str, str]], now: list[tuple[str, str, str]]
) -> None:
    made_then, there = filled(*points), filled(*now)
    form = handed_out(made_then)
    assert sorted(after(form, there), key=str) == sorted(now, key=str)


@given(points=POINTS, typed=POINTS)
def test_confirming_what_was_typed_gives_what_was_typed(
    points: list[tuple[str, str, str]], typed: list[tuple[str, str, str]]
) -> None:
    there = filled(*points)
    fresh = replace(FILLED, rows=rows_of(CLAUSES, said=typed))
    rows = tuple(replace(row, row_id="") for row in fresh.rows)
    cleared = [replace(row, text="", reason="") for row in handed_out(there).rows]
    form = replace(FILLED, rows=(*cleared, *rows))
    assert sorted(after(form, there), key=str) == sorted(typed, key=str)
