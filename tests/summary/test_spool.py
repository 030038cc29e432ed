"""Rows put by for the next format come back as they passed the first time."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from consult.summary.spool import Spool

CELLS = st.integers() | st.text(st.characters() | st.sampled_from("\n\r\ud800𠮷\x00"))
ROWS = st.lists(st.lists(CELLS, max_size=4).map(tuple), max_size=30)


@settings(deadline=None)
@given(ROWS, ROWS)
def test_every_row_comes_back_and_is_read_once(tmp_path_factory, one: list, other: list) -> None:
    spool, asked = Spool(tmp_path_factory.mktemp("spool") / "rows"), []

    def read(rows: list):
        asked.append(1)
        yield from rows

    for rows in (one, other):
        name = str(len(asked))
        assert list(spool.rows(name, read(rows))) == rows
        assert list(spool.rows(name, read(rows))) == list(spool.rows(name, read(rows))) == rows
    assert len(asked) == 2


def test_rows_that_were_not_read_to_the_end_are_read_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "rows")
    some = spool.rows("raw", iter([("a",), ("b",)]))
    next(some)
    assert list(spool.rows("raw", iter([("a",), ("b",)]))) == [("a",), ("b",)]
