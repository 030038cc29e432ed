"""Reads for the desk: how many opinions stand behind each filter link, from the counters; a page costs one query."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from consult.base.db import db
from consult.drafts.descent import seats
from consult.drafts.models import Clause, Version
from consult.review import desk
from consult.review.desk_models import APPROVED, DECIDED, UNDECIDED
from consult.review.filtering import WHOLE


@dataclass(frozen=True)
class Facets:
    """How many opinions (条, before grouping) each filter link leads to; a clause counts those under it too.

    `received` counts withdrawn ones, as do clauses, channels, stances and kinds; `waiting` have come in and are not
    in the list yet.
    """

    received: int
    waiting: int
    clauses: dict[str, int]
    channels: dict[str, int]
    stances: dict[str, int]
    kinds: dict[str, int]
    states: dict[str, int]
    outcomes: dict[str, int]
    units: dict[str, int]
    todo: dict[str, int]
    done: dict[str, int]
    rows: int
    grouped: int


def facets(consultation_id: int) -> Facets:
    """Counts over everything received; a handful of queries, whatever was received."""
    known = desk.counters(
        consultation_id, "received", "clause", "channel", "stance", "kind", "state", "outcome", "unit", "withdrawn",
        "unread", "disputed", "marked", "extra", "assigned_todo", "assigned_done", "rows", "rows_grouped",
    )  # fmt: skip
    return Facets(
        received=known["received"].get("", 0),
        waiting=desk.waiting(consultation_id),
        clauses=per_clause(consultation_id, known["clause"]),
        channels=known["channel"], stances=known["stance"], kinds=known["kind"],
        states=_states(known), outcomes={name: count for name, count in known["outcome"].items() if name},
        units=known["unit"], todo=known["assigned_todo"], done=known["assigned_done"],
        rows=known["rows"].get("", 0), grouped=known["rows_grouped"].get("", 0),
    )  # fmt: skip


def _states(known: dict[str, dict[str, int]]) -> dict[str, int]:
    state = {int(name): count for name, count in known["state"].items()}
    single = {name: known[name].get("", 0) for name in ("unread", "extra", "disputed", "marked", "withdrawn")}
    return {
        "undecided": state.get(UNDECIDED, 0),
        "decided": state.get(DECIDED, 0) + state.get(APPROVED, 0),
        "unapproved": state.get(DECIDED, 0),
    } | single


def per_clause(consultation_id: int, counted: dict[str, int]) -> dict[str, int]:
    """clause id → count becomes key → opinions on the clause, of whatever version, and on all under it.

    Clauses that are gone stand behind their old neighbour, WHOLE for opinions on the whole draft comes last.
    """
    own: Counter[str] = Counter()
    query = (
        select(Clause.id, Clause.key)
        .join(Version, Version.id == Clause.version_id)
        .where(Version.consultation_id == consultation_id)
    )
    for number, key in db.session.execute(query):
        own[key] += counted.get(str(number), 0)
    tree = seats(db.session(), consultation_id)
    for seat in reversed(tree):
        if seat.above:
            own[seat.above] += own[seat.key]
    found = {seat.key: own[seat.key] for seat in tree if own[seat.key]}
    return found | ({WHOLE: counted[""]} if counted.get("") else {})
