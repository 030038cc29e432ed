"""How far a long work is: the count grows, never beyond the whole, and ends at it."""

from hypothesis import given
from hypothesis import strategies as st

from consult.summary.steps import Steps


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), max_size=6))
def test_the_bar_grows_and_ends_whatever_was_expected(steps: list[tuple[int, int]]) -> None:
    told: list[tuple[int, int, str]] = []
    one = Steps(lambda *far: told.append(far), {str(at): expected for at, (expected, _) in enumerate(steps)})
    for at, (_, real) in enumerate(steps):
        assert list(one.of(str(at), range(real), f"第{at}步")) == list(range(real))
    whole = sum(expected for expected, _ in steps)
    done = [far for far, _, _ in told]
    assert done == sorted(done) and all(far <= whole for far in done) and {all for _, all, _ in told} <= {whole}
    assert not steps or told[-1] == (whole, whole, f"第{len(steps) - 1}步")


def test_a_step_that_is_left_out_counts_as_done() -> None:
    told: list[tuple[int, int, str]] = []
    one = Steps(lambda *far: told.append(far), {"docx": 30, "csv": 2})
    one.skip("docx", "表")
    assert list(one.of("csv", "ab", "表")) == ["a", "b"]
    assert told == [(30, 32, "表"), (30, 32, "表"), (32, 32, "表")]
