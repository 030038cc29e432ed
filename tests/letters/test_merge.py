"""Two people write on one reply at once: nothing of either is lost, and only a true clash is asked about."""

from hypothesis import given, settings
from hypothesis import strategies as st

from consult.letters.merge import PARTS, Clash, Draft, merge, read_stamps, stamps

WORDS = st.sampled_from(["", "甲", "乙", "丙"])
IDS = st.sampled_from([f"{number:08x}" for number in range(5)])
POINT = st.fixed_dictionaries(dict.fromkeys(PARTS, WORDS) | {"from": st.just("")})
ITEMS = st.dictionaries(IDS, POINT, max_size=5).map(lambda found: [one | {"id": name} for name, one in found.items()])
DRAFTS = st.builds(Draft, st.fixed_dictionaries({"answer": WORDS, "handler": WORDS}), ITEMS)


def point(name: str, **words: str) -> dict[str, str]:
    return dict.fromkeys(PARTS, "") | {"id": name, "from": ""} | words


def together(base: Draft, mine: Draft, theirs: Draft) -> tuple[Draft, list[Clash]]:
    seen = read_stamps(stamps(base))
    assert seen is not None
    return merge(seen, mine, theirs)


BASE = Draft({"handler": "王", "phone": "1"}, [point("a", text="一"), point("b", text="二")])


def test_changes_of_different_points_are_both_kept():
    mine = Draft(BASE.lines | {"phone": "2"}, [point("a", text="一改"), point("b", text="二")])
    theirs = Draft(BASE.lines | {"handler": "李"}, [point("a", text="一"), point("b", text="二", reason="依据")])
    merged, clashes = together(BASE, mine, theirs)
    assert clashes == []
    assert merged.lines == {"handler": "李", "phone": "2"}
    assert list(merged.items) == [point("a", text="一改"), point("b", text="二", reason="依据")]


def test_the_same_field_is_a_clash_and_other_fields_of_the_point_are_not():
    mine = Draft(BASE.lines, [point("a", text="我的", reason="理由"), point("b", text="二")])
    theirs = Draft(BASE.lines, [point("a", text="同事的", proposed_text="建议"), point("b", text="二")])
    merged, clashes = together(BASE, mine, theirs)
    assert clashes == [Clash("a", "text", "我的", "同事的")]
    assert merged.items[0] == point("a", text="我的", reason="理由", proposed_text="建议")


def test_new_points_of_both_stay_each_after_its_neighbour():
    mine = Draft(BASE.lines, [point("a", text="一"), point("m", text="我"), point("b", text="二")])
    theirs = Draft(BASE.lines, [point("t", text="他"), point("a", text="一"), point("b", text="二")])
    merged, _ = together(BASE, mine, theirs)
    assert [one["id"] for one in merged.items] == ["t", "a", "m", "b"]


def test_taken_away_is_taken_away_unless_the_other_wrote_on_it():
    mine = Draft(BASE.lines, [point("b", text="二")])
    assert [one["id"] for one in together(BASE, mine, BASE)[0].items] == ["b"]
    wrote = Draft(BASE.lines, [point("a", text="一改"), point("b", text="二")])
    assert [one["text"] for one in together(BASE, mine, wrote)[0].items] == ["一改", "二"]
    assert [one["text"] for one in together(BASE, wrote, mine)[0].items] == ["一改", "二"]


def test_moving_and_writing_at_once():
    moved = Draft(BASE.lines, [point("b", text="二"), point("a", text="一")])
    wrote = Draft(BASE.lines, [point("a", text="一改"), point("b", text="二")])
    for mine, theirs in ((moved, wrote), (wrote, moved)):
        merged, clashes = together(BASE, mine, theirs)
        assert [one["text"] for one in merged.items] == ["二", "一改"] and not clashes


def test_stamps_that_are_none():
    for text in ("", "x", "[]", "{}", "[{}, 5]", "[{}, [[1]]]", '[{}, [["a", ["x"]]]]', "null", "[" * 5000):
        assert read_stamps(text) is None, text


@settings(max_examples=300, deadline=None)
@given(DRAFTS, DRAFTS, DRAFTS)
def test_nothing_written_by_either_is_lost(base, mine, theirs):
    merged, clashes = together(base, mine, theirs)
    named = {(one.item, one.field): (one.mine, one.theirs) for one in clashes}
    was = {one["id"]: one for one in base.items}
    now = {one["id"]: one for one in merged.items}
    assert len(now) == len(merged.items)
    for draft in (mine, theirs):
        for one in draft.items:
            for part in PARTS:
                if one[part] != was.get(one["id"], {}).get(part):  # somebody wrote this
                    assert now[one["id"]][part] == one[part] or one[part] in named[one["id"], part]
        for name, text in draft.lines.items():
            if text != base.lines[name]:
                assert merged.lines[name] == text or text in named["", name]


@settings(max_examples=100, deadline=None)
@given(DRAFTS, DRAFTS)
def test_alone_everything_is_as_typed(base, mine):
    assert together(base, mine, base) == (Draft(mine.lines, list(mine.items)), [])
    assert together(base, base, mine) == (Draft(mine.lines, list(mine.items)), [])
