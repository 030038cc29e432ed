"""Pure: a form that was read beside what is there now, cell by cell, before anybody confirms it."""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace

from consult.letters.form import FACTS, TICKS, FormRow, ReplyForm, stamp

# kind → what the confirmation page calls it
KINDS = {
    "new": "新增",
    "changed": "修改",
    "emptied": "清空",
    "same": "相同",
    "kept": "表格中未改，保留网页上的",
    "absent": "表格中没有这一行，保留网页上的",
}
_FIELDS = {"text": "修改意见建议", "reason": "理由依据"}
_NOTHING = stamp("", "")


@dataclass(frozen=True)
class CellChange:
    """One cell: where it stands in the file, which field it is, and what confirming makes of it."""

    place: str
    field: str
    name: str
    before: str
    after: str
    kind: str


@dataclass(frozen=True)
class RowChange:
    """A row of the file beside the row that is there now; either may be missing.

    `conflict`: both were changed since the form was made, and a person has to choose.
    """

    before: FormRow | None
    after: FormRow | None
    kind: str
    conflict: bool = False

    @property
    def cells(self) -> tuple[CellChange, ...]:
        """修改意见建议 and 理由依据 of the row."""
        shown = self.after or self.before
        if shown is None:
            return ()
        out = []
        for name, title in _FIELDS.items():
            old = getattr(self.before, name) if self.before else ""
            new = getattr(self.after, name) if self.after and self.kind not in ("kept", "absent") else old
            kind = self.kind if self.kind in ("kept", "absent") and old else _kind(old, new)
            out.append(CellChange(shown.place, name, f"{shown.citation}：{title}", old, new, kind))
        return tuple(out)


@dataclass(frozen=True)
class Difference:
    """Everything that the confirmation page shows: the head, and the rows of the file in their order."""

    head: tuple[CellChange, ...]
    rows: tuple[RowChange, ...]

    @property
    def conflicts(self) -> tuple[RowChange, ...]:
        """The rows that somebody has to choose on."""
        return tuple(row for row in self.rows if row.conflict)

    @property
    def unplaced(self) -> tuple[FormRow, ...]:
        """The rows whose clause a person has to choose first."""
        return tuple(row.after for row in self.rows if row.after is not None and row.after.clause_key is None)

    @property
    def nothing(self) -> bool:
        """Whether confirming would change nothing."""
        kinds = {row.kind for row in self.rows} | {cell.kind for cell in self.head}
        return kinds <= {"same", "kept", "absent"}


def compare(form: ReplyForm, now: ReplyForm) -> Difference:
    """What confirming `form` would change in `now`, whose rows are those that there are now.

    A row that was not touched in the file since it was made never overwrites what is there now; a row that is
    not in the file is kept; a blank fact of the head leaves what is there.
    """
    pairs, left = _pairs(form.rows, now.rows)
    rows = [change for one, old in pairs if (change := _change(one, old)) is not None]
    rows += [RowChange(row, None, "absent") for row in left if row.said]
    return Difference(tuple(_head(form, now)), tuple(rows))


def rows_after(difference: Difference, refused: Collection[int] = ()) -> list[FormRow]:
    """The rows that say something once the difference is confirmed, in the order of the file; of the changes whose
    index is in `refused` what is there now stays. Conflicts must have been chosen: none refused means the file's."""
    out = []
    for index, change in enumerate(difference.rows):
        stays = index in refused or change.kind in ("same", "kept", "absent")
        row = change.before if stays else change.after
        if row is not None and row.said:
            out.append(row)
    return out


def placed(form: ReplyForm, chosen: dict[int, tuple[str, str]]) -> ReplyForm:
    """The form with clauses that a person chose: index of the row → (clause key, citation)."""
    rows = [
        replace(row, clause_key=chosen[index][0], citation=chosen[index][1]) if index in chosen else row
        for index, row in enumerate(form.rows)
    ]
    return replace(form, rows=tuple(rows))


def _head(form: ReplyForm, now: ReplyForm) -> list[CellChange]:
    answer = _fact("answer", "反馈类型", TICKS.get(now.answer, ""), TICKS.get(form.answer, ""))
    old, new = now.facts, form.facts
    return [answer, *(_fact(name, title, old[name], new[name]) for name, title in FACTS.items() if name != "unit")]


def _fact(name: str, title: str, old: str, new: str) -> CellChange:
    if old and not new:
        return CellChange("表头", name, title, old, old, "kept")
    return CellChange("表头", name, title, old, new, _kind(old, new))


def _kind(old: str, new: str) -> str:
    if old == new:
        return "same"
    return "new" if not old else "changed" if new else "emptied"


Pairs = list[tuple[FormRow, FormRow | None]]


def _pairs(rows: Sequence[FormRow], now: Sequence[FormRow]) -> tuple[Pairs, list[FormRow]]:
    """Every row of the file with the one that it is now, and the rows that are left over.

    First by what a row held when the form was made, since points move up when one above them is deleted; then
    by its id; then, for rows that lost their id or never had one, by the very words.
    """
    taken: set[int] = set()  # indexes of `now`
    found: dict[int, int] = {}
    stamps = [stamp(old.text, old.reason) for old in now]

    def take(own: Callable[[FormRow], Hashable | None], theirs: Callable[[int], Hashable]) -> None:
        """Pair the rows that are still alone and have the same key, in their order; None pairs with nothing."""
        waiting: dict[Hashable, deque[int]] = {}
        for number in range(len(now)):
            if number not in taken:
                waiting.setdefault(theirs(number), deque()).append(number)
        for index, row in enumerate(rows):
            key = own(row) if index not in found else None
            if key is not None and waiting.get(key):
                found[index] = waiting[key].popleft()
                taken.add(found[index])

    take(lambda row: (row.row_id, row.stamp) if row.row_id else None, lambda i: (now[i].row_id, stamps[i]))
    take(
        lambda row: (row.clause_key, row.stamp) if row.row_id and row.stamp != _NOTHING else None,
        lambda i: (now[i].clause_key, stamps[i]),
    )
    take(lambda row: row.row_id or None, lambda i: now[i].row_id)
    take(
        lambda row: (row.clause_key, row.text, row.reason) if row.said else None,
        lambda i: (now[i].clause_key, now[i].text, now[i].reason),
    )
    pairs: Pairs = [(row, now[found[i]] if i in found else None) for i, row in enumerate(rows)]
    return pairs, [old for number, old in enumerate(now) if number not in taken]


def _change(row: FormRow, old: FormRow | None) -> RowChange | None:
    """What becomes of one row; None where neither side says anything."""
    mine, made = stamp(row.text, row.reason), row.stamp
    touched = not made or mine != made
    if old is None:
        if not row.said:
            return None
        if made and not touched:  # it was deleted on the page and nobody changed it in the file
            return RowChange(None, row, "kept")
        return RowChange(None, row, "new", conflict=bool(made) and made != _NOTHING)
    theirs = stamp(old.text, old.reason)
    if mine == theirs:
        return RowChange(old, row, "same") if row.said else None
    if not touched:
        return RowChange(old, row, "kept")
    kind = "emptied" if not row.said else "changed" if old.said else "new"
    return RowChange(old, row, kind, conflict=bool(made) and made != theirs)
