"""Pure: a filled xlsx becomes a RawForm: its head, its ticks and its rows, with the place of every cell."""

import re
from posixpath import basename, dirname, join, normpath

from lxml import etree

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.reading.sheet import CellReader, S, SheetCell, column_name, number_of, place_of, sheets
from consult.drafts.reading.xml import BROKEN, Package, xml_part
from consult.letters.form import HEADINGS, NUMBER
from consult.letters.form_raw import (
    Cell,
    RawForm,
    RawRow,
    check_headings,
    hidden_numbers,
    looks_like_headings,
    too_many,
)
from consult.letters.form_sheet import HIDDEN, HIDDEN_HEADING, SHEET

Line = dict[int, SheetCell]
_RANGE = re.compile(r"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})$")
_ODD = {
    "formula": "是公式（{text}），不能读入。请改成文字；要写等号开头的字句，请先把单元格设成“文本”格式。",
    "error": "是错误值（{text}），请改成文字。",
}
_OVER = "表里有{what}，其中的内容会丢失。请改写成文字，或者另作附件报送，并从表里删去。"
_DIGITS = re.compile(r"[0-9]{1,7}$")
MOST_TOLD = 20
_KINDS = {"number": "数字", "date": "日期"}
_HEAD_MOST = 60  # nobody puts more lines above the table


def read(package: Package) -> RawForm:
    """What the book says. Raises Refused for a file that is no readable book."""
    raw = RawForm(form_ids=hidden_numbers(package))
    reader = CellReader(package)
    found = None
    for name, part, shown in sorted(sheets(package), key=lambda one: one[0] != SHEET):
        sheet = xml_part(package, part)
        if sheet is None:
            raise Refused(BROKEN)
        lines: dict[int, Line] = {}
        for cell in reader.cells(sheet):
            lines.setdefault(cell.row, {})[cell.column] = cell
        line = _heading_line(lines)
        if found is None and line:
            found = (sheet, lines, line)
            _drawings(raw, package, part)
        elif shown and lines:
            raw.notice(f"工作表“{shorten(name, 20)}”", "只读反馈表所在的工作表，这张工作表没有读入。")
    if found is None:
        raw.trouble("", f"没有找到意见表，表头应当依次是：{'、'.join(HEADINGS)}。请使用下载的反馈表填写。")
        return raw
    _take(raw, *found)
    return raw


def _heading_line(lines: dict[int, Line]) -> int:
    """The row of the headings, changed or not; 0 for none."""
    for number in sorted(lines):
        if looks_like_headings(cell.text for cell in lines[number].values()):
            return number
    return 0


def _take(raw: RawForm, sheet: etree._Element, lines: dict[int, Line], line: int) -> None:
    for number in sorted(lines)[:_HEAD_MOST]:
        if number < line:
            cells = [Cell(place_of(number, cell.column), cell.text) for _, cell in sorted(lines[number].items())]
            raw.around += raw.take_head(cells)
            _refuse_odd(raw, lines[number])
    _structure(raw, sheet, line)
    last = max(len(HEADINGS), *(c for c in lines[line] if c != HIDDEN + 1 or lines[line][c].text != HIDDEN_HEADING), 0)
    head = [_cell(lines[line], line, column) for column in range(1, min(last, 30) + 1)]
    if len(head) > HIDDEN and head[HIDDEN].text == HIDDEN_HEADING:
        head[HIDDEN] = Cell(head[HIDDEN].place, "")
    if check_headings(raw, head):
        _rows(raw, [(number, lines[number]) for number in sorted(lines) if number > line])


def _cell(line: Line, row: int, column: int) -> Cell:
    return Cell(place_of(row, column), line[column].text if column in line else "")


def _refuse_odd(raw: RawForm, line: Line) -> None:
    for cell in line.values():
        if cell.kind in _ODD:
            raw.trouble(place_of(cell.row, cell.column), _ODD[cell.kind].format(text=shorten(cell.text, 40)))


def _rows(raw: RawForm, lines: list[tuple[int, Line]]) -> None:
    for number, line in lines:
        if too_many(raw, len(raw.rows) + 1, f"第{number}行"):
            return
        cells = tuple(_cell(line, number, column) for column in range(1, len(HEADINGS) + 1))
        hidden = line[HIDDEN + 1].text if HIDDEN + 1 in line else ""
        row = RawRow(f"第{number}行", cells, hidden)
        _refuse_odd(raw, line)
        for column, cell in sorted(line.items()):
            place = place_of(number, column)
            if column > HIDDEN + 1 and cell.text.strip():
                raw.trouble(place, f"表格右边多写了“{shorten(cell.text, 20)}”，无法对应到各列，请移到前面的栏里。")
            elif cell.kind in _KINDS and NUMBER + 1 < column <= len(HEADINGS):
                raw.notice(place, f"这一格是{_KINDS[cell.kind]}格式，按“{cell.text}”读入，请核对。")
        if hidden or not row.blank:
            raw.rows.append(row)


def _structure(raw: RawForm, sheet: etree._Element, line: int) -> None:
    """Merged cells from the headings on, and whatever lies over the cells."""
    for merged in sheet.iterfind(f"{S}mergeCells/{S}mergeCell"):
        found = _RANGE.match(merged.get("ref", ""))
        ends = [number_of(name) for name in found.groups()] if found else []
        if len(ends) == 2 and ends[0] and ends[1] and max(ends[0][0], ends[1][0]) >= line:
            row, column = max(ends[0][0], line), ends[0][1]
            raw.trouble(
                place_of(row, column),
                f"单元格被合并（到第{ends[1][0]}行{column_name(ends[1][1])}列），无法对应到各条。请取消合并，每行写一条。",
            )
    if sheet.find(S + "legacyDrawing") is not None:
        raw.notice("", "表里有批注，没有读入；如果是意见，请写进单元格。")
    if sheet.find(S + "oleObjects") is not None:
        raw.trouble("", _OVER.format(what="嵌入的文件"))


def _drawings(raw: RawForm, package: Package, part: str) -> None:
    """Pictures, text boxes and charts with the cell that they begin at."""
    links = xml_part(package, f"{dirname(part)}/_rels/{basename(part)}.rels")
    for link in links if links is not None else ():
        if not str(link.get("Type", "")).endswith("/drawing"):
            continue
        drawing = xml_part(package, normpath(join(dirname(part), str(link.get("Target", "")).lstrip("/"))))
        for anchor in (drawing if drawing is not None else ())[:MOST_TOLD]:
            row, column = (anchor.findtext(f"{{*}}from/{{*}}{name}") or "" for name in ("row", "col"))
            place = place_of(int(row) + 1, int(column) + 1) if _DIGITS.match(row) and _DIGITS.match(column) else ""
            what = "文本框" if anchor.find("{*}sp/{*}txBody") is not None else "图片"
            raw.trouble(place, _OVER.format(what=what))
