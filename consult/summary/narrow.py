"""A table of a part of the opinions only: those of the groups that a filter of the queue shows, said so in its head."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from consult.base.db import db
from consult.letters.models import FormalOpinion, Solicitation
from consult.review import queue
from consult.review.desk_models import DeskRow
from consult.review.filtering import WHOLE, Filter, clause_ids
from consult.review.find import SLICE

MOST = 10_000_000  # more rows than any project has
WHOLE_ONLY = frozenset({"ledger"})  # one line a unit: no filter of opinions narrows it
R = DeskRow.__table__


@dataclass(frozen=True)
class Narrowing:
    """A filter, and what it says in words, such as `来源：信函；收到日期：2026年3月5日以后`."""

    wanted: Filter
    words: str

    @property
    def told(self) -> str:
        """What stands in red over such a table, in every format."""
        return f"只列出部分意见（筛选条件：{self.words}）"


# under a part of a table: rows of the office's tables keep the number that they have in the whole
NOTICE = ("本表只列出符合筛选条件的意见，不是全部；序号与全表一致。", "本表只列出符合筛选条件的意见，不是全部。")
COUNTING = frozenset({"summary", "summary-gb", "adoption"})  # what stands under these counts the whole project
COUNTED = "以下数字是全部意见的。"


@dataclass
class Choice:
    """The groups that a filter shows, by their first opinion and, where they are more than one's row, their number.

    `sizes` is how many opinions they hold. `numbers` is filled by `pick`.
    """

    leads: Sequence[int]
    groups: Sequence[int]
    sizes: int = 0
    numbers: dict[int, int] = field(default_factory=dict)
    _seen: int = 0

    def has(self, comment_id: int, group_id: int | None) -> bool:
        """Whether an opinion is in one of the groups."""
        return _in(self.leads, comment_id) or (group_id is not None and _in(self.groups, group_id))

    def pick(self, rows: Sequence[Any]) -> list[Any]:
        """Those of the next rows of a walk that are chosen, by `id` and `group_id`.

        `numbers` then says which of all rows each of them is, counted from one: what 序号 is in the whole table.
        """
        found = [(at, row) for at, row in enumerate(rows, self._seen + 1) if self.has(row.id, row.group_id)]
        self._seen += len(rows)
        self.numbers = {row.id: at for at, row in found}
        return [row for _, row in found]


def _in(ordered: Sequence[int], wanted: int) -> bool:
    at = bisect_left(ordered, wanted)
    return at < len(ordered) and ordered[at] == wanted


@dataclass(frozen=True)
class Part:
    """A filter and what it shows now, for one walk through the rows."""

    narrowing: Narrowing
    choice: Choice


def part_of(consultation_id: int, narrowing: Narrowing | None) -> Part | None:
    """The part of a project that a filter shows; None for the whole."""
    return Part(narrowing, choice(consultation_id, narrowing.wanted)) if narrowing else None


def choice(consultation_id: int, wanted: Filter) -> Choice:
    """The groups that a filter shows; what waits to be taken onto the desk is not among them."""
    leads = array("q", queue.leads(consultation_id, wanted, MOST))
    groups, sizes = array("q"), 0
    for start in range(0, len(leads), SLICE):
        part = leads[start : start + SLICE].tolist()
        for row in db.session.execute(select(R.c.group_id, R.c.size).where(R.c.comment_id.in_(part))):
            sizes += row.size
            if row.group_id is not None:
                groups.append(row.group_id)
    return Choice(leads, array("q", sorted(groups)), sizes)


Said = Callable[[int, str, int | None, str, str, str], bool]  # of an opinion: see `meets`


def meets(consultation_id: int, wanted: Filter) -> Said:
    """What a filter says of an opinion itself, and not of its group: (sending, channel, clause, stance, kind, day).

    For the raw data: of a group that is shown because one member came by letter, only that member came by letter.
    """
    clauses = set(clause_ids(consultation_id, wanted.clause_key)) if wanted.clause_key not in ("", WHOLE) else None
    letters = set(db.session.scalars(_of_unit(wanted.unit))) if wanted.unit else None
    since, until = (one.isoformat() if one else "" for one in (wanted.since, wanted.until))

    def said(sending: int, channel: str, clause: int | None, stance: str, kind: str, day: str) -> bool:
        return (
            (not wanted.channel or channel == wanted.channel)
            and (not wanted.stance or stance == wanted.stance)
            and (not wanted.kind or kind == wanted.kind)
            and (clause is None if wanted.clause_key == WHOLE else clauses is None or clause in clauses)
            and (letters is None or sending in letters)
            and since <= day
            and (not until or day <= until)
        )

    return said


def _of_unit(unit: int) -> Any:
    query = select(FormalOpinion.submission_id).join(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
    return query.where(Solicitation.unit_id == unit)
