"""Pure: when everything will be decided at the pace of the last workdays, against the day when feedback is due (R51)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from consult.drafts.holidays import Calendar

LOOKED = 5  # workdays before today whose pace counts
FAR = 500  # workdays ahead beyond which nothing sensible can be said


@dataclass(frozen=True)
class Forecast:
    """What can be said of the end of the work.

    `state` is "done" (nothing is open), "fresh" (nobody has begun), "idle" (nothing was decided in the workdays looked
    at), "far" (beyond FAR workdays) or "told", where `ready` is the day and `workdays` how many lie until then. `pace`
    is opinions a workday. `left` counts the workdays after today up to the due day, negative where it is over; `needed`
    is the pace that would still be in time, 0 where nothing would.
    """

    state: str
    open: int
    pace: float = 0.0
    workdays: int = 0
    ready: date | None = None
    due: date | None = None
    left: int = 0
    needed: int = 0
    late: int = 0

    @property
    def in_time(self) -> bool:
        """Whether `ready` is not behind the due day; only meant where the state is "told"."""
        return self.ready is not None and (self.due is None or self.ready <= self.due)


def forecast(open_: int, decided: Mapping[date, int], today: date, calendar: Calendar, due: date | None = None) -> Forecast:
    """The forecast for `open_` undecided opinions; `decided` says how many were decided on which day.

    The pace is that of the last LOOKED workdays before today; work of a weekend between counts to them. Today, which
    is not over, counts as one more workday only where that makes the pace higher, so a morning never slows it down.
    """
    left = calendar.between(today, due) if due else 0
    needed = math.ceil(open_ / left) if due and left > 0 else 0
    more = {"due": due, "left": left, "needed": needed}
    if open_ <= 0:
        return Forecast("done", 0, **more)
    if not any(number for day, number in decided.items() if day <= today):
        return Forecast("fresh", open_, **more)
    pace = _pace(decided, today, calendar)
    if not pace:
        return Forecast("idle", open_, **more)
    workdays = math.ceil(open_ / pace - 1e-9)
    if workdays > FAR:
        return Forecast("far", open_, pace, workdays, **more)
    ready = calendar.add(today, workdays)
    late = calendar.between(due, ready) if due and ready > due else 0
    return Forecast("told", open_, pace, workdays, ready, late=late, **more)


def _pace(decided: Mapping[date, int], today: date, calendar: Calendar) -> float:
    begun = min(day for day, number in decided.items() if number and day <= today)
    day, workdays, count = today, 0, 0
    while workdays < LOOKED and day > begun:
        day -= timedelta(days=1)
        count += decided.get(day, 0)
        workdays += calendar.is_workday(day)
    now = decided.get(today, 0)
    before = count / max(workdays, 1)
    return max(before, (count + now) / (workdays + 1)) if now or count else 0.0
