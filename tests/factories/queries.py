"""How many statements a read sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from consult.base.db import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SELECTs of the present session while the block runs."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
