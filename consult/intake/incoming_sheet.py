"""Pure: a book (xlsx) of opinions: every sheet that is shown and has our headings, merged cells filled or refused."""

import re
from dataclasses import replace

from lxml import etree

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.reading.sheet import CellReader, S, SheetCell, number_of, place_of, sheets
from consult.drafts.reading.xml import BROKEN, Package, xml_part
from consult.intake.incoming import Batch
from consult.intake.incoming_table import Cell, Line, read_table

MOST_ROWS = 20_000
_RANGE = re.compile(r"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})\Z")
_ODD = {
    "formula": "是公式（{text}），不能读入。请复制后“选择性粘贴—数值”。",
    "error": "是错误值（{text}），请改成文字。",
    "struck": "有划掉的字（“{text}”，删除线），不知道要不要算。请把不要的字真正删去，或者去掉删除线。",
}
NO_HEADINGS = "没有找到意见表。表头里要有“意见内容”，可以有：条款、修改建议、理由、提出人、身份、电话、邮箱、地区、收到日期、渠道、意见类型、要求答复、同意公开、编号。"


def read_sheets(package: Package) -> Batch:
    """All sendings of a book. Raises Refused for a file that is no readable book."""
    batch, reader, found, hidden = Batch(), CellReader(package), False, []
    for name, part, shown in sheets(package):
        sheet = xml_part(package, part)
        if sheet is None:
            raise Refused(BROKEN)
        lines = _lines(sheet, reader)
        if not shown:
            hidden += [name] if lines else []
            continue
        one = Batch()
        where = f"工作表“{shorten(name, 20)}”"
        if lines and read_table(one, lines):
            found = True
        elif lines:
            one.notices.append(("", "没有意见表的表头，没有读入。"))
        one.sendings = [replace(sending, place=f"{where} {sending.place}") for sending in one.sendings]
        batch.add(one, where)
    if any(name.startswith(("xl/comments", "xl/threadedComments")) for name in package.names):
        batch.notices.append(("", "表里有批注，没有读入，请看看里面有没有意见。"))
    batch.notices += [(f"工作表“{shorten(name, 20)}”", "是隐藏的，没有读入。") for name in hidden]
    if not found:
        raise Refused(NO_HEADINGS)
    return batch


def _lines(sheet: etree._Element, reader: CellReader) -> list[Line]:
    """The rows that say anything, with what merged cells repeat."""
    rows: dict[int, dict[int, Cell]] = {}
    for one in reader.cells(sheet):
        if one.text.strip() or one.kind == "error":
            rows.setdefault(one.row, {})[one.column] = _cell(one)
            if len(rows) > MOST_ROWS:
                raise Refused(f"表格超过{MOST_ROWS}行，请分成几个文件。")
    _merge(sheet, rows)
    return [Line(f"第{number}行", cells) for number, cells in sorted(rows.items())]


def _cell(one: SheetCell) -> Cell:
    wrong = _ODD[one.kind].format(text=shorten(one.text, 40)) if one.kind in _ODD else ""
    return Cell(place_of(one.row, one.column), one.text, wrong)


def _merge(sheet: etree._Element, rows: dict[int, dict[int, Cell]]) -> None:
    """A cell merged downwards says the same for every row that says anything else; nothing is made up."""
    for merged in sheet.iterfind(f"{S}mergeCells/{S}mergeCell"):
        found = _RANGE.match(merged.get("ref", ""))
        start, end = (number_of(found[1]), number_of(found[2])) if found else (None, None)
        if start is None or end is None:
            continue
        (top, column), (bottom, _) = start, end
        first = rows.get(top, {}).get(column)
        if first is None:
            continue
        for row in [one for one in rows if top < one <= bottom]:
            rows[row].setdefault(column, Cell(place_of(row, column), first.text, same=True))
