"""The rows of a table in a file beside, so that one reading of the database is written in every format."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from consult.summary.table import Cell

BATCH = 500  # rows written at once

Row = tuple[Cell, ...]


class Spool:
    """Keeps the rows of one table at a time, those of the last name that was asked for, in a file of its own."""

    def __init__(self, path: Path) -> None:
        self._path, self._name, self._whole = path, "", False

    def rows(self, name: str, read: Iterable[Row]) -> Iterator[Row]:
        """The rows of the table `name`: `read` is gone through the first time and put by; never again after it ended."""
        if self._whole and self._name == name:
            return self._again()
        self._name, self._whole = name, False
        return self._first(iter(read))

    def _first(self, rows: Iterator[Row]) -> Iterator[Row]:
        with self._path.open("w") as file:
            while batch := list(islice(rows, BATCH)):
                file.write(json.dumps(batch) + "\n")
                yield from batch
        self._whole = True

    def _again(self) -> Iterator[Row]:
        with self._path.open() as file:
            for line in file:
                yield from map(tuple, json.loads(line))
