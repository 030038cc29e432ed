"""Pure: a letter is proposed to be cut into one opinion per clause it speaks of; nothing of it is lost.

A part begins where a sentence opens with a clause (第三条…, 建议将第五条…, 二、关于第八条…). A clause that is only
referred to inside a sentence opens none. Greeting and closing stay with the first and the last part.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from consult.base.text import unified
from consult.drafts.mentions import Mention, quoted
from consult.intake.screen import MOST_ITEMS

_LABELS = (
    r"\d{1,3}[.、)](?!\d)", r"[一二三四五六七八九十]{1,3}[、.]", r"\([一二三四五六七八九十]{1,3}\)", r"\(\d{1,3}\)",
    r"第[一二三四五六七八九十]{1,2}[,、:]|其[一二三四五六七八九十][,、:]", r"[①-⑳]", r"[-•·●■◆*]",
)  # fmt: skip
_LABEL = re.compile("[ \t]*(?:" + "|".join(f"({one})" for one in _LABELS) + ")")
_LEAD = re.compile(  # possessive: it never tries a second way through the same words
    r"(?:《[^《》\n]{1,80}》|\([^()\n]{0,20}\)|征求意见稿|意见稿|修订稿|送审稿|讨论稿|草案|涉及条款|条款|条文|文中|文件|"
    r"办法|条例|规定|稿|建议|意见|对于|针对|对|关于|在|将|把|就|请|从|至于|删除|删去|增加|取消|修改|完善|调整|细化|明确|希望|"
    r"我单位|我们|我|本人|本单位|个人|认为|觉得|感觉|首先|其次|再次|再者|最后|另外|此外|还有|同时|以及|也|并|且|和|与|支持|"
    r"不同意|不赞成|同意|赞成|赞同|反对|本|该|此|这个|这|其中|中的|中|里的|里|的|原|现|新|涉及|"
    r"[“”\"'\s,、:.·*#>\-—])*+\Z"
)
_CLOSING = re.compile(
    r"\s*(?:以上|此致|敬礼|谢谢|感谢|特此|顺颂|祝|致礼|联系|电话|手机|姓名|地址|单位|签名|发自|来自我的|附:|盼复|\d{4}年\d{1,2}月)"
)
_ELSE = re.compile(r"\s*(?:希望|另外|此外|最后|总之|总的|总体|整体|其他方面|还有|还希望)")
_TAIL = re.compile(
    r"^[ \t]*(?:>|-{2,}[ \t]*(?:原始邮件|原邮件|回复的邮件|转发邮件|Original Message|Forwarded)|在.{4,80}写道:|On .{4,120}wrote:|发件人:|From:|--[ \t]*$)",
    re.MULTILINE,
)
# a letter handed on: what stands below these lines is what is said, where nothing was said above
_HANDED_ON = re.compile(
    r"^[ \t>]*-{2,}[ \t]*(?:转发的?(?:邮件|信息)|Forwarded message)[^\n]*\n"
    r"(?:[ \t>]*(?:(?:From|Date|Sent|Subject|To|Cc|发件人|发送时间|发送日期|收件人|抄送|主题|日期|时间)[ \t*]*:[^\n]*)?\n)*",
    re.MULTILINE | re.IGNORECASE,
)
_ENDS = frozenset("。;!?\n")
_SMALL = 30  # characters of a heading or a greeting that is no opinion of its own


@dataclass(frozen=True, slots=True)
class Part:
    """text[start:end] is one opinion; `mention` the clause it opens with, None for the whole draft."""

    start: int
    end: int
    mention: Mention | None = None


def cut(text: str, found: Sequence[Mention]) -> list[Part]:
    """The parts of a letter in order; put together they are the text. `found` are its mentions.

    At most MOST_ITEMS parts: what is beyond stays with the last.
    """
    shown = unified(text)
    tail = _TAIL.search(shown, _handed_on(shown, found))
    units = list(_units(shown, tail.start() if tail else len(shown)))
    style = _style(shown, units)
    parts, listed = [Part(0, len(text))], [False]
    for start, end in units:
        mention = _opening(shown, start, end, found)
        counted = style >= 0 and _label(shown, start) == style and not _CLOSING.match(shown, start)
        same = mention is not None and parts[-1].mention is not None and parts[-1].mention.said == mention.said
        if counted or (mention and not same) or (mention is None and _elsewhere(shown, start, parts[-1])):
            parts[-1] = replace(parts[-1], end=start)
            parts.append(Part(start, len(text), mention))
            listed.append(counted)
    parts = _without_small(shown, parts, listed)
    return [*parts[: MOST_ITEMS - 1], Part(parts[MOST_ITEMS - 1].start, len(text))] if len(parts) > MOST_ITEMS else parts


def _handed_on(shown: str, found: Sequence[Mention]) -> int:
    """Where a forwarded letter begins that nobody added a word about a clause to; 0 where there is none."""
    mark = _HANDED_ON.search(shown)
    quiet = mark and len(shown[: mark.start()].strip()) <= _SMALL and not any(one.start < mark.start() for one in found)
    return mark.end() if mark and quiet else 0


def _units(shown: str, until: int) -> Iterator[tuple[int, int]]:
    """Sentences and lines, with the marks that end them; a quotation is never cut."""
    inside = quoted(shown)
    start = at = 0
    while at < until:
        held = next((b for a, b in inside if a <= at < b), 0)
        if held:
            at = held
            continue
        at += 1
        if shown[at - 1] in _ENDS:
            yield start, at
            start = at
    if start < until:
        yield start, until


def _opening(shown: str, start: int, end: int, found: Sequence[Mention]) -> Mention | None:
    """The clause that a sentence opens with, behind its number and words such as 建议将."""
    at = bisect_left(found, start, key=lambda one: one.start)
    if at == len(found) or found[at].start >= end:
        return None
    first = found[at]
    label = _LABEL.match(shown, start, first.start) if _line_start(shown, start) else None
    return first if _LEAD.match(shown[label.end() if label else start : first.start]) else None


def _line_start(shown: str, at: int) -> bool:
    return not shown[shown.rfind("\n", 0, at) + 1 : at].strip()


def _label(shown: str, start: int) -> int | None:
    """Which kind of list number a line begins with; None for none, and inside a line."""
    found = _LABEL.match(shown, start) if _line_start(shown, start) else None
    return found.lastindex if found else None


def _style(shown: str, units: Sequence[tuple[int, int]]) -> int:
    """The kind of number that counts the opinions of the letter: the first, where it counts on; -1 for none."""
    kinds = [label for start, _ in units if (label := _label(shown, start)) is not None]
    return kinds[0] if kinds and kinds.count(kinds[0]) > 1 else -1


def _elsewhere(shown: str, start: int, last: Part) -> bool:
    """Whether a paragraph behind a clause leaves it: 另外希望加强宣传."""
    return last.mention is not None and _line_start(shown, start) and bool(_ELSE.match(shown, start))


def _without_small(shown: str, parts: Sequence[Part], listed: Sequence[bool]) -> list[Part]:
    """A greeting or a bare heading joins what follows it."""
    out: list[Part] = []
    start = 0
    for number, one in enumerate(parts):
        words = shown[one.start : one.end].strip()
        last = number + 1 == len(parts)
        if not words or (not last and one.mention is None and _small(words, number == 0, listed[number : number + 2])):
            if last and out:
                out[-1] = replace(out[-1], end=one.end)
                return out
            if not last:
                continue
        out.append(replace(one, start=start))
        start = one.end
    return out


def _small(words: str, first: bool, listed: Sequence[bool]) -> bool:
    """Whether a part without a clause is no opinion of its own; of a list only a heading above its clauses is none."""
    heading = words.endswith(":") or not words.endswith(tuple("。;!?"))
    if listed[0]:
        return heading and not listed[1] and len(words) <= _SMALL
    if len(words) <= _SMALL:
        return first or heading
    return first and len(words) <= 4 * _SMALL and (words.endswith(":") or not re.search(r"建议|应当|应该|希望|认为", words))
