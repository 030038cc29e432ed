"""Statistics of a year over all projects (年终考评): what was asked, what came in, what became of it, who answered in time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.base.clock import local, local_date
from consult.drafts.models import KINDS, Consultation
from consult.drafts.period import last_day
from consult.drafts.rounds import first_ends
from consult.drafts.workdays import read_calendar
from consult.intake.words import CHANNELS
from consult.letters.find import counts
from consult.review.words import OUTCOMES
from consult.summary import survey
from consult.summary.models import Release
from consult.summary.table import Cell, Table
from consult.summary.walk import S

SHOWN = ("adopted", "partly_adopted", "not_adopted")  # named one by one; every other outcome counts among 其他
HEADINGS = {
    "项目": 26, "类别": 13, "起草单位": 18, "征求时间": 20, "天数": 7, "收到意见": 9, "来源渠道": 22, "采纳": 7,
    "部分采纳": 9, "不采纳": 8, "其他处理": 9, "征求单位": 9, "已复函": 8, "按时复函": 9, "反馈天数": 9, "按期反馈": 9,
    "满意度": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One project of a year. `outcomes` is empty and `days_to_result` None until a result is out; `in_time` is R51:
    True or False once it can be said. `score` is the mean of `answers` answers, 5 to 1."""

    slug: str
    title: str
    kind: str
    unit: str
    opens_at: datetime
    closes_at: datetime
    withdrawn: bool = False
    channels: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    replied: int = 0
    on_time: int = 0
    days_to_result: int | None = None
    in_time: bool | None = None
    answers: int = 0
    score: float | None = None

    @property
    def received(self) -> int:
        """Opinions of the public, withdrawn ones too."""
        return sum(self.channels.values())

    @property
    def days(self) -> int:
        """Days of the period, first and last included."""
        return (last_day(self.closes_at) - local_date(self.opens_at)).days + 1

    @property
    def others(self) -> int:
        """Opinions with an outcome that has no column of its own."""
        return sum(number for name, number in self.outcomes.items() if name not in SHOWN)


def years(session: Session) -> list[int]:
    """The years in which published projects opened, the newest first."""
    opened = session.scalars(select(Consultation.opens_at).where(Consultation.published_at.is_not(None)))
    return sorted({local(one).year for one in opened}, reverse=True)


def lines(session: Session, year: int, now: datetime, feedback_workdays: int, unit: str = "") -> list[Line]:
    """Every published project that opened in that year of Shanghai, of one drafting unit where it is named, in order."""
    query = select(Consultation).where(Consultation.published_at.is_not(None)).order_by(Consultation.opens_at, Consultation.id)
    projects = [one for one in session.scalars(query) if local(one.opens_at).year == year and unit in ("", one.drafting_unit)]
    numbers = [one.id for one in projects]
    received, results = _received(session, numbers), _results(session, numbers)
    calendar, ends = read_calendar(), first_ends()
    days = {one.id: last_day(ends.get(one.id, one.closes_at)) for one in projects}
    return [
        _line(one, now, received.get(one.id, {}), results.get(one.id), days[one.id], calendar.add(days[one.id], feedback_workdays))
        for one in projects
    ]


def _received(session: Session, numbers: Sequence[int]) -> dict[int, dict[str, int]]:
    """Project → channel → opinions of the public."""
    query = select(S.c.consultation_id, S.c.channel, func.sum(S.c.comment_count)).where(
        S.c.consultation_id.in_(numbers), S.c.channel != "formal"
    )
    found: dict[int, dict[str, int]] = {}
    for project, channel, count in session.execute(query.group_by(S.c.consultation_id, S.c.channel)):
        found.setdefault(project, {})[channel] = int(count)
    return found


def _results(session: Session, numbers: Sequence[int]) -> dict[int, tuple[datetime, dict[str, Any]]]:
    """Project → moment of its first result, numbers of its newest."""
    query = select(Release.consultation_id, Release.released_at, Release.numbers).where(Release.consultation_id.in_(numbers))
    found: dict[int, tuple[datetime, dict[str, Any]]] = {}
    for project, at, said in session.execute(query.order_by(Release.number)):
        found[project] = found[project][0] if project in found else at, said
    return found


def _line(one: Consultation, now: datetime, channels: dict[str, int], result: Any, ended: date, due: date) -> Line:
    """`ended` is the last day of the first period: the first result is due after it, whether or not it was asked again."""
    letters, answers = counts(one.id, now), survey.counts(one.id)
    given = sum(answers.values())
    day = local_date(result[0]) if result else None
    waiting = local_date(now) > due and not one.withdrawn_at
    numbers = result[1] if result else {}
    return Line(
        slug=one.slug, title=one.title, kind=one.kind, unit=one.drafting_unit, opens_at=one.opens_at, closes_at=one.closes_at,
        withdrawn=one.withdrawn_at is not None, channels=channels,
        outcomes=dict(numbers.get("by_outcome", {})) | ({"inadmissible": numbers["inadmissible"]} if numbers.get("inadmissible") else {}),
        asked=letters.sent, replied=letters.replied, on_time=letters.replied - letters.late,
        days_to_result=(day - ended).days if day else None,
        in_time=day <= due if day else False if waiting else None,
        answers=given, score=sum(score * number for score, number in answers.items()) / given if given else None,
    )  # fmt: skip


@dataclass(frozen=True)
class Sums:
    """The lines of a year together; every sum is over the same lines that the table shows."""

    projects: int
    by_kind: list[tuple[str, int]]
    by_channel: list[tuple[str, int]]
    by_outcome: list[tuple[str, int]]
    received: int
    asked: int
    replied: int
    on_time: int
    released: int
    in_time: int
    judged: int
    answers: int
    score: float | None


def sums(found: Iterable[Line]) -> Sums:
    """Add the lines up; the mean of satisfaction is over answers, not over projects."""
    held = list(found)
    kinds: Counter[str] = Counter(one.kind for one in held)
    channels: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for one in held:
        channels.update(one.channels)
        outcomes.update(one.outcomes)
    answers = sum(one.answers for one in held)
    return Sums(
        projects=len(held), by_kind=_named(KINDS, kinds), by_channel=_named(CHANNELS, channels), by_outcome=_named(OUTCOMES, outcomes),
        received=sum(one.received for one in held), asked=sum(one.asked for one in held), replied=sum(one.replied for one in held),
        on_time=sum(one.on_time for one in held), released=sum(one.days_to_result is not None for one in held),
        in_time=sum(one.in_time is True for one in held), judged=sum(one.in_time is not None for one in held),
        answers=answers, score=sum((one.score or 0) * one.answers for one in held) / answers if answers else None,
    )  # fmt: skip


def _named(names: dict[str, str], found: Counter[str]) -> list[tuple[str, int]]:
    return [(label, found[name]) for name, label in names.items() if found[name]]


def table(found: Sequence[Line], year: int, unit: str, now: datetime) -> Table:
    """The lines and their sum as a table to take away."""
    whole = sums(found)
    facts = (("起草单位", unit or "全部"), ("项目数", str(whole.projects)))
    return Table("year", f"{year}年公开征求意见情况统计表", tuple(HEADINGS), tuple(HEADINGS.values()), _rows(found, whole), facts, made_at=now)


def _rows(found: Sequence[Line], whole: Sums) -> Iterator[tuple[Cell, ...]]:
    yield from map(cells, found)
    channels = "、".join(f"{name} {number}" for name, number in whole.by_channel)
    outcomes = dict(whole.by_outcome)
    named = [outcomes.pop(OUTCOMES[name], 0) for name in SHOWN]
    yield ("合计", "", "", "", "", whole.received, channels, *named, sum(outcomes.values()), whole.asked, whole.replied,
           whole.on_time, "", f"{whole.in_time}/{whole.judged}", scored(whole.score, whole.answers))  # fmt: skip


def cells(one: Line) -> tuple[Cell, ...]:
    """A line in the order of HEADINGS; what is not known yet is empty, never 0."""
    out = one.days_to_result is not None
    ruled = [one.outcomes.get(name, 0) if out else "" for name in SHOWN]
    span = f"{local_date(one.opens_at).isoformat()} 至 {last_day(one.closes_at).isoformat()}"
    channels = "、".join(f"{CHANNELS.get(name, name)} {number}" for name, number in one.channels.items())
    return (
        one.title + ("（已撤回）" if one.withdrawn else ""), KINDS.get(one.kind, one.kind), one.unit, span, one.days, one.received,
        channels, *ruled, one.others if out else "", one.asked, one.replied, one.on_time,
        "" if one.days_to_result is None else one.days_to_result, "" if one.in_time is None else "是" if one.in_time else "否",
        scored(one.score, one.answers),
    )  # fmt: skip


def scored(score: float | None, answers: int) -> str:
    """The mean with how many answered: a mean of two says little."""
    return "" if score is None else f"{score:.1f}（{answers} 份）"
