"""Pure: characters that XML cannot carry made visible instead of dropped, and texts cut to what a cell holds."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from consult.base.text import shorten
from consult.summary.table import Cell

# XML 1.0 has no form for these, not even escaped; a file that holds one opens as damaged.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CELL_MOST = 32_767  # UTF-16 units in one spreadsheet cell
CONTINUED = "续"


def visible(text: str) -> str:
    """`text` with control characters as their pictures (U+2400 …) and broken ones as U+FFFD; CR becomes LF."""
    return _ILLEGAL.sub(_picture, text.replace("\r\n", "\n").replace("\r", "\n"))


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def page_head(title: str, mark: str) -> str:
    """What a workbook prints at the top of every page: title left, mark right, within the 255 characters that Excel takes."""
    left, right = (visible(one).replace("\n", " ").replace("&", "＆") for one in (title, mark))
    return f"&L{shorten(left, 120)}&R{shorten(right, 120)}" if mark else f"&L{shorten(left, 200)}"


def units(text: str) -> int:
    """How many UTF-16 units the text takes: a character outside the first plane takes two."""
    return len(text) + sum(char > "\uffff" for char in text)


def wide(text: str) -> int:
    """How many columns of a fixed font a text takes: a Chinese character takes two."""
    return sum(1 if char < "\u0100" else 2 for char in text)


def cut(text: str, most: int = CELL_MOST) -> list[str]:
    """The text in pieces of at most `most` UTF-16 units, never through a character; put together it is whole."""
    if units(text) <= most:
        return [text]
    pieces, start, size = [], 0, 0
    for at, char in enumerate(text):
        wide = 2 if char > "\uffff" else 1
        if size + wide > most:
            pieces.append(text[start:at])
            start, size = at, 0
        size += wide
    return [*pieces, text[start:]]


def lines_of(cells: tuple[Cell, ...]) -> list[tuple[Cell, ...]]:
    """The row, and below it what its longest cells cannot hold: more than 32,767 characters go on in a row 续."""
    pieces: list[Sequence[Cell]] = [cut(visible(cell)) if isinstance(cell, str) else [cell] for cell in cells]
    if all(len(piece) == 1 for piece in pieces):
        return [tuple(piece[0] for piece in pieces)]
    first, *more = (tuple(row) for row in zip_longest(*pieces, fillvalue=""))
    return [first, *((CONTINUED, *row[1:]) for row in more)]
