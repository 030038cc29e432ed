"""Every exported file, opened by another library and compared with the database cell by cell."""

import csv
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pypdfium2
import pytest
from docx.oxml.ns import qn
from flask import Flask
from openpyxl.utils.escape import unescape
from sqlalchemy import select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import NotAllowed, NotFound, Refused
from consult.base.people import Actor
from consult.drafts import find as drafts
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.summary import archive_check, document, export, sheet, workbook, written
from consult.summary.table import COLUMNS, Table
from consult.summary.tables import build
from tests.factories.people import later, make_project, send
from tests.summary.world import AFTER, OFFICE, World, make_world, rule_all

NOW = later(days=5)
NAMES = tuple(COLUMNS)
MARK = "截至2026年3月15日 10:00（征求意见进行中）"


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    rule_all(made)
    return made


def expected(world: World, name: str) -> list[list[str]]:
    """The table as text, straight from the rows."""
    table = build(db.session(), name, world.project, NOW)
    return [list(table.headings), *([str(cell) for cell in row] for row in table.rows)]


def read_xlsx(path: Path, width: int) -> tuple[list[list[str]], openpyxl.Workbook]:
    book = openpyxl.load_workbook(path)
    main = book.worksheets[0]
    assert all(cell.data_type != "f" for page in book.worksheets for row in page.iter_rows() for cell in row)
    assert all(cell.hyperlink is None for row in main.iter_rows() for cell in row)
    # openpyxl leaves _x005F_ as it stands in the file; spreadsheets read it as the _ it is written for
    rows = main.iter_rows(values_only=True, max_col=width)
    lines = [["" if cell is None else unescape(str(cell)) for cell in row] for row in rows]
    start = next(number for number, line in enumerate(lines) if line[0] in ("序号", "意见编号"))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n][0].isdecimal()), len(lines))
    return lines[start:end], book


def read_docx(path: Path) -> tuple[list[list[str]], docx.document.Document]:
    document = docx.Document(str(path))
    rows = document.tables[0]._tbl.findall(qn("w:tr"))
    return [[_text(cell) for cell in row.findall(qn("w:tc"))] for row in rows], document


def _text(cell: object) -> str:
    marks = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    parts = cell.iter(qn("w:t"), qn("w:br"), qn("w:tab"))  # type: ignore[attr-defined]
    return "".join(marks.get(one.tag) or one.text or "" for one in parts)


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [[sheet.unguarded(cell) for cell in row] for row in csv.reader(file)]


def _check_xlsx(world: World, name: str, tmp_path: Path) -> None:
    if name == "raw":
        return  # streamed: tests/summary/test_stream.py
    made = export.export(name, "xlsx", world.project, NOW, tmp_path / "a.xlsx")
    wanted = expected(world, name)
    lines, book = read_xlsx(made.path, len(wanted[0]))
    assert lines == wanted
    page = book.worksheets[0]
    assert made.rows == len(lines) - 1
    assert page.freeze_panes == "A5" and page.print_title_rows == "$4:$4" and page.page_setup.orientation == "landscape"
    assert page.auto_filter.ref and page.page_setup.paperSize == 9
    assert page["A3"].value == MARK and page["A1"].value == f"《{world.project.title}》{COLUMNS[name][0]}"
    assert "&P" in page.oddFooter.center.text and "&N" in page.oddFooter.center.text


def test_the_sheet_of_counts_has_every_count_and_its_charts(world: World, tmp_path: Path) -> None:
    made = export.export("summary", "xlsx", world.project, NOW, tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(made.path)["统计"]
    cells = {row[0]: row[1] for row in page.iter_rows(values_only=True) if row[0] and isinstance(row[1], int)}
    assert cells["网上"] == 19 and cells["信函"] == 2 and cells["单位复函"] == 2
    assert cells["2026-03-10"] == 20 and cells["2026-03-05"] == 1, "a letter counts on the day it came in"
    assert page["A1"].value == f"《{world.project.title}》意见汇总处理表统计" and page["A2"].value == MARK
    assert len(page._charts) == 4
    shares = [row for row in page.iter_rows(min_row=5, max_col=3, values_only=True) if isinstance(row[1], int)]
    outcomes = shares[: next(n for n, row in enumerate(shares) if row[0] in ("全文", "第一条", "第三条"))]
    assert sum(row[2] for row in outcomes) == pytest.approx(1) and sum(row[1] for row in outcomes) == 23


def _check_docx(world: World, name: str, tmp_path: Path) -> None:
    made = export.export(name, "docx", world.project, NOW, tmp_path / "a.docx")
    lines, found = read_docx(made.path)
    assert lines == expected(world, name)
    assert made.rows == len(lines) - 1
    head = found.tables[0]._tbl.findall(qn("w:tr"))
    assert head[0].find(".//" + qn("w:tblHeader")) is not None
    assert all(row.find(".//" + qn("w:cantSplit")) is not None for row in head)
    words = [paragraph.text for paragraph in found.paragraphs]
    assert words[0] == f"《{world.project.title}》{COLUMNS[name][0]}" and words[1] == MARK
    assert found.sections[0].page_width > found.sections[0].page_height
    fonts = {one.get(qn("w:eastAsia")) for one in found.element.iter(qn("w:rFonts"))}
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"} <= fonts
    footer = found.sections[0].footer._element.xml
    assert "NUMPAGES" in footer and "PAGE" in footer


def _check_csv(world: World, name: str, tmp_path: Path) -> None:
    made = export.export(name, "csv", world.project, NOW, tmp_path / "a.csv")
    lines = read_csv(made.path)
    assert lines[:-1] == expected(world, name)
    assert lines[-1] == [MARK]
    assert made.path.read_bytes().startswith(b"\xef\xbb\xbf")
    with made.path.open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def _check_json(world: World, name: str, tmp_path: Path) -> None:
    made = export.export(name, "json", world.project, NOW, tmp_path / "a.json")
    found = json.loads(made.path.read_text(encoding="utf-8"))
    wanted = expected(world, name)
    assert found["headings"] == wanted[0] and found["mark"] == MARK
    assert [[str(row[one]) for one in wanted[0]] for row in found["rows"]] == wanted[1:]


@pytest.mark.parametrize("check", [_check_xlsx, _check_docx, _check_csv, _check_json])
def test_every_table_read_back_is_the_database(
    world: World, tmp_path: Path, check: Callable[[World, str, Path], None]
) -> None:
    for name in NAMES:
        check(world, name, tmp_path)


def test_every_opinion_stands_in_the_row_of_its_clause(world: World, tmp_path: Path) -> None:
    made = export.export("summary", "xlsx", world.project, NOW, tmp_path / "a.xlsx")
    lines, _ = read_xlsx(made.path, 9)
    for sent in world.nasty:
        comment = db.session.get_one(Comment, sent.comment_ids[0])
        clauses = {one.id: one.citation for one in drafts.clauses(comment.version_id)}
        place = clauses[comment.clause_id] if comment.clause_id else "全文"
        said = [row for row in lines if row[1] == place and row[4] == comment.proposed_text]
        assert [row for row in said if row[3].startswith(comment.text)]


def test_after_the_deadline_there_is_no_mark(world: World, tmp_path: Path) -> None:
    made = export.export("summary", "csv", world.project, AFTER, tmp_path / "a.csv")
    assert "进行中" not in made.path.read_text(encoding="utf-8-sig")
    made = export.export("summary", "docx", world.project, AFTER, tmp_path / "a.docx")
    assert not [one for one in docx.Document(str(made.path)).paragraphs if "进行中" in one.text]


def test_raw_hides_what_was_withdrawn_and_tells_no_contact(world: World, tmp_path: Path) -> None:
    made = export.export("raw", "csv", world.project, NOW, tmp_path / "a.csv")
    text = made.path.read_text(encoding="utf-8-sig")
    assert "我想收回这句话" not in text and "（提出人已撤回）" in text
    assert "朱重八" not in text and "李雷" not in text


def test_a_file_is_replaced_and_its_digest_audited(world: World, tmp_path: Path) -> None:
    path = tmp_path / "out" / "a.csv"
    path.parent.mkdir()
    path.write_text("before")
    made = export.export("summary", "csv", world.project, NOW, path)
    assert made.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert made.filename == "demo-意见汇总处理表-20260315-1000.csv"
    with transaction():
        export.note(OFFICE, NOW, world.project, made)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and entry.action == "export" and json.loads(entry.facts)["digest"] == made.digest
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(NotAllowed):
        export.note(Actor("user:1", "x", frozenset({"agency"})), NOW, world.project, made)


def test_what_cannot_be_written_is_said(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound):
        export.export("summary", "ods", world.project, NOW, tmp_path / "a")
    with pytest.raises(NotFound):
        export.export("nothing", "csv", world.project, NOW, tmp_path / "a")
    with pytest.raises(Refused, match="文件夹"):
        export.export("summary", "csv", world.project, NOW, tmp_path / "no" / "a.csv")
    monkeypatch.setattr(document, "MOST_ROWS", 3)
    (tmp_path / "a.docx").write_text("before")
    with pytest.raises(Refused, match="xlsx"):
        export.export("summary", "docx", world.project, NOW, tmp_path / "a.docx")
    assert (tmp_path / "a.docx").read_text() == "before"
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(Refused, match="csv"):
        export.export("summary", "xlsx", world.project, NOW, tmp_path / "a.xlsx")
    monkeypatch.undo()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Refused, match="LibreOffice"):
        export.export("summary", "pdf", world.project, NOW, tmp_path / "a.pdf")


@pytest.mark.slow
def test_pdf_has_the_words(app: Flask, tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    project = make_project()
    send(project, [Item(None, "other", "路灯间距太大")])
    made = export.export("summary", "pdf", project, NOW, tmp_path / "a.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(str(made.path)))
    assert "路灯间距太大" in text.replace("\r\n", "") and "意见汇总处理表" in text


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("夜市管理办法（征求意见稿）", "《夜市管理办法（征求意见稿）》部门意见反馈情况台账"),
        ("临溪市吉祥街“老记”夜市管理办法（征求意见稿）", "《临溪市吉祥街“老记”夜市管理办法（征求意见稿）》\n部门意见反馈情况台账"),
        ("临溪市城市道路两侧和公共场所临时摆摊设点经营活动管理暂行办法（征求意见稿）",
         "《临溪市城市道路两侧和公共场所临时摆摊设点经营活动管理暂行办法\n（征求意见稿）》部门意见反馈情况台账"),
    ],
)  # fmt: skip
def test_a_long_title_breaks_where_its_sense_does(name: str, printed: str, tmp_path: Path) -> None:
    ledger = COLUMNS["ledger"]
    document.write(Table("ledger", f"《{name}》{ledger[0]}", tuple(ledger[1]), tuple(ledger[1].values()), ()), tmp_path / "a.docx")
    assert docx.Document(str(tmp_path / "a.docx")).paragraphs[0].text == printed


@pytest.mark.slow
def test_a_pdf_is_written_to_any_folder_that_a_clerk_names(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "征求 意见#50%").mkdir()
    monkeypatch.chdir(tmp_path / "征求 意见#50%")
    monkeypatch.setattr(written, "PDF_SECONDS", 60)  # it used to wait for ever for a profile without an address
    made = export.export("ledger", "pdf", world.project, NOW, Path("台账.pdf"))
    assert made.path.read_bytes().startswith(b"%PDF") and os.listdir() == ["台账.pdf"]


def test_the_archive_holds_all_and_any_change_in_it_is_found(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = export.export("summary", "zip", world.project, NOW, tmp_path / "a.zip")
    names = {f"{name}.{fmt}" for name in NAMES for fmt in ("xlsx", "docx", "csv", "json")} | {"manifest.json"}
    with zipfile.ZipFile(made.path) as archive:
        assert names <= set(archive.namelist())
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert archive_check.main([str(made.path)]) == 0
    changes = {
        "与清单中的校验值不一致": parts | {"summary.csv": parts["summary.csv"] + b"x"},
        "不在包内": {name: data for name, data in parts.items() if name != "raw.json"},
        "不在清单中": parts | {"extra.txt": b"x"},
        "缺少清单": {name: data for name, data in parts.items() if name != "manifest.json"},
        "读不懂": parts | {"manifest.json": b"[1]"},
    }
    for said, content in changes.items():
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        assert archive_check.main([str(tmp_path / "b.zip")]) == 1
        assert said in capsys.readouterr().err
    (tmp_path / "b.zip").write_bytes(made.path.read_bytes()[:5000])
    assert archive_check.main([str(tmp_path / "b.zip")]) == 1
    assert archive_check.main([str(tmp_path / "c.zip")]) == 1


def test_every_font_names_what_stands_in_for_it(world: World, tmp_path: Path) -> None:
    made = export.export("summary", "docx", world.project, NOW, tmp_path / "a.docx")
    used = {one.get(qn("w:eastAsia")) for one in docx.Document(str(made.path)).element.iter(qn("w:rFonts"))}
    with zipfile.ZipFile(made.path) as package:
        fonts = ElementTree.fromstring(package.read("word/fontTable.xml"))
    instead = {one.get(qn("w:name")): one.find(qn("w:altName")).get(qn("w:val")) for one in fonts}
    assert used - {None} <= set(instead) and "华文中宋" in instead["方正小标宋简体"] and "仿宋," in instead["仿宋_GB2312"]


def test_a_notice_looks_like_an_official_document(tmp_path: Path) -> None:
    document.write_notice(["关于某事的公告", "正文一。", "正文二。", "某局", "2026年4月5日"], tmp_path / "a.docx", NOW)
    found = docx.Document(str(tmp_path / "a.docx"))
    assert [one.text for one in found.paragraphs] == ["关于某事的公告", "正文一。", "正文二。", "某局", "2026年4月5日"]
    section = found.sections[0]
    assert (round(section.top_margin.mm), round(section.left_margin.mm), round(section.page_height.mm)) == (37, 28, 297)
