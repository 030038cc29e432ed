"""Pure: a filled docx becomes a RawTable, with the place of every cell."""

from lxml import etree

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.reading import word_table
from consult.drafts.reading.word_text import Seen, TextReader, W
from consult.drafts.reading.xml import BROKEN, Package, xml_part
from consult.summary.back import FILLED, HEADINGS
from consult.summary.back_raw import STRUCK, RawTable, looks_like_headings

_MERGED = "单元格被合并或者拆分过，无法对应到各列。请恢复成与表头一样的{count}列后再上传。"
_MOST_DEPTH = 100


def read(package: Package) -> RawTable:
    """What the document says. Raises Refused for a file that is no readable Word document."""
    document = package.xml("word/document.xml")
    body = None if document is None else document.find(W + "body")
    if body is None:
        raise Refused(BROKEN)
    reader = _Reader(package)
    reader.blocks(body, 0)
    if reader.changed:
        reader.raw.notice("", "文档有修订标记，已按“接受全部修订”读取，请核对。")
    return reader.raw.finish()


class _Reader:
    """Walks the body once, in order."""

    def __init__(self, package: Package) -> None:
        self.raw = RawTable()
        self.changed = False
        self._texts = TextReader(xml_part(package, "word/numbering.xml"), xml_part(package, "word/styles.xml"))

    def blocks(self, parent: etree._Element, depth: int) -> None:
        """Take everything below the body, also inside content controls and tracked insertions."""
        for child in parent:
            if child.tag == W + "p":
                self.raw.around(self._texts.paragraph(child, Seen()))
            elif child.tag == W + "tbl":
                self._table(child)
            elif child.tag in word_table.WRAPPERS and depth < _MOST_DEPTH:
                self.blocks(child, depth + 1)

    def _table(self, table: etree._Element) -> None:
        """The table with our headings; a second one, after a page was pasted, goes on where the first ended."""
        rows = list(word_table.rows(table))
        head = ["".join(cell.itertext(W + "t")) for cell in word_table.cells(rows[0])] if rows else []
        if not looks_like_headings(head):
            words = shorten(" ".join("".join(table.itertext(W + "t")).split()), 40)
            self.raw.notice("表格外", f"另有一个表格没有读入：“{words}”。")
        elif word_table.merged(rows[0]):
            self.raw.found = True
            self.raw.trouble("表格第1行", _MERGED.format(count=len(HEADINGS)))
        elif self.raw.headings("表格第1行", head):
            for number, row in enumerate(rows[1:], 2):
                if not self._row(row, f"表格第{number}行"):
                    return

    def _row(self, row: etree._Element, place: str) -> bool:
        found = list(word_table.cells(row))
        if word_table.merged(row) or len(found) != len(HEADINGS):
            self.raw.trouble(place, _MERGED.format(count=len(HEADINGS)))
            return True
        texts = [self._text(cell, f"{place}“{name}”") for name, cell in zip(HEADINGS, found, strict=True)]
        for name, cell in zip(HEADINGS, found, strict=True):
            if name in FILLED and any(_struck(run) for run in cell.iter(W + "r")):
                self.raw.trouble(f"{place}“{name}”", STRUCK)
        return self.raw.add(place, texts)

    def _text(self, cell: etree._Element, place: str) -> str:
        seen = Seen()
        text = self._texts.block(cell, seen)
        self.changed |= seen.changed
        lost = sorted(seen.lost) + (["文本框"] if seen.boxes else [])
        if lost:
            self.raw.trouble(place, f"单元格里有{'、'.join(lost)}，其中的内容会丢失，请改写成文字。")
        if seen.notes:
            self.raw.notice(place, f"单元格里有{'、'.join(sorted(seen.notes))}，没有读入。")
        return text


def _struck(run: etree._Element) -> bool:
    """Whether somebody struck out these words without deleting them."""
    marks = (run.find(f"{W}rPr/{W}{name}") for name in ("strike", "dstrike"))
    crossed = any(one is not None and one.get(W + "val", "1") not in ("0", "false", "off") for one in marks)
    return crossed and any((one.text or "").strip() for one in run.iter(W + "t"))
