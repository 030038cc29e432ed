"""Reads: what a ruling on many groups at once would be about, to be looked at before it is given."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from consult.review import bulk, desk, queue
from consult.review.desk_models import APPROVED, UNDECIDED, WITHDRAWN

EXAMPLES = 5
# what somebody may leave out of a bulk before giving it
WITHOUT = {"decided": "已经处理过的", "extra": "有补充意见的", "grouped": "同类多条的"}


@dataclass(frozen=True)
class Preview:
    """What is to be ruled on: rows (组), opinions (条), how they divide, what is left out and what to be warned of.

    `ids` are the first opinions of the rows, `digest` what `bulk.decide_many` compares, `unread` opinions that nobody
    has opened; the counts by clause, stance and channel are (value, rows, opinions), the most frequent first; clauses
    are ids, None for the whole draft.
    """

    ids: list[int]
    digest: str
    rows: int
    comments: int
    units: int = 0
    gone: int = 0
    decided: int = 0
    approved: int = 0
    extra: int = 0
    grouped: int = 0
    unread: int = 0
    clauses: list[tuple[int | None, int, int]] = field(default_factory=list)
    stances: list[tuple[str, int, int]] = field(default_factory=list)
    channels: list[tuple[str, int, int]] = field(default_factory=list)
    assignees: list[tuple[str, int, int]] = field(default_factory=list)
    examples: list[queue.Row] = field(default_factory=list)

    @property
    def upto(self) -> int:
        """The last row: what comes in later is not part of this."""
        return self.ids[-1] if self.ids else 0


def preview(consultation_id: int, comment_ids: Iterable[int], without: Collection[str] = ()) -> Preview:
    """Look at the rows led by these opinions, at most bulk.MOST; units' opinions and withdrawn ones are left out.

    `without` names what else is left out, words of WITHOUT.
    """
    wanted = sorted(set(comment_ids))[: bulk.MOST]
    led = [row for row in desk.led_by(wanted).values() if row["consultation_id"] == consultation_id]
    standing = [row for row in led if row["state"] != WITHDRAWN]
    fit = [row for row in standing if not row["unit_id"]]
    rows = [row for row in fit if not _left_out(row, without)]
    ids = sorted(row["comment_id"] for row in rows)
    digest, _, comments = bulk.seen(ids)
    return Preview(
        ids=ids, digest=digest, rows=len(rows), comments=comments, units=len(standing) - len(fit),
        gone=len(wanted) - len(standing), decided=sum(row["state"] != UNDECIDED for row in rows),
        approved=sum(row["state"] == APPROVED for row in rows), extra=sum(row["open_additions"] > 0 for row in rows),
        grouped=sum(row["size"] > 1 for row in rows), unread=sum(row["unread"] for row in rows), clauses=_counted(rows, "clause_id"),
        stances=_counted(rows, "stance"), channels=_counted(rows, "channel"), assignees=_counted(rows, "assignee"),
        examples=queue.rows(ids[:EXAMPLES]),
    )  # fmt: skip


def everything(consultation_id: int, comment_ids: Iterable[int]) -> Preview:
    """The same for giving them to a person: units' opinions are among them; no digest, `assign.seen` has its own."""
    wanted = sorted(set(comment_ids))[: bulk.MOST]
    led = desk.led_by(wanted).values()
    rows = [row for row in led if row["consultation_id"] == consultation_id and row["state"] != WITHDRAWN]
    return Preview(
        ids=sorted(row["comment_id"] for row in rows), digest="", rows=len(rows), comments=sum(row["size"] for row in rows),
        gone=len(wanted) - len(rows), assignees=_counted(rows, "assignee"),
    )  # fmt: skip


def _left_out(row: desk.Row, without: Collection[str]) -> bool:
    return (
        ("decided" in without and row["state"] != UNDECIDED)
        or ("extra" in without and row["open_additions"] > 0)
        or ("grouped" in without and row["size"] > 1)
    )


def _counted(rows: Sequence[desk.Row], name: str) -> list[tuple]:  # type: ignore[type-arg]
    groups: Counter[object] = Counter(row[name] for row in rows)
    members: Counter[object] = Counter()
    for row in rows:
        members[row[name]] += row["size"]
    found = [(value, number, members[value]) for value, number in groups.items()]
    return sorted(found, key=lambda one: (-one[1], -one[2], str(one[0])))
