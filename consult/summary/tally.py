"""Counts of opinions by clause, channel, stance, decision and day, for the page, its pictures and the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.base.clock import local_date
from consult.intake.models import CHANNELS, STANCES
from consult.review.models import OUTCOMES
from consult.summary.walk import C, D, M, S, at, places, ruling_of_group

SLICE = 20_000
UNDECIDED = "尚未处理"
COLUMNS = ["clause", "channel", "stance", "outcome", "day"]


@dataclass(frozen=True)
class Count:
    """How many opinions share a value; `key` is a clause id, a code or an ISO day, `label` what people read."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Tally:
    """Living opinions of a project, formal ones included, counted five ways; each list sums to `total`."""

    total: int
    by_clause: tuple[Count, ...]
    by_channel: tuple[Count, ...]
    by_stance: tuple[Count, ...]
    by_outcome: tuple[Count, ...]
    by_day: tuple[Count, ...]
    clause_outcomes: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def sections(self) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
        """(heading, ((label, count), …)) for the sheet 统计."""
        parts = (
            ("处理意见", self.by_outcome), ("条款", self.by_clause), ("来源渠道", self.by_channel),
            ("意见类型", self.by_stance), ("收到日期", self.by_day),
        )  # fmt: skip
        return tuple((title, tuple((one.label, one.count) for one in counts)) for title, counts in parts)


def tally(session: Session, consultation_id: int) -> Tally:
    """Count every living opinion; slices of SLICE rows are counted and added up, never all held at once."""
    # pandas takes seconds to import and is needed here only, so a page that counts nothing never pays for it.
    import pandas as pd

    total: pd.Series[int] | None = None
    for rows in _slices(session, consultation_id):
        part = pd.DataFrame(rows, columns=COLUMNS).groupby(COLUMNS).size()
        total = part if total is None else total.add(part, fill_value=0)
    if total is None:
        return Tally(0, (), (), (), (), ())
    table = total.astype(int).rename("count").reset_index()
    sums = {name: {key: int(value) for key, value in table.groupby(name)["count"].sum().items()} for name in COLUMNS}
    cross = table.pivot_table(index="clause", columns="outcome", values="count", aggfunc="sum", fill_value=0)
    clauses = [(place.clause_id or 0, place.citation) for place in places(session, consultation_id)]
    order = [*OUTCOMES, ""]
    return Tally(
        total=int(table["count"].sum()),
        by_clause=_counts(clauses, sums["clause"]),
        by_channel=_counts(list(CHANNELS.items()), sums["channel"]),
        by_stance=_counts(list(STANCES.items()), sums["stance"]),
        by_outcome=_counts([*OUTCOMES.items(), ("", UNDECIDED)], sums["outcome"]),
        by_day=_counts([(day, day) for day in sorted(sums["day"])], sums["day"]),
        clause_outcomes=tuple(
            (label, tuple(int(cross.at[key, one]) if one in cross.columns else 0 for one in order))
            for key, label in clauses if key in cross.index
        ),
    )  # fmt: skip


def _counts(names: list[Any], found: dict[Any, int]) -> tuple[Count, ...]:
    return tuple(Count(str(key), label, found[key]) for key, label in names if found.get(key))


def _slices(session: Session, consultation_id: int) -> Iterator[list[tuple[int, str, str, str, str]]]:
    """Living opinions as (clause or 0, channel, stance, outcome or empty, day in Shanghai), clause by clause."""
    query = (
        select(C.c.id, func.coalesce(C.c.clause_id, 0), S.c.channel, C.c.stance,
               func.coalesce(D.c.outcome, ""), S.c.received_at, S.c.received_on)
        .select_from(
            C.join(S, S.c.id == C.c.submission_id)
            .outerjoin(M, M.c.comment_id == C.c.id)
            .outerjoin(D, ruling_of_group())
        )
        .where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None))
        .order_by(C.c.id)
        .limit(SLICE)
    )  # fmt: skip
    held: list[tuple[int, str, str, str, str]] = []
    for place in places(session, consultation_id):
        after = 0
        while rows := session.execute(query.where(at(place.clause_id), C.c.id > after)).all():
            after = rows[-1][0]
            held += [(*row[1:5], day_of(row.received_at, row.received_on)) for row in rows]
            if len(held) >= SLICE:
                yield held
                held = []
    if held:
        yield held


def day_of(received_at: datetime, received_on: date | None) -> str:
    """The day on which an opinion came in: as the clerk says of a letter or call (R21), else by the clock."""
    return (received_on or local_date(received_at)).isoformat()
