"""What of the database belongs to one project and goes with its archive, table by table, parents first."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, Date, Row, Select, Table, func, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from consult.base.db import Instant, db

SLICE = 500
MOST_ID = 2**31
# table → (column, table that it hangs on); all hang on `consultation` in the end
CARRIED: dict[str, tuple[str, str]] = {
    "consultation": ("id", ""),
    "version": ("consultation_id", "consultation"),
    "clause": ("version_id", "version"),
    "clause_link": ("version_id", "version"),
    "extension": ("consultation_id", "consultation"),
    "consultation_round": ("consultation_id", "consultation"),
    "clause_note": ("consultation_id", "consultation"),
    "bulletin": ("consultation_id", "consultation"),
    "hearing": ("consultation_id", "consultation"),
    "page_view": ("consultation_id", "consultation"),
    "submission": ("consultation_id", "consultation"),
    "comment": ("consultation_id", "consultation"),
    "attachment": ("submission_id", "submission"),
    "mail_wish": ("submission_id", "submission"),
    "solicitation": ("consultation_id", "consultation"),
    "formal_opinion": ("solicitation_id", "solicitation"),
    "access_link": ("solicitation_id", "solicitation"),
    "guest": ("link_id", "access_link"),
    "proposal": ("solicitation_id", "solicitation"),
    "reminder": ("solicitation_id", "solicitation"),
    "urging": ("solicitation_id", "solicitation"),
    "opinion_group": ("consultation_id", "consultation"),
    "group_act": ("consultation_id", "consultation"),
    "group_reading": ("group_id", "opinion_group"),
    "membership": ("group_id", "opinion_group"),
    "readdressing": ("consultation_id", "consultation"),
    "reading": ("comment_id", "comment"),
    "withholding": ("comment_id", "comment"),
    "mask": ("comment_id", "comment"),
    "internal_note": ("comment_id", "comment"),
    "bulk": ("consultation_id", "consultation"),
    "decision": ("group_id", "opinion_group"),
    "addition": ("group_id", "opinion_group"),
    "saying": ("addition_id", "addition"),
    "addition_decision": ("addition_id", "addition"),
    "assignment": ("group_id", "opinion_group"),
    "clause_duty": ("consultation_id", "consultation"),
    "saved_view": ("consultation_id", "consultation"),
    "dispute": ("consultation_id", "consultation"),
    "mediation": ("dispute_id", "dispute"),
    "table_approval": ("consultation_id", "consultation"),
    "table_return": ("consultation_id", "consultation"),
    "release": ("consultation_id", "consultation"),
    "release_row": ("release_id", "release"),
    "satisfaction": ("consultation_id", "consultation"),
}
SHARED = ("unit", "user_account", "stored_file")  # by name, by name, by content: only what the project speaks of
# what is made anew from the rest, waits for somebody's next step, or is the house's own and not the project's
LEFT_OUT = frozenset({
    "arrival", "audit_entry", "basket", "calendar_day", "desk_count", "desk_row", "export_file", "job", "letter_template", "mail",
    "period_rule", "quality_hint", "reason", "restored_entry", "role", "sweep", "topic", "unit_name", "user_role",
})  # fmt: skip
# Sealed with the key of this installation: nobody else could read them, so they stay behind (R14); and a hash
# that only slows senders down.
EMPTIED: dict[str, dict[str, Any]] = {
    "submission": {"contact_sealed": None, "address_hash": ""},
    "mail_wish": {"email_sealed": None},
    "reminder": {"mail_reference": ""},
}
NO_KEY = frozenset({"membership", "withholding", "mail_wish", "assignment"})  # their key is that of a parent


def table(name: str) -> Table:
    """The table with this name."""
    return db.metadata.tables[name]


def keys_of(one: Table) -> tuple[Any, ...]:
    """The columns of its primary key, in order."""
    return tuple(one.primary_key.columns)


@cache
def targets(one: Table) -> dict[str, str]:
    """column → table, for every foreign key."""
    return {key.parent.name: key.column.table.name for key in one.foreign_keys}


def within(name: str, consultation_id: int) -> Select[Any]:
    """Every row of a carried table that belongs to the project."""
    one = table(name)
    query: Select[Any] = select(one).where(belongs(one, *CARRIED[name], consultation_id))
    if name == "mail_wish":  # one that waits has an address, and addresses stay behind
        query = query.where(one.c.email_sealed.is_(None))
    return query


def belongs(one: Table, column: str, parent: str, consultation_id: int) -> ColumnElement[bool]:
    """Whether a row belongs to the project, asked of each row as it passes in the order of its key.

    An index over the project would give the rows in another order, to be sorted anew for every slice, and a list or a
    join of a million parents would be made anew as often: the sum keeps the first away, a value looked up the second.
    """
    return _project(one, column, parent) + 0 == consultation_id


def _project(one: Table, column: str, parent: str) -> ColumnElement[int]:
    """The project of a row, looked up from parent to parent."""
    if parent in ("", "consultation"):
        return one.c[column]
    above = table(parent).alias()
    return select(_project(above, *CARRIED[parent])).where(above.c.id == one.c[column]).scalar_subquery()  # type: ignore[arg-type]


def _span(session: Session, name: str, consultation_id: int) -> ColumnElement[bool] | None:
    """Between which numbers the project's rows lie, where the table says whose they are."""
    one, (column, parent) = table(name), CARRIED[name]
    if parent != "consultation" or "id" not in one.c:
        return None
    query = select(func.min(one.c.id), func.max(one.c.id)).where(one.c[column] == consultation_id)
    low, high = session.execute(query).one()
    return one.c.id.between(low or 0, high or 0)


def rows(session: Session, name: str, consultation_id: int) -> Iterator[Row[Any]]:
    """The rows of a carried table in the order of their key, a slice at a time; of self-referring ones parents first,
    since a parent's number is the lower one."""
    one = table(name)
    keys = keys_of(one)
    query = within(name, consultation_id).order_by(*keys).limit(SLICE)
    if (span := _span(session, name, consultation_id)) is not None:
        query = query.where(span)
    last: tuple[Any, ...] | None = None
    while found := session.execute(query if last is None else query.where(tuple_(*keys) > last)).all():
        yield from found
        last = tuple(found[-1]._mapping[key.name] for key in keys)
        if len(found) < SLICE:
            return


def _kind(one: TypeEngine[Any]) -> type[Any]:
    if isinstance(one, Instant):
        return datetime
    return object if isinstance(one, JSON) else one.python_type


def count(session: Session, name: str, consultation_id: int) -> int:
    """How many rows of a carried table belong to the project."""
    query = within(name, consultation_id).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(query) or 0


def teller(name: str) -> Callable[[Row[Any]], dict[str, Any]]:
    """Makes of a row what JSON has of it: instants with their offset, days, and nothing that stays behind."""
    columns, emptied = table(name).c, EMPTIED.get(name, {})
    names = [one.name for one in columns]
    plain = [one.name for one in columns if isinstance(one.type, Instant | Date)]

    def told(row: Row[Any]) -> dict[str, Any]:
        facts = dict(zip(names, row, strict=True))
        for key in plain:
            facts[key] = _plain(facts[key])
        return facts | emptied

    return told


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def reader(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Makes a row of what `teller` wrote.

    Raises KeyError for a column that this version does not know, TypeError for a value of another kind, ValueError for
    an instant that is none and for a number so high that none could follow it.
    """
    columns = table(name).c
    kinds = {one.name: _kind(one.type) for one in columns}
    typed = [(one.name, datetime if isinstance(one.type, Instant) else date)
             for one in columns if isinstance(one.type, Instant | Date)]  # fmt: skip

    def read(facts: dict[str, Any]) -> dict[str, Any]:
        for key, kind in typed:
            if isinstance(facts.get(key), str):
                facts[key] = kind.fromisoformat(facts[key])
        for key, value in facts.items():  # SQLite would keep a word where a number belongs
            if not (value is None or isinstance(value, kinds[key])):
                raise TypeError(f"{name}.{key}")
        if not 0 < facts.get("id", 1) < MOST_ID:
            raise ValueError(f"{name}.id")
        return facts

    return read
