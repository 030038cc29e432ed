"""Pure: 意见汇总处理表 as a working copy that is filled in outside and loaded back: columns, rows, their numbers."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields

from consult.base.crypto import digest
from consult.base.text import plain
from consult.review.words import OUTCOMES
from consult.summary.visible import CELL_MOST, cut, visible

MOST_ROWS = 5_000  # as many as a bulk rules on
MOST_WORD_ROWS = 1_000  # beyond that Word and WPS crawl
MOST_TEXT = 4_000_000  # characters in one file: what is handed out can be read back
# heading → relative width on landscape A4; the first nine are those of domain.md §10, 1
HEADINGS = {
    "序号": 6, "章条编号": 11, "原文内容": 24, "意见内容": 32, "修改建议": 20, "提出单位(人)": 13, "处理意见": 13, "理由": 28,
    "备注": 13, "采纳部分": 18, "转办单位": 13, "修改后条文": 22, "行号": 16,
}  # fmt: skip
# what somebody fills in: heading → field of Filled
FILLED = {
    "处理意见": "outcome", "理由": "reason", "采纳部分": "adopted_part", "转办单位": "referred_to", "修改后条文": "new_wording",
}  # fmt: skip
# what is there for reading: heading → field of BackRow; nobody alters what was said
READ = {"章条编号": "citation", "原文内容": "original", "意见内容": "opinion", "修改建议": "proposed"}
ASIDE = {"提出单位(人)": "submitters", "备注": "remarks"}  # changes with every opinion that joins a group: only told
CODE = "行号"
EXTRA = "B"  # 补充: the row is about an addition
HELP = (
    "只填浅黄色的五栏：“处理意见”从八种里选一种；除“采纳”外都要写理由（不少于10个字）；部分采纳的写明“采纳部分”，转有关部门的写明“转办单位”。",
    "不要改动表头、“行号”和意见原文；不需要处理的行可以留空，也可以整行删去。传回以后先逐格核对，确认了才写入。",
)
COUNT = "本表共{count}行"
_COUNT = re.compile(r"本表共\s*(\d{1,5})\s*行")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no letter looks like a digit
_CODE = re.compile(r"(B?)([1-9]\d{0,14})-(\d{1,9})-([0-9A-Z]{3})([0-9A-Z]{3})")


@dataclass(frozen=True)
class Filled:
    """What the five columns say; `outcome` is a word of OUTCOMES or, as it was typed, none of them."""

    outcome: str = ""
    reason: str = ""
    adopted_part: str = ""
    referred_to: str = ""
    new_wording: str = ""


@dataclass(frozen=True)
class Key:
    """What a row is about: the opinion that leads a group, or with kind "B" (补充) an addition."""

    kind: str
    id: int


@dataclass(frozen=True)
class BackRow:
    """One row as it stands now; `number` is that of the ruling that stands, 0 for none; `size` opinions (条)."""

    key: Key
    number: int
    label: str
    citation: str
    original: str
    opinion: str
    proposed: str
    submitters: str
    remarks: str
    filled: Filled
    size: int = 1

    def cells(self, project: str) -> tuple[str, ...]:
        """In the order of HEADINGS, as they are printed."""
        ruled = shown(self.filled)
        return (
            self.label, *(printed(getattr(self, name)) for name in ("citation", "original", "opinion", "proposed", "submitters")),
            OUTCOMES.get(ruled.outcome, ""), ruled.reason, printed(self.remarks), ruled.adopted_part, ruled.referred_to,
            ruled.new_wording, code(project, self),
        )  # fmt: skip


@dataclass(frozen=True)
class Code:
    """A row's number as it was read; `sealed` says whether its check characters are those of this project."""

    key: Key
    number: int
    stamp: str
    sealed: bool


def printed(text: str) -> str:
    """A text as a cell holds it: control characters visible, what is too long for a cell cut off."""
    return cut(visible(text), CELL_MOST - 100)[0]


def shown(filled: Filled) -> Filled:
    """A ruling as its cells hold it."""
    return Filled(filled.outcome, *(printed(getattr(filled, one.name)) for one in fields(filled)[1:]))


def code(project: str, row: BackRow) -> str:
    """`12-3-7FKQ2M`: the first opinion, the number of its newest ruling, a check over both and the project, and over
    what the row says for reading."""
    facts = [row.key.kind, row.key.id, row.number]
    read = stamp([getattr(row, name) for name in READ.values()])
    return f"{row.key.kind}{row.key.id}-{row.number}-{_short([project, *facts])}{read}"


def read_code(project: str, text: str) -> Code | None:
    """The number that a cell holds; None where it is no such number."""
    found = _CODE.fullmatch(plain(text).upper().replace("—", "-").replace("–", "-")) if len(text) < 100 else None
    if found is None:
        return None
    kind, number, ruling = found[1], int(found[2]), int(found[3])
    sealed = _short([project, kind, number, ruling]) == found[4]
    return Code(Key(kind, number), ruling, found[5], sealed)


def stamp(texts: Sequence[str]) -> str:
    """Three characters that change with any character that is seen; white space does not count, programs change it."""
    return _short([bare(printed(text)) for text in texts])


def bare(text: str) -> str:
    """`text` without white space and invisible marks."""
    return "".join(one for one in _saved(text) if not one.isspace() and unicodedata.category(one) not in ("Cc", "Cf", "Zl", "Zp"))


def _short(facts: list[object]) -> str:
    number = int(digest(facts)[:4], 16)
    return "".join(_DIGITS[number >> shift & 31] for shift in (10, 5, 0))


def alike(first: str, second: str) -> bool:
    """Whether two cells say the same; white space at the ends of lines does not count, programs drop it."""
    return _trimmed(first) == _trimmed(second)


def _saved(text: str) -> str:
    """LibreOffice writes `_x0041_` into a docx as Excel would have to: with the low line as _x005F_."""
    return text.replace("_x005F_", "_")


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in _saved(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


def outcome_of(typed: str) -> str:
    """The result that a cell names; what names none stays as it was typed."""
    bare_word = plain(typed).strip("。;；,，.")
    return next((code for code, word in OUTCOMES.items() if plain(word) == bare_word), typed.strip())


def counted(text: str) -> int:
    """How many rows the file had when it was handed out; 0 where the text does not say."""
    found = _COUNT.search(text)
    return int(found[1]) if found else 0
