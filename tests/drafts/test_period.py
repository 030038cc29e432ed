"""Minimum periods and closing instants as the law counts them (R02–R06)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.base.clock import midnight, parse_local, show_closing
from consult.base.errors import Conflict, Refused
from consult.drafts.holidays import Calendar
from consult.drafts.period import (
    DEFAULT_RULES,
    Minimum,
    earliest_last_day,
    end_of,
    extended,
    judge,
    last_day,
    require_open,
    require_reason,
    round_name,
)  # fmt: skip

PLAIN = Calendar({date(2026, 1, 1): False})
SPRING = Calendar(
    {date(2026, 2, day): False for day in range(16, 24)} | {date(2026, 2, 14): True, date(2026, 2, 28): True}
)


@pytest.mark.parametrize(
    ("opens", "minimum", "calendar", "expected"),
    [
        ("2026-03-02", Minimum(30), PLAIN, date(2026, 4, 1)),
        ("2026-03-02", Minimum(7, True), PLAIN, date(2026, 3, 11)),
        ("2026-02-13", Minimum(1, True), SPRING, date(2026, 2, 14)),
        ("2026-02-14", Minimum(1, True), SPRING, date(2026, 2, 24)),
        ("2026-03-06T23:59", Minimum(1, True), PLAIN, date(2026, 3, 9)),
        ("2024-02-28", Minimum(2), PLAIN, date(2024, 3, 1)),
    ],
)
def test_the_earliest_last_day(opens: str, minimum: Minimum, calendar: Calendar, expected: date) -> None:
    assert earliest_last_day(parse_local(opens), minimum, calendar) == expected


@pytest.mark.parametrize(
    ("closes", "short"),
    [
        ("2026-04-01T24:00", False),
        ("2026-04-01T17:00", False),
        ("2026-04-01T00:00", True),
        ("2026-03-31T24:00", True),
        ("2026-04-02T00:00", False),
    ],
)
def test_thirty_days_from_the_second_of_march(closes: str, short: bool) -> None:
    assert judge(parse_local("2026-03-02T09:00"), parse_local(closes), Minimum(30), PLAIN).short is short


def test_the_mianyang_seed_is_eighteen_days() -> None:
    opens, closes = parse_local("2017-10-09"), parse_local("2017-10-27T17:00")
    check = judge(opens, closes, DEFAULT_RULES["major_decision"][0], Calendar())
    assert (check.days, check.short) == (18, True)
    assert not judge(opens, closes, DEFAULT_RULES["normative"][0], Calendar()).short
    with pytest.raises(Refused) as refusal:
        require_reason(check, Minimum(30), "赶时间")
    assert refusal.value.field == "shorten_reason" and "2017-11-08" in refusal.value.message
    require_reason(check, Minimum(30), "上级要求十月底前报送，来不及等三十日")


def test_a_holiday_and_an_unknown_year_only_warn() -> None:
    check = judge(parse_local("2026-02-02"), parse_local("2026-02-16T24:00"), Minimum(7, True), SPRING)
    assert not check.short and "建议顺延到2月24日" in check.warnings[-1]
    assert (
        "2031年" in judge(parse_local("2031-01-06"), parse_local("2031-03-06T24:00"), Minimum(30), SPRING).warnings[0]
    )


@pytest.mark.parametrize(("at", "fits"), [(-1, False), (0, True), (99, True), (100, False), (101, False)])
def test_the_clock_is_exclusive_at_the_end(at: int, fits: bool) -> None:
    opens = parse_local("2026-03-02T09:00")
    closes, now = opens + timedelta(seconds=100), opens + timedelta(seconds=at)
    if fits:
        require_open(now, opens, closes)
    else:
        with pytest.raises(Conflict):
            require_open(now, opens, closes)


def test_midnight_reads_as_24_of_the_day_before() -> None:
    closes = parse_local("2026-03-31", end_of_day=True)
    assert closes == end_of(date(2026, 3, 31)) == parse_local("2026-04-01T00:00") == parse_local("2026-03-31T24:00")
    assert last_day(closes) == date(2026, 3, 31)
    assert show_closing(closes) == "2026年3月31日 24时"
    assert show_closing(parse_local("2026-03-31T17:00")) == "2026年3月31日 17:00"


def test_an_extension_only_ever_lengthens() -> None:
    before = parse_local("2026-04-01T24:00")
    with pytest.raises(Refused):
        extended(before, before, "应企业要求延长征求意见的期限")
    with pytest.raises(Refused):
        extended(before, before + timedelta(days=1), "短")
    extended(before, before + timedelta(days=1), "应企业要求延长征求意见的期限")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.booleans())
def test_the_earliest_last_day_is_never_short_and_the_day_before_always_is(start: date, days: int, work: bool) -> None:
    minimum = Minimum(days, work)
    end = earliest_last_day(midnight(start), minimum, SPRING)
    assert not judge(midnight(start), end_of(end), minimum, SPRING).short
    if days:
        assert judge(midnight(start), end_of(end - timedelta(days=1)), minimum, SPRING).short


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_between_undoes_add(start: date, count: int) -> None:
    assert SPRING.between(start, SPRING.add(start, count)) == count


@pytest.mark.parametrize(("number", "name"), [(1, "第一轮"), (2, "第二轮"), (3, "第三轮"), (11, "第十一轮")])
def test_periods_are_called_as_people_count_them(number: int, name: str) -> None:
    assert round_name(number) == name
