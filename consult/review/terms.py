"""Pure: what is searched and what is looked for in comparable form, and the pieces (grams) of it that an index holds."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from operator import add, and_

LONGEST = 4  # characters of a gram
MOST = 32  # characters of what is looked for that ask the index; the rest is compared
COMMON = 256  # a gram of more opinions than this is common: the index holds what it is the beginning or end of
END = "\n"  # between the fields of one opinion; no comparable form holds it
# marks that say something; every other mark is left out
SAID = frozenset("%‰@&#§._")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_LONE_POINT = re.compile(r"(?<![0-9])\.|\.(?![0-9])")


class _Said(dict[int, int | str | None]):
    """Code point → what stands for it, filled as characters come up."""

    def __missing__(self, code: int) -> int | str | None:
        char, kind = chr(code), unicodedata.category(chr(code))
        silent = kind[0] == "Z" or kind in ("Cc", "Cf", "Cs") or (kind[0] == "P" and char not in SAID)
        left_out = silent or any(code in one for one in _SELECTORS)
        self[code] = None if left_out else "〇" if char in "○◯" else code
        return self[code]


_SAID = _Said()


def comparable(text: str) -> str:
    """What is compared: one width and case (NFKC, casefold), without white space, invisible marks and punctuation.

    A point between two digits stays, so that 1.5 is not 15, and so do % ‰ @ & # § _. Characters that this Python does
    not know, such as new emoji, and private ones, such as rare names, stay. Empty where nothing is said.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if "." in folded:
        folded = _LONE_POINT.sub("", folded)
    return folded.translate(_SAID)


def holds(text: str, wanted: str) -> bool:
    """Whether `text` holds `wanted` word for word in comparable form. This is what a hit is; nothing is in all."""
    needle = comparable(wanted)
    return bool(needle) and needle in comparable(text)


def any_holds(fields: Iterable[str], wanted: str) -> bool:
    """Whether one of the fields of an opinion holds `wanted`; no hit spans two of them."""
    return any(holds(field, wanted) for field in fields)


def joined(fields: Iterable[str]) -> str:
    """The fields of one opinion in comparable form, END between them."""
    return END.join(map(comparable, fields))


def tokens(text: str) -> list[str]:
    """Every single character and every two neighbours of `text`, each once, sorted: what is indexed of any opinion."""
    return sorted(short(comparable(text)))


def short(said: str) -> set[str]:
    """Grams of one and two characters of a text in comparable form; none spans an END."""
    found: set[str] = set()
    for field in said.split(END):
        found.update(field)
        found.update(map(add, field, field[1:]))
    return found


def longer(said: str, common: frozenset[str] | set[str], length: int) -> set[str]:
    """Grams of `length` (3 or 4) whose beginning and end, each one character shorter, are both common."""
    found: set[str] = set()
    for field in said.split(END):
        pieces = list(field)
        for more in range(1, length - 1):
            pieces = list(map(add, pieces, field[more:]))
        marks = list(map(common.__contains__, pieces))
        found.update(compress(map(add, pieces, field[length - 1 :]), map(and_, marks, marks[1:])))
    return found


def asked(needle: str) -> list[str]:
    """The grams that an index is asked for: the needle itself up to two characters, else all of two to four."""
    if len(needle) <= 2:
        return [needle]
    return list(dict.fromkeys(gram for length in range(2, LONGEST + 1) for gram in _of(needle[:MOST], length)))


def needed(needle: str, held: dict[str, int]) -> Sequence[str] | None:
    """The grams whose opinions, all at once, may hold the needle; None where no opinion can.

    `held` says in how many opinions of one part of the index each gram of `asked` is; a gram that is not held is in
    none, or was never asked to be held because what it is made of is not common.
    """
    if len(needle) <= LONGEST and needle in held:
        return [needle]
    if len(needle) <= 2:
        return None
    kept: dict[str, None] = {}
    for length in range(2, LONGEST + 1):
        for gram in _of(needle[:MOST], length):
            if gram in held:
                kept.pop(gram[:-1], None)
                kept.pop(gram[1:], None)
                kept[gram] = None
            elif length == 2 or _would_be_held(gram, held):
                return None
    return list(kept)


def is_exact(needle: str, grams: Sequence[str]) -> bool:
    """Whether the opinions of these grams hold the needle for sure, so that no text need be read."""
    return list(grams) == [needle]


def _would_be_held(gram: str, held: dict[str, int]) -> bool:
    return held.get(gram[:-1], 0) > COMMON and held.get(gram[1:], 0) > COMMON


def _of(needle: str, length: int) -> Iterator[str]:
    return (needle[at : at + length] for at in range(len(needle) - length + 1))
