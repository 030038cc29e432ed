"""How many rows a table will have, counted by the database before anything is read."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.summary.narrow import Choice
from consult.summary.walk import C, M

LONG = ("summary", "summary-gb", "adoption")


def rows(session: Session, consultation_id: int, table: str, only: Choice | None = None) -> int:
    """Rows of a table: exact for raw data and for the office's own tables; for 采纳情况表 and the small ones a bound.

    So it is for raw data of a part of the opinions.
    """
    if only is not None:
        return only.sizes if table == "raw" else len(only.leads) if table in LONG else 0
    said = select(func.count()).select_from(C).where(C.c.consultation_id == consultation_id)
    if table == "raw":
        return session.scalar(said) or 0
    if table not in LONG:
        return 0  # clauses, letters and disputes: never many
    living = said.where(C.c.withdrawn_at.is_(None))
    grouped = (
        select(func.count(), func.count(func.distinct(M.c.group_id)))
        .select_from(C.join(M, M.c.comment_id == C.c.id))
        .where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None))
    )
    members, groups = session.execute(grouped).one()
    return (session.scalar(living) or 0) - members + groups
