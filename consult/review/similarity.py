"""Near-duplicate opinions: which of many texts are copies of one letter, with slips and with sentences of their own (R19).

A group is made around a shared text: two thirds of it must be found in each member, in order and close together. What
a member says besides does not matter, so a letter of fifty sentences may hold an appeal of two. Texts find each other
by sampled runs of characters; each then looks only at the few texts it shares most runs with, so the work grows with
the number of characters and not with that of pairs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from consult.review.additions import Addition, additions
from consult.review.alike import ENOUGH, Index, fitting, joins, joins_all, turned_round
from consult.review.cover import covered
from consult.review.singles import candidates, sketch
from consult.review.sketch import SHORT, Array, Codes, Sketch, codes, joined, picked, sketched, unquoted
from consult.review.template import shared_texts
from consult.review.votes import Postings, counted, leaders
from consult.review.words import METHOD

__all__ = [
    "METHOD", "Addition", "Cluster", "Index", "Sketch", "additions", "candidates", "cluster", "joins", "joins_all", "sketch",
]  # fmt: skip
LAX = 0.5  # of a leader in a text, before slips of the leader itself are known
PURE, SOME = 0.85, 0.2  # of a group such a part must consist of the shared text to such a part
ROUGH = 0.08  # part of the sampled runs two unfinished shared texts must have in common
ROUNDS = 3

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Cluster:
    """The ids of at least two opinions that are one, and the sentences they share, in order."""

    members: list[int]
    shared: list[str]


def cluster(
    ids: Sequence[int],
    texts: Sequence[str],
    processes: int = 1,
    report: Report | None = None,
    quoted: Sequence[str] = (),
) -> list[Cluster]:
    """Groups of near copies among opinions of one clause and one stance; an opinion is in one group at most.

    `quoted`: texts that many repeat without being of one mind, as the clause itself; they make no two opinions alike.

    `report` is called with a word for the stage, what is done and what there is to do.
    """
    told = report or (lambda stage, done, whole: None)
    whole = codes(texts)
    told("codes", 1, 1)
    _, first, kind, copies = np.unique(whole.keys, return_index=True, return_inverse=True, return_counts=True)
    said, each = whole.sizes > 0, picked(whole, first)
    del whole  # of a million texts half a gigabyte
    groups = grouped(unquoted(each, quoted), copies, told)
    home = groups[kind]
    alone = (home < 0) & (copies[kind] > 1) & said
    home[alone] = kind[alone] + len(texts)
    order = np.argsort(home, kind="stable")
    order = order[home[order] >= 0]
    cuts = np.flatnonzero(np.diff(home[order])) + 1
    members = [one.tolist() for one in np.split(order, cuts)] if len(order) else []
    members = [one for one in members if len(one) > 1]
    members.sort(key=lambda one: one[0])
    shared = shared_texts([[texts[i] for i in one] for one in members], processes)
    return [Cluster([ids[i] for i in one], text) for one, text in zip(members, shared, strict=True)]


def grouped(texts: Codes, copies: Array, told: Report) -> Array:
    """For each of the distinct texts the number of its group, -1 where it stands alone."""
    home = np.full(len(texts), -1, np.int64)
    sample = sketched(texts, SHORT)
    postings = Postings.of(sample, texts.sizes, copies)
    known = picked(texts, np.zeros(0, np.int64))
    for turn in range(ROUNDS):
        told("rounds", turn, ROUNDS)
        free = home < 0
        text, leader, votes = leaders(postings, free, turn > 0)
        known, asked = distinct(known, seeds(texts, text, leader, votes))
        if not len(asked):
            break
        new = admitted(texts, chosen(sample, free), Index(made=picked(known, asked)))
        home = np.where(free & (new >= 0), asked[new], home)
    return home


def chosen(sample: Sketch, free: Array) -> Sketch:
    """The sketches of the free texts, those of the others empty."""
    kept = free[sample.owners]
    counts = np.where(free, np.diff(sample.starts), 0)
    return Sketch(sample.hashes[kept], np.concatenate(([0], np.cumsum(counts))))


def distinct(known: Codes, fresh: Codes) -> tuple[Codes, Array]:
    """The known shared texts and those of the fresh ones that are not the same as one before.

    And the numbers of those to be asked now: the new ones, and the known ones that a fresh one is the same as.
    """
    made, old = joined(known, fresh), len(known)
    one, other, _ = Index(made=made).looked_up(sketched(made, SHORT), made.sizes, ROUGH)
    apart = one != other
    one, other = one[apart], other[apart]
    seen = covered(made, made, one, other)
    both = (seen.found >= ENOUGH * made.sizes[one]) & (seen.told >= ENOUGH * made.sizes[other])
    both &= ~turned_round(made, made, one, other, both)
    first = list(range(len(made)))
    for here, there in zip(one[both].tolist(), other[both].tolist(), strict=True):
        low, high = sorted((_end(first, here), _end(first, there)))
        if high >= old:
            first[high] = low
    ends = np.array([_end(first, place) for place in range(len(made))], np.int64)
    kept = np.flatnonzero(ends == np.arange(len(made)))
    return picked(made, kept), np.searchsorted(kept, np.unique(ends[old:]))


def _end(first: list[int], place: int) -> int:
    while first[place] != place:
        first[place] = first[first[place]]
        place = first[place]
    return place


def seeds(texts: Codes, text: Array, leader: Array, votes: Array) -> Codes:
    """What leaders share with the texts that name them: the characters that at least half of those have."""
    sure = sampled(leader, votes, 48)
    one, other = leader[sure], text[sure]
    seen = covered(texts, texts, one, other)
    sizes = texts.sizes
    alike = (seen.found >= LAX * sizes[one]) | (seen.told >= LAX * sizes[other])
    one, other = one[alike], other[alike]
    owner, one = np.unique(one, return_inverse=True)
    kept, number = picked(texts, owner), np.bincount(one, minlength=len(owner))
    support = np.zeros(len(kept.chars), np.int32)
    covered(kept, texts, one, other, support)
    backed = support * 2 >= np.repeat(number, kept.sizes)
    counts = np.concatenate(([0], np.cumsum(backed)))[kept.starts]
    cut = Codes(kept.chars[backed], counts, kept.keys)
    order = np.argsort(-number, kind="stable")
    return picked(cut, order[cut.sizes[order] >= SHORT])


def sampled(leader: Array, votes: Array, most: int) -> Array:
    """The places of at most `most` rows for each leader, those with the most votes."""
    order = np.lexsort((-votes, leader))
    first = np.concatenate(([True], np.diff(leader[order]) != 0)) if len(order) else np.zeros(0, bool)
    begin = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    return order[np.arange(len(order)) - begin < most]


def admitted(texts: Codes, sample: Sketch, index: Index) -> Array:
    """For each sketched text the shared text it holds the most of, -1 where it holds enough of none."""
    text, group, _ = index.looked_up(sample, texts.sizes)
    text, group, found, told = fitting(index, texts, text, group)
    good = anchored(group, told >= PURE * texts.sizes[text], len(index.texts))[group]
    text, group, found = text[good], group[good], found[good]
    out = np.full(len(texts), -1, np.int64)
    order = np.argsort(found, kind="stable")
    out[text[order]] = group[order]
    one = united(text, group, index.texts.sizes)
    return np.where(out < 0, out, one[out])


def united(text: Array, group: Array, sizes: Array) -> Array:
    """For each shared text the one it is a second version of: about the same texts hold both, and both are as long."""
    order = np.lexsort((group, text))
    text, group = text[order], group[order]
    double = np.flatnonzero(text[1:] == text[:-1]) if len(text) else text
    one, other, both, _ = counted(group[double], group[double + 1], np.ones(len(double), np.uint8))
    fit = np.bincount(group, minlength=len(sizes))
    long = np.minimum(sizes[one], sizes[other]) >= ENOUGH * np.maximum(sizes[one], sizes[other])
    alike = long & (both * 2 >= fit[one] + fit[other] - both)
    first = list(range(len(sizes)))
    for here, there in zip(one[alike].tolist(), other[alike].tolist(), strict=True):
        low, high = sorted((_end(first, here), _end(first, there)))
        first[high] = low
    return np.array([_end(first, place) for place in range(len(sizes))], np.int64)


def anchored(group: Array, pure: Array, groups: int) -> Array:
    """For each shared text whether enough texts consist of it: what is only quoted or a stock phrase is no letter."""
    whole = np.bincount(group, minlength=groups)
    near = np.bincount(group, weights=pure, minlength=groups)
    return (near >= 1) & (near >= SOME * whole)
