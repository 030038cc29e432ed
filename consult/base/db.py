"""The database: naming convention, UTC instants, SQLite made durable, and the one `transaction()`."""

import json
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Text,
    any_,
    bindparam,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from consult.base.lock import WriteLock

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the database")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table shares."""

    registry = registry(metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: Instant, str: Text})


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


def options(url: str) -> dict[str, Any]:
    """Engine options for a database address: enough connections for the threads of one web process."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"pool_size": 40, "max_overflow": 20, "connect_args": {"timeout": 30}}
    found: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_pre_ping": True, "pool_recycle": 1800}
    if "options" not in make_url(url).query:
        # compiling a statement takes it longer (0.05 to 1.5 s seen) than any of ours takes to run; and a plan made for
        # a project or a group of usual size is a thousand times too slow (1.5 ms, 1.5 s) for one of a million; disks
        # that seek are priced in by default, so that it walks by the key past 190,000 decided rows (65 ms) to the first
        # undecided one rather than by their index (0.6 ms); helpers for one statement cost more than they bring here
        chosen = {"jit": "off", "plan_cache_mode": "force_custom_plan", "random_page_cost": "1.1",
                  "max_parallel_workers_per_gather": "0"}  # fmt: skip
        found["connect_args"] = {"options": " ".join(f"-c {name}={value}" for name, value in chosen.items())}
    return found


def one_of(column: ColumnElement[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """Condition: the column is one of the numbers, handed over as one value however many they are.

    A value for each takes longer to prepare (1 ms for 500) than most queries take to run.
    """
    if db.engine.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(numbers), ARRAY(Integer)))
    listed = func.json_each(json.dumps(list(numbers))).table_valued("value")
    return column.in_(select(listed.c.value))


class Hinting(SQLiteCompiler):
    """SQLite's words for a query, with the index that `with_hint` names; SQLAlchemy leaves it out there by itself."""

    def get_from_hint_text(self, table: object, text: str | None) -> str | None:
        """What stands behind the table's name: INDEXED BY …"""
        return text


def init_app(app: Flask) -> None:
    """Join the database to the application and make SQLite durable and strict."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    lock_path = None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        if engine.url.database and engine.url.database != ":memory:":
            lock_path = Path(engine.url.database + ".lock")
    app.extensions["write_lock"] = WriteLock(lock_path)


def _prepare_sqlite(engine: Engine) -> None:
    engine.dialect.statement_compiler = Hinting

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below speaks, not the driver
        # 16 MB of log before it is folded back: indexes over hashes touch other pages with every row
        for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000",
                     "wal_autocheckpoint=4000"):  # fmt: skip
            connection.execute(f"PRAGMA {line}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("consult_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


_writing = threading.local()


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any exception.

    Whatever was read before is read again inside, so a rule is always judged on what is stored now.
    Only faces and commands open it; stages flush.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transaction() does not nest: a verb was called from a verb's face")
    session.rollback()
    with current_app.extensions["write_lock"].held():
        session.info["writing"] = True
        try:
            present = session.connection(execution_options={"consult_write": True})
            _writing.driver = present.connection.driver_connection, present.dialect, present
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            session.info.pop("after", None)
            raise
        finally:
            session.info["writing"] = False
            _writing.driver = None
    for call in session.info.pop("after", {}).values():
        call()


def driver() -> tuple[Any, Dialect]:
    """The driver's own connection in the present transaction, and the kind of database behind it."""
    known = getattr(_writing, "driver", None)  # a thread has one transaction(): the session need not be asked
    if known is not None and not known[2].closed:  # unless somebody rolled back inside: then it is the pool's again
        return cast(tuple[Any, Dialect], known[:2])
    present = db.session.connection()
    return present.connection.driver_connection, present.dialect


def serialise(name: str) -> None:
    """Let transactions that name the same thing take turns until they commit.

    SQLite writers take turns anyway; PostgreSQL does so by an advisory lock on a hash of the name.
    """
    if driver()[1].name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def after_commit(call: Callable[[], None], name: object = None) -> None:
    """Run `call` once the present transaction is on disk; forgotten where it is rolled back.

    Of those with one `name` only the last is run.
    """
    db.session().info.setdefault("after", {})[call if name is None else name] = call
