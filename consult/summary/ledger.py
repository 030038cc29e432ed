"""部门意见反馈情况台账: who was asked, who answered, and what became of each unit's points."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.base.clock import local
from consult.base.people import PERSONS, UNIT_KINDS, Unit
from consult.letters.find import LedgerRow, count, ledger
from consult.letters.models import RECUSED, Reminder, Urging
from consult.summary.table import Cell
from consult.summary.walk import C, D, M, ruling_of_group

SLICE = 500


def ledger_rows(session: Session, rows: Sequence[LedgerRow]) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.LEDGER; results other than the three columns are in 意见条数 only."""
    outcomes = _outcomes(session, [number for row in rows for number in row.comment_ids])
    kinds = person_kinds(session, [row.unit_id for row in rows])
    for row in rows:
        found = Counter(outcomes.get(number, "") for number in row.comment_ids)
        yield (
            row.ordinal, named(row, kinds), short(row.sent_at), short(row.acknowledged_at), short_closing(row.due_at),
            row.received_on.isoformat() if row.received_on else short(row.replied_at), row.answer_name, row.items,
            found["adopted"], found["partly_adopted"], found["not_adopted"],
            row.state + ("（逾期）" if row.late else "") + on_paper(row), row.handler, row.phone,
        )  # fmt: skip


def on_paper(row: LedgerRow) -> str:
    """（纸质，由…录入） for a reply that came in on paper and that the office entered."""
    return f"（纸质，由{row.entered_by}录入）" if row.received_on else ""


def named(row: LedgerRow, kinds: Mapping[int, str]) -> str:
    """The full name of a unit; a person's with the kind, such as 李明（专家）."""
    return f"{row.unit_name}（{kinds[row.unit_id]}）" if row.unit_id in kinds else row.unit_name


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


def ledger_foot(session: Session, rows: Sequence[LedgerRow]) -> tuple[str, ...]:
    """应复 = 已复 + 未复 in one line for the units, and one for asked persons where there are any."""
    kinds = person_kinds(session, [row.unit_id for row in rows])
    units, persons = [one for one in rows if one.unit_id not in kinds], [one for one in rows if one.unit_id in kinds]
    return (_foot(units, "个单位", "个"), *([f"另征求专家、代表等：{_foot(persons, '人', '人')}"] if persons else []))


def person_kinds(session: Session, unit_ids: Sequence[int]) -> dict[int, str]:
    """Of these asked parties those that are persons, and what kind; the others are units."""
    query = select(Unit.id, Unit.kind).where(Unit.id.in_(set(unit_ids)), Unit.kind.in_(PERSONS))
    return {number: UNIT_KINDS[kind] for number, kind in session.execute(query)}


def chased(session: Session, letters: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Letter → how many reminders went out, and how many lines its 督办 log has; letters with neither are absent."""
    reminded, urged = _counted(session, Reminder, letters), _counted(session, Urging, letters)
    return {number: (reminded[number], urged[number]) for number in reminded | urged}


def _counted(session: Session, table: type[Reminder] | type[Urging], letters: Sequence[int]) -> Counter[int]:
    query = select(table.solicitation_id, func.count()).where(table.solicitation_id.in_(set(letters)))
    return Counter(dict(session.execute(query.group_by(table.solicitation_id)).all()))


def _foot(rows: Sequence[LedgerRow], counted: str, each: str) -> str:
    """One line of figures; 无意见 is only what was said, never silence (R32)."""
    found = count(rows)
    rate = found.on_time_rate
    aside = sum(row.answer == RECUSED for row in rows)
    recused = f"，回避 {aside} {each}" if aside else ""
    on_time = "" if rate is None else f"；按时率 {rate:.0%}"
    return (
        f"应复 {found.sent} {counted}，已复 {found.replied} {each}（无意见 {found.none} {each}，有意见 {found.has} {each}{recused}，"
        f"共 {found.items} 条；其中逾期复函 {found.late} {each}），未复 {found.unanswered} {each}"
        f"（其中逾期未复 {found.overdue} {each}）{on_time}。"
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
