"""A text as lines with what the splitter asks of each: where it stands, how it ends, what it looks like."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from consult.base.text import unified

_ENDS = re.compile(r"[。!?;:…”\"』」.]\s*[)\]]?\s*$")
_SENTENCE_END = frozenset('。!?;:”"')
_DATE = re.compile(
    r"^\(?(?:\d{4}|[〇零一二三四五六七八九]{4})年[\d〇一二三四五六七八九十正]{1,3}月[\d〇一二三四五六七八九十]{0,3}日?\)?$"
    r"|^\d{4}[-./]\d{1,2}[-./]\d{1,2}$"
)
_PAGE = re.compile(
    r"^(?:[-—–·.=_*]+\d{0,4}[-—–·.=_*]+|第\d+页(?:[,/]?共\d+页)?|\d{1,4}/\d{1,4}|page\d+(?:of\d+)?|\[?\d+\]?"
    r"|<!--.*-->|#+|\*+|`+|\\?\|?(?:[-:]+\|)+[-:|]*)$",
    re.IGNORECASE,
)
TITLE_ENDS = (
    "条例|规定|办法|细则|规则|决定|决议|意见|方案|规划|计划|纲要|预案|章程|规范|标准|准则|制度|通知|公告|函|要求"
    "|目录|清单|法|解释|指南|指引|要点|说明|守则|公约|措施|政策|令|批复|通告|报告|须知|协议|办法表|情况"
)
STAGES = (
    "征求意见稿|公众参与稿|意见征集稿|公开征求意见稿|再次征求意见稿|草案|修订草案|修正草案|修正案|送审稿|修订稿|讨论稿"
    "|试行|暂行|修订|草稿|初稿|建议稿|报批稿|审议稿|二次审议稿|三次审议稿"
)
_TITLE = re.compile(rf"(?:{TITLE_ENDS})(?:\([^()]{{1,40}}\)){{0,3}}$")
_STAGE = re.compile(rf"\([^()]{{0,24}}(?:{STAGES})[^()]{{0,12}}\)$")


@dataclass(frozen=True)
class Line:
    """One line: `number` 1-based, `start` its offset in the source, `uni` its unified form (same length)."""

    number: int
    start: int
    uni: str

    @property
    def end(self) -> int:
        return self.start + len(self.uni)

    @cached_property
    def bare(self) -> str:
        """The unified line without any white space."""
        return "".join(self.uni.split())

    @cached_property
    def blank(self) -> bool:
        return not self.uni or self.uni.isspace()


def lines_of(text: str) -> list[Line]:
    """The lines of `text`, cut at line feeds only."""
    out, start = [], 0
    for number, uni in enumerate(unified(text).split("\n"), 1):
        out.append(Line(number, start, uni))
        start += len(uni) + 1
    return out


def finished(uni: str) -> bool:
    """Whether the line ends where a sentence or list entry ends, so that the next begins something new."""
    stripped = uni[-40:].rstrip(" )]*`")
    return not stripped or stripped[-1] in _SENTENCE_END or bool(_ENDS.search(stripped))


def wrap_width(lines: list[Line]) -> int:
    """The width at which a text was broken into lines of one length, in characters; 0 where it was not.

    Taken from the lines that break off: most of them end within two characters of the longest common length.
    """
    broken = [len(line.uni.strip()) for line in lines if not line.blank and not finished(line.uni)]
    counts = Counter(length for length in broken if length >= 14)
    if not counts:
        return 0
    width = max(counts, key=lambda length: (sum(counts[length + d] for d in (-2, -1, 0)), length))
    near = sum(counts[width + d] for d in (-2, -1, 0, 1))
    longer = sum(len(line.uni.strip()) > width + 3 for line in lines)
    return width if near >= 4 and longer <= near // 8 else 0


def is_date(bare: str) -> bool:
    """Whether the line is a date and nothing else (the end of a signature)."""
    return len(bare) <= 14 and bool(_DATE.match(bare))


def is_page_number(line: Line) -> bool:
    """A page number or separator that may stand in the middle of a sentence."""
    return bool(line.bare) and bool(_PAGE.match(line.bare))


def looks_like_title(bare: str) -> bool:
    """A short line without sentence marks that ends as titles of documents end."""
    return 4 <= len(bare) <= 60 and not re.search(r"[。;:!?]|,.*,", bare) and bool(_TITLE.search(bare))


def has_stage(bare: str) -> str | None:
    """The draft stage that ends the line, 征求意见稿, without its brackets; or None."""
    found = _STAGE.search(bare)
    return found.group()[1:-1] if found and "。" not in bare and len(bare) <= 80 else None
