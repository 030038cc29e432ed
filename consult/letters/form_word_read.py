"""Pure: a filled docx becomes a RawForm: its head, its ticks and its rows, with the place of every cell."""

from lxml import etree

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.reading import word_table
from consult.drafts.reading.word_text import LOST, Seen, TextReader, W
from consult.drafts.reading.xml import BROKEN, Package, xml_part
from consult.letters.form import HEADINGS, read_code
from consult.letters.form_raw import (
    Cell,
    RawForm,
    RawRow,
    check_headings,
    hidden_numbers,
    looks_like_headings,
    too_many,
)
from consult.letters.form_word import BOOKMARK

_MERGED = "单元格被合并或者拆分过，无法对应到各列。请恢复成与表头一样的{count}列后再上传。"
_MOST_DEPTH = 100


def read(package: Package) -> RawForm:
    """What the document says. Raises Refused for a file that is no readable Word document."""
    document = xml_part(package, "word/document.xml")
    body = None if document is None else document.find(W + "body")
    if body is None:
        raise Refused(BROKEN)
    reader = _Reader(package)
    reader.blocks(body, 0)
    reader.finish()
    return reader.raw


class _Reader:
    """Walks the body once, in order."""

    def __init__(self, package: Package) -> None:
        self.raw = RawForm(form_ids=hidden_numbers(package))
        self._texts = TextReader(xml_part(package, "word/numbering.xml"), xml_part(package, "word/styles.xml"))
        self._changed = False
        self._found = False  # the table with our headings

    def blocks(self, parent: etree._Element, depth: int) -> None:
        """Take everything below the body, also inside content controls and tracked insertions."""
        for child in parent:
            if child.tag == W + "p":
                self._paragraph(child)
            elif child.tag == W + "tbl":
                self._table(child)
            elif child.tag in word_table.WRAPPERS and depth < _MOST_DEPTH:
                self.blocks(child, depth + 1)
            elif child.tag in LOST:
                self.raw.notice("表格外", f"表格外有{LOST[child.tag]}，没有读入。")

    def _paragraph(self, paragraph: etree._Element) -> None:
        seen = Seen()
        text = self._texts.paragraph(paragraph, seen)
        self._changed |= seen.changed
        if text.strip():
            self.raw.around += self.raw.take_head([Cell("表格外", text)])
        if seen.lost:
            self.raw.notice("表格外", f"表格外有{'、'.join(sorted(seen.lost))}，没有读入。")
        if seen.notes:
            self.raw.notice("表格外", f"表格外有{'、'.join(sorted(seen.notes))}，没有读入。")
        for box in seen.boxes:
            self.raw.notice("表格外", f"文本框里的文字没有读入：“{shorten(box, 40)}”。如果是意见，请写进表格。")

    def _table(self, table: etree._Element) -> None:
        rows = list(word_table.rows(table))
        first = list(word_table.cells(rows[0])) if rows else []
        if looks_like_headings(self._texts_of(first)):
            self._main(rows)
            return
        for number, row in enumerate(rows, 1):
            cells = [
                Cell(f"表头第{number}行第{column}格", self._text(cell, f"表头第{number}行第{column}格"))
                for column, cell in enumerate(word_table.cells(row), 1)
            ]
            left = self.raw.take_head(cells)
            if self._found and left:
                words = shorten(" ".join(cell.text for cell in left), 40)
                self.raw.trouble("意见表之后", f"后面另有一个表格，里面的文字会丢失：“{words}”。请移到意见表里。")
            else:
                self.raw.around += left

    @staticmethod
    def _texts_of(cells: list[etree._Element]) -> list[str]:
        return ["".join(cell.itertext(W + "t")) for cell in cells]

    def _main(self, rows: list[etree._Element]) -> None:
        """The table with our headings; a second one, after a page was pasted, goes on where the first ended."""
        self._found = True
        head = [Cell(f"表格第1行第{n}列", text) for n, text in enumerate(self._texts_of(list(word_table.cells(rows[0]))), 1)]
        if word_table.merged(rows[0]):
            self.raw.trouble("表格第1行", _MERGED.format(count=len(HEADINGS)))
        elif check_headings(self.raw, head):
            for number, row in enumerate(rows[1:], 2):
                if too_many(self.raw, len(self.raw.rows), f"表格第{number}行"):
                    return
                self._row(row, f"表格第{number}行")

    def _row(self, row: etree._Element, place: str) -> None:
        found = list(word_table.cells(row))
        if word_table.merged(row) or len(found) != len(HEADINGS):
            column = next((n for n, cell in enumerate(found, 1) if word_table.spans(cell)), 0)
            self.raw.trouble(place + (f"第{column}列" if column else ""), _MERGED.format(count=len(HEADINGS)))
            return
        cells = tuple(
            Cell(f"{place}第{n}列", self._text(cell, f"{place}第{n}列", strict=True)) for n, cell in enumerate(found, 1)
        )
        names = [str(mark.get(W + "name", "")) for mark in row.iter(W + "bookmarkStart")]
        codes = [name.removeprefix(BOOKMARK) for name in names if name.startswith(BOOKMARK) and read_code(name)]
        one = RawRow(place, cells, codes[0] if codes else "")
        if one.code or not one.blank:
            self.raw.rows.append(one)

    def _text(self, cell: etree._Element, place: str, strict: bool = False) -> str:
        """A cell's text; with `strict` whatever would be lost is a reason to refuse, else it is told."""
        seen = Seen()
        text = self._texts.block(cell, seen)
        self._changed |= seen.changed
        lost = sorted(seen.lost) + (["文本框"] if seen.boxes else [])
        if lost and strict:
            self.raw.trouble(place, f"单元格里有{'、'.join(lost)}，其中的内容会丢失。请改写成文字，或者另作附件报送。")
        elif lost:
            self.raw.notice(place, f"表头里有{'、'.join(lost)}，没有读入。")
        if seen.notes:
            self.raw.notice(place, f"单元格里有{'、'.join(sorted(seen.notes))}，没有读入；如果是意见，请写进单元格。")
        return text

    def finish(self) -> None:
        """Say what was read as accepted, and that there was no table."""
        if not self._found:
            self.raw.trouble("", f"没有找到意见表，表头应当依次是：{'、'.join(HEADINGS)}。请使用下载的反馈表填写。")
        if self._changed:
            self.raw.notice("", "文档有修订标记，已按“接受全部修订”读取，请核对。")
