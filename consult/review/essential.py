"""Short texts that differ in one word that turns the meaning: another number, approval for refusal, may for must."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Indel, Opcode

from consult.review.sketch import Array

SHORT_LETTER = 100  # characters: in a longer letter such a change is shown as an addition instead
SLIP = 5  # characters
_FOR = r"(?<![不未无])(?:支持|同意|赞成|赞同|拥护)"
_AGAINST = r"反对|抵制|拒绝|[不未无](?:支持|同意|赞成|赞同|拥护)"
_MUST, _MAY, _NOT = "应当|必须|务必", "(?<!不)可以|(?<!不)允许", "不得|禁止|严禁|不可以|不允许"
_MORE, _LESS = "增加|提高|延长|扩大|保留|恢复", "减少|降低|缩短|缩小|取消|删除|废除"
_DIGIT = "0-9〇零一二三四五六七八九十百千万亿两半"
_NUMBER = (
    f"[0-9][{_DIGIT}.%]*|(?!千万[别不要请勿])[{_DIGIT}]{{2,}}|[二三四五六七八九]|[一十百千万两半](?=[元日天月年倍])"
)
_TOKEN = re.compile(
    f"(?P<number>{_NUMBER})|(?P<against>{_AGAINST})|(?P<for>{_FOR})|(?P<not>{_NOT})|(?P<must>{_MUST})|(?P<may>{_MAY})"
    f"|(?P<more>{_MORE})|(?P<less>{_LESS})"
)
_OPPOSED = {
    "for": {"against"}, "against": {"for"}, "must": {"not", "may"}, "may": {"not", "must"}, "not": {"must", "may"},
    "more": {"less"}, "less": {"more"}, "number": {"number"},
}  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """A word that carries the meaning and stands turned round: which it is, and how many slips stand elsewhere."""

    swap: tuple[str, str]
    slips: int


def turned(shared: str, text: str) -> Turn | None:
    """The first word that carries the meaning of `shared` and stands turned round at its place in `text`."""
    tokens, others = list(_TOKEN.finditer(shared)), list(_TOKEN.finditer(text))
    if not tokens or [one.group() for one in tokens] == [one.group() for one in others]:
        return None
    steps = Indel.opcodes(shared, text)
    for one in tokens:
        first, last = _place(steps, one.start(), one.end())
        for other in others:
            opposed = other.lastgroup in _OPPOSED[str(one.lastgroup)] and other.group() != one.group()
            if opposed and other.start() < last and other.end() > first and _between(one, other):
                return Turn((one.group(), other.group()), _slips(steps, one))
    return None


def _slips(steps: Iterable[Opcode], word: re.Match[str]) -> int:
    """How many places differ by a few characters, besides that of the word."""
    return sum(
        step.tag != "equal"
        and max(step.src_end - step.src_start, step.dest_end - step.dest_start) <= SLIP
        and not (step.src_start <= word.end() and step.src_end >= word.start())
        for step in steps
    )


def _between(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether both words stand between the same characters: what differs is the word, not a slip beside it."""
    before, after = one.string[: one.start()][-1:], one.string[one.end() :][:1]
    return other.string[: other.start()].endswith(before) and other.string[other.end() :].startswith(after)


def _place(steps: Iterable[Opcode], start: int, end: int) -> tuple[int, int]:
    """What stands in the other text where `start` to `end` stands in this one."""
    first, last = 1 << 30, 0
    for step in steps:
        if step.tag == "equal" and step.src_start < end and step.src_end > start:
            first = min(first, step.dest_start + max(0, start - step.src_start))
            last = max(last, step.dest_end - max(0, step.src_end - end))
        elif step.tag != "equal" and step.src_start <= end and step.src_end >= start:
            first, last = min(first, step.dest_start), max(last, step.dest_end)
    return first, last


def words(chars: Array) -> str:
    """The characters of a text in codes as a string; rare ones beyond the basic plane are marks of their own."""
    return chars.tobytes().decode("utf-16-le", "replace")
