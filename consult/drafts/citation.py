"""Citations: a clause as people cite it, and what a person typed back to the clause.

Statutes (立法法 66): 第三条第二款第一项; 款 are the unnumbered paragraphs of an article. Official documents:
第二部分第(五)项第12点; an unnumbered item below is its 第3段. Attachments stand before: 附件二第三条.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from consult.base.text import plain
from consult.drafts.numbering import printed_number
from consult.drafts.numerals import any_to_int, int_to_chinese

_UNITS = {"part": "编", "subpart": "分编", "chapter": "章", "section": "节", "article": "条", "division": "部分"}
_CN = "〇零一二三四五六七八九十百千两"
_TYPED = re.compile(
    rf"(?:附件(?P<att>[{_CN}]+|\d+))|第(?P<num>[{_CN}]+|\d+|\([{_CN}\d]+\))"
    rf"(?P<unit>分编|编|篇|部分|章|节|条|款|项|目|点|段)(?:之(?P<sub>[{_CN}]+))?"
    rf"|(?P<h>[{_CN}]+)、|\((?P<p>[{_CN}]+)\)|\((?P<q>\d+)\)|(?P<dec>\d+(?:\.\d+)+)|(?P<d>\d+)[.、]?"
)


class Cited(Protocol):
    """What a citation is made of: a piece, or a stored clause, with these five facts."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def path(self) -> Sequence[str]: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a citation: its unit as said, its number, and the number of a 之."""

    unit: str
    number: int
    sub: int = 0

    def said(self) -> str:
        """第三条, 第(五)项, 附件二, 3.2.1 as written in an answer."""
        chinese = int_to_chinese(self.number)
        if self.unit == "附件":
            return f"附件{chinese}"
        if self.unit == "(项)":
            return f"第({chinese})项"
        if self.unit in ("点", "段", "(点)"):
            return f"第({self.number})点" if self.unit == "(点)" else f"第{self.number}{self.unit}"
        return f"第{chinese}{self.unit}" + (f"之{int_to_chinese(self.sub)}" if self.sub else "")


def citations(pieces: Sequence[Cited]) -> list[str]:
    """The citation of every piece, in order; empty for what is no clause and no paragraph of one."""
    return ["".join(_say(steps)) for steps in _all_steps(pieces)]


def citation(pieces: Sequence[Cited], index: int) -> str:
    """The citation of one piece of a document."""
    return citations(pieces)[index]


def find(pieces: Sequence[Cited], typed: str) -> list[int]:
    """The indexes of the pieces that a typed citation can mean, best first; empty where none.

    「第十二条第二款第(三)项」, 「12条2款3项」, 「二（五）12」 and 「3.2.1」 are understood. Steps may be left out
    above, not below: 「第十二条」 never means one of its items.
    """
    wanted = _typed_steps(typed)
    if not wanted:
        return []
    tiers: list[list[int]] = [[], [], []]
    for index, steps in enumerate(_all_steps(pieces)):
        tier = _tier(steps, wanted)
        if tier is not None:
            tiers[tier].append(index)
    return next((tier for tier in tiers if tier), [])


def _tier(steps: "_Steps", wanted: "list[_Step] | str") -> int | None:
    """0 where the citation was typed whole, 1 where its end was, 2 where 项 and 点 were mixed up; else None."""
    if isinstance(wanted, str):
        return 0 if steps and steps[-1] == wanted else None
    own = [step for step in steps if isinstance(step, _Step)]
    if not own or len(own) < len(steps):
        return 0 if own and _say(steps) == [step.said() for step in wanted] else None
    if _same(own, wanted):
        return 0
    return _ending(own, wanted)


_Steps = list["_Step | str"]


def _say(steps: _Steps) -> list[str]:
    """The steps that are said: an article says nothing of its chapter (articles run on through a document)."""
    articles = [i for i, s in enumerate(steps) if isinstance(s, _Step) and s.unit == "条"]
    if articles:
        heads = [s for s in steps[: articles[-1]] if isinstance(s, _Step) and s.unit == "附件"]
        steps = [*heads, *steps[articles[-1] :]]
    return [s if isinstance(s, str) else s.said() for s in steps]


def _all_steps(pieces: Sequence[Cited]) -> list[_Steps]:
    """The steps of every piece; 款 and 段 are counted along."""
    out: list[_Steps] = []
    below: dict[tuple[str, ...], int] = {}
    level_of: dict[tuple[str, ...], str] = {}
    paragraph_of: dict[tuple[str, ...], int] = {}
    for piece in pieces:
        path = tuple(piece.path)
        if piece.kind == "clause":
            below[path], level_of[path] = int(bool(piece.text)), piece.level
            paragraph_of[path] = below.get(path[:-1], 0)
            out.append(_steps(path, level_of, paragraph_of))
        elif piece.kind == "paragraph" and path:
            below[path] = below.get(path, 0) + 1
            unit = "款" if level_of.get(path) == "article" else "段"
            count = below[path] - (0 if unit == "款" else _heading_only(level_of.get(path, "")))
            out.append([*_steps(path, level_of, paragraph_of), _Step(unit, max(1, count))])
        else:
            out.append([])
    return out


def _heading_only(level: str) -> int:
    """In official documents the words behind the label are a heading, not its first 段."""
    return int(level.startswith(("heading", "chapter", "section", "part")))


def _steps(
    path: tuple[str, ...], level_of: dict[tuple[str, ...], str], paragraph_of: dict[tuple[str, ...], int]
) -> _Steps:
    steps: _Steps = []
    in_article = False
    for depth in range(1, len(path) + 1):
        here = path[:depth]
        level = level_of.get(here, "")
        found = printed_number(path[depth - 1])
        if found is None or found[0].startswith(("dec", "en_")):
            steps = [plain(path[depth - 1])]
            continue
        style, number = found
        if in_article and level == "item" and paragraph_of.get(here, 0) > 1:
            steps.append(_Step("款", paragraph_of[here]))
        steps.append(_step(style, level, number, in_article))
        in_article = in_article or style == "article"
    return steps


def _step(style: str, level: str, number: tuple[int, ...], in_article: bool) -> _Step:
    sub = number[1] if len(number) > 1 else 0
    if style == "attachment":
        return _Step("附件", number[0])
    if style in _UNITS:
        return _Step(_UNITS[style], number[0], sub)
    if in_article:
        return _Step("项" if level == "item" else "目", number[0])
    return _Step({"h": "部分", "p": "(项)", "d": "点", "q": "(点)"}.get(style, "点"), number[0])


def _typed_steps(typed: str) -> list[_Step] | str:
    """The steps a person typed; a string for decimals (3.2.1)."""
    text = plain(typed).replace("（", "(").replace("）", ")")
    text = re.sub(rf"(?<![第\d.({_CN}])(\d+|[{_CN}]+)(?=[条款项目点段章节])", r"第\1", text)
    steps: list[_Step] = []
    for match in _TYPED.finditer(text):
        groups = match.groupdict()
        if groups["dec"]:
            return groups["dec"]
        step = _typed_step(groups)
        if step:
            steps.append(step)
    return steps


def _typed_step(groups: dict[str, str | None]) -> _Step | None:
    if groups["num"]:
        raw = groups["num"].strip("()")
        unit = groups["unit"] or ""
        if unit == "项" and groups["num"].startswith("("):
            unit = "(项)"
        return _Step("编" if unit == "篇" else unit, any_to_int(raw) or 0, any_to_int(groups["sub"] or "") or 0)
    for key, unit in (("att", "附件"), ("h", "部分"), ("p", "(项)"), ("q", "(点)"), ("d", "点")):
        if groups[key]:
            return _Step(unit, any_to_int(groups[key] or "") or 0)
    return None


_ALIKE = {"(项)": "项", "(点)": "点", "目": "点", "段": "款"}


def _key(step: _Step) -> tuple[str, int, int]:
    return _ALIKE.get(step.unit, step.unit), step.number, step.sub


def _same(own: list[_Step], wanted: list[_Step]) -> bool:
    """Equal, where an unsaid 第一款 and everything above the article may be missing."""
    mine = [_key(s) for s in own]
    theirs = [_key(s) for s in wanted]
    if mine == theirs:
        return True
    articles = [i for i, s in enumerate(mine) if s[0] == "条"]
    said = mine[articles[-1] :] if articles else mine
    return said == theirs or [s for s in said if s != ("款", 1, 0)] == [s for s in theirs if s != ("款", 1, 0)] != []


def _ending(own: list[_Step], wanted: list[_Step]) -> int | None:
    """Whether the end of a citation was typed; 款 may be left out where nobody counts them."""
    mine, theirs = [_key(s) for s in own], [_key(s) for s in wanted]
    if not any(unit == "款" for unit, _, _ in theirs) and mine[-1][0] != "款":
        mine = [s for s in mine if s[0] != "款"]
    tail = mine[-len(theirs) :]
    if tail == theirs:
        return 1
    mixed = len(tail) == len(theirs) and [s[1:] for s in tail] == [s[1:] for s in theirs]
    return 2 if mixed and _lists_only(tail, theirs) else None


def _lists_only(tail: list[tuple[str, int, int]], theirs: list[tuple[str, int, int]]) -> bool:
    """Whether the units differ only as people mix them up: 项 and 点."""
    pairs = zip(tail, theirs, strict=True)
    return all(a[0] == b[0] or {a[0], b[0]} <= {"项", "点"} for a, b in pairs)
