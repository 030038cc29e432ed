"""The letter on paper: what GB/T 9704 asks for is in the file, read by another library and printed by LibreOffice."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Length, Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from consult.letters.letter_document import MOST_MARK, Paper, balanced, write
from consult.letters.letter_words import DEFAULTS, PLACES, check_places, fill, heading, mail_body

PAPER = Paper(
    office="河湾县住房和城乡建设局", title="关于征求《河湾县村庄公共照明管理办法（征求意见稿）》意见的函",
    units=("河湾县财政局", "河湾县水利局"), paragraphs=("现送上征求意见。", "", "请于2026年3月25日24时之前复函。"),
    day="2026年3月10日", letter_no="河建函〔2026〕12号",
    enclosures=("《河湾县村庄公共照明管理办法》（征求意见稿）", "征求意见反馈表"), contact="联系人：周工；电话：0000-1234567",
)  # fmt: skip
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def lines(paper: Paper) -> list[str]:
    return [one.text for one in Document(io.BytesIO(write(paper))).paragraphs]


def test_the_page_and_the_letters_follow_the_standard() -> None:
    document = Document(io.BytesIO(write(PAPER)))
    section = document.sections[0]
    assert [round(one.mm) for one in (section.page_width, section.page_height)] == [210, 297]
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    room = section.page_width - section.left_margin - section.right_margin
    high = section.page_height - section.top_margin - section.bottom_margin
    assert (Length(room).mm, Length(high).mm) == pytest.approx((156, 225), abs=0.1)
    body = next(one for one in document.paragraphs if one.text.startswith("现送上"))
    shape = body.paragraph_format
    assert (shape.line_spacing, shape.first_line_indent, body.runs[0].font.size) == (Pt(28), Pt(32), Pt(16))
    title = next(one for one in document.paragraphs if one.text.startswith("关于"))
    assert title.runs[0].font.size == Pt(22)
    fonts = {run._r.rPr.rFonts.get(f"{W}eastAsia") for one in document.paragraphs for run in one.runs}
    assert fonts == {"仿宋_GB2312", "方正小标宋简体"}


def test_its_parts_stand_in_order() -> None:
    text = [one for one in lines(PAPER) if one]
    assert text[0] == "河建函〔2026〕12号"
    assert "".join(text[1:3]) == PAPER.title
    assert text[3] == "河湾县财政局、河湾县水利局："
    assert text[4:6] == ["现送上征求意见。", "请于2026年3月25日24时之前复函。"]
    assert text[6:8] == ["附件：1. 《河湾县村庄公共照明管理办法》（征求意见稿）", "　　　2. 征求意见反馈表"]
    assert text[8:] == ["河湾县住房和城乡建设局", "2026年3月10日", "（联系人：周工；电话：0000-1234567）"]
    assert lines(replace(PAPER, red_head=True))[0] == PAPER.office


def test_page_numbers_stand_between_dashes_outside() -> None:
    with zipfile.ZipFile(io.BytesIO(write(PAPER))) as package:
        feet = [package.read(name) for name in package.namelist() if re.match(r"word/footer\d", name)]
    shown = ["".join(etree.fromstring(foot).itertext()) for foot in feet]
    assert [one for one in shown if one] == ["— PAGE —"] * 2
    assert {etree.fromstring(foot).find(f".//{W}jc").get(f"{W}val") for foot in feet if b"PAGE" in foot} == {"left", "right"}


@settings(deadline=None, max_examples=15)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80), st.booleans())
def test_any_words_give_a_file_that_opens(words: str, red: bool) -> None:
    paper = replace(PAPER, office=words[: MOST_MARK + 5], title=words, paragraphs=(words,), letter_no="", red_head=red)
    with zipfile.ZipFile(io.BytesIO(write(paper))) as package:
        etree.fromstring(package.read("word/document.xml"))


@given(st.text("甲乙丙》）的，", min_size=1, max_size=90), st.integers(5, 25))
def test_titles_are_cut_evenly_and_lose_nothing(text: str, most: int) -> None:
    parts = balanced(text, most)
    assert "".join(parts) == text
    assert all(parts)


def test_libreoffice_prints_one_page_with_the_seal_place(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not here")
    (tmp_path / "a.docx").write_bytes(write(PAPER))
    place = f"-env:UserInstallation=file://{tmp_path}/office"
    command = ["soffice", place, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    said = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True)
    pages = said.stdout.rstrip("\f\n").split("\f")
    assert len(pages) == 1
    assert re.search(r"河湾县住房和城乡建设局\s*\n\s*2026 ?年 ?3 ?月 ?10 ?日", pages[0])
    assert re.search(r"— ?1 ?—", pages[0])


def test_places_are_filled_and_unknown_ones_refused() -> None:
    values = {place: f"<{place[1:-1]}>" for place in PLACES}
    for text in DEFAULTS.values():
        check_places(text)
        assert "{" not in fill(text, values)
    assert fill("甲\n{contact}\n\n乙{x}", {"{contact}": ""}) == "甲\n\n乙{x}"
    assert heading("关于《甲》的决定") == "关于征求《关于〈甲〉的决定》意见的函"


def test_a_mail_says_what_to_do() -> None:
    text = mail_body(["甲局："], link="http://a/enter/x", due="2026年3月25日 24时", contact="周工", office="县局", attached=True)
    for part in ("http://a/enter/x", "2026年3月25日 24时", "周工", "只能进入一次", "附件"):
        assert part in text
    bare = mail_body(["已撤回。"], link="", due="", contact="", office="县局", attached=False)
    assert "链接" not in bare
    assert "附件" not in bare
