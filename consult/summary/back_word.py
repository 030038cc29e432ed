"""Pure: the working copy of 意见汇总处理表 as docx: landscape A4, the number of each row small in the last column."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from docx.oxml import parse_xml

from consult.letters import form_xml as xml
from consult.letters.landscape import headings, page, page_numbers
from consult.review.words import OUTCOMES
from consult.summary.back import CODE, COUNT, FILLED, HEADINGS, HELP, BackRow

ROOM = 15_700  # twentieths of a point between the margins
SIZE, SMALL = 17, 12  # half points
FILL = "FFFBE6"
KEPT_WHOLE = 200  # characters; a row with longer texts may run over a page


def write(title: str, project: str, rows: Sequence[BackRow], made: str, made_at: datetime | None = None) -> bytes:
    """The bytes of the docx; `made` is a sentence on when and from what it was made."""
    document, body = page(title, made_at, side=10, top=16, bottom=14, foot=8)
    page_numbers(document, 18)
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
    widths, heads = headings(HEADINGS, ROOM, SIZE, 400)
    found = [heads]
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
