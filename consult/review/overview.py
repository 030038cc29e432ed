"""Reads for the dashboard of a project: everything from the counters, a handful of queries whatever was received."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from consult.base.db import db
from consult.drafts.descent import seats
from consult.drafts.models import Clause, Version
from consult.review import desk
from consult.review.desk_models import APPROVED, DECIDED, UNDECIDED
from consult.review.filtering import NOBODY, WHOLE
from consult.review.outline import Piece, cells

MOST_SPANS = 62  # columns in the picture of the days
AHEAD = timedelta(days=92)  # a deadline so far ahead is still in the picture
STEPS = (1, 7, 28, 91, 364)
REFUSED = "oppose"


@dataclass(frozen=True)
class Cell:
    """A clause with all under it: living opinions, decided ones, those against it; `own` for a chapter by itself."""

    key: str
    name: str
    count: int
    decided: int
    opposed: int


@dataclass(frozen=True)
class Span:
    """Opinions that came in from one day to another, both included; late where all of it lies behind the deadline."""

    since: date
    until: date
    count: int
    late: bool = False


@dataclass(frozen=True)
class Person:
    """What somebody is to handle, in opinions; NOBODY for what is given to no one, of which only `todo` is known."""

    ref: str
    todo: int
    done: int


@dataclass(frozen=True)
class Overview:
    """A project at a glance; opinions (条) but for `rows`, which counts after grouping. Withdrawn ones only where said."""

    received: int
    waiting: int
    withdrawn: int
    rows: int
    open: int
    decided: int
    approved: int
    unread: int
    cells: list[Cell]
    channels: dict[str, int]
    stances: dict[str, int]
    kinds: dict[str, int]
    outcomes: dict[str, int]
    days: dict[date, int]
    decided_days: dict[date, int]
    people: list[Person]


def overview(consultation_id: int) -> Overview:
    """Counters of one project, folded along the outline."""
    known = desk.counters(
        consultation_id, "received", "withdrawn", "rows", "rows_state", "state", "unread", "living", "clause_outcome",
        "clause_stance", "channel", "stance", "kind", "outcome", "day", "decided_day", "assigned_todo", "assigned_done",
    )  # fmt: skip
    state = {int(name): number for name, number in known["state"].items()}
    open_, decided = state.get(UNDECIDED, 0), state.get(DECIDED, 0) + state.get(APPROVED, 0)
    return Overview(
        received=known["received"].get("", 0), waiting=desk.waiting(consultation_id),
        withdrawn=known["withdrawn"].get("", 0), rows=sum(known["rows_state"].get(str(one), 0) for one in range(3)),
        open=open_, decided=decided, approved=state.get(APPROVED, 0), unread=known["unread"].get("", 0),
        cells=_cells(consultation_id, known), channels=known["channel"], stances=known["stance"], kinds=known["kind"],
        outcomes={name: number for name, number in known["outcome"].items() if name},
        days=_days(known["day"]), decided_days=_days(known["decided_day"]),
        people=_people(known["assigned_todo"], known["assigned_done"], open_),
    )  # fmt: skip


def _days(counted: Mapping[str, int]) -> dict[date, int]:
    return {date.fromisoformat(day): number for day, number in sorted(counted.items())}


def _people(todo: Mapping[str, int], done: Mapping[str, int], open_: int) -> list[Person]:
    """The busiest first; what nobody is to handle comes last, and not at all where nothing was given to anybody."""
    found = [Person(ref, todo.get(ref, 0), done.get(ref, 0)) for ref in todo.keys() | done.keys()]
    found.sort(key=lambda one: (-one.todo, -one.done, one.ref))
    nobody = open_ - sum(todo.values())
    return [*found, Person(NOBODY, nobody, 0)] if found and nobody > 0 else found


def _cells(consultation_id: int, known: Mapping[str, Mapping[str, int]]) -> list[Cell]:
    """The strip: opinions on the whole draft first, then along the outline; gone clauses behind their old neighbour."""
    counts: dict[str, Counter[int | None]] = {"count": Counter(), "decided": Counter(), "opposed": Counter()}
    for clause, number in known["living"].items():
        counts["count"][_number(clause)] += number
    for value, number in known["clause_outcome"].items():
        clause, _, outcome = value.partition("|")
        counts["decided"][_number(clause)] += number if outcome else 0
    for value, number in known["clause_stance"].items():
        clause, _, stance = value.partition("|")
        counts["opposed"][_number(clause)] += number if stance == REFUSED else 0
    whole = Cell(WHOLE, "全文", *(counts[name][None] for name in ("count", "decided", "opposed")))
    found = _along(consultation_id, counts)
    return [whole, *found] if whole.count else found


def _number(clause: str) -> int | None:
    return int(clause) if clause else None


def _along(consultation_id: int, counts: Mapping[str, Counter[int | None]]) -> list[Cell]:
    found = []
    for one in cells_of(consultation_id, counts["count"]):
        found.append(Cell(one.key, one.name, **{name: sum(number[at] for at in one.ids) for name, number in counts.items()}))
    return found


@dataclass(frozen=True)
class Ground:
    """A cell of the outline: its key, what it is called, the rows of its clauses in all versions, how they read."""

    key: str
    name: str
    ids: list[int]
    texts: list[str]


def cells_of(consultation_id: int, living: Mapping[int | None, int]) -> list[Ground]:
    """The cells along the outline, given how many living opinions each clause row has; the whole draft is none of them."""
    named = clauses_by_key(consultation_id)
    tree = [seat for seat in seats(db.session(), consultation_id) if seat.key in named]
    pieces = [
        Piece(one.key, one.above or "", named[one.key].level, sum(living.get(at, 0) for at in named[one.key].ids)) for one in tree
    ]
    return [
        Ground(key, named[key].name, [at for one in inside for at in named[one].ids],
               [text for one in inside for text in named[one].texts])
        for key, inside in cells(pieces).items()
    ]  # fmt: skip


@dataclass(frozen=True)
class Lineage:
    """A clause over all versions: its rows, its level, what it is called now or was last called, how it reads."""

    ids: list[int]
    level: str
    name: str
    texts: list[str]


def clauses_by_key(consultation_id: int) -> dict[str, Lineage]:
    """Every piece of the text that one can speak of, by its key."""
    query = (
        select(Clause.id, Clause.key, Clause.level, Clause.label, Clause.citation, Clause.text, Clause.commentable)
        .join(Version, Version.id == Clause.version_id)
        .where(Version.consultation_id == consultation_id)
        .order_by(Version.number, Clause.ordinal)
    )
    found: dict[str, Lineage] = {}
    for one in db.session.execute(query):
        if one.commentable or one.key in found:
            last = found.get(one.key, Lineage([], "", "", []))
            name = one.citation or one.label or one.text.strip()[:12]
            found[one.key] = Lineage([*last.ids, one.id], one.level, name, [*last.texts, one.text])
    return found


def spans(days: Mapping[date, int], closes: date) -> list[Span]:
    """The days from the first on which something came in to the last or the deadline, in MOST_SPANS steps at most.

    `closes` is the last day of the period; a step never holds days of both sides of it.
    """
    if not days:
        return []
    first, last = min(days), max(days)
    if last < closes <= last + AHEAD:
        last = closes
    step = next((one for one in STEPS if (last - first).days // one + 2 <= MOST_SPANS), STEPS[-1])
    found, since = [], first
    while since <= last:
        until = min(since + timedelta(days=step - 1), closes if since <= closes < last else last)
        inside = [since + timedelta(days=n) for n in range((until - since).days + 1)]
        found.append(Span(since, until, sum(days.get(day, 0) for day in inside), since > closes))
        since = until + timedelta(days=1)
    return found
