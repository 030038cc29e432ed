"""Pure: joins the clauses of two texts that are one: by words, by number, by neighbours, split and merged ones too."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rapidfuzz.distance import Indel, LCSseq

from consult.base.text import plain

LIKE = 0.55  # similarity of two clauses of any place that are held to be one
LIKE_NEAR = 0.45  # where both stand between the same unchanged neighbours
LIKE_NUMBERED = 0.3  # where they also bear the same number
WITHIN = 0.75  # share of a fragment that its whole must hold
MOST_PARTS = 4
COMMON = 24  # a pair of characters in more clauses than this says nothing
_CHAPTER = re.compile(r"第.{1,8}[编章节]\Z")


class Numbered(Protocol):
    """What is compared: a piece of a split document or a stored clause."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str | None: ...
    @property
    def path(self) -> Sequence[str]: ...
    @property
    def text(self) -> str: ...


Joined = dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class Text:
    """A clause made ready: its words without white space and widths, its number without chapters above."""

    sort: str
    flat: str
    exact: str
    label: str
    number: tuple[str, ...]

    @classmethod
    def of(cls, one: Numbered) -> "Text":
        """What is compared of a clause. 立法法: articles are counted through, whatever chapter they stand in."""
        label, path = plain(one.label or ""), [plain(step) for step in one.path]
        above = path[:-1] if label and path[-1:] == [label] else path
        number = [step for step in above if not _CHAPTER.match(step)] + ([label] if label else [])
        sort = one.kind if one.kind in ("title", "signature") else "clause"
        return cls(sort, plain(one.text), "".join(one.text.split()), label, tuple(number))


@dataclass
class _Work:
    """What is known so far: for each old clause its new ones, for each new its old ones."""

    a: list[Text]
    b: list[Text]
    to_new: Joined = field(default_factory=dict)
    to_old: Joined = field(default_factory=dict)

    def join(self, old: Iterable[int], new: Iterable[int]) -> None:
        olds, news = tuple(sorted(old)), tuple(sorted(new))
        self.to_new |= dict.fromkeys(olds, news)
        self.to_old |= dict.fromkeys(news, olds)

    def free_old(self) -> list[int]:
        return [i for i in range(len(self.a)) if i not in self.to_new]

    def free_new(self) -> list[int]:
        return [j for j in range(len(self.b)) if j not in self.to_old]


def joins(a: list[Text], b: list[Text]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(old indices, new indices) of whatever is one clause on both sides, each index at most once.

    Equal words come first, then one clause that reads like several neighbours, then the most alike of the
    rest; a neighbour that makes a changed clause read more like its partner is taken in. Near linear: a clause
    is compared with few others, those of its place, its number and its rare words.
    """
    work = _Work(a, b)
    _equal_texts(work)
    _equal_joins(work)
    _empty_headings(work)
    _alike(work)
    _grow(work.a, work.b, work.to_new, work.to_old)
    _grow(work.b, work.a, work.to_old, work.to_new)
    _empty_headings(work)
    return list(dict.fromkeys((work.to_old[news[0]], news) for news in work.to_new.values()))


def likeness(one: str, other: str) -> float:
    """Share of characters that stay, in order, on both sides together; 1 for two empty texts."""
    return float(Indel.normalized_similarity(one, other))


def held(part: str, whole: str) -> float:
    """Share of the characters of `part` that stand in `whole` in the same order."""
    return float(LCSseq.similarity(part, whole)) / len(part) if part else 0.0


def _equal_texts(work: _Work) -> None:
    """The same words: between the same neighbours first, then under the same number, then anywhere."""

    def before(side: list[Text], at: int) -> str | None:
        return side[at - 1].flat if at else None

    def after(side: list[Text], at: int) -> str | None:
        return side[at + 1].flat if at + 1 < len(side) else None

    ways: list[Callable[[list[Text], int], Hashable]] = [
        lambda side, at: (side[at].number, before(side, at), after(side, at)),
        lambda side, at: (before(side, at), after(side, at)),
        lambda side, at: (before(side, at), side[at].label),
        lambda side, at: (after(side, at), side[at].label),
        lambda side, at: before(side, at),
        lambda side, at: after(side, at),
        lambda side, at: side[at].number,
        lambda side, at: side[at].flat,
    ]
    for number, way in enumerate(ways):
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for j in reversed(work.free_new()):
            waiting[work.b[j].sort, work.b[j].flat, way(work.b, j)].append(j)
        for i in work.free_old():
            one = work.a[i]
            # without words there is nothing to know it by but its number and its neighbours
            if (one.flat or number < 2 or number == 6) and (same := waiting.get((one.sort, one.flat, way(work.a, i)))):
                work.join([i], [same.pop()])


def _equal_joins(work: _Work) -> None:
    """One clause that reads exactly like several neighbours together."""
    for side, whole, part, swap in (
        (work.b, work.a, work.to_old, False),
        (work.a, work.b, work.to_new, True),
    ):
        runs = _runs(side, part)
        for at in work.free_new() if swap else work.free_old():
            run = runs.get(whole[at].flat)
            if run and not any(one in part for one in run):
                work.join(run if swap else [at], [at] if swap else run)


def _runs(side: list[Text], taken: Joined) -> dict[str, tuple[int, ...]]:
    """Joined words of two to MOST_PARTS free neighbours → the neighbours."""
    found: dict[str, tuple[int, ...]] = {}
    for start in range(len(side)):
        words = ""
        for end in range(start, min(start + MOST_PARTS, len(side))):
            if end in taken or not side[end].flat or side[end].sort != "clause":
                break
            words += side[end].flat
            if end > start:
                found.setdefault(words, tuple(range(start, end + 1)))
    return found


def _empty_headings(work: _Work) -> None:
    """A label with no words of its own goes with what follows it."""
    for i in reversed(work.free_old()):
        following = work.to_new.get(i + 1)
        j = following[0] - 1 if following else -1
        if j < 0 or j in work.to_old or work.a[i].flat or work.b[j].flat:
            continue
        if work.a[i].sort == work.b[j].sort:
            work.join([i], [j])


def _alike(work: _Work) -> None:
    """The most alike pair of what is left, then the next; the number and the neighbours break ties."""
    anchors = _anchors(work)
    olds = [i for i, _ in anchors]

    def gap(i: int) -> tuple[int, int]:
        at = bisect_left(olds, i)
        return (anchors[at - 1][1] if at else -1, anchors[at][1] if at < len(anchors) else len(work.b))

    ranked: list[tuple[float, int, int, int]] = []
    rarely = _rare_pairs(work)
    for i in work.free_old():
        low, high = gap(i)
        for j in _candidates(work, i, low, high, rarely):
            one, other = work.a[i], work.b[j]
            score, near = likeness(one.flat, other.flat), low < j < high
            least = LIKE_NEAR if near else LIKE
            least = LIKE_NUMBERED if near and one.number == other.number else least
            if score >= least:
                rank = score + 0.05 * (one.label == other.label) + 0.05 * near
                ranked.append((-rank, abs(j - low - 1), i, j))
    for _, _, i, j in sorted(ranked):
        if i not in work.to_new and j not in work.to_old:
            work.join([i], [j])


def _anchors(work: _Work) -> list[tuple[int, int]]:
    """The longest row of equal pairs that stand in the same order on both sides."""
    ends: list[int] = []
    tails: list[int] = []
    back: dict[int, int | None] = {}
    for i in sorted(work.to_new):
        j = work.to_new[i][0]
        at = bisect_left(ends, j)
        back[i] = tails[at - 1] if at else None
        ends[at : at + 1], tails[at : at + 1] = [j], [i]
    found: list[tuple[int, int]] = []
    one: int | None = tails[-1] if tails else None
    while one is not None:
        found.append((one, work.to_new[one][0]))
        one = back[one]
    return found[::-1]


Index = tuple[dict[str, list[int]], dict[tuple[str, ...], list[int]]]


def _rare_pairs(work: _Work) -> Index:
    """Two neighbouring characters → the few free new clauses that hold them; number → free new clauses."""
    pairs: dict[str, list[int]] = defaultdict(list)
    numbers: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in work.free_new():
        flat = work.b[j].flat
        numbers[work.b[j].number].append(j)
        for pair in {flat[k : k + 2] for k in range(len(flat) - 1)}:
            pairs[pair].append(j)
    return {pair: where for pair, where in pairs.items() if len(where) <= COMMON}, numbers


def _candidates(work: _Work, i: int, low: int, high: int, index: Index) -> list[int]:
    """The free new clauses worth a look: of the same number, at the same place, with the same rare words."""
    pairs, numbers = index
    one = work.a[i]
    shared: Counter[int] = Counter()
    for pair in {one.flat[k : k + 2] for k in range(len(one.flat) - 1)}:
        where = pairs.get(pair, ())
        for j in where:
            shared[j] += COMMON // len(where) + 1
    found = {j for j, _ in shared.most_common(8)} | set(numbers.get(one.number, ())[:8])
    found |= {*range(low + 1, min(low + 5, high)), *range(max(low + 1, high - 4), high)}
    return sorted(
        j for j in found
        if j not in work.to_old and work.b[j].sort == one.sort and bool(work.b[j].flat) == bool(one.flat)
    )  # fmt: skip


def _grow(whole: list[Text], side: list[Text], to_side: Joined, to_whole: Joined) -> None:
    """A clause that reads more like its partner together with a free neighbour of it was split, or merged."""
    for at, one in enumerate(whole):
        run = to_side.get(at) or _first_fragment(one.flat, side, _following(at, to_side), to_whole)
        if one.flat and run and (at not in to_side or to_whole[run[0]] == (at,)):
            grown = _grown(one.flat, side, run, to_whole)
            if len(grown) > len(run):
                to_side[at] = grown
                to_whole |= dict.fromkeys(grown, (at,))


def _following(at: int, to_side: Joined) -> int:
    """Where the other side goes on behind the clause before this one."""
    return to_side[at - 1][-1] + 1 if at - 1 in to_side else max(0, at - 1)


def _first_fragment(whole: str, side: list[Text], start: int, taken: Joined) -> tuple[int, ...]:
    """The first free clause from there on that stands, nearly whole, in one that found no partner."""
    for at in range(start, min(start + MOST_PARTS, len(side))):
        if at not in taken and len(side[at].flat) >= 6 and held(side[at].flat, whole) >= 0.85:
            return (at,)
    return ()


def _grown(whole: str, side: list[Text], run: tuple[int, ...], taken: Joined) -> tuple[int, ...]:
    """The run with every free neighbour that makes it read more like `whole`."""
    best = likeness(whole, "".join(side[at].flat for at in run))
    growing = True
    while growing and len(run) < MOST_PARTS:
        growing = False
        for at, wider in ((run[-1] + 1, (*run, run[-1] + 1)), (run[0] - 1, (run[0] - 1, *run))):
            if not 0 <= at < len(side) or at in taken or held(side[at].flat, whole) < WITHIN:
                continue
            score = likeness(whole, "".join(side[one].flat for one in wider))
            if score > best + 0.03:
                run, best, growing = wider, score, True
                break
    return run if best >= LIKE else run[:1]
