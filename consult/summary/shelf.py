"""What the audit chain says, put on a shelf by number or name: a dict on disk, so that memory does not grow with it."""

import pickle
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

SLICE = 500
CACHE = 8 << 10  # KiB kept in memory before anything goes to disk

K = TypeVar("K", int, str)
V = TypeVar("V")
R = TypeVar("R")


class Shelf(Generic[K, V]):
    """Key → value. Lives in memory while it is small, then in a nameless file of its own that is gone when it is closed.

    Where that file is: TMPDIR, else /var/tmp. Raises OSError where it cannot be written, TypeError where a key is
    neither number nor text.
    """

    def __init__(self) -> None:
        with _plainly():
            self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            for line in (f"PRAGMA cache_size = -{CACHE}", "PRAGMA journal_mode = OFF", "BEGIN",
                         "CREATE TABLE said (key PRIMARY KEY, value) WITHOUT ROWID"):  # fmt: skip
                self._file.execute(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """All is gone; whoever does not use it as a context says so."""
        self._file.close()

    def __len__(self) -> int:
        return int(self._file.execute("SELECT count(*) FROM said").fetchone()[0])

    def put(self, pairs: Iterable[tuple[K, V]], *, keep: bool = False) -> None:
        """Put many; the later of two wins, with `keep` the one that was there."""
        how = "NOTHING" if keep else "UPDATE SET value = excluded.value"
        with _plainly():
            self._file.executemany(f"INSERT INTO said VALUES (?, ?) ON CONFLICT DO {how}",
                                   ((key, pickle.dumps(value)) for key, value in pairs))  # fmt: skip

    def put_once(self, pairs: Iterable[tuple[K, V]]) -> Iterator[K]:
        """Put many; tells each key that had been put before. Nothing is put but what is asked for: go through to the end."""
        for part in _parts(pairs):
            seen = set(self.some([key for key, _ in part]))
            for key, _ in part:
                if key in seen:
                    yield key
                seen.add(key)
            self.put(part)

    def some(self, keys: Iterable[K]) -> dict[K, V]:
        """What is there of these."""
        found: dict[K, V] = {}
        with _plainly():
            for part in _parts(keys):
                rows = self._file.execute(f"SELECT key, value FROM said WHERE key IN ({_marks(part)})", part)
                found.update((key, pickle.loads(value)) for key, value in rows)  # it never left this process
        return found

    def drop(self, keys: Iterable[K]) -> None:
        """Take these off the shelf, where they are there."""
        with _plainly():
            for part in _parts(keys):
                self._file.execute(f"DELETE FROM said WHERE key IN ({_marks(part)})", part)

    def beside(self, rows: Iterable[R], key: Callable[[R], K]) -> Iterator[tuple[R, V | None]]:
        """Each row with what stands here under its key, which is taken off; None where there is nothing."""
        for part in _parts(rows):
            found = self.some(map(key, part))
            self.drop(found)
            yield from ((row, found.pop(key(row), None)) for row in part)

    def left(self) -> Iterator[tuple[K, V]]:
        """All that was not taken off, by key; nothing may be put or dropped meanwhile."""
        with _plainly():
            for key, value in self._file.execute("SELECT key, value FROM said ORDER BY key"):
                yield key, pickle.loads(value)


def name(*parts: object) -> str:
    """A key out of several parts, of which all but one are without spaces."""
    return " ".join(map(str, parts))


@contextmanager
def _plainly() -> Iterator[None]:
    """The errors of SQLite as anybody else would raise them."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(f"临时文件：{error}") from error
    except (sqlite3.Error, OverflowError) as error:
        raise TypeError(str(error)) from error


def _parts(many: Iterable[R]) -> Iterator[list[R]]:
    many = iter(many)
    while part := list(islice(many, SLICE)):
        yield part


def _marks(part: list[Any]) -> str:
    return ",".join("?" * len(part))
