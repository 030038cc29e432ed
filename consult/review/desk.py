"""Keeps the rows and the counters of the desk in step with the ledger; both follow from it and can be made anew.

Nothing here is a verb: whoever changes groups, rulings or readings calls it inside the same transaction, so a page
never shows a row that is behind. Opinions come in by doors that do not know the desk; they wait in `arrival` and are
taken in turn by `settle`, before a page is shown and before anything is grouped or ruled on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, text, update

from consult.base.db import db, serialise
from consult.intake.models import Arrival, Comment
from consult.review.desk_facts import Row, fold, group_rows, single_rows
from consult.review.desk_models import UNDECIDED, WITHDRAWN, DeskCount, DeskRow
from consult.review.desk_state import with_state
from consult.review.find import slices
from consult.review.models import Membership
from consult.review.sayings import recount, said_by

BATCH = 1000  # opinions in one write transaction: a few tens of milliseconds
R, M = DeskRow.__table__, Membership.__table__
COLUMNS = tuple(column.name for column in R.columns)

Counts = Counter[tuple[int, str, str]]


def lock(consultation_id: int) -> None:
    """Take turns among those who group and decide in one project."""
    serialise(f"review:{consultation_id}")


def waiting(consultation_id: int) -> int:
    """How many arrivals the desk has not taken in. A read."""
    query = select(func.count()).select_from(Arrival).where(Arrival.consultation_id == consultation_id)
    return db.session.scalar(query) or 0


def settle(consultation_id: int, limit: int = BATCH) -> int:
    """Take in the next arrivals, the oldest first; how many these were. Call it until that is 0."""
    lock(consultation_id)
    query = select(Arrival.id, Arrival.comment_id, Arrival.what).where(Arrival.consultation_id == consultation_id)
    found = db.session.execute(query.order_by(Arrival.id).limit(limit)).all()
    if not found:
        return 0
    fresh = {one.comment_id for one in found if one.what == "new"}
    counts = received(single_rows(fresh))
    recount(said_by(one.comment_id for one in found if one.what == "withdrawn"))
    rebuild({one.comment_id for one in found}, counts)
    for part in slices(one.id for one in found):
        db.session.execute(delete(Arrival).where(Arrival.id.in_(part)))
    return len(found)


def settle_all(consultation_id: int) -> None:
    """Take in everything that waits, for verbs that speak of the whole project; many short statements."""
    while settle(consultation_id):
        pass


def rebuild(comment_ids: Iterable[int], counts: Counts | None = None) -> None:
    """Make the rows of these opinions and of their groups anew from the ledger."""
    ids = set(comment_ids)
    groups, alone = _homes(ids)
    fresh = with_state([*group_rows(groups), *single_rows(alone)])
    _replace(_old(ids, groups), fresh, Counter() if counts is None else counts)


def _homes(ids: set[int]) -> tuple[set[int], set[int]]:
    """The groups of these opinions, and those with a row to themselves: in no group, or withdrawn."""
    groups: set[int] = set()
    alone = set(ids)
    query = select(M.c.comment_id, M.c.group_id, Comment.withdrawn_at).join(Comment, Comment.id == M.c.comment_id)
    for part in slices(ids):
        for one in db.session.execute(query.where(M.c.comment_id.in_(part))):
            groups.add(one.group_id)
            if one.withdrawn_at is None:
                alone.discard(one.comment_id)
    return groups, alone


def join(group_id: int, comment_ids: Iterable[int]) -> None:
    """These opinions, each with a row to itself until now, became members of the group: their rows are added up."""
    rows = _old(set(comment_ids), {group_id})
    if rows:
        _replace(rows, with_state([fold(list(rows.values())) | {"group_id": group_id}]), Counter())


def join_many(members: Mapping[int, Iterable[int]]) -> None:
    """As `join` for many groups at once: group id → the opinions that joined."""
    wanted = {one: group for group, ids in members.items() for one in ids}
    rows = _old(set(wanted), set(members))
    together: dict[int, list[Row]] = {}
    for row in rows.values():
        together.setdefault(wanted.get(row["comment_id"]) or row["group_id"], []).append(row)
    fresh = [fold(part) | {"group_id": group} for group, part in together.items()]
    _replace(rows, with_state(fresh), Counter())


def touch(comment_ids: Iterable[int], **known: Any) -> None:
    """The rulings, disputes, assignments of the groups of these opinions changed; `known` columns are set as given."""
    ids = set(comment_ids)
    rows = _old(ids, _homes(ids)[0])
    homes = _present_groups(ids)
    fresh = [dict(row) | known | ({"group_id": homes[key]} if key in homes else {}) for key, row in rows.items()]
    _replace(rows, with_state(fresh), Counter())


def touch_groups(group_ids: Iterable[int], **known: Any) -> None:
    """As `touch`, by group."""
    rows = _old(set(), set(group_ids))
    _replace(rows, with_state([dict(row) | known for row in rows.values()]), Counter())


def _present_groups(ids: set[int]) -> dict[int, int]:
    """Opinions that got a group to themselves since their row was made."""
    found: dict[int, int] = {}
    query = select(M.c.comment_id, M.c.group_id).join(Comment, Comment.id == M.c.comment_id)
    for part in slices(ids):
        living = query.where(M.c.comment_id.in_(part), Comment.withdrawn_at.is_(None))
        found |= {one.comment_id: one.group_id for one in db.session.execute(living)}
    return found


def led_by(comment_ids: Iterable[int]) -> dict[int, Row]:
    """The rows led by these opinions, by their first comment; a read, and what is not there is left out."""
    return _old(set(comment_ids), set())


def _old(ids: set[int], groups: set[int]) -> dict[int, Row]:
    """The rows led by these opinions or belonging to these groups, by their first comment."""
    found: dict[int, Row] = {}
    for column, wanted in ((R.c.comment_id, ids), (R.c.group_id, groups)):
        for part in slices(wanted):
            for row in db.session.execute(select(R).where(column.in_(part))):
                found[row.comment_id] = dict(row._mapping)
    return found


def _replace(old: Mapping[int, Row], fresh: Sequence[Row], counts: Counts) -> None:
    """Write what differs, and count it."""
    new = {row["comment_id"]: row for row in fresh}
    for row in old.values():
        for key, number in contributions(row):
            counts[key] -= number
    for row in new.values():
        for key, number in contributions(row):
            counts[key] += number
    gone = [key for key in old if key not in new]
    for part in slices(gone):
        db.session.execute(delete(R).where(R.c.comment_id.in_(part)))
    added = [row for key, row in new.items() if key not in old]
    changed = [row for key, row in new.items() if key in old and dict(old[key]) != row]
    if added:
        db.session.execute(insert(R), added)
    _rewrite(old, changed)
    count(counts)


def _rewrite(old: Mapping[int, Row], changed: Iterable[Row]) -> None:
    """One UPDATE for all rows that change in the same way, as with a ruling on thousands of them."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    housed = []
    for row in changed:
        before = old[row["comment_id"]]
        values = [(name, row[name]) for name in COLUMNS if row[name] != before[name]]
        if row["group_id"] and not before["group_id"]:  # each its own: the membership knows it
            housed.append(row["comment_id"])
            values = [(name, value) for name, value in values if name != "group_id"]
        alike[tuple(values)].append(row["comment_id"])
    home = select(M.c.group_id).where(M.c.comment_id == R.c.comment_id).scalar_subquery()
    for part in slices(housed):
        db.session.execute(update(R).where(R.c.comment_id.in_(part)).values(group_id=home))
    for same, ids in alike.items():
        for part in slices(ids) if same else ():
            db.session.execute(update(R).where(R.c.comment_id.in_(part)).values(**dict(same)))


def contributions(row: Mapping[str, Any]) -> list[tuple[tuple[int, str, str], int]]:
    """What a row adds to which counter, in opinions (条) but for those that begin with "rows"."""
    project, size = row["consultation_id"], row["size"]
    if row["state"] == WITHDRAWN:
        return [((project, "withdrawn", ""), 1), ((project, "rows", ""), 1), ((project, "rows_state", str(WITHDRAWN)), 1)]
    clause, outcome = str(row["clause_id"] or ""), row["outcome"]
    found = [
        ((project, "state", str(row["state"])), size), ((project, "rows", ""), 1),
        ((project, "rows_state", str(row["state"])), 1), ((project, "outcome", outcome), size),
        ((project, "living", clause), size), ((project, "clause_outcome", f"{clause}|{outcome}"), size),
    ]  # fmt: skip
    optional = (
        ("unread", "", row["unread"]), ("disputed", "", row["disputed"]), ("extra", "", row["open_additions"]),
        ("marked", "", size if row["marks"] else 0), ("rows_grouped", "", int(size > 1)),
        ("grouped", "", size if size > 1 else 0),
    )  # fmt: skip
    found += [((project, facet, value), number) for facet, value, number in optional if number]
    if row["decided_on"]:
        found.append(((project, "decided_day", row["decided_on"].isoformat()), size))
    if row["assignee"]:
        done = "todo" if row["state"] == UNDECIDED else "done"
        found.append(((project, f"assigned_{done}", row["assignee"]), size))
    return found


def received(rows: Iterable[Row]) -> Counts:
    """What arrivals add for good, whether they are withdrawn later or not."""
    counts: Counts = Counter()
    for row in rows:
        for facet, value in (
            ("received", ""), ("channel", row["channel"]), ("stance", row["stance"]), ("kind", row["kind"]),
            ("clause", str(row["clause_id"] or "")), ("day", row["first_day"].isoformat()),
            ("day_channel", f"{row['first_day'].isoformat()}|{row['channel']}"),
            ("clause_stance", f"{row['clause_id'] or ''}|{row['stance']}"),
        ):  # fmt: skip
            counts[(row["consultation_id"], facet, value)] += 1
        if row["unit_id"]:
            counts[(row["consultation_id"], "unit", str(row["unit_id"]))] += 1
    return counts


_ADD = text(
    "INSERT INTO desk_count (consultation_id, facet, value, count) VALUES (:project, :facet, :value, :number) "
    "ON CONFLICT (consultation_id, facet, value) DO UPDATE SET count = desk_count.count + excluded.count"
)


def count(counts: Counts) -> None:
    """Add to the counters; in one order, so that two writers never wait for each other crosswise."""
    rows = [
        {"project": project, "facet": facet, "value": value, "number": number}
        for (project, facet, value), number in sorted(counts.items())
        if number
    ]
    if rows:
        db.session.execute(_ADD, rows)


def counters(consultation_id: int, *facets: str) -> dict[str, dict[str, int]]:
    """facet → value → opinions, for the facets named; a read over one small range of the index."""
    found: dict[str, dict[str, int]] = {name: {} for name in facets}
    query = select(DeskCount.facet, DeskCount.value, DeskCount.count).where(
        DeskCount.consultation_id == consultation_id, DeskCount.facet.in_(facets), DeskCount.count != 0
    )
    for facet, value, number in db.session.execute(query):
        found[facet][value] = number
    return found


def in_rows(ids: Iterable[int], groups: Iterable[int]) -> ColumnElement[bool]:
    """Condition on a row: led by one of these opinions, or of one of these groups."""
    return or_(R.c.comment_id.in_(list(ids)), R.c.group_id.in_(list(groups)))
