"""Pure: when a ruling should be looked at once more, by counting and comparing words; a person judges, nothing is barred."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consult.review.sentences import same, sentences
from consult.review.words import OUTCOMES

# kind → what it is called, and what to do about it
KINDS = {
    "empty_part": ("部分采纳，没有写明哪一部分", "打开意见，在“采纳了哪一部分”里写出具体内容。"),
    "unchanged": ("采纳了，条文没有改", "打开意见，填写修改后的条文；条文不需要改的，改为“已有规定(已体现)”等合适的处理。"),
    "unlike": ("相近的意见，处理不同", "对照两条意见，看看不同的处理是不是都站得住；站得住的，在理由里说明区别。"),
    "brief": ("意见长，理由很短", "看看理由有没有回答意见里的每一点。"),
    "stock": ("同一个理由用得太多", "看看理由是不是针对每一条意见写的；意见其实相同的，可以先归并。"),
    "unasked": ("条文改了，没有对应的采纳意见", "看看修改依据的是哪条意见，把它处理为采纳；另有依据的，在修改说明里写明。"),
}
TURNED = frozenset(OUTCOMES) - {"adopted", "inadmissible"}  # rulings whose reason answers a point
TAKEN = frozenset({"adopted", "partly_adopted"})
OFTEN = 20  # rows that may share a reason
LONG, LEAST_SHARE, ENOUGH = 100, 8, 60  # characters: of a long point; one of reason for so many; a reason that always does
WHOLE_SENTENCE = 12  # characters from which a sentence says something by itself
ALIKE = 0.5  # of the shorter of two opinions that both say

_EMPTY = re.compile(
    "其中的?|一部分|已经?|予以|采纳|吸收|接受|考虑|部分|全部|大部分|多数|少数|一些|某些|有关|相关|合理|可行|上述|以上|该|此|本条?|这一?|"
    "意见|建议|内容|条款|表述|修改|之处|方面|事项|问题|一处|一点|几点|等|的|了|为|和|与|及|在|对|将|已"
)


def brief(point: str, reason: str) -> bool:
    """Whether a reason is much shorter than the point it answers: an eighth of a point of LONG characters and more.

    ENOUGH characters of reason are enough for any point.
    """
    said, answered = len(same(point)), len(same(reason))
    return said >= LONG and answered < min(said / LEAST_SHARE, ENOUGH)


def empty_part(part: str) -> bool:
    """Whether 采纳部分 names no part: 全部, 部分, 有关内容 and the like, or marks alone."""
    said = same(part)
    return not _EMPTY.sub("", said) or not re.search(r"\w", said)


def overused(count: int) -> bool:
    """Whether a reason stands on more rows than can well say the same."""
    return count > OFTEN


@dataclass(frozen=True)
class Said:
    """An opinion as it is compared: its row, how it was decided, its side of the question, what it says."""

    row: int
    outcome: str
    side: str
    words: str


class Unlike:
    """Opinions on one clause, one after the other: which earlier one says the like and was decided otherwise.

    Two are alike where sentences of WHOLE_SENTENCE characters and more that both say make ALIKE of the shorter one, or
    where they are the same; sentences of the clause itself do not count. Linear in what is said: each sentence knows
    the first row of each outcome.
    """

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = {same(one) for text in own for one in sentences(text)}
        self._first: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        self._sizes: dict[int, int] = {}

    def found(self, one: Said) -> int | None:
        """The row of the opinion that is most like this one and was decided otherwise; remembers this one."""
        said = [part for part in dict.fromkeys(map(same, sentences(one.words))) if part not in self._own]
        size = sum(map(len, said))
        telling = [part for part in said if len(part) >= WHOLE_SENTENCE] or ["".join(said)]
        best = self._best(one, telling, size) if size else None
        for part in telling if size else ():
            self._first[(one.side, part)].setdefault(one.outcome, one.row)
        self._sizes[one.row] = size
        return best

    def _best(self, one: Said, telling: Sequence[str], size: int) -> int | None:
        shared: dict[int, int] = defaultdict(int)
        for part in telling:
            for outcome, row in self._first.get((one.side, part), {}).items():
                if outcome != one.outcome:
                    shared[row] += len(part)
        row = max(shared, key=lambda other: (shared[other], -other), default=None)
        if row is None or shared[row] < ALIKE * min(size, self._sizes[row]):
            return None
        return row


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """key → 修改, 新增 or 删去, for clauses that read otherwise in the new text, white space and punctuation apart."""
    found = {}
    for key in [*new, *(key for key in old if key not in new)]:
        if key not in old:
            found[key] = "新增"
        elif key not in new:
            found[key] = "删去"
        elif same(old[key]) != same(new[key]):
            found[key] = "修改"
    return found


def backed(key: str, above: Mapping[str, str], taken: Iterable[str]) -> bool:
    """Whether an adopted opinion stands behind a clause: on it, on what it stands under, or on what is under it."""
    kin, at = {key}, above.get(key, "")
    while at:
        kin.add(at)
        at = above.get(at, "")
    return any(one in kin or _under(one, key, above) for one in taken)


def _under(key: str, top: str, above: Mapping[str, str]) -> bool:
    at = above.get(key, "")
    while at and at != top:
        at = above.get(at, "")
    return at == top and bool(at)
