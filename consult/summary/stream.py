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

from consult.summary import bookxml
from consult.summary.bookxml import HEADING, MARK, PLAIN, TITLE, Sheet
from consult.summary.cellxml import Cells, letter, rows_xml
from consult.summary.fields import meaning
from consult.summary.table import Cell, Table
from consult.summary.visible import lines_of, page_head

SHEET_ROWS = 1_048_575  # below the headings: a sheet has 1,048,576 rows
SHEET_BYTES = 1_900_000_000
BATCH = 500  # rows made into XML at once
LEVEL = 1  # of 0 to 3
NOTES, COUNTS = "字段说明", "统计"


def write(table: Table, path: Path, tell: Callable[[int], None] = lambda _: None) -> int:
    """Write the table to `path`; returns the number of rows and tells it as it grows.

    A text longer than a cell goes on in rows 续 below its own, as in the styled tables.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        lines = _Lines(table, tell)
        sheets, count = _data(package, table, lines), lines.count
        _put(package, "xl/worksheets/sheet1.xml", _notes(table, count))
        sheets = [Sheet(NOTES), *sheets]
        if table.counts:
            sheets.append(Sheet(COUNTS))
            _put(package, f"xl/worksheets/sheet{len(sheets)}.xml", _counts(table))
        _put(package, "xl/workbook.xml", bookxml.book(sheets, active=1))
        _put(package, "xl/_rels/workbook.xml.rels", bookxml.book_links(len(sheets)))
        _put(package, "xl/styles.xml", bookxml.STYLES)
        shared = f'{bookxml.XML}<sst xmlns="{bookxml.MAIN}">{lines.cells.shared_xml()}</sst>'
        _put(package, "xl/sharedStrings.xml", shared)
        _put(package, "docProps/core.xml", bookxml.core(table.title))
        _put(package, "_rels/.rels", bookxml.ROOT_LINKS)
        _put(package, "[Content_Types].xml", bookxml.types(len(sheets)))
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


def _small(widths: Sequence[int], rows: Iterator[list[tuple[Cell, int]]], table: Table) -> str:
    body = "".join(bookxml.line(number, cells) for number, cells in enumerate(rows, 1))
    return bookxml.opening(widths, frozen=False) + body + bookxml.closing(page_head(table.title, table.mark))


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


def _counts(table: Table) -> str:
    """The last sheet: a block for each way of counting."""

    def rows() -> Iterator[list[tuple[Cell, int]]]:
        if table.mark:
            yield [(table.mark, MARK)]
        for title, values in table.counts:
            yield [(title, HEADING), ("条数", HEADING)]
            for label, number in values:
                yield [(label, PLAIN), (number, PLAIN)]
            yield []

    return _small((30, 10), rows(), table)
