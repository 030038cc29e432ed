"""Which group a text belongs to: an index over the shared texts of groups, asked for one text or for many at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from consult.review.cover import Table, covered, places_of
from consult.review.essential import SHORT_LETTER, turned, words
from consult.review.sketch import (
    DENSEST,
    SHORT,
    Array,
    Codes,
    Sketch,
    bars,
    codes,
    in_threads,
    sampled_runs,
    sketched,
    spans,
)
from consult.review.votes import counted, tops, weights

ENOUGH = 2 / 3  # of the shared text in each member
BRIEF = 45  # characters: below, four fifths must be found, and the member says little else
BUDGET, EACH = 96, 12  # pairs looked at for one text: the runs that fewest groups have come first; of each run so many
_CHUNK = 500_000  # sampled runs asked for at once
LOOKS, FEW = 4, 2  # groups looked at for one text, by their sketches and by their words
NOISY, MISTAKES = 3, 0.03  # slips that stand beside one at a number; part of a group that makes the same one
GLANCE = 0.2  # part of the sampled runs that must be met: at the worst half of them survive the slips


class Index:
    """Shared texts of groups, ready to be asked. Build it anew when groups change: a thousand take 20 ms."""

    def __init__(self, groups: Sequence[Any] = (), texts: Sequence[str] = (), made: Codes | None = None) -> None:
        self.groups = list(groups)
        self.texts = codes(texts) if made is None else made
        sample = sampled_runs(self.texts, SHORT, DENSEST)
        order = np.argsort(sample.hashes, kind="stable")
        hashes, self.owners = sample.hashes[order], sample.owners[order]
        self.first = np.flatnonzero(np.concatenate(([True], np.diff(hashes) != 0))) if len(hashes) else order
        self.often = np.diff(np.append(self.first, len(hashes)))
        self.table = Table(hashes[self.first].astype(np.uint64))
        self.pairs = Table(sample.hashes.astype(np.uint64) << np.uint64(32) | sample.owners.astype(np.uint64))
        self.exact = {int(key): place for place, key in reversed(list(enumerate(self.texts.keys)))}

    def looked_up(
        self, sample: Sketch, sizes: Array, glance: float = GLANCE, free: Array | None = None
    ) -> tuple[Array, Array, Array]:
        """Rows (text, group, votes): the few groups each sketched text shares most runs with; of free texts where given."""

        def work(span: tuple[int, int]) -> tuple[Array, Array, Array]:
            return self._some(sample, sizes, glance, free, *span)

        rows = in_threads(work, spans(np.diff(sample.starts), _CHUNK))
        text, group, weight = (
            (np.concatenate(one) for one in zip(*rows, strict=True)) if rows else [np.zeros(0, np.int64)] * 3
        )
        return text, group, weight

    def _some(
        self, sample: Sketch, sizes: Array, glance: float, free: Array | None, one: int, last: int
    ) -> tuple[Array, Array, Array]:
        hashes = sample.hashes[sample.starts[one] : sample.starts[last]]
        owners = np.repeat(np.arange(one, last), np.diff(sample.starts[one : last + 1]))
        if free is not None:
            asked = free[owners]
            hashes, owners = hashes[asked], owners[asked]
        place = self.table.find(hashes.astype(np.uint64))
        hit = np.flatnonzero(place >= 0)
        first, often, owners = self.first[place[hit]], self.often[place[hit]], owners[hit]
        order = np.argsort(owners * (1 << 24) + often, kind="stable")  # the rarest first
        first, often, owners = first[order], often[order], owners[order]
        taken = np.minimum(often, EACH)  # where a letter has a hundred versions, of every run the same few: the largest
        spent = np.cumsum(taken) - taken
        new = np.concatenate(([True], np.diff(owners) != 0)) if len(owners) else np.zeros(0, bool)
        spent -= np.maximum.accumulate(np.where(new, spent, 0))
        kept = spent < BUDGET
        first, owners, often, taken = first[kept], owners[kept], often[kept], taken[kept]
        step = np.arange(taken.sum()) - np.repeat(np.cumsum(taken) - taken, taken)
        group = self.owners[np.repeat(first, taken) + step]
        text, group, votes, weight = counted(np.repeat(owners, taken), group, np.repeat(weights(often), taken))
        good = votes >= 2
        text, group, weight = text[good], group[good], weight[good]
        weight = (weight * 100 / np.sqrt(self.texts.sizes[group])).astype(int)  # long letters have every usual phrase
        text, group, _ = tops(text, group, weight, LOOKS)
        part = self._met(sample, text, group) / np.maximum(bars(sizes[text]) * self.texts.sizes[group], 1)
        good = part >= glance
        return tops(
            text[good],
            group[good],
            (part * self.texts.sizes[group] * 100)[good].astype(np.int64),
            FEW if glance == GLANCE else LOOKS,
        )

    def _met(self, sample: Sketch, text: Array, group: Array) -> Array:
        """How many of the sampled runs of each text are in the shared text beside it."""
        places, row = places_of(sample.starts[text], np.diff(sample.starts)[text])
        hit = self.pairs.maybe(sample.hashes[places].astype(np.uint64) << np.uint64(32) | group[row].astype(np.uint64))
        return np.bincount(row[hit], minlength=len(text))


def holds(shared: Array, size: Array, found: Array) -> Array:
    """Whether a text of `size` characters holds enough of a shared text of `shared`, of which `found` are in it."""
    brief = shared < BRIEF
    least = np.where(brief, 0.8, ENOUGH) * shared
    return (found >= least) & (shared >= SHORT) & (~brief | (size <= 1.5 * shared))


def turned_round(
    shared: Codes, texts: Codes, group: Array, text: Array, asked: Array, members: Array | None = None
) -> tuple[Array, Array]:
    """Which of the asked pairs differ, in a short letter, in a word that turns the meaning; and which by a slip only.

    Many copies with slips in them have one at such a word too. A slip has others beside it, and few make the same one:
    few of the group's texts, those asked now and the `members` it has already. Who takes the trouble to put another
    number changes nothing else, and a campaign of its own repeats it.
    """
    out, slip = np.zeros(len(group), bool), np.zeros(len(group), bool)
    known: dict[int, str] = {}
    same: dict[tuple[int, tuple[str, str]], list[int]] = defaultdict(list)
    for row in np.flatnonzero(asked & (shared.sizes[group] < SHORT_LETTER)).tolist():
        one, other = int(group[row]), int(text[row])
        if one not in known:
            known[one] = words(shared.chars[shared.starts[one] : shared.starts[one + 1]])
        turn = turned(known[one], words(texts.chars[texts.starts[other] : texts.starts[other + 1]]))
        if turn is not None:
            out[row] = True
            if turn.slips >= NOISY:
                same[one, turn.swap].append(row)
    if members is not None:
        often = np.bincount(group[asked], minlength=len(shared)) + members
        for (one, _), rows in same.items():
            slip[rows] = len(rows) <= max(1, MISTAKES * often[one])
    return out & ~slip, slip


def fitting(
    index: Index, texts: Codes, text: Array, group: Array, members: Array | int = 0
) -> tuple[Array, Array, Array, Array]:
    """Of the pairs those that really belong together; how many shared characters are found, how many of the text are shared.

    Whoever fits two shared texts that differ in a number is found one character less in that with the other number.
    """
    seen = covered(index.texts, texts, group, text)
    good = holds(index.texts.sizes[group], texts.sizes[text], seen.found)
    had = np.broadcast_to(members, len(index.texts))
    turned, slip = turned_round(index.texts, texts, group, text, good, had)
    good &= ~turned
    return text[good], group[good], (seen.found - slip)[good], seen.told[good]


def joins_all(texts: Sequence[str], index: Index) -> list[Any]:
    """The group of each text, None where it belongs to none: the one whose shared text it holds most of."""
    asked = codes(texts)
    text, group, _ = index.looked_up(sketched(asked, SHORT), asked.sizes)
    text, group, found, _ = fitting(index, asked, text, group)
    best = np.full(len(asked), -1, np.int64)
    order = np.argsort(found, kind="stable")
    best[text[order]] = group[order]
    out = []
    for place, key in zip(best.tolist(), asked.keys.tolist(), strict=True):
        place = index.exact.get(key, place)
        out.append(index.groups[place] if place >= 0 else None)
    return out


def joins(text: str, groups: Index) -> Any:
    """The group `text` belongs to, None for none."""
    return joins_all([text], groups)[0]
