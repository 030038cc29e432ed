"""Pure: a clause's key as its line of descent: who inherits it, what a new clause is called, where gone ones stood."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from consult.base.errors import Refused
from consult.drafts.compare import Match, in_order, texts
from consult.drafts.matching import Numbered, Text, held


def keys_for(
    matches: Sequence[Match], old: Sequence[Text], new: Sequence[Text], old_keys: Sequence[str],
    wanted: Sequence[str], used: AbstractSet[str], number: int,
) -> list[str]:  # fmt: skip
    """The key of every new clause: its old one's, else one that no version of the project has ever used.

    `wanted` are keys by place, distinct; `used` all keys of all versions; `number` is the new version's.
    """
    taken = set(used)
    keys = [""] * len(new)
    for j, i in heirs(matches, old, new).items():
        keys[j] = old_keys[i]
    for j, key in enumerate(keys):
        keys[j] = key or _fresh(wanted[j], taken, number)
    return keys


def _fresh(wanted: str, taken: set[str], number: int) -> str:
    """a3, or where that once was another clause a3v2: the third article of the second version."""
    key, count = wanted, 1
    while key in taken:
        key = f"{wanted}v{number}" + (f".{count}" if count > 1 else "")
        count += 1
    taken.add(key)
    return key


def heirs(matches: Sequence[Match], old: Sequence[Text], new: Sequence[Text]) -> dict[int, int]:
    """New clause → the old clause whose key it bears; every old key is borne once at most.

    Of the parts of a clause that was split the one that holds most of it, of clauses that were merged the one
    that gives most; the first where they are equal.
    """
    found: dict[int, int] = {}
    for one in matches:
        if not one.old or not one.new:
            continue
        shares = [(-_shared(old[i], new[j]), i, j) for i in one.old for j in one.new]
        _, i, j = min(shares)
        found[j] = i
    return found


def _shared(one: Text, other: Text) -> float:
    return held(one.flat, other.flat) * len(one.flat)


def confirmed(old: Sequence[Numbered], new: Sequence[Numbered], pairs: Iterable[tuple[int, int]]) -> list[Match]:
    """The matches that somebody's pairs (old index, new index) come to; each clause in one, unnamed ones alone.

    Raises Refused where one clause is both split and merged: nobody could say what became of it.
    """
    to_new: dict[int, set[int]] = {}
    to_old: dict[int, set[int]] = {}
    for i, j in pairs:
        to_new.setdefault(i, set()).add(j)
        to_old.setdefault(j, set()).add(i)
    joined: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
    for i, news in to_new.items():
        olds = {one for j in news for one in to_old[j]}
        if len(news) > 1 and len(olds) > 1:
            label = old[i].label or old[i].text[:12]
            raise Refused(f"原“{label}”既拆分又合并，请只选一种：拆成几条，或者与别的条文合并。", "matches")
        joined.add((tuple(sorted(olds)), tuple(sorted(news))))
    return in_order(texts(old), texts(new), sorted(joined))


def untangled(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs (old, new), nearest kin first, without those that would make one clause both split and merged.

    Over several versions a clause may be cut in two and a half of it joined to a third: then each keeps its nearest.
    """
    to_new: dict[int, set[int]] = {}
    to_old: dict[int, set[int]] = {}
    kept = []
    for i, j in pairs:
        news, olds = to_new.get(i, set()), to_old.get(j, set())
        splits = all(len(to_old[one]) == 1 for one in news)
        merges = all(len(to_new[one]) == 1 for one in olds)
        if (news and olds) or not splits or not merges:
            continue
        to_new.setdefault(i, set()).add(j)
        to_old.setdefault(j, set()).add(i)
        kept.append((i, j))
    return kept


@dataclass(frozen=True)
class Seat:
    """A key's place in a version: the key it stands under there, None at the top."""

    key: str
    above: str | None


def seated(versions: Sequence[Sequence[Seat]]) -> list[Seat]:
    """The keys of all versions, given newest first, as one text: gone ones behind their old neighbour.

    Every key once, in the order of the newest version; a key that it no longer has stands behind the clause it
    stood behind, and what lies under that, in the last version that had it.
    """
    order = [one.key for one in versions[0]] if versions else []
    above = {one.key: one.above for one in versions[0]} if versions else {}
    for version in versions[1:]:
        last_under: dict[str | None, str] = {}
        for one in version:
            if one.key not in above:
                before = last_under.get(one.above)
                above[one.key] = above[before] if before is not None else one.above
                order.insert(_place(order, above, one.above if before is None else before, before is not None), one.key)
            last_under[one.above] = one.key
    return [Seat(key, above[key]) for key in order]


def _place(order: list[str], above: dict[str, str | None], key: str | None, skip: bool) -> int:
    """Behind `key`, and with `skip` behind everything under it too; None is the beginning."""
    if key is None:
        return 0
    at = order.index(key) + 1
    inside = {key}
    while skip and at < len(order) and above[order[at]] in inside:
        inside.add(order[at])
        at += 1
    return at


def family(seats: Sequence[Seat], key: str) -> set[str]:
    """The key and every key under it."""
    found = {key}
    for one in seats:
        if one.above in found:
            found.add(one.key)
    return found
