"""Pure: small counts of a cross table hidden, so that no sum of a row or a column gives one away.

Every cell below LEAST reads `<5`, zeros too: a zero beside a known sum tells as much as a one. Where the sums
would still leave one value only, a larger cell beside it is hidden as well and reads `*`.
"""

from collections.abc import Sequence

LEAST = 5
SMALL, HIDDEN = f"<{LEAST}", "*"
Cells = list[list[int | str]]
Place = tuple[int, int]


def suppressed(counts: Sequence[Sequence[int]]) -> Cells | None:
    """The table as it may be published beside its own sums; None where hiding is not enough."""
    small = {(r, c) for r, row in enumerate(counts) for c, value in enumerate(row) if value < LEAST}
    hidden: set[Place] = set()
    while (bare := next((one for one in sorted(small) if not _open(counts, small, hidden, one)), None)) is not None:
        more = _beside(counts, small | hidden, bare)
        if more is None:
            return None
        hidden.add(more)
    return [
        [SMALL if (r, c) in small else HIDDEN if (r, c) in hidden else value for c, value in enumerate(row)]
        for r, row in enumerate(counts)
    ]


def _beside(counts: Sequence[Sequence[int]], gone: set[Place], bare: Place) -> Place | None:
    """The next cell to hide: the smallest in the same row or column, else anywhere."""
    left = [(r, c) for r, row in enumerate(counts) for c in range(len(row)) if (r, c) not in gone]
    return min(left, key=lambda one: (one[0] != bare[0] and one[1] != bare[1], counts[one[0]][one[1]], one), default=None)


def _open(counts: Sequence[Sequence[int]], small: set[Place], hidden: set[Place], one: Place) -> bool:
    """Whether the sums allow this cell another value: some cycle of hidden cells can be raised and lowered in turn.

    Any other table with the same sums differs from this one by such cycles, so looking for one misses none.
    """
    value = counts[one[0]][one[1]]
    return any(
        (value + step in range(LEAST)) and _returns(counts, small, hidden, one, step) for step in (1, -1)
    )


def _returns(counts: Sequence[Sequence[int]], small: set[Place], hidden: set[Place], one: Place, step: int) -> bool:
    """Whether what this cell changes by can be made good along other hidden cells: column, row, column, … and back."""

    def may(place: Place, by: int) -> bool:
        value = counts[place[0]][place[1]] + by
        if place in small:
            return 0 <= value < LEAST
        return place in hidden and value >= LEAST

    row, column = one
    seen, waiting = {column}, [column]
    while waiting:
        at = waiting.pop()
        for r in range(len(counts)):
            if (r, at) == one or not may((r, at), -step):
                continue
            if r == row:
                return True
            for c in range(len(counts[r])):
                if c not in seen and may((r, c), step):
                    seen.add(c)
                    waiting.append(c)
    return False
