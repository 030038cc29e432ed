"""The only reader of time: instants are aware and in UTC, people read and type Asia/Shanghai."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from consult.base.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")

_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?\Z")


def now() -> datetime:
    """The present instant in UTC. Stages never call this; faces and commands pass it in."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same instant on a Shanghai clock."""
    return moment.astimezone(SHANGHAI)


def local_date(moment: datetime) -> date:
    """The calendar day in Shanghai on which the instant falls."""
    return local(moment).date()


def midnight(day: date) -> datetime:
    """The first instant of a Shanghai day, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def parse_local(text: str, *, end_of_day: bool = False, field: str | None = None) -> datetime:
    """Read `2026-03-02`, `2026-03-02T09:00` or `2026-03-02 24:00` as Shanghai time; returns UTC.

    A bare date is 00:00 of that day, or with `end_of_day` 00:00 of the next: closing instants are
    exclusive, and a deadline without an hour lasts to the end of its day (domain rule R04).
    Raises Refused on anything else.
    """
    found = _MOMENT.match(text.strip())
    if not found:
        raise Refused("日期时间请写成 2026-03-02 或 2026-03-02T09:00。", field)
    year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups())
    try:
        start = midnight(date(year or 0, month or 0, day or 0))
        if hour is None:
            return midnight(local_date(start) + timedelta(days=1)) if end_of_day else start
        if hour == 24 and not minute and not second:
            return midnight(local_date(start) + timedelta(days=1))
        return datetime.combine(local_date(start), time(hour, minute or 0, second or 0), SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(f"没有“{text.strip()}”这个日期时间，请检查。", field) from None


def show_date(moment: datetime | None) -> str:
    """`2026年3月2日`, as official documents print dates (GB/T 9704: Arabic numerals, no leading zero)."""
    if moment is None:
        return ""
    day = local_date(moment)
    return f"{day.year}年{day.month}月{day.day}日"


def show(moment: datetime | None) -> str:
    """`2026年3月2日 09:00`."""
    return f"{show_date(moment)} {local(moment):%H:%M}" if moment else ""


def show_closing(moment: datetime | None) -> str:
    """A closing instant as people say it: midnight is 24时 of the day before (R04)."""
    if moment is None:
        return ""
    at = local(moment)
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return f"{show_date(moment - timedelta(seconds=1))} 24时"
    return show(moment)
