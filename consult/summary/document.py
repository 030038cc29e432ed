"""Tables and the notice as docx in the look of GB/T 9704: A4, its fonts, its margins, page numbers as fields."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from consult.base.errors import Refused
from consult.summary import wordxml
from consult.summary.table import Table
from consult.summary.visible import visible, wide

TITLE, BODY, HEAD, SUBHEAD = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
MOST_ROWS = 5_000
FONT_TABLE = RELATIONSHIP_TYPE.FONT_TABLE
ROOM, ROOM_A3 = 14_560, 21_540  # twentieths of a point between the margins of a landscape page
WIDE = 250  # columns wider than this together go on A3
LINE = 20  # characters of the title size on one line
_LEVEL_ONE = "一二三四五六七八九十"
_LEVEL_TWO = re.compile("（[一二三四五六七八九十]+）[^。\n]{1,30}。")


def write(table: Table, path: Path) -> int:
    """Write the table on landscape pages; returns the number of rows. Raises Refused beyond MOST_ROWS."""
    document, body = _new(table.made_at, table.title)
    room = _landscape(document, large=sum(table.widths) > WIDE)
    _add(body, wordxml.run(_broken(table.title, room // 440), TITLE, 44), align="center", after=120, outline=0, keep_next=True)
    if table.mark:
        _add(body, wordxml.run(table.mark, SUBHEAD, 28), align="center", after=60, keep_next=True)
    if table.head:
        words = [f"{name}：{value or '　　　　'}" for name, value in table.head]
        _add(body, wordxml.run("　　".join(words[:2]), BODY, 24), keep_next=True)
        _add(body, wordxml.run("　　".join(words[2:]) + "　　", BODY, 24) + _pages(BODY), after=80, keep_next=True)
    count = _table(body, table, room)
    for text in table.foot:
        _add(body, wordxml.run(text, BODY, 24), before=80)
    _page_numbers(document, "第 ", " 页　共 ", " 页")
    document.save(str(path))
    return count


def too_long() -> Refused:
    """What to say where a table has more than MOST_ROWS rows."""
    return Refused(f"超过 {MOST_ROWS} 行，docx 和 pdf 装不下这么长的表，请改用 xlsx 格式导出。", "format")


def write_notice(paragraphs: Sequence[str], path: Path, made_at: datetime | None = None, to: str = "") -> None:
    """Write an announcement: its title first, its office and date last, on portrait pages; `to` is 主送机关."""
    title, *middle = paragraphs
    document, body = _new(made_at, title)
    _portrait(document)
    _add(body, wordxml.run(_broken(title), TITLE, 44), align="center", after=560, line=640, outline=0)
    ending = middle[-2:] if len(middle) > 2 else []
    if to:
        _add(body, wordxml.run(f"{to}：", BODY, 32), line=560)
    main = middle[: len(middle) - len(ending)]
    for number, text in enumerate(main, 1):
        # where a heading of the second level begins a paragraph, only its own words are 楷体
        font = HEAD if text[:1] in _LEVEL_ONE and text[1:2] == "、" else BODY
        named, stop, rest = text.partition("。") if _LEVEL_TWO.match(text) else ("", "", text)
        head = wordxml.run(named + stop, SUBHEAD, 32) if named else ""
        _add(body, head + wordxml.run(rest, font, 32), align="both", first_line=200, line=560,
             keep_next=bool(ending) and number > len(main) - 2)  # office and date never stand alone on a page
    for number, text in enumerate(ending):
        _add(body, wordxml.run(text, BODY, 32), align="right", before=560 if number == 0 else 0, line=560, keep_next=number == 0)
    _page_numbers(document, "— ", "", " —", total=False)
    document.save(str(path))


def _broken(title: str, most: int = LINE) -> str:
    """A title longer than a line of `most` characters breaks where its sense does: behind the name of the draft, or
    before what stage it is at."""
    name, mark, rest = title.rpartition("》")
    if not mark or wide(title) <= 2 * most:
        return title
    if wide(name) < 2 * most:
        return f"{name}》\n{rest}"
    at = max(name.rfind("（"), name.rfind("("))
    return f"{title[:at]}\n{title[at:]}" if 0 < wide(title[:at]) <= 2 * most else title


def _new(made_at: datetime | None, title: str) -> tuple[Any, Any]:
    """An empty document whose own style already has the fonts, for whoever types on in it."""
    document = Document()
    facts = document.core_properties
    facts.title, facts.author, facts.comments = visible(title)[:200], "", ""
    if made_at:
        facts.created = facts.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    normal = document.styles["Normal"]
    normal.font.name = "Times New Roman"
    fonts = normal.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), BODY)
    normal.element.rPr.append(parse_xml(f'<w:lang {wordxml.NAMESPACE} w:val="en-US" w:eastAsia="zh-CN"/>'))
    document.part.part_related_by(FONT_TABLE)._blob = wordxml.fonts().encode()  # a plain part: its bytes are all there is
    body = document.element.body
    for old in list(body.iterchildren(qn("w:p"))):
        body.remove(old)
    return document, body


def _landscape(document: Any, large: bool) -> int:
    """A4, or A3 for a table that A4 would crush; returns the room between the margins in twentieths of a point."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(420), Mm(297)) if large else (Mm(297), Mm(210))
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    section.footer_distance = Mm(14)
    return ROOM_A3 if large else ROOM


def _portrait(document: Any) -> None:
    """The page of GB/T 9704: 37 mm above, 28 mm left, a type area of 156 by 225 mm."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)


def _add(body: Any, inside: str, **look: Any) -> None:
    body.insert(len(body) - 1, parse_xml(wordxml.paragraph(inside, **look)))  # the last child is w:sectPr


def _table(body: Any, table: Table, room: int) -> int:
    """Rows are parsed from text: python-docx's add_row looks at every earlier row and is quadratic."""
    scale = room / sum(table.widths)
    widths = [round(width * scale) for width in table.widths]
    size = 15 if room == ROOM_A3 else 18 if len(widths) > 12 else 21  # half points: 7.5, 9, or the usual 10.5
    frame = parse_xml(wordxml.table(widths))
    frame.append(parse_xml(wordxml.row(table.headings, widths, HEAD, size, heading=True)))
    count = 0
    for cells in table.rows:
        count += 1
        if count > MOST_ROWS:
            raise too_long()
        frame.append(parse_xml(wordxml.row(cells, widths, BODY, size)))
    body.insert(len(body) - 1, frame)
    return count


def _pages(font: str) -> str:
    """共 页第 页, counted by the program that opens the file."""
    total, page = wordxml.field("NUMPAGES", font, 24), wordxml.field("PAGE", font, 24)
    words = [wordxml.run(text, font, 24) for text in ("共", "页 第", "页")]
    return words[0] + total + words[1] + page + words[2]


def _page_numbers(document: Any, before: str, between: str, after: str, total: bool = True) -> None:
    parts = [wordxml.run(before, "宋体", 24), wordxml.field("PAGE", "宋体", 24)]
    if total:
        parts += [wordxml.run(between, "宋体", 24), wordxml.field("NUMPAGES", "宋体", 24)]
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    element = footer._element  # python-docx has no public way to put ready XML into a footer
    for old in list(element):
        element.remove(old)
    element.append(parse_xml(wordxml.paragraph("".join([*parts, wordxml.run(after, "宋体", 24)]), align="center")))
