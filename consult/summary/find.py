"""Reads of stage 5: what was published of a project, and whether its table stands approved."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from consult.base.db import db
from consult.summary.models import Release, TableApproval


def current_release(consultation_id: int) -> Release | None:
    """The newest published result of a project, or None."""
    query = select(Release).where(Release.consultation_id == consultation_id).order_by(Release.number.desc())
    return db.session.scalar(query.limit(1))


def releases(consultation_id: int) -> list[Release]:
    """Every published result of a project, the oldest first: corrections stand beside what they correct."""
    query = select(Release).where(Release.consultation_id == consultation_id).order_by(Release.number)
    return list(db.session.scalars(query))


def released_ids(consultation_ids: Iterable[int]) -> set[int]:
    """Those of the projects whose result is out."""
    wanted = list(consultation_ids)
    if not wanted:
        return set()
    query = select(Release.consultation_id).where(Release.consultation_id.in_(wanted))
    return set(db.session.scalars(query.distinct()))


def released_at() -> dict[int, datetime]:
    """Project → moment of its first result: the beginning of the time that contact data is kept (R14)."""
    query = select(Release.consultation_id, func.min(Release.released_at)).group_by(Release.consultation_id)
    return dict(db.session.execute(query).all())


def last_approval(consultation_id: int) -> TableApproval | None:
    """The newest approval of a project's table, whether it still fits or not."""
    query = select(TableApproval).where(TableApproval.consultation_id == consultation_id)
    return db.session.scalar(query.order_by(TableApproval.id.desc()).limit(1))
