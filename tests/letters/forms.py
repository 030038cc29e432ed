"""A small draft, its reply form, and hands that fill the form in as Word and Excel do."""

import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
from docx import Document
from docx.oxml.ns import qn

from consult.drafts.citation import citations
from consult.drafts.keys import arrange
from consult.drafts.reading import Source
from consult.drafts.split import split
from consult.letters import form_sheet, form_word
from consult.letters.form import HEADINGS, ReplyForm, rows_of
from consult.letters.form_check import Reading, read

TEXT = """某市节约用水管理办法（征求意见稿）
第一章 总则
第一条 为了加强节约用水管理，制定本办法。
第二条 本市行政区域内的节约用水活动，适用本办法。
第三条 市人民政府统一领导节约用水工作。
市水行政主管部门履行下列职责：
（一）拟定节约用水规划；
（二）编制年度用水计划。
第四条 本办法自2027年3月1日起施行。
"""
WRITERS = {"docx": form_word.write, "xlsx": form_sheet.write}


@dataclass(frozen=True)
class Clause:
    """What a stored clause says of itself."""

    kind: str
    label: str
    level: str
    path: tuple[str, ...]
    text: str
    key: str
    citation: str
    commentable: bool


def _clauses() -> list[Clause]:
    pieces = [one for one in split(Source(TEXT)).pieces if one.kind in ("clause", "paragraph", "title")]
    nodes = arrange([(one.kind, one.level or "", one.label or "", one.path) for one in pieces])
    return [
        Clause(
            one.kind, one.label or "", one.level or "", tuple(one.path), one.text, node.key, cited or "全文",
            one.kind != "title",
        )
        for one, node, cited in zip(pieces, nodes, citations(pieces), strict=True)
    ]  # fmt: skip


CLAUSES = _clauses()
EMPTY = ReplyForm(
    "F7K2-9MQ4-X", "某市节约用水管理办法（征求意见稿）", "某司函〔2026〕35号", "市财政局",
    "请于2026年12月4日17时前反馈。", rows=rows_of(CLAUSES),
)  # fmt: skip
FILLED = replace(
    EMPTY, answer="has_opinion", reply_no="某财函〔2026〕8号", reply_date=date(2026, 11, 30), handler="李四",
    phone="0816-2221234", signatory="王五", rows=rows_of(CLAUSES, said=[("a3", "建议明确经费来源。", "预算法第六条")]),
)  # fmt: skip


def filled(*points: tuple[str, str, str]) -> ReplyForm:
    """FILLED with other points (clause key, text, reason)."""
    return replace(FILLED, rows=rows_of(CLAUSES, said=points))


def read_back(data: bytes, offered: ReplyForm = EMPTY) -> Reading:
    """What the house makes of a file."""
    return read(data, offered, CLAUSES)


def said(reading: Reading) -> list[tuple[str | None, str, str]]:
    """The points of a form that was taken."""
    assert reading.form is not None, reading.troubles
    return [(row.clause_key, row.text, row.reason) for row in reading.form.rows if row.said]


class WordHand:
    """Fills the docx in with python-docx; rows count from 1 below the headings."""

    def __init__(self, data: bytes) -> None:
        self.document = Document(BytesIO(data))
        self.head, self.table = self.document.tables[:2]

    def cell(self, row: int, column: int) -> Any:
        """The cell in the row `row` (0: the headings) and the column, from 0."""
        return self.table.rows[row].cells[column]

    def write(self, row: int, column: int, text: str) -> None:
        """Type over a cell."""
        self.cell(row, column).text = text

    def add(self, *cells: str) -> None:
        """Add a row at the end."""
        for cell, text in zip(self.table.add_row().cells, ("", *cells), strict=True):
            cell.text = text

    def delete(self, row: int) -> None:
        """Delete a row."""
        self.table._tbl.remove(self.table.rows[row]._tr)

    def copy(self, row: int) -> None:
        """Copy a row below itself, with whatever is hidden in it."""
        element = self.table.rows[row]._tr
        element.addnext(deepcopy(element))

    def tick(self, text: str) -> None:
        """Write the tick line anew."""
        line = next(one for one in self.document.paragraphs if "有意见" in one._p.xml)
        for child in list(line._p):
            if child.tag != qn("w:pPr"):
                line._p.remove(child)
        line.add_run(text)

    def fact(self, label: str, text: str) -> None:
        """Fill in a fact of the head."""
        for row in self.head.rows:
            cells = list(row.cells)
            for cell, value in zip(cells[::2], cells[1::2], strict=True):
                if cell.text.startswith(label):
                    value.text = text

    def data(self) -> bytes:
        """The saved file."""
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()


class SheetHand:
    """Fills the xlsx in with openpyxl; rows count from 1 below the headings."""

    HEAD = 10  # the row of the headings

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(BytesIO(data))
        self.sheet = self.book.worksheets[0]
        assert [self.sheet.cell(self.HEAD, n).value for n in range(1, 6)] == list(HEADINGS)

    def _put(self, row: int, column: int, text: str) -> None:
        cell = self.sheet.cell(row, column)
        cell.value = text or None
        if text:
            cell.data_type = "s"

    def write(self, row: int, column: int, text: str) -> None:
        """Type over a cell, as text."""
        self._put(self.HEAD + row, column + 1, text)

    def add(self, *cells: str) -> None:
        """Add a row at the end."""
        line = self.sheet.max_row + 1
        for column, text in enumerate(cells, 2):
            self._put(line, column, text)

    def delete(self, row: int) -> None:
        """Delete a row."""
        self.sheet.delete_rows(self.HEAD + row)

    def copy(self, row: int) -> None:
        """Copy a row below itself, with the hidden column."""
        line = self.HEAD + row
        self.sheet.insert_rows(line + 1)
        for column in range(1, 7):
            old, new = self.sheet.cell(line, column), self.sheet.cell(line + 1, column)
            new.value = old.value
            if isinstance(old.value, str):
                new.data_type = "s"

    def tick(self, text: str) -> None:
        """Write the tick line anew."""
        self._put(self.HEAD - 1, 1, text)

    def fact(self, label: str, text: str) -> None:
        """Fill in a fact of the head."""
        for line in range(1, self.HEAD):
            if str(self.sheet.cell(line, 1).value).startswith(label):
                self._put(line, 3, text)

    def data(self) -> bytes:
        """The saved file."""
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()


HANDS: dict[str, Callable[[bytes], WordHand | SheetHand]] = {"docx": WordHand, "xlsx": SheetHand}


def hand(kind: str, form: ReplyForm = EMPTY) -> WordHand | SheetHand:
    """A hand on a fresh form."""
    return HANDS[kind](WRITERS[kind](form))


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The package with every part changed; None drops the part."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def edited(data: bytes, part: str, old: str, new: str) -> bytes:
    """The package with one stretch of one part replaced; the stretch must be there."""

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), 1)

    return rezipped(data, change)
