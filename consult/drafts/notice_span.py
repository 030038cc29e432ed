"""Where the notice before a draft ends: its numbered channels are no clauses of the draft."""

import re
from dataclasses import dataclass

from consult.drafts.candidates import Candidate
from consult.drafts.lines import Line, has_stage, is_date
from consult.drafts.regions import Regions

_ASKS = re.compile(
    r"征求意见|征集意见|征求[^。]{0,60}意见|意见建议|意见和建议|修改意见|公开征集|征询意见|听取意见|consultation|comments",
    re.I,
)
_ASKS_IN_TITLE = re.compile(r"(?:征求|征集|征询|听取).{0,120}(?:意见|建议).{0,8}(?:公告|通告|通知|启事|公示|函)?$")
_ANSWERS = re.compile(
    r"反馈|寄至|寄送|寄往|发送至|发至|电子邮[箱件]|邮箱|传真|联系(?:人|电话|方式)|截止|截至|日前|通[讯信]地址|邮寄地址|e-?mail",
    re.I,
)
_CHANNEL = re.compile(r"时间|期限|日期|方式|途径|渠道|联系|邮[箱件编]|电话|传真|信函|来信|网站|留言|地址|登录|登陆|要求|事项|范围")
_NAME = re.compile(r"《((?:[^《》]|《[^《》]*》){2,80})》")
_ATTACHED = re.compile(r"^附(?:件|录)?[\d一二三四五六]{0,2}[:：]?$")
_WORD_STYLES = ("part", "chapter", "section", "article", "en_part", "en_chapter", "en_article", "en_section")
_REACH = 200  # lines a notice may have


@dataclass(frozen=True, slots=True)
class NoticeSpan:
    """The notice before a draft: line indexes [first, last], and whether it asks for opinions."""

    first: int
    last: int
    asks: bool


def consultation_notice(lines: list[Line], found: list[Candidate], regions: Regions) -> NoticeSpan | None:
    """The notice that asks for opinions, if the document begins with one; its lists are not clauses.

    It ends before the title that it announced in 《》; else with its date; without one, before a line that
    looks like the draft's title, its contents or its first chapter or article.
    """
    asked = _first_match(lines, _ASKS, 0, 40)
    if asked is None:
        return None
    answered = _first_match(lines, _ANSWERS, asked, asked + 60)
    limit = _first_structure(lines, found, regions, asked if answered is None else answered)
    begins = _announced(lines, asked, min(limit, asked + _REACH))
    if answered is None or (begins is not None and begins < answered):
        return _span(lines, begins - 1) if begins is not None and _ASKS_IN_TITLE.search(lines[asked].bare) else None
    if begins is not None:
        return _span(lines, begins - 1)
    last = _last_line(lines, answered, limit)
    if last is None or not (_draft_follows(lines, found, last) or _only_channels(lines, found, last)):
        return None
    return NoticeSpan(0, last, True)


def announced_name(lines: list[Line], notice: NoticeSpan) -> str:
    """The first name in 《》 of a notice, with its stage; empty where it names none."""
    name = _NAME.search("".join(line.bare for line in lines[: notice.last + 1]))
    return name[1] if name else ""


def asks_for_opinions(text: str) -> bool:
    """Whether a text that shares its line with the draft is a notice: it asks, and says how to answer."""
    bare = "".join(text[:6000].split())
    return bool(_ASKS.search(bare)) and bool(_ANSWERS.search(bare))


def _span(lines: list[Line], last: int) -> NoticeSpan | None:
    """The notice up to line `last`, without the 附件 that stands above the draft's title."""
    while last > 0 and (lines[last].blank or _ATTACHED.match(lines[last].bare.strip("#*"))):
        last -= 1
    return NoticeSpan(0, last, True) if last > 0 else None


def _last_line(lines: list[Line], answered: int, limit: int) -> int | None:
    for index in range(answered, min(limit, answered + 60)):
        if is_date(lines[index].bare) and not _date_follows(lines, index, limit):
            return index
    title = next((i for i in range(answered + 1, limit) if _draft_title(lines, i)), None)
    if title is not None:
        return title - 1
    return _before_titles(lines, limit, answered) if limit < len(lines) else None


def _announced(lines: list[Line], asked: int, limit: int) -> int | None:
    """The line where the draft begins that the notice named in 《》: its title again, over one line or more."""
    named = "".join(line.bare for line in lines[: min(limit, asked + 30)])
    names = {_core(name) for name in _NAME.findall(named)} - {""}
    at = [i for i in range(asked + 1, limit) if any(_prints(lines, i, name) for name in names)]
    last = None
    for index in at:
        if last is not None and _sentence_between(lines, last, index):
            break
        last = index
    return last


def _core(name: str) -> str:
    """A draft's name without its stage in brackets: it may be printed elsewhere, or not at all."""
    core = re.sub(r"(?:\([^()]*\))+$", "", name)
    return core if len(core) >= 4 else ""


def _prints(lines: list[Line], first: int, name: str) -> bool:
    """Whether the name stands here, alone on its line or on this and the next two."""
    joined = ""
    for line in lines[first : first + 6]:
        bare = line.bare.strip("#*")
        if not joined and (len(bare) < 2 or bare.startswith("附")):
            return False
        joined += bare
        if joined.startswith(name):
            return len(bare) <= 90 and bool(re.match(r"(?:\([^()]*\))*$", joined[len(name) :]))
        if bare and not name.startswith(joined):
            return False
    return False


def _sentence_between(lines: list[Line], first: int, last: int) -> bool:
    return any("。" in line.uni for line in lines[first + 1 : last])


def _draft_follows(lines: list[Line], found: list[Candidate], last: int) -> bool:
    end = lines[last].end
    return any(c.at_start and c.start > end for c in found)


def _only_channels(lines: list[Line], found: list[Candidate], last: int) -> bool:
    """Whether what is numbered in a notice without a draft says when and how to answer."""
    numbered = [lines[c.line].bare for c in found if c.at_start and c.line <= last]
    return sum(bool(_CHANNEL.search(bare[:60])) for bare in numbered) * 2 >= len(numbered)


def _first_match(lines: list[Line], pattern: re.Pattern[str], first: int, last: int) -> int | None:
    return next((i for i in range(first, min(last, len(lines))) if pattern.search(lines[i].bare[:2000])), None)


def _first_structure(lines: list[Line], found: list[Candidate], regions: Regions, after: int) -> int:
    """The line of the first contents, chapter or article at a line's start after `after`."""
    toc = [r.start for r in regions.all if r.kind == "toc"]
    for candidate in found:
        if candidate.line > after and candidate.at_start:
            region = regions.at(candidate.start)
            if region and region.kind == "toc":
                return next(i for i in range(len(lines)) if lines[i].end >= toc[0])
            if region is None and candidate.style in _WORD_STYLES and candidate.leave > 3:
                return candidate.line
    return len(lines)


def _date_follows(lines: list[Line], index: int, limit: int) -> bool:
    """Whether the next line with text is a date too, or one more office of the same signature."""
    following = [line.bare for line in lines[index + 1 : min(limit, index + 6)] if line.bare][:2]
    return any(is_date(bare) for bare in following[:2])


def _draft_title(lines: list[Line], index: int) -> bool:
    bare = lines[index].bare
    alone = bool(re.match(r"^附件\d?[:：]?$", bare))
    return (bool(has_stage(bare)) and not _ASKS.search(bare.split("(")[0]) and "关于" not in bare[:2]) or alone


def _before_titles(lines: list[Line], limit: int, first: int) -> int:
    """The last line of the notice where only the draft's structure shows its end: before short title lines."""
    index = limit - 1
    while index > first and (lines[index].blank or _short(lines[index].bare)):
        index -= 1
    return index


def _short(bare: str) -> bool:
    return len(bare) <= 40 and not re.search(r"[。;:]|@|\d{5}", bare)
