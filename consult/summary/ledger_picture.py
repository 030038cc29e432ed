"""Pure: who answered when against the due date, one lane for each unit, as inline SVG; words say what colours say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from consult.base.clock import local

WIDTH, ROW, TOP, LABEL, SAID = 720, 28, 24, 150, 112
LETTER = 13
MOST = 60  # lanes in one picture; the table has all


@dataclass(frozen=True)
class Lane:
    """One letter: sent, due (exclusive), answered or not; `said` is its state in a few words, `tone` its class."""

    name: str
    sent_at: datetime
    due_at: datetime
    replied_at: datetime | None
    said: str
    tone: str


def lanes(title: str, found: Sequence[Lane], now: datetime) -> str:
    """The picture; empty for no lanes. A thin line runs to the due date, a mark stands there, the bar is the time
    that the unit took or has been taking."""
    if not found:
        return ""
    shown = found[:MOST]
    start = min(one.sent_at for one in shown)
    end = max([*(max(one.due_at, one.replied_at or one.due_at) for one in shown), min(now, _last(shown))])
    span = max((end - start).total_seconds(), 1.0)
    room = WIDTH - LABEL - SAID

    def x(at: datetime) -> float:
        return LABEL + room * min(max((at - start).total_seconds() / span, 0.0), 1.0)

    parts = [_axis(start, end, x(start), x(end))]
    parts += [_lane(line, one, x(one.sent_at), x(one.due_at), x(one.replied_at or now)) for line, one in enumerate(shown)]
    height = TOP + ROW * len(shown)
    summary = "，".join(f"{one.name} {one.said}" for one in shown[:12]) + (f"等 {len(found)} 个" if len(found) > 12 else "")
    return (
        f'<svg class="picture lanes" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="{escape(f"{title}：{summary}")}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _last(found: Sequence[Lane]) -> datetime:
    """How far a lane without an answer is drawn: a month beyond the last due date, however long ago that was."""
    return max(one.due_at for one in found) + timedelta(days=31)


def _axis(start: datetime, end: datetime, left: float, right: float) -> str:
    return (
        f'<text class="label" x="{left:.1f}" y="14">{_day(start)}</text>'
        f'<text class="label" x="{right:.1f}" y="14" text-anchor="end">{_day(end - timedelta(seconds=1))}</text>'
        f'<line class="axis" x1="{left:.1f}" y1="{TOP - 4}" x2="{right:.1f}" y2="{TOP - 4}"/>'
    )


def _lane(line: int, one: Lane, sent: float, due: float, until: float) -> str:
    top = TOP + line * ROW
    middle = top + ROW / 2
    return (
        f'<text class="label" x="{LABEL - 10}" y="{middle + 5:.1f}" text-anchor="end">{escape(_fitting(one.name))}</text>'
        f'<line class="axis" x1="{sent:.1f}" y1="{middle:.1f}" x2="{due:.1f}" y2="{middle:.1f}"/>'
        f'<rect class="bar {one.tone}" x="{sent:.1f}" y="{top + 8}" width="{max(until - sent, 3):.1f}" height="{ROW - 16}"/>'
        f'<line class="due" x1="{due:.1f}" y1="{top + 3}" x2="{due:.1f}" y2="{top + ROW - 3}"/>'
        f'<text class="said" x="{WIDTH - SAID + 10}" y="{middle + 5:.1f}">{escape(one.said)}</text>'
    )


def _fitting(name: str) -> str:
    most = (LABEL - 14) // LETTER
    return name if len(name) <= most else name[: most - 1] + "…"


def _day(at: datetime) -> str:
    day = local(at)
    return f"{day.month}月{day.day}日"
