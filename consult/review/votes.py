"""Texts find each other: every sampled run votes for the first text that has it, and a text looks at those it voted for."""

from dataclasses import dataclass

import numpy as np

from consult.review.sketch import Array, Codes, Sketch, in_threads, runs, spans

_CHARS = 4_000_000  # characters hashed at once
_HALF = np.uint64(32)
LOOKS = 4  # texts that one text is compared with in a round
LONG_RUN, FEW = 12, 8  # characters of a run that few texts have by chance, and how many those few are
RARE_LOOKS = 3
_TEXTS = 50_000  # texts whose votes are counted at once: all at once would take several gigabytes
_RUNS = 12_000_000  # runs sorted at once
_NOBODY = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Postings:
    """Sampled runs that at least two texts have, as they stand in the sample: text by text the number of each."""

    numbers: Array  # int32, one for each sampled run; -1 where no other text has it
    starts: Array  # where the runs of each text begin
    often: Array  # int32, for each number how many texts have it
    ranks: Array  # int32, of every text; of those that share a run the one with the least leads

    @classmethod
    def of(cls, sample: Sketch, sizes: Array, copies: Array) -> "Postings":
        """Ranks: copied texts first, then those with the fewest runs nobody else has (the least slips), then the shortest."""
        numbers, often = _numbered(sample.hashes)
        told = np.empty(len(sample), np.float64)
        for one, last in _parts(len(sample)):
            part = numbers[sample.starts[one] : sample.starts[last]]
            known = (part >= 0) & (often[part] > 2) if len(often) else part >= 0
            sums = np.concatenate(([0], np.cumsum(known)))
            told[one:last] = np.diff(sums[sample.starts[one : last + 1] - sample.starts[one]])
        told /= np.maximum(np.diff(sample.starts), 1)
        order = np.lexsort((sizes, -np.round(told * 16), -np.log2(np.maximum(copies, 1)).astype(int)))
        ranks = np.empty(len(sample), np.int32)
        ranks[order] = np.arange(len(sample), dtype=np.int32)
        return cls(numbers, sample.starts, often, ranks)

    def some(self, free: Array, one: int, last: int) -> tuple[Array, Array]:
        """Of the free texts of a range: the number of each run another text has, and the text."""
        numbers = self.numbers[self.starts[one] : self.starts[last]]
        owners = np.repeat(np.arange(one, last, dtype=np.int32), np.diff(self.starts[one : last + 1]))
        kept = np.flatnonzero((numbers >= 0) & free[owners])
        return numbers[kept], owners[kept]


def _parts(texts: int) -> list[tuple[int, int]]:
    return [(one, min(one + _TEXTS, texts)) for one in range(0, texts, _TEXTS)]


def _numbered(hashes: Array) -> tuple[Array, Array]:
    """For each run a number that equal runs share, -1 where it is the only one; how often each number stands there."""
    numbers, often, last = np.full(len(hashes), -1, np.int32), [np.zeros(0, np.int32)], 0
    step = (1 << 32) // max(1, 2 * len(hashes) // _RUNS) + 1
    for low in range(0, 1 << 32, step):  # range by range of the hashes, so that little is sorted at once
        place = np.flatnonzero((hashes >= low) & (hashes < min(low + step, 1 << 32)))
        packed = hashes[place].astype(np.uint64) << _HALF | place.astype(np.uint64)
        packed.sort()
        count = np.diff(np.append(_cuts(packed >> _HALF), len(packed)))
        several = count[count > 1].astype(np.int32)
        place = packed[np.repeat(count > 1, count)].astype(np.uint32)
        numbers[place] = np.repeat(np.arange(last, last + len(several), dtype=np.int32), several)
        often.append(several)
        last += len(several)
    return numbers, np.concatenate(often)


def _cuts(values: Array) -> Array:
    """Where the runs of equal values begin."""
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else np.zeros(0, np.int64)


def leaders(postings: Postings, free: Array) -> tuple[Array, Array, Array]:
    """Rows (text, leader, votes): for each free text the few free texts that lead most of its runs."""
    first = np.full(len(postings.often), _NOBODY, np.int32)
    for span in _parts(len(free)):
        numbers, owners = postings.some(free, *span)
        np.minimum.at(first, numbers, postings.ranks[owners])
    by_rank, sampled = np.argsort(postings.ranks), np.maximum(np.diff(postings.starts), 1)

    def work(span: tuple[int, int]) -> tuple[Array, Array, Array]:
        numbers, owners = postings.some(free, *span)
        lead = first[numbers]
        voting = np.flatnonzero(lead != postings.ranks[owners])
        text, leader, count, _ = counted(owners[voting], lead[voting], np.ones(len(voting), np.uint8))
        leader = by_rank[leader]
        good = count >= np.maximum(2, 0.1 * np.minimum(sampled[text], sampled[leader]))
        return tops(text[good], leader[good], count[good], LOOKS)

    return _together(in_threads(work, _parts(len(free))))


def rare(texts: Codes, ranks: Array, free: Array) -> tuple[Array, Array, Array]:
    """Rows (text, leader, votes): free texts that have in common what very few others have.

    Where every phrase returns in thousands of opinions the short runs of a small campaign drown. A long run goes
    over the seam of two phrases or three: who has it in common with few has it from the same letter, or by chance;
    the words tell later which.
    """
    pairs = [np.zeros(0, np.uint64)]
    step = (1 << 32) // max(1, int(texts.sizes[free].sum()) // _RUNS) + 1
    for low in range(0, 1 << 32, step):
        packed = _long_runs(texts, ranks, free, low, min(low + step, 1 << 32) - 1)
        cut = _cuts(packed >> _HALF)
        often = np.diff(np.append(cut, len(packed)))
        packed &= np.uint64(0xFFFFFFFF)
        for place in range(1, FEW):
            begin = cut[(often > place) & (often <= FEW)]
            pairs.append(packed[begin + place] << _HALF | packed[begin])
    packed = np.concatenate(pairs)
    text, leader, count, _ = counted(packed >> _HALF, packed & np.uint64(0xFFFFFFFF), np.ones(len(packed), np.uint8))
    text, leader, count = tops(text, leader, count, RARE_LOOKS)
    by_rank = np.argsort(ranks)
    return by_rank[text], by_rank[leader], count


def _long_runs(texts: Codes, ranks: Array, free: Array, low: int, high: int) -> Array:
    """The long runs of the free texts with hashes of a range, each once a text: hash and rank in one, sorted."""

    def work(span: tuple[int, int]) -> Array:
        one, last = span
        hashes = runs(texts.chars[texts.starts[one] : texts.starts[last]], LONG_RUN)
        place = np.flatnonzero((hashes >= low) & (hashes <= high))
        ends = texts.starts[one + 1 : last + 1] - texts.starts[one]
        owner = np.repeat(np.arange(last - one, dtype=np.int32), np.diff(texts.starts[one : last + 1]))[place]
        kept = free[owner + one] & (place + LONG_RUN <= ends[owner])
        return hashes[place[kept]].astype(np.uint64) << _HALF | ranks[owner[kept] + one].astype(np.uint64)

    packed = np.concatenate([np.zeros(0, np.uint64), *in_threads(work, spans(texts.sizes, _CHARS))])
    packed.sort()
    return packed[_cuts(packed)]


def _together(rows: list[tuple[Array, Array, Array]]) -> tuple[Array, Array, Array]:
    rows = [(np.zeros(0, np.int64),) * 3, *rows]
    text, leader, votes = (np.concatenate(one) for one in zip(*rows, strict=True))
    return text, leader, votes


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
