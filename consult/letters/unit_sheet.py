"""The directory of units as xlsx and back: text cells, lists to pick from, a hidden code in every row; no database."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from consult.base.directory import FACTS
from consult.base.directory_import import STATE, STATES, Row
from consult.base.errors import Refused
from consult.base.people import UNIT_KINDS
from consult.base.text import plain, shorten
from consult.drafts.reading.sheet import CellReader, S, SheetCell, number_of, place_of, sheets
from consult.drafts.reading.xml import BROKEN, Package, xml_part
from consult.letters.form_raw import MOST_BYTES

SHEET = "单位名录"
HIDDEN_HEADING = "请勿改动"
WIDTHS = {"name": 30, "short_name": 12, "kind": 16, "office_section": 14, "leader": 10, "handler": 10, "phone": 16,
          "email": 24, "address": 28, "field": 18, "affiliation": 24, STATE: 8}  # fmt: skip
COLUMNS = {**FACTS, STATE: STATE}  # name → heading, in order
HELP = (
    "每行一个单位或者一位专家、代表。新增的写在后面，不要照抄别的行；更名的直接改“单位全称”；不再征求的把“状态”改为“停用”，"
    "不要删行（删去的行不受影响）。“类别”和“状态”从列表里选。不要改表头，不要合并单元格，不要写公式。"
)
MOST_ROWS = 5000
SPARE_ROWS = 100  # rows below the last one that offer the lists
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ODD = {
    "formula": "是公式（{text}），不能读入。请改成文字。",
    "error": "是错误值（{text}），请改成文字。",
}


@dataclass
class Reading:
    """Rows of a sheet, or (place, message) of everything that speaks against reading it; notices only inform."""

    rows: list[Row] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)


def write(rows: Sequence[tuple[dict[str, str], str]], title: str, made_at: datetime) -> bytes:
    """The bytes of an xlsx; each row is heading → text and its hidden code."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    sheet, base = book.add_worksheet(SHEET), {"font_name": "宋体", "font_size": 10.5, "text_wrap": True}
    text = book.add_format(base | {"border": 1, "valign": "top", "num_format": "@"})
    heading = book.add_format(base | {"border": 1, "bold": True, "align": "center", "bg_color": "#EDEDED"})
    _head(sheet, title, heading, book.add_format(base | {"font_name": "黑体", "font_size": 16, "align": "center"}),
          book.add_format(base | {"valign": "vcenter"}))  # fmt: skip
    for line, (texts, code) in enumerate(rows, 3):
        sheet.set_row(line, _height(texts))
        for column, name in enumerate(COLUMNS.values()):
            _text(sheet, line, column, texts.get(name, ""), text)
        sheet.write_string(line, len(COLUMNS), code, text)
    for line in range(3 + len(rows), 3 + len(rows) + SPARE_ROWS):
        for column in range(len(COLUMNS)):
            sheet.write_blank(line, column, None, text)
    _lists(sheet, 2 + len(rows) + SPARE_ROWS)
    sheet.print_area(0, 0, max(2 + len(rows), 3), len(COLUMNS) - 1)
    book.close()
    return out.getvalue()


def _head(sheet: Any, title: str, heading: Any, large: Any, small: Any) -> None:
    last = len(COLUMNS) - 1
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页　共 &N 页")
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, WIDTHS[name])
    sheet.set_column(len(COLUMNS), len(COLUMNS), 4, None, {"hidden": True})
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, last, title, large)
    sheet.set_row(1, 34)
    sheet.merge_range(1, 0, 1, last, HELP, small)
    sheet.set_row(2, 22)
    for column, name in enumerate((*COLUMNS.values(), HIDDEN_HEADING)):
        sheet.write_string(2, column, name, heading)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)


def _lists(sheet: Any, last: int) -> None:
    for name, words in (("kind", UNIT_KINDS.values()), (STATE, STATES)):
        column = list(COLUMNS).index(name)
        sheet.data_validation(3, column, last, column, {
            "validate": "list", "source": list(words), "error_title": "请从列表里选", "error_message": "、".join(words),
        })  # fmt: skip


def _text(sheet: Any, line: int, column: int, text: str, look: Any) -> None:
    if text:
        sheet.write_string(line, column, text, look)
    else:
        sheet.write_blank(line, column, None, look)


def _height(texts: dict[str, str]) -> float:
    """Points for the fullest cell; not every program measures wrapped text when it opens a file."""
    wide = {name: sum(1 if char < "\u0100" else 2 for char in texts.get(label, "")) for name, label in COLUMNS.items()}
    return 16.0 * max(ceil(max(wide[name], 1) / (WIDTHS[name] - 2)) for name in COLUMNS) + 2


def read(data: bytes) -> Reading:
    """What a sheet says; never raises for what is in the file."""
    found = Reading()
    try:
        _read(data, found)
    except Refused as refusal:
        found.troubles.append(("", refusal.message))
    return found


def _read(data: bytes, found: Reading) -> None:
    if not data:
        raise Refused("文件是空的，请重新选择。")
    if len(data) > MOST_BYTES:
        raise Refused(f"文件超过 {MOST_BYTES // (1024 * 1024)} MB，请检查是不是选错了文件。")
    if not data.startswith(b"PK"):
        raise Refused("这不是 xlsx 文件。请用 Excel 或 WPS 打开，另存为 xlsx 后再上传。")
    package = Package(data)
    if "xl/workbook.xml" not in package.names:
        raise Refused("这不是 xlsx 表格。请上传从单位名录导出、填好的 xlsx 文件。")
    reader = CellReader(package)
    for _name, part, _shown in sorted(sheets(package), key=lambda one: one[0] != SHEET):
        sheet = xml_part(package, part)
        if sheet is None:
            raise Refused(BROKEN)
        lines: dict[int, dict[int, SheetCell]] = {}
        for cell in reader.cells(sheet):
            lines.setdefault(cell.row, {})[cell.column] = cell
        for number in sorted(lines):
            if len({plain(cell.text) for cell in lines[number].values()} & set(COLUMNS.values())) >= 3:
                if _headings(found, number, lines[number]) and _merged(found, sheet, number):
                    _rows(found, number, lines)
                return
    raise Refused(f"没有找到名录，表头应当依次是：{'、'.join(COLUMNS.values())}。请使用导出的文件填写。")


def _headings(found: Reading, number: int, line: dict[int, SheetCell]) -> bool:
    """Exactly the headings in their places; every other one is named with its cell."""
    wanted = [*COLUMNS.values(), HIDDEN_HEADING]
    for column in range(1, max(len(wanted), *line) + 1):
        text = plain(line[column].text) if column in line else ""
        should = wanted[column - 1] if column <= len(wanted) else ""
        if text == should or (column == len(wanted) and not text):
            continue
        said = f"表头应当是“{should}”，现在是“{shorten(text, 20) or '空白'}”" if should else f"多了一列“{shorten(text, 20)}”"
        found.troubles.append((place_of(number, column), f"{said}。请恢复成导出时的样子。"))
    return not found.troubles


_RANGE = re.compile(r"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})$")


def _merged(found: Reading, sheet: Any, heading: int) -> bool:
    for one in sheet.iterfind(f"{S}mergeCells/{S}mergeCell"):
        ends = _RANGE.match(one.get("ref", ""))
        first, last = (number_of(ends[1]), number_of(ends[2])) if ends else (None, None)
        if first and last and max(first[0], last[0]) >= heading:
            found.troubles.append((place_of(max(first[0], heading), first[1]), "单元格被合并了，请取消合并，每行写一个单位。"))
    return not found.troubles


def _rows(found: Reading, heading: int, lines: dict[int, dict[int, SheetCell]]) -> None:
    names, hidden = list(COLUMNS), len(COLUMNS) + 1
    for number in sorted(one for one in lines if one > heading):
        line = lines[number]
        found.troubles += _odd(line, hidden)
        texts = {name: line[column].text if column in line else "" for column, name in enumerate(names, 1)}
        if not any(text.strip() for text in texts.values()):
            continue
        if len(found.rows) == MOST_ROWS:
            raise Refused(f"超过 {MOST_ROWS} 行，请分成几个文件。")
        for column, cell in line.items():
            if cell.kind in ("number", "date") and column < hidden:
                found.notices.append((place_of(number, column), f"这一格是数字格式，按“{cell.text}”读入；开头的 0 可能丢失，请核对。"))
        places = {name: place_of(number, column) for column, name in enumerate((*names, "code"), 1)}
        found.rows.append(Row(number, texts, places, line[hidden].text.strip() if hidden in line else ""))
    if not found.rows and not found.troubles:
        raise Refused("表头下面没有内容。")


def _odd(line: dict[int, SheetCell], hidden: int) -> Iterator[tuple[str, str]]:
    for column, cell in sorted(line.items()):
        if cell.kind in _ODD:
            yield place_of(cell.row, column), _ODD[cell.kind].format(text=shorten(cell.text, 40))
        elif column > hidden and cell.text.strip():
            yield place_of(cell.row, column), f"表格右边多写了“{shorten(cell.text, 20)}”，请移到前面的栏里。"
