"""New opinions find the stored ones that may be near copies of them, by sketches alone."""

from collections.abc import Sequence

import numpy as np

from consult.review.sketch import SHORT, Array, Sketch, codes, sketched
from consult.review.votes import counted, tops, weights

LOOKS = 4  # stored opinions named for one new one
BUDGET = 1500  # stored opinions looked at for one new one: the runs that fewest have come first
_BITS = 24
_CHUNK = 4_000_000


def sketch(texts: Sequence[str]) -> Sketch:
    """What is kept of each text to find its near copies: some hashes of runs; of a short one the hash of the whole."""
    made = codes(texts)
    sample = sketched(made, SHORT)
    brief = (np.diff(sample.starts) == 0) & (made.sizes > 0)
    counts = np.where(brief, 1, np.diff(sample.starts))
    starts = np.concatenate(([0], np.cumsum(counts)))
    hashes = np.empty(starts[-1], np.uint32)
    whole = np.zeros(len(hashes), bool)
    whole[starts[:-1][brief]] = True
    hashes[whole] = (made.keys[brief] >> np.uint64(32)).astype(np.uint32)
    hashes[~whole] = sample.hashes
    return Sketch(hashes, starts)


def candidates(new: Sketch, stored: Sketch) -> tuple[Array, Array, Array]:
    """Rows (number in `new`, number in `stored`, weight): the few stored texts each new one is most like.

    Whether they are near copies is for `cluster` to say, over the new texts and the texts named here.
    """
    asked, which = np.unique(new.hashes, return_inverse=True)
    seen, at = _met(asked, stored.hashes)
    # numbers of two bytes are sorted by their digits, many times faster than by comparing
    order = np.argsort(seen.astype(np.uint16) if len(asked) < 1 << 16 else seen, kind="stable")
    seen, at = seen[order], at[order]
    often = np.bincount(seen, minlength=len(asked))
    begin = (np.cumsum(often) - often)[which]
    often = often[which]
    owners = new.owners.astype(np.int64)
    order = np.argsort(owners * (1 << 32) + often, kind="stable")
    order = order[often[order] > 0]
    begin, often, owners = begin[order], often[order], owners[order]
    spent = np.cumsum(often) - often
    first = np.concatenate(([True], np.diff(owners) != 0)) if len(owners) else np.zeros(0, bool)
    spent = spent - np.maximum.accumulate(np.where(first, spent, 0))
    kept = spent < BUDGET
    begin, owners, often = begin[kept], owners[kept], np.minimum(often[kept], BUDGET)
    step = np.arange(often.sum()) - np.repeat(np.cumsum(often) - often, often)
    there = np.searchsorted(stored.starts, at[np.repeat(begin, often) + step], "right") - 1
    text, other, votes, weight = counted(np.repeat(owners, often), there, np.repeat(weights(often), often))
    size = np.diff(new.starts)
    good = votes >= np.where(
        size[text] == 1, 1, np.maximum(2, 0.1 * np.minimum(size[text], np.diff(stored.starts)[other]))
    )
    return tops(text[good], other[good], weight[good], LOOKS)


def _met(asked: Array, hashes: Array) -> tuple[Array, Array]:
    """Where any of the sorted hashes `asked` stands among `hashes`: its number, and the place."""
    table = np.zeros(1 << _BITS, bool)
    table[asked >> np.uint32(32 - _BITS)] = True
    numbers, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for start in range(0, len(hashes), _CHUNK):
        part = hashes[start : start + _CHUNK]
        place = np.flatnonzero(table[part >> np.uint32(32 - _BITS)])
        number = np.searchsorted(asked, part[place])
        right = asked[np.minimum(number, len(asked) - 1)] == part[place]
        numbers.append(number[right])
        places.append(place[right] + start)
    return np.concatenate(numbers), np.concatenate(places)
