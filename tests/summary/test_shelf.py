"""A shelf holds what a dict would hold, whatever is put, taken and dropped in whichever order."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.summary import shelf
from consult.summary.shelf import Shelf, name

NUMBERS = st.integers(-5, 5) | st.just(2**62)
PAIRS = st.lists(st.tuples(NUMBERS, st.none() | st.text() | st.tuples(st.integers(), st.lists(st.text(), max_size=2))), max_size=9)
KEYS = st.lists(NUMBERS, max_size=9)
ACTS = st.lists(
    st.tuples(st.sampled_from(["put", "keep", "once"]), PAIRS) | st.tuples(st.sampled_from(["some", "drop", "beside"]), KEYS), max_size=9
)


@settings(deadline=None)
@given(ACTS)
@pytest.mark.parametrize("size", [2, 500])
def test_it_is_a_dict(size: int, acts: list) -> None:
    with pytest.MonkeyPatch.context() as patch, Shelf() as kept:
        patch.setattr(shelf, "SLICE", size)
        known: dict = {}
        for act, what in acts:
            if act == "put":
                kept.put(what)
                known |= dict(what)
            elif act == "keep":
                kept.put(what, keep=True)
                known = dict(reversed(what)) | known
            elif act == "once":
                again = [key for at, (key, _) in enumerate(what) if key in known or key in [one for one, _ in what[:at]]]
                assert list(kept.put_once(what)) == again
                known |= dict(what)
            elif act == "some":
                assert kept.some(what) == {key: known[key] for key in what if key in known}
            elif act == "drop":
                kept.drop(what)
                known = {key: value for key, value in known.items() if key not in what}
            else:
                assert list(kept.beside(what, lambda key: key)) == [(key, known.pop(key, None)) for key in what]
        assert list(kept.left()) == sorted(known.items()) and len(kept) == len(known)


def test_names_and_moments_come_back_as_they_were() -> None:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    with Shelf() as kept:
        kept.put([(name("user:1", moment.isoformat(), 5), moment), (name("user:1", 5), None)])
        assert kept.some([name("user:1", moment.isoformat(), 5)]) == {"user:1 2026-03-02T00:00:00+00:00 5": moment}
        assert name("user:1", 5) in kept.some([name("user:1", 5)])


@pytest.mark.parametrize("key", [None, [1], {"a": 1}, 2**64])
def test_what_is_no_key_is_named_as_such(key: object) -> None:
    with Shelf() as kept, pytest.raises(TypeError):
        kept.put([(key, True)])  # type: ignore[list-item]
    with Shelf() as kept, pytest.raises((TypeError, UnicodeEncodeError)):
        kept.put([("\ud800", True)])


def test_a_full_disk_is_an_error_of_the_disk() -> None:
    with Shelf() as kept:
        kept._file.execute("PRAGMA max_page_count = 8")
        with pytest.raises(OSError, match="临时文件"):
            kept.put((number, "x" * 1000) for number in range(1000))
