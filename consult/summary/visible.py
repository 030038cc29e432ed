"""Pure: characters that XML cannot carry made visible instead of dropped, and texts cut to what a cell holds."""

import re

# XML 1.0 has no form for these, not even escaped; a file that holds one opens as damaged.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
CELL_MOST = 32_767  # UTF-16 units in one spreadsheet cell


def visible(text: str) -> str:
    """`text` with control characters as their pictures (U+2400 …) and broken ones as U+FFFD; CR becomes LF."""
    return _ILLEGAL.sub(_picture, text.replace("\r\n", "\n").replace("\r", "\n"))


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def units(text: str) -> int:
    """How many UTF-16 units the text takes: a character outside the first plane takes two."""
    return len(text) + sum(char > "\uffff" for char in text)


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
