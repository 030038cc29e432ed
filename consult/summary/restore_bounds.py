"""What an archive brought stays within its own project: it cannot slip a row into another project of the house."""

from collections.abc import Mapping

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import Session

from consult.base.errors import Refused
from consult.summary.carried import CARRIED, belongs, count, table, targets


def require_own(session: Session, consultation_id: int, written: Mapping[str, int]) -> None:
    """Raise Refused where one of the rows `written` (per table) belongs elsewhere, or names a row that belongs elsewhere.

    The verify of the project reads its own rows only, and so would not see them.
    """
    for name, (hangs_on, _) in CARRIED.items():
        if count(session, name, consultation_id) != written[name]:
            raise _foreign(name)
        for column, parent in targets(table(name)).items():
            if parent in CARRIED and column != hangs_on and _strays(session, name, column, parent, consultation_id):
                raise _foreign(name)


def _strays(session: Session, name: str, column: str, parent: str, consultation_id: int) -> bool:
    one, above = table(name), table(parent).alias()
    home = exists().where(above.c.id == one.c[column], belongs(above, *CARRIED[parent], consultation_id))
    mine = belongs(one, *CARRIED[name], consultation_id)
    return session.scalar(select(literal(1)).where(mine, one.c[column].is_not(None), ~home).limit(1)) is not None


def _foreign(name: str) -> Refused:
    return Refused(f"归档包里有不属于这个项目的记录（{name}）。没有恢复任何内容。", "archive")
