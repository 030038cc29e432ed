"""Texts that OCR printed with a space after every character: their spaces tell nothing about labels."""

import re

from consult.drafts.lines import Line

_CJK = "\u4e00-\u9fff〇，。；：、（）《》“”(),;:"
_APART = re.compile(rf"[{_CJK}] (?=[{_CJK}])")
_TOGETHER = re.compile(rf"[{_CJK}](?=[{_CJK}])")
_SAMPLE = 400  # lines


def is_spaced_out(lines: list[Line]) -> bool:
    """Whether more neighbours stand apart by one space than stand together."""
    sample = "\n".join(line.uni for line in lines[:_SAMPLE])
    apart = len(_APART.findall(sample))
    return apart > 20 and apart > len(_TOGETHER.findall(sample))


def tight(line: Line) -> tuple[Line, list[int]]:
    """The line without its single spaces, wider gaps as one, and for each of its offsets that in the line.

    The line that comes back starts at 0; the list has one entry more than it has characters.
    """
    chars, places = [], []
    for found in re.finditer(r"[^ ]| {2,}", line.uni):
        chars.append(found.group()[0])
        places.append(found.start())
    places.append(line.end - line.start)
    return Line(line.number, 0, "".join(chars)), places
