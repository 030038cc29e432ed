"""Small counts stay hidden whatever sums are known beside them; checked by trying every table there could be."""

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from consult.summary.suppress import HIDDEN, LEAST, SMALL, suppressed

counts = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 9), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


def possible(shown: list[list[int | str]], real: list[list[int]]) -> Iterator[list[list[int]]]:
    """Every table that fits what is shown and the sums of rows and columns: what somebody who tries can find out."""
    rows, columns = [sum(row) for row in real], [sum(column) for column in zip(*real, strict=True)]

    def choices(cell: int | str, most: int) -> list[int]:
        return list(range(LEAST)) if cell == SMALL else list(range(LEAST, most + 1)) if cell == HIDDEN else [int(cell)]

    lines = [
        [line for line in product(*(choices(cell, total) for cell in row)) if sum(line) == total]
        for row, total in zip(shown, rows, strict=True)
    ]
    for table in product(*lines):
        if [sum(column) for column in zip(*table, strict=True)] == columns:
            yield [list(line) for line in table]


@settings(max_examples=250, deadline=None)
@given(real=counts)
def test_no_small_count_follows_from_the_sums(real: list[list[int]]) -> None:
    shown = suppressed(real)
    if shown is None:
        return
    assert all((cell == SMALL) == (value < LEAST) for row, line in zip(shown, real, strict=True) for cell, value in zip(row, line, strict=True))
    assert all(cell in (SMALL, HIDDEN, value) for row, line in zip(shown, real, strict=True) for cell, value in zip(row, line, strict=True))
    tables = list(possible(shown, real))
    for r, row in enumerate(shown):
        for c, cell in enumerate(row):
            if cell == SMALL:
                assert len({table[r][c] for table in tables}) > 1, (real, shown)


def test_examples() -> None:
    assert suppressed([[9, 8], [7, 6]]) == [[9, 8], [7, 6]], "nothing small, nothing hidden"
    assert suppressed([[2, 8], [7, 6]]) == [[SMALL, HIDDEN], [HIDDEN, HIDDEN]], "one small count takes three with it"
    assert suppressed([[2, 3], [1, 4]]) == [[SMALL, SMALL], [SMALL, SMALL]]
    assert suppressed([[3]]) is None, "the sum says it: no table at all"
    assert suppressed([]) == []
