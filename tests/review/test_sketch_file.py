"""The file of sketches gives back what was put in, takes more, and is never believed once it is spoiled."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.review import sketch_file
from consult.review.similarity import sketch
from consult.review.singles import inverted, joined
from consult.review.sketch_file import Spoiled, append, load, write

TEXTS = [
    "夜里施工的声音太大，老人孩子都睡不好，请把停工时间提前到晚上九点，并安排专人巡查。",
    "同意",
    "",
    "公交线路的调整应当先听取沿线居民的意见，再向社会公布。",
]


def test_round_trip_and_append(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, ids = tmp_path / "sketches", np.array([4, 9, 12, 3_000_000_000])
    monkeypatch.setattr(sketch_file, "MOST_BLOCKS", 3)
    monkeypatch.setattr(sketch_file, "LARGE_TAIL", 2)
    write(path, ids, sketch(TEXTS))
    for turn in range(6):
        append(path, np.array([50 + turn]), sketch([TEXTS[0] + str(turn)]))
        found, made = load(path)
        whole = sketch(TEXTS + [TEXTS[0] + str(one) for one in range(turn + 1)])
        assert found.tolist() == [*ids.tolist(), *range(50, 51 + turn)]
        assert len(made) <= 2
        right, one = inverted(whole), joined(made)
        assert np.array_equal(one.hashes, right.hashes) and np.array_equal(one.owners, right.owners)
        assert np.array_equal(one.sizes, right.sizes)
    assert [one.name for one in tmp_path.iterdir()] == ["sketches"]


def test_no_opinions_at_all(tmp_path: Path) -> None:
    write(tmp_path / "none", np.zeros(0, np.int64), sketch([]))
    ids, made = load(tmp_path / "none")
    assert len(ids) == len(joined(made)) == 0


@settings(deadline=None)
@given(st.data())
def test_any_damage_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("damage") / "sketches"
    write(path, np.arange(4), sketch(TEXTS))
    append(path, np.arange(2), sketch(TEXTS[:2]))
    whole = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(whole)
    else:
        path.write_bytes(whole + bytes(data.draw(st.integers(1, 40))))
    with pytest.raises(Spoiled):
        load(path)
    with pytest.raises(Spoiled):
        append(path, np.arange(1), sketch(TEXTS[:1]))


def test_an_absent_and_a_cut_file(tmp_path: Path) -> None:
    path = tmp_path / "sketches"
    with pytest.raises(Spoiled):
        load(path)
    write(path, np.arange(4), sketch(TEXTS))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(Spoiled):
        load(path)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "sketches"
    write(path, np.arange(4), sketch(TEXTS))
    before = path.read_bytes()
    with pytest.raises(ValueError, match="one id"):
        write(path, np.arange(3), sketch(TEXTS))
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1
