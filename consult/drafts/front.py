"""What stands before the first clause: portal head, notice, signature, the draft's title and preamble."""

import re

from consult.drafts.furniture import is_furniture
from consult.drafts.lines import Line, has_stage, is_date, looks_like_title
from consult.drafts.notice_span import NoticeSpan
from consult.drafts.regions import Regions

_PUBLISHED = re.compile(r"^[(\[【]?(?:此件|本文)[^。]{2,16}[)\]】]$")
_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,10}\(?\d{4}\)?\d{1,5}号$|^第\d+号$|^[\u4e00-\u9fff]{2,12}令第?\d*号?$")
_HISTORY = re.compile(r"^\(?(?:根据)?\d{4}年.*(?:通过|修正|修订|公布|施行|发布|批准|起施行|实施)\)?$")
_MOST_TITLE_LINES = 12


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
    kinds.update(dict.fromkeys(head, "notice") if notice else _head_kinds(lines, head))
    kinds.update(_tail_kinds(lines, tail))
    return kinds


def _last_date(lines: list[Line], rest: list[int]) -> int | None:
    dates = [i for i in rest if is_date(lines[i].bare)]
    return dates[-1] if dates and dates[-1] != rest[0] else None


def _head_kinds(lines: list[Line], head: list[int]) -> dict[int, str]:
    """A letter that brings a document along: its own title first, its signature last, all else is notice."""
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
        between = [k for k in range(i + 1, run[-1] if run else i + 1) if not lines[k].blank]
        if run and between:
            break
        run.append(i)
    return joined_title(lines, run[::-1][:_MOST_TITLE_LINES])


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
        if out and looks_like_title(out) and not part.startswith("(") and not _ends_title(out, part):
            break
        if out and part.startswith("(") and not has_stage(part):
            break
        out += " " + part if out and part.isascii() else part
    return out


def _ends_title(begun: str, part: str) -> bool:
    """Whether a short line ends the title that was broken after 措施 or 标准, and is no title of its own."""
    return looks_like_title(part) and len(part) <= 12 and part[:2] != begun[:2]
