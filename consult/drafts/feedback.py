"""Pure: the clocks of R51: the result is due so many workdays after the deadline's day, sooner where answers were asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from consult.base.clock import local_date
from consult.drafts.holidays import Calendar
from consult.drafts.period import last_day

RESULT, REPLY = "result", "reply"
NAMES = {RESULT: "公布采纳情况", REPLY: "答复要求回复的人"}
BEFORE = (5, 1, 0)  # workdays before the last day on which somebody is reminded
MOST_COUNTED = 10_000  # who asked for an answer; a page says 1万多 beyond this
BEHIND = (1, 5, 10, 20, 40)  # workdays after it


@dataclass(frozen=True)
class Clock:
    """One of NAMES: its last day, the workdays left until then (0 today, negative behind it), how many wait for it.

    `asked` are sendings that asked for an answer, MOST_COUNTED + 1 where there are more; the result itself is owed to
    everybody and counts 0.
    """

    name: str
    due: date
    left: int
    over: bool
    asked: int = 0

    @property
    def people(self) -> str:
        """`asked` as it is read."""
        return str(self.asked) if self.asked <= MOST_COUNTED else "1万多"

    @property
    def words(self) -> str:
        """How the office reads it, overdue plainly said."""
        if self.over:
            return f"已超期 {-self.left} 个工作日" if self.left else "已超期"
        return f"还剩 {self.left} 个工作日" if self.left else "今天到期"

    @property
    def urgent(self) -> bool:
        """Whether it is time to hurry, and not yet too late."""
        return not self.over and self.left <= BEFORE[0]


def clock(name: str, closes_at: datetime, now: datetime, calendar: Calendar, workdays: int, asked: int = 0) -> Clock:
    """The clock that began on the deadline's day, which itself does not count (R04); a warning, never a block (R51)."""
    today, due = local_date(now), calendar.add(last_day(closes_at), workdays)
    return Clock(name, due, calendar.between(today, due), today > due, asked)


def occasion(one: Clock, now: datetime, calendar: Calendar, before: Collection[int] = BEFORE) -> str:
    """The newest reminder that is due by now: `result:before:5:2026-05-08`, `reply:behind:1:…`; empty on a day off.

    The same until the next one comes, so that what a worker missed is made up for, and no more than that.
    """
    if not calendar.is_workday(local_date(now)):
        return ""
    if one.over:
        come = [days for days in BEHIND if days <= -one.left]
        return f"{one.name}:behind:{max(come)}:{one.due.isoformat()}" if come else ""
    come = [days for days in before if one.left <= days]
    return f"{one.name}:before:{min(come)}:{one.due.isoformat()}" if come else ""
