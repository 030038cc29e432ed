"""A table as xlsx: streamed row by row, printable on A4, with a sheet of counts; no cell is ever a formula."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from consult.base.errors import Refused
from consult.summary import counts_sheet
from consult.summary.table import Cell, Table
from consult.summary.visible import lines_of, page_head, visible, wide

MOST_ROWS = 1_000_000
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
FONT = "宋体"
LINE = 14.5  # points for one line of the body font
HIGHEST = 409.0  # points that Excel lets a row have
CUT = "有 {count} 行文字较长，打印时显示不全；完整的文字都在单元格里，需要打印的请导出 docx。"
PAGE_MOST = 220  # columns wider than this together would be printed too small to read
FORMULA_SIGNS = "=+-@\t"


def write(table: Table, path: Path) -> int:
    """Write the table to `path`; returns the number of rows. Raises Refused beyond a million."""
    book = xlsxwriter.Workbook(str(path), OPTIONS)
    if table.made_at:
        book.set_properties({"title": table.title, "created": table.made_at.replace(tzinfo=None)})
    try:
        rows = _main(book, table)
        if table.counts:
            counts_sheet.write(book, table, _formats(book))
    finally:
        book.close()
    return rows


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": FONT, "font_size": 10.5, "valign": "vcenter"}
    boxed = base | {"border": 1, "text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"}),
        "headline": book.add_format({"font_name": "黑体", "font_size": 16, "valign": "vcenter"}),
        "mark": book.add_format(base | {"align": "center", "font_color": "#A6261C", "text_wrap": True}),
        "note": book.add_format(base | {"font_color": "#A6261C"}),
        "plain": book.add_format(base | {"text_wrap": True}),
        "heading": book.add_format(
            boxed | {"font_name": "黑体", "align": "center", "valign": "vcenter", "bg_color": "#EDEDED"}
        ),
        "cell": book.add_format(boxed),
        # Stays text when somebody edits the cell, as if it had been typed with an apostrophe. The number
        # format "@" would do so too, but shows ##### for more than 255 characters.
        "guarded": book.add_format(boxed | {"quote_prefix": True}),
        "middle": book.add_format(boxed | {"align": "center"}),
    }


def _page(sheet: Any, table: Table) -> None:
    """A4 landscape, one page wide, the page count in the foot where the forms have 共 页第 页."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    if sum(table.widths) <= PAGE_MOST:
        sheet.fit_to_pages(1, 0)
    sheet.set_header(page_head(table.title, table.mark))
    sheet.set_footer("&C第&P页 共&N页")


def _main(book: Any, table: Table) -> int:
    formats, last = _formats(book), len(table.headings) - 1
    sheet = book.add_worksheet(table.sheet_name)
    _page(sheet, table)
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, last, visible(table.title), formats["title"])
    head = "    ".join(f"{name}：{value}" for name, value in table.head)
    sheet.set_row(1, 32 if len(head) > sum(table.widths) / 2 else 20)
    sheet.merge_range(1, 0, 1, last, visible(head), formats["plain"])
    sheet.set_row(2, 6 if not table.mark else 20 if wide(table.mark) < sum(table.widths) - 4 else 36)
    sheet.merge_range(2, 0, 2, last, visible(table.mark), formats["mark"])
    sheet.set_row(3, 30)
    for column, heading in enumerate(table.headings):
        sheet.write_string(3, column, heading, formats["heading"])
    line, count, cut = _rows(sheet, table, formats)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    sheet.autofilter(3, 0, max(line - 1, 3), last)
    for text in (*table.foot, *([CUT.format(count=cut)] if cut else [])):
        sheet.set_row(line, 18 * (1 + len(text) // max(sum(table.widths) // 2, 1)))
        sheet.merge_range(line, 0, line, last, visible(text), formats["plain"])
        line += 1
    return count


def _rows(sheet: Any, table: Table, formats: dict[str, Any]) -> tuple[int, int, int]:
    """The line behind the last, how many rows, and how many of them are higher than a sheet lets them be."""
    line, count, cut = 4, 0, 0
    for cells in table.rows:
        count += 1
        if count > MOST_ROWS:
            raise Refused("行数超过一百万，一张工作表放不下，请改用 csv 格式导出。", "format")
        for part in lines_of(cells):
            height = _height(part, table.widths)
            cut += height > HIGHEST
            sheet.set_row(line, min(height, HIGHEST))
            for column, cell in enumerate(part):
                if isinstance(cell, int):
                    sheet.write_number(line, column, cell, formats["middle"])
                elif cell and not column and cell[0] not in FORMULA_SIGNS:
                    sheet.write_string(line, column, cell, formats["middle"])
                elif cell:
                    look = "guarded" if cell[0] in FORMULA_SIGNS else "cell"
                    sheet.write_string(line, column, cell, formats[look])
                else:
                    sheet.write_blank(line, column, None, formats["cell"])
            line += 1
    return line, count, cut


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """Points that the fullest cell needs: not every program measures wrapped text when it opens a file."""
    lines = 1
    for cell, width in zip(cells, widths, strict=True):
        if isinstance(cell, str) and len(cell) * 2 > width or "\n" in str(cell):
            room = max(width - 1.0, 2.0)
            lines = max(lines, sum(max(1, ceil(wide(part) / room)) for part in str(cell).split("\n")))
    return LINE * lines + 3
