"""The tables of an archive: each is put together and read from the database once, then written in every format."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from consult.base.errors import Refused
from consult.drafts.models import Consultation
from consult.summary import additions, size
from consult.summary.rows import as_gb
from consult.summary.spool import Row, Spool
from consult.summary.steps import Steps
from consult.summary.table import COLUMNS, Table
from consult.summary.tables import build
from consult.summary.tally import tally
from consult.summary.written import COUNTED, require_short, write

FORMATS = ("xlsx", "docx", "csv", "json")
WRITING = "正在写《{}》"


def sizes(session: Session, consultation_id: int) -> dict[str, int]:
    """table → about how many rows it will have, additions counted."""
    more, _ = additions.counts(session, consultation_id)
    return {name: size.rows(session, consultation_id, name) + (more if name in COUNTED else 0) for name in COLUMNS}


class Tables:
    """Writes one table after another; beside the file that it writes lies one with the rows that were read."""

    def __init__(
        self, session: Session, consultation: Consultation, now: datetime, folder: Path, whole: dict[str, int]
    ) -> None:
        self._session, self._consultation, self._now, self._whole = session, consultation, now, whole
        self._spool = Spool(folder / "rows")
        self._counts = tally(session, consultation.id).sections()
        self._built: dict[str, Table] = {}

    def write(self, name: str, fmt: str, path: Path, steps: Steps) -> int:
        """Write a table in a format; how many rows. Refused where there are too many for docx."""
        step, what = f"{name}.{fmt}", WRITING.format(COLUMNS[name][0])
        try:
            require_short(fmt, self._whole[name])
        except Refused:
            steps.skip(step, what)
            raise
        table = self._table(name)
        counts = self._counts if fmt == "xlsx" and name in COUNTED else ()
        return write(replace(table, rows=steps.of(step, self._rows(table), what), counts=counts), fmt, path)

    def _table(self, name: str) -> Table:
        if name not in self._built:
            self._built[name] = build(self._session, name, self._consultation, self._now)
        return self._built[name]

    def _rows(self, table: Table) -> Iterator[Row]:
        """国标版 says in other columns what 意见汇总处理表 says, so that its rows are those, turned."""
        if table.name == "summary-gb":
            return map(as_gb, self._spool.rows("summary", self._table("summary").rows))
        return self._spool.rows(table.name, table.rows)
