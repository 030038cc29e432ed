"""Words with their additions marked: nothing is lost, and marks of another division stay where they were."""

from hypothesis import given
from hypothesis import strategies as st

from consult.review.marking import marked, together
from consult.review.sentences import same, sentences

TEXT = st.text(alphabet="甲乙丙1。！？；\n 　“”…,.a", max_size=60)


@given(text=TEXT, which=st.data())
def test_pieces_give_the_text_back_and_mark_the_wanted_sentences(text: str, which: st.DataObject) -> None:
    all_ = sentences(text)
    wanted = which.draw(st.sets(st.sampled_from(all_))) if all_ else set()
    kinds = {same(one): "new" for one in wanted}
    found = marked(text, kinds)
    assert "".join(part for _, part in found) == text
    said = ["".join(part.split()) for kind, part in found if kind]
    assert said == ["".join(one.split()) for one in all_ if same(one) in kinds]


@given(text=TEXT, cuts=st.lists(st.integers(0, 60)))
def test_two_divisions_as_one(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    parts = [(text[a:b], a) for a, b in zip(places, places[1:], strict=False)]
    pieces = marked(text, {same(one): "change" for one in sentences(text)[::2]})
    found = together(pieces, parts)
    assert [kind for kind, _ in found] == [kind for kind, _ in pieces]
    assert ["".join(words for words, _ in inside) for _, inside in found] == [words for _, words in pieces]
    again: dict[int, str] = {}
    for _, inside in found:
        for words, mark in inside:
            again[mark] = again.get(mark, "") + words
    assert again == {mark: words for words, mark in parts}
