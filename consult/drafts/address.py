"""Pure: how every piece of a version is cited, and which one a typed citation means."""

from collections.abc import Sequence
from typing import Protocol


class Placed(Protocol):
    """The parts of a piece that a citation is made of."""

    kind: str
    label: str
    level: str
    path: tuple[str, ...]


def cite(pieces: Sequence[Placed]) -> list[str]:
    """One citation a piece."""
    return ["".join(piece.path) or "全文" for piece in pieces]


def find_clause(typed: str, citations: Sequence[str]) -> int | None:
    """The index of the citation that was typed, None where it is none or more than one."""
    found = [index for index, one in enumerate(citations) if one == typed]
    return found[0] if len(found) == 1 else None
