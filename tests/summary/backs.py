"""Hands that fill in the working copy of 意见汇总处理表 as Excel and Word do, and ways in and out of the house."""

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import openpyxl
from docx import Document
from flask import current_app

from consult.base.db import transaction
from consult.base.files import StoredFile, Upload, keep
from consult.base.people import Actor
from consult.drafts import find
from consult.review import desk, queue
from consult.review.queue import Filter
from consult.summary import back_check, back_offer, back_sheet, back_word
from consult.summary.back import HEADINGS, BackRow
from consult.summary.back_check import Reading, judge
from consult.summary.back_raw import opened
from consult.summary.fill import Wish, fill_table
from consult.summary.models import TableReturn
from tests.factories.people import NOW

WRITERS = {"docx": back_word.write, "xlsx": back_sheet.write}
NAMES = list(HEADINGS)


class SheetHand:
    """Fills the xlsx in with openpyxl; rows count from 1 below the headings."""

    HEAD = 4

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(BytesIO(data))
        self.sheet = self.book.worksheets[0]

    def read(self, row: int, heading: str) -> str:
        """What a cell says; row 0 are the headings."""
        return str(self.sheet.cell(self.HEAD + row, NAMES.index(heading) + 1).value or "")

    def write(self, row: int, heading: str, text: str) -> None:
        """Type over a cell, as text."""
        cell = self.sheet.cell(self.HEAD + row, NAMES.index(heading) + 1)
        cell.value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text) or None  # as Excel writes it, openpyxl does not
        if text:
            cell.data_type = "s"

    def delete(self, row: int) -> None:
        """Delete a row."""
        self.sheet.delete_rows(self.HEAD + row)

    def data(self) -> bytes:
        """The saved file."""
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()


class WordHand:
    """Fills the docx in with python-docx; rows count from 1 below the headings."""

    def __init__(self, data: bytes) -> None:
        self.document = Document(BytesIO(data))
        self.table = self.document.tables[0]
        self.rows = list(self.table.rows)

    def read(self, row: int, heading: str) -> str:
        """What a cell says; row 0 are the headings."""
        return str(self.rows[row].cells[NAMES.index(heading)].text)

    def write(self, row: int, heading: str, text: str) -> None:
        """Type over a cell."""
        self.rows[row].cells[NAMES.index(heading)].text = text

    def delete(self, row: int) -> None:
        """Delete a row."""
        self.table._tbl.remove(self.rows.pop(row)._tr)

    def data(self) -> bytes:
        """The saved file."""
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()


HANDS: dict[str, Callable[[bytes], SheetHand | WordHand]] = {"docx": WordHand, "xlsx": SheetHand}


def written(kind: str, rows: Sequence[BackRow], project: str = "demo:1") -> bytes:
    """A file of these rows."""
    return WRITERS[kind]("《某办法》意见汇总处理表", project, rows, "2026年3月10日下载。", NOW)


def judged(data: bytes, rows: Sequence[BackRow], project: str = "demo:1", before: Mapping = {}) -> Reading:  # noqa: B006
    """A file held against rows as they stand."""
    raw = back_check.parse(*opened(data))
    return judge(raw, project, {one.key: one for one in rows}, before)


def handed_out(slug: str = "demo", kind: str = "xlsx", wanted: Filter = Filter()) -> bytes:  # noqa: B008
    """The file of a project as it is handed out now."""
    project = find.by_slug(slug)
    with transaction():
        desk.settle_all(project.id)
    project = find.by_slug(slug)
    rows = back_offer.rows_led(project.id, queue.leads(project.id, wanted, 5000), 5000)
    return WRITERS[kind]("《某办法》意见汇总处理表", back_offer.project_of(project), rows, "今天下载。", NOW)


def loaded(data: bytes, slug: str = "demo") -> Reading:
    """What the house makes of a file now."""
    project = find.by_slug(slug)
    raw, sealed = back_check.parse(*opened(data)), back_offer.project_of(project)
    found = back_check.codes(raw, sealed)
    rows = back_offer.rows_known(project.id, [one.key for one in found])
    older = [(one.key, one.number) for one in found if one.key in rows and rows[one.key].number != one.number]
    return judge(raw, sealed, rows, back_offer.replaced(older))


def wishes(reading: Reading) -> list[Wish]:
    """All that a file wants, conflicts too."""
    return [Wish(one.row.key, one.row.number, one.row.size, one.after) for one in reading.of("new", "changed", "conflict")]


def kept(actor: Actor, data: bytes, kind: str = "xlsx") -> StoredFile:
    """The file, stored; inside a transaction."""
    return keep(Upload(f"表.{kind}", data), kind, current_app.config["SETTINGS"].files, actor, NOW)


def confirmed(actor: Actor, data: bytes, kind: str = "xlsx", slug: str = "demo", now=NOW) -> TableReturn:
    """Everything in a file, written."""
    reading = loaded(data, slug)
    assert reading.troubles == []
    number = find.by_slug(slug).id
    with transaction():
        return fill_table(actor, now, consultation_id=number, wishes=wishes(reading), file=kept(actor, data, kind), rows=reading.rows)
