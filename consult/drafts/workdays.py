"""The editable table of holidays and worked weekends (调休) behind every count of workdays."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.holidays import Calendar
from consult.drafts.models import CalendarDay

__all__ = ["Calendar", "read_calendar", "set_calendar"]


def read_calendar() -> Calendar:
    """The calendar of this installation."""
    table = CalendarDay.__table__
    return Calendar(
        {row.day: row.workday for row in db.session.execute(select(table.c.day, table.c.workday))}
    )


def set_calendar(actor: Actor, now: datetime, text: str) -> int:
    """Replace the days of the years named in `text`; one day a line: `2027-01-01 休 元旦` or `2027-01-03 班`.

    Returns how many days were written. Raises Refused naming the line that cannot be read.
    """
    actor.require("sysadmin", "office")
    days = [_day(number, line) for number, line in enumerate(clean_input(text, "days").splitlines(), 1) if line.strip()]
    if not days:
        raise Refused("请至少写一天，例如：2027-01-01 休 元旦。", "days")
    for year in {one.day.year for one in days}:
        start, end = date(year, 1, 1), date(year, 12, 31)
        db.session.query(CalendarDay).where(CalendarDay.day.between(start, end)).delete()
    kept = list({one.day: one for one in days}.values())
    db.session.add_all(kept)
    db.session.flush()
    record(actor, "set_calendar", "calendar", now, days=len(kept), years=calendar_digests(kept))
    return len(kept)


def calendar_digests(days: Iterable[CalendarDay]) -> dict[str, str]:
    """year → SHA-256 over its days, whether they are worked, and their names."""
    years: dict[str, list[tuple[str, bool, str]]] = defaultdict(list)
    for one in days:
        years[str(one.day.year)].append((one.day.isoformat(), one.workday, one.name))
    return {year: digest(sorted(facts)) for year, facts in years.items()}


def _day(number: int, line: str) -> CalendarDay:
    parts = line.split()
    try:
        day = date.fromisoformat(parts[0])
        workday = {"休": False, "班": True}[parts[1]]
    except (ValueError, KeyError, IndexError):
        raise Refused(
            f"第 {number} 行“{line.strip()[:30]}”看不懂，请写成：2027-01-01 休 元旦。", "days"
        ) from None
    return CalendarDay(day=day, workday=workday, name=" ".join(parts[2:])[:40])
