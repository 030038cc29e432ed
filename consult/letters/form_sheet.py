"""Pure: the reply form as xlsx: prefilled, a list to tick from, text cells, a hidden code in every row."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from consult.base.errors import Refused
from consult.letters.form import (
    FACTS,
    FORM_NUMBER,
    HEADINGS,
    HELP,
    MOST_ROWS,
    PROPERTY,
    TICKS,
    FormRow,
    ReplyForm,
    code,
)

SHEET = "反馈表"
HIDDEN = len(HEADINGS)  # the column of the codes, behind the last one
HIDDEN_HEADING = "请勿改动"
MOST_CELL = 32_767  # UTF-16 units that a cell can hold
_TEXT_MOST = 255  # older programs show ##### for longer texts in cells of the format "text"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_BASE = {"font_name": "仿宋_GB2312", "font_size": 11, "valign": "vcenter", "text_wrap": True}
_LOOKS: dict[str, dict[str, object]] = {
    "title": {"font_name": "方正小标宋简体", "font_size": 18, "align": "center"},
    "sent": {"font_name": "楷体_GB2312", "align": "left"},
    "number": {"font_size": 9, "align": "right"},
    "label": {"font_name": "黑体", "align": "center", "border": 1},
    "value": {"border": 1, "num_format": "@"},
    "ticks": {"border": 1, "font_size": 14, "align": "center", "num_format": "@"},
    "help": {"border": 1, "font_size": 10},
    "heading": {"font_name": "黑体", "align": "center", "border": 1, "bg_color": "#EDEDED"},
    "middle": {"border": 1, "align": "center", "valign": "top"},
    "text": {"border": 1, "valign": "top", "num_format": "@"},
    "long": {"border": 1, "valign": "top", "quote_prefix": True},
    "hidden": {"font_color": "#808080", "num_format": "@"},
}


def write(form: ReplyForm, made_at: datetime | None = None) -> bytes:
    """The bytes of the xlsx. Raises Refused beyond MOST_ROWS rows and for a text that no cell can hold."""
    if len(form.rows) > MOST_ROWS:
        raise Refused(f"超过{MOST_ROWS}行，请只选需要征求意见的条款。", "format")
    if any(_units(text) > MOST_CELL for row in form.rows for text in (row.original, row.text, row.reason)):
        raise Refused("有一段文字超过三万字，一个单元格放不下，请改用 docx 格式的反馈表。", "format")
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": form.title[:200]} | ({"created": made_at.replace(tzinfo=None)} if made_at else {}))
    book.set_custom_property(PROPERTY, form.form_id)
    sheet = book.add_worksheet(SHEET)
    looks = {name: book.add_format(_BASE | look) for name, look in _LOOKS.items()}
    _page(sheet)
    _rows(sheet, form, looks, _head(sheet, form, looks))
    book.close()
    return out.getvalue()


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页　共 &N 页")
    sheet.center_horizontally()
    for column, width in enumerate(HEADINGS.values()):
        sheet.set_column(column, column, width)
    sheet.set_column(HIDDEN, HIDDEN, 4, None, {"hidden": True})


def _head(sheet: Any, form: ReplyForm, looks: dict[str, Any]) -> int:
    """The title, the letter, the facts beside the help, the ticks; returns the line of the headings, from 0."""
    last = HIDDEN - 1
    sheet.set_row(0, 36 if len(form.title) < 40 else 56)
    sheet.merge_range(0, 0, 0, last, form.title, looks["title"])
    sent = "　　".join(form.source)
    sheet.set_row(1, 22 if len(sent) < 50 else 36)
    sheet.merge_range(1, 0, 1, last - 1, sent, looks["sent"])
    sheet.write_string(1, last, f"{FORM_NUMBER}{form.form_id}", looks["number"])
    for line, (name, said) in enumerate(form.facts.items(), 2):
        sheet.set_row(line, 24)
        sheet.merge_range(line, 0, line, 1, FACTS[name], looks["label"])
        _text(sheet, line, 2, said, looks["value"])
    notes = "\n".join(["填表说明：", *(f"{number}. {text}" for number, text in enumerate(HELP, 1))])
    sheet.merge_range(2, 3, 1 + len(FACTS), last, notes, looks["help"])
    return _tick_line(sheet, form, looks, 2 + len(FACTS))


def _tick_line(sheet: Any, form: ReplyForm, looks: dict[str, Any], line: int) -> int:
    def ticks(answer: str) -> str:
        return "　　".join(f"{'☑' if name == answer else '□'}{label}" for name, label in TICKS.items())

    sheet.set_row(line, 30)
    sheet.merge_range(line, 0, line, HIDDEN - 1, ticks(form.answer), looks["ticks"])
    sheet.data_validation(line, 0, line, 0, {
        "validate": "list", "source": [ticks(name) for name in ("", *TICKS)], "error_type": "information",
        "input_title": "请勾选", "input_message": "点右边的箭头选一项，或者把方框改成 ☑。",
    })  # fmt: skip
    return line + 1


def _rows(sheet: Any, form: ReplyForm, looks: dict[str, Any], line: int) -> None:
    sheet.set_row(line, 28)
    for column, name in enumerate(HEADINGS):
        sheet.write_string(line, column, name, looks["heading"])
    sheet.write_string(line, HIDDEN, HIDDEN_HEADING, looks["hidden"])
    sheet.freeze_panes(line + 1, 0)
    sheet.repeat_rows(line)
    for number, row in enumerate(form.lines, 1):
        _row(sheet, line + number, number, row, looks)
        if hidden := code(form.form_id, row):
            sheet.write_string(line + number, HIDDEN, hidden, looks["hidden"])
    sheet.print_area(0, 0, line + len(form.lines), HIDDEN - 1)


def _row(sheet: Any, line: int, number: int, row: FormRow, looks: dict[str, Any]) -> None:
    sheet.set_row(line, _height(row.cells))
    sheet.write_number(line, 0, number, looks["middle"])
    for column, text in enumerate(row.cells, 1):
        _text(sheet, line, column, text, looks["text" if _units(text) <= _TEXT_MOST else "long"])


def _text(sheet: Any, line: int, column: int, text: str, look: Any) -> None:
    """A string cell, never a formula or a number; XlsxWriter writes no cell at all for empty strings."""
    if text:
        sheet.write_string(line, column, text, look)
    else:
        sheet.write_blank(line, column, None, look)


def _height(cells: Sequence[str]) -> float:
    """Points that the fullest cell needs: not every program measures wrapped text when it opens a file."""
    lines = 1
    for text, width in zip(cells, list(HEADINGS.values())[1:], strict=True):
        lines = max(lines, sum(max(1, ceil(_wide(part) / (width - 2))) for part in text.split("\n")))
    return min(15.0 * lines + 9, 409.0)


def _wide(text: str) -> int:
    return sum(1 if char < "\u0100" else 2 for char in text)
