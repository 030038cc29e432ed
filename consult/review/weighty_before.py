"""Pure: which changes were critical by the rules of before 27 November 2026; what was sorted by them stays as it was.

A kind is given when an opinion joins its group, and people decide by it. Other rules later change nothing that was
decided, so `consult verify` and archives of old need to know these. `weighty` has the rules of today.
"""

import re

from rapidfuzz.distance import Indel

LONGEST_SLIP = 5
_NUMBER = "[0-9〇零一二三四五六七八九十百千万亿两半壹贰叁肆伍陆柒捌玖拾佰仟]+.?"
_WORDS = (
    "支持|反对|同意|赞成|赞同|拒绝|抵制|应当|应该|应|可以|可|必须|须|禁止|允许|准许|有权|只能|才能|除外|以上|以下|以内|超过|"
    "增加|减少|提高|降低|取消|保留|删除|删去|废除|恢复|延长|缩短|扩大|缩小|不低于|不高于"
)
CRITICAL = re.compile(f"{_NUMBER}|{_WORDS}|[不非未无没禁勿别莫否免]|[%‰]")


def turned(old: str, new: str) -> bool:
    """Whether the change from `old` to `new`, both as `sentences.same` gives them, was one that can turn the meaning."""
    if CRITICAL.findall(old) != CRITICAL.findall(new):
        return True
    weighty = [_places(old), _places(new)]
    for step in Indel.opcodes(old, new):
        a, b, c, d = step.src_start, step.src_end, step.dest_start, step.dest_end
        if step.tag == "equal":
            continue
        if b - a > LONGEST_SLIP or d - c > LONGEST_SLIP:
            return True
        if not weighty[0].isdisjoint(range(a, b)) or not weighty[1].isdisjoint(range(c, d)):
            return True
    return False


def _places(form: str) -> set[int]:
    return {place for found in CRITICAL.finditer(form) for place in range(found.start(), found.end())}
