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
from consult.review.sketch import SHORT, Array, Codes, Sketch, codes, joined, picked, sketched, thin, unquote
from consult.review.stock import strangers
from consult.review.template import shared_texts
from consult.review.votes import Postings, counted, leaders, rare
from consult.review.words import METHOD

__all__ = [
    "METHOD", "Addition", "Cluster", "Index", "Sketch", "additions", "candidates", "cluster", "joins", "joins_all", "sketch",
]  # fmt: skip
LAX = 0.5  # of a leader in a text, before slips of the leader itself are known
PURE, SOME = 0.85, 0.2  # of a group such a part must consist of the shared text to such a part
ROUGH = 0.08  # part of the sampled runs two unfinished shared texts must have in common
ROUNDS = 2

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
    said = whole.sizes > 0
    first, kind, copies = kinds(whole.keys)
    thin(whole, first)
    unquote(whole, quoted)
    home = grouped(whole, copies, told)[kind]
    del whole  # of a million texts half a gigabyte
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


def kinds(keys: Array) -> tuple[Array, Array, Array]:
    """Where each distinct key stands first, the number of the key of every place, and how often each stands there."""
    _, first, kind, copies = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first)
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    return first[order], number[kind], copies[order]


def grouped(texts: Codes, copies: Array, told: Report) -> Array:
    """For each of the distinct texts the number of its group, -1 where it stands alone."""
    home = np.full(len(texts), -1, np.int64)
    sample = sketched(texts, SHORT)
    postings = Postings.of(sample, texts.sizes, copies)
    known = picked(texts, np.zeros(0, np.int64))
    for turn in range(ROUNDS):
        told("rounds", turn, ROUNDS)
        free = home < 0
        rows = rare(texts, postings.ranks, free) if turn else leaders(postings, free)
        old = len(known)
        known, places = distinct(known, seeds(texts, *rows)[0])
        asked = np.unique(places[old:])
        if len(asked):
            new = admitted(texts, sample, Index(made=picked(known, asked)), free)
            home = np.where(new >= 0, asked[new], home)
    told("settling", 0, 1)
    return settled(texts, sample, postings.ranks, home)


def settled(texts: Codes, sample: Sketch, ranks: Array, home: Array) -> Array:
    """The groups once their members are known: those of one shared text are one, and who was left out is asked again."""
    text = np.flatnonzero(home >= 0)
    text = text[np.lexsort((ranks[text], home[text]))]
    group, first, many = np.unique(home[text], return_index=True, return_counts=True)
    lead = np.repeat(text[first], many)
    rest = text != lead
    fresh, heads = seeds(texts, text[rest], lead[rest], -ranks[text[rest]].astype(np.int64))
    made, places = distinct(picked(texts, np.zeros(0, np.int64)), fresh)
    number = np.arange(home.max(initial=-1) + 1) + len(made)  # a group that has no shared text stays what it is
    number[home[heads]] = places
    home = np.where(home >= 0, number[home], -1) if len(number) else home
    members = np.bincount(home[home >= 0], minlength=len(made))[: len(made)]
    new = admitted(texts, sample, Index(made=made), home < 0, members)
    home = np.where(new >= 0, new, home)
    text = np.flatnonzero((home >= 0) & (home < len(made)))
    home[text[strangers(made, texts, home[text], text)]] = -1
    return home


def distinct(known: Codes, fresh: Codes) -> tuple[Codes, Array]:
    """The known shared texts and those of the fresh ones that are not the same as one before.

    And for each known and each fresh one the number it has now; a known one keeps its number.
    """
    made, old = joined(known, fresh), len(known)
    one, other, _ = Index(made=made).looked_up(sketched(made, SHORT), made.sizes, ROUGH)
    apart = one != other
    one, other = one[apart], other[apart]
    seen = covered(made, made, one, other)
    both = (seen.found >= ENOUGH * made.sizes[one]) & (seen.told >= ENOUGH * made.sizes[other])
    both &= ~turned_round(made, made, one, other, both)[0]
    first = list(range(len(made)))
    for here, there in zip(one[both].tolist(), other[both].tolist(), strict=True):
        low, high = sorted((_end(first, here), _end(first, there)))
        if high >= old:
            first[high] = low
    ends = np.array([_end(first, place) for place in range(len(made))], np.int64)
    kept = np.flatnonzero(ends == np.arange(len(made)))
    return picked(made, kept), np.searchsorted(kept, ends)


def _end(first: list[int], place: int) -> int:
    while first[place] != place:
        first[place] = first[first[place]]
        place = first[place]
    return place


def seeds(texts: Codes, text: Array, leader: Array, votes: Array) -> tuple[Codes, Array]:
    """What leaders share with the texts that name them, the characters that at least half of those have; and the leaders."""
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
    order = order[cut.sizes[order] >= SHORT]
    return picked(cut, order), owner[order]


def sampled(leader: Array, votes: Array, most: int) -> Array:
    """The places of at most `most` rows for each leader, those with the most votes."""
    order = np.lexsort((-votes, leader))
    first = np.concatenate(([True], np.diff(leader[order]) != 0)) if len(order) else np.zeros(0, bool)
    begin = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    return order[np.arange(len(order)) - begin < most]


def admitted(texts: Codes, sample: Sketch, index: Index, free: Array, members: Array | int = 0) -> Array:
    """For each free text the shared text it holds the most of, -1 where it holds enough of none.

    `members`: how many each shared text has already.
    """
    text, group, _ = index.looked_up(sample, texts.sizes, free=free)
    text, group, found, told = fitting(index, texts, text, group, members)
    good = anchored(group, told >= PURE * texts.sizes[text], len(index.texts), members)[group]
    text, group, found = text[good], group[good], found[good]
    out = np.full(len(texts), -1, np.int64)
    order = np.argsort(found, kind="stable")
    out[text[order]] = group[order]
    found = np.flatnonzero(out >= 0)
    out[found] = united(text, group, index.texts.sizes)[out[found]]
    return out


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


def anchored(group: Array, pure: Array, groups: int, members: Array | int = 0) -> Array:
    """For each shared text whether enough texts consist of it: what is only quoted or a stock phrase is no letter."""
    whole = np.bincount(group, minlength=groups) + members
    near = np.bincount(group, weights=pure, minlength=groups) + members
    return (near >= 1) & (near >= SOME * whole)
