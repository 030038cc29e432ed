"""部门意见反馈情况台账: who was asked, who answered, and what became of each unit's points."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.clock import local
from consult.letters.find import LedgerRow, count, ledger
from consult.summary.table import Cell
from consult.summary.walk import C, D, M, ruling_of_group

SLICE = 500


def ledger_rows(session: Session, rows: Sequence[LedgerRow]) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.LEDGER; results other than the three columns are in 意见条数 only."""
    outcomes = _outcomes(session, [number for row in rows for number in row.comment_ids])
    for row in rows:
        found = Counter(outcomes.get(number, "") for number in row.comment_ids)
        yield (
            row.ordinal, row.unit_name, short(row.sent_at), short(row.acknowledged_at), short_closing(row.due_at),
            short(row.replied_at), row.answer_name, row.items, found["adopted"], found["partly_adopted"],
            found["not_adopted"], row.state + ("（逾期）" if row.late else ""), row.handler, row.phone,
        )  # fmt: skip


def short(moment: datetime | None) -> str:
    """`2026-03-05 09:00` in Shanghai: four such columns stand side by side on one page."""
    return f"{local(moment):%Y-%m-%d %H:%M}" if moment else ""


def short_closing(moment: datetime) -> str:
    """A closing instant, which is exclusive: midnight is 24:00 of the day before (R04)."""
    at = local(moment)
    return f"{local(moment - timedelta(seconds=1)):%Y-%m-%d} 24:00" if at.hour == at.minute == 0 else short(moment)


def ledger_of(consultation_id: int, now: datetime) -> list[LedgerRow]:
    """The rows of stage 3, read once for the table and for its foot."""
    return ledger(consultation_id, now)


def ledger_foot(rows: Sequence[LedgerRow]) -> str:
    """应复 = 已复 + 未复 in one line; 无意见 is only what units said themselves (R32)."""
    found = count(rows)
    rate = found.on_time_rate
    on_time = "" if rate is None else f"；按时率 {rate:.0%}"
    return (
        f"应复 {found.sent} 个单位，已复 {found.replied} 个（无意见 {found.none} 个，有意见 {found.has} 个，"
        f"共 {found.items} 条；其中逾期复函 {found.late} 个），未复 {found.unanswered} 个"
        f"（其中逾期未复 {found.overdue} 个）{on_time}。"
    )


def _outcomes(session: Session, comment_ids: Sequence[int]) -> dict[int, str]:
    """comment → outcome of its group's current decision, withdrawn and undecided ones left out."""
    found: dict[int, str] = {}
    for start in range(0, len(comment_ids), SLICE):
        query = (
            select(C.c.id, D.c.outcome)
            .select_from(C.join(M, M.c.comment_id == C.c.id).join(D, ruling_of_group()))
            .where(C.c.id.in_(comment_ids[start : start + SLICE]), C.c.withdrawn_at.is_(None))
        )
        found |= dict(session.execute(query).all())
    return found
