"""A read: what the units are called that answered formally."""

from collections.abc import Iterable

from sqlalchemy import select

from consult.base.db import db
from consult.base.people import Unit
from consult.review.find import slices


def unit_names(ids: Iterable[int]) -> dict[int, str]:
    """unit id → its short name, or the full one where it has none; by name."""
    found: dict[int, str] = {}
    for part in slices(ids):
        query = select(Unit.id, Unit.name, Unit.short_name).where(Unit.id.in_(part))
        found |= {row.id: row.short_name or row.name for row in db.session.execute(query)}
    return dict(sorted(found.items(), key=lambda one: one[1]))
