"""Pure: which of □无意见 □有意见(见下表) a person ticked, however the tick was made."""

import re

from consult.base.text import unified

TICKED = "☑☒✓✔√■✅🗹🗸☓✗✘×●◼⬛"
EMPTY = "□☐◻▢○◯⬜〇"
_WORD = re.compile(r"无\s*意\s*见|有\s*意\s*见(?:\s*[(（]\s*见\s*下\s*表\s*[)）])?")
_BRACKET = re.compile(rf"[\[(（【〔]\s*([{TICKED}xXvV*])\s*[\])）】〕]")
_EMPTY_BRACKET = re.compile(r"[\[(（【〔]\s*[\])）】〕]")
_MARK = re.compile(rf"[{TICKED}{EMPTY}]")
_AROUND = re.compile(r"^\s*反馈(?:意见|类型)\s*[:：]?|[,，;；、。\s/|]")


def _simple(text: str) -> str:
    """Brackets with a tick in them are ticked boxes, empty ones empty boxes."""
    text = _BRACKET.sub("☑", text.replace("\ufe0f", "").replace("\ufe0e", ""))
    return _EMPTY_BRACKET.sub("□", text)


def is_tick_line(text: str) -> bool:
    """Whether the text is the tick line or a part of it: the words, boxes, and nothing else."""
    if len(text) > 200 or not _WORD.search(text):
        return False
    return not _AROUND.sub("", _MARK.sub("", _WORD.sub("", _simple(text))))


def ticked(text: str) -> list[str]:
    """The answers whose boxes are ticked, as in form.TICKS, in order; a tick may stand before or behind its words."""
    text = _simple(text)
    words = list(_WORD.finditer(text))
    if not words:
        return []
    before = bool(_MARK.search(text[: words[0].start()]))
    behind = bool(_MARK.search(text[words[-1].end() :]))
    found = {index for index in range(len(words)) if _own(text, words, index, before, behind)}
    kinds = ["no_objection" if "无" in unified(word.group()) else "has_opinion" for word in words]
    return [kind for index, kind in enumerate(kinds) if index in found]


def _own(text: str, words: list[re.Match[str]], index: int, before: bool, behind: bool) -> bool:
    """Whether a ticked mark belongs to the word `index`."""
    left = words[index - 1].end() if index else 0
    right = words[index + 1].start() if index + 1 < len(words) else len(text)
    ahead, after = text[left : words[index].start()], text[words[index].end() : right]
    mine = ahead if index == 0 else _shared(ahead, before, behind)[1]
    mine += after if index + 1 == len(words) else _shared(after, before, behind)[0]
    return any(char in TICKED for char in mine)


def _shared(between: str, before: bool, behind: bool) -> tuple[str, str]:
    """What stands between two words, as (behind the first, before the second): first by gaps, then by habit."""
    marks = list(_MARK.finditer(between))
    if not marks:
        return "", ""
    gaps = [match for match in re.finditer(r"\s+", between) if marks[0].end() <= match.start() < marks[-1].start()]
    if gaps:
        widest = max(gaps, key=lambda match: len(match.group()))
        return between[: widest.start()], between[widest.end() :]
    first, last = len(between) - len(between.lstrip()), len(between) - len(between.rstrip())
    if first != last and (not first or not last):
        return (between, "") if not first else ("", between)
    if len(marks) > 1:
        cut = marks[-1].start() if before or not behind else marks[0].end()
        return between[:cut], between[cut:]
    return (between, "") if behind and not before else ("", between)
