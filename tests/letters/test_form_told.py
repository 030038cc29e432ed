"""What is read all the same but told: ticks in every fashion, changed originals, tracked changes, words elsewhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.letters.form_ticks import EMPTY as BOXES
from consult.letters.form_ticks import TICKED, is_tick_line, ticked
from tests.letters.forms import EMPTY, FILLED, WRITERS, SheetHand, WordHand, edited, hand, read_back, said

W = "word/document.xml"
KINDS = pytest.mark.parametrize("kind", ["docx", "xlsx"])
NO, YES = ["no_objection"], ["has_opinion"]
LINES: list[tuple[str, list[str]]] = [
    ("□无意见 □有意见(见下表)", []),
    ("☑无意见 □有意见(见下表)", NO),
    ("□无意见 ☑有意见（见下表）", YES),
    ("□无意见　　　☒有意见(见下表)", YES),
    ("√无意见 □有意见", NO),
    ("□无意见 √有意见", YES),
    ("□√无意见 □有意见", NO),
    ("□无意见√ □有意见", NO),
    ("□无意见 □√有意见(见下表)", YES),
    ("□无意见 □有意见(见下表)√", YES),
    ("无意见√ 有意见", NO),
    ("无意见 有意见(见下表)√", YES),
    ("无意见 √有意见(见下表)", YES),
    ("无意见□ 有意见(见下表)☑", YES),
    ("无意见☑ 有意见(见下表)□", NO),
    ("无意见☑有意见(见下表)□", NO),
    ("□无意见☑有意见(见下表)", YES),
    ("■无意见 □有意见", NO),
    ("[x]无意见 [ ]有意见(见下表)", NO),
    ("[ ] 无意见 [X] 有意见(见下表)", YES),
    ("（√）无意见 （ ）有意见", NO),
    ("无意见（ ） 有意见（√）", YES),
    ("✓ 无意见\n□ 有意见(见下表)", NO),
    ("□有意见(见下表) ☑无意见", NO),
    ("☑有意见(见下表) □无意见", YES),
    ("☑无意见 ☑有意见(见下表)", [*NO, *YES]),
    ("反馈意见：□无意见 ✔有意见(见下表)", YES),
    ("√无意见", NO),
]


@pytest.mark.parametrize(("line", "answers"), LINES)
def test_ticks_are_read_as_people_make_them(line: str, answers: list[str]) -> None:
    assert is_tick_line(line) and ticked(line) == answers


@pytest.mark.parametrize("text", ["我单位无意见。", "部分单位有意见，部分单位无意见", "意见", "", "无意见" * 90])
def test_sentences_are_no_tick_line(text: str) -> None:
    assert not is_tick_line(text)


@given(st.text(TICKED + BOXES + "无有意见(见下表) 　[]x\n√", max_size=40))
def test_any_tick_line_is_read_without_an_error(text: str) -> None:
    assert set(ticked(text)) <= {"no_objection", "has_opinion"}


@given(
    st.sampled_from(TICKED), st.sampled_from(BOXES), st.booleans(), st.booleans(), st.sampled_from(["", " ", "　　"])
)
def test_one_tick_is_one_answer(tick: str, box: str, first: bool, behind: bool, gap: str) -> None:
    marks = (tick, box) if first else (box, tick)
    words = ("无意见", "有意见(见下表)")
    parts = [w + m if behind else m + w for m, w in zip(marks, words, strict=True)]
    assert ticked(gap.join(parts)) == (NO if first else YES)


@KINDS
@pytest.mark.parametrize(
    ("line", "answer", "told"),
    [
        ("□无意见 □有意见(见下表)", "", "都没有勾选"),
        ("☑无意见 ☑有意见(见下表)", "", "都勾选了"),
        ("☑无意见 □有意见(见下表)", "no_objection", "勾选了“无意见”，但表里写有1条意见"),
        ("□无意见 √有意见(见下表)", "has_opinion", None),
    ],
)
def test_the_answer_and_what_speaks_against_it(kind: str, line: str, answer: str, told: str | None) -> None:
    one = hand(kind, FILLED)
    one.tick(line)
    reading = read_back(one.data())
    assert reading.form is not None and reading.form.answer == answer
    assert [told in notice.message for notice in reading.notices] == [True] if told else reading.notices == ()


@KINDS
def test_a_tick_without_points_is_told(kind: str) -> None:
    one = hand(kind)
    one.tick("□无意见 ☑有意见(见下表)")
    assert ["没有写意见" in notice.message for notice in read_back(one.data()).notices] == [True]


def word(edit: Callable[[WordHand], object]) -> bytes:
    """An edited docx."""
    one = hand("docx", FILLED)
    assert isinstance(one, WordHand)
    edit(one)
    return one.data()


def xml(old: str, new: str) -> Callable[[], bytes]:
    """The filled docx with one stretch of XML replaced."""
    return lambda: edited(WRITERS["docx"](FILLED), W, old, new)


def sheet(name: str, value: object, looks: str = "General") -> bytes:
    """The filled xlsx with one cell of another kind."""
    one = hand("xlsx", FILLED)
    assert isinstance(one, SheetHand)
    one.sheet[name] = value
    one.sheet[name].number_format = looks
    return one.data()


RUN = "建议明确经费来源。</w:t></w:r>"
OURS = ("a3", "建议明确经费来源。", "预算法第六条")
TRACKED = (
    '建议</w:t></w:r><w:ins w:id="900" w:author="a"><w:r><w:t>新增</w:t></w:r></w:ins>'
    '<w:del w:id="901" w:author="a"><w:r><w:delText>删去</w:delText></w:r></w:del><w:r><w:t>。</w:t></w:r>'
)
BOX = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
TOLD: list[tuple[str, Callable[[], bytes], tuple[str | None, str, str], str, str]] = [
    ("tracked", xml(RUN, TRACKED), ("a3", "建议新增。", "预算法第六条"), "", "接受全部修订"),
    ("footnote", xml(RUN, RUN + '<w:r><w:footnoteReference w:id="1"/></w:r>'), OURS, "表格第5行第4列", "脚注"),
    ("comment", xml(RUN, RUN + '<w:r><w:commentReference w:id="1"/></w:r>'), OURS, "表格第5行第4列", "批注"),
    ("box", xml("<w:sdt>", BOX + "<w:sdt>"), OURS, "表格外", "“框里的话”"),
    ("paragraph", lambda: word(lambda w: w.document.add_paragraph("另外，请延长期限。")), OURS, "表格外", "“另外，请延长期限。”"),
    ("original docx", lambda: word(lambda w: w.write(4, 2, "第三条 改过的原文")), OURS, "表格第5行第3列", "“第三条”的原文被改动"),
    ("original xlsx", lambda: sheet("C14", "改过"), OURS, "第14行C列", "“第三条”的原文被改动"),
    ("clause docx", lambda: word(lambda w: w.write(4, 1, "第二条")), OURS, "表格第5行第2列", "由“第三条”改成了“第二条”"),
    ("clause xlsx", lambda: sheet("B14", "第二条"), OURS, "第14行B列", "由“第三条”改成了“第二条”"),
    ("number", lambda: sheet("D14", 3.5), ("a3", "3.5", "预算法第六条"), "第14行D列", "数字格式，按“3.5”读入"),
    ("per cent", lambda: sheet("D14", 0.05, "0%"), ("a3", "5%", "预算法第六条"), "第14行D列", "按“5%”读入"),
    ("day", lambda: sheet("D14", datetime(2026, 3, 2), "yyyy-mm-dd"), ("a3", "2026年3月2日", "预算法第六条"), "第14行D列", "日期格式"),
    ("other unit", lambda: sheet("C3", "市教育局"), OURS, "第3行C列", "反馈单位写成了“市教育局”"),
    ("odd day", lambda: sheet("C8", "下周一"), OURS, "第8行C列", "日期“下周一”没有读懂"),
    ("reason only", lambda: sheet("D14", None), ("a3", "", "预算法第六条"), "第14行", "只写了理由依据"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "point", "place", "words"), [one[1:] for one in TOLD], ids=[one[0] for one in TOLD])
def test_read_all_the_same_but_told(
    make: Callable[[], bytes], point: tuple[str | None, str, str], place: str, words: str
) -> None:
    reading = read_back(make())
    assert said(reading) == [point]
    assert [(one.place, words in one.message) for one in reading.notices] == [(place, True)], reading.notices


@KINDS
@pytest.mark.parametrize(
    "written",
    [
        "2026年11月30日",
        "2026-11-30",
        "2026.11.30",
        "2026/11/30",
        "２０２６年１１月３０日",
        " 2026 年 11 月 30 日",
        "二〇二六年十一月三十日",
    ],
)
def test_days_are_read_however_they_are_written(kind: str, written: str) -> None:
    one = hand(kind)
    one.fact("日期", written)
    form = read_back(one.data()).form
    assert form is not None and form.reply_date == date(2026, 11, 30)


def test_days_and_numbers_of_excel() -> None:
    day = read_back(sheet("C8", datetime(2026, 11, 30), "yyyy/m/d")).form
    phone = read_back(sheet("C5", 13800138000)).form
    assert day and phone and day.reply_date == date(2026, 11, 30) and phone.phone == "13800138000"


@KINDS
def test_full_width_digits_and_labels_with_their_values(kind: str) -> None:
    one = hand(kind)
    one.fact("联系电话", "０８１６－２２２１２３４")
    form = read_back(one.data()).form
    assert form is not None and form.phone == "0816-2221234"


def test_check_boxes_of_word_and_letters_in_wingdings() -> None:
    new = '<w14:checked w14:val="1"/>'
    clicked = edited(WRITERS["docx"](EMPTY), W, '<w14:checked w14:val="0"/>', new)
    form = read_back(clicked).form
    assert form is not None and form.answer == "no_objection"
    letter = word(lambda w: w.tick("无意见 有意见(见下表)"))
    for sign in ('<w:sym w:font="Wingdings 2" w:char="F052"/>', "<w:t>R</w:t>"):
        fonts = '<w:rPr><w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/></w:rPr>'
        ticked_ = edited(letter, W, "<w:r><w:t>无意见 有意见", f"<w:r>{fonts}{sign}</w:r><w:r><w:t>无意见 有意见")
        form = read_back(ticked_).form
        assert form is not None and form.answer == "no_objection", sign


def test_automatic_numbers_and_fields_of_word_are_written_out() -> None:
    def edit(one: WordHand) -> None:
        cell = one.cell(1, 3)
        cell.text = "理由如下："
        for text in ("一是", "二是"):
            cell.add_paragraph(text, style="List Number")

    assert ("c1", "理由如下：\n1. 一是\n2. 二是", "") in said(read_back(word(edit)))


def test_ids_that_moved_give_way_to_the_printed_clause() -> None:
    one = hand("xlsx", FILLED)
    assert isinstance(one, SheetHand)
    codes = [one.sheet.cell(line, 6).value for line in range(11, 15)]
    for line, code in zip(range(11, 15), reversed(codes), strict=True):
        one.sheet.cell(line, 6).value = code
    assert said(read_back(one.data())) == [OURS]


def test_a_form_without_its_codes_is_read_by_its_citations() -> None:
    one = hand("xlsx", FILLED)
    assert isinstance(one, SheetHand)
    one.sheet.delete_cols(6)
    reading = read_back(one.data())
    assert said(reading) == [OURS] and reading.notices == ()


def test_another_version_of_the_text_names_what_cannot_be_found() -> None:
    data = WRITERS["docx"](
        replace(FILLED, rows=(*FILLED.rows, replace(FILLED.rows[0], row_id="z9#1", clause_key="z9")))
    )
    assert read_back(data).troubles[0].message.startswith("这一行是从另一张反馈表复制来的")
