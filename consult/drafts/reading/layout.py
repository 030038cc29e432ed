"""Printed pages become paragraphs: lines are joined, heads, feet and page numbers dropped."""

import re
from collections import Counter
from dataclasses import dataclass

from consult.base.text import is_cjk, unified

_PAGE_NUMBER = re.compile(r"^[-—–·.\s]*(?:第 *)?\d{1,4}(?: *页)?(?:[ /,，]*(?:共 *)?\d{1,4}(?: *页)?)?[-—–·.\s]*$")
_LABEL = re.compile(
    r"^(?:第[^。]{1,8}[编章节条]|[一二三四五六七八九十]{1,4}、|[（(][一二三四五六七八九十\d]{1,4}[)）]|\d{1,3}[.、．])"
)


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed line: its text, left and right edge, top (downwards from 0) and height, in points."""

    text: str
    left: float
    right: float
    top: float
    height: float


def paragraphs(pages: list[list[Printed]]) -> list[str]:
    """The paragraphs of printed pages, in order."""
    repeated = _repeated(pages)
    kept = [line for page in pages for line in _without_furniture(page, repeated)]
    if not kept:
        return []
    left, right = _margins(kept)
    out: list[str] = []
    before: Printed | None = None
    for line in kept:
        if before is not None and _goes_on(before, line, left, right):
            out[-1] = _glue(out[-1], line.text.strip())
        else:
            out.append(line.text.strip())
        before = line
    return out


def _key(line: Printed) -> tuple[str, int]:
    return re.sub(r"\d+", "#", "".join(line.text.split())), round(line.top / 6)


def _repeated(pages: list[list[Printed]]) -> set[tuple[str, int]]:
    """Lines that stand at the same height of most pages: running heads and feet."""
    if len(pages) < 3:
        return set()
    counts = Counter(key for page in pages for key in {_key(line) for line in (*page[:2], *page[-2:])})
    return {key for key, count in counts.items() if count * 2 > len(pages)}


def _without_furniture(page: list[Printed], repeated: set[tuple[str, int]]) -> list[Printed]:
    out = []
    for index, line in enumerate(page):
        edge = index < 2 or index >= len(page) - 2
        if edge and (_key(line) in repeated or _PAGE_NUMBER.match(unified(line.text).strip())):
            continue
        out.append(line)
    return out


def _margins(lines: list[Printed]) -> tuple[float, float]:
    """The left edge and the right edge that most full lines share."""
    lefts = sorted(line.left for line in lines)
    rights = sorted(line.right for line in lines)
    return lefts[len(lefts) // 10], rights[len(rights) * 9 // 10]


def _goes_on(before: Printed, line: Printed, left: float, right: float) -> bool:
    """Whether the paragraph goes on: the line above is full and this one is neither indented nor labelled."""
    size = max(before.height, 6.0)
    full = before.right > right - 2.2 * size
    indented = line.left > left + 1.2 * size
    return full and not indented and not _LABEL.match(line.text.strip())


def _glue(first: str, second: str) -> str:
    if first and second and first[-1].isascii() and second[0].isascii() and not is_cjk(first[-1]):
        return f"{first} {second}"
    return first + second
