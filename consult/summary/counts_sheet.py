"""Pure: the sheet 统计 of a workbook: a block of numbers for each way of counting, with its share, and pictures beside."""

import zipfile
from io import BytesIO
from typing import Any

import xlsxwriter

from consult.summary.table import Table
from consult.summary.visible import page_head, visible

NAME = "统计"
# charts in the order of the sections of a tally: which of them are worth looking at, and how
CHARTED = {
    "处理意见": ("bar", "各类处理意见的条数"),
    "条款": ("column", "各条款的意见条数"),
    "来源渠道": ("bar", "各来源渠道的意见条数"),
    "收到日期": ("column", "每日收到的意见条数"),
}
LABELLED = 30  # columns that can carry their number above them
ROW, WIDTH = 24, 640  # pixels: a row of the sheet, a chart
# what XlsxWriter leaves out counts as yes for readers who do not know the file for one of Excel 2007
LABELS = (
    '<c:showVal val="1"/>',
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
    '<c:showBubbleSize val="0"/>',
)
WIDTHS = (26, 9, 9, 3)
TONE = "#1F4B7A"


def write(book: Any, table: Table, formats: dict[str, Any]) -> None:
    """Add the sheet to a workbook of XlsxWriter; every picture is drawn from the cells beside it."""
    sheet = book.add_worksheet(NAME)
    _page(sheet, table)
    share = book.add_format({"font_name": "宋体", "font_size": 10.5, "border": 1, "align": "center", "num_format": "0.0%"})
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, visible(table.title) + NAME, formats["headline"])
    sheet.write_string(1, 0, table.mark, formats["note"])
    line = top = 3
    for title, values in table.counts:
        total = sum(number for _, number in values)
        for column, words in enumerate((title, "条数", "占比")):
            sheet.write_string(line, column, words, formats["heading"])
        first = line + 1
        for line, (label, number) in enumerate(values, first):  # noqa: B020, PLW2901
            sheet.write_string(line, 0, visible(label), formats["cell"])
            sheet.write_number(line, 1, number, formats["middle"])
            sheet.write_number(line, 2, number / total if total else 0, share)
        if values and title in CHARTED:
            top = _chart(book, sheet, title, (first, first + len(values) - 1), top)
        line = first + len(values) + 1


def pictures(table: Table) -> dict[str, str]:
    """The parts of a package that draw the charts, by name, for a sheet 统计 with its cells in the same places."""
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        write(book, table, dict.fromkeys(("headline", "note", "heading", "cell", "middle")))
    with zipfile.ZipFile(held) as package:
        names = [name for name in package.namelist() if name.startswith(("xl/charts/", "xl/drawings/"))]
        return {name: package.read(name).decode().replace(*LABELS) for name in sorted(names)}


def _page(sheet: Any, table: Table) -> None:
    """A4, one page wide."""
    sheet.hide_gridlines(2)
    sheet.set_default_row(18)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(page_head(table.title, table.mark))
    sheet.set_footer("&C第&P页 共&N页")


def _chart(book: Any, sheet: Any, title: str, lines: tuple[int, int], top: int) -> int:
    """A picture of these lines of the sheet; returns the row where the next one begins."""
    (kind, said), (first, last) = CHARTED[title], lines
    chart = book.add_chart({"type": kind})
    chart.add_series({
        "name": title,
        "categories": [NAME, first, 0, last, 0],
        "values": [NAME, first, 1, last, 1],
        "fill": {"color": TONE},
        "gap": 40,
        "data_labels": {"value": True, "font": {"size": 9}} if kind == "bar" or last - first < LABELLED else {},
    })  # fmt: skip
    chart.set_title({"name": said, "name_font": {"name": "黑体", "size": 12, "bold": False}})
    chart.set_legend({"none": True})
    if kind == "bar":
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        height = 80 + 24 * (last - first + 1)
    else:
        chart.set_x_axis({"num_font": {"size": 9}, "text_axis": True})
        chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        height = 280
    chart.set_size({"width": WIDTH, "height": height})
    chart.set_chartarea({"border": {"color": "#CCCCCC"}})
    sheet.insert_chart(top, 4, chart)
    return top + height // ROW + 2
