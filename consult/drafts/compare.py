"""Pure: which clause of an old text became which of a new one, and how much of it stayed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consult.drafts.matching import Numbered, Text, joins, likeness

KINDS = {
    "kept": "未变", "renumbered": "编号变动", "changed": "有修改", "split": "拆分", "merged": "合并",
    "new": "新增", "gone": "删去",
}  # fmt: skip
Join = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Match:
    """Which clauses, by index, became which; `score` is the likeness of their texts, 0 to 1.

    One to one is kept, renumbered or changed; one old and more new is split, the other way round merged;
    new and gone have one side only.
    """

    kind: str
    old: tuple[int, ...]
    new: tuple[int, ...]
    score: float


def compare(old: Sequence[Numbered], new: Sequence[Numbered]) -> list[Match]:
    """Every old and every new clause in exactly one match, in the order of the new text, gone ones at their place."""
    a, b = texts(old), texts(new)
    return in_order(a, b, joins(a, b))


def texts(clauses: Sequence[Numbered]) -> list[Text]:
    """Clauses made ready for `in_order`."""
    return [Text.of(one) for one in clauses]


def in_order(a: Sequence[Text], b: Sequence[Text], joined: Iterable[Join]) -> list[Match]:
    """Judge what was joined and add whatever is in no join as new or gone."""
    found = [judged(a, b, olds, news) for olds, news in joined]
    olds, news = {i for one in found for i in one.old}, {j for one in found for j in one.new}
    found += [Match("new", (), (j,), 0.0) for j in range(len(b)) if j not in news]
    found.sort(key=lambda one: one.new)
    home = {i: place for place, one in enumerate(found) for i in one.old}
    behind: dict[int, list[Match]] = defaultdict(list)
    place = -1
    for i in range(len(a)):
        place = home.get(i, place)
        if i not in olds:
            behind[place].append(Match("gone", (i,), (), 0.0))
    ordered = behind[-1]
    for place, one in enumerate(found):
        ordered += [one, *behind[place]]
    return ordered


def judged(a: Sequence[Text], b: Sequence[Text], olds: tuple[int, ...], news: tuple[int, ...]) -> Match:
    """The kind of a join and how alike its sides are."""
    score = likeness("".join(a[i].flat for i in olds), "".join(b[j].flat for j in news))
    if len(news) > 1:
        return Match("split", olds, news, score)
    if len(olds) > 1:
        return Match("merged", olds, news, score)
    one, other = a[olds[0]], b[news[0]]
    if one.exact != other.exact:
        return Match("changed", olds, news, score)
    return Match("kept" if one.number == other.number else "renumbered", olds, news, 1.0)
