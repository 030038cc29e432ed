"""What the queue can be narrowed to, and by which index the database should look for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, literal_column, select

from consult.base.db import db
from consult.drafts.descent import seats
from consult.drafts.lineage import family
from consult.drafts.models import Clause, Version
from consult.review import desk
from consult.review.desk_facts import BITS
from consult.review.desk_models import APPROVED, DECIDED, MIXED, UNDECIDED, WITHDRAWN, DeskRow

R = DeskRow.__table__
WHOLE = "whole"  # the clause filter's word for opinions on the whole draft
STATES = {
    "undecided": "未处理", "decided": "已处理", "unapproved": "待审批", "unread": "未阅", "extra": "有补充意见待处理",
    "disputed": "有争议", "marked": "有提示", "withdrawn": "已撤回",
}  # fmt: skip
SORTS = {"": "先到的在前", "new": "后到的在前", "size": "同类多的在前"}
NOBODY = "-"  # the assignee filter's word for what nobody is to handle
FEW = 20_000  # rows that are sorted in a few milliseconds


@dataclass(frozen=True)
class Filter:
    """What to show; empty fields do not restrict.

    `clause_key` finds the clause in every version and takes the clauses under it along, or is WHOLE; `text` is looked
    for in opinion, proposed wording and reason; `grouped` shows only groups of two and more; a group meets a filter
    where one of its members does.
    """

    clause_key: str = ""
    channel: str = ""
    stance: str = ""
    kind: str = ""
    unit: int = 0
    state: str = ""
    outcome: str = ""
    assignee: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    grouped: bool = False
    sort: str = ""


@dataclass(frozen=True)
class Part:
    """One condition: the index that finds it, about how many rows that is, whether they come in order of arrival."""

    condition: ColumnElement[bool]
    index: str = ""
    rows: int | None = None
    ordered: bool = False


def parts(consultation_id: int, wanted: Filter) -> list[Part]:
    """The conditions of a filter with what the counters say of each; an opinion counts at least for one row."""
    known = desk.counters(
        consultation_id, "rows_state", "outcome", "unread", "disputed", "marked", "extra", "rows_grouped", "channel",
        "stance", "kind", "clause", "unit", "day", "assigned_todo", "assigned_done",
    )  # fmt: skip
    found = [*_of_state(wanted, known), *_of_words(wanted, known), *_of_place(consultation_id, wanted, known)]
    found += _of_people(wanted, known)
    if wanted.since or wanted.until:
        found += _of_period(wanted, known["day"])
    if wanted.grouped:
        found.append(Part(R.c.size > literal_column("1"), "grouped", known["rows_grouped"].get("", 0), True))
    return found


Known = Mapping[str, Mapping[str, int]]


def _of_state(wanted: Filter, known: Known) -> list[Part]:
    rows = known["rows_state"]
    found: list[Part] = []
    for name, states in (("undecided", (UNDECIDED,)), ("decided", (DECIDED, APPROVED)), ("unapproved", (DECIDED,)),
                         ("withdrawn", (WITHDRAWN,))):  # fmt: skip
        if wanted.state == name:
            number = sum(rows.get(str(one), 0) for one in states)
            found.append(Part(R.c.state.in_(states) if len(states) > 1 else R.c.state == states[0], "state", number,
                              len(states) == 1))  # fmt: skip
    for name, column in (("unread", R.c.unread), ("disputed", R.c.disputed), ("extra", R.c.open_additions),
                         ("marked", R.c.marks)):  # fmt: skip
        if wanted.state == name:
            found.append(Part(column > literal_column("0"), name, known[name].get("", 0), True))
    if wanted.state and not found:
        found.append(Part(R.c.comment_id < 0, "key", 0, True))
    if wanted.outcome:
        found.append(Part(R.c.outcome == wanted.outcome, "outcome", known["outcome"].get(wanted.outcome, 0), True))
    return found


def _of_words(wanted: Filter, known: Known) -> list[Part]:
    found = []
    for name, mask in (("channel", R.c.channels), ("stance", R.c.stances), ("kind", R.c.kinds)):
        if value := getattr(wanted, name):
            bit = BITS[name].get(value, 0)
            either = R.c[name].in_((value, MIXED)) & (mask.op("&")(bit) != 0)
            found.append(Part(either, name, known[name].get(value, 0)))
    return found


def _of_place(consultation_id: int, wanted: Filter, known: Known) -> list[Part]:
    if not wanted.clause_key:
        return []
    if wanted.clause_key == WHOLE:
        return [Part(R.c.clause_id.is_(None), "clause", known["clause"].get("", 0), True)]
    ids = clause_ids(consultation_id, wanted.clause_key)
    number = sum(known["clause"].get(str(one), 0) for one in ids)
    if len(ids) == 1:
        return [Part(R.c.clause_id == ids[0], "clause", number, True)]
    return [Part(R.c.clause_id.in_(ids), "clause", number)]


def clause_ids(consultation_id: int, key: str) -> list[int]:
    """The rows of a clause and all under it, in every version of the project."""
    keys = family(seats(db.session(), consultation_id), key)
    versions = select(Version.id).where(Version.consultation_id == consultation_id)
    query = select(Clause.id).where(Clause.version_id.in_(versions), Clause.key.in_(keys))
    return list(db.session.scalars(query.order_by(Clause.id)))


def _of_people(wanted: Filter, known: Known) -> list[Part]:
    found = []
    if wanted.unit:
        found.append(Part(R.c.unit_id == wanted.unit, "unit", known["unit"].get(str(wanted.unit), 0), True))
    if wanted.assignee == NOBODY:
        found.append(Part(R.c.assignee == ""))
    elif wanted.assignee:
        number = sum(known[name].get(wanted.assignee, 0) for name in ("assigned_todo", "assigned_done"))
        # the partial index is only taken where the condition says what it leaves out
        found.append(Part((R.c.assignee == wanted.assignee) & (R.c.assignee != literal_column("''")), "assignee", number, True))
    return found


def _of_period(wanted: Filter, days: Mapping[str, int]) -> list[Part]:
    """A group is in a period from its first to its last member's day."""
    condition: ColumnElement[bool] = R.c.comment_id > 0
    if wanted.until:
        condition &= R.c.first_day <= wanted.until
    if wanted.since:
        condition &= R.c.last_day >= wanted.since
    since, until = (one.isoformat() if one else "" for one in (wanted.since, wanted.until))
    number = sum(count for day, count in days.items() if since <= day and (not until or day <= until))
    return [Part(condition, "", number)]


def chosen(found: Sequence[Part]) -> Part | None:
    """The condition whose index leads: the rarest one where that is few, else one that comes in order, else none.

    None walks the rows in order of arrival, which meets a frequent condition soon.
    """
    indexed = [one for one in found if one.index and one.rows is not None]
    rarest = _rarest(found)
    if rarest is not None and (rarest.rows or 0) <= FEW:
        return rarest
    return min((one for one in indexed if one.ordered), key=lambda one: one.rows or 0, default=None)


def _rarest(found: Sequence[Part]) -> Part | None:
    return min((one for one in found if one.index and one.rows is not None), key=lambda one: one.rows or 0, default=None)


def none_meets(found: Sequence[Part]) -> bool:
    """Whether the counters say already that no row meets some condition."""
    return any(one.rows == 0 for one in found)


def rows_of(consultation_id: int, found: Sequence[Part], ordered: bool = True) -> Select[int]:
    """The rows that meet all conditions, by the index that suits them best; not yet ordered.

    Where nobody wants an order, as for a count, that is the index of the rarest condition.

    SQLite is told the index, for without statistics it cannot tell a rare channel from a frequent one.
    """
    lead = chosen(found) if ordered else _rarest(found)
    query = select(R.c.comment_id).where(R.c.consultation_id == consultation_id, *(one.condition for one in found))
    return query.with_hint(R, f"INDEXED BY ix_desk_row_{lead.index if lead else 'key'}", "sqlite")
