"""Stock sentences: passages of a shared text that very many others have too make nobody a member of its group."""

import numpy as np

from consult.review.cover import Table, covered
from consult.review.sketch import Array, Codes, picked, runs

RUN = 12  # characters of a run that is counted
PASSAGE = 18  # characters one behind the other that are usual: fewer are a phrase
USUAL, PART, FEWEST = 4, 0.005, 8  # times as many others as members, and so many of all
HELD = 0.5  # of what is no stock sentence
PURE = 0.85  # of a text that is nothing but the shared text
_COUNTED = 30_000  # texts


def strangers(shared: Codes, texts: Codes, group: Array, text: Array) -> Array:
    """Which of the rows (group, text) have nothing but stock sentences in common with the shared text of their group."""
    members = np.bincount(group, minlength=len(shared))
    rest = unusual(shared, texts, members)
    asked = np.flatnonzero((rest.sizes < shared.sizes)[group])
    one, other = group[asked], text[asked]
    held = covered(rest, texts, one, other).found >= np.maximum(HELD * rest.sizes[one], 1)
    pure = covered(shared, texts, one, other).told >= PURE * texts.sizes[other]
    out = np.zeros(len(group), bool)
    out[asked] = ~held & ~pure
    return out


def unusual(shared: Codes, texts: Codes, members: Array) -> Codes:
    """The shared texts without the passages that many times as many texts have as there are members."""
    if len(shared.chars) < RUN:
        return shared
    hashes = runs(shared.chars, RUN)
    step = max(1, len(texts) // _COUNTED)
    some = picked(texts, np.arange(0, len(texts), step)).chars
    table = Table(hashes.astype(np.uint64))
    found = table.find(runs(some, RUN).astype(np.uint64)) if len(some) >= RUN else np.zeros(0, np.int32)
    often = np.bincount(found[found >= 0], minlength=len(hashes))[table.find(hashes.astype(np.uint64))]
    owner = np.repeat(np.arange(len(shared)), shared.sizes)[: len(hashes)]
    many = np.flatnonzero(often * step > np.maximum(USUAL * members[owner], PART * len(texts)) + FEWEST)
    edge = np.bincount(many, minlength=len(shared.chars) + 1)[: len(shared.chars) + 1]
    edge -= np.bincount(many + RUN, minlength=len(edge))[: len(edge)]
    usual = np.concatenate(([False], np.cumsum(edge)[:-1] > 0, [False]))
    begin, end = np.flatnonzero(~usual[:-1] & usual[1:]), np.flatnonzero(usual[:-1] & ~usual[1:])
    kept = np.ones(len(shared.chars), bool)
    for one, last in zip(begin.tolist(), end.tolist(), strict=True):
        kept[one:last] = last - one < PASSAGE
    starts = np.concatenate(([0], np.cumsum(kept)))[shared.starts]
    return Codes(shared.chars[kept], starts, shared.keys)
