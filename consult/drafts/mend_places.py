"""Pure: lines and pieces: where in the pieces a line begins, which piece a warning speaks of, what settles it."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from consult.base.text import unified
from consult.drafts.mend_text import unspaced
from consult.drafts.numbering import labels_within
from consult.drafts.split import Piece, Split

_SPEAKS_OF = re.compile(r"^第 ?(\d+) ?行(?:[^“]{0,3}“([^”]*)”)?")
_ENDS = re.compile(r"[。；;：:！!？?]")
_NOT_TAKEN = "没有作为条款"
_MOST_BREAKS = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """A warning, the piece it speaks of and where in its text (None: of no piece, or of its beginning).

    `ways` are (words for a button, the edit that it makes); every one settles the warning.
    """

    warning: str
    line: int | None
    index: int | None
    offset: int | None
    ways: tuple[tuple[str, Mapping[str, Any]], ...]


def _size(text: str) -> int:
    return len("".join(text.split()))


def _line_ends(text: str) -> list[int]:
    """How many characters but white space stand before the end of each line."""
    return list(accumulate(_size(line) for line in text.split("\n")))


def _starts(pieces: Sequence[Piece]) -> list[int]:
    """How many characters but white space stand before each piece."""
    sizes = [_size(piece.label) + _size(piece.text) for piece in pieces]
    return [end - size for end, size in zip(accumulate(sizes), sizes, strict=True)]


def relined(split: Split, text: str) -> Split:
    """The lines of all pieces, counted anew in the text of the source."""
    ends = _line_ends(text)
    lines = [min(bisect_right(ends, start), len(ends) - 1) + 1 for start in _starts(split.pieces)]
    pieces = (replace(piece, line=line) for piece, line in zip(split.pieces, lines, strict=True))
    return replace(split, pieces=tuple(pieces))


def findings(split: Split, text: str) -> list[Finding]:
    """Every warning of a document with its place and the presses that settle it, in the order of the warnings."""
    ends, starts = _line_ends(text), _starts(split.pieces)
    return [_finding(split, ends, starts, warning) for warning in split.warnings]


def _finding(split: Split, ends: Sequence[int], starts: Sequence[int], warning: str) -> Finding:
    said = _SPEAKS_OF.match(warning)
    line = int(said.group(1)) if said else None
    if said is None or line is None or not 1 <= line <= len(ends) or not split.pieces:
        return Finding(warning, None, None, None, (_as_it_is(warning, "知道了"),))
    label = said.group(2) or ""
    named = (i for i, p in enumerate(split.pieces) if p.line == line and label and p.label == label)
    index, offset = next(named, None), None
    if index is None:
        index, offset = _at_line(split.pieces, ends, starts, line)
    if _NOT_TAKEN in warning:
        return Finding(warning, line, index, offset, _make_it_one(warning, index, offset, label))
    return Finding(warning, line, index, offset, _doubtful(warning, index, split.pieces[index]))


def _at_line(pieces: Sequence[Piece], ends: Sequence[int], starts: Sequence[int], line: int) -> tuple[int, int | None]:
    """The piece that holds the beginning of a line, and the offset in its text where that is not its own beginning."""
    before = ends[line - 2] if line > 1 else 0
    index = max(0, bisect_right(starts, before) - 1)
    inside = before - starts[index] - _size(pieces[index].label)
    offsets = unspaced(pieces[index].text)[1]
    return index, offsets[inside] if before > starts[index] and 0 <= inside < len(offsets) else None


def _as_it_is(warning: str, words: str) -> tuple[str, Mapping[str, Any]]:
    return words, {"do": "accept", "warning": warning}


def _make_it_one(warning: str, index: int, offset: int | None, label: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    edit: dict[str, Any] = {"do": "retype", "index": index, "kind": "clause", "label": label}
    if offset is not None:
        edit = {"do": "split_at", "index": index, "at": offset, "label": label}
    return ("是条款，从这里分开", {**edit, "settles": [warning]}), _as_it_is(warning, "不是条款，就这样")


def _doubtful(warning: str, index: int, piece: Piece) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """What may be wrong where numbers jump, repeat or start anew."""
    ways: list[tuple[str, dict[str, Any]]] = []
    if piece.kind == "clause":
        ways.append(("不是条款，并入上一段", {"do": "merge_with_previous", "index": index}))
        ways.append(("归入上一条", {"do": "move_level", "index": index, "way": "deeper", "run": True}))
        if "开头" not in warning and "开始" in warning or "重复" in warning or "倒退" in warning:
            ways.append(("另一份文件从这里开始", {"do": "new_document", "index": index}))
    settled = [(words, {**edit, "settles": [warning]}) for words, edit in ways]
    return _as_it_is(warning, "原文就是这样"), *settled


def settled_by(found: Sequence[Finding], index: int, offset: int | None = None) -> list[str]:
    """The warnings that speak of the very place where a person changes something."""
    return [one.warning for one in found if one.index == index and one.offset == offset]


def breaks(text: str) -> list[int]:
    """Offsets where a new piece may begin: before what looks like a label, after the end of a sentence."""
    places = {label.start for label in labels_within(unified(text), 1)}
    places |= {match.end() for match in _ENDS.finditer(text)}
    spaces = {place + len(text[place:]) - len(text[place:].lstrip()) for place in places}
    return sorted(place for place in spaces if 0 < place < len(text))[:_MOST_BREAKS]
