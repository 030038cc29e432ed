"""Pure: counts as inline SVG bars; the stylesheet gives the colours, a table beside each gives the numbers."""

import re
from collections.abc import Sequence
from html import escape

WIDTH = 720
NARROW = 360  # for a page that is read on a telephone: letters keep their size down to 320 px
ROW = 26
LABEL = 168
NUMBER = 64
HEIGHT = 120
LETTER = 13  # the stylesheets write so large
_ISO_DAY = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})")

# code of an outcome → class of its bar
TONES = {
    "adopted": "good", "partly_adopted": "part", "not_adopted": "bad", "already_covered": "calm",
    "out_of_scope": "pale", "referred": "pale", "deferred": "pale", "inadmissible": "grey", "": "open",
}  # fmt: skip


def _frame(kind: str, width: int, height: int, title: str, summary: str, inside: str) -> str:
    """The svg element: a name for people who listen, a title for people who point."""
    return (
        f'<svg class="picture {kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(f"{title}：{summary}")}"><title>{escape(title)}</title>{inside}</svg>'
    )


def _said(values: Sequence[tuple[str, int]], most: int = 12) -> str:
    shown = "，".join(f"{label} {number}" for label, number in values[:most])
    return (shown + (f"等 {len(values)} 项" if len(values) > most else "")) or "没有意见"


def bars(title: str, values: Sequence[tuple[str, int]], tones: Sequence[str] = (), width: int = WIDTH) -> str:
    """Horizontal bars, one a line, longest at full width; `values` are (label, count ≥ 0). Empty for none.

    For decisions, channels and stances. `tones` name a class for each bar.
    """
    if not values:
        return ""
    most, label_room = max(max(number for _, number in values), 1), min(LABEL, width // 3)
    room = width - label_room - NUMBER
    parts: list[str] = []
    for line, (label, number) in enumerate(values):
        top, long = line * ROW, max(round(room * number / most), 2 if number else 0)
        tone, name = tones[line] if line < len(tones) else "calm", escape(_fitting(label, label_room - 10))
        parts.append(
            f'<text class="label" x="{label_room - 10}" y="{top + 18}" text-anchor="end">{name}</text>'
            f'<rect class="bar {tone}" x="{label_room}" y="{top + 4}" width="{long}" height="{ROW - 8}"/>'
            f'<text class="number" x="{label_room + long + 8}" y="{top + 18}">{number}</text>'
        )
    return _frame("bars", width, ROW * len(values), title, _said(values), "".join(parts))


def days(title: str, values: Sequence[tuple[str, int]], width: int = WIDTH, last: str = "") -> str:
    """Columns along the days, first and last day named and the highest numbered; labels are ISO days.

    A line stands behind the column of the day `last`: what is right of it came in late.
    """
    return _columns("days", title, values, [_day(label) for label, _ in values], width, last)


def heat(title: str, values: Sequence[tuple[str, int]], width: int = WIDTH) -> str:
    """Columns along the outline in the order of the text; every clause is one, also those nobody spoke of."""
    return _columns("heat", title, values, [_short(label, 12) for label, _ in values], width)


def columns(title: str, values: Sequence[tuple[str, int]], width: int = WIDTH) -> str:
    """Columns over steps of time; the labels are written as they are."""
    return _columns("days", title, values, [label for label, _ in values], width)


def _columns(
    kind: str, title: str, values: Sequence[tuple[str, int]], names: Sequence[str], width: int, last: str = ""
) -> str:
    if not values:
        return ""
    most, step = max(max(number for _, number in values), 1), width / len(values)
    peak = max(range(len(values)), key=lambda at: values[at][1])
    gap = min(4.0, step / 4)
    parts = [f'<line class="axis" x1="0" y1="{HEIGHT - 22}" x2="{width}" y2="{HEIGHT - 22}"/>']
    for at, (label, number) in enumerate(values):
        tall = max(round((HEIGHT - 40) * number / most), 2) if number else 0
        tone = "peak" if at == peak and number else "calm"
        parts.append(
            f'<rect class="bar {tone}" x="{at * step + gap / 2:.1f}" y="{HEIGHT - 22 - max(tall, 1)}" '
            f'width="{min(step - gap, 48):.1f}" height="{max(tall, 1)}"><title>{escape(label)}：{number}</title></rect>'
        )
        if label == last:
            x = min((at + 1) * step, width - 1)
            parts.append(f'<line class="mark" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{HEIGHT - 22}"/>')
    parts += _marks(names, values, width, peak, most)
    return _frame(kind, width, HEIGHT, title, _said([one for one in values if one[1]]), "".join(parts))


def _marks(names: Sequence[str], values: Sequence[tuple[str, int]], width: int, peak: int, most: int) -> list[str]:
    """First and last name under the axis, the highest number over its column, its name where there is room."""
    step = width / len(values)
    x, room = peak * step + min(step, 48) / 2, _wide(str(values[peak][1])) / 2
    x = min(max(x, room), width - room)
    tall = round((HEIGHT - 40) * values[peak][1] / most)
    found = [f'<text class="number" x="{x:.1f}" y="{HEIGHT - 28 - tall}" text-anchor="middle">{values[peak][1]}</text>']
    found.append(f'<text class="label" x="0" y="{HEIGHT - 6}">{escape(names[0])}</text>')
    if len(names) > 1:
        found.append(f'<text class="label" x="{width}" y="{HEIGHT - 6}" text-anchor="end">{escape(names[-1])}</text>')
    half = _wide(names[peak]) / 2 + LETTER
    if _wide(names[0]) + half < x < width - _wide(names[-1]) - half:
        middle = f'x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle"'
        found.append(f'<text class="label" {middle}>{escape(names[peak])}</text>')
    return found


def _fitting(label: str, room: int) -> str:
    """The label, cut where it is wider than the room for it."""
    most = len(label)
    while most > 1 and _wide(_short(label, most)) > room:
        most -= 1
    return _short(label, most)


def _wide(text: str) -> int:
    """About how wide a label is."""
    return sum(LETTER if char > "\u2e7f" else LETTER // 2 + 1 for char in text)


def share(title: str, values: Sequence[tuple[str, int]], tones: Sequence[str] = ()) -> str:
    """One band divided in the proportion of the counts: the equation of a result at a glance."""
    whole = sum(number for _, number in values)
    if not whole:
        return ""
    parts: list[str] = []
    at = 0.0
    for line, (label, number) in enumerate(values):
        wide = WIDTH * number / whole
        tone = tones[line] if line < len(tones) else "calm"
        parts.append(f'<rect class="bar {tone}" x="{at:.1f}" y="0" width="{wide:.1f}" height="36">'
                     f"<title>{escape(label)}：{number}</title></rect>")  # fmt: skip
        if wide > 90:
            parts.append(f'<text class="inside" x="{at + wide / 2:.1f}" y="24" text-anchor="middle">'
                         f"{escape(_short(label, 6))} {number}</text>")  # fmt: skip
        at += wide
    return _frame("share", WIDTH, 36, title, _said(values), "".join(parts))


def _short(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _day(label: str) -> str:
    found = _ISO_DAY.fullmatch(label)
    return f"{int(found[1])}月{int(found[2])}日" if found else _short(label, 12)
