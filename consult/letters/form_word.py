"""Pure: the reply form as docx: landscape A4 in the look of GB/T 9704, prefilled, with a hidden code in every row."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from consult.base.errors import Refused
from consult.letters import form_xml as xml
from consult.letters.form import (
    FACTS,
    FORM_NUMBER,
    HEADINGS,
    HELP,
    MOST_ROWS,
    PROPERTY,
    TICKS,
    FormRow,
    ReplyForm,
    code,
)
from consult.letters.landscape import headings, page, page_numbers

ROOM = 14_560  # twentieths of a point between the margins
FACT_WIDTHS = (2_000, 3_760, 1_300, 3_700, 1_300, 2_500)
KEPT_WHOLE = 300  # characters; a row with longer texts may run over a page
BOOKMARK = "_CF_"  # names that begin with a low line are not shown in Word's list of bookmarks
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"


def write(form: ReplyForm, made_at: datetime | None = None) -> bytes:
    """The bytes of the docx. Raises Refused beyond MOST_ROWS rows."""
    if len(form.rows) > MOST_ROWS:
        raise Refused(f"超过{MOST_ROWS}行，文字处理软件打不开这么长的表，请只选需要征求意见的条款。", "format")
    document, body = page(form.title, made_at, side=20, top=24, bottom=22, foot=12)
    for element in _elements(form):
        body.insert(len(body) - 1, parse_xml(xml.rooted(element)))  # the last child is w:sectPr
    page_numbers(document, 21)
    _name(document, form)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _elements(form: ReplyForm) -> Iterator[str]:
    yield xml.paragraph(xml.run(form.title, xml.TITLE, 36), "center", 0, 160, keep_next=True)
    words = "".join(f"{part}　　" for part in form.source)
    named = xml.run(f"{FORM_NUMBER}{form.form_id}", xml.BODY, 18)
    yield xml.paragraph(xml.run(words, xml.SUBHEAD, 24) + named, "center", 0, 80, keep_next=True)
    yield xml.table(FACT_WIDTHS, _facts(form))
    yield xml.paragraph(_ticks(form), "center", 140, 140, keep_next=True)
    yield _table(form)
    for number, line in enumerate(HELP, 1):
        before = 100 if number == 1 else 0
        yield xml.paragraph(
            xml.run(f"{'填表说明：' if number == 1 else '　　　　　'}{number}. {line}", xml.BODY, 21), before=before
        )


def _facts(form: ReplyForm) -> list[str]:
    cells = []
    for number, (name, said) in enumerate(form.facts.items()):
        head, room = FACT_WIDTHS[number % 3 * 2 : number % 3 * 2 + 2]
        look = xml.look(xml.BODY, 24)
        cells.append(xml.cell(xml.run(FACTS[name], xml.HEAD, 22), head, align="center", middle=True))
        inside = xml.run(said, xml.BODY, 24) if said else ""
        cells.append(xml.cell(inside, room, middle=True, empty=look))
    return [xml.row(cells[:6], height=560), xml.row(cells[6:], height=560)]


def _ticks(form: ReplyForm) -> str:
    first, second = (
        xml.tick_box(label, form.answer == name, xml.NUMBERS, 28) + xml.run(label, xml.BODY, 28)
        for name, label in TICKS.items()
    )
    return first + xml.run("　　　　", xml.BODY, 28) + second


def _table(form: ReplyForm) -> str:
    """Rows are made as text: python-docx's add_row looks at every earlier row and is quadratic."""
    widths, heads = headings(HEADINGS, ROOM, 22, 500)
    rows = [_row(form.form_id, number, row, widths) for number, row in enumerate(form.lines, 1)]
    return xml.table(widths, [heads, *rows])


def _row(form_id: str, number: int, row: FormRow, widths: Sequence[int]) -> str:
    look = xml.look(xml.BODY, 21)
    first = xml.run(str(number), xml.BODY, 21)
    hidden = code(form_id, row)
    if hidden:
        first = xml.bookmark(BOOKMARK + hidden, number, first)
    cells = [xml.cell(first, widths[0], align="center")]
    for text, width in zip(row.cells, widths[1:], strict=True):
        cells.append(xml.cell(xml.run(text, xml.BODY, 21) if text else "", width, empty=look))
    whole = max(map(len, (row.original, row.text, row.reason))) < KEPT_WHOLE
    return xml.row(cells, height=480, whole=whole)


def _name(document: Any, form: ReplyForm) -> None:
    """The number of the form once more, where nobody types it away."""
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), _CUSTOM, xml.properties({PROPERTY: form.form_id}), package)
    package.relate_to(part, _CUSTOM_LINK)
