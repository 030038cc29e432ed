"""When the work is done at the present pace: tables of cases, and what holds whatever was decided when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.holidays import Calendar
from consult.review.forecast import FAR, forecast

MONDAY = date(2026, 3, 9)
PLAIN = Calendar()


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


CASES = {
    "nothing is open": (0, {day(0): 4}, 0, "done", 0.0, None),
    "nobody has begun": (9, {}, 0, "fresh", 0.0, None),
    "the last week nothing": (9, {day(-20): 3}, 0, "idle", 0.0, None),
    "five full days of ten": (30, {day(n): 10 for n in range(-7, -2)}, 0, "told", 10.0, day(3)),
    "a morning does not slow it down": (30, {day(n): 10 for n in range(-7, -2)} | {day(0): 1}, 0, "told", 10.0, day(3)),
    "a busy today helps": (36, {day(n): 10 for n in range(-7, -2)} | {day(0): 22}, 0, "told", 12.0, day(3)),
    "begun today": (12, {day(0): 4}, 0, "told", 4.0, day(3)),
    "begun two days ago": (10, {day(2): 5, day(3): 5}, 4, "told", 5.0, day(8)),
    "work of a weekend counts": (10, {day(-2): 5}, 0, "told", 5.0, day(2)),
    "a slow week over the next weekend": (4, {day(n): 1 for n in range(-7, -2)}, 0, "told", 1.0, day(4)),
    "never": (FAR + 1, {day(n): 1 for n in range(-7, -2)}, 0, "far", 1.0, None),
    "decided tomorrow by a wrong clock": (5, {day(1): 3}, 0, "fresh", 0.0, None),
}


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_told(name: str) -> None:
    open_, decided, today, state, pace, ready = CASES[name]
    found = forecast(open_, decided, day(today), PLAIN)
    assert (found.state, round(found.pace, 6), found.ready) == (state, pace, ready)


def test_against_the_day_of_feedback() -> None:
    week = {day(n): 10 for n in range(-7, -2)}
    early = forecast(30, week, MONDAY, PLAIN, due=day(4))
    assert early.in_time and early.late == 0 and early.left == 4 and early.needed == 8
    late = forecast(80, week, MONDAY, PLAIN, due=day(4))
    assert late.ready == day(10) and not late.in_time and late.late == 4 and late.needed == 20
    over = forecast(80, week, MONDAY, PLAIN, due=day(-4))
    assert over.left == -2 and over.needed == 0 and not over.in_time


def test_holidays_are_no_workdays() -> None:
    closed = Calendar({day(n): False for n in range(1, 5)})
    assert forecast(10, {day(0): 10}, MONDAY, closed).ready == day(7)


DECIDED = st.dictionaries(st.integers(-40, 0).map(day), st.integers(0, 500), max_size=30)


@given(st.integers(0, 5000), DECIDED, st.integers(-3, 3).map(day))
def test_the_day_is_a_workday_and_the_pace_reaches_it(open_: int, decided: dict[date, int], due: date) -> None:
    found = forecast(open_, decided, MONDAY, PLAIN, due)
    assert found.open == open_ and (found.state == "done") == (open_ == 0)
    if found.state == "told":
        assert found.ready and PLAIN.is_workday(found.ready) and found.ready > MONDAY
        assert PLAIN.between(MONDAY, found.ready) == found.workdays
        assert found.pace * found.workdays >= open_ - 1e-6 > found.pace * (found.workdays - 1) - 1e-6
        assert (found.late > 0) == (not found.in_time)


@given(st.integers(1, 5000), DECIDED, st.integers(1, 400))
def test_more_work_today_never_puts_the_end_off(open_: int, decided: dict[date, int], more: int) -> None:
    before = forecast(open_, decided, MONDAY, PLAIN)
    after = forecast(open_, decided | {MONDAY: decided.get(MONDAY, 0) + more}, MONDAY, PLAIN)
    assert after.state in ("told", "far") and after.pace >= before.pace
