"""Pure: a filled xlsx becomes a RawTable, with the place of every cell."""

import re

from lxml import etree

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.reading.sheet import CellReader, S, SheetCell, column_name, number_of, sheets
from consult.drafts.reading.xml import BROKEN, Package
from consult.summary.back import FILLED, HEADINGS
from consult.summary.back_raw import STRUCK, RawTable, looks_like_headings
from consult.summary.back_sheet import SHEET

Line = dict[int, SheetCell]
_RANGE = re.compile(r"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})$")
_ODD = {"formula": "是公式（{text}），请改成文字。", "error": "是错误值（{text}），请改成文字。"}
_MOST_COLUMNS = 40


def read(package: Package) -> RawTable:
    """What the book says. Raises Refused for a file that is no readable book."""
    raw, reader = RawTable(), CellReader(package)
    for name, part, shown in sorted(sheets(package), key=lambda one: one[0] != SHEET):
        sheet = package.xml(part)
        if sheet is None:
            raise Refused(BROKEN)
        lines: dict[int, Line] = {}
        for cell in reader.cells(sheet):
            lines.setdefault(cell.row, {})[cell.column] = cell
        head = next((n for n in sorted(lines) if looks_like_headings(c.text for c in lines[n].values())), 0)
        if head and not raw.found:
            _take(raw, sheet, lines, head)
        elif shown and lines:
            raw.notice(f"工作表“{shorten(name, 20)}”", "只读意见汇总处理表所在的工作表，这张工作表没有读入。")
    return raw.finish()


def _take(raw: RawTable, sheet: etree._Element, lines: dict[int, Line], head: int) -> None:
    for number in sorted(lines):
        if number < head:
            for cell in lines[number].values():
                raw.around(cell.text)
    last = min(max(len(HEADINGS), *lines[head]), _MOST_COLUMNS)
    names = [lines[head][column].text if column in lines[head] else "" for column in range(1, last + 1)]
    _merges(raw, sheet, head)
    if not raw.headings(f"第{head}行", names):
        return
    for number in sorted(lines):
        if number > head and not _row(raw, number, lines[number]):
            return


def _row(raw: RawTable, number: int, line: Line) -> bool:
    place = f"第{number}行"
    texts = [line[column].text if column in line else "" for column in range(1, len(HEADINGS) + 1)]
    for column, cell in sorted(line.items()):
        if column > len(HEADINGS) and cell.text.strip():
            raw.trouble(f"{place}{column_name(column)}列", f"表格右边多写了“{shorten(cell.text, 20)}”，请移到前面的栏里或者删去。")
        elif cell.kind == "struck" and column <= len(HEADINGS) and list(HEADINGS)[column - 1] in FILLED:
            raw.trouble(f"{place}“{list(HEADINGS)[column - 1]}”", STRUCK)
        elif cell.kind in _ODD and column <= len(HEADINGS):
            raw.trouble(f"{place}“{list(HEADINGS)[column - 1]}”", _ODD[cell.kind].format(text=shorten(cell.text, 40)))
    return raw.add(place, texts)


def _merges(raw: RawTable, sheet: etree._Element, head: int) -> None:
    """Cells that were merged from the headings on: nobody can tell which row they speak of."""
    for merged in sheet.iterfind(f"{S}mergeCells/{S}mergeCell"):
        found = _RANGE.match(merged.get("ref", ""))
        ends = [number_of(name) for name in found.groups()] if found else []
        if len(ends) == 2 and ends[0] and ends[1] and max(ends[0][0], ends[1][0]) >= head:
            place = f"第{max(ends[0][0], head)}行{column_name(ends[0][1])}列"
            raw.trouble(place, f"单元格被合并（到第{ends[1][0]}行{column_name(ends[1][1])}列），请取消合并，每行一条。")
