"""Pure: which clauses are cells of the strip along the outline, so that every opinion is in one cell and no more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEW = 8  # cells; with fewer the strip goes down to what lies under them
OVER = frozenset({"division", "part", "subpart", "chapter", "section", "attachment"})  # levels that only hold others


@dataclass(frozen=True)
class Piece:
    """A clause in reading order: its key, what it stands under, its level, the opinions on it alone."""

    key: str
    above: str
    level: str
    own: int


def cells(pieces: Sequence[Piece]) -> dict[str, list[str]]:
    """Key of each cell in reading order → the keys of the clauses it stands for.

    A part, chapter or section is a cell only where somebody spoke of it itself, and then stands for itself alone.
    Articles are cells with their items; a text of few such pieces is shown by the pieces under them, a piece that
    was spoken of itself staying whole.
    """
    known, under = {one.key for one in pieces}, defaultdict(list)
    for one in pieces:
        under[one.above if one.above in known else ""].append(one)
    found, level = _walk(under, "", 0), 0
    while len(found) < FEW and (deeper := _walk(under, "", level + 1)) != found:
        found, level = deeper, level + 1
    return found


def _walk(under: Mapping[str, Sequence[Piece]], key: str, opened: int) -> dict[str, list[str]]:
    """The cells under a piece; where it holds others only, `opened` times the pieces in it are cells instead."""
    found: dict[str, list[str]] = {}
    for one in under.get(key, ()):
        holds = one.key in under
        if one.level in OVER:
            found |= ({one.key: [one.key]} if one.own else {}) | _walk(under, one.key, opened)
        elif opened and holds and not one.own:
            found |= _walk(under, one.key, opened - 1)
        else:
            found[one.key] = _all(under, one)
    return found


def _all(under: Mapping[str, Sequence[Piece]], one: Piece) -> list[str]:
    return [one.key, *(key for part in under.get(one.key, ()) for key in _all(under, part))]
