"""What became of each clause between two versions, as rows of a page: old beside new with what was taken and added."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from consult.base.text import shorten
from consult.drafts.compare import KINDS
from consult.drafts.descent import Step
from consult.drafts.models import Clause, ClauseLink
from consult.drafts.redline import Change, redline

QUIET = 2  # so many unchanged clauses in a row are shown; more are folded away


@dataclass(frozen=True)
class Row:
    """One clause of the new text with the old ones it comes from, or an old one that is gone.

    `parts` holds both texts: equal and delete give the old one, equal and insert the new one.
    """

    kind: str
    score: float
    old: tuple[Clause, ...]
    new: Clause | None
    parts: tuple[Change, ...]

    @property
    def name(self) -> str:
        """未变, 有修改 and so on."""
        return KINDS[self.kind]

    @property
    def left(self) -> list[Change]:
        """The old text."""
        return [part for part in self.parts if part[0] != "insert"]

    @property
    def right(self) -> list[Change]:
        """The new text."""
        return [part for part in self.parts if part[0] != "delete"]


@dataclass(frozen=True)
class Run:
    """Rows that stand together; `folded` where they are unchanged and many."""

    rows: tuple[Row, ...]
    folded: bool


def rows(old: Sequence[Clause], new: Sequence[Clause], links: Iterable[ClauseLink | Step]) -> list[Row]:
    """The rows of two versions, in the order of the links; a clause that was split has a row for each part."""
    olds, news = {one.id: one for one in old}, {one.id: one for one in new}
    found: list[Row] = []
    for _, part in groupby(links, lambda one: one.new_clause_id or -one.id):
        same = list(part)
        fresh = news.get(same[0].new_clause_id or 0)
        came = tuple(olds[one.old_clause_id] for one in same if one.old_clause_id in olds)
        found.append(Row(same[0].kind, same[0].score, came, fresh, tuple(_parts(same[0].kind, came, fresh))))
    return found


def _parts(kind: str, came: tuple[Clause, ...], fresh: Clause | None) -> list[Change]:
    before, after = "\n".join(one.text for one in came), fresh.text if fresh else ""
    if kind == "split":  # the other parts of the old text are not gone: they stand in the next rows
        return [part if part[0] != "delete" else ("elsewhere", part[1]) for part in redline(before, after)]
    return redline(before, after)


def runs(rows: Sequence[Row]) -> list[Run]:
    """Rows in runs of changed and unchanged ones."""
    parts = [(same, tuple(part)) for same, part in groupby(rows, lambda row: row.kind == "kept")]
    return [Run(part, same and len(part) > QUIET) for same, part in parts]


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """Kind → how many clauses of the new text, or of the old one where they are gone; in the order of KINDS."""
    kinds = [row.kind for row in rows]
    return {kind: kinds.count(kind) for kind in KINDS if kind in kinds}


def name_of(clause: Clause) -> str:
    """How people call a clause: its citation, its label, or its first words."""
    if clause.citation and clause.citation != "全文":
        return clause.citation
    return clause.label or f"“{shorten(clause.text, 10)}”"


def described(clause: Clause) -> str:
    """A clause as an entry of a list to choose from."""
    name = name_of(clause)
    return name if name.startswith("“") or not clause.text else f"{name} {shorten(clause.text, 12)}"
