"""Pure: the points of a drafted answer as rows of the offline form, and the points there are once a form is confirmed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from consult.intake.screen import Item
from consult.letters.form import FormRow, Printed, ReplyForm, row_id, rows_of
from consult.letters.form_difference import Difference

WORDING = "建议修改为："  # the form has one column for what the page asks in two
NEW_STANCE = "amend"


@dataclass(frozen=True)
class Offered:
    """A form as it would be handed out now; `at` leads from its rows to the drafted points they show.

    Points that no row can show (support without a word, clauses that are gone) are in `items` only: no form
    changes them.
    """

    form: ReplyForm
    pieces: Sequence[Printed]
    items: tuple[Item, ...]
    at: dict[str, int]

    @property
    def aside(self) -> list[Item]:
        """The points that stand in no row."""
        shown = set(self.at.values())
        return [item for index, item in enumerate(self.items) if index not in shown]


def offer(form: ReplyForm, pieces: Sequence[Printed], keys: Sequence[str], items: Sequence[Item]) -> Offered:
    """`form` with a row for every clause of `keys` (empty: every clause) and one for every drafted point."""
    known = {piece.key for piece in pieces} | {""}
    count: Counter[str] = Counter()
    at: dict[str, int] = {}
    said = []
    for index, item in enumerate(items):
        key, text = item.clause_key or "", words(item)
        if key in known and (text.strip() or item.reason.strip()):
            count[key] += 1
            at[row_id(key, count[key])] = index
            said.append((key, text, item.reason))
    return Offered(replace(form, rows=rows_of(pieces, keys, said)), pieces, tuple(items), at)


def words(item: Item) -> str:
    """修改意见建议 of a point: what it says, then the wording it proposes."""
    wording = f"{WORDING}{item.proposed_text}" if item.proposed_text.strip() else ""
    return f"{item.text}\n{wording}" if item.text and wording else item.text or wording


def items_after(offered: Offered, difference: Difference, refused: Collection[int] = ()) -> list[Item]:
    """The points once the difference is confirmed: those there are in their order, new ones behind them in the
    order of the file. Of the changes whose index is in `refused` what is there now stays."""
    stay: list[Item | None] = list(offered.items)
    added: list[Item] = []
    for index, change in enumerate(difference.rows):
        row = change.after
        if index in refused or row is None or change.kind in ("same", "kept", "absent"):
            continue
        old = offered.at.get(change.before.row_id) if change.before else None
        if old is not None:
            stay[old] = changed(offered.items[old], row) if row.said else None
        elif row.said:
            added.append(Item(row.clause_key or None, NEW_STANCE, row.text, "", row.reason))
    return [item for item in stay if item is not None] + added


def changed(item: Item, row: FormRow) -> Item:
    """A point with the words of its row; proposed wording is kept apart where it still can be told apart."""
    text, wording = row.text, ""
    before, mark, after = row.text.partition(WORDING)
    alone = mark and WORDING not in after and (not before or before.endswith("\n"))
    if item.proposed_text.strip() and alone and after.strip():
        text, wording = before.removesuffix("\n"), after
    return replace(item, text=text, proposed_text=wording, reason=row.reason)
