"""The audit chain as verify reads it: untouched entries of some acts in order, and rows a slice at a time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Integer, Row, Select, Table, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from consult.base.audit import AuditEntry, seal
from consult.intake.models import Submission
from consult.summary.restore_models import RestoredEntry

SLICE = 500
T = TypeVar("T")
A: Table = AuditEntry.__table__  # type: ignore[assignment]
B, S = RestoredEntry.__table__, Submission.__table__


class Entry(NamedTuple):
    """One act as the chain states it."""

    action: str
    subject: str
    facts: dict[str, Any]
    at: datetime
    actor: str

    @property
    def number(self) -> int:
        """The id in the subject: 5 for `comment:5`, 0 where there is none."""
        found = self.subject.partition(":")[2]
        return int(found) if found.isdecimal() else 0

    def seals(self, present: str) -> bool:
        """Whether its fact `also` is this digest. Entries of before 27 November 2026 have none and seal nothing more.

        They pass, so that an older database still verifies clean: a digest that was added to them now would only
        vouch for what happens to be stored now, and the chain takes nothing back.
        """
        return bool(self.facts.get("also", present) == present)


def entries(session: Session, *actions: str) -> Iterator[Entry]:
    """Every entry with one of the actions, the oldest first; those that came with restored projects before all.

    One whose own seal is broken is passed over: the check of the chain has named it, and its words prove nothing.
    """
    yield from _restored(session, actions)
    for row in slices(session, select(A).where(A.c.action.in_(actions)), A.c.id):
        stated = (row.id, row.at.astimezone(UTC).isoformat(), row.actor, row.action, row.subject, row.facts)
        if seal(*stated, row.previous) == row.hash:
            yield Entry(row.action, row.subject, json.loads(row.facts), row.at, row.actor)


def _restored(session: Session, actions: tuple[str, ...]) -> Iterator[Entry]:
    """Entries that came with an archive. Contact data never does: a project's restoring erases that of all its sendings.

    That a project had been restored before, elsewhere, speaks of units and accounts there, not of these here.
    """
    found = merge(*(_restored_by(session, one) for one in actions if one != "restore"), key=lambda row: (row.consultation_id, row.number))
    yield from (Entry(row.action, row.subject, json.loads(row.facts), row.at, row.actor) for row in found)
    if "erase_contact" in actions:
        for row in session.execute(select(A).where(A.c.action == "restore").order_by(A.c.id)):
            own = along(select(S.c.id), S.c.consultation_id, int(row.subject.partition(":")[2]))
            for part in batches(slices(session, own, S.c.id)):
                yield Entry("erase_contact", row.subject, {"submissions": [one.id for one in part]}, row.at, row.actor)


def _restored_by(session: Session, action: str) -> Iterator[Row[Any]]:
    """Those of one action in order, which is the order of their index."""
    last = (0, 0)
    query = select(B).where(B.c.action == action).order_by(B.c.consultation_id, B.c.number).limit(SLICE)
    while rows := session.execute(query.where(tuple_(B.c.consultation_id, B.c.number) > last)).all():
        yield from rows
        last = rows[-1].consultation_id, rows[-1].number


def slices(session: Session, query: Select[Any], key: Any) -> Iterator[Row[Any]]:
    """All rows of the query by keyset over `key`, which must be among its columns."""
    after = 0
    while rows := session.execute(query.where(key > after).order_by(key).limit(SLICE)).all():
        yield from rows
        after = rows[-1]._mapping[key]


def batches(rows: Iterable[T]) -> Iterator[Sequence[T]]:
    """The same rows, SLICE at a time, for what is asked of all of them at once."""
    rows = iter(rows)
    while part := list(islice(rows, SLICE)):
        yield part


def of_project(query: Select[Any], column: Any, consultation_id: int | None) -> Select[Any]:
    """The query, for one project where one is named."""
    return query if consultation_id is None else query.where(column == consultation_id)


class unindexed(FunctionElement[int]):  # noqa: N801 - read as a word of SQL
    """A column that SQLite shall not look up by an index; PostgreSQL knows by its statistics, and an expression hides them."""

    inherit_cache = True
    type = Integer()


@compiles(unindexed)
def _plainly(element: unindexed, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


@compiles(unindexed, "sqlite")
def _by_a_sign(element: unindexed, compiler: SQLCompiler, **more: Any) -> str:
    return "+" + compiler.process(element.clauses, **more)


def along(query: Select[Any], column: Any, consultation_id: int | None) -> Select[Any]:
    """The same for `slices`: by the project's index SQLite would sort the rows anew for each of them."""
    return query if consultation_id is None else query.where(unindexed(column) == consultation_id)


def moment(text: str) -> datetime:
    """An instant as facts write it."""
    return datetime.fromisoformat(text).astimezone(UTC)
