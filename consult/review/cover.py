"""How much of one text is found in another, in order and close together, for many pairs at once."""

from dataclasses import dataclass
from threading import Lock

import numpy as np

from consult.review.sketch import Array, Codes, in_threads, spans

WIDTH = 3  # characters of a run that must be met exactly
GAP = 14  # characters between two such runs that still count as found when they keep their distance
CHAIN, LONGEST_CHAIN = 8, 20  # characters of a chain that counts, in texts of one size and of very different ones
DRIFT = 4  # characters put in or taken out within a gap
REPEATS = 5  # places of one run that are tried
_CHUNK = 1_000_000  # characters compared at once


@dataclass(frozen=True)
class Cover:
    """Of each pair: characters of the first text found in the second, and of the second found in the first."""

    found: Array
    told: Array


class Table:
    """A hash table over distinct uint64 keys; of equal keys the first place is kept."""

    def __init__(self, keys: Array) -> None:
        bits = max(4, int(max(len(keys), 1) * 3).bit_length())
        self.shift = np.uint64(64 - bits - 3)
        self.last = (1 << bits) - 1
        self.keys = keys
        self.slots = np.full(self.last + 1, -1, np.int32)
        self.seen = np.zeros(8 << bits, bool)  # most keys asked for are not there: one look tells
        home = self._home(keys)
        self.seen[home] = True
        waiting = np.arange(len(keys), dtype=np.int32)[::-1]
        at = home[::-1] >> 3
        while len(waiting):
            free = self.slots[at] < 0
            self.slots[at[free]] = waiting[free]
            placed = keys[self.slots[at]] == keys[waiting]
            waiting, at = waiting[~placed], (at[~placed] + 1) & self.last

    def _home(self, keys: Array) -> Array:
        return ((keys * np.uint64(0x9E3779B97F4A7C15)) >> self.shift).view(np.int64)

    def maybe(self, keys: Array) -> Array:
        """Whether each key is there; one in thirty that is not is taken for one that is."""
        return self.seen[self._home(keys)]

    def find(self, keys: Array) -> Array:
        """The place of each key, -1 where it is not."""
        out = np.full(len(keys), -1, np.int32)
        at = self._home(keys)
        asked = np.flatnonzero(self.seen[at])
        at = at[asked] >> 3
        while len(asked):
            slot = self.slots[at]
            hit = slot >= 0
            asked, at, slot = asked[hit], at[hit], slot[hit]
            wrong = self.keys[slot] != keys[asked]
            out[asked[~wrong]] = slot[~wrong]
            asked, at = asked[wrong], (at[wrong] + 1) & self.last
        return out


def covered(first: Codes, second: Codes, one: Array, other: Array, support: Array | None = None) -> Cover:
    """For the pairs (one[i] of `first`, other[i] of `second`) how much of each is found in its partner.

    `support`, where given, is as long as `first.chars`: it is raised by one for each character found by a pair.
    """
    found, told = np.zeros(len(one), np.int64), np.zeros(len(one), np.int64)
    order = np.argsort(one, kind="stable")
    sizes = first.sizes[one[order]] + second.sizes[other[order]]

    def work(span: tuple[int, int]) -> None:
        rows = order[slice(*span)]
        found[rows], told[rows], backed = _chunk(first, second, one[rows], other[rows], support is not None)
        if support is not None:
            with lock:
                np.add.at(support, backed, 1)

    lock = Lock()
    in_threads(work, spans(sizes, _CHUNK))
    return Cover(found, told)


def places_of(starts: Array, sizes: Array) -> tuple[Array, Array]:
    """All places of the given pieces, and the number of the piece of each."""
    piece = np.repeat(np.arange(len(sizes)), sizes)
    behind = np.cumsum(sizes) - sizes
    return np.arange(len(piece)) + (starts - behind)[piece], piece


def _hashed(texts: Codes, which: Array) -> tuple[Array, Array, Array]:
    """The runs of the texts `which`: hash, number in `which`, place in the text."""
    sizes = np.maximum(texts.sizes[which] - WIDTH + 1, 0)
    places, piece = places_of(texts.starts[which], sizes)
    joined = np.zeros(len(places), np.uint32)
    for step in range(WIDTH):
        joined = joined * np.uint32(0x9E3779B1) + texts.chars[places + step]
    return joined, piece, places - texts.starts[which][piece]


def _chunk(first: Codes, second: Codes, one: Array, other: Array, wanted: bool) -> tuple[Array, Array, Array]:
    bases, base = np.unique(one, return_inverse=True)
    hashed, piece, at = _hashed(first, bases)
    keys = hashed.astype(np.uint64) << np.uint64(32) | piece.astype(np.uint64)
    table = Table(keys)
    said, pair, there = _hashed(second, other)
    hit = table.find(said.astype(np.uint64) << np.uint64(32) | base[pair].astype(np.uint64))
    met = np.flatnonzero(hit >= 0)
    there, pair = there[met], pair[met]
    here = at[_nearest(hit[met], _again(table, keys), at, there, pair)]
    for _ in range(2):  # a lone match by chance would break the chain around it
        linked = _linked(here, there, pair)
        kept = linked | np.concatenate((linked[1:], [False])) if len(linked) else linked
        here, there, pair = here[kept], there[kept], pair[kept]
    sizes = first.sizes[one] + 1
    linked = _long(_linked(here, there, pair), here, _least(sizes, second.sizes[other])[pair])
    begin = np.cumsum(sizes) - sizes
    total = int(sizes.sum())
    rise = np.bincount(begin[pair[linked]] + here[linked - 1], minlength=total)
    rise -= np.bincount(begin[pair[linked]] + here[linked] + WIDTH, minlength=total)
    inside = np.cumsum(rise) > 0
    sums = np.concatenate(([0], np.cumsum(inside)))
    backed = places_of(first.starts[one], sizes)[0][inside] if wanted else inside
    steps = (there[linked] - there[linked - 1]).astype(np.float64)
    starts_chain = ~np.isin(linked - 1, linked, assume_unique=True)
    told = np.bincount(pair[linked], weights=steps + WIDTH * starts_chain, minlength=len(one))
    return sums[begin + sizes] - sums[begin], told.astype(np.int64), backed


def _again(table: Table, keys: Array) -> Array:
    """For each key the next place of an equal one, -1 where there is none."""
    head = table.find(keys)
    again = np.flatnonzero(head != np.arange(len(keys)))
    order = again[np.argsort(head[again], kind="stable")]
    out = np.full(len(keys), -1, np.int64)
    if len(order):
        first = np.concatenate(([True], head[order[1:]] != head[order[:-1]]))
        out[np.where(first, head[order], np.concatenate(([0], order[:-1])))] = order
    return out


def _nearest(hit: Array, again: Array, at: Array, there: Array, pair: Array) -> Array:
    """Of the places of a run that stands several times in a text the one that follows on from the last sure match."""
    hit = hit.astype(np.int64)
    several = again[hit] >= 0
    sure = np.maximum.accumulate(np.where(several, -1, np.arange(len(hit)))) if len(hit) else hit
    asked = np.flatnonzero(several & (sure >= 0))
    asked = asked[pair[sure[asked]] == pair[asked]]
    last = sure[asked]
    aim = at[hit[last]] + there[asked] - there[last]
    best = hit[asked]
    other = best
    for _ in range(REPEATS):
        other = np.where(again[other] >= 0, again[other], other)
        best = np.where(np.abs(at[other] - aim) < np.abs(at[best] - aim), other, best)
    hit[asked] = best
    return hit


def _linked(here: Array, there: Array, pair: Array) -> Array:
    """Whether a match follows the one before it closely, in both texts."""
    out = np.zeros(len(here), bool)
    if len(here) > 1:
        a, b = np.diff(here), np.diff(there)
        out[1:] = (np.diff(pair) == 0) & (a > 0) & (a <= GAP) & (b <= GAP) & (np.abs(a - b) <= DRIFT)
    return out


def _least(one: Array, other: Array) -> Array:
    """How long a chain must be to count: in a text many times longer every usual phrase is met by chance."""
    ratio = np.maximum(one, other) / np.maximum(np.minimum(one, other), 1)
    return np.clip(CHAIN + 4 * np.log2(ratio), CHAIN, LONGEST_CHAIN)


def _long(linked: Array, here: Array, least: Array) -> Array:
    """The places of links that are part of a chain that is long enough."""
    if not len(here):
        return np.zeros(0, np.int64)
    begin = np.flatnonzero(~linked)
    size = here[np.append(begin[1:], len(here)) - 1] - here[begin] + WIDTH
    good = size >= least[begin]
    return np.flatnonzero(linked & np.repeat(good, np.diff(np.append(begin, len(here)))))
