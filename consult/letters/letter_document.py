"""Pure: a letter to units (征求意见函) as a Word document in the look of GB/T 9704-2012.

A4, margins 37 mm above and 28 mm left, body 3号仿宋 on lines of 28 points indented by two characters, title 2号小标宋,
page numbers — 1 — outside, day in Arabic numerals. The fonts are named as offices have them; nothing is embedded.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

BODY, TITLE, MARK = "仿宋_GB2312", "方正小标宋简体", "方正小标宋简体"
LATIN = "Times New Roman"
THREE, TWO = Pt(16), Pt(22)  # 3号, 2号
LINE = Pt(28)
RED = RGBColor(0xE6, 0x00, 0x12)
PER_LINE = 28  # characters of a line of 156 mm in 3号
MOST_MARK = 20  # characters of a red mark that fit on one line


@dataclass(frozen=True)
class Paper:
    """What stands on a letter. `red_head` prints the red mark of the office and its line above everything."""

    office: str
    title: str
    units: tuple[str, ...]
    paragraphs: tuple[str, ...]
    day: str
    letter_no: str = ""
    enclosures: tuple[str, ...] = ()
    contact: str = ""
    red_head: bool = False
    made_at: datetime | None = None


def write(paper: Paper) -> bytes:
    """The letter as docx."""
    document = Document()
    _page(document)
    if paper.red_head:
        _mark(document, paper.office)
    if paper.letter_no:
        _add(document, paper.letter_no, align="right" if paper.red_head else "center")
        _add(document, "")
    _title(document, paper.title)
    _add(document, "")
    _add(document, f"{'、'.join(paper.units)}：")
    for text in paper.paragraphs:
        if text.strip():
            _add(document, text.strip(), first=2)
    _enclosed(document, paper.enclosures)
    _signed(document, paper.office, paper.day)
    if paper.contact:
        _add(document, "")
        _add(document, f"（{paper.contact}）", first=2)
    document.core_properties.title = _allowed(paper.title)[:255]
    document.core_properties.author = _allowed(paper.office)[:255]
    if paper.made_at is not None:
        document.core_properties.created = document.core_properties.modified = paper.made_at.replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    style = document.styles["Normal"]
    style.font.size = THREE
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(name), BODY if name == "w:eastAsia" else LATIN)
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer.paragraphs[0], outside="right")
    _number(section.even_page_footer.paragraphs[0], outside="left")


def _number(paragraph: Paragraph, outside: str) -> None:
    """— 1 — in 4号, one character in from the outer edge."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if outside == "right" else WD_ALIGN_PARAGRAPH.LEFT
    shape = paragraph.paragraph_format
    if outside == "right":
        shape.right_indent = Pt(14)
    else:
        shape.left_indent = Pt(14)
    for kind, text in (("", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("", " —")):
        run = paragraph.add_run(text if not kind else "")
        run.font.size, run.font.name = Pt(14), "宋体"
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
        if kind == "code":
            run._r.append(_element("w:instrText", text=text))
        elif kind:
            run._r.append(_element("w:fldChar", {"w:fldCharType": kind}))


def _element(name: str, attributes: dict[str, str] | None = None, text: str = "") -> Any:
    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(qn(key), value)
    if text:
        element.text = text
    return element


def _mark(document: Docx, office: str) -> None:
    """发文机关标志 in red with a red line below it; long names get smaller."""
    size = Pt(min(48, 440 // max(len(office), 1))) if len(office) <= MOST_MARK else TWO
    paragraph = _add(document, office, align="center", font=MARK, size=size, colour=RED, line=Length(int(size * 1.3)))
    paragraph.paragraph_format.space_after = Pt(6)
    edge = _element("w:bottom", {"w:val": "single", "w:sz": "18", "w:space": "8", "w:color": "E60012"})
    borders = _element("w:pBdr")
    borders.append(edge)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _title(document: Docx, title: str) -> None:
    """2号小标宋, in lines of like length that do not cut a word in 的函 off."""
    for part in balanced(title, 19):
        _add(document, part, align="center", font=TITLE, size=TWO, line=Pt(32), keep=True)


def balanced(text: str, most: int) -> list[str]:
    """Lines of at most `most` characters, none much shorter than the others."""
    count = -(-len(text) // most) or 1
    size = max(-(-len(text) // count), 1)
    lines = [text[start : start + size] for start in range(0, len(text), size)]
    for index in range(1, len(lines)):  # nothing that closes may begin a line
        while lines[index][:1] and lines[index][0] in "》〉）、，。的":
            lines[index - 1], lines[index] = lines[index - 1] + lines[index][0], lines[index][1:]
    return [line for line in lines if line]


def _enclosed(document: Docx, names: Sequence[str]) -> None:
    """附件： one blank line below the text, numbered where there are more, long names hung under their beginning."""
    if not names:
        return
    _add(document, "")
    for number, name in enumerate(names, 1):
        numbered = f"{number}. {name}" if len(names) > 1 else name
        head = "附件：" if number == 1 else "　　　"
        paragraph = _add(document, head + numbered, keep=number == len(names))  # a signature never stands alone
        hang = 4 if len(names) > 1 else 3
        paragraph.paragraph_format.left_indent = THREE * (hang + 2)
        paragraph.paragraph_format.first_line_indent = -THREE * hang
        paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _signed(document: Docx, office: str, day: str) -> None:
    """The name centred over the day, four characters in from the right, with room for the seal above; never alone."""
    _add(document, "", keep=True)
    _add(document, "", keep=True)
    wide = max(len(office), _width(day))
    for text, own in ((office, float(len(office))), (day, _width(day))):
        paragraph = _add(document, text, align="right", keep=text is office)
        room = 4 + (wide - own) / 2 if wide < PER_LINE - 6 else 0
        paragraph.paragraph_format.right_indent = Length(int(THREE * room))


def _width(text: str) -> float:
    """In whole characters; digits count half."""
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def _allowed(text: str) -> str:
    """Without the characters that XML has no form for."""
    return "".join(char for char in text if char >= " " and char not in "\ufffe\uffff")


def _add(
    document: Docx, text: str, *, align: str = "", first: int = 0, font: str = BODY, size: Length = THREE,
    line: Length = LINE, colour: RGBColor | None = None, keep: bool = False,
) -> Paragraph:  # fmt: skip
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, line
    shape.keep_with_next = keep or None
    shape.widow_control = True
    places = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
    paragraph.alignment = places.get(align, WD_ALIGN_PARAGRAPH.JUSTIFY)
    if first:
        shape.first_line_indent = Length(size * first)
    run = paragraph.add_run(_allowed(text))
    run.font.size, run.font.name = size, LATIN
    if colour is not None:
        run.font.color.rgb = colour
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return paragraph
