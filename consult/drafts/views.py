"""How often drafts are opened (浏览次数): counts by day and by the link that was followed."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import func, select

from consult.base.db import db, serialise
from consult.drafts.models import Consultation, PageView

MOST_SOURCES = 50  # of one project on one day: nobody fills the table by inventing links
OTHER = "其他"
Count = tuple[str, date, str]  # slug, Shanghai day, source


def add(counts: Mapping[Count, int]) -> None:
    """Add what was counted; slugs that are no project are passed over.

    Not audited: a count is nobody's act and decides nothing. A source beyond the fiftieth of a day becomes 其他.
    """
    serialise("views")
    ids = _ids({slug for slug, _, _ in counts})
    for (slug, day, source), number in counts.items():
        if slug in ids:
            _add(ids[slug], day, source, number)
    db.session.flush()


def _ids(slugs: Iterable[str]) -> dict[str, int]:
    query = select(Consultation.slug, Consultation.id).where(Consultation.slug.in_(sorted(slugs)))
    return {row.slug: row.id for row in db.session.execute(query)}


def _add(consultation_id: int, day: date, source: str, number: int) -> None:
    here = (PageView.consultation_id == consultation_id, PageView.day == day)
    if source not in ("", OTHER):
        known = set(db.session.scalars(select(PageView.source).where(*here, PageView.source.not_in(("", OTHER)))))
        source = source if source in known or len(known) < MOST_SOURCES else OTHER
    row = db.session.get(PageView, (consultation_id, day, source))
    if row is None:
        db.session.add(PageView(consultation_id=consultation_id, day=day, source=source, views=number))
        db.session.flush()
    else:
        row.views += number


def total(consultation_id: int) -> int:
    """How often the draft was opened."""
    query = select(func.sum(PageView.views)).where(PageView.consultation_id == consultation_id)
    return int(db.session.scalar(query) or 0)


def by_source(consultation_id: int) -> dict[str, int]:
    """Source of the link → views, the most first; the empty word is 直接访问."""
    number = func.sum(PageView.views)
    query = select(PageView.source, number.label("views")).where(PageView.consultation_id == consultation_id)
    rows = db.session.execute(query.group_by(PageView.source).order_by(number.desc(), PageView.source))
    return {row.source: int(row.views) for row in rows}


def by_day(consultation_id: int) -> dict[date, int]:
    """Shanghai day → views, in order."""
    query = select(PageView.day, func.sum(PageView.views).label("views"))
    query = query.where(PageView.consultation_id == consultation_id).group_by(PageView.day).order_by(PageView.day)
    return {row.day: int(row.views) for row in db.session.execute(query)}
