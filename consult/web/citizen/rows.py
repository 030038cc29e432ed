"""Pure: what the review page shows of each opinion in the basket: its clause, its redline, what to mind."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from consult.base.crypto import digest
from consult.drafts import suggestion
from consult.drafts.edits import parts
from consult.drafts.models import Clause
from consult.drafts.redline import Change
from consult.intake.screen import Item, marks

NUMBERS = "文字里好像有手机号或者身份证号。如果不需要，请改一改，删去它；公开时会遮住。"


@dataclass(frozen=True)
class Row:
    """One opinion of the basket; `handle` is its place on the server ("2") or in the form ("item-2")."""

    handle: str
    item: Item
    clause: Clause | None
    name: str
    changed: bool

    @property
    def carried(self) -> bool:
        """Whether the form brings it; else it lies on the server."""
        return self.handle.startswith("item-")

    @property
    def redline(self) -> list[Change]:
        """What becomes of the clause; empty where the proposal is none that a redline can show."""
        return redline(self.item.proposed_text, self.clause)

    @property
    def hint(self) -> str:
        """What to mind about the words, never a reason to refuse them (R15)."""
        return hint(self.item)


def rows_of(kept: Sequence[Item], carried: Sequence[Item], clauses: Mapping[str, Clause], names: Mapping[str, str]) -> list[Row]:
    """The basket in the order of the draft."""
    handles = [*((str(number), one) for number, one in enumerate(kept)),
               *((f"item-{number}", one) for number, one in enumerate(carried, 1))]  # fmt: skip
    found = [
        Row(handle, one, clause := clauses.get(one.clause_key or ""), names.get(one.clause_key or "", "全文"), outdated(one, clause))
        for handle, one in handles
    ]
    return sorted(found, key=lambda row: place(row.item, clauses))


def place(item: Item, clauses: Mapping[str, Clause]) -> int:
    """Where an opinion stands in the order of the draft: clauses that are gone first, the whole draft last."""
    clause = clauses.get(item.clause_key or "")
    return clause.ordinal if clause else -1 if item.clause_key else len(clauses) + 1_000_000


def redline(proposed: str, clause: Clause | None) -> list[Change]:
    """A proposal shown inside its clause; empty where it is no phrase or no longer fits the clause."""
    edited = suggestion.apply(proposed, clause.text) if clause else None
    return parts(clause.text, edited) if clause and edited is not None and edited != clause.text else []


def mark_of(clause: Clause) -> str:
    """A short name for the present text of a clause, to tell later whether it is still the same."""
    return digest(clause.text)[:10]


def written_on(clause: Clause | None) -> str:
    """What the form says of the box: whose text stands in it, and in which wording; empty for the whole draft."""
    return f"{clause.key}.{mark_of(clause)}" if clause else ""


def outdated(item: Item, clause: Clause | None) -> bool:
    """Whether the clause reads otherwise now than when the opinion was written."""
    return bool(item.mark and clause and item.mark != mark_of(clause))


def name_of_words(item: Item) -> str:
    """A short name for exactly these words on this clause."""
    return digest(astuple(item)[:-1])[:16]


def hint(item: Item) -> str:
    """What to mind about personal numbers in the words; empty where there are none."""
    return NUMBERS if marks([item]) else ""
