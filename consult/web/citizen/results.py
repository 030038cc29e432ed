"""The result: the announcement, the sums that balance, what changes in the draft, what became of every opinion."""

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request
from markupsafe import Markup

from consult.base.clock import local_date
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.period import last_day, round_name
from consult.drafts.questions import asks
from consult.drafts.redline import Change, redline
from consult.review.models import OUTCOMES
from consult.summary import picture, survey
from consult.summary.export import MIME
from consult.summary.find import by_citation, current_release, release_numbered, table_page
from consult.summary.models import Release
from consult.summary.notice_file import write_release
from consult.summary.published import Published, published
from consult.summary.table import ADOPTION
from consult.web import moment, settings
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card, due_day
from consult.web.citizen.shared import same_for_all
from consult.web.download import attachment
from consult.web.satisfied import named, survey_picture

ROWS = 50  # of the table on one page
NAMED_ROWS = 5  # of those that a change is due to
MOST_DAYS = 400  # more, and days without an opinion are left out
WHOLE = "-"  # what stands for 全文 in an address, where nothing at all means every clause
WIDTH = picture.NARROW
COUNTED = {"received": "收到", "withdrawn": "撤回", "inadmissible": "不予受理", "valid": "有效"}


@dataclass(frozen=True)
class Wanted:
    """What the reader asks of the table: one clause, one outcome (its code), a page."""

    clause: str = ""
    outcome: str = ""
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether some lines are left out."""
        return bool(self.clause or self.outcome)

    def address(self, **changes: object) -> str:
        """The same page with other wishes, as a link within it; what is asked for by nobody is not in it."""
        facts = {name: value for name, value in (vars(self) | changes).items() if value and (name, value) != ("page", 1)}
        return f"?{urlencode(facts)}#table"


@dataclass(frozen=True)
class Figure:
    """A picture with its numbers: (label, count, link to the lines of the table or nothing)."""

    name: str
    title: str
    heading: str
    svg: Markup
    rows: list[tuple[str, int, str]]
    note: str = ""


@citizen.get("/c/<slug>/result")
def result(slug: str) -> Response:
    """What was published last, or by when it will be."""
    project = find.public_by_slug(slug)
    release = current_release(project.id)
    if release is None:
        facts = {"card": card(project, moment(), False), "c": project, "due": due_day(project)}
        return same_for_all(render_template("citizen/result_waiting.html", **facts))
    return _page(project, release)


@citizen.get("/c/<slug>/result/<int:number>")
def one_result(slug: str, number: int) -> Response:
    """One of the results as it was published: what was corrected later stays readable."""
    project = find.public_by_slug(slug)
    return _page(project, release_numbered(project.id, number))


@citizen.get("/c/<slug>/result/<int:number>/notice.docx")
def notice_file(slug: str, number: int) -> Response:
    """The announcement of one result as a Word file."""
    project = find.public_by_slug(slug)
    release = release_numbered(project.id, number)
    with tempfile.TemporaryDirectory(prefix="export-", dir=settings().instance) as folder:
        path = Path(folder) / "notice.docx"
        write_release(release, path)
        return attachment(Response(path.read_bytes(), mimetype=MIME["docx"]), f"{project.slug}-采纳情况公告-{number}.docx")


def _page(project: Consultation, release: Release) -> Response:
    lines = [line for line in release.notice.split("\n") if line.strip()]
    clauses, wanted, out = _clauses(release), _wanted(), published(project)
    this = next(one for one in out if one.release.id == release.id)
    return same_for_all(render_template(
        "citizen/result.html", card=card(project, moment()), c=project, release=release, n=release.numbers,
        title=lines[0], paragraphs=lines[1:-2], signed=lines[-2:], outcomes=_outcomes(project, release), called=_called(project), clauses=clauses,
        figures=_figures(project, this, clauses), changes=_changes(release), wanted=wanted, whole=WHOLE,
        mended=_mended(project, this), headings=list(ADOPTION), out=out, this=this, turns=_turns(project, release),
        best=next(one for one in reversed(out) if one.period == this.period),
        table=_table(release, wanted), survey=_survey(project),
    ))  # fmt: skip


def _mended(project: Consultation, this: Published) -> tuple[int, int] | None:
    """(first, last) text of the period that the result answers, where the text was corrected while it ran."""
    texts = find.published_versions(project.id)
    during = [at for at, one in enumerate(texts) if at and one.purpose == "correction" and one.frozen_at and this.opened <= one.frozen_at < this.closes]
    return (texts[during[0] - 1].number, texts[during[-1]].number) if during else None


def _wanted() -> Wanted:
    """What the address asks for; a page that is no number is the first."""
    typed = request.args.get("page", "")
    page = int(typed) if typed.isdecimal() and len(typed) < 7 else 1
    return Wanted(request.args.get("clause", "")[:80], request.args.get("outcome", "")[:80], max(page, 1))


def _table(release: Release, wanted: Wanted) -> Any:
    """The lines that are wanted; a clause or outcome that is none has no lines."""
    # PostgreSQL takes no NUL and no half characters, not even to look for them
    clause = wanted.clause if wanted.clause.isprintable() else " "
    key = None if not clause else "" if clause == WHOLE else clause
    return table_page(release, key, wanted.outcome or None, wanted.page, ROWS)


def _survey(project: Consultation) -> dict[str, object] | None:
    """The question after a result; its figure only where enough answers are in. None where nobody is asked."""
    if not settings().survey:
        return None
    found, open_ = survey.public_counts(project.id), not (project.withdrawn_at or project.archived_at)
    figure = Markup(survey_picture(found)) if found else None  # noqa: S704 -- made by picture
    return {"question": survey.QUESTION, "open": open_, "figure": figure, "rows": named(found or {}), "least": survey.PUBLIC_FROM}


def _called(project: Consultation) -> dict[str, str]:
    """Words of results that speak of a draft → the words where there is none."""
    return {OUTCOMES["out_of_scope"]: "不属于征集范围"} if asks(project.kind) else {}


def _outcomes(project: Consultation, release: Release) -> list[tuple[str, str, int]]:
    """(code, name, opinions) of every outcome that occurred."""
    found = release.numbers.get("by_outcome", {})
    called = _called(project)
    return [(code, called.get(name, name), found[code]) for code, name in OUTCOMES.items() if found.get(code)]


def _turns(project: Consultation, release: Release) -> tuple[list[str], list[tuple[str, list[int]]]] | None:
    """(periods and the whole, [(what is counted, its numbers)]); None of a result that speaks of one period."""
    n, kept = release.numbers, release.numbers.get("rounds")
    if not kept:
        return None
    rows = [(name, [*(one[code] for one in kept), n[code]]) for code, name in COUNTED.items()]
    for code, name, whole in _outcomes(project, release):
        rows.append((name, [*(one["by_outcome"].get(code, 0) for one in kept), whole]))
    return [*(round_name(number) for number in range(1, len(kept) + 1)), "合计"], rows


def _clauses(release: Release) -> list[tuple[str, str, int]]:
    """(key as addresses have it, name, opinions) along the outline; of results of old only the last two."""
    kept = release.numbers.get("by_clause")
    if kept is None:
        return [("", name, count) for name, count in by_citation(release.id)]
    return [(key or WHOLE, name, count) for key, (name, count) in kept.items() if key or count]


def _figures(project: Consultation, this: Published, clauses: list[tuple[str, str, int]]) -> list[Figure]:
    """Pictures of what there is: outcomes, clauses, days."""
    release, found = this.release, list[Figure]()
    outcomes = _outcomes(project, release)
    if outcomes:
        named, tones = [one[1:] for one in outcomes], [picture.TONES.get(one[0], "calm") for one in outcomes]
        svg = picture.bars("处理结果", named, tones, WIDTH)
        rows = [(name, count, Wanted(outcome=code).address()) for code, name, count in outcomes]
        found.append(Figure("outcomes", "处理结果", "处理结果", Markup(svg), rows))  # noqa: S704 -- made by picture
        if not asks(project.kind):
            found.append(_outline(clauses))
    if release.numbers.get("by_day"):
        found.append(_days(project, this, release.numbers["by_day"]))
    return found


def _outline(clauses: list[tuple[str, str, int]]) -> Figure:
    svg = picture.heat("意见落在哪些条款", [one[1:] for one in clauses], WIDTH)
    spoken = [one for one in clauses if one[2]]
    most = max(spoken, key=lambda one: one[2])
    silent = len(clauses) - len(spoken)
    note = f"从左到右按草案的顺序排列。意见最多的是{most[1]}，{most[2]:,} 条。"
    note += f"没有人提意见的有 {silent} 处，表里不列。" if silent else ""
    rows = [(name, count, Wanted(clause=key).address() if key else "") for key, name, count in spoken]
    return Figure("outline", "意见落在哪些条款", "条款", Markup(svg), rows, note)  # noqa: S704 -- made by picture


def _days(project: Consultation, this: Published, found: dict[str, int]) -> Figure:
    """Every day of the period that the result answers and of late arrivals, also those on which nothing came in."""
    last = last_day(this.closes)
    values = _filled(found, local_date(this.opened), last)
    svg = picture.days("每天收到的意见数", values, WIDTH, last.isoformat())
    day, most = max(found.items(), key=lambda one: one[1])
    note = f"最多的一天是{_said(date.fromisoformat(day))}，{most:,} 条。红色竖线是{this.round}截止日{_said(last)}。"
    if late := sum(number for one, number in found.items() if one > last.isoformat()):
        note += f"竖线右边是截止以后才到的 {late:,} 条。"
    rows = [(_said(date.fromisoformat(one)), number, "") for one, number in found.items()]
    return Figure("days", "每天收到多少条", "日期", Markup(svg), rows, note)  # noqa: S704 -- made by picture


def _filled(found: dict[str, int], opens: date, closes: date) -> list[tuple[str, int]]:
    known = [date.fromisoformat(one) for one in found]
    first, last = min([*known, opens]), max([*known, closes])
    if (last - first).days > MOST_DAYS:
        return list(found.items())
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day.isoformat(), found.get(day.isoformat(), 0)) for day in every]


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _changes(release: Release) -> list[dict[str, Any]]:
    """The changed clauses: {key, citation, others, wordings: [{parts, reasons, rows, more}]}, in the order of the text.

    `rows` are (number, link) of the first lines that led to the wording, `more` counts the others.
    """
    found = []
    for key, part in groupby(release.changes, key=lambda one: one["key"]):
        same = list(part)
        wordings = [
            {
                "parts": _redline(one["before"], one["after"]), "reasons": one["reasons"],
                "rows": [(number, row_address(number)) for number in one["numbers"][:NAMED_ROWS]],
                "more": max(0, len(one["numbers"]) - NAMED_ROWS),
            }
            for one in same
        ]  # fmt: skip
        found.append({"key": key, "citation": same[0]["citation"], "others": same[0]["others"], "wordings": wordings})
    return found


@lru_cache(maxsize=512)
def _redline(before: str, after: str) -> tuple[Change, ...]:
    return tuple(redline(before, after))


def row_address(number: int) -> str:
    """Where a line of the whole table stands."""
    page = (number - 1) // ROWS + 1
    return f"{f'?page={page}' if page > 1 else '?'}#r{number}"
