"""Pure: which days are workdays, counted the way the law counts (R04)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class Calendar:
    """Days that differ from Monday to Friday; a year with none entered is not known."""

    days: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day."""
        return self.days.get(day, day.weekday() < 5)

    def known(self, year: int) -> bool:
        """Whether the holiday arrangement of this year has been entered."""
        return any(day.year == year for day in self.days)

    def add(self, day: date, count: int) -> date:
        """The day `count` workdays after `day`, which itself does not count (民法典 201)."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Workdays after `start` up to and including `end`; negative where `end` lies before."""
        if end < start:
            return -self.between(end, start)
        span = (end - start).days
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, span + 1))

    def next_workday(self, day: date) -> date:
        """The day itself, or the first workday after it."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def warnings(self, start: date, end: date) -> list[str]:
        """A sentence for every year in the span whose holidays nobody has entered yet."""
        return [
            f"{year}年的节假日安排尚未录入，暂按周一至周五为工作日计算。"
            for year in range(start.year, end.year + 1)
            if not self.known(year)
        ]
