"""Any reply goes out as docx and xlsx and comes back; whatever is edited, added, copied, deleted is read as typed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.letters.form import MOST_ROWS, ReplyForm, code, read_code, rows_of
from tests.letters.forms import CLAUSES, EMPTY, FILLED, HANDS, WRITERS, filled, hand, read_back, said

KEYS = [one.key for one in CLAUSES if one.commentable] + [""]
CITED = {one.key: one.citation for one in CLAUSES} | {"": "全文"}
ODD = (
    "𠮷野家",
    "😀👍🏽",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "<b>&amp;</b>",
    "a\tb",
    "一\n\n二",
    " 前后 ",
    "'x",
    "１２３",
    "第三条",
    "]]>",
    "_x",
    "☑",
)
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufffe\uffff", include_characters="\n\t"),
        max_size=40,
    ),
)  # fmt: skip
LINES = st.text(st.characters(categories=("L", "N", "Pd")), min_size=1, max_size=20).filter(lambda t: t.strip() == t)
POINTS = st.lists(st.tuples(st.sampled_from(KEYS), TEXTS, TEXTS), max_size=6)
KINDS = pytest.mark.parametrize("kind", ["docx", "xlsx"])
RUNS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def spoken(text: str) -> str:
    """A cell of nothing but white space says nothing."""
    return text if text.strip() else ""


@KINDS
@RUNS
@given(
    points=POINTS, answer=st.sampled_from(["", "no_objection", "has_opinion"]), handler=LINES, number=LINES,
    day=st.none() | st.dates(date(1950, 1, 1), date(2099, 12, 31)),
)  # fmt: skip
def test_any_reply_comes_back_as_it_was(
    kind: str, points: list[tuple[str, str, str]], answer: str, handler: str, number: str, day: date | None
) -> None:
    form = replace(
        EMPTY, rows=rows_of(CLAUSES, said=points), answer=answer, handler=handler, signatory=handler[::-1],
        phone="0816-2221234", reply_no=number, reply_date=day,
    )  # fmt: skip
    reading = read_back(WRITERS[kind](form), replace(EMPTY, project="某办法"))
    wanted = [replace(row, text=spoken(row.text), reason=spoken(row.reason)) for row in form.rows]
    assert reading.troubles == () and reading.form is not None
    assert reading.form.rows == tuple(wanted)
    assert replace(reading.form, rows=(), project=form.project) == replace(form, rows=())


EDITS = st.lists(
    st.tuples(st.sampled_from(["write", "write", "add", "copy", "delete"]), st.integers(0, 999), st.sampled_from(KEYS), TEXTS, TEXTS),
    max_size=8,
)  # fmt: skip


@KINDS
@RUNS
@given(edits=EDITS)
def test_what_was_typed_comes_back_in_any_order_of_work(kind: str, edits: list[tuple[str, int, str, str, str]]) -> None:
    one = hand(kind, FILLED)
    model = [(row.clause_key, row.text, row.reason) for row in FILLED.rows]
    spare = 3
    for what, place, key, text, reason in edits:
        row = place % len(model) if model else 0
        if what == "add":
            one.add(CITED[key], "", text, reason)
            model += [("", "", "")] * spare  # the printed spare rows stand before it now
            spare = 0
            model.append((key, text, reason))
        elif model and what == "write":
            one.write(row + 1, 3, text)
            one.write(row + 1, 4, reason)
            model[row] = (model[row][0], text, reason)
        elif model and what == "copy":
            one.copy(row + 1)
            model.insert(row, model[row])
        elif model and what == "delete":
            one.delete(row + 1)
            del model[row]
    reading = read_back(one.data())
    wanted = [(key, spoken(text), spoken(reason)) for key, text, reason in model if spoken(text) or spoken(reason)]
    assert reading.troubles == ()
    assert said(reading) == wanted


@KINDS
def test_ten_thousand_characters_and_every_odd_text(kind: str) -> None:
    long = "建议：𠮷\n" * 2_000
    points = [("a1", long, long), *(("a2", text, "") for text in ODD if text.strip())]
    reading = read_back(WRITERS[kind](filled(*points)))
    assert said(reading) == [("a1", long, long), *(("a2", text, "") for text in ODD)]


@KINDS
def test_rows_that_were_added_find_their_clause_by_citation(kind: str) -> None:
    one = hand(kind)
    typed = {
        "第三条第二款": "a3-p2",
        "3条2款1项": "a3-i1",
        "第四条": "a4",
        "": "",
        "全文": "",
        "第 ３ 条": "a3",
        "总则": None,
    }
    for citation in typed:
        one.add(citation, "", f"意见：{citation}", "")
    reading = read_back(one.data())
    assert said(reading) == [(key, f"意见：{citation}", "") for citation, key in typed.items()]
    assert [one.message for one in reading.notices if "条款" in one.message] == [
        "没有找到条款“总则”，意见已读入，请在确认时选择条款。"
    ]
    assert reading.form and reading.form.rows[-1].citation == "总则"


@KINDS
def test_a_copied_row_may_be_given_another_clause(kind: str) -> None:
    one = hand(kind, FILLED)
    number = next(n for n, row in enumerate(FILLED.rows, 1) if row.clause_key == "a3")
    one.copy(number)
    one.write(number, 1, "第四条")
    one.write(number, 3, "第四条的意见")
    reading = read_back(one.data())
    assert said(reading) == [("a4", "第四条的意见", "预算法第六条"), ("a3", "建议明确经费来源。", "预算法第六条")]


def test_the_hidden_code_fits_a_bookmark_and_says_clause_number_and_content() -> None:
    codes = [code(EMPTY.form_id, row) for row in FILLED.rows]
    assert len(set(codes)) == len(codes) and all(len("_CF_" + one) <= 40 for one in codes)
    assert all(read_code(f"_CF_{one}") for one in codes)
    other = [code("another form", row) for row in FILLED.rows]
    assert not {one[:12] for one in codes} & {one[:12] for one in other}


@KINDS
def test_a_whole_code_of_thousands_of_clauses(kind: str) -> None:
    rows = tuple(replace(EMPTY.rows[2], row_id=f"a1#{n}", text="") for n in range(1, MOST_ROWS - 10))
    big = replace(EMPTY, rows=rows)
    reading = read_back(WRITERS[kind](big), replace(EMPTY, rows=rows))
    assert reading.form is not None and len(reading.form.rows) == len(rows)


def test_hands_are_complete() -> None:
    assert set(HANDS) == set(WRITERS) and isinstance(EMPTY, ReplyForm)
