"""Word documents: every paragraph with its automatic number, tables row by row, changes as accepted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from consult.base.errors import Refused
from consult.drafts.reading.word_numbering import Numbering, W
from consult.drafts.reading.xml import BROKEN, Package

_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_SKIPPED = frozenset(W + name for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr"))
_BREAKS = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": " "}
_AROUND = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_MOST_DEPTH = 60
_MOST_SPAN = 64


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: for every row, column → (its text, whether the cell is merged with the one above)."""

    rows: tuple[dict[int, tuple[str, bool]], ...]


def docx_blocks(package: Package) -> tuple[list[str | Grid], list[str]]:
    """(paragraphs and tables in reading order, warnings) of a Word document whose tables matter as tables."""
    document = package.xml(_main_part(package))
    body = None if document is None else document.find(W + "body")
    if document is None or body is None:
        raise Refused(BROKEN)
    reader = _Reader(package, document)
    blocks = list(reader.parts(body, 0))
    return [*blocks, *reader.footnotes()], reader.warnings(document, package)


def docx_text(package: Package) -> tuple[str, list[str]]:
    """(text, warnings) of a Word document."""
    document = package.xml(_main_part(package))
    body = None if document is None else document.find(W + "body")
    if document is None or body is None:
        raise Refused(BROKEN)
    reader = _Reader(package, document)
    lines = list(reader.blocks(body, 0))
    lines += reader.footnotes()
    return "\n".join(lines), reader.warnings(document, package)


def _main_part(package: Package) -> str:
    """word/document.xml, or what the package's relations call the office document."""
    relations = package.xml("_rels/.rels")
    for relation in relations if relations is not None else ():
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            target = str(relation.get("Target", "")).lstrip("/")
            if target in package.names:
                return target
    return "word/document.xml"


class _Reader:
    """Walks the body once, in order, since numbers count up."""

    def __init__(self, package: Package, document: etree._Element) -> None:
        self._numbering = Numbering(package.xml("word/numbering.xml"), package.xml("word/styles.xml"))
        self._notes = package.xml("word/footnotes.xml")
        self._note_ids: list[str] = []
        self._carried = ""
        self.hidden = False

    def blocks(self, parent: etree._Element, depth: int) -> Iterator[str]:
        """The lines of all paragraphs and tables below `parent`."""
        if depth > _MOST_DEPTH:
            return
        for child in parent:
            if child.tag == W + "p":
                yield from self._paragraph(child, depth)
            elif child.tag == W + "tbl":
                yield from self._table(child, depth)
            elif child.tag in _AROUND:
                yield from self.blocks(child, depth + 1)

    def parts(self, parent: etree._Element, depth: int) -> Iterator[str | Grid]:
        """As `blocks`, tables whole."""
        if depth > _MOST_DEPTH:
            return
        for child in parent:
            if child.tag == W + "p":
                yield from self._paragraph(child, depth)
            elif child.tag == W + "tbl":
                yield self._grid(child, depth)
            elif child.tag in _AROUND:
                yield from self.parts(child, depth + 1)

    def _grid(self, table: etree._Element, depth: int) -> Grid:
        rows: list[dict[int, tuple[str, bool]]] = []
        for row in _rows(table):
            column, cells = _span(row.find(f"{W}trPr/{W}gridBefore"), 0), {}
            for cell in (one for one in row.iter(W + "tc") if _row_of(one) is row):
                text, merge = "\n".join(self.blocks(cell, depth + 1)).strip("\n"), cell.find(f"{W}tcPr/{W}vMerge")
                below = merge is not None and merge.get(W + "val", "continue") == "continue"
                above = rows[-1].get(column, ("", False))[0] if below and rows else ""
                cells[column] = (above if below else text, below)
                column += _span(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
            rows.append(cells)
        return Grid(tuple(rows))

    def _paragraph(self, paragraph: etree._Element, depth: int) -> Iterator[str]:
        properties = paragraph.find(W + "pPr")
        boxes: list[etree._Element] = []
        text = "".join(self._inline(paragraph, boxes, 0))
        mark = None if properties is None else properties.find(f"{W}rPr/{W}del")
        if mark is not None:  # the paragraph mark is deleted: its text joins the next paragraph
            self._carried += text
        else:
            text, self._carried = self._carried + text, ""
            label = self._numbering.label(properties) if text.strip() or not boxes else ""
            yield label + text
        for box in boxes:
            yield from self.blocks(box, depth + 1)

    def _inline(self, parent: etree._Element, boxes: list[etree._Element], depth: int) -> Iterator[str]:
        if depth > _MOST_DEPTH:
            return
        for child in parent:
            if child.tag in _SKIPPED or not isinstance(child.tag, str):
                continue
            if child.tag == W + "t":
                yield child.text or ""
            elif child.tag in _BREAKS:
                yield "" if child.get(W + "type") in ("page", "column") else _BREAKS[child.tag]
            elif child.tag == W + "footnoteReference":
                self._note_ids.append(child.get(W + "id", ""))
            elif child.tag == _CHOICE:
                yield from self._alternative(child, boxes, depth)
            elif child.tag == W + "txbxContent":
                boxes.append(child)
            elif child.tag == W + "r" and child.find(f"{W}rPr/{W}vanish") is not None:
                self.hidden = True
            else:
                yield from self._inline(child, boxes, depth + 1)

    def _alternative(self, choice: etree._Element, boxes: list[etree._Element], depth: int) -> Iterator[str]:
        """Word stores a text box twice, for new and for old programs: only the first is read."""
        first = next(iter(choice), None)
        if first is not None:
            yield from self._inline(first, boxes, depth + 1)

    def _table(self, table: etree._Element, depth: int) -> Iterator[str]:
        for row in _rows(table):
            cells = [list(self.blocks(cell, depth + 1)) for cell in row.iter(W + "tc") if _row_of(cell) is row]
            if len(cells) == 1:
                yield from cells[0]
            else:
                yield "\t".join(" ".join(line.replace("\n", " ") for line in cell if line) for cell in cells)

    def footnotes(self) -> list[str]:
        """The footnotes in the order of their references, after the text."""
        if self._notes is None or not self._note_ids:
            return []
        known = {note.get(W + "id", ""): note for note in self._notes.iterfind(W + "footnote")}
        out = []
        for count, note_id in enumerate(self._note_ids, 1):
            if note_id in known:
                out.append(f"注{count} " + " ".join(self.blocks(known[note_id], 0)))
        return out

    def warnings(self, document: etree._Element, package: Package) -> list[str]:
        """What reading changed or left out."""
        out = []
        if any(next(document.iter(W + name), None) is not None for name in ("ins", "del", "moveFrom", "moveTo")):
            out.append("文档有修订标记，已按“接受全部修订”读取，请核对。")
        if self._note_ids:
            out.append(f"文档有 {len(self._note_ids)} 个脚注，已放在全文末尾。")
        if self.hidden:
            out.append("文档有隐藏文字，没有读入。")
        if "word/comments.xml" in package.names and next(document.iter(W + "commentReference"), None) is not None:
            out.append("文档有批注，没有读入。")
        return out


def _rows(table: etree._Element) -> Iterable[etree._Element]:
    """The rows of a table, also inside content controls and tracked insertions, not those of inner tables."""
    for child in table:
        if child.tag == W + "tr":
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "customXml", W + "ins"):
            yield from _rows(child)


def _span(element: etree._Element | None, default: int) -> int:
    """How many columns a cell covers, or are left free before the first."""
    value = "" if element is None else element.get(W + "val", "")
    return min(int(value), _MOST_SPAN) if value.isascii() and value.isdigit() and len(value) < 5 else default


def _row_of(cell: etree._Element) -> etree._Element | None:
    parent = cell.getparent()
    while parent is not None and parent.tag != W + "tr":
        parent = parent.getparent()
    return parent
