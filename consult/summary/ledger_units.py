"""The ledger of all open projects by unit: who owes an answer where (通报), and the lanes of one project's picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.clock import local_date
from consult.drafts.models import Consultation
from consult.letters.find import Counts, LedgerRow, count, ledger
from consult.letters.models import Solicitation
from consult.summary.ledger import named, person_kinds
from consult.summary.ledger_picture import Lane


@dataclass(frozen=True)
class UnitLine:
    """One asked party over all projects; `overdue` and `late` name the projects."""

    name: str
    counts: Counts
    overdue: list[tuple[Consultation, LedgerRow]] = field(default_factory=list)
    late: list[tuple[Consultation, LedgerRow]] = field(default_factory=list)


def by_unit(session: Session, now: datetime) -> list[UnitLine]:
    """Every party with a letter in a project that is not withdrawn or archived: those that owe most come first."""
    asked = select(Solicitation.consultation_id).where(Solicitation.withdrawn_at.is_(None))
    query = select(Consultation).where(
        Consultation.withdrawn_at.is_(None), Consultation.archived_at.is_(None), Consultation.id.in_(asked)
    )
    found: dict[int, list[tuple[Consultation, LedgerRow]]] = {}
    for project in session.scalars(query.order_by(Consultation.id)):
        for row in ledger(project.id, now):
            found.setdefault(row.unit_id, []).append((project, row))
    kinds = person_kinds(session, list(found))
    lines = [
        UnitLine(
            named(rows[-1][1], kinds), count([row for _, row in rows]),
            [one for one in rows if one[1].overdue], [one for one in rows if one[1].late],
        )
        for rows in found.values()
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.counts.overdue, -line.counts.late, line.name))


def lanes_of(rows: Sequence[LedgerRow], now: datetime) -> list[Lane]:
    """One lane for each row, its state in words: 按时, 迟 2 天, 逾期 3 天, 还有 4 天."""
    return [Lane(row.unit_name, row.sent_at, row.due_at, row.replied_at, *_said(row, now)) for row in rows]


def _said(row: LedgerRow, now: datetime) -> tuple[str, str]:
    last = local_date(row.due_at - timedelta(seconds=1))  # the closing instant is exclusive
    if row.replied_at:
        after = ((row.received_on or local_date(row.replied_at)) - last).days
        return ((f"迟复 {after} 天" if after else "迟复"), "open") if row.late else ("按时", "good")
    days = (local_date(now) - last).days
    if row.overdue:
        return (f"逾期 {days} 天" if days else "已逾期"), "bad"
    return (f"还有 {-days} 天" if days else "今天到期"), "calm"
