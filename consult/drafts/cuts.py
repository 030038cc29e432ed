"""Where a planned text is cut: at line ends, at the labels that were accepted, at the edges of regions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consult.drafts.candidates import Candidate
from consult.drafts.lines import Line, is_date
from consult.drafts.sequence import Accepted
from consult.drafts.tree import Plan

_BRACKETS = {"[": "]", "【": "】", "〖": "〗"}
_BEFORE_LABELS = " \t\u3000\xa0#*>-•·" + "".join(_BRACKETS)


@dataclass(slots=True)
class Cut:
    """A stretch between two cuts: offsets, line index, the region's kind, the label that begins it."""

    start: int
    end: int
    line: int
    kind: str
    taken: tuple[Candidate, Accepted] | None = None


_Points = dict[int, tuple[str, tuple[Candidate, Accepted] | None]]


def cuts_of(plan: Plan) -> Iterator[Cut]:
    """All cuts in order; together they cover every character of every line."""
    points = _points(plan)
    ordered = sorted(points)
    position = 0
    for index, line in enumerate(plan.lines):
        edges = [line.start]
        while position < len(ordered) and ordered[position] <= line.end:
            if ordered[position] != line.start:
                edges.append(ordered[position])
            position += 1
        yield from _within(plan, index, line, edges, points)


def _points(plan: Plan) -> _Points:
    points: _Points = {}
    for region in plan.kinds.all:
        points.setdefault(region.end, ("", None))
        points[region.start] = (region.kind, None)
    for candidate, accepted in plan.accepted:
        points[candidate.start] = ("", (candidate, accepted))
    return points


def _within(plan: Plan, index: int, line: Line, edges: list[int], points: _Points) -> Iterable[Cut]:
    """The cuts of one line; markup before its first label goes with that label."""
    first = points.get(edges[1]) if len(edges) > 1 else None
    merged = bool(first and first[1]) and not plan.text[edges[0] : edges[1]].strip(_BEFORE_LABELS)
    bounds = [edges[0], *edges[2:]] if merged else edges
    for position, start in enumerate(bounds):
        end = bounds[position + 1] if position + 1 < len(bounds) else line.end
        kind, taken = first if merged and first and position == 0 else points.get(start, ("", None))
        if start < end:
            yield Cut(start, end, index, kind or ("" if taken else _region_kind(plan, start)), taken)


def _region_kind(plan: Plan, start: int) -> str:
    region = plan.kinds.at(start)
    return region.kind if region else ""


def label_span(source: str, cut: Cut, candidate: Candidate) -> tuple[int, int]:
    """Where the label of a cut stands; one printed as 【第一条】 keeps its brackets."""
    start, end = candidate.start, candidate.end
    if start > cut.start and source[start - 1] in _BRACKETS:
        closed = source[end : end + 1] == _BRACKETS[source[start - 1]]
        return start - 1, end + closed
    return start, end


def signature_lines(plan: Plan) -> set[int]:
    """Lines of a date with the offices above it, after the first clause: who signed, and when."""
    out: set[int] = set()
    labelled = {c.line for c, _ in plan.accepted}
    for index, line in enumerate(plan.lines):
        if index in plan.fronts or index in labelled or not is_date(line.bare):
            continue
        out.add(index)
        out.update(_signers(plan, index, labelled))
        following = next((i for i in range(index + 1, min(len(plan.lines), index + 4)) if plan.lines[i].bare), None)
        if following is not None and re.match(r"^\((?:此件|本文).*\)$", plan.lines[following].bare):
            out.add(following)
    return out


def _signers(plan: Plan, dated: int, labelled: set[int]) -> Iterator[int]:
    """Up to six short lines right above the date that no clause begins in."""
    for back in range(dated - 1, max(0, dated - 7), -1):
        bare = plan.lines[back].bare
        if back in labelled or (bare and (len(bare) > 30 or re.search(r"[。;:,]", bare))):
            return
        if bare:
            yield back
