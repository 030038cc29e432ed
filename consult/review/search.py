"""Interim until the index of words lands: hits by reading every opinion."""

from sqlalchemy import select

from consult.base.db import db
from consult.intake.models import Comment
from consult.review.terms import holds


def hits(consultation_id: int, wanted: str, before: int | None = None, limit: int = 1000) -> list[int]:
    """Ids of the opinions that hold `wanted`, the newest first."""
    query = select(Comment.id, Comment.text, Comment.proposed_text, Comment.reason).where(
        Comment.consultation_id == consultation_id, Comment.withdrawn_at.is_(None)
    )
    if before:
        query = query.where(Comment.id < before)
    rows = db.session.execute(query.order_by(Comment.id.desc())).all()
    return [row[0] for row in rows if any(holds(one, wanted) for one in row[1:])][:limit]
