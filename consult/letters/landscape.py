"""Pure: a landscape page for tables that people fill in: empty document, page numbers, the row of headings."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from consult.letters import form_xml as xml


def page(title: str, made_at: datetime | None, side: int, top: int, bottom: int, foot: int) -> tuple[Any, Any]:
    """(document, its body), empty, A4 landscape, margins in millimetres.

    Its own style has the fonts, for whoever types on in it.
    """
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
    section.left_margin = section.right_margin = Mm(side)
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(top), Mm(bottom), Mm(foot)
    body = document.element.body
    for old in list(body.iterchildren(qn("w:p"))):
        body.remove(old)
    return document, body


def page_numbers(document: Any, size: int) -> None:
    """第 页　共 页 in the footer; `size` in half points."""
    parts = []
    for words, counted in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES")):
        parts += [xml.run(words, xml.NUMBERS, size), xml.field(counted, xml.NUMBERS, size)]
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    element = footer._element  # python-docx has no public way to put ready XML into a footer
    for old in list(element):
        element.remove(old)
    numbers = xml.paragraph("".join([*parts, xml.run(" 页", xml.NUMBERS, size)]), "center")
    element.append(parse_xml(xml.rooted(numbers)))


def headings(names: Mapping[str, float], room: int, size: int, height: int) -> tuple[list[int], str]:
    """The widths of the columns in `room`, and the row with their names, repeated on every page.

    `names`: each with its share; `room` and `height` in twentieths of a point, `size` in half points.
    """
    scale = room / sum(names.values())
    widths = [round(width * scale) for width in names.values()]
    cells = [
        xml.cell(xml.run(name, xml.HEAD, size), width, align="center", middle=True)
        for name, width in zip(names, widths, strict=True)
    ]
    return widths, xml.row(cells, heading=True, height=height)
