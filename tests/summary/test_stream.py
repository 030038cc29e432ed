"""Streamed workbooks: read back by openpyxl and LibreOffice cell by cell, whole, the same bytes each time, never a formula."""

import csv
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from consult.base.db import db
from consult.base.errors import Refused
from consult.summary import document, export, size, stream, written
from consult.summary.bookxml import MAIN
from consult.summary.cellxml import letter
from consult.summary.table import RAW, Cell, Table
from consult.summary.tables import build
from consult.summary.visible import visible
from tests.factories.people import later
from tests.summary.world import AFTER, NASTY, make_world, rule_all

NOW = later(days=5)
HARD = (
    *NASTY, "=1+1", "@x", "😀𠮷㑇", "长" * 10_000, "一\n二\n\n", "<b>&amp;</b>]]>", "响\x07铃\x00", "_x0041_ _x005F_ _x00_", "\u3000前后\u3000",
    "\ud800半个", "\ufffe\uffff", "\x85\xa0\u2028", "'=1", "0123", "1e5", "TRUE", "2026-03-01", " ", "\n", "\t",
)  # fmt: skip


def table(rows: Iterable[tuple[Cell, ...]], headings: tuple[str, ...] = ("意见编号", "意见内容", "地区")) -> Table:
    return Table("raw", "《某“办法”<征&求>（征求意见稿）》意见原始记录", headings, (8,) * len(headings), rows,
                 (("项目名称", "某办法"),), ("本表不含联系方式。",), "截至今天", None, (("来源渠道", (("网上", 3),)),))  # fmt: skip


def read(path: Path, width: int, sheets: slice = slice(1, 2)) -> list[list[str]]:
    """Rows of the data sheets below their headings; every cell a text or a number, never a formula."""
    book = openpyxl.load_workbook(path, read_only=True)
    found = []
    for page in book.worksheets[sheets]:
        for row in page.iter_rows(min_row=2, max_col=width):
            assert all(cell.data_type in ("s", "n", "inlineStr") for cell in row if cell.value is not None)
            values = ["" if cell.value is None else unescape(str(cell.value)) for cell in row]
            found.append(values + [""] * (width - len(values)))
    book.close()
    return found


def shown(rows: Iterable[tuple[Cell, ...]]) -> list[list[str]]:
    return [[visible(str(cell)) for cell in row] for row in rows]


cells = st.one_of(st.integers(-(10**15), 10**15), st.text(max_size=40), st.sampled_from(HARD))


@given(st.lists(st.tuples(cells, cells, cells), max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_read_back_is_what_was_written(tmp_path: Path, rows: list[tuple[Cell, ...]]) -> None:
    assert stream.write(table(rows), tmp_path / "a.xlsx") == len(rows)
    found = read(tmp_path / "a.xlsx", 3)
    # a row of nothing but empty cells at the end is not seen by a reader
    assert found + [["", "", ""]] * (len(rows) - len(found)) == shown(rows)


def test_numbers_stay_numbers_and_texts_texts(tmp_path: Path) -> None:
    stream.write(table([(7, "7", -3), (8, "=1+1", "")]), tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[1]
    assert [cell.value for cell in page[2]] == [7, "7", -3]
    assert page["B3"].value == "=1+1" and page["B3"].data_type == "s" and page["B3"].style_id == 2
    assert page["B3"].quotePrefix and not page["B2"].quotePrefix


def test_raw_data_read_back_is_the_database(app: Flask, tmp_path: Path) -> None:
    world = make_world()
    rule_all(world)
    made = export.export("raw", "xlsx", world.project, NOW, tmp_path / "a.xlsx")
    wanted = [[str(cell) for cell in row] for row in build(db.session(), "raw", world.project, NOW).rows]
    assert read(made.path, len(RAW)) == wanted and made.rows == len(wanted)
    assert size.rows(db.session(), world.id, "raw") == len(wanted)
    book = openpyxl.load_workbook(made.path)
    assert book.sheetnames == ["字段说明", "意见原始记录"] and book.active.title == "意见原始记录"
    _has_its_look(book["意见原始记录"], len(wanted))
    notes = [[cell or "" for cell in row] for row in book["字段说明"].iter_rows(values_only=True)]
    assert notes[0][0].endswith("意见原始记录") and notes[1][0].startswith("截至2026年3月15日")
    assert ["行数", len(wanted)] in notes
    meanings = dict(notes[-len(RAW) :])
    assert list(meanings) == list(RAW) and all(meanings.values())


def _has_its_look(page: openpyxl.worksheet.worksheet.Worksheet, rows: int) -> None:
    assert (
        [cell.value for cell in page[1]] == list(RAW)
        and page["A1"].font.b
        and page["A1"].fill.fgColor.rgb == "FFEDEDED"
    )
    assert page.freeze_panes == "A2" and page.print_title_rows == "$1:$1"
    assert page.auto_filter.ref == f"A1:{letter(len(RAW) - 1)}{rows + 1}"
    assert page.page_setup.orientation == "landscape" and page.page_setup.paperSize == 9
    assert [page.column_dimensions[letter(n)].width for n in range(len(RAW))] == list(RAW.values())
    assert "进行中" in page.oddHeader.right.text and "&P" in page.oddFooter.center.text


def test_the_rows_of_the_office_tables_are_counted_beforehand(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    for name in ("summary", "summary-gb"):
        assert size.rows(db.session(), world.id, name) == len(list(build(db.session(), name, world.project, NOW).rows))
    told = len(list(build(db.session(), "adoption", world.project, NOW).rows))
    assert told <= size.rows(db.session(), world.id, "adoption") < told + 10


def test_a_long_office_table_is_streamed_and_tells_how_far_it_is(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    monkeypatch.setattr(written, "STYLED_MOST", 5)
    monkeypatch.setattr(export, "TOLD", 4)
    told: list[tuple[int, int]] = []
    made = export.export("summary", "xlsx", world.project, NOW, tmp_path / "a.xlsx", lambda *far: told.append(far))
    wanted = [[str(cell) for cell in row] for row in build(db.session(), "summary", world.project, NOW).rows]
    assert read(made.path, 9) == wanted
    counted = openpyxl.load_workbook(made.path)["统计"]
    assert ["单位复函", 2] in [list(row[:2]) for row in counted.iter_rows(values_only=True)]
    assert len(counted._charts) == 4, "with its pictures"
    for chart in counted._charts:
        place = chart.ser[0].val.numRef.f.replace("统计!", "").replace("$", "")
        numbers = [cell[0].value for cell in counted[place if ":" in place else f"{place}:{place}"]]
        assert numbers and all(type(one) is int for one in numbers), "drawn from the cells beside it"
    assert told[0] == (4, len(wanted)) and told[-1] == (len(wanted), len(wanted))
    monkeypatch.setattr(written, "STYLED_MOST", len(wanted))
    made = export.export("summary", "xlsx", world.project, NOW, tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(made.path).worksheets[0]["A4"].value == "序号", "the look of the printed form"


def test_docx_and_pdf_of_too_many_rows_are_refused_before_anything_is_read(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(units=False)
    monkeypatch.setattr(document, "MOST_ROWS", 5)
    monkeypatch.setattr(export, "build", None)
    for fmt in ("docx", "pdf"):
        with pytest.raises(Refused, match="xlsx"):
            export.export("summary", fmt, world.project, NOW, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_further_sheets_take_what_one_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stream.SHEET_ROWS == 1_048_575
    monkeypatch.setattr(stream, "SHEET_ROWS", 700)
    rows = [(number, f"意见{number}", "") for number in range(2100)]
    assert stream.write(table(rows), tmp_path / "a.xlsx") == 2100
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["字段说明", "意见原始记录", "意见原始记录 2", "意见原始记录 3", "统计"]
    assert [page.max_row for page in book.worksheets[1:4]] == [701, 701, 701]
    assert all(page["A1"].value == "意见编号" and page.auto_filter.ref == "A1:C701" for page in book.worksheets[1:4])
    assert read(tmp_path / "a.xlsx", 3, slice(1, 4)) == shown(rows)
    monkeypatch.setattr(stream, "SHEET_ROWS", 1_048_575)
    monkeypatch.setattr(stream, "SHEET_BYTES", 60_000)
    stream.write(table(rows), tmp_path / "a.xlsx")
    assert len(openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames) > 4, "a sheet ends before it needs ZIP64"
    assert read(tmp_path / "a.xlsx", 3, slice(1, -1)) == shown(rows)


def test_a_text_longer_than_a_cell_goes_on_below_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SHEET_ROWS", 4)
    long = "灯😀" * 25_000
    rows = [(1, "短", "a"), (2, long, "b"), (3, "末", "c")]
    assert stream.write(table(rows), tmp_path / "a.xlsx") == 3
    found = read(tmp_path / "a.xlsx", 3, slice(1, 3))
    assert [row[0] for row in found] == ["1", "2", "续", "续", "3"] and [row[2] for row in found] == [
        "a",
        "b",
        "",
        "",
        "c",
    ]
    assert "".join(row[1] for row in found[1:4]) == long
    assert all(len(row[1].encode("utf-16-le")) // 2 <= 32_767 for row in found)


def test_an_empty_table_is_a_table(tmp_path: Path) -> None:
    assert stream.write(table([]), tmp_path / "a.xlsx") == 0
    assert read(tmp_path / "a.xlsx", 3) == []


def test_the_same_rows_are_the_same_bytes_and_the_package_is_whole(tmp_path: Path) -> None:
    rows = [(number, text, "甲") for number, text in enumerate(HARD)]
    for name in ("a.xlsx", "b.xlsx"):
        stream.write(table(rows), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert package.testzip() is None
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.extract_version for one in package.infolist()} == {20}, "no ZIP64: Excel would offer a repair"
        parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    listed = {one.get("PartName", "").lstrip("/") for one in parts["[Content_Types].xml"] if one.get("PartName")}
    assert listed == {name for name in parts if not name.endswith(".rels") and name != "[Content_Types].xml"}
    targets = {"xl/" + one.get("Target", "") for one in parts["xl/_rels/workbook.xml.rels"]}
    assert targets == {name for name in parts if re.match("xl/(worksheets/sheet|styles|shared)", name)}
    assert {name for name in parts if "/charts/" in name or "/drawings/" in name} >= {"xl/charts/chart1.xml", "xl/drawings/drawing1.xml"}
    order = [one.tag.partition("}")[2] for one in parts["xl/worksheets/sheet2.xml"]]
    wanted = [
        "sheetPr",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "autoFilter",
        "pageMargins",
        "pageSetup",
        "headerFooter",
    ]
    assert order == wanted, "the order of the schema"
    places = [one.get("r", "") for one in parts["xl/worksheets/sheet2.xml"].iter(f"{{{MAIN}}}c")]
    assert len(set(places)) == len(places) and all(re.fullmatch("[A-C][0-9]+", one) for one in places)
    assert not list(parts["xl/worksheets/sheet2.xml"].iter(f"{{{MAIN}}}f"))


def test_what_fails_on_the_way_is_not_swallowed(tmp_path: Path) -> None:
    def rows() -> Iterable[tuple[Cell, ...]]:
        yield from ((number, "字", "") for number in range(2000))
        raise OSError("磁盘满了")

    with pytest.raises(OSError, match="磁盘满了"):
        stream.write(table(rows()), tmp_path / "a.xlsx")


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(column: int, name: str) -> None:
    assert letter(column) == name


@pytest.mark.slow
def test_libreoffice_reads_the_same_cells(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    rows: list[tuple[Cell, ...]] = [(number, text, "甲") for number, text in enumerate(HARD)]
    stream.write(table(rows), tmp_path / "a.xlsx")
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,2", "--outdir", str(tmp_path),
         str(tmp_path / "a.xlsx")], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    made = next(tmp_path.glob("a*.csv"))
    with made.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["意见编号", "意见内容", "地区"]
    assert found[1:] == shown(rows)


def test_after_the_deadline_the_same_data_are_the_same_file(app: Flask, tmp_path: Path) -> None:
    world = make_world(units=False)
    digests = {export.export("raw", "xlsx", world.project, AFTER, tmp_path / name).digest for name in ("a", "b")}
    assert len(digests) == 1
