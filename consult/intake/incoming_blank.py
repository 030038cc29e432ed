"""Pure: the empty table for opinions received elsewhere, with lists to pick from; filled, it is read by incoming_table."""

from io import BytesIO
from typing import Any

import xlsxwriter

from consult.intake.words import CHANNELS, OFFLINE, STANCES, SUBMITTER_KINDS

TITLE = "收到的意见登记表"
YES_NO = ("是", "否")
ROWS = 500  # that offer the lists; more may be written below
WIDTHS = {
    "编号": 8, "条款": 14, "意见内容": 46, "修改建议": 30, "理由": 24, "意见类型": 10, "提出人": 14, "身份": 12, "电话": 14,
    "邮箱": 20, "地址": 20, "地区": 10, "收到日期": 12, "渠道": 12, "要求答复": 9, "同意公开": 9,
}  # fmt: skip
LISTS = {
    "意见类型": tuple(STANCES.values()),
    "身份": tuple(name for code, name in SUBMITTER_KINDS.items() if code),
    "渠道": tuple(name for code, name in CHANNELS.items() if code in OFFLINE),
    "要求答复": YES_NO,
    "同意公开": YES_NO,
}
HELP = (
    "每条意见写一行，只有“意见内容”必须写，照原话。同一个人的几条意见，“编号”写成一样的。“条款”写第三条、第三条第二款这样，对全文的空着。"
    "“收到日期”写成 2026-03-02。“同意公开”只在提出人说过同意公开他的原话时写“是”；写“否”或者空着的，公布时不引用原文。"
)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def blank_table() -> bytes:
    """The bytes of an xlsx: title, how to fill it, headings, empty rows of text cells."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": TITLE})
    sheet, base = book.add_worksheet("意见"), {"font_name": "宋体", "font_size": 10.5, "text_wrap": True}
    last, text = len(WIDTHS) - 1, book.add_format(base | {"border": 1, "valign": "top", "num_format": "@"})
    sheet.merge_range(0, 0, 0, last, TITLE, book.add_format(base | {"font_name": "黑体", "font_size": 16, "align": "center"}))
    sheet.merge_range(1, 0, 1, last, HELP, book.add_format(base | {"valign": "vcenter"}))
    heading = book.add_format(base | {"border": 1, "bold": True, "align": "center", "bg_color": "#EDEDED"})
    for column, (name, width) in enumerate(WIDTHS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, name, heading)
        for line in range(3, 3 + ROWS):
            sheet.write_blank(line, column, None, text)
    _page(sheet)
    _lists(sheet)
    book.close()
    return out.getvalue()


def _page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_row(0, 30)
    sheet.set_row(1, 36)
    sheet.set_row(2, 22)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    sheet.print_area(0, 0, 22, len(WIDTHS) - 1)


def _lists(sheet: Any) -> None:
    for name, words in LISTS.items():
        column = list(WIDTHS).index(name)
        sheet.data_validation(3, column, 2 + ROWS, column, {
            "validate": "list", "source": list(words), "error_title": "请从列表里选", "error_message": "、".join(words),
        })  # fmt: skip
