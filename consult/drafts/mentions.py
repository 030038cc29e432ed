"""Pure: the clauses that a running text speaks of, each with its place in the text, and which clause that is.

A letter says 第三条第二款…；第十二条…, or in haste 十二条二款; an official document is cited 第二部分第(五)项第12点. What
stands inside quotation marks is quoted, not cited, and 《劳动法》第十条 is a clause of another text.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consult.base.text import unified
from consult.drafts.citation import Cited, find

_CN = "〇零一二三四五六七八九十百千两"
_NUM = rf"(?:[{_CN}](?:[ \t]?[{_CN}])*|\d{{1,5}})"
_UNIT = "分编|编|篇|部分|章|节|条|款|项|目|点|段"
_GAP = r"[ \t]{0,3}"  # bounded: a thousand blanks are no citation
_STEP = rf"第{_GAP}(?:{_NUM}|\({_NUM}\)){_GAP}(?:{_UNIT})(?:之{_NUM})?"
_CHAIN = rf"{_STEP}(?:{_GAP}的?{_GAP}(?:{_STEP}|\({_NUM}\)(?:项|目)?))*"
_ATTACHED = rf"附件{_NUM}(?:{_GAP}的?{_GAP}{_CHAIN})?"
_DECIMAL = r"(?<![\d.年月:A-Za-z-])\d{1,3}(?:\.\d{1,3}){1,5}(?![\d.年月%])"
# 十二条 without 第, where the sentence speaks of it; 提三条意见, 以上三条, 三条道路 and 三条建议：only count
_HASTY = (
    rf"(?:(?<=[\s,。;!?:、(“《》])|(?<=[对将把在删改])|(?<=关于|针对|删除|删去|修改|支持|同意|反对|赞成|条例|办法|规定|草案)|(?<=^))"
    rf"(?<![\d{_CN}]、)(?!两条){_NUM}{_GAP}条(?=[,。;、!?)\s的中里太不应规过写可要是有都和与及罚收建对]|第|\(|{_NUM}[款项]|\Z)(?!有?(?:建议|意见|理由|看法|问题|想法)(?:[:,。;]|如下|供|\Z))"
    rf"(?:{_GAP}的?{_GAP}(?:{_STEP}|{_NUM}{_GAP}[款项目]|\({_NUM}\)(?:项|目)?))*"
)
_ONE = rf"(?:{_ATTACHED}|{_CHAIN}|{_DECIMAL})"
_SHORT_RANGE = rf"第{_NUM}(?:条|章|节|款|项)?(?:[至到~—、和及-]第?{_NUM})+(?:条|章|节|款|项)"
_MENTION = re.compile(rf"(?P<range>{_SHORT_RANGE}(?![\d{_CN}]|{_GAP}的?{_GAP}(?:第|\()))|(?P<first>{_ONE})(?:[至到~—-]+(?P<last>{_ONE}))?|(?P<hasty>{_HASTY})")
_WITHOUT = re.compile(rf"(?<![第(\d{_CN}])({_NUM})(?=[条款项目])")
_TRADITIONAL = str.maketrans("條項節點編", "条项节点编")
_CAPITAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰", "一二三四五六七八九十百")
_JOIN = re.compile(r"[ \t]*(?:、|和|及|与|以及|或者?|/)[ \t]*\Z")
_QUOTES = (("“", "”"), ("「", "」"), ("『", "』"), ("‘", "’"))
_BOOK = re.compile(r"《([^《》\n]{1,80})》[^，。；,;\n]{0,3}\Z")
_LAW = re.compile(r"([\u4e00-\u9fff]{0,24}(?:法|法典|条例|规定|办法|细则|规则|宪法))的?\Z")
_OURS = re.compile(r"(?:征求意见稿|意见稿|草案|修订稿|公示稿|送审稿|讨论稿|本稿|参与稿)")
_POINTING = re.compile(r"(?:本|该|此|这个?|这部|贵)[\u4e00-\u9fff]{0,8}\Z")
_LEADING = re.compile(r"(?:.*(?:建议|对于|对|在|将|把|关于|针对|认为|希望|请|看|的|和|与|及|按照|根据|依据|参照))")
_RELATIVE = re.compile(r"第[^条章节编篇分附]*[款项目点段]")
Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Mention:
    """text[start:end] names a clause, or with `several` more than one; `said` as citations, white space removed."""

    start: int
    end: int
    said: tuple[str, ...]
    several: bool = False

    @property
    def relative(self) -> bool:
        """Whether it starts below an article: 第二款, of the article spoken of before."""
        return bool(_RELATIVE.match(self.said[0]))


def quoted(text: str) -> list[tuple[int, int]]:
    """The stretches inside quotation marks, marks included; a mark that is not closed in its paragraphs quotes nothing."""
    found: list[tuple[int, int]] = []
    for opening, closing in _QUOTES:
        at = text.find(opening)
        while at >= 0:
            end = text.find(closing, at)
            if end < 0:
                break
            whole = "\n\n" not in text[at:end]
            if whole:
                found.append((at, end + 1))
            at = text.find(opening, end if whole else at + 1)
    return sorted(found)


def mentions(text: str, title: str = "", known: Known = lambda said: False) -> list[Mention]:
    """Every clause of the draft that `text` speaks of, in order.

    `title` is the draft's: its name before a citation is no other law. `known` says whether a decimal such as
    3.2 is a clause; where it is none it is a number.
    """
    shown = _simple(text)
    inside = quoted(text) + [one.span() for one in re.finditer(r"《[^《》\n]{1,80}》", text)]
    found: list[Mention] = []
    for match in _MENTION.finditer(shown):
        start, end = match.span()
        if any(a <= start < b for a, b in inside) or _another_text(text[max(0, start - 90) : start], title):
            continue
        said = tuple("".join(one.split()) for one in _said(match))
        if (said[0][0].isdigit() or match["hasty"]) and not all(known(one) for one in said):
            continue
        found.append(Mention(start, end, said, len(said) > 1))
    return _joined(text, found)


def _simple(text: str) -> str:
    """`text` of the same length as the patterns expect it: half-width, and the characters of a citation simplified."""
    return re.sub(f"[第{_CN}][壹贰叁肆伍陆柒捌玖拾佰]+", lambda one: one[0].translate(_CAPITAL), unified(text).translate(_TRADITIONAL))


def _said(match: re.Match[str]) -> list[str]:
    """第三条至第五条 and 第三至五条 are both said as first and last."""
    if match["hasty"]:
        return [_WITHOUT.sub(r"第\1", "".join(match["hasty"].split()))]
    if match["range"]:
        unit = re.search(r"(条|章|节|款|项)\Z", match["range"])
        numbers = re.findall(_NUM, match["range"])
        return [f"第{number}{unit[1] if unit else ''}" for number in (numbers[0], numbers[-1])]
    return [match["first"], *([match["last"]] if match["last"] else [])]


def _another_text(before: str, title: str) -> bool:
    """Whether the words right before a citation name a text that is not the draft."""
    name = "".join(title.split())
    if book := _BOOK.search(before):
        return not (_OURS.search(book[0]) or _short(book[1]) in name or _short(name) in book[1])
    law = _LAW.search(before)
    if not law or _POINTING.search(law[1]) or _OURS.search(law[1]):
        return False
    said = _LEADING.sub("", law[1])
    return len(said) > 1 and said not in name


def _short(name: str) -> str:
    """A title without what stands in brackets behind it."""
    return re.sub(r"[(（].*", "", name) or name


def _joined(text: str, found: Sequence[Mention]) -> list[Mention]:
    """第三条、第五条和第九条 is one mention of several clauses."""
    out: list[Mention] = []
    for one in found:
        if out and _JOIN.match(text[out[-1].end : one.start]):
            before = out.pop()
            one = Mention(before.start, one.end, (*before.said, *one.said), True)
        out.append(one)
    return out


class Finder:
    """Citations to indexes of the clauses that can be commented on; each is looked up once."""

    def __init__(self, pieces: Sequence[Cited]) -> None:
        self._pieces = pieces
        self._found: dict[str, list[int]] = {}

    def all(self, said: str) -> list[int]:
        """Every clause that the words can mean."""
        if said not in self._found:
            self._found[said] = find(self._pieces, said)
        return self._found[said]

    def known(self, said: str) -> bool:
        """Whether the words mean any clause."""
        return bool(self.all(said))

    def one(self, said: str, above: str = "") -> tuple[int | None, str]:
        """(index, "") of the clause meant; with a note where a shorter citation stands in, or none was found.

        `above` is the article spoken of before, for 第二款 alone.
        """
        for whole in (f"{above}{said}", said) if above else (said,):
            if len(self.all(whole)) == 1:
                return self.all(whole)[0], ""
        if len(self.all(said)) > 1:
            return None, f"“{said}”不止一处，请选择"
        shorter = said
        while shorter := _shorter(shorter):
            if len(self.all(shorter)) == 1:
                return self.all(shorter)[0], f"草案里没有“{said}”，先放在“{shorter}”"
        return None, f"草案里没有“{said}”"


def _shorter(said: str) -> str:
    """A citation without its last step; empty where there is only one."""
    steps = [match.start() for match in re.finditer(r"第|\(|(?<=\d)附件", said) if match.start()]
    steps = [at for at in steps if said[at - 1] not in "第("]
    return said[: steps[-1]].rstrip("的") if steps else ""
