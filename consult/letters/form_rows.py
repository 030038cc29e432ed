"""Pure: every row of a filled form finds its clause again: by its hidden code, else by the citation typed in it."""

from collections import Counter
from collections.abc import Sequence

from consult.base.errors import Refused
from consult.base.text import clean_input, plain, shorten
from consult.drafts.citation import find
from consult.intake.screen import MOST_ITEMS, MOST_REGISTERED
from consult.letters.form import (
    CLAUSE,
    HEADINGS,
    ORIGINAL,
    REASON,
    TEXT,
    WHOLE,
    FormRow,
    Printed,
    ReplyForm,
    clause_code,
    original_of,
    read_code,
    row_id,
    same_words,
)
from consult.letters.form_raw import RawForm, RawRow

_WHOLE = frozenset({"", WHOLE, "全稿", "整体", "总体", "通篇", "全部", "总体意见", "整体意见", "无"})
Coded = tuple[str, int, str]


class RowFinder:
    """Knows the clauses of one form: their codes, and how the office printed them."""

    def __init__(self, offered: ReplyForm, pieces: Sequence[Printed]) -> None:
        self._pieces = pieces
        self._printed = {piece.key: (piece.citation, original_of(piece)) for piece in pieces if piece.commentable}
        self._printed |= {
            row.clause_key: (row.citation, row.original) for row in offered.rows if row.clause_key is not None
        }
        self._printed.setdefault("", (WHOLE, ""))
        self._keys = {clause_code(offered.form_id, key): key for key in self._printed}
        self._cited: dict[tuple[str, str], str] = {}
        for key, (citation, original) in self._printed.items():
            self._cited.setdefault((plain(citation), plain(original)), key)

    def rows(self, raw: RawForm) -> list[FormRow]:
        """The rows in their order; whatever is odd about one becomes a notice or a trouble of `raw`."""
        codes = [read_code(row.code) for row in raw.rows]
        owners = self._owners(raw.rows, codes)
        out = []
        for index, (row, coded) in enumerate(zip(raw.rows, codes, strict=True)):
            text, reason = _clean(raw, row, TEXT), _clean(raw, row, REASON)
            found = self._row(raw, row, coded, owners.get(coded[:2]) == index if coded else False)
            if found is not None:
                whole = FormRow(
                    found.row_id, found.clause_key, found.citation, found.original, text, reason,
                    found.stamp, row.place, found.choices,
                )  # fmt: skip
                if whole.row_id or whole.said:
                    out.append(whole)
        _check_number(raw, out)
        return out

    def _owners(self, rows: Sequence[RawRow], codes: Sequence[Coded | None]) -> dict[tuple[str, int], int]:
        """Which of several rows with one code is the printed one: the first whose 条款 is as it was, else the first."""
        owners: dict[tuple[str, int], tuple[bool, int]] = {}
        for index, coded in enumerate(codes):
            if coded is None:
                continue
            key = self._keys.get(coded[0])
            unchanged = key is not None and same_words(rows[index].cells[CLAUSE].text, self._printed[key][0])
            before = owners.get(coded[:2])
            if before is None or unchanged and not before[0]:
                owners[coded[:2]] = (unchanged, index)
        return {code: index for code, (_, index) in owners.items()}

    def _row(self, raw: RawForm, row: RawRow, coded: Coded | None, owner: bool) -> FormRow | None:
        if coded is None:
            return self._typed(raw, row)
        key = self._keys.get(coded[0])
        if key is None:
            raw.trouble(row.place, "这一行是从另一张反馈表复制来的。请只复制文字，或者另加一行填写。")
            return None
        citation, original = self._printed[key]
        typed, shown = row.cells[CLAUSE].text, row.cells[ORIGINAL].text
        unchanged = same_words(typed, citation)
        elsewhere = self._cited.get((plain(typed), plain(shown)))
        if not unchanged and (elsewhere is not None and plain(shown) or not owner and plain(typed)):
            return self._typed(raw, row)
        if not owner:
            return FormRow("", key, citation, original)
        return self._owned(raw, row, FormRow(row_id(key, coded[1]), key, citation, original, stamp=coded[2]))

    def _owned(self, raw: RawForm, row: RawRow, own: FormRow) -> FormRow:
        """A printed row: what the office printed stands, and changes to it are told."""
        typed, shown = row.cells[CLAUSE], row.cells[ORIGINAL]
        choices: tuple[str, ...] = ()
        if not same_words(typed.text, own.citation):
            words = shorten(typed.text, 30) or "空白"
            raw.notice(typed.place, f"条款由“{own.citation}”改成了“{words}”，仍按“{own.citation}”读入，请核对。")
            choices = tuple(key for key in self._found(typed.text) if key != own.clause_key)
        if not same_words(shown.text, own.original):
            raw.notice(
                shown.place, f"“{own.citation}”的原文被改动，没有读入，以来文为准；修改意见请写在“修改意见建议”栏。"
            )
        return FormRow(own.row_id, own.clause_key, own.citation, own.original, stamp=own.stamp, choices=choices)

    def _typed(self, raw: RawForm, row: RawRow) -> FormRow:
        """A row that was added: its clause is what is typed in 条款; what cannot be found is for a person to choose."""
        cell = row.cells[CLAUSE]
        typed = cell.text.strip()
        said = any(row.cells[column].text.strip() for column in (TEXT, REASON))
        if plain(typed) in _WHOLE:
            if row.cells[ORIGINAL].text.strip() and not typed and said:
                raw.notice(cell.place, "条款没有填写，按对全文的意见读入，请核对。")
            return FormRow("", "", WHOLE, self._printed[""][1])
        exact = self._cited.get((plain(typed), plain(row.cells[ORIGINAL].text)))
        keys = (exact,) if exact is not None else self._found(typed) if said else ()
        if len(keys) == 1:
            return FormRow("", keys[0], *self._printed[keys[0]])
        if said:
            words = shorten(typed, 30)
            reason = f"“{words}”可以指{len(keys)}个条款" if keys else f"没有找到条款“{words}”"
            raw.notice(cell.place, f"{reason}，意见已读入，请在确认时选择条款。")
        return FormRow("", None, typed, row.cells[ORIGINAL].text, choices=tuple(keys))

    def _found(self, typed: str) -> tuple[str, ...]:
        """The clauses that a typed citation can mean; at most a page of them."""
        if len(typed) > 200:
            return ()
        same = tuple(key for key, (citation, _) in self._printed.items() if key and same_words(citation, typed))
        keys = same or tuple(self._pieces[index].key for index in find(self._pieces, typed))
        return tuple(key for key in keys if key in self._printed)[:20]


def _clean(raw: RawForm, row: RawRow, column: int) -> str:
    """The words of a cell as they may be stored; empty and a trouble where they may not."""
    cell = row.cells[column]
    try:
        text = clean_input(cell.text)
    except Refused as error:
        raw.trouble(cell.place, error.message)
        return ""
    if len(text) > MOST_REGISTERED:
        name = list(HEADINGS)[column]
        raw.trouble(cell.place, f"“{name}”有{len(text)}个字，最多{MOST_REGISTERED}个字，请精简或者分成几行。")
        return ""
    return text if text.strip() else ""


def _check_number(raw: RawForm, rows: Sequence[FormRow]) -> None:
    """No more points than an answer holds, and no reason without a point unseen."""
    said = [row for row in rows if row.said]
    if len(said) > MOST_ITEMS:
        raw.trouble(
            said[MOST_ITEMS].place, f"一份复函最多写{MOST_ITEMS}条意见，表里有{len(said)}条，请合并相近的意见。"
        )
    for row in said:
        if not row.text.strip():
            raw.notice(row.place, "只写了理由依据，没有写修改意见建议，请核对。")
    for place, count in Counter(row.place for row in said).items():
        if count > 1:  # two tables with our headings: rows are numbered in each
            raw.notice(place, "文件里有几张意见表，行号在每张表里各自计算，都已读入，请核对。")
            return
