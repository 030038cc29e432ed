"""Pure: rows of cells as the XML of a sheet, quickly: a column at a time, each repeated value put together once.

Short texts that may return are shared strings, longer ones stand in their cell: no cell can ever be a formula. A text that begins like one also has the style of a quoted
cell, which keeps it a text when somebody edits it.
"""

import re
from collections.abc import Sequence

from consult.summary.table import Cell
from consult.summary.visible import CELL_MOST, visible

QUOTED = 2  # number of the style in bookxml.STYLES
FORMULA_SIGNS = frozenset("=+-@\t")
SHORT, KNOWN = 16, 5000  # texts so short are shared, so many of them
# what spreadsheets would read as a character by its number: Excel where it has four digits, LibreOffice with fewer too
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]+_)")


def escaped(text: str) -> str:
    """A text between tags: no character that XML refuses, nothing that a spreadsheet reads as something else."""
    if not text.isprintable():  # whatever XML cannot carry is not printable, and looking is fast
        text = visible(text)
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def letter(column: int) -> str:
    """Column 0 is A, 26 is AA."""
    head, last = divmod(column, 26)
    return (letter(head - 1) if head else "") + chr(65 + last)


class Cells(dict[Cell, str]):
    """Value → what follows the cell's place in its XML; empty for an empty text.

    `too_long` is set once a text was asked for that may be more than a cell holds; `shared` are the shared strings.
    """

    def __init__(self) -> None:
        super().__init__()
        self.too_long = False
        self.shared: list[str] = []

    def __missing__(self, value: Cell) -> str:
        if isinstance(value, int):
            return f'"><v>{value:d}</v></c>'
        style = f' s="{QUOTED}"' if value[0] in FORMULA_SIGNS else ""
        # readers take the marks of an escaped text away in one of the two places only: such a text is never shared
        if len(value) <= SHORT and len(self) < KNOWN and "_x" not in value:
            xml = self[value] = f'"{style} t="s"><v>{len(self.shared)}</v></c>'
            self.shared.append(value)
            return xml
        self.too_long = self.too_long or len(value) * 2 > CELL_MOST
        return f'"{style} t="inlineStr"><is>{string(value)}</is></c>'

    def shared_xml(self) -> str:
        """What the part of shared strings holds."""
        return "".join(f"<si>{string(value)}</si>" for value in self.shared)


def string(text: str) -> str:
    """<t>, with its outer blanks kept."""
    if text[:1].isspace() or text[-1:].isspace():
        return f'<t xml:space="preserve">{escaped(text)}</t>'
    return f"<t>{escaped(text)}</t>"


def rows_xml(rows: Sequence[tuple[Cell, ...]], first: int, cells: Cells) -> str:
    """<row> elements numbered from `first`; empty cells are left out. No text may be longer than a cell holds."""
    numbers = [str(number) for number in range(first, first + len(rows))]
    columns, nothing = [[f'<row r="{number}">' for number in numbers]], ("",) * len(rows)
    for column, values in enumerate(zip(*rows, strict=True)):
        if values != nothing:
            columns.append(_column(f'<c r="{letter(column)}', numbers, values, cells))
    return "</row>".join(map("".join, zip(*columns, strict=True))) + "</row>" if rows else ""


def _column(place: str, numbers: list[str], values: tuple[Cell, ...], cells: Cells) -> list[str]:
    """The cells of one column, each with its place."""
    pairs = zip(numbers, values, strict=True)
    if type(values[0]) is int and set(map(type, values)) == {int}:
        return [f'{place}{number}"><v>{value}</v></c>' for number, value in pairs]
    return [f"{place}{number}{cells[value]}" if value != "" else "" for number, value in pairs]
