"""Pure: the cells of one sheet of an xlsx, with formulas, errors, dates and escapes told apart; bounded in size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from posixpath import join, normpath

from lxml import etree

from consult.base.errors import Refused
from consult.drafts.reading.xml import BROKEN, Package, xml_part

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = re.compile(r"\}id$")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NAME = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})$")
_DATES = frozenset([*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)])  # ECMA-376 part 1, 18.8.30
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_EPOCH, _EPOCH_MAC = date(1899, 12, 30), date(1904, 1, 1)  # ECMA-376 part 1, 18.17.4.1


@dataclass(frozen=True)
class SheetCell:
    """A cell: row and column from 1, its text as seen, and what makes it no text: formula, error, number, date."""

    row: int
    column: int
    text: str
    kind: str = ""


def column_name(column: int) -> str:
    """A for 1, AA for 27."""
    name = ""
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def place_of(row: int, column: int) -> str:
    """第5行D列, as people find it."""
    return f"第{row}行{column_name(column)}列"


def number_of(name: str) -> tuple[int, int] | None:
    """(row, column) of a cell's name such as D5; None where it is no such name."""
    found = _NAME.match(name)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def sheets(package: Package) -> list[tuple[str, str, bool]]:
    """(name, part, whether it is shown) of every sheet. Raises Refused for a book that cannot be read."""
    book, links = xml_part(package, "xl/workbook.xml"), xml_part(package, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise Refused(BROKEN)
    parts = {one.get("Id"): str(one.get("Target", "")) for one in links}
    out = []
    for sheet in book.iterfind(f"{S}sheets/{S}sheet"):
        link = next((value for name, value in sheet.items() if _LINK.search(name)), "")
        target = parts.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        out.append((sheet.get("name", ""), part, sheet.get("state", "visible") == "visible"))
    return out


class CellReader:
    """Reads cells with the texts and formats that all sheets of a book share."""

    def __init__(self, package: Package) -> None:
        shared = xml_part(package, "xl/sharedStrings.xml")
        items = [] if shared is None else list(shared.iterfind(S + "si"))
        self._shared, self._crossed = [_rich(one) for one in items], [_crossed(one) for one in items]
        styles, book = xml_part(package, "xl/styles.xml"), xml_part(package, "xl/workbook.xml")
        facts = None if book is None else book.find(S + "workbookPr")
        self._epoch = _EPOCH_MAC if facts is not None and facts.get("date1904") in ("1", "true", "on") else _EPOCH
        self._formats = [] if styles is None else _formats(styles)
        self._struck = set() if styles is None else _struck(styles)

    def cells(self, sheet: etree._Element) -> Iterator[SheetCell]:
        """Every cell that is not empty, in the order of the file; cells without a name stand after the one before."""
        row = 0
        for line in sheet.iterfind(f"{S}sheetData/{S}row"):
            stated = line.get("r", "")
            row = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 8 else row + 1
            column = 0
            for cell in line.iterfind(S + "c"):
                named = number_of(cell.get("r", ""))
                column = named[1] if named else column + 1
                one = self._cell(cell, named[0] if named else row, column)
                if one.text or one.kind:
                    yield one

    def _cell(self, cell: etree._Element, row: int, column: int) -> SheetCell:
        kind, value = cell.get("t", "n"), cell.findtext(S + "v") or ""
        formula = cell.find(S + "f")
        if formula is not None:
            return SheetCell(row, column, f"={formula.text or ''}", "formula")
        if kind == "inlineStr":
            inline = cell.find(S + "is")
            crossed = self._is_struck(cell) or (inline is not None and _crossed(inline))
            return SheetCell(row, column, "" if inline is None else _rich(inline), "struck" if crossed else "")
        if kind == "s":
            text = self._string(value)
            return SheetCell(row, column, text, "struck" if text and (self._is_struck(cell) or self._crossed[int(value)]) else "")
        if kind == "str":
            return SheetCell(row, column, _unescaped(value))
        if kind == "e":
            return SheetCell(row, column, value, "error")
        if kind == "b":
            return SheetCell(row, column, {"1": "TRUE", "0": "FALSE"}.get(value, value), "number")
        return self._number(row, column, value, cell.get("s", "0")) if value else SheetCell(row, column, "")

    def _is_struck(self, cell: etree._Element) -> bool:
        return cell.get("s", "0") in self._struck

    def _string(self, index: str) -> str:
        if not (index.isascii() and index.isdigit()) or len(index) > 9 or int(index) >= len(self._shared):
            raise Refused(BROKEN)
        return self._shared[int(index)]

    def _number(self, row: int, column: int, value: str, style: str) -> SheetCell:
        """A number as it is seen: days as days, hundredths as per cent, the rest with its digits."""
        try:
            number = float(value)
            looks = self._formats[int(style)] if style.isascii() and style.isdigit() else ""
        except (ValueError, IndexError):
            return SheetCell(row, column, value, "number")
        if number != number or abs(number) >= 1e15:
            return SheetCell(row, column, value, "number")
        if looks == "date" and 1 <= number < 200_000:
            day = self._epoch + timedelta(int(number))
            return SheetCell(row, column, f"{day.year}年{day.month}月{day.day}日", "date")
        if looks == "percent":
            return SheetCell(row, column, f"{number * 100:.10g}%", "number")
        text = str(int(number)) if number == int(number) else repr(number)
        return SheetCell(row, column, text, "number")


def _rich(item: etree._Element) -> str:
    """The text of a string with its runs, without the readings (拼音) that Excel keeps beside them."""
    parts = [item.findtext(S + "t") or "", *(one.findtext(S + "t") or "" for one in item.iterfind(S + "r"))]
    return _unescaped("".join(parts))


def _crossed(item: etree._Element) -> bool:
    """Whether somebody struck out a part of a string: with it the text may say the opposite of what is meant."""
    return any(_on(one.find(f"{S}rPr/{S}strike")) and (one.findtext(S + "t") or "").strip() for one in item.iterfind(S + "r"))


def _struck(styles: etree._Element) -> set[str]:
    """The cell styles whose font strikes everything out."""
    fonts = {str(number) for number, one in enumerate(styles.iterfind(f"{S}fonts/{S}font")) if _on(one.find(S + "strike"))}
    return {str(number) for number, one in enumerate(styles.iterfind(f"{S}cellXfs/{S}xf")) if one.get("fontId", "0") in fonts}


def _on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get("val", "1") not in ("0", "false", "off")


def _unescaped(text: str) -> str:
    """Excel writes characters that XML cannot carry as _x0001_, and such words themselves as _x005F_x0001_."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _formats(styles: etree._Element) -> list[str]:
    """For every cell style `date`, `percent` or nothing."""
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in styles.iter(S + "numFmt")}
    out = []
    for style in styles.iterfind(f"{S}cellXfs/{S}xf"):
        number = style.get("numFmtId", "0")
        shape = _QUOTED.sub("", own.get(number, "")).lower()
        known = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        if known in _DATES or any(letter in shape for letter in "yd") or "年" in own.get(number, ""):
            out.append("date")
        else:
            out.append("percent" if known in (9, 10) or "%" in shape else "")
    return out
