"""The way of a project in dates, for the small timeline beside the draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from consult.base.clock import local_date, show, show_closing, show_date
from consult.drafts.models import PURPOSES, Consultation, Extension, Round, Version
from consult.drafts.period import round_name
from consult.drafts.questions import asks
from consult.summary.published import Published


@dataclass(frozen=True)
class Mark:
    """One date of the way; `state` is did, now or next, `day` for the datetime attribute, `why` in small print.

    `href` leads to what came out that day.
    """

    name: str
    when: str
    day: str
    state: str
    why: str = ""
    href: str = ""


def marks(
    project: Consultation, versions: Sequence[Version], extensions: Sequence[Extension], due: date,
    results: Sequence[Published], now: datetime, again: Sequence[Round] = (),
) -> list[Mark]:  # fmt: skip
    """Publication, opening, corrections, extensions, deadlines, every result, and the day one is due, in order."""
    published = project.published_at or project.opens_at
    found = [(published, _mark("发布问题" if asks(project.kind) else "发布草案", show_date(published), published, now))]
    opened = again[0].before_opens_at if again else project.opens_at
    if local_date(opened) != local_date(published):
        found.append((opened, _mark("开始征求意见", show(opened), opened, now)))
    for text in versions[1:]:
        at = text.frozen_at or published
        found.append((at, _mark(f"{PURPOSES[text.purpose]}，第{text.number}版", show_date(at), at, now)))
    turns = [round_name(number) if again else "" for number in range(1, len(again) + 2)]
    for before, turn, one in zip(turns, turns[1:], again, strict=False):
        closed = one.before_closes_at
        found.append((closed, _mark(f"{before}截止", show_closing(closed), closed, now)))
        found.append((one.opens_at, _mark(f"再次征求意见（{turn}）", show_date(one.opens_at), one.opens_at, now, one.shorten_reason)))
    for more in extensions:
        words = f"由 {show_closing(more.before)} 延长到 {show_closing(more.after)}。{more.reason}"
        found.append((more.at, _mark("延长期限", show_date(more.at), more.at, now, words)))
    closes, gone = project.closes_at, project.withdrawn_at
    if gone is None or gone >= closes:
        found.append((closes, _mark(f"{turns[-1]}截止", show_closing(closes), closes, now)))
    if gone:
        found.append((gone, _mark("撤回", show_date(gone), gone, now, project.withdraw_reason)))
    for out in results:
        at, place = out.release.released_at, f"/c/{project.slug}/result/{out.release.number}"
        found.append((at, replace(_mark(out.act, show_date(at), at, now), href=place)))
    found.sort(key=lambda pair: pair[0])
    answered = any(out.release.released_at >= project.opens_at for out in results)
    return [one for _, one in found] + ([] if gone or answered else [_due(due, now >= closes, turns[-1])])


def _due(day: date, ended: bool, turn: str) -> Mark:
    name = f"{day.year}年{day.month}月{day.day}日以前"
    return Mark(f"公布{turn}采纳情况", name, day.isoformat(), "now" if ended else "next")


def _mark(name: str, when: str, at: datetime, now: datetime, why: str = "") -> Mark:
    return Mark(name, when, local_date(at).isoformat(), "did" if at <= now else "next", why)
