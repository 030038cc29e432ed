"""What stands before the first clause: portal head, notice, signature, the draft's title and preamble."""

import re
from dataclasses import dataclass

from consult.drafts.candidates import Candidate
from consult.drafts.furniture import is_furniture
from consult.drafts.lines import Line, has_stage, is_date, looks_like_title
from consult.drafts.regions import Regions

_ASKS = re.compile(
    r"征求意见|征集意见|征求[^。]{0,60}意见|意见建议|意见和建议|修改意见|公开征集|consultation|comments", re.I
)
_ANSWERS = re.compile(
    r"反馈|寄至|寄送|寄往|发送至|发至|电子邮[箱件]|邮箱|传真|联系(?:人|电话|方式)|截止|日前|通[讯信]地址|邮寄地址|e-?mail",
    re.I,
)
_PUBLISHED = re.compile(r"^[(\[【]?(?:此件|本文)[^。]{2,16}[)\]】]$")
_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,10}\(?\d{4}\)?\d{1,5}号$|^第\d+号$|^[\u4e00-\u9fff]{2,12}令第?\d*号?$")
_HISTORY = re.compile(r"^\(?(?:根据)?\d{4}年.*(?:通过|修正|修订|公布|施行|发布|批准|起施行|实施)\)?$")
_WORD_STYLES = ("part", "chapter", "section", "article", "en_part", "en_chapter", "en_article", "en_section")


@dataclass(frozen=True, slots=True)
class NoticeSpan:
    """The notice before a draft: line indexes [first, last], and whether it asks for opinions."""

    first: int
    last: int
    asks: bool


def consultation_notice(lines: list[Line], found: list[Candidate], regions: Regions) -> NoticeSpan | None:
    """The notice that asks for opinions, if the document begins with one; its lists are not clauses.

    It ends with its date; without one, before the draft's title, its contents or its first chapter or article.
    """
    asked = _first_match(lines, _ASKS, 0, 40)
    if asked is None:
        return None
    answered = _first_match(lines, _ANSWERS, asked, asked + 60)
    if answered is None:
        return None
    limit = _first_structure(lines, found, regions, answered)
    for index in range(answered, min(limit, answered + 60)):
        if is_date(lines[index].bare) and not _date_follows(lines, index, limit):
            return NoticeSpan(0, index, True)
    title = next((i for i in range(answered + 1, limit) if _draft_title(lines, i)), None)
    if title is not None:
        return NoticeSpan(0, title - 1, True)
    return NoticeSpan(0, _before_titles(lines, limit, answered), True) if limit < len(lines) else None


def asks_for_opinions(text: str) -> bool:
    """Whether a text that shares its line with the draft is a notice: it asks, and says how to answer."""
    bare = "".join(text[:6000].split())
    return bool(_ASKS.search(bare)) and bool(_ANSWERS.search(bare))


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


def front_kinds(lines: list[Line], last: int, notice: NoticeSpan | None, taken: Regions) -> dict[int, str]:
    """The kind of every line before the first clause (line `last`, exclusive), by line index.

    Lines of `taken`, contents and lists of attachments, have their kind already.
    """
    free = [i for i in range(last) if not lines[i].blank and taken.at(lines[i].start) is None]
    kinds = {i: "furniture" for i in free if is_furniture(lines[i], True, False)}
    rest = [i for i in free if i not in kinds]
    signed = notice.last if notice else _last_date(lines, rest)
    head = [i for i in rest if signed is not None and i <= signed]
    tail = [i for i in rest if signed is None or i > signed]
    kinds.update(_head_kinds(lines, head))
    kinds.update(_tail_kinds(lines, tail))
    return kinds


def _last_date(lines: list[Line], rest: list[int]) -> int | None:
    dates = [i for i in rest if is_date(lines[i].bare)]
    return dates[-1] if dates and dates[-1] != rest[0] else None


def _head_kinds(lines: list[Line], head: list[int]) -> dict[int, str]:
    """Notice lines: its own title first, its signature last, all else is notice."""
    kinds = dict.fromkeys(head, "notice")
    for i in head:
        if not _titular(lines[i].bare):
            break
        kinds[i] = "title"
    for position, i in enumerate(reversed(head)):
        bare = lines[i].bare
        if position > 4 or not (is_date(bare) or _PUBLISHED.match(bare) or (len(bare) <= 30 and _signs(bare))):
            break
        kinds[i] = "signature"
    return kinds


def _signs(bare: str) -> bool:
    return not re.search(r"[。;:,@]|\d{5}", bare)


def _titular(bare: str) -> bool:
    sentence = re.search(r"[。;]|:$", bare) or (bare.endswith(".") and len(bare) > 30)
    return len(bare) <= 90 and not sentence


def attachment_titles(lines: list[Line], first: int, last: int) -> list[int]:
    """The title lines that stand right below an attachment's label: up to three short ones."""
    out: list[int] = []
    for i in range(first + 1, min(last, first + 12)):
        bare = lines[i].bare
        if bare and (not _titular(bare) or len(bare) > 60 or len(out) == 3 or bare.startswith(("为", "根据", "现"))):
            break
        if bare:
            out.append(i)
    return out


def _tail_kinds(lines: list[Line], tail: list[int]) -> dict[int, str]:
    """Between the notice and the first clause: marks of publication, the title, then the preamble."""
    kinds: dict[int, str] = {}
    in_title = True
    for i in tail:
        bare = lines[i].bare
        if _PUBLISHED.match(bare):
            kinds[i] = "signature"
        elif in_title and (_NUMBER.match(bare) or _HISTORY.match(bare)):
            kinds[i] = "notice"
        elif in_title and _titular(bare) and not bare.startswith(("为", "根据", "现")):
            kinds[i] = "title"
        elif in_title and bare.startswith("(") and bare.endswith(")"):
            kinds[i] = "notice"
        else:
            in_title = False
            kinds[i] = "paragraph"
    return kinds


def title_of(lines: list[Line], kinds: dict[int, str]) -> tuple[str, str]:
    """(title, stage) of the draft: the last run of title lines before the first clause, joined."""
    titles = [i for i, kind in sorted(kinds.items()) if kind == "title"]
    run: list[int] = []
    for i in reversed(titles):
        between = [k for k in range(i + 1, run[0] if run else i + 1) if not lines[k].blank]
        if run and between:
            break
        run.insert(0, i)
    return joined_title(lines, run)


def joined_title(lines: list[Line], run: list[int]) -> tuple[str, str]:
    """(title, stage) of these title lines."""
    parts = [_words(lines[i]) for i in run if not re.match(r"^附件[:：]?$", lines[i].bare)]
    stage = next((s for s in map(has_stage, reversed(parts)) if s), "")
    return _join(parts), stage


def _words(line: Line) -> str:
    """A title line without markdown; Chinese without spaces, other scripts with single ones."""
    text = line.uni.strip(" #*`")
    return " ".join(text.split()) if text.isascii() else "".join(text.split())


def _join(parts: list[str]) -> str:
    """Title lines as one: up to the line that ends as titles end, and a stage in brackets after it."""
    out = ""
    for part in parts:
        if out and looks_like_title(out) and not part.startswith("("):
            break
        if out and part.startswith("(") and not has_stage(part):
            break
        out += " " + part if out and part.isascii() else part
    return out
