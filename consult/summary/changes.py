"""修改对照表 from decisions that name a new wording, and 主要争议处理表 of formal opinions that were turned down."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consult.base.clock import show_date
from consult.review.dispute_find import DISPUTED, RESULTS, Quarrel, quarrels
from consult.review.models import OUTCOMES
from consult.summary.additions import AD, STANDS, A, G
from consult.summary.lines import Line, lines
from consult.summary.narrow import Choice
from consult.summary.revision import comparison
from consult.summary.rows import asked_persons, opinion_text, ruling_text, submitters
from consult.summary.table import Cell
from consult.summary.walk import C, D, Entry, M, S, walk


def comparison_rows(session: Session, consultation_id: int, only: Choice | None = None) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.COMPARISON: one row for each new wording of a clause.

    Rulings that end in the same wording share a row; 对应意见序号 are the numbers of 意见汇总处理表. Once a revised text
    is out, its own clauses stand in the table instead (revision.comparison).
    """
    real = comparison(session, consultation_id) if only is None else None
    yield from _worded(session, consultation_id, only) if real is None else real


def _worded(session: Session, consultation_id: int, only: Choice | None) -> Iterator[tuple[Cell, ...]]:
    """What the rulings say that clauses are to read, before a text does."""
    groups = _reworded(session, consultation_id)
    choice = Choice((), groups if only is None else [one for one in groups if only.has(0, one)])
    found_lines = lines(session, consultation_id, only=choice) if choice.groups else iter(())
    changed = (one for one in found_lines if one.ruling and one.ruling.new_wording)
    row = 0
    for place, near in groupby(changed, key=lambda one: one.entry.place):
        same: dict[str, list[Line]] = {}
        for line in near:
            same.setdefault(line.ruling.new_wording if line.ruling else "", []).append(line)
        for wording, found in same.items():
            row += 1
            reasons = dict.fromkeys(one.ruling.reason for one in found if one.ruling and one.ruling.reason)
            original = place.original or place.citation
            yield (row, original, wording, "\n".join(reasons), "、".join(str(one.name) for one in found))


def _reworded(session: Session, consultation_id: int) -> list[int]:
    """The groups of which a ruling, or one on an addition, words a clause anew: few, and only they need be read."""
    own = select(D.c.group_id).join(G, G.c.id == D.c.group_id).where(D.c.new_wording != "")
    extra = select(A.c.group_id).join(AD, STANDS).join(G, G.c.id == A.c.group_id).where(AD.c.new_wording != "")
    found = (session.scalars(one.where(G.c.consultation_id == consultation_id)) for one in (own, extra))
    return sorted(set(chain.from_iterable(found)))


def dispute_rows(session: Session, consultation_id: int, only: Choice | None = None) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.DISPUTES: points of asked units that were not adopted as they stand (R44).

    A point whose dispute nobody has begun yet stands in the table all the same, with its ruling.
    """
    begun = {one.comment.id: one for one in quarrels(consultation_id)}
    persons, row = asked_persons(session, consultation_id), 0
    formal = _with_units(session, consultation_id)

    def pick(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
        return [one for one in rows if one.id in begun or one.channel == "formal" or one.group_id in formal]

    for entry in walk(session, consultation_id, pick=pick):
        found = begun.get(entry.comment_id)
        if not found and not _disputable(entry):
            continue
        row += 1
        if only and not only.has(entry.comment_id, entry.group_id):
            continue
        whose = submitters(entry, persons)
        yield (row, *(_settled(found, whose) if found else _bare(entry, whose)))


def _with_units(session: Session, consultation_id: int) -> set[int]:
    """The groups that hold an opinion of an asked unit."""
    query = select(M.c.group_id).join(C, C.c.id == M.c.comment_id).join(S, S.c.id == C.c.submission_id)
    return set(session.scalars(query.where(S.c.consultation_id == consultation_id, S.c.channel == "formal").distinct()))


def _disputable(entry: Entry) -> bool:
    formal = any(channel == "formal" for channel, _ in entry.channels)
    return bool(formal and entry.ruling and entry.ruling.outcome in DISPUTED)


def _bare(entry: Entry, whose: str) -> tuple[Cell, ...]:
    """What the opinion and its ruling say by themselves."""
    proposal = f"建议修改为：{entry.words.proposed_text}" if entry.words.proposed_text else ""
    said = "\n".join(part for part in (opinion_text(entry.words), proposal) if part)
    ruled = (ruling_text(entry.ruling), "", OUTCOMES[entry.ruling.outcome]) if entry.ruling else ("", "", "")
    return (entry.place.citation, f"{whose}：{said}", *ruled)


def _settled(one: Quarrel, whose: str) -> tuple[Cell, ...]:
    meetings = (f"{at.held_on.year}年{at.held_on.month}月{at.held_on.day}日，{at.units}：{at.record}" for at in one.meetings)
    dispute = one.dispute
    return (dispute.point, f"{whose}：{dispute.unit_view}", dispute.office_view, "\n".join(meetings), outcome_of(one))


def outcome_of(one: Quarrel) -> str:
    """处理结果: how it ended, earlier results before it; what still waits for somebody says so."""
    dispute = one.dispute
    if dispute.settled_at is None:
        return one.state
    waits = f"（{one.state}）" if one.open else ""
    return f"{dispute.earlier}{show_date(dispute.settled_at)}{RESULTS[dispute.outcome]}：{dispute.result}{waits}"
