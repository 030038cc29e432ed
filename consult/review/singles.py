"""New opinions find the stored ones that may be near copies of them, by sketches alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consult.review.sketch import SHORT, Array, Sketch, codes, sketched
from consult.review.votes import counted, tops, weights

LOOKS = 4  # stored opinions named for one new one
BUDGET = 1500  # stored opinions looked at for one new one: the runs that fewest have come first
_HALF = np.uint64(32)


@dataclass
class Inverted:
    """Sketches turned round, to look hashes up in: `owners[i]` is the text that has `hashes[i]`; both uint32.

    Sorted by hash, then by text; `sizes` says how many hashes each text has.
    """

    hashes: Array
    owners: Array
    sizes: Array

    def __len__(self) -> int:
        return len(self.sizes)


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


def inverted(made: Sketch) -> Inverted:
    """The sketches, turned round."""
    packed = made.hashes.astype(np.uint64) << _HALF
    packed |= made.owners.view(np.uint32)
    return _sorted(packed, np.diff(made.starts))


def joined(parts: Sequence[Inverted]) -> Inverted:
    """The texts of the second behind those of the first, and so on; at least one."""
    packed, behind = [], 0
    for one in parts:
        packed.append((one.hashes.astype(np.uint64) << _HALF) + (one.owners + np.uint64(behind)))
        behind += len(one)
    return _sorted(np.concatenate(packed), np.concatenate([one.sizes for one in parts]))


def _sorted(packed: Array, sizes: Array) -> Inverted:
    packed.sort()
    return Inverted((packed >> _HALF).astype(np.uint32), packed.astype(np.uint32), sizes)


def candidates(new: Sketch, stored: Sequence[Inverted]) -> tuple[Array, Array, Array]:
    """Rows (number in `new`, number in `stored`, weight): the few stored texts each new one is most like.

    The texts of `stored` are counted through its parts. Whether they are near copies is for `cluster` to say, over the
    new texts and the texts named here.
    """
    asked, which = np.unique(new.hashes, return_inverse=True)
    found = [(np.searchsorted(one.hashes, asked), np.searchsorted(one.hashes, asked, "right")) for one in stored]
    often = np.sum([last - first for first, last in found], axis=0, dtype=np.int64)[which]
    owners = new.owners.astype(np.int64)
    order = np.argsort(owners * (1 << 32) + often, kind="stable")
    order = order[often[order] > 0]
    which, often, owners = which[order], often[order], owners[order]
    spent = np.cumsum(often) - often
    first = np.concatenate(([True], np.diff(owners) != 0)) if len(owners) else np.zeros(0, bool)
    spent = spent - np.maximum.accumulate(np.where(first, spent, 0))
    kept = spent < BUDGET
    text, other, weight = _pairs(owners[kept], which[kept], np.minimum(often[kept], BUDGET), found, stored)
    text, other, votes, weight = counted(text, other, weight)
    size, sizes = np.diff(new.starts), np.concatenate([one.sizes for one in stored])
    good = votes >= np.where(size[text] == 1, 1, np.maximum(2, 0.1 * np.minimum(size[text], sizes[other])))
    return tops(text[good], other[good], weight[good], LOOKS)


def _pairs(
    owners: Array, which: Array, most: Array, found: Sequence[tuple[Array, Array]], stored: Sequence[Inverted]
) -> tuple[Array, Array, Array]:
    """(new text, stored text, weight) for at most `most` stored texts that have the hash; the parts in their order."""
    texts, others, left, behind = [], [], most, 0
    for (first, last), one in zip(found, stored, strict=True):
        take = np.minimum((last - first)[which], left)
        left = left - take
        step = np.arange(take.sum()) - np.repeat(np.cumsum(take) - take, take)
        texts.append(np.repeat(np.arange(len(owners)), take))
        others.append(one.owners[np.repeat(first[which], take) + step].astype(np.int64) + behind)
        behind += len(one)
    text = np.concatenate(texts)
    return owners[text], np.concatenate(others), weights(most)[text]
