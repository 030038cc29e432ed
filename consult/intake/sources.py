"""Reads: through which links and on which days sendings came, and what the public has said in all."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from consult.base.clock import local_date
from consult.base.db import db
from consult.intake.models import Comment, Submission

SLICE = 20_000


@dataclass(frozen=True)
class PublicSums:
    """What the public has sent: `opinions` in `submissions`, withdrawn ones among them and counted again apart."""

    submissions: int
    opinions: int
    withdrawn: int


def public_sums(consultation_id: int) -> PublicSums:
    """The sums of a project without 复函 of asked units."""
    ours = (Submission.consultation_id == consultation_id, Submission.channel != "formal")
    query = select(func.count(), func.coalesce(func.sum(Submission.comment_count), 0)).where(*ours)
    submissions, opinions = db.session.execute(query).one()
    withdrawn = (
        select(func.count())
        .select_from(Comment)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Comment.consultation_id == consultation_id, Comment.withdrawn_at.is_not(None), *ours)
    )
    return PublicSums(submissions, int(opinions), db.session.scalar(withdrawn) or 0)


def by_source(consultation_id: int) -> dict[str, int]:
    """`?src=` → submissions from the web that came through such a link; empty: without one."""
    query = select(Submission.source, func.count()).where(
        Submission.consultation_id == consultation_id, Submission.channel == "web"
    )
    return dict(db.session.execute(query.group_by(Submission.source)).all())


def by_day(consultation_id: int) -> dict[date, int]:
    """Shanghai day → submissions from the web; read in slices, days are not the database's."""
    found: dict[date, int] = {}
    table, after = Submission.__table__, 0
    query = select(table.c.id, table.c.received_at).where(
        table.c.consultation_id == consultation_id, table.c.channel == "web"
    )
    while rows := db.session.execute(query.where(table.c.id > after).order_by(table.c.id).limit(SLICE)).all():
        for _, moment in rows:
            day = local_date(moment)
            found[day] = found.get(day, 0) + 1
        after = rows[-1].id
    return found
