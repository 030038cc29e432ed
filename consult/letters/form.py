"""Pure: the offline reply form (征求意见反馈表), what it holds and the codes that lead its rows back."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from consult.base.text import plain
from consult.drafts.citation import Cited

TITLE = "征求意见反馈表（部门）"
# heading → relative width on landscape A4; headings, labels and ticks are those of domain.md §10, 2
HEADINGS = {"序号": 6, "条款": 16, "原文": 38, "修改意见建议": 44, "理由依据": 32}
NUMBER, CLAUSE, ORIGINAL, TEXT, REASON = range(len(HEADINGS))
FACTS = {
    "unit": "反馈单位(盖章)",
    "handler": "经办人",
    "phone": "联系电话",
    "signatory": "签发人",
    "reply_no": "复函文号",
    "reply_date": "日期",
}
TICKS = {"no_objection": "无意见", "has_opinion": "有意见(见下表)"}
WHOLE = "全文"
FORM_NUMBER = "表格编号："
PROPERTY = "consult-form"  # the custom document property that repeats the number of the form
SPARE_ROWS = 3
MOST_ROWS = 5_000  # as for every other table that leaves as docx
HELP = (
    "一行写一条意见；同一条款有几条意见的，请复制这一行或者另加一行，在“条款”栏写明条款，如“第三条第二款”。",
    "对全文的意见，“条款”栏写“全文”或者不填。没有意见的条款不用填写，也不用删去。",
    "请不要改动表头、不要合并或拆分单元格、不要在“原文”栏里直接修改，也不要插入图片。",
)
_CODE = re.compile(r"([0-9a-f]{12})_(\d{1,4})_([0-9a-f]{10})z")
_BARE = re.compile(r"[编章节条]$")


class Printed(Cited, Protocol):
    """A clause of the version that was sent: how it is cited, its lineage key, and whether one may comment on it."""

    @property
    def key(self) -> str: ...
    @property
    def citation(self) -> str: ...
    @property
    def commentable(self) -> bool: ...


@dataclass(frozen=True)
class FormRow:
    """One row: a clause and what is said of it; `clause_key` "" is the whole draft, None is still to be chosen.

    `row_id` is empty for a row that was added by hand. `stamp` says what the row held when the form was made;
    `place` where it stood in the file; `choices` the keys a typed citation can mean.
    """

    row_id: str
    clause_key: str | None
    citation: str
    original: str
    text: str = ""
    reason: str = ""
    stamp: str = field(default="", compare=False)
    place: str = field(default="", compare=False)
    choices: tuple[str, ...] = field(default=(), compare=False)

    @property
    def said(self) -> bool:
        """Whether anything is written in the row."""
        return bool(self.text.strip() or self.reason.strip())

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What stands under HEADINGS behind the number of the row."""
        return self.citation, self.original, self.text, self.reason


@dataclass(frozen=True)
class ReplyForm:
    """The whole form; `form_id` is opaque, without white space, one for a letter to a unit; `due` a sentence, `answer`
    as in TICKS. `former` are the numbers that the form had before the letter was corrected."""

    form_id: str
    project: str
    letter_no: str = ""
    unit: str = ""
    due: str = ""
    answer: str = ""
    reply_no: str = ""
    reply_date: date | None = None
    handler: str = ""
    phone: str = ""
    signatory: str = ""
    rows: tuple[FormRow, ...] = ()
    former: tuple[str, ...] = field(default=(), compare=False)

    @property
    def title(self) -> str:
        """《某办法》征求意见反馈表（部门）."""
        return f"《{self.project}》{TITLE}"

    @property
    def source(self) -> list[str]:
        """The letter that the form came with: its number, and the sentence with the due date; what there is of both."""
        return [part for part in (self.letter_no and f"来文：{self.letter_no}", self.due) if part]

    @property
    def facts(self) -> dict[str, str]:
        """The names of FACTS, each with what is printed beside its label."""
        return {name: getattr(self, name) for name in FACTS} | {"reply_date": show_day(self.reply_date)}

    @property
    def lines(self) -> tuple[FormRow, ...]:
        """The rows as printed: its own, then SPARE_ROWS empty ones to write more in."""
        return (*self.rows, *[FormRow("", None, "", "")] * SPARE_ROWS)


@dataclass(frozen=True)
class Notice:
    """Something that was read otherwise than it stands, or that a person should look at; `place` may be empty."""

    place: str
    message: str


@dataclass(frozen=True)
class Trouble:
    """Why the file is not taken: the place in it, and what to do."""

    place: str
    message: str


def show_day(day: date | None) -> str:
    """2026年11月22日, as official documents print days; empty for none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def original_of(piece: Cited) -> str:
    """A clause as the form prints it: its label and its words."""
    gap = "　" if piece.label and piece.text and _BARE.search(piece.label) else ""
    return f"{piece.label}{gap}{piece.text}"


def row_id(clause_key: str, number: int) -> str:
    """The name of the `number`-th row (from 1) on a clause."""
    return f"{clause_key}#{number}"


def rows_of(
    pieces: Sequence[Printed], keys: Iterable[str] = (), said: Iterable[tuple[str, str, str]] = ()
) -> tuple[FormRow, ...]:
    """The prefilled rows: every clause of `keys` (empty: all that one may comment on), then the whole draft.

    `said` are the points that are there now as (clause key, text, reason); each takes a row, in its order on its
    clause, and a clause that was not asked for gets its rows all the same.
    """
    wanted = set(keys)
    points: dict[str, list[tuple[str, str]]] = {}
    for key, text, reason in said:
        points.setdefault(key, []).append((text, reason))
    rows: list[FormRow] = []
    for piece in pieces:
        if piece.key in points or piece.commentable and (not wanted or piece.key in wanted):
            rows += _rows(piece.key, piece.citation, original_of(piece), points.get(piece.key))
    return (*rows, *_rows("", WHOLE, "", points.get("")))


def _rows(key: str, citation: str, original: str, points: list[tuple[str, str]] | None) -> list[FormRow]:
    pairs = enumerate(points or [("", "")], 1)
    return [FormRow(row_id(key, n), key, citation, original, text, reason) for n, (text, reason) in pairs]


def stamp(text: str, reason: str) -> str:
    """Ten hexadecimal characters that change with what a row says; white space at the end of a line does not count,
    since LibreOffice drops it when it saves."""
    words = ["\n".join(line.rstrip() for line in one.split("\n")).strip() for one in (text, reason)]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:10]


def clause_code(form_id: str, clause_key: str) -> str:
    """Twelve hexadecimal characters for a clause in one form; the same clause has another in another form."""
    return hashlib.sha256(json.dumps([form_id, clause_key]).encode()).hexdigest()[:12]


def code(form_id: str, row: FormRow) -> str:
    """The hidden code of a row, 28 to 31 characters that fit a bookmark of Word; empty for a row without an id."""
    number = row.row_id.rpartition("#")[2]
    if not number or row.clause_key is None:
        return ""
    return f"{clause_code(form_id, row.clause_key)}_{number}_{stamp(row.text, row.reason)}z"


def read_code(hidden: str) -> tuple[str, int, str] | None:
    """(clause code, number, stamp) out of a hidden cell or a bookmark's name; None where there is no code."""
    found = _CODE.search(hidden)
    return (found[1], int(found[2]), found[3]) if found else None


def same_words(first: str, second: str) -> bool:
    """Whether two cells say the same but for widths and white space, which programs change by themselves."""
    return plain(first) == plain(second)
