"""Reads: what nobody has opened yet, a page at a time, for somebody who reads it through (R40)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, literal_column, select

from consult.base.db import db
from consult.review import desk, searching
from consult.review.desk_models import DeskRow
from consult.review.filtering import Filter, Part, none_meets, parts, rows_of
from consult.review.models import Decision
from consult.review.shown import Shown, shown

ROWS = 20
TEXT = 20_000  # characters on a page; one row is always shown whole
MOST_COUNTED = 10_000  # rows that are added up
R = DeskRow.__table__


@dataclass(frozen=True)
class Scope:
    """What is to be read: the filter of the list; of one bulk ruling; or only these rows."""

    wanted: Filter = field(default_factory=Filter)
    bulk: int = 0
    only: tuple[int, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        plain = self.wanted.state in ("", "unread") and not self.bulk and not self.only
        return plain and replace(self.wanted, sort="", state="") == Filter()


@dataclass(frozen=True)
class Page:
    """Rows in full; `cursor` is where what comes behind them begins, None at the end; `partly` as with a search."""

    rows: list[Shown]
    cursor: str | None
    partly: bool = False


@dataclass(frozen=True)
class Left:
    """How many opinions (条) nobody has read; `more` where these are not all."""

    opinions: int
    more: bool = False


def page(consultation_id: int, scope: Scope, after: str | None = None) -> Page:
    """The next rows, in order of arrival; a fixed number of queries, whatever is unread."""
    at = _number(after)
    ids, following, partly = _walk(consultation_id, scope, at, ROWS)
    found = shown(ids)
    kept = _fitting(found)
    if kept == len(found):
        return Page(found, following, partly)
    if scope.wanted.text.strip():
        return Page(found[:kept], _walk(consultation_id, scope, at, kept)[1], partly)
    return Page(found[:kept], str(found[kept - 1].row.id), partly)


def _number(after: str | None) -> int:
    number = (after or "").rpartition("-")[2]
    return int(number) if number.isdecimal() and len(number) < 16 else 0


def _fitting(found: Sequence[Shown]) -> int:
    """How many of the rows fit on a page, at least one of them."""
    room = TEXT
    for at, one in enumerate(found):
        room -= one.length
        if room < 0:
            return max(at, 1)
    return len(found)


def _walk(consultation_id: int, scope: Scope, after: int, limit: int) -> tuple[list[int], str | None, bool]:
    """(first comments of the next rows, where what comes behind them begins, whether some could not be searched)."""
    if scope.wanted.text.strip():
        also = _also(consultation_id, scope)
        ids, following, _, _, partly = searching.page(consultation_id, scope.wanted, after, limit, partly=True, also=also)
        return ids, following, partly
    found = _parts(consultation_id, scope)
    if none_meets(found):
        return [], None, False
    query = rows_of(consultation_id, found).where(R.c.comment_id > after).order_by(R.c.comment_id).limit(limit + 1)
    ids = list(db.session.scalars(query))
    return ids[:limit], str(ids[limit - 1]) if len(ids) > limit else None, False


def _parts(consultation_id: int, scope: Scope) -> list[Part]:
    return [*parts(consultation_id, scope.wanted), *_also(consultation_id, scope)]


def _also(consultation_id: int, scope: Scope) -> list[Part]:
    """The conditions beside those of the filter; unread rows have an index of their own."""
    number = desk.counters(consultation_id, "unread")["unread"].get("", 0)
    found = [Part(R.c.unread > literal_column("0"), "unread", number, True)]
    if scope.bulk:
        ruled = select(Decision.group_id).where(Decision.bulk_id == scope.bulk)
        size = db.session.scalar(select(func.count()).select_from(ruled.subquery())) or 0
        found.append(Part(R.c.group_id.in_(ruled), "group_id", size))
    if scope.only:
        found.append(Part(R.c.comment_id.in_(scope.only), "key", len(scope.only), True))
    return found


def left(consultation_id: int, scope: Scope) -> Left:
    """How much of it nobody has read; what is searched for is not counted, there the whole project is."""
    if scope.everything or scope.wanted.text.strip():
        return Left(desk.counters(consultation_id, "unread")["unread"].get("", 0))
    found = _parts(consultation_id, scope)
    if none_meets(found):
        return Left(0)
    inside = rows_of(consultation_id, found, ordered=False).add_columns(R.c.unread).limit(MOST_COUNTED + 1).subquery()
    rows, opinions = db.session.execute(select(func.count(), func.coalesce(func.sum(inside.c.unread), 0)).select_from(inside)).one()
    return Left(int(opinions), rows > MOST_COUNTED)
