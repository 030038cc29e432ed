"""Pure: two people's drafts of one reply, written at the same time, brought together field by field.

A page remembers, as short stamps, what every field said when it was shown. A field whose stamp no longer fits what is
stored was changed by somebody else; one that no longer fits what was typed was changed here. Only a field that both
changed to different words is a clash, for a person to choose on: everything else of both is kept.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PARTS = ("clause_key", "stance", "text", "proposed_text", "reason")
Point = dict[str, str]  # the PARTS, "id", and "from": the proposal it was copied from


@dataclass(frozen=True)
class Draft:
    """A reply as it is drafted: its single lines by name, and its points in order."""

    lines: dict[str, str] = field(default_factory=dict)
    items: Sequence[Point] = ()


@dataclass(frozen=True)
class Clash:
    """One field that both changed: of the point with this id, or a line of the reply where the id is empty."""

    item: str
    field: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Seen:
    """What a page showed: stamps of its lines, and of the parts of its points in their order."""

    lines: dict[str, str]
    items: dict[str, dict[str, str]]

    def line_changed(self, name: str, value: str) -> bool:
        """Whether a line says something else than the page showed."""
        return self.lines.get(name, _stamp("")) != _stamp(value)

    def part_changed(self, item: str, part: str, value: str) -> bool:
        """Whether a part of a point says something else; a point that was not there counts as changed."""
        return self.items.get(item, {}).get(part) != _stamp(value)

    def point_changed(self, point: Point) -> bool:
        """Whether any part of a point was changed."""
        return any(self.part_changed(point["id"], part, point[part]) for part in PARTS)


def _stamp(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def stamps(draft: Draft) -> str:
    """What a page carries with it of the draft that it shows."""
    items = [[one["id"], [_stamp(one[part]) for part in PARTS]] for one in draft.items]
    return json.dumps([{name: _stamp(text) for name, text in draft.lines.items()}, items], separators=(",", ":"))


def read_stamps(text: str) -> Seen | None:
    """Stamps as a page sent them back; None for anything else."""
    try:
        lines, items = json.loads(text)
        points = {str(name): dict(zip(PARTS, map(str, found), strict=True)) for name, found in items}
        return Seen({str(name): str(value) for name, value in lines.items()}, points)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def merge(seen: Seen, mine: Draft, theirs: Draft) -> tuple[Draft, list[Clash]]:
    """Both drafts in one. Where both changed a field, mine stands in the result and the clash is named."""
    clashes: list[Clash] = []
    lines = {}
    for name, now in theirs.lines.items():
        typed = mine.lines.get(name, now)
        lines[name] = typed if seen.line_changed(name, typed) else now
        if lines[name] != now and seen.line_changed(name, now):
            clashes.append(Clash("", name, typed, now))
    points = list(_points(seen, mine, theirs, clashes))
    return Draft(lines, _ordered(seen, mine, theirs, points)), clashes


def _points(seen: Seen, mine: Draft, theirs: Draft, clashes: list[Clash]) -> Iterator[Point]:
    """Every point that stays. One that somebody took away comes back only where the other one had changed it."""
    typed, stored = ({one["id"]: one for one in draft.items} for draft in (mine, theirs))
    for one in mine.items:
        if one["id"] in stored:
            yield _point(seen, one, stored[one["id"]], clashes)
        elif one["id"] not in seen.items or seen.point_changed(one):
            yield one
    for one in theirs.items:
        if one["id"] not in typed and (one["id"] not in seen.items or seen.point_changed(one)):
            yield one


def _point(seen: Seen, mine: Point, theirs: Point, clashes: list[Clash]) -> Point:
    out = dict(theirs)
    for part in PARTS:
        if seen.part_changed(mine["id"], part, mine[part]) and mine[part] != theirs[part]:
            out[part] = mine[part]
            if seen.part_changed(mine["id"], part, theirs[part]):
                clashes.append(Clash(mine["id"], part, mine[part], theirs[part]))
    return out


def _ordered(seen: Seen, mine: Draft, theirs: Draft, points: list[Point]) -> list[Point]:
    """In my order where I moved something, else in theirs; what only the other has follows its neighbour there."""
    ways = [[one["id"] for one in draft.items] for draft in (mine, theirs)]
    before = [one for one in seen.items if one in ways[0]]
    first, second = ways if [one for one in ways[0] if one in seen.items] != before else (ways[1], ways[0])
    kept = {one["id"]: one for one in points}
    order = [one for one in first if one in kept]
    for place, one in enumerate(second):
        if one in kept and one not in order:
            above = next((other for other in reversed(second[:place]) if other in order), None)
            order.insert(order.index(above) + 1 if above else 0, one)
    return [kept[one] for one in order]
