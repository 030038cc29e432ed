"""Every place of a document that may be a label, with what it costs to take it and to leave it.

Costs are in one unit for the whole splitter: about 5 for giving up what looks exactly like a label at the
start of a line, 0 for what agrees with everything around it. `sequence` looks for the cheapest whole.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from consult.base.text import is_cjk
from consult.drafts.lines import Line, finished
from consult.drafts.numbering import Label, Number, label_at, labels_within

_PREFIX = re.compile(r" *(?:#{1,6} *|\*{1,3}|> *|[-•·] +)*[\[【〖]? *")
_REFERENCE = re.compile(r"[款项目、至和或及与规所的中之]|以[上下]|[\d%]|第.{1,4}[款项]")
_AMENDS = re.compile(r"(?:第.{1,4}[款项])?(?:修改|改为|改作|增加|删[去除]|作为|中的|的)")
_ENGLISH_REFERENCE = re.compile(r" ?(?:of|and|or|to|in|shall|is|are|above|hereof|applies)\b|[,)]")
_NUMBERED_REFERENCE = re.compile(r" ?[款项目、至和或及与]|等|\d")
_POINTS_ON = re.compile(r"(?:第|第[〇一二三四五六七八九十百千\d]{1,7}[条款项]|依照|按照|根据|违反|符合|参照|参见)\s*$")
_AND = re.compile(r"[;,] (?:and|or)$")
_WORDS = frozenset(("part", "subpart", "division", "chapter", "section", "article"))
_LEAVE = {
    "part": 8, "subpart": 7, "division": 5, "chapter": 8, "section": 7, "article": 8, "attachment": 4,
    "h": 5.5, "p": 5, "q": 4, "d": 3.2, "r": 2.5, "c": 1.2, "letter": 3, "roman": 3, "big_letter": 2.5,
    "big_roman": 2.5, "open_letter": 1, "open_roman": 1, "big_open_letter": 1.5, "big_open_roman": 1.5,
}  # fmt: skip
_LIST_MARKS = frozenset("。;:!?")


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

    @property
    def style(self) -> str:
        return self.readings[0][0]

    @property
    def number(self) -> Number:
        return self.readings[0][1]


def candidates_in(lines: list[Line]) -> list[Candidate]:
    """All candidates of a document in reading order, quoted and listed ones included."""
    out: list[Candidate] = []
    before = ""
    for index, line in enumerate(lines):
        if line.blank:
            continue
        first = _at_start(index, line, before)
        if first:
            out.append(first)
        out.extend(_inside(index, line, first.end - line.start if first else 0))
        before = line.uni
    return _without_lonely_numbers(out)


def _at_start(index: int, line: Line, before: str) -> Candidate | None:
    prefix = _PREFIX.match(line.uni)
    start = prefix.end() if prefix else 0
    label = label_at(line.uni, start)
    if label is None:
        return None
    style = label.readings[0][0]
    leave, take = _start_costs(style, line.uni, label)
    leave, take = _after_break(style, line.uni[label.end : label.end + 1], before, leave, take)
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
    )


def _after_break(style: str, after: str, before: str, leave: float, take: float) -> tuple[float, float]:
    """The same costs where the line above breaks off: what follows a broken sentence may be a reference."""
    if _POINTS_ON.search(before):
        return min(leave, 0.5), take + 2.5
    if len(before.strip()) < 24 or finished(before):
        return leave, take
    referred = style in ("article", "chapter", "section", "part", "attachment", "en_article", "en_section")
    if referred and after and after not in " ([【〖":
        return min(leave, 0.8), take + 2.0
    return leave - 1.5, take + 0.6


def _start_costs(style: str, uni: str, label: Label) -> tuple[float, float]:
    """(cost to leave, cost to take) of a label at a line's start by what follows it."""
    after = uni[label.end : label.end + 12]
    if uni[label.start : label.end].isdigit():
        return 1.5, 0.0
    if style in _WORDS and _AMENDS.match(after):
        return 0.8, 3.5
    if style in _WORDS and _REFERENCE.match(after):
        return 2.0, 2.5
    if style in ("p", "q", "attachment") and _NUMBERED_REFERENCE.match(after):
        return 1.0, 2.5
    if style.startswith("en_") and _ENGLISH_REFERENCE.match(after):
        return 1.5, 2.5
    return _LEAVE.get(style, 4.0 if style.startswith("dec") else 5.0), 0.0


def _markup(prefix: str) -> int:
    """The depth of a markdown heading, 0 without one."""
    return prefix.count("#")


def _inside(index: int, line: Line, start: int) -> Iterable[Candidate]:
    """Labels that run in after other text of the same line, with the context judged."""
    heading = 0
    for label in labels_within(line.uni, start):
        costs = _inline_costs(line.uni, label)
        if costs and costs[2] and heading and label.start - heading <= 25 and label.readings[0][0] == "article":
            costs = (0.6, 1.2, True)  # 第一章总则第一条: what is glued to a chapter's title begins its text
        if label.readings[0][0] in _WORDS:
            heading = label.end if label.readings[0][0] != "article" else 0
        if costs:
            take, leave, glued = costs
            yield Candidate(
                index,
                line.start + label.start,
                line.start + label.end,
                label.readings,
                False,
                take,
                leave,
                glued,
            )


def _inline_costs(uni: str, label: Label) -> tuple[float, float, bool] | None:
    """(cost to take, cost to leave, glued to a word) of a run-in label; None where it cannot be one."""
    style = label.readings[0][0]
    stripped = uni[: label.start].rstrip(" ")
    spaced = len(stripped) < label.start
    before = stripped[-1:]
    after = uni[label.end : label.end + 3]
    if style in _WORDS:
        return _inline_word(style, before, after, spaced)
    if style == "attachment":
        return (0.4, 1.5, False) if before and before in "日。)|" or spaced else None
    if style.startswith("dec"):
        return _inline_decimal(stripped, after, spaced)
    if style == "h":
        marked = before in _LIST_MARKS or before in "”)" or spaced
        return (0.5, 1.2 if before == "。" else 0.6, False) if marked and _opens_text(after) else None
    if style == "d":
        return _inline_number(uni, label, before, after, spaced)
    if _NUMBERED_REFERENCE.match(after) or before in "第条款项之至和或及与、附式图表(":
        return None
    if before in _LIST_MARKS or before == "." or (before == "," and spaced) or (spaced and _AND.search(stripped)):
        return (0.4, 0.9, False)
    return (2.4, 0.1, True) if is_cjk(before) or before in ")”》" else None


def _inline_word(style: str, before: str, after: str, spaced: bool) -> tuple[float, float, bool] | None:
    if before and before in "第和、至或及与《“(按照据反法":
        return None
    if after[:1] and _REFERENCE.match(after):
        return None
    if before in _LIST_MARKS or before in "”)":
        return (0.3, 3.0 if after[:1] == " " else 2.0, False)
    if spaced:
        return (1.0, 0.6, False)
    return (2.2, 0.1, True) if is_cjk(before) else None


def _inline_decimal(stripped: str, after: str, spaced: bool) -> tuple[float, float, bool] | None:
    before = stripped[-1:]
    if (
        not (is_cjk(before) or before in "。;:)”》")
        or before in "第表图见年月按至和版款条"
        or stripped.endswith("公式")
    ):
        return None
    if (
        not (after[:1] == " " or is_cjk(after[:1]) or after[:1] in "“《")
        or after[:1] in "万元亿倍米分级版节条款年月"
    ):
        return None
    return (0.8, 0.6, True) if before in _LIST_MARKS or spaced else (1.2, 0.5, True)


def _inline_number(
    uni: str, label: Label, before: str, after: str, spaced: bool
) -> tuple[float, float, bool] | None:
    if uni[label.start : label.end].isdigit():
        fits = (
            is_cjk(before)
            and not spaced
            and after[:1] == " "
            and before not in "第表图见年月日共约达近前后每满"
        )
        return (2.4, 0.1, True) if fits else None
    if not _opens_text(after):
        return None
    if before in _LIST_MARKS or (spaced and not before.isdigit()):
        return (0.5, 0.9, False)
    return (2.4, 0.1, True) if (is_cjk(before) and before not in "第表图见至") or before in ")”》" else None


def _opens_text(after: str) -> bool:
    rest = after.lstrip()
    return bool(rest) and (is_cjk(rest[0]) or rest[0] in "“《\"'(【" or rest[0].isalpha())


def _without_lonely_numbers(found: list[Candidate]) -> list[Candidate]:
    """A bare number opens a clause only in a document of decimals, or where a row of them begins lines."""
    decimals = sum(c.at_start and c.style.startswith("dec") for c in found)
    return found if decimals else [c for c in found if c.end - c.start > 2 or not _bare(c)]


def _bare(candidate: Candidate) -> bool:
    """A `d` of one or two characters: digits alone, since every printed 1. or 1、 has a mark behind them."""
    return candidate.style == "d" and candidate.end - candidate.start == len(str(candidate.number[0]))
