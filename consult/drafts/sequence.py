"""Which candidates are the labels of a document, and how deep: the cheapest explanation of them all.

A beam search over the candidates in reading order. A state is the stack of open levels, each with its style
and last number, and the last number of every style seen. A candidate is taken as the next sibling of an open
level, as the first child of one, or left as text. What agrees with the numbers so far costs nothing;
a gap, a repetition, a start in the middle or a reversed order of styles costs more than an odd word that
happens to look like a label costs to leave. So the whole document decides, in linear time.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from consult.drafts.candidates import Candidate
from consult.drafts.numbering import Number

_BEAM, _NARROW, _MANY = 12, 3, 60_000  # states kept; with more labels than any real document has, fewer
_HOPELESS = 8.0  # what costs so much more than the best never comes back
_STYLES = (
    "attachment division part en_part subpart en_subpart en_division chapter en_chapter section article en_section "
    "en_article big_roman big_open_roman h p big_open_letter d dec2 dec3 dec4 dec5 dec6 dec7 dec8 q list_d r "
    "open_letter open_roman big_letter letter roman c"
)  # outermost first
RANK = {style: rank for rank, style in enumerate(_STYLES.split(" "))}


def _named(styles: str) -> frozenset[str]:
    return frozenset(styles.split(" "))


_FIXED = _named("attachment division part subpart chapter section article")
_LISTS = _named("q r c letter roman big_letter open_letter open_roman big_open_letter")
_WEAK = _LISTS | _named("d list_d big_roman")
_HEADS_DECIMALS = _named(
    "d dec2 dec3 dec4 dec5 dec6 dec7 part chapter section article h attachment division en_part en_chapter en_section "
    "en_article"
)
_RUNS_ON = _named("article p d h en_article en_section section chapter q")
_ALONE = 1.3  # deposit for a list that may turn out to have one member only; paid back by the second

Stack = tuple[tuple[str, Number], ...]
Memory = tuple[tuple[str, Number], ...]


class _Node:
    """An accepted candidate: which, read how, how many levels stay open above it."""

    __slots__ = ("before", "candidate", "depth", "doubt", "reading")

    def __init__(
        self, before: "_Node | None", candidate: int, reading: tuple[str, Number], depth: int, doubt: str
    ) -> None:
        self.before, self.candidate, self.reading, self.depth, self.doubt = (
            before, candidate, reading, depth, doubt,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accepted:
    """A candidate that is a label: its index, its style and number, its depth, and what is odd about it."""

    candidate: int
    style: str
    number: Number
    depth: int
    doubt: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The explanation of a document: labels in order, and by how much the next best one was worse."""

    accepted: list[Accepted]
    margin: float


_Beam = dict[tuple[Stack, Memory], tuple[float, _Node | None]]


def best_reading(candidates: list[Candidate]) -> Reading:
    """The cheapest explanation of all candidates."""
    above = _nesting(candidates)
    beam: _Beam = {((), ()): (0.0, None)}
    width = _BEAM if len(candidates) <= _MANY else _NARROW
    for index, candidate in enumerate(candidates):
        beam = _pruned(_step(beam, index, candidate, above), width)
    ranked = sorted(beam.values(), key=lambda state: state[0])
    margin = ranked[1][0] - ranked[0][0] if len(ranked) > 1 else math.inf
    return Reading(_walk(ranked[0][1]), margin)


def _walk(node: _Node | None) -> list[Accepted]:
    out = []
    while node is not None:
        style, number = node.reading
        out.append(Accepted(node.candidate, style, number, node.depth, node.doubt))
        node = node.before
    return out[::-1]


def _pruned(beam: _Beam, width: int) -> _Beam:
    limit = min(cost for cost, _ in beam.values()) + _HOPELESS
    kept = {key: value for key, value in beam.items() if value[0] <= limit}
    return kept if len(kept) <= width else dict(sorted(kept.items(), key=lambda item: item[1][0])[:width])


def _nesting(candidates: list[Candidate]) -> dict[tuple[str, str], bool]:
    """Which style stands above which in this document, where it differs from the natural order.

    B stands below A where lists of B begin right after a label A more often than the other way round.
    """
    begins: dict[tuple[str, str], int] = {}
    rows = [c for c in candidates if c.at_start and not c.boundary]
    for first, second in zip(rows, rows[1:], strict=False):
        a, b = first.style, second.style
        if a != b and second.number[-1] == 1 and a not in _FIXED and b not in _FIXED:
            begins[a, b] = begins.get((a, b), 0) + 1
    out = {}
    for (a, b), count in begins.items():
        other = begins.get((b, a), 0)
        enough = 1 if a in _LISTS and b in _LISTS else 2
        if count > other and count >= enough and RANK.get(a, 99) > RANK.get(b, 99) and not a.startswith("dec"):
            out[a, b], out[b, a] = True, False
    return out


def _is_above(a: str, b: str, above: dict[tuple[str, str], bool]) -> bool:
    return above.get((a, b), RANK.get(a, 99) < RANK.get(b, 99))


def _step(beam: _Beam, index: int, candidate: Candidate, above: dict[tuple[str, str], bool]) -> _Beam:
    """All states after this candidate."""
    after: _Beam = {}
    for (stack, memory), (cost, node) in beam.items():
        _keep(after, (stack, memory), cost + candidate.leave, node)
        if candidate.boundary:
            kept = stack[: _boundary_depth(stack, candidate)]
            ended = _Node(node, index, candidate.readings[0], len(kept), "")
            _keep(after, (kept, memory if candidate.markup else ()), cost + candidate.take, ended)
            continue
        for reading, base, extra, doubt in _options(stack, memory, candidate, above):
            if candidate.glued and extra > 1.6:
                continue
            new_node = _Node(node, index, reading, len(base), doubt)
            key = (*base, reading), _remember(memory, reading)
            _keep(after, key, cost + candidate.take + extra, new_node)
    return after


def _keep(beam: _Beam, key: tuple[Stack, Memory], cost: float, node: _Node | None) -> None:
    known = beam.get(key)
    if known is None or cost < known[0]:
        beam[key] = (cost, node)


def _boundary_depth(stack: Stack, candidate: Candidate) -> int:
    """How many levels an unnumbered title leaves open: none, or those above its own heading depth."""
    if candidate.markup == 0:
        return 0
    wanted = candidate.number[0]
    return next((i for i, (style, _) in enumerate(stack) if RANK.get(style, 99) >= wanted), len(stack))


def _remember(memory: Memory, reading: tuple[str, Number]) -> Memory:
    if reading[0] not in _RUNS_ON:
        return memory
    return (*(item for item in memory if item[0] != reading[0]), reading) if reading not in memory else memory


_Option = tuple[tuple[str, Number], Stack, float, str]


def _options(
    stack: Stack, memory: Memory, candidate: Candidate, above: dict[tuple[str, str], bool]
) -> Iterable[_Option]:
    """(reading, levels kept above, cost, what is odd) for every way to take the candidate."""
    for style, number in candidate.readings:
        if style.startswith("dec"):
            yield from _decimal(stack, style, number)
            continue
        if style == "d" and any(s.startswith("dec") for s, _ in stack):
            yield from _plain(stack, memory, "list_d", number, above, 0.7)
        yield from _plain(stack, memory, style, number, above, 0.0)


def _plain(
    stack: Stack, memory: Memory, style: str, number: Number, above: dict[tuple[str, str], bool], extra: float
) -> Iterable[_Option]:
    reading = (style, number)
    depth = next((i for i, (s, _) in enumerate(stack) if s == style), -1)
    if depth >= 0:
        cost, doubt = _sibling(style, stack[depth][1], number)
        yield reading, stack[:depth], cost, doubt
        return
    keep = len(stack)
    while keep and not _is_above(stack[keep - 1][0], style, above):
        keep -= 1
    cost, doubt = _first(style, number, memory)
    yield reading, stack[:keep], cost + extra, doubt
    if keep < len(stack) and style not in _FIXED and stack[-1][0] not in ("c",):
        yield reading, stack, cost + extra + 2.2, doubt


def _sibling(style: str, last: Number, number: Number) -> tuple[float, str]:
    """What it costs that `number` follows `last` on one level."""
    if number == (last[0] + 1,) or (len(number) == 2 and _after_sub(last, number)):
        return (-_ALONE if style in _WEAK and number == (2,) else 0.0), ""
    if number == last:
        return 2.6, "repeat"
    if number == (1,):
        return 2.5 + (_ALONE if style in _WEAK else 0), "restart" if style not in ("q", "c", "r") else ""
    if number > last:
        if style == "attachment":
            return 0.6, ""
        missing = max(0, number[0] - last[0] - 1)
        return 1.2 + min(2.6, 0.5 * math.log2(missing + 1)), "gap"
    return 3.6, "backward"


def _after_sub(last: Number, number: Number) -> bool:
    """第十七条之一 after 第十七条, 之二 after 之一; 2-1 after 1-3."""
    if number[0] == last[0]:
        return number[1] == (last[1] if len(last) == 2 else 0) + 1
    return number[0] == last[0] + 1 and number[1] == 1


def _first(style: str, number: Number, memory: Memory) -> tuple[float, str]:
    """What it costs that a level opens with `number`."""
    deposit = _ALONE if style in _WEAK else 0.0
    if style == "attachment":  # often only some of those announced are printed
        return 0.3 if number[0] % 64 <= 20 else 3.0, ""
    last = next((n for s, n in memory if s == style), None)
    if last and style in ("article", "en_article") and number[0] <= last[0]:
        return 3.0, "restart"
    if number in ((1,), (1, 1)):
        return 0.2 + deposit, ""
    if last and _sibling(style, last, number)[0] <= 0:
        return 0.3, ""
    if last and number > last:
        return 2.6, "gap"
    return 3.4, "start"


def _decimal(stack: Stack, style: str, number: Number) -> Iterable[_Option]:
    """Ways to take 1.2.1: below its 1.2, beside its last sibling, or without a parent."""
    reading, prefix = (style, number), number[:-1]
    for depth in range(len(stack) - 1, -1, -1):
        kind, last = stack[depth]
        if kind == style and last[:-1] == prefix:
            step = number[-1] - last[-1]
            cost = 0.0 if step == 1 else 2.6 if step == 0 else 2.2 if step > 1 else 3.6
            yield reading, stack[:depth], cost, "" if step == 1 else "gap" if step > 1 else "repeat"
            return
        if kind in _HEADS_DECIMALS and last in (prefix, _without_zeros(prefix)):
            cost = 0.0 if number[-1] == 1 else 2.4
            yield reading, stack[: depth + 1], cost, "" if number[-1] == 1 else "start"
            return
    yield from _orphan(stack, reading)


def _without_zeros(prefix: Number) -> Number:
    """1.0.1 stands below 1 in standards whose chapter has no sections."""
    while prefix and prefix[-1] == 0:
        prefix = prefix[:-1]
    return prefix


def _orphan(stack: Stack, reading: tuple[str, Number]) -> Iterable[_Option]:
    """A decimal whose parent was not printed: 2.1 right after 1.4, or the first of a document."""
    style, number = reading
    keep = len(stack)
    last: Number | None = None
    while keep and (stack[keep - 1][0].startswith("dec") or RANK.get(stack[keep - 1][0], 99) > RANK["d"]):
        keep -= 1
        last = stack[keep][1] if stack[keep][0] == style else last
    if last and number[:-1] > last[:-1] and number[-1] == 1:
        yield reading, stack[:keep], 0.8, ""
    elif set(number) <= {0, 1}:
        yield reading, stack[:keep], 0.6, ""
    else:
        yield reading, stack[:keep], 3.4, "start"
    if keep and stack[keep - 1][0] == "d":
        yield reading, stack[: keep - 1], 2.8, "start"
