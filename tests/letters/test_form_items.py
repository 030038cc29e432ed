"""Drafted points go out as rows of the form, are edited by other programs, and come back as the points that were typed."""

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consult.base.db import db, transaction
from consult.base.files import Upload, keep, sniff
from consult.intake.screen import Item
from consult.letters import find, reply
from consult.letters.form import row_id, stamp
from consult.letters.form_check import read
from consult.letters.form_difference import compare
from consult.letters.form_items import WORDING, Offered, changed, items_after, offer, words
from consult.letters.form_offer import asked_keys, offered
from consult.summary import verify
from tests.factories.people import NOW
from tests.letters.desk import Desk
from tests.letters.forms import CLAUSES, EMPTY, HANDS, WRITERS
from tests.letters.test_form_round import TEXTS, spoken

KEYS = [one.key for one in CLAUSES if one.commentable] + [None]
ITEMS = st.lists(
    st.builds(
        Item, st.sampled_from(KEYS), st.sampled_from(["amend", "oppose", "support", "question"]), TEXTS, st.just("") | TEXTS, TEXTS
    ),
    max_size=5,
)  # fmt: skip
EDITS = st.lists(st.tuples(st.integers(0, 99), TEXTS, TEXTS), max_size=4)
ADDED = st.lists(st.tuples(st.sampled_from(KEYS), TEXTS.filter(str.strip), TEXTS), max_size=3)
KINDS = pytest.mark.parametrize("kind", ["docx", "xlsx"])
RUNS = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
Edits = list[tuple[int, str, str]]
Added = list[tuple[str | None, str, str]]


def edited(kind: str, offered: Offered, edits: Edits, added: Added) -> bytes:
    """The form as somebody saves it who writes over rows and adds some."""
    one = HANDS[kind](WRITERS[kind](offered.form))
    for number, text, reason in edits:
        row = 1 + number % len(offered.form.rows)
        one.write(row, 3, text)
        one.write(row, 4, reason)
    cited = {piece.key: piece.citation for piece in offered.pieces}
    for key, text, reason in added:
        one.add(cited[key] if key else "全文", "", text, reason)
    return one.data()


def wanted(offered: Offered, edits: Edits, added: Added) -> list[Item]:
    """What the points should be then, by a plain reading of the rules."""
    rows = {number % len(offered.form.rows): (spoken(text), spoken(reason)) for number, text, reason in edits}
    stay: list[Item | None] = list(offered.items)
    more = []
    for number, (text, reason) in sorted(rows.items()):
        row = offered.form.rows[number]
        if stamp(text, reason) == stamp(row.text, row.reason):
            continue
        if row.row_id not in offered.at:
            more.append(Item(row.clause_key or None, "amend", text, "", reason))
        elif not text and not reason:
            stay[offered.at[row.row_id]] = None
        else:
            item = offered.items[offered.at[row.row_id]]
            stay[offered.at[row.row_id]] = changed(item, replace(row, text=text, reason=reason))
    more += [Item(key, "amend", text, "", spoken(reason)) for key, text, reason in added]
    return [one for one in stay if one is not None] + more


@KINDS
@RUNS
@given(items=ITEMS, edits=EDITS, added=ADDED)
def test_what_was_typed_in_the_form_is_what_the_points_are(kind: str, items: list[Item], edits: Edits, added: Added) -> None:
    offered = offer(EMPTY, CLAUSES, [], items)
    reading = read(edited(kind, offered, edits, added), offered.form, offered.pieces)
    assert reading.form is not None, reading.troubles
    difference = compare(reading.form, offered.form)
    assert not difference.conflicts and not difference.unplaced
    got = items_after(offered, difference)
    assert key_of(got) == key_of(wanted(offered, edits, added))


def key_of(items: list[Item]) -> list[tuple[object, ...]]:
    """What the points say, to be compared."""
    return [(one.clause_key or None, one.stance, one.text, one.proposed_text, one.reason) for one in items]


@given(items=ITEMS)
def test_every_point_is_in_a_row_or_aside(items: list[Item]) -> None:
    offered = offer(EMPTY, CLAUSES, [], items)
    assert len(offered.at) + len(offered.aside) == len(items) and len(set(offered.at.values())) == len(offered.at)
    rows = {row.row_id: row for row in offered.form.rows}
    for name, index in offered.at.items():
        item = items[index]
        assert (rows[name].text, rows[name].reason) == (words(item), item.reason)
        assert rows[name].clause_key == (item.clause_key or "")
    assert items_after(offered, compare(offered.form, offered.form)) == items


WORDED = Item("a3", "oppose", "间距太小。", "不超过六十米。", "造价")


@pytest.mark.parametrize(
    ("typed", "text", "wording"),
    [
        (f"间距太小。\n{WORDING}不超过五十米。", "间距太小。", "不超过五十米。"),
        (f"{WORDING}不超过五十米。", "", "不超过五十米。"),
        ("改写了。", "改写了。", ""),
        (f"一\n{WORDING}二\n{WORDING}三", f"一\n{WORDING}二\n{WORDING}三", ""),
        (f"另{WORDING}五", f"另{WORDING}五", ""),
        (f"间距太小。\n{WORDING}", f"间距太小。\n{WORDING}", ""),
    ],
)
def test_proposed_wording_is_kept_apart_where_it_can_be(typed: str, text: str, wording: str) -> None:
    row = next(row for row in offer(EMPTY, CLAUSES, [], [WORDED]).form.rows if row.row_id == row_id("a3", 1))
    item = changed(WORDED, replace(row, text=typed))
    assert (item.text, item.proposed_text, item.stance, item.clause_key) == (text, wording, "oppose", "a3")


def test_a_refused_change_leaves_what_is_there() -> None:
    now = offer(EMPTY, CLAUSES, [], [WORDED])
    rows = [replace(row, text="改写了。") if row.row_id == row_id("a3", 1) else row for row in now.form.rows]
    difference = compare(replace(now.form, rows=tuple(rows)), now.form)
    (place,) = [n for n, one in enumerate(difference.rows) if one.kind == "changed"]
    assert items_after(now, difference, [place]) == [WORDED]
    assert items_after(now, difference) == [replace(WORDED, text="改写了。", proposed_text="")]


def test_only_asked_clauses_stand_in_the_form(desk: Desk) -> None:
    with transaction():
        letter = find.by_id(desk.letter.id)
        letter.clause_keys = ["a2"]
    offer_ = offered(desk.keys, find.by_id(desk.letter.id), None)
    keys = [row.clause_key for row in offer_.form.rows]
    assert keys[0] == "a2" and "a2-i1" in keys and keys[-1] == "" and "a1" not in keys and "a3" not in keys
    assert asked_keys(find.by_id(desk.letter.id), offer_.pieces)[0] == "a2"  # type: ignore[arg-type]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@KINDS
@settings(RUNS, max_examples=5)
@given(items=ITEMS, edits=EDITS, added=ADDED)
@example(items=[WORDED], edits=[(0, "", "")], added=[("a3", "=1+1", "@SUM(A1)")])
def test_the_whole_way_through_the_database(
    app: Flask, desk: Desk, kind: str, items: list[Item], edits: Edits, added: Added
) -> None:
    """Drafted, handed out, edited, loaded back, confirmed: what is stored is what was typed."""
    known = {one.key for one in offered(desk.keys, desk.letter, None).pieces} | {None}
    items = [one for one in items if one.clause_key in known]
    added = [one for one in added if one[0] in known]
    present = find.current_reply(desk.letter.id)
    desk.save(present.edition if present else 0, answer="has_opinion", items=items)
    now = offered(desk.keys, desk.letter, find.current_reply(desk.letter.id))
    data = edited(kind, now, edits, added)
    reading = read(data, now.form, now.pieces)
    assert reading.form is not None, reading.troubles
    after = items_after(now, compare(reading.form, now.form))
    with transaction():
        stored = keep(Upload(f"表.{kind}", data), sniff(data) or "xlsx", app.config["SETTINGS"].files, desk.agent, NOW)
        opinion = find.current_reply(desk.letter.id)
        assert opinion is not None
        reply.save_reply(
            desk.agent, NOW, desk.letter, edition=opinion.edition, answer="has_opinion", items=after, form_file_id=stored.id
        )
    opinion = find.current_reply(desk.letter.id)
    assert opinion is not None and opinion.source == "form"
    parts = ("stance", "text", "proposed_text", "reason")
    kept = [(one["clause_key"] or None, *(one[part] for part in parts)) for one in opinion.items]
    assert kept == key_of(wanted(now, edits, added))
    assert list(verify.faults(db.session)) == []  # type: ignore[arg-type]
