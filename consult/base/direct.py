"""Statements of the hot path: written with SQLAlchemy, compiled once, then handed to the driver as they are.

SQLAlchemy builds, looks up and wraps a statement anew each time, which costs more than the database's own work.
Here only the values pass through the types of their columns. What is run belongs to the present transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from consult.base.db import driver

Change = Callable[[Any], Any] | None


def run(sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of one statement in the present transaction; errors come as SQLAlchemy's, as everywhere else."""
    connection, dialect = driver()
    try:
        cursor = connection.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
    except dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error


class _Made:
    """One statement in the words of one kind of database."""

    def __init__(self, statement: Any, dialect: Dialect, names: Sequence[str]) -> None:
        made = statement.compile(dialect=dialect, column_keys=list(names))
        self.sql = str(made)
        self.order: list[str] | None = made.positiontup
        self.given: dict[str, Any] = dict(made.params)
        kinds = {name: _kind(bind.type, dialect) for name, bind in made.binds.items()}
        self.changes = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        columns = statement.exported_columns if hasattr(statement, "exported_columns") else ()
        self.readers: list[Change] = [_kind(one.type, dialect).result_processor(dialect, None) for one in columns]
        self.plain = not any(self.readers)

    def values(self, values: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """The values as the driver takes them; KeyError for one that the statement does not have."""
        ready = dict(self.given)
        for name, value in values.items():
            change = self.changes[name]
            ready[name] = change(value) if change else value
        return ready if self.order is None else [ready[name] for name in self.order]

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """One row as Python values."""
        return tuple(change(value) if change else value for change, value in zip(self.readers, row, strict=True))


def _kind(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


class Direct:
    """A Core statement of which only the named values change; an insert names the same columns every time."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._made: dict[str, _Made] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run it inside the present transaction."""
        dialect = driver()[1]
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = _Made(self._statement, dialect, list(values))
        found = run(made.sql, made.values(values))
        return found if made.plain else [made.read(row) for row in found]

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(**values)
        return found[0] if found else None
