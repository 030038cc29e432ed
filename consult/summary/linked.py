"""Pure: pictures in which every bar and cell is a way into the list; a table beside each says the same to everybody.

The pictures are for people who point: the ways in them stay out of the order of the Tab key, the table has them too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from consult.summary.picture import LETTER

TONES = 5  # steps of heat above nothing
CELL, GAP, TALL = 26, 3, 44
HEIGHT, FOOT, HEAD = 132, 22, 18


@dataclass(frozen=True)
class Bar:
    """Something counted: what it is called, how many, how many of these are done, where it leads."""

    name: str
    count: int
    done: int
    href: str


def warmth(count: int, most: int) -> int:
    """0 for none, else 1 to TONES: equal steps of the square root, so that a few hundred beside ten thousand is seen."""
    if count <= 0 or most <= 0:
        return 0
    return max(1, min(TONES, -int(-TONES * (count / most) ** 0.5 // 1)))


def strip(title: str, bars: Sequence[Bar], width: int) -> str:
    """A cell for each clause in the order of the text, as many lines as they need; empty for no clauses.

    The warmer a cell the more was said there; the bar under it grows with what is decided of that.
    """
    if not bars:
        return ""
    across = max(1, (width + GAP) // (CELL + GAP))
    across = -(-len(bars) // -(-len(bars) // across))  # the lines are about equally long
    wide = min((width - GAP * (across - 1)) / across, 72.0)
    most = max(one.count for one in bars)
    parts = []
    for at, one in enumerate(bars):
        x, y = (at % across) * (wide + GAP), (at // across) * (TALL + GAP)
        done = wide * min(one.done, one.count) / one.count if one.count else 0.0
        parts.append(_way(one, (
            f'<rect class="heat h{warmth(one.count, most)}" x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{TALL - 9}"/>'
            f'<rect class="track" x="{x:.1f}" y="{y + TALL - 7}" width="{wide:.1f}" height="5"/>'
            f'<rect class="done" x="{x:.1f}" y="{y + TALL - 7}" width="{done:.1f}" height="5"/>'
        )))  # fmt: skip
    lines = -(-len(bars) // across)
    return _frame("strip", width, lines * (TALL + GAP) - GAP, title, bars, "".join(parts))


def columns(title: str, bars: Sequence[Bar], names: tuple[str, str], width: int, last: int = -1, mark: str = "") -> str:
    """A column for each span of days, `names` under the first and the last; empty for none.

    Behind the column numbered `last` a line stands with the words `mark`: what is right of it came in late. Columns
    are as a whole: what is decided of a day stands in the table.
    """
    if not bars:
        return ""
    most, step = max(1, max(one.count for one in bars)), width / len(bars)
    room, floor, gap = HEIGHT - HEAD - FOOT, HEIGHT - FOOT, min(4.0, width / len(bars) / 4)
    parts = [f'<line class="axis" x1="0" y1="{floor}" x2="{width}" y2="{floor}"/>']
    for at, one in enumerate(bars):
        tall = max(round(room * one.count / most), 2) if one.count else 0
        x, wide = at * step + gap / 2, min(step - gap, 48.0)
        parts.append(_way(one, (
            f'<rect class="room" x="{x:.1f}" y="{HEAD}" width="{wide:.1f}" height="{room}"/>'
            f'<rect class="bar{" late" if 0 <= last < at else ""}" x="{x:.1f}" y="{floor - tall}" width="{wide:.1f}" '
            f'height="{tall}"/>'
        )))  # fmt: skip
    line = min((last + 1) * step, width - 1) if 0 <= last < len(bars) else None
    parts += _words(bars, names, width, most, _taken(line, width, mark))
    if line is not None:
        parts += _line(line, width, mark)
    return _frame("columns", width, HEIGHT, title, bars, "".join(parts))


def _taken(line: float | None, width: int, mark: str) -> tuple[float, float]:
    """From where to where the words of the deadline reach; nowhere without one."""
    if line is None:
        return width + 1.0, width + 1.0
    long = _wide(mark) + 8
    return (line - long, line) if line + long > width - 60 else (line, line + long)


def _words(
    bars: Sequence[Bar], names: tuple[str, str], width: int, most: int, taken: tuple[float, float]
) -> list[str]:
    """The highest count above its column, beside the words of the deadline where both would stand in one place."""
    peak, step = max(range(len(bars)), key=lambda at: bars[at].count), width / len(bars)
    tall = round((HEIGHT - HEAD - FOOT) * bars[peak].count / most)
    half = _wide(f"{bars[peak].count:,}") / 2
    x = min(max(peak * step + min(step, 48) / 2, half), width - half)
    if x + half > taken[0] and x - half < taken[1]:
        x = max(taken[0] - half - 4, half)
    found = [
        f'<text class="number" x="{x:.1f}" y="{HEIGHT - FOOT - tall - 4}" text-anchor="middle">{bars[peak].count:,}</text>',
        f'<text class="label" x="0" y="{HEIGHT - 6}">{escape(names[0])}</text>',
    ]
    if len(bars) > 1 and names[1] != names[0]:
        found.append(f'<text class="label" x="{width}" y="{HEIGHT - 6}" text-anchor="end">{escape(names[1])}</text>')
    return found


def _line(x: float, width: int, mark: str) -> list[str]:
    """The line of the deadline, its words under the axis on the side where there is room."""
    room = _wide(mark) + 8
    left = x + room > width - 60
    at = f'x="{x - 4:.1f}" text-anchor="end"' if left else f'x="{x + 4:.1f}"'
    return [
        f'<line class="mark" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{HEIGHT - FOOT}"/>',
        f'<text class="mark-words" {at} y="12">{escape(mark)}</text>',
    ]


def lying(count: int, done: int, most: int) -> str:
    """A bar to lie in the cell of a table, its done part darker; the cell's row says the numbers."""
    whole = 100 * count / most if most > 0 else 0.0
    part = whole * min(done, count) / count if count else 0.0
    return (
        '<svg class="lying" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="bar" x="0" y="0" width="{whole:.2f}" height="10"/>'
        f'<rect class="done" x="0" y="0" width="{part:.2f}" height="10"/></svg>'
    )


def _way(one: Bar, inside: str) -> str:
    done = f"，已处理 {one.done:,} 条" if one.done else ""
    return (
        f'<a href="{escape(one.href)}" tabindex="-1"><title>{escape(one.name)}：{one.count:,} 条{done}</title>{inside}</a>'
    )


def _frame(kind: str, width: int, height: int, title: str, bars: Sequence[Bar], inside: str) -> str:
    """A group with a name: the five highest; the table has all."""
    high = sorted((one for one in bars if one.count), key=lambda one: -one.count)[:5]
    said = "，".join(f"{one.name} {one.count:,}" for one in high) or "没有意见"
    return (
        f'<svg class="linked {kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group" '
        f'aria-label="{escape(f"{title}，最多的是：{said}" if high else f"{title}：{said}")}">{inside}</svg>'
    )


def _wide(text: str) -> int:
    """About how wide a label is."""
    return sum(LETTER if char > "\u2e7f" else LETTER // 2 + 1 for char in text)
