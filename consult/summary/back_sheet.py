"""Pure: the working copy of 意见汇总处理表 as xlsx: the eight results to pick from, what was said locked for reading."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from consult.review.words import OUTCOMES
from consult.summary.back import CODE, COUNT, FILLED, HEADINGS, HELP, BackRow

SHEET = "意见汇总处理表"
FIRST = 4  # the first line below the headings, from 0
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_BASE = {"font_name": "仿宋_GB2312", "font_size": 10.5, "valign": "top", "text_wrap": True}
_LOOKS: dict[str, dict[str, object]] = {
    "title": {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"},
    "note": {"font_name": "楷体_GB2312", "valign": "vcenter"},
    "heading": {"font_name": "黑体", "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#EDEDED"},
    "filled": {"border": 1, "bg_color": "#FFFBE6", "locked": False, "quote_prefix": True},
    "middle": {"border": 1, "bg_color": "#FFFBE6", "locked": False, "align": "center", "quote_prefix": True},
    "read": {"border": 1, "quote_prefix": True},
    "number": {"border": 1, "align": "center"},
    "code": {"border": 1, "font_name": "Consolas", "font_size": 8, "font_color": "#606060", "quote_prefix": True},
}
_ALLOWED = {
    "format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True, "sort": True, "delete_rows": True,
}  # fmt: skip


def write(title: str, project: str, rows: Sequence[BackRow], made: str, made_at: datetime | None = None) -> bytes:
    """The bytes of the xlsx; `made` is a sentence on when and from what it was made."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": title[:200]} | ({"created": made_at.replace(tzinfo=None)} if made_at else {}))
    sheet = book.add_worksheet(SHEET)
    looks = {name: book.add_format(_BASE | look) for name, look in _LOOKS.items()}
    _page(sheet)
    _head(sheet, title, f"{COUNT.format(count=len(rows))}。{made}", looks)
    for line, row in enumerate(rows, FIRST):
        _row(sheet, line, row.cells(project), looks)
    _lists(sheet, max(len(rows), 1))
    book.close()
    return out.getvalue()


def _page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(8)  # A3: thirteen columns are too small to read on A4
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页　共 &N 页")
    for column, width in enumerate(HEADINGS.values()):
        sheet.set_column(column, column, width)
    sheet.protect("", _ALLOWED)  # no password: it keeps from slips, the check on loading keeps from the rest


def _head(sheet: Any, title: str, made: str, looks: dict[str, Any]) -> None:
    last = len(HEADINGS) - 1
    for line, (text, look, height) in enumerate(
        ((title, "title", 36), (made, "note", 20), ("\n".join(HELP), "note", 34)), 0
    ):
        sheet.set_row(line, height)
        sheet.merge_range(line, 0, line, last, text, looks[look])
    sheet.set_row(FIRST - 1, 30)
    for column, name in enumerate(HEADINGS):
        sheet.write_string(FIRST - 1, column, name, looks["heading"])
    sheet.freeze_panes(FIRST, 2)
    sheet.repeat_rows(FIRST - 1)


def _row(sheet: Any, line: int, cells: Sequence[str], looks: dict[str, Any]) -> None:
    sheet.set_row(line, _height(cells))
    for column, (name, text) in enumerate(zip(HEADINGS, cells, strict=True)):
        look = looks["middle" if name == "处理意见" else "filled" if name in FILLED else "code" if name == CODE else "read"]
        if not column and text.isdecimal():
            sheet.write_number(line, column, int(text), looks["number"])
        elif text:
            sheet.write_string(line, column, text, look)
        else:
            sheet.write_blank(line, column, None, look)


def _lists(sheet: Any, count: int) -> None:
    column = list(HEADINGS).index("处理意见")
    sheet.data_validation(FIRST, column, FIRST + count - 1, column, {
        "validate": "list", "source": list(OUTCOMES.values()), "error_title": "处理意见",
        "error_message": "请从下拉的八种处理意见里选一种。",
    })  # fmt: skip
    sheet.autofilter(FIRST - 1, 0, FIRST + count - 1, len(HEADINGS) - 1)


def _height(cells: Sequence[str]) -> float:
    """Points that the fullest cell needs: not every program measures wrapped text when it opens a file."""
    lines = 2
    for text, width in zip(cells, HEADINGS.values(), strict=True):
        if len(text) * 2 > width or "\n" in text:
            room = max(width - 2, 4)
            lines = max(lines, sum(max(1, ceil(_wide(part) / room)) for part in text.split("\n")))
    return min(14.5 * lines + 4, 409.0)


def _wide(text: str) -> int:
    return sum(1 if char < "\u0100" else 2 for char in text)
