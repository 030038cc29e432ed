"""Labels that run in after other text of one line, judged by the characters around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from consult.base.text import is_cjk
from consult.drafts.numbering import Label, labels_within

WORDS = frozenset(("part", "subpart", "division", "chapter", "section", "article"))
_SMALLER = r"款|项(?!目)|目(?![标的录前光])"  # 第二条项目, (二)目标 begin a clause
_WHOLE = rf"{_SMALLER}|、(?=第)|及(?!时)|规定|所(?![有属])|的|中(?![国央小介医华])|之(?![前后])|以[上下](?!一)|[\d%]|第.{{1,4}}[款项]"
REFERENCE = re.compile(rf"{_WHOLE}|至(?![少此于])|[和或与](?!谐|睦)")
REFERENCE_AT_START = re.compile(rf"{_WHOLE}|[至和或与](?=[第前(])")
NUMBERED_REFERENCE = re.compile(rf" ?(?:{_SMALLER}|[、至和或与]|及(?!时))|等(?![级待候同额效])|\d")
NUMBERED_AT_START = re.compile(rf" ?(?:{_SMALLER}|[、至和或与](?=[第前(〇一二三四五六七八九十])|及(?!时))|等(?![级待候同额效])")
_AND = re.compile(r"[;,] (?:and|or)$")
_UPPER = re.compile(r" ?[A-Z]")
_SENTENCE = re.compile(r"[,。;:!?、]")
_LIST_MARKS = frozenset("。;:!?")
_WINDOW = 60
_UNLIKELY = 2.0  # from this cost to take on a label is more likely a word
JOINED = "第之统唯同单不万其期周约十百"  # 统一、唯一、之一: what makes a word of 一


@dataclass(frozen=True, slots=True)
class RunIn:
    """A run-in label with its costs; `glued` where no mark stands between it and the word before."""

    label: Label
    take: float
    leave: float
    glued: bool


def run_in_labels(uni: str, start: int, opening: str) -> Iterator[RunIn]:
    """The labels of a unified line from `start` on; `opening` is the style of the label before `start`."""
    found = labels_within(uni, start)
    before = (opening, start)
    for position, label in enumerate(found):
        following = found[position + 1] if position + 1 < len(found) else None
        costs = None if _in_row(label, found[position - 1] if position else None, following) else _costs(uni, label)
        if costs and label.readings[0][0] in ("part", "chapter", "section"):
            costs = _heading_costs(uni, label, following, costs)
        if costs and costs[2]:
            costs = _glued_costs(uni, label, following, before, costs)
        if costs:
            yield RunIn(label, *costs)
        if costs and costs[0] < _UNLIKELY:
            before = (label.readings[0][0], label.end)


def _in_row(label: Label, last: Label | None, following: Label | None) -> bool:
    """包括(一)(二)两类: labels of one style side by side only name clauses."""
    style = label.readings[0][0]
    after = following is not None and following.start == label.end and following.readings[0][0] == style
    return after or (last is not None and last.end == label.start and last.readings[0][0] == style)


_Costs = tuple[float, float, bool]


def _glued_costs(uni: str, label: Label, following: Label | None, before: tuple[str, int], costs: _Costs) -> _Costs:
    """第一章总则第一条…, 二、措施(一)领导: what is glued to a title, or opens one, is no reference."""
    style, number = label.readings[0]
    after_title = bool(before[0]) and _title_between(uni, before[1], label.start)
    if after_title and style in ("article", "h") and before[0] in WORDS and before[0] != "article":
        return 0.5, 1.2, True
    first = style == "p" or (style in ("q", "d") and number == (1,))
    if after_title and first and before[0] != "article":
        return 0.5, 1.2, True
    opens = style in WORDS and style != "article" and following is not None
    if opens and following and following.readings[0][0] in WORDS and _title_between(uni, label.end, following.start):
        return 0.6, 1.5, True
    return costs


def _heading_costs(uni: str, label: Label, following: Label | None, costs: _Costs) -> _Costs:
    """A chapter's title is short and without marks up to the next label; 第二章登记，共10条 is a sentence."""
    end = following.start if following and following.start - label.end <= 40 else min(len(uni), label.end + 40)
    return (2.5, 0.3, costs[2]) if _SENTENCE.search(uni, label.end, end) else costs


def _title_between(uni: str, start: int, end: int) -> bool:
    return 0 < end - start <= 25 and not _SENTENCE.search(uni, start, end)


def _costs(uni: str, label: Label) -> _Costs | None:
    """(cost to take, cost to leave, glued to a word) of a run-in label; None where it cannot be one."""
    style = label.readings[0][0]
    head = uni[max(0, label.start - _WINDOW) : label.start]
    stripped = head.rstrip(" ")
    spaced = len(stripped) < len(head)
    before = stripped[-1:]
    after = uni[label.end : label.end + 3]
    if style in WORDS:
        return _inline_word(style, before, after, spaced)
    if uni[label.start].isascii() and uni[label.start].isalpha():
        return (0.5, 1.5, False) if before in ".;:" and before and spaced and _UPPER.match(after) else None
    if style == "attachment":
        return (0.4, 1.5, False) if before and before in "日。)|" or spaced else None
    if style.startswith("dec"):
        return _inline_decimal(stripped, after, spaced)
    if style == "h":
        return _inline_heading(before, after, spaced)
    if style == "d":
        return _inline_number(uni, label, before, after, spaced)
    if NUMBERED_REFERENCE.match(after) or before in "第条款项之至和或及与、附式图表(":
        return None
    if before in _LIST_MARKS or before in (".", "—") or (before == "," and spaced) or (spaced and _AND.search(stripped)):
        return (0.4, 2.4 if before in _LIST_MARKS and is_cjk(after.lstrip()[:1]) else 0.9, False)
    return (2.4, 0.1, True) if is_cjk(before) or before in ")”》" else None


def _inline_heading(before: str, after: str, spaced: bool) -> _Costs | None:
    """一、 after a sentence; glued to a word it may be 统一、 or 之一、 and needs the numbers' support."""
    if not _opens_text(after) or before in JOINED:
        return None
    if before in _LIST_MARKS or before in "”)" or spaced:
        return 0.5, 2.0 if before == "。" else 0.8, False
    return (2.4, 0.1, True) if is_cjk(before) else None


def _inline_word(style: str, before: str, after: str, spaced: bool) -> _Costs | None:
    if before and before in "第和、至或及与《“(按照据反法":
        return None
    if after[:1] and REFERENCE.match(after):
        return None
    if before in _LIST_MARKS or before in "”)":
        return (0.3, 3.0 if after[:1] == " " else 2.0, False)
    if spaced:
        return (0.4, 2.0, False) if after[:1] == " " else (0.9, 0.7, False)
    return (2.2, 0.1, True) if is_cjk(before) else None


def _inline_decimal(stripped: str, after: str, spaced: bool) -> _Costs | None:
    before = stripped[-1:]
    if (
        not (is_cjk(before) or before in "。;:)”》")
        or before in "第表图见年月按至和版款条"
        or stripped.endswith("公式")
    ):
        return None
    if not (after[:1] == " " or is_cjk(after[:1]) or after[:1] in "“《") or after[:1] in "万元亿倍米分级版节条款年月":
        return None
    return (0.8, 0.6, True) if before in _LIST_MARKS or spaced else (1.2, 0.5, True)


def _inline_number(uni: str, label: Label, before: str, after: str, spaced: bool) -> _Costs | None:
    if uni[label.start : label.end].isdigit():
        fits = is_cjk(before) and not spaced and after[:1] == " " and before not in "第表图见年月日共约达近前后每满"
        return (2.4, 0.1, True) if fits else None
    if not _opens_text(after):
        return None
    if before in _LIST_MARKS or (spaced and not before.isdigit()):
        return (0.5, 2.2 if before in _LIST_MARKS and is_cjk(after.lstrip()[:1]) else 0.9, False)
    return (2.4, 0.1, True) if (is_cjk(before) and before not in "第表图见至") or before in ")”》" else None


def _opens_text(after: str) -> bool:
    rest = after.lstrip()
    return bool(rest) and (is_cjk(rest[0]) or rest[0] in "“《\"'(【" or rest[0].isalpha())
