"""Keys over any two texts: unique, inherited, every clause covered once, gone ones at their place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from consult.base.errors import Refused
from consult.drafts.compare import compare, texts
from consult.drafts.lineage import Seat, confirmed, family, keys_for, seated
from tests.drafts.test_compare import Piece, drafts, edited


@given(st.lists(edited(), min_size=1, max_size=1), st.integers(2, 9))
@settings(deadline=None)
def test_every_key_is_unique_and_old_ones_go_to_their_heirs(
    pair: list[tuple[list[Piece], list[Piece]]], number: int
) -> None:
    old, new = pair[0]
    matches = compare(old, new)
    old_keys, wanted = [f"a{at}" for at in range(1, len(old) + 1)], [f"a{at}" for at in range(1, len(new) + 1)]
    used = {*old_keys, "a3v2", "a40"}
    keys = keys_for(matches, texts(old), texts(new), old_keys, wanted, used, number)
    assert len(set(keys)) == len(keys) == len(new)
    for one in matches:
        inherited = [keys[j] for j in one.new if keys[j] in used]
        assert len(inherited) == (1 if one.old and one.new else 0)
        assert set(inherited) <= {old_keys[i] for i in one.old}


@given(drafts(least=1, most=6), drafts(least=1, most=6), st.data())
@settings(deadline=None)
def test_confirmed_pairs_cover_every_clause_once(old: list[Piece], new: list[Piece], data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.tuples(st.integers(0, len(old) - 1), st.integers(0, len(new) - 1)), max_size=5))
    try:
        matches = confirmed(old, new, chosen)
    except Refused:
        assert any(i == k and j != m for i, j in chosen for k, m in chosen)
        assert any(j == m and i != k for i, j in chosen for k, m in chosen)
        return
    assert sorted(i for one in matches for i in one.old) == list(range(len(old)))
    assert sorted(j for one in matches for j in one.new) == list(range(len(new)))
    assert {(i, j) for one in matches for i in one.old for j in one.new} == chosen


def test_gone_keys_stand_behind_their_old_neighbour() -> None:
    newest = [Seat("a1", None), Seat("a1-i1", "a1"), Seat("a1-i9", "a1"), Seat("a5", None)]
    middle = [Seat("a1", None), Seat("a1-i1", "a1"), Seat("a2", None), Seat("a2-i1", "a2"), Seat("a5", None)]
    oldest = [
        Seat("p1", None),
        Seat("a1", None),
        Seat("a1-i0", "a1"),
        Seat("a1-i1", "a1"),
        Seat("a2", None),
        Seat("a3", None),
    ]
    found = seated([newest, middle, oldest])
    assert [one.key for one in found] == ["p1", "a1", "a1-i0", "a1-i1", "a1-i9", "a2", "a2-i1", "a3", "a5"]
    assert family(found, "a1") == {"a1", "a1-i0", "a1-i1", "a1-i9"} and family(found, "a2") == {"a2", "a2-i1"}
    assert seated([]) == [] and seated([oldest]) == oldest
