"""Texts that are too long or too odd for a cell: told, continued, shown, and put back exactly."""

from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from consult.summary import document, sheet, workbook
from consult.summary.table import Table
from consult.summary.visible import cut, units, visible
from tests.summary.test_export import read_docx


def _table(*rows: tuple[str | int, ...]) -> Table:
    return Table("summary", "《某办法》表", ("序号", "内容"), (6, 40), rows)


def test_a_cell_beyond_the_limit_of_a_spreadsheet_goes_on_below(tmp_path: Path) -> None:
    long = "灯😀" * 25_000
    assert workbook.write(_table((1, long), (2, "短")), tmp_path / "a.xlsx") == 2
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows(min_row=5, values_only=True))
    assert [row[0] for row in rows[:4]] == [1, "续", "续", 2] and str(rows[4][0]).startswith("有 3 行文字较长")
    assert "".join(str(row[1]) for row in rows[:3]) == long


def test_rows_that_a_sheet_cannot_show_whole_are_told(tmp_path: Path) -> None:
    workbook.write(_table((1, "灯" * 2000), (2, "短")), tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert page["B5"].value == "灯" * 2000 and page.row_dimensions[5].height > 408
    assert str(page["A7"].value).startswith("有 1 行文字较长")
    workbook.write(_table((2, "短")), tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["A6"].value is None


def test_characters_that_xml_cannot_carry_are_seen(tmp_path: Path) -> None:
    bad = "钟\x07响\ufffe\ud800完"
    assert visible(bad) == "钟␇响��完"
    workbook.write(_table((1, bad)), tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["B5"].value == visible(bad)
    document.write(replace(_table((1, bad)), title="坏\x00题"), tmp_path / "a.docx")
    assert read_docx(tmp_path / "a.docx")[0][1][1] == visible(bad)


def test_a_long_row_goes_on_overleaf_a_short_one_stays_whole(tmp_path: Path) -> None:
    document.write(_table((1, "短"), (2, "灯" * 900)), tmp_path / "a.docx")
    rows = docx.Document(str(tmp_path / "a.docx")).tables[0]._tbl.findall(qn("w:tr"))
    assert [row.find(".//" + qn("w:cantSplit")) is not None for row in rows] == [True, True, False]


@given(st.text(max_size=60))
def test_the_csv_prefix_comes_off_again(text: str) -> None:
    shown = str(sheet.guarded(text))
    assert sheet.unguarded(shown) == text
    assert shown[:1] not in ("=", "+", "-", "@", "\t", "\r") or not shown


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.integers(2, 9))
def test_pieces_fit_and_join(text: str, most: int) -> None:
    pieces = cut(text, most)
    assert "".join(pieces) == text and all(units(piece) <= most for piece in pieces)
