"""Pure: the text of a paragraph or cell of a docx as a person reads it: changes accepted, numbers written out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from consult.drafts.reading.word_numbering import Numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_SKIPPED = frozenset(
    W + name for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sdtPr", "rt", "tcPr", "trPr")
)
_BREAKS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_BLOCKS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# what carries no text that could be read: element → what people call it
LOST = {
    W + "drawing": "图片", W + "pict": "图片", W + "object": "嵌入的文件", W + "altChunk": "嵌入的文件",
    _MATH + "oMath": "公式", _MATH + "oMathPara": "公式", W + "tbl": "另一个表格", W + "subDoc": "嵌入的文件",
}  # fmt: skip
_NOTES = {W + "footnoteReference": "脚注", W + "endnoteReference": "尾注", W + "commentReference": "批注"}
_MOST_DEPTH = 100
# what letters become in the picture fonts that people tick with: code → as a character (Wingdings, Wingdings 2)
WINGDINGS = {0xFC: "✓", 0xFE: "☑", 0xFD: "☒", 0xFB: "✗", 0x6F: "□", 0xA8: "□", 0x71: "□", 0x72: "□", 0x6E: "■"}
WINGDINGS_2 = {
    0x50: "✓", 0x52: "☑", 0x4F: "✗", 0x51: "☒", 0x53: "☒", 0x54: "☒", 0x56: "☒", 0xA3: "□", 0x2A: "□", 0x30: "□",
}  # fmt: skip




@dataclass
class Seen:
    """What a stretch of a document held beside its text."""

    lost: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    boxes: list[str] = field(default_factory=list)
    changed: bool = False


class TextReader:
    """Reads paragraphs in the order of the document, since automatic numbers count up."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._numbering = Numbering(numbering, styles)

    def block(self, element: etree._Element, seen: Seen) -> str:
        """The text of a cell or of the body of a box: its paragraphs, parted by line feeds."""
        lines: list[str] = []
        carried = ""
        for paragraph in self._paragraphs(element, seen, 0):
            text = carried + self.paragraph(paragraph, seen)
            properties = paragraph.find(W + "pPr")
            joined = properties is not None and properties.find(f"{W}rPr/{W}del") is not None
            carried = text if joined else ""  # the mark of the paragraph is deleted: it joins the next one
            if not joined:
                lines.append(text)
        return "\n".join([*lines, carried] if carried else lines)

    def paragraph(self, paragraph: etree._Element, seen: Seen) -> str:
        """The text of one paragraph with the number that Word prints before it."""
        text = "".join(self._inline(paragraph, seen, 0))
        label = self._numbering.label(paragraph.find(W + "pPr"))
        return label + text if text else text

    def _paragraphs(self, parent: etree._Element, seen: Seen, depth: int) -> Iterator[etree._Element]:
        for child in parent:
            if child.tag == W + "p":
                yield child
            elif child.tag in _BLOCKS and depth < _MOST_DEPTH:
                seen.changed |= child.tag in (W + "ins", W + "moveTo")
                yield from self._paragraphs(child, seen, depth + 1)
            elif child.tag in LOST:
                seen.lost.add(LOST[child.tag])

    def _inline(self, parent: etree._Element, seen: Seen, depth: int) -> Iterator[str]:
        for child in parent:
            tag = child.tag
            seen.changed |= tag in (W + "ins", W + "del", W + "moveFrom", W + "moveTo")
            if tag in _SKIPPED or not isinstance(tag, str):
                continue
            if tag == W + "t":
                yield _shown(child)
            elif tag in _BREAKS:
                yield "" if child.get(W + "type") in ("page", "column") else _BREAKS[tag]
            elif tag == W + "sym":
                yield _symbol(child)
            elif tag in _NOTES:
                seen.notes.add(_NOTES[tag])
            elif tag == _ALTERNATIVE:
                yield from self._inline(child[0:1], seen, depth + 1) if len(child) else ()
            elif tag in LOST:
                self._lost(child, seen)
            elif depth < _MOST_DEPTH:
                yield from self._box(child, seen, depth)

    def _box(self, child: etree._Element, seen: Seen, depth: int) -> Iterator[str]:
        """A content control; of a check box, a state that is set though the sign was not changed counts."""
        text = "".join(self._inline(child, seen, depth + 1))
        state = child.find(f"{W}sdtPr/{{{W14}}}checkbox/{{{W14}}}checked") if child.tag == W + "sdt" else None
        if state is not None and state.get(f"{{{W14}}}val") in ("1", "true", "on"):
            text = "☑" if text.strip() in ("□", "☐", "") else text
        yield text

    def _lost(self, child: etree._Element, seen: Seen) -> None:
        boxes = list(child.iter(W + "txbxContent"))
        if boxes:
            seen.boxes += ["\n".join("".join(p.itertext(W + "t")) for p in box.iter(W + "p")) for box in boxes]
        else:
            seen.lost.add(LOST[child.tag])


def _shown(text: etree._Element) -> str:
    """The characters of w:t; letters in a picture font are the signs that people see."""
    words = text.text or ""
    parent = text.getparent()
    fonts = parent.find(f"{W}rPr/{W}rFonts") if parent is not None else None
    font = fonts.get(W + "ascii", fonts.get(W + "hAnsi", "")) if fonts is not None else ""
    if font.lower().startswith("wingdings"):
        return "".join(glyph(font, char) for char in words)
    return words


def _symbol(symbol: etree._Element) -> str:
    try:
        char = chr(int(symbol.get(W + "char", ""), 16))
    except (ValueError, OverflowError):
        return "□"
    shown = glyph(symbol.get(W + "font", ""), char)
    return "□" if "\ue000" <= shown <= "\uf8ff" or "\ud800" <= shown <= "\udfff" or ord(shown) < 32 else shown


def glyph(font: str, char: str) -> str:
    """A character of a picture font as what it looks like; others as they are."""
    table = {"wingdings": WINGDINGS, "wingdings 2": WINGDINGS_2}.get(font.strip().lower(), {})
    return table.get(ord(char) & 0xFF, char) if len(char) == 1 else char
