"""No sequence of corrections loses a character of a document or breaks a path."""

import json
import random
from typing import Any

from documents import Printer
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.base.errors import Refused
from consult.drafts import mend
from consult.drafts.keys import arrange
from consult.drafts.mend_places import relined
from consult.drafts.mend_tree import depths_of, rebuilt
from consult.drafts.split import Source, Split, split
from tests.drafts.drawings import characters


def documents(seed: int) -> str:
    return Printer(random.Random(seed)).document().text


def assert_consistent(cut: Split) -> None:
    """Every path goes on from what is open; a paragraph belongs to something open; other kinds to nothing."""
    open_labels: tuple[str, ...] = ()
    for piece in cut.pieces:
        assert piece.label + piece.text
        if piece.kind == "clause":
            assert piece.path[-1] == piece.label
            assert piece.path[:-1] == open_labels[: len(piece.path) - 1]
            assert piece.level
            open_labels = piece.path
        elif piece.kind == "paragraph":
            assert piece.path == open_labels[: len(piece.path)]
            assert piece.level == ("paragraph" if piece.path else "")
        else:
            assert piece.path == () and piece.label == ""
            if piece.level == "attachment":
                open_labels = ()
    assert rebuilt(cut.pieces, depths_of(cut.pieces)) == cut.pieces
    nodes = arrange([(p.kind, p.level, p.label, p.path) for p in cut.pieces])
    assert len({node.key for node in nodes}) == len(nodes)


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    """Any edit, also such as cannot be done; indexes are taken modulo the length."""
    do = draw(st.sampled_from(["split_at", "merge_with_previous", "move_level", "retype", "new_document", "relabel"]))
    edit: dict[str, Any] = {"do": do, "index": draw(st.integers(0, 400))}
    if do == "split_at":
        edit["at"] = draw(st.integers(0, 60))
        if draw(st.booleans()):
            edit["label"] = draw(st.sampled_from(["", "第一条", "（一）", "take"]))
    if do == "move_level":
        edit |= {"way": draw(st.sampled_from(["deeper", "shallower"])), "run": draw(st.booleans())}
    if do == "retype":
        edit["kind"] = draw(st.sampled_from(sorted(mend.KINDS)))
        if draw(st.booleans()):
            edit["label"] = "take"
    if do == "relabel":
        edit["label"] = "take"
    return edit


def fitted(cut: Split, edit: dict[str, Any]) -> dict[str, Any]:
    """The edit for this document: an index that there is, a label that the piece may begin with."""
    edit = {**edit, "index": edit["index"] % len(cut.pieces)}
    if edit.get("label") == "take":
        piece = cut.pieces[edit["index"]]
        words = piece.text[edit["at"] :] if "at" in edit else piece.label + piece.text
        edit["label"] = words.strip()[:4]
    return edit


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 60), st.lists(edits(), max_size=14))
def test_no_sequence_of_edits_loses_a_character_or_breaks_a_path(seed: int, wanted: list[dict[str, Any]]) -> None:
    text = documents(seed)
    fresh = split(Source(text))
    states, done = [fresh], []
    for edit in wanted:
        edit = fitted(states[-1], edit)
        try:
            after = mend.apply(states[-1], edit)
        except Refused as refusal:
            assert refusal.message.endswith(("。", "？"))
            continue
        assert characters(after) == characters(fresh) == "".join(text.split())
        assert_consistent(after)
        states.append(after)
        done.append(edit)
    kept = json.loads(json.dumps(done, ensure_ascii=False))
    assert mend.replay(fresh, kept) == states[-1]
    for length in range(len(done)):  # undo is dropping the last
        assert mend.replay(fresh, kept[:length]) == states[length]
    lines = [piece.line for piece in relined(states[-1], text).pieces]
    assert lines == sorted(lines)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10_000))
def test_lines_and_paths_of_a_fresh_document_come_out_the_same(seed: int) -> None:
    text = documents(seed)
    fresh = split(Source(text))
    assert relined(fresh, text) == fresh
    assert rebuilt(fresh.pieces, depths_of(fresh.pieces)) == fresh.pieces
