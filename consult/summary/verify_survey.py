"""Verify, the question after a result: each answer stands as it was given, none appeared or vanished by itself."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.summary.entries import along, entries, slices
from consult.summary.models import Satisfaction
from consult.summary.shelf import Shelf
from consult.summary.survey import answer_digest

T = Satisfaction.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the answers that are stored and those that the chain states."""
    with Shelf[int, tuple[int, str, datetime]]() as said:
        said.put(
            (entry.facts["answer"], (entry.number, entry.facts["digest"], entry.at))
            for entry in entries(session, "answer_survey")
            if consultation_id in (None, entry.number)
        )
        rows = slices(session, along(select(T), T.c.consultation_id, consultation_id), T.c.id)
        for row, stated in said.beside(rows, lambda row: row.id):
            if stated != (row.consultation_id, answer_digest(row), row.answered_at):  # type: ignore[arg-type]
                yield f"满意度回答 {row.id} 与审计日志不一致"
        for number, _ in said.left():
            yield f"满意度回答 {number} 记录在审计日志中，数据库里却没有"
