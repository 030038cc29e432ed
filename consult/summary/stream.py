"""Pure: a table of any length as xlsx, its rows written as they pass by our own XML: raw data, and whatever is too long to style.

One row of headings, then the rows; what everything else in a styled table says stands on a first sheet with the list of
fields. The same rows make the same bytes. ZIP64 is avoided, because Excel offers to repair a file whose members have it:
a sheet ends before it has so many bytes, or so many rows, and the table goes on in a further one.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from isal import isal_zlib

from consult.summary import bookxml, counts_sheet
from consult.summary.bookxml import HEADING, MARK, PLAIN, TITLE, Sheet
from consult.summary.cellxml import Cells, letter, rows_xml
from consult.summary.fields import meaning
from consult.summary.table import Cell, Table
from consult.summary.visible import lines_of, page_head, wide

SHEET_ROWS = 1_048_575  # below the headings: a sheet has 1,048,576 rows
SHEET_BYTES = 1_900_000_000
BATCH = 500  # rows made into XML at once
LEVEL = 1  # of 0 to 3
NOTES = "字段说明"


def write(table: Table, path: Path, tell: Callable[[int], None] = lambda _: None) -> int:
    """Write the table to `path`; returns the number of rows and tells it as it grows.

    A text longer than a cell goes on in rows 续 below its own, as in the styled tables.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        lines = _Lines(table, tell)
        sheets, count = _data(package, table, lines), lines.count
        _put(package, "xl/worksheets/sheet1.xml", _notes(table, count))
        sheets = [Sheet(NOTES), *sheets]
        pictures = counts_sheet.pictures(table) if table.counts else {}
        if table.counts:
            sheets.append(Sheet(counts_sheet.NAME))
            _put(package, f"xl/worksheets/sheet{len(sheets)}.xml", _counts(table, bool(pictures)))
        for name, xml in pictures.items():
            _put(package, name, xml)
        if pictures:
            _put(package, f"xl/worksheets/_rels/sheet{len(sheets)}.xml.rels", bookxml.DRAWING_LINK)
        _put(package, "xl/workbook.xml", bookxml.book(sheets, active=1))
        _put(package, "xl/_rels/workbook.xml.rels", bookxml.book_links(len(sheets)))
        _put(package, "xl/styles.xml", bookxml.STYLES)
        shared = f'{bookxml.XML}<sst xmlns="{bookxml.MAIN}">{lines.cells.shared_xml()}</sst>'
        _put(package, "xl/sharedStrings.xml", shared)
        _put(package, "docProps/core.xml", bookxml.core(table.title))
        _put(package, "_rels/.rels", bookxml.ROOT_LINKS)
        _put(package, "[Content_Types].xml", bookxml.types(len(sheets), pictures))
    return count


def _put(package: zipfile.ZipFile, name: str, xml: str) -> None:
    with package.open(name, "w") as member:  # a name alone gets the zip's first day as its date: the same every time
        member.write(xml.encode())


class _Member:
    """A part of the package that grows."""

    def __init__(self, file: IO[bytes]) -> None:
        # zipfile compresses by zlib only, which takes four times as long as ISA-L for the same size
        file._compressor = isal_zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)  # type: ignore[attr-defined]
        self._file = file
        self.size = 0

    def add(self, xml: str) -> None:
        """Write more."""
        self.size += self._file.write(xml.encode())


def _data(package: zipfile.ZipFile, table: Table, lines: "_Lines") -> list[Sheet]:
    """The sheets of rows, at least one."""
    sheets: list[Sheet] = []
    while not sheets or lines.more():
        number = len(sheets) + 2
        with package.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
            sheets.append(_sheet(_Member(file), table, lines, number))
    return sheets


class _Lines:
    """Batches of lines: each row of the table, with the lines 续 that its longest texts need."""

    def __init__(self, table: Table, tell: Callable[[int], None]) -> None:
        self._rows, self._tell = iter(table.rows), tell
        self._left: list[tuple[Cell, ...]] = []
        self.count = 0
        self.cells = Cells()

    def more(self) -> bool:
        """Whether anything is left."""
        if not self._left:
            self._left = list(islice(self._rows, BATCH))
            self.count += len(self._left)
            self._tell(self.count)
        return bool(self._left)

    def xml(self, first: int, most: int) -> tuple[str, int]:
        """At most `most` lines numbered from `first`, and how many they are."""
        taken, self._left = self._left[:most], self._left[most:]
        self.cells.too_long = False
        made = rows_xml(taken, first, self.cells)
        if self.cells.too_long:
            lines = [line for row in taken for line in lines_of(row)]
            taken, self._left = lines[:most], lines[most:] + self._left
            made = rows_xml(taken, first, self.cells)
        return made, len(taken)


def _sheet(member: _Member, table: Table, lines: _Lines, number: int) -> Sheet:
    """One sheet of rows, until they end or it is full."""
    member.add(bookxml.opening(table.widths, active=number == 2))
    member.add(bookxml.line(1, [(one, HEADING) for one in table.headings]))
    line = 1
    while line <= SHEET_ROWS and member.size < SHEET_BYTES and lines.more():
        made, count = lines.xml(line + 1, SHEET_ROWS + 1 - line)
        member.add(made)
        line += count
    last = f"{letter(len(table.headings) - 1)}{line}"
    member.add(bookxml.closing(page_head(table.title, table.mark), last))
    absolute = f"${letter(len(table.headings) - 1)}${line}"
    return Sheet(table.sheet_name + (f" {number - 1}" if number > 2 else ""), absolute)


def _small(widths: Sequence[int], rows: Iterator[list[tuple[Cell, int]]], table: Table, drawn: bool = False) -> str:
    body = "".join(bookxml.line(number, cells, _high(cells, widths)) for number, cells in enumerate(rows, 1))
    return bookxml.opening(widths, frozen=False, high=18 if drawn else 14.5) + body + bookxml.closing(page_head(table.title, table.mark), drawn=drawn)


def _high(cells: list[tuple[Cell, int]], widths: Sequence[int]) -> float:
    """Points for a row whose last text goes on in further lines, or is a title; 0 for every other."""
    if not cells or cells[0][1] == TITLE:
        return 26 if cells else 0
    lines = -(-wide(str(cells[-1][0])) // widths[len(cells) - 1])
    return min(15.0 * lines, 400) if cells[-1][1] == PLAIN and lines > 1 else 0


def _notes(table: Table, count: int) -> str:
    """The first sheet: what the table is, from when, how many rows, and what each of its fields means."""

    def rows() -> Iterator[list[tuple[Cell, int]]]:
        yield [(table.title, TITLE)]
        if table.mark:
            yield [(table.mark, MARK)]
        for name, value in table.head:
            yield [(name, PLAIN), (value, PLAIN)]
        yield [("行数", PLAIN), (count, PLAIN)]
        for text in table.foot:
            yield [("说明", PLAIN), (text, PLAIN)]
        yield []
        yield [("字段", HEADING), ("含义", HEADING)]
        for heading in table.headings:
            yield [(heading, PLAIN), (meaning(table.name, heading), PLAIN)]

    return _small((18, 80), rows(), table)


def _counts(table: Table, drawn: bool) -> str:
    """The last sheet, cell by cell where the pictures look for their numbers."""

    def rows() -> Iterator[list[tuple[Cell, int]]]:
        yield [(table.title + counts_sheet.NAME, TITLE)]
        yield [(table.mark, MARK)]
        yield []
        for title, values in table.counts:
            total = sum(number for _, number in values)
            yield [(title, HEADING), ("条数", HEADING), ("占比", HEADING)]
            for label, number in values:
                yield [(label, PLAIN), (number, PLAIN), (f"{number / total:.1%}" if total else "", PLAIN)]
            yield []

    return _small(counts_sheet.WIDTHS, rows(), table, drawn)
