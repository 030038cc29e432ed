"""LibreOffice opens the forms, saves them again with every row found, and prints them on landscape A4."""

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from docx import Document

from consult.drafts.reading.xml import Package
from consult.letters.form import HEADINGS, read_code
from consult.letters.form_difference import compare
from consult.letters.form_raw import RawForm
from consult.letters.form_sheet_read import read as read_sheet
from consult.letters.form_word_read import read as read_word
from tests.letters.forms import FILLED, WRITERS, filled, read_back

OFFICE = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
READERS = {"docx": read_word, "xlsx": read_sheet}


def converted(folder: Path, name: str, data: bytes, kind: str) -> bytes:
    """The file opened and saved by LibreOffice."""
    (folder / name).write_bytes(data)
    out = folder / "out"
    command = [
        "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", kind, "--outdir", str(out), str(folder / name),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (out / name).with_suffix(f".{kind}").read_bytes()


@OFFICE
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_saved_again_by_another_program_every_row_is_found_by_its_code(kind: str, tmp_path: Path) -> None:
    form = filled(("a3", "𠮷 😀 <b>\n=1+1", " 前  后"), ("a3", "同一条的第二点", ""), ("", "对全文", "理由\t一"))
    data = converted(tmp_path, f"form.{kind}", WRITERS[kind](form), kind)
    reading = read_back(data)
    assert reading.form == form and reading.notices == ()
    assert compare(reading.form, form).nothing
    raw: RawForm = READERS[kind](Package(data))
    assert [bool(read_code(row.code)) for row in raw.rows] == [True] * len(form.rows)
    assert raw.form_ids == {form.form_id}


@OFFICE
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_printed_on_landscape_a4_with_the_headings_on_every_page(kind: str, tmp_path: Path) -> None:
    form = filled(*(("a3", f"第{n}点意见，" + "建议补充。" * 30, "依据") for n in range(20)))
    pdf = pypdfium2.PdfDocument(converted(tmp_path, f"form.{kind}", WRITERS[kind](form), "pdf"))
    try:
        assert len(pdf) > 1
        for page in pdf:
            assert [round(side) for side in page.get_size()] == [842, 595]
            words = "".join(page.get_textpage().get_text_range().split())
            assert all(name in words for name in HEADINGS)
    finally:
        pdf.close()


def test_the_docx_has_official_fonts_and_repeats_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "form.docx"
    path.write_bytes(WRITERS["docx"](FILLED))
    document = Document(str(path))
    xml = document.element.xml
    assert all(font in xml for font in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"))
    assert document.tables[1].rows[0]._tr.xml.count("w:tblHeader") == 1
    assert document.core_properties.author == "" and document.core_properties.title == FILLED.title
