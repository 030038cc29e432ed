"""Cells as people and programs write them: days in many shapes, stances with a not before them, headings printed again."""

import io
from datetime import date

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from consult.intake.loading import read_incoming
from tests.factories.incoming import workbook
from tests.intake.test_incoming import only, row


def test_headings_printed_again_on_the_next_page_are_no_opinion() -> None:
    batch = read_incoming(workbook([["第三条", "太大", "朱小明"], ["条款", "意见内容", "提出人"], ["第四条", "太短", "意见内容"]],
                                   ["条款", "意见内容", "提出人"], above=()), "x.xlsx")  # fmt: skip
    assert [one.said[0].text for one in batch.sendings] == ["太大", "太短"] and batch.troubles == []
    assert batch.notices == [("工作表“意见” 第3行", "这一行又是表头，没有读入。")]


@pytest.mark.parametrize(
    ("typed", "stance"),
    [("支持", "support"), ("坚决反对", "oppose"), ("不支持", "oppose"), ("不赞同", "oppose"), ("建议修改完善", "amend"), ("不反对", None), ("部分支持", None),
     ("不建议删除", None), ("有条件支持", None), ("支持但要修改", None)],
)  # fmt: skip
def test_a_stance_is_never_read_as_its_opposite(typed: str, stance: str | None) -> None:
    batch = read_incoming(workbook([row(意见内容="好", 意见类型=typed)]), "x.xlsx")
    assert (batch.sendings[0].said[0].stance or None) == stance
    assert [place for place, _ in batch.troubles] == ([] if stance else ["工作表“意见” 第3行K列"])


@pytest.mark.parametrize("typed", ["20260306", "２０２６０３０６", 20260306, "2026年3月6日", "2026.3.6", "2026-03-06 09:30:00"])
def test_days_as_people_type_them(typed: object) -> None:
    assert only(read_incoming(workbook([row(意见内容="好", 收到日期=typed)]), "x.xlsx")).received_on == date(2026, 3, 6)


def test_a_book_of_a_mac_counts_its_days_from_1904_and_remarks_are_told() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([row(意见内容="好", 收到日期=date(2026, 3, 6))])))
    book.epoch = CALENDAR_MAC_1904
    book.active["C3"].comment = Comment("请看旁边", "朱小明")
    book.active["I3"] = date(2026, 3, 6)
    out = io.BytesIO()
    book.save(out)
    batch = read_incoming(out.getvalue(), "x.xlsx")
    assert only(batch).received_on == date(2026, 3, 6)
    assert batch.notices == [("", "表里有批注，没有读入，请看看里面有没有意见。")]


def test_words_struck_out_are_refused_by_their_cell() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([row(意见内容="好", 提出人="朱小明"), row(意见内容="好")])))
    book.active["C3"] = CellRichText("收费", TextBlock(InlineFont(strike=True), "太低"), TextBlock(InlineFont(b=True), "太高"))
    out = io.BytesIO()
    book.save(out)
    ((place, said),) = read_incoming(out.getvalue(), "x.xlsx").troubles
    assert place == "工作表“意见” 第3行C列" and said.startswith("有划掉的字（“收费太低太高”，删除线）")
