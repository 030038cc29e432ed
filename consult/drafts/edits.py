"""Pure: what somebody changed in a clause, place by place; static/phrase.js does the same in the browser."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from consult.drafts.redline import Change

MOST_COMPARED = 2_250_000  # pairs of tokens compared one by one after equal ends are set aside
NEAR = 2  # changes with so few tokens between them are one change
STOPS = frozenset("，。；：、！？,.;:!?（）()《》“”‘’〔〕—…\n\u3000 ")
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:\.[0-9]+)*|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Edit:
    """old[start:end] becomes new[new_start:new_end], in tokens."""

    start: int
    end: int
    new_start: int
    new_end: int


def tokens(text: str) -> list[str]:
    """Characters, but digits and Latin letters that stand together as one; joined they give `text` back."""
    return _TOKEN.findall(text)


def edits(old: Sequence[str], new: Sequence[str]) -> tuple[list[Edit], int]:
    """The edits in order, and how many tokens stayed; ties are broken as in the browser.

    Compared twice: what is equal found as late as possible, and as early as possible with the equal end cut down to
    whole parts of a sentence, so that 「，支路不超过五十米」 comes in as it was typed. The simpler result is taken.
    """
    head, most = 0, min(len(old), len(new))
    while head < most and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    part = tail
    while part and old[-part] not in STOPS:
        part -= 1
    late, kept = _between(old, new, head, tail, early=False)
    if (len(old) - head - part) * (len(new) - head - part) > MOST_COMPARED:
        return late, kept
    early, _ = _between(old, new, head, part, early=True)
    return (early if _effort(early) <= _effort(late) else late), kept


def _effort(found: Sequence[Edit]) -> tuple[int, int]:
    """What a reader has to follow: how much is replaced, then how many places there are."""
    return sum(one.start < one.end and one.new_start < one.new_end for one in found), len(found)


def _between(old: Sequence[str], new: Sequence[str], head: int, tail: int, early: bool) -> tuple[list[Edit], int]:
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    pairs: list[tuple[int, int]] = []
    if len(left) * len(right) <= MOST_COMPARED:
        mirrored = _common(left[::-1], right[::-1])[::-1] if early else []
        pairs = [(len(left) - 1 - i, len(right) - 1 - j) for i, j in mirrored] if early else _common(left, right)
    ends = [(head + i, head + j) for i, j in pairs] + [(len(old) - tail, len(new) - tail)]
    found: list[Edit] = []
    i, j = head, head
    for stop, new_stop in ends:
        if stop > i or new_stop > j:
            found.append(Edit(i, stop, j, new_stop))
        i, j = stop + 1, new_stop + 1
    return _joined(found), head + tail + len(pairs)


def _joined(found: list[Edit]) -> list[Edit]:
    out: list[Edit] = []
    for one in found:
        if out and one.start - out[-1].end <= NEAR:
            one = Edit(out[-1].start, one.end, out.pop().new_start, one.new_end)
        out.append(one)
    return out


def _common(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence as pairs of places, the last ones there are, by Hyyrö's bit vectors.

    A row of the table is one number.
    """
    where: dict[str, int] = {}
    for place, token in enumerate(right):
        where[token] = where.get(token, 0) | 1 << place
    full = (1 << len(right)) - 1
    rows = [full]
    for token in left:
        row = rows[-1]
        hit = row & where.get(token, 0)
        rows.append(((row + hit) | (row - hit)) & full)
    pairs: list[tuple[int, int]] = []
    i, j = len(left), len(right)
    while i and j:
        if left[i - 1] == right[j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif _length(rows[i - 1], j) >= _length(rows[i], j - 1):
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _length(row: int, upto: int) -> int:
    """The zeros among the lowest `upto` bits of a row."""
    return upto - (row & ((1 << upto) - 1)).bit_count()


def parts(text: str, edited: str) -> list[Change]:
    """A redline of one's own edit: equal and delete give back `text`, equal and insert `edited`, exactly."""
    old, new = tokens(text), tokens(edited)
    found: list[Change] = []
    at = 0
    for one in edits(old, new)[0]:
        found += [
            ("equal", "".join(old[at : one.start])),
            ("delete", "".join(old[one.start : one.end])),
            ("insert", "".join(new[one.new_start : one.new_end])),
        ]
        at = one.end
    found.append(("equal", "".join(old[at:])))
    return [one for one in found if one[1]]
