"""Pure: phrases that many opinions on one clause share, found in Chinese without a dictionary of words.

A phrase is a run of 4 to 16 characters within one sentence part. It counts once for each text, and a text is a whole
group of copies, so no campaign makes a topic of itself. Longer runs are built only on frequent shorter ones, so the
work grows with the number of characters.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consult.base.text import is_cjk
from consult.review.terms import comparable

SHORTEST, LONGEST = 4, 16
LEAST = 3  # texts that must share a phrase
RARE = 500  # a phrase that fewer than one in so many texts has is chance
DOMINATED = 0.65  # a run that goes on in the same way in so many of its texts is only a piece of a phrase
ALIKE = 0.8  # a phrase most of whose texts already share another one tells nothing new
LOOKED = 400  # best runs that are looked at by themselves
MOST = 12

Array = NDArray[np.int64]

_APART = re.compile(r"[\W_]+")
_LABEL = re.compile(r"第?[〇零一二三四五六七八九十百千\d]+[条款项章节目点]")
# words in which opinions are put, whatever they are about
STOCK = (
    "征求意见稿", "进一步", "本办法", "本条例", "本规定", "实施细则", "有关部门", "相关部门", "有关规定", "相关规定",
    "修改意见", "合理化", "老百姓", "建议", "希望", "应当", "应该", "认为", "觉得", "觉着", "我们", "本人", "我是", "你们", "大家",
    "他们", "支持", "反对", "赞成", "同意", "修改", "改为", "增加", "删除", "删去", "补充", "完善", "明确", "规定", "条款", "内容",
    "意见", "问题", "相关", "有关", "部门", "政府", "群众", "人民", "国家", "社会", "办法", "条例", "草案", "方面", "情况", "进行",
    "可以", "能够", "需要", "必须", "是否", "如果", "因为", "所以", "但是", "而且", "并且", "以及", "或者", "对于", "关于", "根据",
    "按照", "通过", "这个", "这样", "这种", "这一", "一个", "一些", "没有", "不是", "就是", "还是", "非常", "请问", "谢谢", "感谢",
    "考虑", "予以", "给予", "加强", "加大", "力度", "落实", "表述", "为", "的", "了", "和", "与", "及", "或", "在", "是", "有", "对",
    "将", "把", "被", "也", "都", "就", "又", "再", "请", "等", "中", "上", "下", "内", "我", "你", "他", "这", "那", "其", "该", "本",
    "不", "要", "能", "会", "可", "应", "以", "于", "从", "向", "由", "让", "给", "并", "而", "且", "但",
)  # fmt: skip
_STOCK = re.compile("|".join(sorted(map(re.escape, STOCK), key=len, reverse=True)))
_NOT_FIRST = frozenset("的了着地得和与及或等而并且呢吗吧啊们")
_NOT_LAST = frozenset("的和与及或在将把被对为从向于而并且以不由")


@dataclass(frozen=True)
class Phrase:
    """What several texts share, in the form in which texts are compared; how many of the texts that were looked at."""

    words: str
    texts: int


def runs(text: str) -> list[str]:
    """The parts of a text between marks and white space, widths unified and case folded."""
    return [one for one in _APART.split(unicodedata.normalize("NFKC", text).casefold()) if one]


def frequent(texts: Sequence[str], own: str = "", most: int = MOST, least: int = LEAST) -> list[Phrase]:
    """The phrases that at least `least` of the texts share, the telling ones first, at most `most`.

    None is a piece of another, a piece of `own` (the clause itself) or made of stock words alone; a run that nearly
    always goes on the same way gives way to the longer one, up to LONGEST characters.
    """
    if len(texts) < least:
        return []
    least = max(least, len(texts) // RARE)
    heap = Heap([runs(one) for one in texts])
    known = _grams("\n".join(runs(own)))
    found: list[tuple[Phrase, set[int]]] = []
    ranked = sorted(heap.maximal(least), key=lambda one: (-one.texts * min(len(one.words), 10), one.words))
    for phrase in [one for one in ranked[: 8 * LOOKED] if _telling(one.words, known)][:LOOKED]:
        if any(phrase.words in one.words or one.words in phrase.words for one, _ in found):
            continue
        holders = heap.holders(phrase.words)
        if all(len(holders & other) < ALIKE * len(holders) for _, other in found):
            found.append((phrase, holders))
        if len(found) == most:
            break
    return [one for one, _ in sorted(found, key=lambda pair: (-pair[0].texts, pair[0].words))]


def excerpt(text: str, words: str, around: int = 36) -> tuple[str, str, str]:
    """(before, the place, after) where `words` stand in `text`, marks and widths apart; all before where they do not."""
    places, folded = [], []
    for at, char in enumerate(text):
        for one in comparable(char) if char.isalnum() else "":
            places.append(at)
            folded.append(one)
    found = "".join(folded).find(words)
    if found < 0 or not words:
        return text[: 2 * around] + ("…" if len(text) > 2 * around else ""), "", ""
    first, last = places[found], places[found + len(words) - 1] + 1
    start, end = max(0, first - around), min(len(text), last + around)
    return ("…" if start else "") + text[start:first], text[first:last], text[last:end] + ("…" if end < len(text) else "")


def _grams(text: str) -> set[str]:
    return {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}


def _telling(words: str, own: set[str]) -> bool:
    """Whether something is left once the clause's own words and stock words are taken away."""
    if words[0] in _NOT_FIRST or words[-1] in _NOT_LAST:
        return False
    covered = [False] * len(words)
    for at in range(len(words) - SHORTEST + 1):
        if words[at : at + SHORTEST] in own:
            covered[at : at + SHORTEST] = [True] * SHORTEST
    left = "".join("\n" if hidden else char for char, hidden in zip(words, covered, strict=True))
    left = _STOCK.sub("\n", _LABEL.sub("\n", left)).replace("\n", "")
    return len(left) >= 2 and any(map(is_cjk, left)) and sum(map(is_cjk, words)) >= SHORTEST - 1


class Heap:
    """Texts laid end to end, their parts kept apart."""

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        parts = ["\n".join(one) + "\n" for one in texts]
        self.whole = "\n" + "".join(parts)
        sizes = np.array([len(one) for one in parts], np.int64)
        self.starts = [1, *(1 + np.cumsum(sizes)).tolist()]
        self.codes = np.frombuffer(self.whole.encode("utf-32-le"), np.uint32)
        self.owners = np.concatenate(([0], np.repeat(np.arange(len(parts)), sizes)))

    def holders(self, words: str) -> set[int]:
        """Which texts hold these words."""
        found, at = set(), self.whole.find(words)
        while at >= 0:
            text = bisect_right(self.starts, at) - 1
            found.add(text)
            at = self.whole.find(words, self.starts[text + 1])
        return found

    def maximal(self, least: int) -> list[Phrase]:
        """Every run in `least` texts that goes on differently on both sides; one of LONGEST may go on as it likes."""
        found: list[Phrase] = []
        before: _Level | None = None
        for level in self._levels(least):
            if before is not None:
                found += self._closed(before, level)
            before = level
        return found

    def _levels(self, least: int) -> Iterator["_Level"]:
        """Frequent runs of each length, up to one beyond LONGEST; the last may hold none."""
        codes = self.codes.astype(np.uint64)
        inside = codes != 10
        hashes = codes * _MIX
        for n in range(2, SHORTEST):
            hashes = hashes[:-1] * _BASE + codes[n - 1 :] * _MIX
            inside = inside[:-1] & (self.codes[n - 1 :] != 10)
        kept = inside.copy()
        for n in range(SHORTEST, LONGEST + 2):
            hashes = hashes[:-1] * _BASE + codes[n - 1 :] * _MIX
            kept = kept[:-1] & kept[1:]
            level = self._level(n, hashes, np.flatnonzero(kept), least)
            yield level
            kept[:] = False
            kept[level.places] = True
            if not len(level.places):
                return

    def _level(self, n: int, hashes: NDArray[np.uint64], places: Array, least: int) -> "_Level":
        _, first, kind, often = np.unique(hashes[places], return_index=True, return_inverse=True, return_counts=True)
        likely = often[kind] >= least
        pairs = np.unique(kind[likely] * len(self.starts) + self.owners[places[likely]])
        texts = np.bincount(pairs // len(self.starts), minlength=len(first))
        good = texts[kind] >= least
        return _Level(n, places[good], kind[good], texts, places[first])

    def _closed(self, level: "_Level", longer: "_Level") -> list[Phrase]:
        """The runs of a level that no longer run takes in."""
        at = np.full(len(self.codes), -1, np.int64)
        at[level.places] = level.kinds
        more = longer.texts[longer.kinds]
        left, right = np.zeros_like(level.texts), np.zeros_like(level.texts)
        np.maximum.at(right, at[longer.places], more)
        np.maximum.at(left, at[longer.places + 1], more)
        limit = DOMINATED * level.texts
        closed = (left <= limit) & ((right <= limit) | (level.length == LONGEST))
        return [
            Phrase(self.whole[level.first[kind] : level.first[kind] + level.length], int(level.texts[kind]))
            for kind in np.unique(level.kinds).tolist()
            if closed[kind]
        ]


@dataclass(frozen=True)
class _Level:
    """Frequent runs of one length: where they stand, of which kind each is, in how many texts each kind occurs."""

    length: int
    places: Array
    kinds: Array
    texts: Array
    first: Array


_MIX = np.uint64(0x9E3779B97F4A7C15)
_BASE = np.uint64(0xD6E8FEB86659FD93)
