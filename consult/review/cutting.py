"""Pure: all grams of many texts at once, and which texts they are in: the same as `terms` says of each, by sorting."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from consult.review import terms
from consult.review.postings import SPAN

_CODE = 21  # bits of a character
_PLACE = 16  # bits of a place in the chunk
Row = tuple[str, int, bytes]  # gram, in how many texts, in which (as postings.pack)
Numbers = NDArray[np.uint64]


def postings(members: Mapping[int, str]) -> list[Row]:
    """Place in the chunk → text in comparable form, cut: sorted by gram, none of them twice.

    Grams of one and two characters of all texts; of three and four where what they are made of is common.
    """
    if not members:
        return []
    joined = "".join(said + terms.END for said in members.values())
    codes = np.frombuffer(joined.encode("utf-32-le"), "<u4").astype(np.uint64)
    places = np.repeat(np.array(list(members), np.uint64), [len(said) + 1 for said in members.values()])
    found: list[Row] = []
    before, may = codes, codes != ord(terms.END)  # what begins here, shorter by one, and whether it may be made longer
    names: list[str] = []
    for length in range(1, terms.LONGEST + 1):
        many = len(codes) - length + 1
        if length == 1:
            at, keys = np.nonzero(may)[0], codes[may]
        else:
            at = np.nonzero(may[:many] & may[1 : many + 1])[0] if many > 0 else np.zeros(0, np.int64)
            keys = before[at] << np.uint64(_CODE) | codes[at + length - 1]
        if not len(at):
            break
        kinds, rows = _rows(keys, places[at], names if length > 2 else None)
        found += rows
        names = [row[0] for row in rows]
        if length > 1:
            ranks = np.searchsorted(kinds, keys)
            common = np.array([row[1] for row in rows]) > terms.COMMON
            before, may = np.zeros(len(codes), np.uint64), np.zeros(len(codes), bool)
            before[at], may[at] = ranks.astype(np.uint64), common[ranks]
    return sorted(found)


def _rows(keys: Numbers, places: Numbers, names: list[str] | None) -> tuple[Numbers, list[Row]]:
    """The different keys, and a row for each; a key is a name (or a character) and one character more."""
    both = keys << np.uint64(_PLACE) | places
    both.sort()
    both = both[np.concatenate(([True], both[1:] != both[:-1]))]
    whose = both >> np.uint64(_PLACE)
    starts = np.nonzero(np.concatenate(([True], whose[1:] != whose[:-1])))[0]
    which = (both & np.uint64(SPAN - 1)).astype("<u2")
    kinds = whose[starts]
    ends = pairwise([*starts.tolist(), len(both)])
    return kinds, list(zip(_names(kinds, names), *zip(*_sets(which, ends), strict=True), strict=True))


def _names(kinds: Numbers, names: list[str] | None) -> Iterator[str]:
    for kind in kinds.tolist():
        head, last = kind >> _CODE, chr(kind & (1 << _CODE) - 1)
        yield (names[head] if names is not None else chr(head) if head else "") + last


def _sets(which: NDArray[np.uint16], ends: Iterator[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
    lists = which.tobytes()
    for start, end in ends:
        if 2 * (end - start) < SPAN // 8:
            yield end - start, lists[2 * start : 2 * end]
        else:
            bits = np.zeros(SPAN, np.uint8)
            bits[which[start:end]] = 1
            yield end - start, np.packbits(bits, bitorder="little").tobytes()
