"""Pure: the working copy of 意见汇总处理表 as docx: landscape A4, the number of each row small in the last column."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from consult.letters import form_xml as xml
from consult.review.words import OUTCOMES
from consult.summary.back import CODE, COUNT, FILLED, HEADINGS, HELP, BackRow

ROOM = 15_700  # twentieths of a point between the margins
SIZE, SMALL = 17, 12  # half points
FILL = "FFFBE6"
KEPT_WHOLE = 200  # characters; a row with longer texts may run over a page


def write(title: str, project: str, rows: Sequence[BackRow], made: str, made_at: datetime | None = None) -> bytes:
    """The bytes of the docx; `made` is a sentence on when and from what it was made."""
    document, body = _new(title, made_at)
    parts = [xml.paragraph(xml.run(title, xml.TITLE, 32), "center", 0, 120, keep_next=True)]
    notes = (f"{COUNT.format(count=len(rows))}。{made}", *HELP, f"八种处理意见：{'、'.join(OUTCOMES.values())}。")
    parts += [xml.paragraph(xml.run(line, xml.SUBHEAD, 20), "left", 0, 40, keep_next=True) for line in notes]
    parts.append(_table(project, rows))
    for part in parts:
        body.insert(len(body) - 1, parse_xml(xml.rooted(part)))  # the last child is w:sectPr
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _table(project: str, rows: Sequence[BackRow]) -> str:
    scale = ROOM / sum(HEADINGS.values())
    widths = [round(width * scale) for width in HEADINGS.values()]
    heads = [
        xml.cell(xml.run(name, xml.HEAD, SIZE), width, align="center", middle=True)
        for name, width in zip(HEADINGS, widths, strict=True)
    ]
    found = [xml.row(heads, heading=True, height=400)]
    looks = {name: xml.look(xml.NUMBERS if name == CODE else xml.BODY, SMALL if name == CODE else SIZE) for name in HEADINGS}
    for row in rows:
        texts = row.cells(project)
        cells = [_cell(name, text, width, looks[name]) for name, text, width in zip(HEADINGS, texts, widths, strict=True)]
        found.append(xml.row(cells, height=400, whole=max(map(len, texts)) < KEPT_WHOLE))
    return xml.table(widths, found)


def _cell(name: str, text: str, width: int, look: str) -> str:
    small = name == CODE
    inside = xml.run(text, xml.NUMBERS if small else xml.BODY, SMALL if small else SIZE) if text else ""
    return xml.cell(inside, width, empty=look, shade=FILL if name in FILLED else "")


def _new(title: str, made_at: datetime | None) -> tuple[Any, Any]:
    """An empty landscape document whose own style has the fonts, for whoever types on in it."""
    document = Document()
    facts = document.core_properties
    facts.title, facts.author, facts.comments = title[:200], "", ""
    if made_at:
        facts.created = facts.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    normal = document.styles["Normal"]
    normal.font.name = "Times New Roman"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), xml.BODY)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(10)
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(16), Mm(14), Mm(8)
    body = document.element.body
    for old in list(body.iterchildren(qn("w:p"))):
        body.remove(old)
    footer = section.footer
    footer.is_linked_to_previous = False
    element = footer._element  # python-docx has no public way to put ready XML into a footer
    for old in list(element):
        element.remove(old)
    counted = (xml.field(name, xml.NUMBERS, 18) for name in ("PAGE", "NUMPAGES"))
    words = (xml.run(text, xml.NUMBERS, 18) for text in ("第 ", " 页　共 "))
    inside = "".join(part for pair in zip(words, counted, strict=True) for part in pair) + xml.run(" 页", xml.NUMBERS, 18)
    element.append(parse_xml(xml.rooted(xml.paragraph(inside, "center"))))
    return document, body
