"""Show 2: every table in every format, with the hardest texts a database may hold, read back by other programs.

openpyxl, python-docx, csv and json read what we wrote; LibreOffice opens each workbook and document and saves it as
something else, and what it saved says the same: it neither refused nor repaired a cell.
"""

import csv
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from flask import Flask, current_app
from openpyxl.utils.escape import unescape
from sqlalchemy import update

from consult.base.db import db, transaction
from consult.drafts import find as drafts
from consult.intake.models import Comment
from consult.intake.register import Entry, register
from consult.intake.submit import Item
from consult.summary import export
from consult.summary.table import COLUMNS
from consult.summary.tables import build
from consult.summary.visible import visible
from tests.factories.people import later
from tests.summary.test_export import read_csv, read_docx
from tests.summary.test_stream import read
from tests.summary.world import OFFICE, OPEN, World, group, key_of, living, make_world, rule, rule_all

NOW = later(days=5)
LONG = "路灯太暗，第一段。\n" + "一万个字的来信，" * 1250 + "完。"
HARD = (
    "=1+1", "@x", "+1", "-1", "\t制表", "😀👨‍👩‍👧", "𠮷", "㑇", LONG, "一\n\n二\n", "<b>粗</b>&amp;", "]]>", "'=1", "_x000D_", "0123", "1e5", "2026-03-01",
    "　全角空格　", "\u200b零宽", "‮倒写",
)  # fmt: skip
BELL = "响\x07铃\x1b"  # no door lets these in; a database that was written otherwise may hold them


@pytest.fixture
def hard(app: Flask) -> World:
    """The world with the hardest texts as opinion, proposal and reason of an opinion, and as reason of a ruling."""
    world = make_world()
    third = key_of(world.project, "第三条")
    with transaction():
        sent = register(
            OFFICE, later(hours=6), consultation=drafts.by_slug("demo"), version_id=drafts.current_version(world.project).id,
            channel="letter", keys=current_app.extensions["keys"],
            entries=[Entry((Item(third, "amend", text, text if len(text) < 5000 else "", "理由"),), OPEN, None) for text in (*HARD, "铃")],
        )  # fmt: skip
        ids = [one.comment_ids[0] for one in sent]
    with transaction():
        db.session.execute(update(Comment).where(Comment.id == ids[-1]).values(text=BELL, proposed_text=BELL))
    group(world.id)
    for number, (comment_id, text) in enumerate(zip(ids, HARD, strict=False)):
        more = {"new_wording": text[:2000]} if number % 3 == 0 else {}
        rule(comment_id, "adopted" if more else "not_adopted", f"{text[:3000]} 十个字的理由写在这里。", **more)
    rule_all(world)
    world.project = drafts.by_slug("demo")
    return world


def wanted(world: World, name: str) -> list[list[str]]:
    """The table as the rows say it, as far as XML can carry it."""
    table = build(db.session(), name, world.project, NOW)
    return [list(table.headings), *([visible(str(cell)) for cell in row] for row in table.rows)]


def sheet_of(path: Path, name: str) -> list[list[str]]:
    """What a workbook holds from the headings on."""
    if name == "raw":
        return [list(COLUMNS[name][1]), *read(path, len(COLUMNS[name][1]))]
    return _numbered(path, len(COLUMNS[name][1]))


def _numbered(path: Path, width: int) -> list[list[str]]:
    """All rows, those of additions (12-1) included."""
    lines = [
        ["" if cell is None else unescape(str(cell)) for cell in row]
        for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True, max_col=width)
    ]
    start = next(number for number, line in enumerate(lines) if line[0] == "序号")
    end = next((n for n in range(start + 1, len(lines)) if not lines[n][0].replace("-", "").isdecimal()), len(lines))
    return lines[start:end]


def test_every_text_is_there_whole_in_every_format(hard: World, tmp_path: Path) -> None:
    assert len(living(hard.id)) > 40
    for name in COLUMNS:
        rows = wanted(hard, name)
        made = {fmt: export.export(name, fmt, hard.project, NOW, tmp_path / f"{name}.{fmt}") for fmt in ("xlsx", "docx", "csv", "json")}
        assert sheet_of(made["xlsx"].path, name) == rows, name
        assert read_docx(made["docx"].path)[0] == rows, name
        assert [[visible(cell) for cell in row] for row in read_csv(made["csv"].path)[:-1]] == rows, name
        assert {one.rows for one in made.values()} == {len(rows) - 1}, name
    said = {row[9] for row in wanted(hard, "raw")}
    assert {*HARD, visible(BELL)} <= said, "nothing was left out"
    assert {text for text in HARD if len(text) < 100} <= {row[4] for row in wanted(hard, "summary")}


def converted(path: Path, kind: str) -> Path:
    """The file as LibreOffice opens it and saves it as something else."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    out = path.parent / f"again-{path.name}"
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{path.parent / 'profile'}", "--headless", "--convert-to", kind, "--outdir", str(out),
         str(path)], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return next(out.iterdir())


def cells_of(path: Path, sheet: int) -> list[list[str]]:
    """The cells of a sheet as LibreOffice holds them, by way of a csv; its own xlsx would not escape _x0041_ again."""
    made = converted(path, f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,{sheet}")
    with made.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_libreoffice_opens_every_workbook_and_document(app: Flask, hard: World, tmp_path: Path) -> None:
    for name in COLUMNS:
        rows = wanted(hard, name)
        made = export.export(name, "xlsx", hard.project, NOW, tmp_path / f"{name}.xlsx")
        cells = cells_of(made.path, 2 if name == "raw" else 1)
        start = 0 if name == "raw" else 3
        assert cells[start : start + len(rows)] == rows, name
        made = export.export(name, "docx", hard.project, NOW, tmp_path / f"{name}.docx")
        again = read_docx(converted(made.path, "docx"))[0]
        # when LibreOffice saves it leaves blanks at the end of a paragraph away and writes _x0041_ as workbooks do
        assert [[unescape(cell).rstrip(" ") for cell in row] for row in again] == [[cell.rstrip(" ") for cell in row] for row in rows], name


@pytest.mark.slow
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_pdf_has_every_row(app: Flask, hard: World, tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    for name in COLUMNS:
        made = export.export(name, "pdf", hard.project, NOW, tmp_path / f"{name}.pdf")
        pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(str(made.path))]
        text = "".join("".join(pages).split())
        assert made.rows == len(wanted(hard, name)) - 1
        assert "".join(hard.project.title.split()) in text and "截至2026年3月15日10:00（征求意见进行中）" in text
        assert all(f"第{number}页共{len(pages)}页" in "".join(page.split()) for number, page in enumerate(pages, 1)), name
        assert "𠮷" in text or name not in ("summary", "raw", "adoption")


def test_before_the_deadline_every_table_says_so_and_afterwards_none(hard: World, tmp_path: Path) -> None:
    closes = hard.project.closes_at
    for now, mark in ((closes - timedelta(minutes=1), "截至2026年4月2日 16:59（征求意见进行中）"), (closes, "")):
        for name in COLUMNS:
            assert build(db.session(), name, hard.project, now).mark == mark
            for fmt in ("csv", "json"):
                made = export.export(name, fmt, hard.project, now, tmp_path / f"a.{fmt}")
                assert ("征求意见进行中" in made.path.read_text(encoding="utf-8-sig")) == bool(mark), (name, fmt)
            words = [one.text for one in read_docx(export.export(name, "docx", hard.project, now, tmp_path / "a.docx").path)[1].paragraphs]
            assert (mark in words) == bool(mark) and any("进行中" in one for one in words) == bool(mark)
            made = export.export(name, "xlsx", hard.project, now, tmp_path / "a.xlsx")
            assert _said(made.path, "征求意见进行中") == bool(mark), name


def _said(path: Path, word: str) -> bool:
    book = openpyxl.load_workbook(path)
    heads = [page.oddHeader.right.text or "" for page in book.worksheets]
    cells = [str(cell) for page in book.worksheets for row in page.iter_rows(max_row=4, values_only=True) for cell in row]
    assert any(word in one for one in heads) == any(word in one for one in cells)
    return any(word in one for one in cells)
