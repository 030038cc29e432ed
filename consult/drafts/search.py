"""Pure: the clauses that hold every word looked for, with the words marked; widths and case do not matter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from consult.base.text import unified

LONGEST = 60  # characters of a query
MOST_WORDS = 8
Part = tuple[bool, str]  # marked, text


class Piece(Protocol):
    """What is searched: a stored clause."""

    @property
    def label(self) -> str: ...
    @property
    def citation(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Hit:
    """One clause that holds every word; `parts` together are its text."""

    clause: Piece
    parts: tuple[Part, ...]


def words(query: str) -> list[str]:
    """What is looked for: folded words, each once."""
    return list(dict.fromkeys(folded(query[:LONGEST]).split()))[:MOST_WORDS]


def folded(text: str) -> str:
    """`text` in half-width small letters, of the same length, so that places in it stay true."""
    return "".join(small if len(small := one.lower()) == 1 else one for one in unified(text))


def hits(clauses: Iterable[Piece], wanted: Sequence[str]) -> list[Hit]:
    """The clauses whose number and text hold all words, in reading order; none where nothing is looked for."""
    found = []
    for one in clauses if wanted else ():
        text = folded(one.text)
        named = f"{folded(one.citation)} {folded(one.label)}"
        if all(word in text or word in named for word in wanted):
            found.append(Hit(one, tuple(_parts(one.text, text, wanted))))
    return found


def _parts(shown: str, text: str, wanted: Sequence[str]) -> list[Part]:
    marked = [False] * len(text)
    for word in wanted:
        at = text.find(word)
        while at >= 0:
            marked[at : at + len(word)] = [True] * len(word)
            at = text.find(word, at + len(word))
    parts: list[Part] = []
    for char, mark in zip(shown, marked, strict=True):
        if parts and parts[-1][0] == mark:
            parts[-1] = (mark, parts[-1][1] + char)
        else:
            parts.append((mark, char))
    return parts
