"""The dashboard's numbers: cells along the outline, spans of days, and that all of it adds up on both databases."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.base.db import transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.submit import Item, Sender
from consult.review import desk
from consult.review.desk_models import ClauseDuty
from consult.review.filtering import NOBODY, WHOLE
from consult.review.outline import OVER, Piece, cells
from consult.review.overview import MOST_SPANS, Span, overview, spans
from tests.factories.people import NOW, later, make_user, send
from tests.review.desk import REASON, group, rule, say, take_in

ARTICLES = [Piece(f"a{n}", "c1", "article", 1) for n in range(1, 10)]


def test_articles_are_cells_and_chapters_only_where_somebody_spoke_of_them() -> None:
    tree = [Piece("c1", "", "chapter", 0), *ARTICLES, Piece("a9-i1", "a9", "item", 3)]
    assert list(cells(tree)) == [one.key for one in ARTICLES]
    assert list(cells([Piece("c1", "", "chapter", 2), *tree[1:]]))[:2] == ["c1", "a1"]


def test_a_short_plan_is_shown_by_what_lies_under_its_headings() -> None:
    plan = [Piece("h1", "", "heading1", 0), Piece("h1-1", "h1", "heading2", 1), Piece("h1-2", "h1", "heading2", 0),
            Piece("h2", "", "heading1", 4), Piece("h2-1", "h2", "heading2", 1)]  # fmt: skip
    assert cells(plan) == {"h1-1": ["h1-1"], "h1-2": ["h1-2"], "h2": ["h2", "h2-1"]}
    assert cells([]) == {}


@st.composite
def trees(draw: st.DrawFn) -> list[Piece]:
    found: list[Piece] = []
    for n in range(draw(st.integers(0, 30))):
        above = draw(st.sampled_from(["", *(one.key for one in found)]))
        level = draw(st.sampled_from([*sorted(OVER), "article", "item", "heading1", "heading2"]))
        found.append(Piece(f"k{n}", above, level, draw(st.integers(0, 3))))
    return found


@given(trees())
def test_every_opinion_is_in_one_cell(tree: list[Piece]) -> None:
    held = [key for inside in cells(tree).values() for key in inside]
    assert len(held) == len(set(held))
    assert {one.key for one in tree if one.own} <= set(held)
    assert all(key == inside[0] for key, inside in cells(tree).items())


DAYS = st.dictionaries(st.integers(0, 3000).map(lambda n: date(2026, 1, 1) + timedelta(days=n)), st.integers(1, 9), min_size=1)


@given(DAYS, st.integers(-100, 3100).map(lambda n: date(2026, 1, 1) + timedelta(days=n)))
def test_spans_hold_every_day_once_and_none_holds_both_sides_of_the_deadline(days: dict[date, int], closes: date) -> None:
    found = spans(days, closes)
    assert len(found) <= MOST_SPANS and sum(one.count for one in found) == sum(days.values())
    assert all(b.since - a.until == timedelta(days=1) for a, b in zip(found, found[1:], strict=False))
    assert all(one.late == (one.since > closes) and (one.late or one.until <= closes) for one in found)


def test_no_days_no_spans() -> None:
    assert spans({}, date(2026, 1, 1)) == []
    assert spans({date(2026, 1, 1): 2}, date(2026, 1, 2)) == [
        Span(date(2026, 1, 1), date(2026, 1, 1), 2), Span(date(2026, 1, 2), date(2026, 1, 2), 0),
    ]  # fmt: skip


@pytest.fixture
def busy(project: Consultation, reviewer: Actor) -> Consultation:
    """Six opinions, two of them alike; two rulings, one of them given again later."""
    for _ in range(2):
        say(project, "建议路灯间距改为三十米。", "a3")
    send(project, [Item("a2-i1", "question", "主路怎么认定？"), Item(None, "support")], sender=Sender(kind="enterprise"))
    say(project, "五日太长，改成两日。", "a4", now=later(days=1))
    send(project, [Item("a4", "oppose", "村里没有钱修。")], now=later(days=2))
    take_in(project)
    group(reviewer, project)
    rule(reviewer, 1, now=later(days=1))
    rule(reviewer, 5, "not_adopted", now=later(days=1), reason=REASON)
    rule(reviewer, 5, "adopted", 1, now=later(days=6))
    return project


def test_the_numbers_of_a_project(busy: Consultation, reviewer: Actor) -> None:
    found = overview(busy.id)
    assert (found.received, found.rows, found.open, found.decided, found.withdrawn) == (6, 5, 3, 3, 0)
    assert {one.key: (one.count, one.decided, one.opposed) for one in found.cells if one.count} == {
        WHOLE: (1, 0, 0), "a2-i1": (1, 0, 0), "a3": (2, 2, 0), "a4": (2, 1, 1),
    }  # fmt: skip
    assert [one.key for one in found.cells][:2] == [WHOLE, "a1"] and "c1" not in {one.key for one in found.cells}
    assert found.days == {date(2026, 3, 10): 4, date(2026, 3, 11): 1, date(2026, 3, 12): 1}
    assert found.decided_days == {date(2026, 3, 11): 3}, "the day of the first ruling, not of the second"
    assert found.outcomes == {"adopted": 3} and found.kinds["enterprise"] == 2 and found.people == []


def test_rows_made_anew_say_the_same(busy: Consultation) -> None:
    before = desk.counters(busy.id, "decided_day", "living", "outcome")
    with transaction():
        desk.rebuild([1, 2, 3, 4, 5, 6])
    assert desk.counters(busy.id, "decided_day", "living", "outcome") == before


def test_what_is_given_to_people(busy: Consultation, reviewer: Actor) -> None:
    other = make_user("reviewer")
    with transaction() as session:
        session.add(ClauseDuty(consultation_id=busy.id, clause_key="a3", assignee=other.ref, at=NOW, by=other.ref))
        session.add(ClauseDuty(consultation_id=busy.id, clause_key="a2", assignee=reviewer.ref, at=NOW, by=other.ref))
        session.flush()
        desk.rebuild([1, 2, 3, 4, 5, 6])
    people = {one.ref: (one.todo, one.done) for one in overview(busy.id).people}
    assert people == {reviewer.ref: (1, 0), other.ref: (0, 2), NOBODY: (2, 0)}
