"""Pure: rows of cells as the XML of a sheet, quickly: a column at a time, each repeated value put together once.

Texts are inline strings, so no cell can ever be a formula. A text that begins like one also has the style of a quoted
cell, which keeps it a text when somebody edits it.
"""

import re
from collections.abc import Sequence

from consult.summary.table import Cell
from consult.summary.visible import CELL_MOST, visible

QUOTED = 2  # number of the style in bookxml.STYLES
FORMULA_SIGNS = frozenset("=+-@\t")
SHORT, KNOWN = 16, 5000  # values so short are kept, so many of them
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

    `too_long` is set once a text was asked for that may be more than a cell holds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.too_long = False

    def __missing__(self, value: Cell) -> str:
        if isinstance(value, int):
            return f'"><v>{value:d}</v></c>'
        style = f' s="{QUOTED}"' if value[0] in FORMULA_SIGNS else ""
        space = ' xml:space="preserve"' if value[0].isspace() or value[-1].isspace() else ""
        xml = f'"{style} t="inlineStr"><is><t{space}>{escaped(value)}</t></is></c>'
        if len(value) <= SHORT:
            if len(self) < KNOWN:
                self[value] = xml
        elif len(value) * 2 > CELL_MOST:
            self.too_long = True
        return xml


def rows_xml(rows: Sequence[tuple[Cell, ...]], first: int, cells: Cells) -> str:
    """<row> elements numbered from `first`; empty cells are left out. No text may be longer than a cell holds."""
    numbers = [str(number) for number in range(first, first + len(rows))]
    columns = [[f'<row r="{number}">' for number in numbers]]
    for column, values in enumerate(zip(*rows, strict=True)):
        place = f'<c r="{letter(column)}'
        columns.append(
            [
                f"{place}{number}{cells[value]}" if value != "" else ""
                for number, value in zip(numbers, values, strict=True)
            ]
        )
    return "</row>".join(map("".join, zip(*columns, strict=True))) + "</row>" if rows else ""
