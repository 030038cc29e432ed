"""What a member of a group says beyond its shared text: every such sentence, and how far it is from the shared one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

from consult.review.sentences import same

NEAR = 0.6
LONGEST_SLIP = 5  # characters put in or taken out in one place; more than that is a thought of its own
_NUMBER = "[0-9〇零一二三四五六七八九十百千万亿两半壹贰叁肆伍陆柒捌玖拾佰仟]+.?"
_WORDS = (
    "支持|反对|同意|赞成|赞同|拒绝|抵制|应当|应该|应|可以|可|必须|须|禁止|允许|准许|有权|只能|才能|除外|以上|以下|以内|超过|"
    "增加|减少|提高|降低|取消|保留|删除|删去|废除|恢复|延长|缩短|扩大|缩小|不低于|不高于"
)
CRITICAL = re.compile(f"{_NUMBER}|{_WORDS}|[不非未无没禁勿别莫否免]|[%‰]")


@dataclass(frozen=True)
class Addition:
    """A sentence of a member that is not in the shared text.

    `kind`: "change" is a near copy of shared sentence number `base` with only harmless slips; "critical" a near copy
    in which a number, a negation, a stance, a duty or more than a few characters differ; "new" is none of these.
    """

    sentence: str
    base: int | None
    kind: str


def additions(shared: Sequence[str], member: Sequence[str]) -> list[Addition]:
    """Every sentence of `member` that is not the same as a shared one, in order, none left out (R19)."""
    forms = [same(one) for one in shared]
    known = set(forms)
    out = []
    for sentence in member:
        form = same(sentence)
        if form not in known:
            base = nearest(form, forms)
            out.append(Addition(sentence, base, "new" if base is None else kind_of_change(forms[base], form)))
    return out


def nearest(form: str, forms: Sequence[str]) -> int | None:
    """The number of the form that is closest to `form`, if one is close at all."""
    found = process.extractOne(form, forms, scorer=Indel.normalized_similarity, score_cutoff=NEAR)
    return found[2] if found else None


def kind_of_change(old: str, new: str) -> str:
    """ "critical" where the change from `old` to `new`, both as `same` gives them, can turn the meaning."""
    if CRITICAL.findall(old) != CRITICAL.findall(new):
        return "critical"
    weighty = [_places(old), _places(new)]
    for step in Indel.opcodes(old, new):
        a, b, c, d = step.src_start, step.src_end, step.dest_start, step.dest_end
        if step.tag == "equal":
            continue
        if b - a > LONGEST_SLIP or d - c > LONGEST_SLIP:
            return "critical"
        if not weighty[0].isdisjoint(range(a, b)) or not weighty[1].isdisjoint(range(c, d)):
            return "critical"
    return "change"


def _places(form: str) -> set[int]:
    return {place for found in CRITICAL.finditer(form) for place in range(found.start(), found.end())}
