"""Dates and hours as notices print them, in order, with what stands around each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from consult.drafts.numerals import chinese_to_int

_CN = "〇零一二三四五六七八九十"
_DAY = re.compile(
    r"(?<!\d)(?P<y>20\d{2}|19\d{2})(?:年(?P<m>\d{1,2})月(?P<d>\d{1,2})(?:日|号|(?=[^\d]|$))|[-./](?P<m2>\d{1,2})[-./](?P<d2>\d{1,2}))"
    rf"|(?P<cy>[{_CN}0]{{4}})年(?P<cm>[{_CN}]{{1,3}})月(?P<cd>[{_CN}]{{1,3}})[日号]?"
    r"|(?<![\d.:年])(?<!\d-)(?P<my>(?:今年|本年|同年|次年|明年)?)(?P<m3>\d{1,2})月(?P<d3>\d{1,2})[日号]"
    rf"|(?<![{_CN}年])(?P<cm3>[{_CN}]{{1,3}})月(?P<cd3>[{_CN}]{{1,3}})[日号]"
    r"|(?<=[至到—~-])(?P<d4>\d{1,2})日"
    r"|(?<!\d)(?P<packed>20\d{2}[01]?\d[0-3]?\d?)(?=\d{1,2}:\d{2}|日|前|止|之前|以前)"
)
_HOUR = re.compile(
    r"\(?(?:星期|周|礼拜)?[一二三四五六日天]?\)?,?(?P<half>上午|下午|晚上|晚|中午|早上)?(?P<h>\d{1,2})(?::|时|点)(?P<min>\d{2})?分?(?P<half_hour>半)?(?:整)?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date with what was printed of it: `year` None where it is missing, `hour` (h, min) or None.

    `before` and `after` are the characters around it in the text without white space, `start` its offset.
    """

    year: int | None
    month: int
    day: int
    hour: tuple[int, int] | None
    before: str
    after: str
    start: int

    def iso(self) -> str | None:
        """YYYY-MM-DD or YYYY-MM-DDTHH:MM as printed; None where there is no such day or the year is open."""
        if self.year is None or _day(self.year, self.month, self.day) is None:
            return None
        stamp = f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        return f"{stamp}T{self.hour[0]:02d}:{self.hour[1]:02d}" if self.hour else stamp

    def in_year_of(self, other: "Moment | None") -> "Moment":
        """With the year taken from an earlier date: the next such day that is not before it."""
        if self.year is not None or other is None or other.year is None:
            return self
        later = (self.month, self.day) >= (other.month, other.day)
        return replace(self, year=other.year if later else other.year + 1)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moments(bare: str) -> Iterator[Moment]:
    """All dates of a unified text without white space, in order; impossible days are left out."""
    previous: Moment | None = None
    for match in _DAY.finditer(bare):
        for year, month, day, end in _numbers(match, previous):
            if _day(year or 2000, month, day) is None:
                continue
            hour, end = _hour(bare, end)
            before = bare[max(0, match.start() - 24) : match.start()]
            previous = Moment(year, month, day, hour, before, bare[end : end + 16], match.start())
            yield previous
            break


def _numbers(match: re.Match[str], previous: Moment | None) -> list[tuple[int | None, int, int, int]]:
    found = match.groupdict()
    end = match.end()
    if found["packed"]:
        return [(y, m, d, match.start() + used) for y, m, d, used in _unpacked(found["packed"])]
    if found["y"]:
        return [(int(found["y"]), int(found["m"] or found["m2"]), int(found["d"] or found["d2"]), end)]
    if found["cy"]:
        return [(_chinese(found["cy"]), _chinese(found["cm"]), _chinese(found["cd"]), end)]
    if found["m3"]:
        return [(None, int(found["m3"]), int(found["d3"]), end)]
    if found["cm3"]:
        return [(None, _chinese(found["cm3"]), _chinese(found["cd3"]), end)]
    if previous and found["d4"]:
        return [(previous.year, previous.month, int(found["d4"]), end)]
    return []


def _chinese(numeral: str) -> int:
    return chinese_to_int(numeral.replace("0", "〇")) or 0


def _unpacked(digits: str) -> list[tuple[int, int, int, int]]:
    """20171027 whose 年月日 were lost: every way to read month and day, two digits first; with digits used."""
    year, rest = int(digits[:4]), digits[4:]
    splits = ((2, 2), (2, 1), (1, 2), (1, 1))
    return [
        (year, int(rest[:m]), int(rest[m : m + d]), 4 + m + d)
        for m, d in splits
        if len(rest) == m + d and 1 <= int(rest[:m]) <= 12 and 1 <= int(rest[m : m + d]) <= 31
    ]


def _hour(bare: str, end: int) -> tuple[tuple[int, int] | None, int]:
    """The hour right after a date: 17:00, 下午5时, 24时; and where it ends."""
    match = _HOUR.match(bare, end)
    if not match:
        return None, end
    hour, minute = int(match["h"]), int(match["min"] or (30 if match["half_hour"] else 0))
    if match["half"] in ("下午", "晚上", "晚") and hour < 12 or match["half"] == "中午" and hour < 3:
        hour += 12
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None, end
    return (hour, minute), match.end()
