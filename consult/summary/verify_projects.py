"""Verify, projects: what is said of each, its period and its end stand as they were published; and the rules of time."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.drafts.models import CalendarDay, Consultation, Extension, PeriodRule, Round, Version
from consult.drafts.publish import published_digest
from consult.drafts.workdays import calendar_digests
from consult.summary.entries import Entry, entries, moment, of_project

ACTIONS = ("load", "clear_secrecy", "publish", "extend", "open_round", "withdraw_project")
History = dict[str, list[Entry]]


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the projects and what was recorded of them."""
    said: dict[str, History] = defaultdict(lambda: defaultdict(list))
    for entry in entries(session, *ACTIONS):
        said[entry.subject][entry.action].append(entry)
    longer = defaultdict(list)
    for row in session.scalars(select(Extension).order_by(Extension.id)):
        longer[row.consultation_id].append(row)
    again = defaultdict(list)
    for further in session.scalars(select(Round).order_by(Round.id)):
        again[further.consultation_id].append(further)
    numbers = dict(session.execute(select(Version.id, Version.number)).all())  # type: ignore[arg-type]
    for one in session.scalars(of_project(select(Consultation), Consultation.id, consultation_id)):
        history = said.pop(f"consultation:{one.id}", defaultdict(list))
        for fault in (*_published(one, history, again[one.id]), *_extended(history, longer[one.id]), *_again(one, history, again[one.id], numbers), *_ended(one, history)):
            yield f"项目“{one.title}”{fault}"
    if consultation_id is None:
        for subject, history in said.items():
            if history["load"]:
                yield f"项目 {subject.partition(':')[2]} 记录在审计日志中，数据库里却没有"
        yield from _rules(session)
        yield from _calendar(session)


def _published(one: Consultation, history: History, again: Sequence[Round]) -> Iterator[str]:
    loaded, cleared, published = history["load"], history["clear_secrecy"], history["publish"]
    if not loaded or (loaded[0].at, loaded[0].actor) != (one.created_at, one.created_by):
        yield "的载入记录与审计日志不一致"
    if one.secrecy_at and (one.secrecy_at, one.secrecy_by, one.secrecy_digest) not in [
        (entry.at, entry.actor, entry.facts["digest"]) for entry in cleared
    ]:
        yield "的保密审查与审计日志不一致"
    if not published:
        return  # a project that says it is published all the same is reported with its deadline
    if (published[-1].at, published[-1].actor) != (one.published_at, one.published_by):
        yield "的发布时间、发布人与审计日志不一致"
    if published[-1].facts["described"] != published_digest(as_published(one, again)):
        yield "的标题、说明、开始时间或者联系方式与发布时不一致"


def as_published(one: Any, again: Sequence[Any]) -> Any:
    """The project with the opening and the reason for a short period that it was first published with."""
    if not again:
        return one
    facts = {column.name: getattr(one, column.name) for column in Consultation.__table__.columns}
    return SimpleNamespace(**facts | {"opens_at": again[0].before_opens_at, "shorten_reason": again[0].before_reason})


def _again(one: Consultation, history: History, rows: Sequence[Round], numbers: Mapping[int, int]) -> Iterator[str]:
    """Further periods as they were opened, each after the one before it; the last is the one that counts."""
    stated = [
        (entry.facts["version"], moment(entry.facts["before"]), moment(entry.facts["after"]), entry.facts["digest"], entry.at, entry.actor)
        for entry in history["open_round"]
    ]
    if stated != [
        (numbers.get(row.version_id), row.before_closes_at, row.closes_at, digest(row.shorten_reason), row.at, row.by)
        for row in rows
    ]:
        yield "的再次征求意见与审计日志不一致"
    following = [(row.before_opens_at, row.before_reason) for row in rows[1:]] + [(one.opens_at, one.shorten_reason)]
    if any((row.opens_at, row.shorten_reason) != after for row, after in zip(rows, following, strict=False)):
        yield "的各次征求意见的起止时间不相接"


def _extended(history: History, rows: Sequence[Extension]) -> Iterator[str]:
    stated = [
        (moment(entry.facts["before"]), moment(entry.facts["after"]), entry.facts["digest"], entry.at, entry.actor)
        for entry in history["extend"]
    ]
    if stated != [(row.before, row.after, digest(row.reason), row.at, row.by) for row in rows]:
        yield "的延期记录与审计日志不一致"


def _ended(one: Consultation, history: History) -> Iterator[str]:
    stated = [(entry.at, entry.facts["digest"]) for entry in history["withdraw_project"]]
    stored = [(one.withdrawn_at, digest(one.withdraw_reason))] if one.withdrawn_at or one.withdraw_reason else []
    if stated != stored:
        yield "的撤回情况与审计日志不一致"
    if one.archived_at:
        yield "标为已归档，审计日志中没有归档记录"


def _rules(session: Session) -> Iterator[str]:
    """Minimum periods that were changed by hand of the office, and by no other."""
    stated = {entry.facts["rule"]: entry.facts["digest"] for entry in entries(session, "set_period_rule")}
    stored = {
        row.kind: digest([row.days, row.workdays, row.source]) for row in session.scalars(select(PeriodRule))
    }
    for kind in sorted(stated.keys() | stored.keys()):
        if stated.get(kind) != stored.get(kind):
            yield f"类别 {kind} 的最短期限与审计日志不一致"


def _calendar(session: Session) -> Iterator[str]:
    stated: dict[str, str] = {}
    for entry in entries(session, "set_calendar"):
        stated |= entry.facts["years"]
    stored = calendar_digests(session.scalars(select(CalendarDay)))
    for year in sorted(stated.keys() | stored.keys()):
        if stated.get(year) != stored.get(year):
            yield f"{year} 年的节假日安排与审计日志不一致"
