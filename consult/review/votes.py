"""Texts find each other: every sampled run votes for the first text that has it, and a text looks at those it voted for."""

from dataclasses import dataclass

import numpy as np

from consult.review.sketch import Array, Sketch

_TEXTS = 200_000
LOOKS = 4  # texts that one text is compared with in a round
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Postings:
    """Runs that at least two texts have: hash by hash the texts, by rank; the least rank leads."""

    texts: Array  # int32, sorted by hash, then by rank
    starts: Array  # where each hash begins
    ranks: Array  # of every text
    sampled: Array  # how many runs each text has in its sample

    @classmethod
    def of(cls, sample: Sketch, sizes: Array, copies: Array) -> "Postings":
        """Ranks: copied texts first, then those with the fewest runs nobody else has (the least slips), then the shortest."""
        packed = sample.hashes.astype(np.uint64)
        packed <<= _HALF
        packed |= sample.owners.view(np.uint32)
        packed.sort()
        texts = packed.astype(np.uint32).view(np.int32)
        packed >>= _HALF
        hashes = packed.astype(np.uint32)
        del packed
        cut = (
            np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
            if len(hashes)
            else np.zeros(0, np.int64)
        )
        often = np.diff(np.append(cut, len(hashes)))
        number = np.maximum(np.diff(sample.starts), 1)
        known = np.bincount(texts[np.repeat(often > 2, often)], minlength=len(sample)) / number
        order = np.lexsort((sizes, -np.round(known * 16), -np.log2(np.maximum(copies, 1)).astype(int)))
        ranks = np.empty(len(sample), np.int32)
        ranks[order] = np.arange(len(sample), dtype=np.int32)
        texts = texts[np.repeat(often > 1, often)]
        often = often[often > 1]
        return cls(texts, np.cumsum(often) - often, ranks, number)


def leaders(postings: Postings, free: Array, rare: bool) -> tuple[Array, Array, Array]:
    """Rows (text, leader, votes): for each free text the few free texts that lead most of its runs."""
    if not len(postings.texts):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    texts, ranks = postings.texts, postings.ranks
    bar = np.where(free, ranks, np.iinfo(np.int32).max)[texts]
    first = np.minimum.reduceat(bar, postings.starts)
    often = np.diff(np.append(postings.starts, len(texts)))
    lead = np.repeat(first, often)
    light = np.repeat(weights(often), often)
    voting = free[texts] & (bar != lead)
    del bar
    by_rank = np.argsort(ranks)
    rows = []
    for start in range(0, len(free), _TEXTS):  # part by part: all at once would take several gigabytes
        some = np.flatnonzero(voting & (texts >= start) & (texts < start + _TEXTS))
        text, leader, count, weight = counted(texts[some], lead[some], light[some])
        leader = by_rank[leader]
        least = (0.03 if rare else 0.1) * np.minimum(postings.sampled[text], postings.sampled[leader])
        good = count >= np.maximum(2, least)
        rows.append(tops(text[good], leader[good], (weight if rare else count)[good], LOOKS))
    text, leader, count = (np.concatenate(one) for one in zip(*rows, strict=True))
    return text, leader, count


def weights(often: Array) -> Array:
    """What a vote of a run counts that so many texts have, 1 to 255: the fewer, the more."""
    return np.maximum(255 / np.sqrt(often), 1).astype(np.uint8)


def counted(text: Array, other: Array, weight: Array) -> tuple[Array, Array, Array, Array]:
    """Distinct pairs, sorted, how often each occurs, and the sum of its weights (1 to 255)."""
    packed = (text.astype(np.uint64) << np.uint64(36)) | (other.astype(np.uint64) << np.uint64(8)) | weight
    packed.sort()
    pairs = packed >> np.uint64(8)
    cut = np.flatnonzero(np.concatenate(([True], pairs[1:] != pairs[:-1]))) if len(packed) else np.zeros(0, np.int64)
    count = np.diff(np.append(cut, len(packed)))
    weight = np.add.reduceat(packed & np.uint64(255), cut).astype(np.int64) if len(cut) else count
    pairs = pairs[cut]
    return (pairs >> np.uint64(28)).astype(np.int64), (pairs & np.uint64((1 << 28) - 1)).astype(np.int64), count, weight


def tops(text: Array, leader: Array, count: Array, most: int) -> tuple[Array, Array, Array]:
    """Of rows sorted by text, those with the most votes for each text."""
    order = np.lexsort((-count, text))
    text, leader, count = text[order], leader[order], count[order]
    new = np.concatenate(([True], np.diff(text) != 0)) if len(text) else np.zeros(0, bool)
    begin = np.maximum.accumulate(np.where(new, np.arange(len(text)), 0))
    kept = np.arange(len(text)) - begin < most
    return text[kept], leader[kept], count[kept]
