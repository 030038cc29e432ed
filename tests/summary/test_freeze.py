"""What a result keeps: days, outline, table and changed clauses; and that old results keep their digest."""

from datetime import UTC, date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from consult.base.crypto import digest
from consult.base.db import db, transaction
from consult.base.errors import Conflict
from consult.drafts import find as drafts
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.review.words import OUTCOMES
from consult.summary import find, freeze, release, verify
from consult.summary.models import Release, ReleaseRow
from consult.summary.seal import Seal
from consult.summary.tally import day_of
from tests.factories.people import later, make_project, send
from tests.factories.versions import publish_next
from tests.summary.releasing import approve, approve_formal, publish, refused, table_of
from tests.summary.world import AFTER, OPEN, WHY, make_world, rule, rule_all

plain = st.recursive(st.none() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one))


@given(st.lists(plain), st.lists(plain))
def test_a_seal_is_the_digest_of_the_whole_list(before: list[object], inside: list[object]) -> None:
    sealed = Seal()
    for one in before:
        sealed.add(one)
    assert sealed.digest() == digest(before)
    assert sealed.add(iter(inside)).digest() == digest([*before, inside])
    assert sealed.add("x").digest() == digest([*before, inside, "x"])


def test_days_clauses_and_outcomes_each_add_up(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    approve_formal(world.id)
    approve()
    row = publish()
    numbers, rows = row.numbers, table_of(row)
    assert sum(numbers["by_day"].values()) == numbers["received"] == 22
    assert numbers["by_day"] == {"2026-03-05": 1, "2026-03-10": 21}, "a letter counts on the day it came in"
    clauses = numbers["by_clause"]
    assert sum(number for _, number in clauses.values()) == numbers["valid"] == sum(one.likes for one in rows)
    for key, (_, number) in clauses.items():
        assert number == sum(one.likes for one in rows if one.clause_key == key)
    assert list(clauses) == ["", "c1", "a1", "a2", "c2", "a3", "a4", "a5"] and clauses["a5"] == ["第五条", 0]
    for code, outcome in OUTCOMES.items():
        likes = sum(one.likes for one in rows if one.outcome == outcome)
        assert find.table_page(row, None, code, 1, 50).likes == likes
        fourth = sum(one.likes for one in rows if one.outcome == outcome and one.clause_key == "a4")
        assert find.table_page(row, "a4", code, 1, 50).likes == fourth


def test_items_stand_in_the_outline_where_somebody_spoke_of_them(app: Flask) -> None:
    project = make_project()
    sent = send(project, [Item("a2-i2", "amend", "再省一点"), Item("a1", "other", "好")], sender=OPEN)
    for number in sent.comment_ids:
        rule(number, "adopted")
    approve()
    found = publish().numbers["by_clause"]
    assert list(found)[:5] == ["", "c1", "a1", "a2", "a2-i2"] and found["a2-i2"] == ["第二条第二项", 1]


def test_changed_clauses_stand_in_order_with_their_reasons_and_rows(app: Flask) -> None:
    project = make_project()
    sent = send(
        project,
        [Item("a4", "amend", "太慢", "三日"), Item("a3", "amend", "太远", "三十米"), Item("a3", "other", "太暗13812345678"),
         Item("a1", "other", "挺好"), Item(None, "other", "加一条奖励")],
        sender=OPEN,
    )  # fmt: skip
    slow, far, dark, fine, more = sent.comment_ids
    rule(slow, "adopted", new_wording="第四条　路灯损坏的，村民委员会应当在三日内修复。")
    rule(far, "adopted", new_wording="主路路灯间距不超过三十米。")
    rule(dark, "partly_adopted", "间距改小，就亮了，电话13812345678。", adopted_part="亮度", new_wording="主路路灯间距不超过三十米。")
    rule(fine, "already_covered", new_wording="为了方便村民夜间出行，规范村庄公共照明的建设和维护，制定本办法。")
    rule(more, "adopted", new_wording="增加一条：奖励。")
    approve()
    whole, third, fourth = publish().changes
    assert (whole["key"], whole["citation"], whole["before"], whole["after"]) == ("", "全文", "", "增加一条：奖励。")
    assert third["before"] == "主路路灯间距不超过四十米。" and third["after"] == "主路路灯间距不超过三十米。"
    assert third["reasons"] == [WHY, "间距改小，就亮了，电话138******78。"] and third["numbers"] == [3, 4]
    assert fourth["after"] == "路灯损坏的，村民委员会应当在三日内修复。", "the label is not part of the text"
    assert fourth["citation"] == "第四条" and fourth["numbers"] == [5]
    assert list(verify.faults(db.session())) == []


def test_what_units_wrote_changes_the_text_and_stays_internal(app: Flask) -> None:
    world = make_world()
    rule_all(world)
    formal = db.session.query(Comment).filter_by(text="间距改为三十米。").one().id
    rule(formal, "adopted", "水利局来函说照度不足，所以采纳。", new_wording="主路路灯间距不超过三十米。")
    approve_formal(world.id)
    approve()
    (one,) = [one for one in publish().changes if one["after"] == "主路路灯间距不超过三十米。"]
    assert one["key"] == "a3" and one["reasons"] == [] and one["numbers"] == []


def test_a_clause_worded_in_many_ways_is_cut_and_says_so(app: Flask) -> None:
    project = make_project()
    sent = send(project, [Item("a3", "amend", f"改为{number}米") for number in range(13)], sender=OPEN)
    for at, number in enumerate(sent.comment_ids):
        rule(number, "adopted", new_wording=f"主路路灯间距不超过{at}米。")
    approve()
    found = publish().changes
    assert len(found) == freeze.WORDINGS_MOST and {one["others"] for one in found} == {3}


def test_texts_of_an_older_version_are_set_beside_the_text_in_force(app: Flask) -> None:
    project = make_project()
    sent = send(project, [Item("a3", "amend", "太远")], sender=OPEN)
    publish_next(project, now=later(days=1))
    rule(sent.comment_ids[0], "adopted", new_wording="主路路灯间距不超过二十米。")
    approve()
    row = publish()
    (one,) = row.changes
    current = {c.key: c for c in drafts.clauses(drafts.current_version(drafts.by_slug("demo")).id)}
    assert one["before"] == current["a3"].text and one["citation"] == current["a3"].citation
    assert row.numbers["by_clause"]["a3"] == [current["a3"].citation, 1]


def test_a_result_of_old_keeps_its_digest_and_is_the_same(app: Flask) -> None:
    """As migration 0002 leaves it: rows without clause keys, numbers without days, no changes."""
    project = make_project()
    sent = send(project, [Item("a3", "amend", "太远"), Item(None, "other", "好")], sender=OPEN)
    for number in sent.comment_ids:
        rule(number, "adopted", new_wording="主路路灯间距不超过三十米。")
    approve()
    row = publish()
    names = ("number", "submitters", "citation", "opinion", "outcome", "reason", "likes")
    facts = [{name: getattr(one, name) for name in names} for one in table_of(row)]
    number = row.id
    with transaction():
        old = db.session.get_one(Release, number)
        old.numbers = {name: value for name, value in old.numbers.items() if name not in ("by_day", "by_clause")}
        old.changes = []
        db.session.query(ReleaseRow).update({"clause_key": ""})
    old = db.session.get_one(Release, number)
    moments = [at.astimezone(UTC).isoformat() for at in (old.approved_at, old.released_at)]
    before = digest([project.id, 1, old.notice, old.numbers, facts, old.approved_by, old.released_by, *moments])
    assert release.release_digest(db.session(), old) == before
    assert "已经公布过" in refused(publish, Conflict)


def test_rows_that_change_between_the_two_readings_are_not_published(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project()
    sent = send(project, [Item("a3", "amend", "太远")], sender=OPEN)
    rule(sent.comment_ids[0], "adopted")
    approve()
    monkeypatch.setattr(release, "store_rows", lambda *_: None)
    assert "没有公布" in refused(publish, Conflict)
    assert find.releases(project.id) == []


def test_pages_of_a_table_hold_every_row_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "SLICE", 3)
    project = make_project()
    for part in range(2):
        sent = send(project, [Item("a3", "amend", f"意见{part}-{at}") for at in range(10)], later(hours=part), OPEN)
        for at, number in enumerate(sent.comment_ids):
            rule(number, "adopted" if at % 3 else "deferred")
    approve()
    row = publish()
    pages = [find.table_page(row, "a3", None, number, 6) for number in (1, 2, 3, 4)]
    assert [one.number for page in pages for one in page.rows] == list(range(1, 21))
    assert {(page.pages, page.found, page.likes) for page in pages} == {(4, 20, 20)}
    assert find.table_page(row, None, "adopted", 99, 6).number == 2 and find.table_page(row, "a1", None, 1, 6).found == 0
    assert [one.outcome for one in find.table_page(row, "a3", "deferred", 1, 50).rows] == ["留作研究"] * 8


def test_a_letter_counts_on_the_day_it_came_in() -> None:
    assert day_of(AFTER, date(2026, 3, 5)) == "2026-03-05" and day_of(AFTER, None) == "2026-04-05"
