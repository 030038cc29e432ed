"""The list to confirm: for every clause of a proposal a choice of what it comes from, and what was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consult.drafts.models import Clause
from consult.web.changes import Row, described

MOST_OFFERED = 60  # texts with more clauses offer neighbours and free ones only
AROUND = 6

Option = tuple[str, str]


@dataclass(frozen=True)
class Choice:
    """One select: `new-12` says what clause 12 comes from, `old-7` what became of the old clause 7."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str


@dataclass(frozen=True)
class Offer:
    """What can be chosen between: both texts in order, and the ids of clauses that nothing speaks for."""

    old: Sequence[Clause]
    new: Sequence[Clause]
    free: frozenset[int]

    @classmethod
    def of(cls, old: Sequence[Clause], new: Sequence[Clause], rows: Sequence[Row]) -> "Offer":
        """All clauses; gone ones and new ones are offered everywhere."""
        gone = {row.old[0].id for row in rows if row.kind == "gone"}
        return cls(old, new, frozenset(gone | {row.new.id for row in rows if row.kind == "new" and row.new}))


def choices(row: Row, offer: Offer, typed: Mapping[str, str]) -> list[Choice]:
    """The selects of a row; what was typed stays where a form comes back."""
    found: list[Choice] = []
    rest = row.old
    if row.new is not None:
        name, main = f"new-{row.new.id}", row.old[0].id if row.old else 0
        options = (("", "新增"), *_options(offer.old, main, _place(offer.new, row.new), offer.free))
        found.append(Choice(name, f"新版{described(row.new)}来自", options, typed.get(name, str(main or ""))))
        rest = row.old[1:]
    for one in rest:
        name, into = f"old-{one.id}", row.new.id if row.new else 0
        merged = [
            (value, f"并入{text}") for value, text in _options(offer.new, into, _place(offer.old, one), offer.free)
        ]
        found.append(
            Choice(name, f"旧版{described(one)}的去向", (("", "删去"), *merged), typed.get(name, str(into or "")))
        )
    return found


def _place(clauses: Sequence[Clause], one: Clause) -> float:
    """Where a clause stands, 0 to 1."""
    return (one.ordinal - 1) / max(1, len(clauses) - 1)


def _options(clauses: Sequence[Clause], chosen: int, place: float, free: frozenset[int]) -> list[Option]:
    at = round(place * (len(clauses) - 1)) if clauses else 0
    home = next((number for number, one in enumerate(clauses) if one.id == chosen), at)
    return [
        (str(one.id), described(one))
        for number, one in enumerate(clauses)
        if len(clauses) <= MOST_OFFERED or one.id in free or min(abs(number - at), abs(number - home)) <= AROUND
    ]


def reasons(typed: Mapping[str, str]) -> dict[int, str]:
    """Clause id → why it was changed, of the fields `why-12`; empty ones too, so that a reason can be taken away."""
    found = {}
    for name, value in typed.items():
        side, _, number = name.partition("-")
        if side == "why" and number.isdecimal() and len(number) < 15:
            found[int(number)] = value
    return found


def pairs(typed: Mapping[str, str]) -> list[tuple[int, int]]:
    """(old id, new id) of everything that was chosen; what is no number is left out."""
    found: set[tuple[int, int]] = set()
    for name, value in typed.items():
        side, _, number = name.partition("-")
        if side in ("new", "old") and number.isdecimal() and value.isdecimal() and len(number + value) < 30:
            found.add((int(value), int(number)) if side == "new" else (int(number), int(value)))
    return sorted(found)
