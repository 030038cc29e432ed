"""Tables as CSV and JSON, streamed; in a CSV no cell begins like a formula."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from consult.summary.table import Cell, Table

# What spreadsheets take for the beginning of a formula (R60). A cell that begins so, quotes before it or
# not, gets one ' in front; taking one ' away again from such a cell gives the text back exactly.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SIGNS = frozenset("'=+-@\t\r")
BATCH = 500  # rows written at once


def guarded(cell: Cell) -> Cell:
    """The cell as it may stand in a CSV."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write(table: Table, fmt: str, path: Path) -> int:
    """Write the table as csv or json; returns the number of rows."""
    counted = count()
    rows = (row for row, _ in zip(table.rows, counted, strict=False))
    parts = csv_parts if fmt == "csv" else json_parts
    with path.open("wb") as file:
        file.writelines(parts(replace(table, rows=rows)))
    return next(counted)


def csv_parts(table: Table) -> Iterator[bytes]:
    """utf-8-sig: one line of headings, one line a row; a mark (before the deadline, or of a filter) is the last line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.headings)
    yield b"\xef\xbb\xbf" + _taken(out)
    rows = iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        writer.writerows(
            [cell if not cell or type(cell) is int or cell[0] not in _SIGNS else guarded(cell) for cell in row]  # type: ignore[index]
            for row in batch
        )
        yield _taken(out)
    if table.mark:
        writer.writerow([table.mark])
        yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    data = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return data


def json_parts(table: Table) -> Iterator[bytes]:
    """One object: table, title, mark, filter, made_at, head, headings, rows (heading → value), foot."""
    opening = {
        "table": table.name,
        "title": table.title,
        "mark": table.mark,
        "filter": table.narrowed,
        "made_at": table.made_at.isoformat() if table.made_at else None,
        "head": dict(table.head),
        "headings": list(table.headings),
        "foot": list(table.foot),
    }
    yield (json.dumps(opening, ensure_ascii=False, indent=1)[:-2] + ',\n "rows": [').encode()
    mark, rows = "\n  ", iter(table.rows)
    encode = json.JSONEncoder(ensure_ascii=False).encode
    while batch := list(islice(rows, BATCH)):
        yield (mark + ",\n  ".join([encode(dict(zip(table.headings, row, strict=True))) for row in batch])).encode()
        mark = ",\n  "
    yield b"\n ]\n}\n"
