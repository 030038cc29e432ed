"""Verify, the question after a result: each answer stands as it was given, none appeared or vanished by itself."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.summary.entries import along, entries, slices
from consult.summary.models import Satisfaction
from consult.summary.survey import answer_digest

T = Satisfaction.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the answers that are stored and those that the chain states."""
    said = {
        entry.facts["answer"]: (entry.number, entry.facts["digest"], entry.at)
        for entry in entries(session, "answer_survey")
        if consultation_id in (None, entry.number)
    }
    for row in slices(session, along(select(T), T.c.consultation_id, consultation_id), T.c.id):
        present = (row.consultation_id, answer_digest(row), row.answered_at)  # type: ignore[arg-type]
        if said.pop(row.id, None) != present:
            yield f"满意度回答 {row.id} 与审计日志不一致"
    for number in sorted(said):
        yield f"满意度回答 {number} 记录在审计日志中，数据库里却没有"
