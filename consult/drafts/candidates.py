"""Every place of a document that may be a label, with what it costs to take it and to leave it.

Costs are in one unit for the whole splitter: about 5 for giving up what looks exactly like a label at the
start of a line, 0 for what agrees with everything around it. `sequence` looks for the cheapest whole.
"""

import re
from dataclasses import dataclass

from consult.drafts.inline import JOINED, NUMBERED_AT_START, REFERENCE_AT_START, WORDS, RunIn, run_in_labels
from consult.drafts.lines import Line, finished, is_page_number
from consult.drafts.numbering import Label, Number, dotted_at, label_at
from consult.drafts.spaced import is_spaced_out, tight

_PREFIX = re.compile(r" *(?:#{1,6} *|\*{1,3}|> *|[-•·] +)*[\[【〖]? *")
_AMENDS = re.compile(r"(?:第.{1,4}[款项])?(?:修改|改为|改作|增加|删[去除]|作为|中的|的)")
_ENGLISH_REFERENCE = re.compile(r" ?(?:of|and|or|to|in|shall|is|are|above|hereof|applies)\b|[,)]")
_SENTENCE = re.compile(r"(?![^,。]*第[^,。]{1,7}[条节])[^,。]{0,20}[,。]")  # a chapter's title holds no sentence
_QUANTITY = re.compile(r"[万元亿倍米吨日天个名克]")
_FULL = 24  # a line of so many characters without a closing mark breaks off
_POINTS_ON = re.compile(
    r"(?:第|第[〇一二三四五六七八九十百千\d]{1,7}[条款项]|依照|按照|根据|违反|符合|参照|参见|[^\s(]\([〇一二三四五六七八九十\d]{1,3}\))\s*$"
)
_ENGLISH_POINTS_ON = re.compile(
    r"(?<![;,] )\b(?:in|under|of|with|to|by|and|or|see|per|from|than|the|this|these) *$", re.IGNORECASE
)
_ENGLISH_NAMES = re.compile(r"\b(?:under|of|in|by|(?:sub)?(?:paragraph|section)s?|articles?|clauses?) *$", re.IGNORECASE)
_ENGLISH_SMALL = frozenset(("q", "letter", "roman", "big_letter", "attachment"))
_COUNTS_ON = re.compile(r"[〇一二三四五六七八九十\d]、 *$")
_POINTED_AT = WORDS | {"p", "q", "attachment"}
_ENGLISH_UNITS = ("en_part", "en_chapter")
_LEAVE = {
    "part": 8, "subpart": 7, "division": 5, "chapter": 8, "section": 7, "article": 8, "attachment": 4,
    "h": 5.5, "p": 5, "q": 4, "d": 3.2, "r": 2.5, "c": 1.2, "letter": 3, "roman": 3, "big_letter": 2.5,
    "big_roman": 2.5, "open_letter": 1, "open_roman": 1, "big_open_letter": 1.5, "big_open_roman": 1.5,
}  # fmt: skip


@dataclass(slots=True)
class Candidate:
    """A label that may be one: `line` indexes the lines, `start`/`end` are offsets in the source."""

    line: int
    start: int
    end: int
    readings: tuple[tuple[str, Number], ...]
    at_start: bool
    take: float
    leave: float
    glued: bool = False
    markup: int = 0
    boundary: bool = False
    bare: bool = False

    @property
    def style(self) -> str:
        return self.readings[0][0]

    @property
    def number(self) -> Number:
        return self.readings[0][1]


def candidates_in(lines: list[Line], width: int = 0) -> list[Candidate]:
    """All candidates of a document in reading order, quoted and listed ones included.

    `width` is the width the text was wrapped at, 0 where it was not.
    """
    full = min(_FULL, width - 2) if width else _FULL
    spaced_out = is_spaced_out(lines)
    out: list[Candidate] = []
    before = ""
    for index, line in enumerate(lines):
        if line.blank:
            continue
        if spaced_out:
            close, places = tight(line)
            out.extend(_moved(c, line, places) for c in _in_line(index, close, before, full))
        else:
            close = line
            out.extend(_in_line(index, line, before, full))
        before = before if is_page_number(line) else close.uni
    return _without_lonely_numbers(out)


def _in_line(index: int, line: Line, before: str, full: int) -> list[Candidate]:
    first = _at_start(index, line, before, full)
    rest = first.end - line.start if first else 0
    runs = run_in_labels(line.uni, rest, first.style if first else "")
    return [*([first] if first else []), *(_inside(index, line, run) for run in runs)]


def _moved(candidate: Candidate, line: Line, places: list[int]) -> Candidate:
    """A candidate of the tight line, with the offsets that it has in the source."""
    last = places[candidate.end - 1] + 1
    candidate.start, candidate.end = line.start + places[candidate.start], line.start + last
    return candidate


def _at_start(index: int, line: Line, before: str, full: int) -> Candidate | None:
    prefix = _PREFIX.match(line.uni)
    start = prefix.end() if prefix else 0
    label = label_at(line.uni, start)
    style = label.readings[0][0] if label else ""
    if label is None or (style == "dec2" and _QUANTITY.match(line.uni, label.end)):
        label = (dotted_at(line.uni, start) if finished(before) else None) or label
    if label is None:
        return None
    style = label.readings[0][0]
    leave, take = _start_costs(style, line.uni, label)
    broken = len(before.strip()) >= full and not finished(before)
    leave, take = _after_break(style, line.uni[label.end : label.end + 1], before, broken, (leave, take))
    if before.rstrip().endswith(("修改为:", "改为:")) and style in ("article", "p", "q", "d"):
        leave, take = 0.5, take + 4.0
    markup = _markup(line.uni[: label.start])
    return Candidate(
        index,
        line.start + label.start,
        line.start + label.end,
        label.readings,
        True,
        take,
        leave,
        markup=markup,
        bare=line.uni[label.start : label.end].isdecimal(),
    )


def _after_break(style: str, after: str, before: str, broken: bool, costs: tuple[float, float]) -> tuple[float, float]:
    """The costs where the line above breaks off: what follows a broken sentence may be a reference."""
    leave, take = costs
    names = _ENGLISH_NAMES if style in _ENGLISH_SMALL else _ENGLISH_POINTS_ON if style.startswith("en_") else None
    if names and names.search(before):
        return min(leave, 0.5), take + 2.5
    last = before.rstrip()[-1:]
    if (
        (style in _POINTED_AT and _POINTS_ON.search(before))
        or last in ("第", "(")
        or (broken and style in ("h", "d") and (last in JOINED or _COUNTS_ON.search(before)))
    ):
        return min(leave, 0.5), take + 2.5
    if not broken:
        return leave, take
    referred = style in ("article", "chapter", "section", "part", "attachment", "en_article", "en_section")
    if referred and after and after not in " ([【〖":
        return min(leave, 0.8), take + 2.0
    return leave - 1.5, take + 0.6


def _start_costs(style: str, uni: str, label: Label) -> tuple[float, float]:
    """(cost to leave, cost to take) of a label at a line's start by what follows it."""
    after = uni[label.end : label.end + 12]
    if style == "d" and uni[label.end - 1] == "." and after[:1].isdecimal() and not after[:5].endswith("年"):
        return 1.5, 0.8  # 2.100% may be no label at all
    if uni[label.start : label.end].isdigit():
        if after[:1] > " ":
            return 0.8, 0.4  # 1总则; 3名以上 breaks off from the line above
        return (1.5, 0.0) if after.strip() else (0.5, 1.0)  # alone it may be a cell of a table
    if style == "dec2" and _QUANTITY.match(after):
        return 0.5, 2.5
    if style in ("part", "chapter", "section") and _SENTENCE.match(uni, label.end):
        return 2.0, 2.0
    if style in WORDS and _AMENDS.match(after):
        return 0.8, 3.5
    if style in WORDS and REFERENCE_AT_START.match(after):
        return 2.0, 2.5
    if style in ("p", "q", "attachment") and (NUMBERED_AT_START.match(after) or _again(style, uni, label)):
        return 1.0, 2.5
    if style.startswith("en_") and _ENGLISH_REFERENCE.match(after):
        return 1.5, 2.5
    return _LEAVE.get(style, 4.0 if style.startswith("dec") else 5.0), 0.0


def _again(style: str, uni: str, label: Label) -> bool:
    """Whether a label of the same style follows at once: (一)(二)两类 only names clauses."""
    following = label_at(uni, label.end)
    return following is not None and following.readings[0][0] == style


def _markup(prefix: str) -> int:
    """The depth of a markdown heading, 0 without one."""
    return prefix.count("#")


def _inside(index: int, line: Line, run: RunIn) -> Candidate:
    label = run.label
    start, end = line.start + label.start, line.start + label.end
    bare = line.uni[label.start : label.end].isdecimal()
    return Candidate(index, start, end, label.readings, False, run.take, run.leave, run.glued, bare=bare)


def _without_lonely_numbers(found: list[Candidate]) -> list[Candidate]:
    """A bare number opens a clause in a document of decimals or an English act; elsewhere it is a table's cell."""
    kept = any(c.at_start and (c.style.startswith("dec") or c.style in _ENGLISH_UNITS) for c in found)
    return found if kept else [c for c in found if not c.bare]
