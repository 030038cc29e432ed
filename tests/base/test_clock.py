"""Reading, showing and counting Shanghai time."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.base import clock
from consult.base.errors import Refused

TABLE = [
    ("2026-03-02", datetime(2026, 3, 1, 16, tzinfo=UTC)),
    ("2026-3-2", datetime(2026, 3, 1, 16, tzinfo=UTC)),
    ("2026-03-02T09:00", datetime(2026, 3, 2, 1, tzinfo=UTC)),
    (" 2026-03-02 9:00 ", datetime(2026, 3, 2, 1, tzinfo=UTC)),
    ("2026-03-02T09:00:30", datetime(2026, 3, 2, 1, 0, 30, tzinfo=UTC)),
    ("2026-03-02T00:00", datetime(2026, 3, 1, 16, tzinfo=UTC)),
    ("2026-03-02T24:00", datetime(2026, 3, 2, 16, tzinfo=UTC)),
    ("2026-12-31 24:00", datetime(2026, 12, 31, 16, tzinfo=UTC)),
    ("2024-02-29", datetime(2024, 2, 28, 16, tzinfo=UTC)),
    ("1990-07-01T12:00", datetime(1990, 7, 1, 3, tzinfo=UTC)),  # Shanghai kept summer time then
]
WRONG = [
    "", "now", "2026", "2026-03", "2026-13-01", "2026-02-29", "2026-00-10", "0000-01-01", "2026-03-02T25:00",
    "2026-03-02T24:01", "2026-03-02T09:60", "2026-03-02T09", "2026-03-02T09:00Z", "2026-03-02T09:00+08:00",
    "2026/03/02", "26-03-02", "0001-01-01", "9999-12-31T24:00", "20261-03-02", "2026-03-02T09:00:99",
]  # fmt: skip


@pytest.mark.parametrize(("text", "moment"), TABLE)
def test_typed_dates_are_shanghai_time(text: str, moment: datetime) -> None:
    assert clock.parse_local(text) == moment
    assert clock.parse_local(text).tzinfo is UTC


@pytest.mark.parametrize("text", WRONG)
def test_anything_else_is_refused_with_the_field(text: str) -> None:
    with pytest.raises(Refused) as caught:
        clock.parse_local(text, field="closes_at")
    assert caught.value.field == "closes_at"


def test_a_day_without_an_hour_lasts_to_its_end() -> None:
    assert clock.parse_local("2026-03-02", end_of_day=True) == clock.parse_local("2026-03-02T24:00")
    assert clock.parse_local("2026-03-02T09:00", end_of_day=True) == clock.parse_local("2026-03-02T09:00")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-04-03T00:00", "2026年4月2日 24时"),
        ("2026-01-01", "2025年12月31日 24时"),
        ("2026-04-02T17:00", "2026年4月2日 17:00"),
        ("2026-04-02T00:01", "2026年4月2日 00:01"),
    ],
)
def test_a_closing_instant_reads_as_people_say_it(text: str, shown: str) -> None:
    assert clock.show_closing(clock.parse_local(text)) == shown


def test_dates_have_no_leading_zeros_and_nothing_shows_as_nothing() -> None:
    assert clock.show(clock.parse_local("2026-03-02T09:05")) == "2026年3月2日 09:05"
    assert clock.show_date(clock.parse_local("2026-11-22")) == "2026年11月22日"
    assert (clock.show(None), clock.show_date(None), clock.show_closing(None)) == ("", "", "")


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    start = clock.midnight(date(2026, 3, 2))
    assert clock.local_date(start) == date(2026, 3, 2)
    assert clock.local_date(start - timedelta(microseconds=1)) == date(2026, 3, 1)
    assert clock.local_date(start.astimezone(timezone(-timedelta(hours=10)))) == date(2026, 3, 2)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


@given(st.dates(date(1995, 1, 1), date(2200, 12, 31)), st.times(timezones=st.none()))
def test_what_is_shown_reads_back(day: date, hour: object) -> None:
    text = f"{day.isoformat()}T{hour:%H:%M}"
    moment = clock.parse_local(text)
    assert clock.local(moment).strftime("%Y-%m-%dT%H:%M") == text
    assert clock.local_date(moment) == day


@given(st.dates(date(1995, 1, 1), date(2200, 12, 31)))
def test_24_is_0_of_the_next_day(day: date) -> None:
    assert clock.parse_local(f"{day.isoformat()}T24:00") == clock.midnight(day + timedelta(days=1))
