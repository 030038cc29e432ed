"""Where the index of the search lies: a file of its own beside an SQLite database, a schema of its own in PostgreSQL.

It holds nothing that the opinions do not say and is made anew whenever it is missing. Parts are never changed: a part
holds opinions of one project out of one chunk of 65,536 ids, and for each gram in them which ones (review/postings).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, NullPool, create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from consult.base.db import db

ALL = ""  # the gram that every opinion of a part has
_LOCK = 0x5EA7C4  # one writer at a time in PostgreSQL
# words that differ: prefix of tables, type of a gram, of bytes, of big numbers
_TABLES = (
    "CREATE TABLE {at}state (form TEXT NOT NULL, mark {big} NOT NULL, seal TEXT NOT NULL)",
    "CREATE TABLE {at}hole (first {big} NOT NULL, last {big} NOT NULL, noted_at {time} NOT NULL)",
    "CREATE TABLE {at}part (id INTEGER PRIMARY KEY, consultation_id INTEGER NOT NULL, chunk INTEGER NOT NULL, "
    "size INTEGER NOT NULL)",
    "CREATE INDEX {name}part_of ON {at}part (consultation_id, chunk)",
    "CREATE TABLE {at}posting (part INTEGER NOT NULL, gram {gram} NOT NULL, size INTEGER NOT NULL, "
    "ids {bytes} NOT NULL, PRIMARY KEY (part, gram)){end}",
)
_SQLITE = {"at": "", "name": "", "big": "INTEGER", "time": "TEXT", "gram": "TEXT", "bytes": "BLOB",
           "end": " WITHOUT ROWID"}  # fmt: skip
_POSTGRESQL = {"at": "search.", "name": "search_", "big": "BIGINT", "time": "TIMESTAMPTZ",
               "gram": 'TEXT COLLATE "C"', "bytes": "BYTEA", "end": ""}  # fmt: skip


@dataclass(frozen=True)
class State:
    """How far the index goes: the highest id in it, the digest of that opinion's sending, the form of the grams."""

    form: str
    mark: int
    seal: str


@dataclass(frozen=True)
class Part:
    """Opinions of one project out of one chunk."""

    id: int
    chunk: int
    size: int


class Index:
    """The tables of the index on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.shared = connection.dialect.name == "postgresql"  # rows may be committed out of the order of their ids
        self._at = "search." if self.shared else ""

    def rows(self, sql: str, **values: Any) -> Sequence[Any]:
        """The rows of one statement; `{at}` stands for the place of the tables."""
        done = self._connection.execute(text(sql.format(at=self._at)), values)
        return done.all() if done.returns_rows else []

    def state(self) -> State | None:
        """None before anything was indexed."""
        found = self.rows("SELECT form, mark, seal FROM {at}state")
        return State(*found[0]) if found else None

    def put_state(self, state: State) -> None:
        """Note how far the index goes now."""
        self.rows("DELETE FROM {at}state")
        self.rows("INSERT INTO {at}state VALUES (:form, :mark, :seal)", **vars(state))

    def chunks(self, consultation_id: int, highest: int) -> list[int]:
        """The chunks that hold opinions of a project, up to one, the newest first."""
        sql = (
            "SELECT DISTINCT chunk FROM {at}part WHERE consultation_id = :one AND chunk <= :highest ORDER BY chunk DESC"
        )
        return [row[0] for row in self.rows(sql, one=consultation_id, highest=highest)]

    def postings(self, consultation_id: int, chunks: Sequence[int], grams: Sequence[str]) -> Sequence[Any]:
        """(chunk, part, gram, size, ids) as of one moment, of all parts of some chunks."""
        values: dict[str, Any] = {f"g{number}": gram for number, gram in enumerate(grams)}
        names = ", ".join(f":{name}" for name in values)
        wanted = f"= ANY(ARRAY[{names}])" if self.shared else f"IN ({names})"
        # one probe of the key for each part, whatever a planner without statistics thinks of it
        inner = f"SELECT gram, size, ids FROM {self._at}posting WHERE posting.part = part.id AND gram {wanted}"
        lateral = (
            f"CROSS JOIN LATERAL ({inner} OFFSET 0) AS posting" if self.shared else f"CROSS JOIN {self._at}posting"
        )
        sql = (
            "SELECT part.chunk, part.id, posting.gram, posting.size, posting.ids "
            f"FROM {self._at}part {lateral} WHERE part.consultation_id = :one "
            f"AND part.chunk IN ({', '.join(map(str, chunks))})"
            + ("" if self.shared else f" AND posting.part = part.id AND posting.gram {wanted}")
        )
        return self._connection.execute(text(sql), {"one": consultation_id} | values).all()

    def parts(self, consultation_id: int, chunk: int) -> list[Part]:
        """The parts of one project and chunk, the smallest first."""
        sql = "SELECT id, chunk, size FROM {at}part WHERE consultation_id = :one AND chunk = :chunk ORDER BY size, id"
        return [Part(*row) for row in self.rows(sql, one=consultation_id, chunk=chunk)]

    def members(self, part: int) -> bytes:
        """Which opinions of its chunk a part holds."""
        found = self.rows("SELECT ids FROM {at}posting WHERE part = :part AND gram = :all", part=part, all=ALL)
        return bytes(found[0][0])

    def drop(self, part: int) -> None:
        """Take a part away, in the transaction that puts another in its place."""
        self.rows("DELETE FROM {at}posting WHERE part = :part", part=part)
        self.rows("DELETE FROM {at}part WHERE id = :part", part=part)

    def add(self, consultation_id: int, chunk: int, size: int, postings: Iterable[tuple[str, int, bytes]]) -> None:
        """Store a new part; `postings` are (gram, how many opinions, which), sorted by gram."""
        number = self.rows("SELECT coalesce(max(id), 0) + 1 FROM {at}part")[0][0]
        self.rows("INSERT INTO {at}part VALUES (:id, :one, :chunk, :size)",
                  id=number, one=consultation_id, chunk=chunk, size=size)  # fmt: skip
        driver: Any = self._connection.connection.driver_connection
        lines = ((number, *posting) for posting in postings)
        if not self.shared:
            driver.executemany("INSERT INTO posting VALUES (?, ?, ?, ?)", lines).close()
            return
        with driver.cursor() as cursor, cursor.copy("COPY search.posting FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "text", "int4", "bytea"])
            for line in lines:
                copy.write_row(line)

    def clear(self) -> None:
        """Take all rows away; readers are not in the way of it, nor it in theirs."""
        for table in ("state", "hole", "part", "posting"):
            self.rows(f"DELETE FROM {{at}}{table}")  # noqa: S608 - the names above

    def make(self) -> None:
        """Make the tables where they are missing."""
        kind = _POSTGRESQL if self.shared else _SQLITE
        if self.shared:
            self.rows("CREATE SCHEMA IF NOT EXISTS search")
        for sql in _TABLES:
            self.rows(sql.format(**kind))
        if self.shared:  # maps of bits do not get smaller
            self.rows("ALTER TABLE search.posting ALTER ids SET STORAGE EXTERNAL")


def place() -> Path:
    """The file of the index beside an SQLite database."""
    return Path(str(db.engine.url.database)).with_name("search.sqlite")


@contextmanager
def reading() -> Iterator[Index | None]:
    """The index as it stands, or None where there is none; each statement sees one moment."""
    if db.engine.dialect.name == "postgresql":
        here = db.session.connection()
        there = here.execute(text("SELECT to_regclass('search.posting')")).scalar()
        yield Index(here) if there else None
    elif not place().is_file():
        yield None
    else:
        with _file().connect() as connection:
            connection.exec_driver_sql("BEGIN")
            there = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'posting'").first()
            yield Index(connection) if there else None


@contextmanager
def committed() -> Iterator[Connection]:
    """The opinions as they are stored this moment, whatever older moment an SQLite reader stands at."""
    if db.engine.dialect.name == "postgresql":
        yield db.session.connection()
    else:
        with db.engine.connect() as connection:
            yield connection


@contextmanager
def writing() -> Iterator[Index | None]:
    """The index to write to, in a transaction of its own; None where somebody else writes just now."""
    shared = db.engine.dialect.name == "postgresql"
    with (db.engine if shared else _file()).connect() as connection:
        if _is_mine(connection, shared):
            index = Index(connection)
            there = (
                "to_regclass('search.posting')" if shared else "(SELECT 1 FROM sqlite_master WHERE name = 'posting')"
            )
            if connection.exec_driver_sql(f"SELECT {there}").scalar() is None:  # noqa: S608 - the two above
                index.make()
            yield index
            connection.commit()
        else:
            yield None


def _is_mine(connection: Connection, shared: bool) -> bool:
    if shared:
        return bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}).scalar())
    try:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # stays with the file
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            return False
        raise
    return True


def _file() -> Engine:
    """The engine of the file; connections are opened anew each time, so nothing stays open."""
    engines: dict[Path, Engine] = current_app.extensions.setdefault("search", {})
    path = place()
    if path not in engines:
        engines[path] = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": 0.2})
        event.listen(engines[path], "connect", _prepare)
    return engines[path]


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for line in ("synchronous=NORMAL", "cache_size=-16000"):
        connection.execute(f"PRAGMA {line}").close()
