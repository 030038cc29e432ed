"""The dashboard of a project: a sentence on how it stands, the outline as a strip of heat, then days, kinds, people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from consult.base.clock import local_date
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.drafts.questions import whole
from consult.drafts.rules import feedback_due
from consult.drafts.workdays import read_calendar
from consult.intake.words import CHANNELS, STANCES, SUBMITTER_KINDS
from consult.review.filtering import NOBODY, WHOLE
from consult.review.find import names_of
from consult.review.forecast import LOOKED, forecast
from consult.review.overview import Cell, Overview, Person, Span, overview, spans
from consult.review.words import OUTCOMES
from consult.summary.feedback import clocks
from consult.summary.linked import Bar, columns, lying, strip
from consult.web import moment, settings
from consult.web.reviewer import board
from consult.web.reviewer.heading import heading

WIDE, NARROW, HALF = 1200, 320, 640
HOTTEST, RULED = 8, 8


@dataclass(frozen=True)
class Line:
    """A row of a table: what, how many, the bar, where it leads."""

    name: str
    count: int
    bar: Markup
    href: str


def dashboard(slug: str) -> str:
    """How the work on a project stands."""
    project = board.project(slug)
    found, now = overview(project.id), moment()
    calendar, due = read_calendar(), None
    if board.status_of(project) in ("upcoming", "open", "reviewing"):
        due = feedback_due(project.closes_at, calendar, settings().feedback_workdays)
    wanted, closes = settings(), last_day(project.closes_at)
    days = spans(found.days, closes)
    return render_template(
        "reviewer/dashboard.html", **heading(project), found=found, LOOKED=LOOKED, WHOLE=WHOLE,
        clocks=clocks(project, now, calendar, wanted.feedback_workdays, wanted.reply_workdays),
        forecast=forecast(found.open + found.waiting, found.decided_days, local_date(now), calendar, due),
        warnings=calendar.warnings(local_date(now), due) if due and due > local_date(now) else [],
        outline=_strips(project, found.cells), cells=_named(project, found.cells), hottest=_hottest(project, found.cells),
        days=days, by_day=_columns(slug, days, closes), spans=[_span(slug, one) for one in days],
        ruled=_ruled(found.decided_days), tables=_tables(slug, found), people=_people(slug, found.people),
    )  # fmt: skip


def way(slug: str, **args: Any) -> str:
    """The list with this filter."""
    return url_for("reviewer.queue", slug=slug, **args)


def _named(project: Consultation, cells: Sequence[Cell]) -> list[tuple[Cell, str, str]]:
    """(cell, name, where it leads)."""
    called = whole(project.kind)
    return [
        (one, called if one.key == WHOLE else one.name, way(project.slug, clause=one.key)) for one in cells
    ]  # fmt: skip


def _strips(project: Consultation, cells: Sequence[Cell]) -> list[Markup]:
    """The same strip for wide and for narrow windows; the stylesheet shows one."""
    bars = [Bar(name, one.count, one.decided, href) for one, name, href in _named(project, cells)]
    return [Markup(strip("各条款的意见", bars, width)) for width in (WIDE, NARROW)]  # noqa: S704 -- made by linked


def _hottest(project: Consultation, cells: Sequence[Cell]) -> list[tuple[Cell, str, str, Markup]]:
    spoken = sorted((one for one in cells if one.count), key=lambda one: -one.count)[:HOTTEST]
    most = max((one.count for one in spoken), default=0)
    return [
        (one, name, href, Markup(lying(one.count, one.decided, most)))  # noqa: S704 -- made by linked
        for one, name, href in _named(project, spoken)
    ]


def _columns(slug: str, days: Sequence[Span], closes: date) -> list[Markup]:
    bars = [Bar(_called(one), one.count, 0, _span(slug, one)[2]) for one in days]
    last = max((at for at, one in enumerate(days) if one.until <= closes), default=-1)
    if not days:
        return []
    if not days[0].since <= closes <= days[-1].until:
        last = -1  # the deadline lies outside the picture
    names = (_short(days[0].since), _short(days[-1].until))
    return [
        Markup(columns("每天收到的意见", bars, names, width, last, "截止"))  # noqa: S704 -- made by linked
        for width in (HALF, NARROW)
    ]


def _span(slug: str, one: Span) -> tuple[Span, str, str]:
    return one, _called(one), way(slug, since=one.since.isoformat(), until=one.until.isoformat())


def _called(one: Span) -> str:
    return _short(one.since) + ("" if one.since == one.until else f"至{_short(one.until)}")


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _ruled(days: Mapping[date, int]) -> list[Line]:
    """How much was decided on the last days on which anything was; the newest first. No filter leads to a day."""
    newest = sorted((day for day in days if days[day]), reverse=True)[:RULED]
    most = max((days[day] for day in newest), default=0)
    return [Line(_short(day), days[day], Markup(lying(days[day], days[day], most)), "") for day in newest]  # noqa: S704


def _tables(slug: str, found: Overview) -> list[tuple[str, str, list[Line]]]:
    """(title, whose name the column bears, rows) of what is counted by a word."""
    tables = (
        ("处理意见", "outcome", OUTCOMES, found.outcomes),
        ("来源", "channel", CHANNELS, found.channels),
        ("意见类型", "stance", STANCES, found.stances),
        ("提出人身份", "kind", SUBMITTER_KINDS, found.kinds),
    )
    return [(title, name, list(_lines(slug, name, words, counts))) for title, name, words, counts in tables]


def _lines(slug: str, name: str, words: Mapping[str, str], counts: Mapping[str, int]) -> Iterable[Line]:
    most = max(counts.values(), default=0)
    for code, word in words.items():
        if number := counts.get(code, 0):
            bar = Markup(lying(number, 0, most))  # noqa: S704 -- made by linked
            # nobody can filter by a kind that was not given
            yield Line(word, number, bar, way(slug, **{name: code}) if code else "")


def _people(slug: str, people: Sequence[Person]) -> list[tuple[Person, str, str, Markup]]:
    names = names_of(one.ref for one in people if one.ref != NOBODY)
    most = max((one.todo + one.done for one in people), default=0)
    return [
        (one, names.get(one.ref, "还没有分给谁"), way(slug, assignee=one.ref, state="undecided"),
         Markup(lying(one.todo + one.done, one.done, most)))  # noqa: S704 -- made by linked
        for one in people
    ]  # fmt: skip
