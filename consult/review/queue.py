"""Reads for the desk: the list of everything received, one row per group, filtered, sorted, in keyset pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from consult.base.db import db
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.review import desk, searching
from consult.review.desk_facts import BITS
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.filtering import FEW, SORTS, STATES, WHOLE, Filter, Part, chosen, none_meets, parts, rows_of
from consult.review.find import decisions_of
from consult.review.models import Decision, Group

__all__ = ["SORTS", "STATES", "WHOLE", "Filter", "Page", "Row", "cursor_behind", "leads", "page", "rows"]

MOST_COUNTED = 10_000  # a page says 10,000+ beyond this
R = DeskRow.__table__


@dataclass(frozen=True)
class Row:
    """One group, or one comment in none; its first member stands for all `size`.

    `shared` is what the members have in common: the first one may say more. Empty where all say the same.
    """

    comment: Comment
    clause: Clause | None
    channel: str
    submitter: str
    received_at: datetime
    late: bool
    marks: list[str]
    size: int
    unread: int
    extra: int
    assignee: str
    name: str
    decision: Decision | None
    channels: int = 0
    shared: str = ""

    @property
    def id(self) -> int:
        """The comment's id, by which pages continue."""
        return self.comment.id

    @property
    def sources(self) -> list[str]:
        """The channels that occur among the members."""
        return [name for name, bit in BITS["channel"].items() if self.channels & bit]


@dataclass(frozen=True)
class Page:
    """Rows in the order wanted; `next_cursor` goes into `after`, None at the end.

    `total` counts rows up to MOST_COUNTED; `more` says that there are more than that; `partly` that a search could not
    look through all of them for now.
    """

    rows: list[Row]
    next_cursor: str | None
    total: int
    more: bool
    partly: bool = False


def page(consultation_id: int, wanted: Filter, after: str | int | None = None, limit: int = 50) -> Page:
    """One page of the list; a fixed number of queries, whatever its length."""
    cursor = _cursor(after)
    if wanted.text.strip():
        ids, following, *counted = searching.page(consultation_id, wanted, cursor[-1], limit, partly=True)
        return Page(rows(ids), following, *counted)
    found = parts(consultation_id, wanted)
    ids, following = _walk(consultation_id, wanted, found, cursor, limit)
    total = _total(consultation_id, found)
    return Page(rows(ids), following, min(total, MOST_COUNTED), total > MOST_COUNTED)


def leads(consultation_id: int, wanted: Filter, limit: int) -> list[int]:
    """The first comments of all rows that meet a filter, at most `limit`, in order of arrival: for bulk rulings."""
    if wanted.text.strip():
        return sorted(searching.page(consultation_id, wanted, 0, limit)[0])
    return list(db.session.scalars(_ordered(rows_of(consultation_id, parts(consultation_id, wanted)), "").limit(limit)))


def cursor_behind(comment_id: int, wanted: Filter) -> str | None:
    """Where the list goes on behind this row; None from the beginning, as with a search, whose order is its own."""
    if wanted.text.strip():
        return None
    size = db.session.scalar(select(R.c.size).where(R.c.comment_id == comment_id)) if wanted.sort == "size" else None
    return f"{size}-{comment_id}" if size else str(comment_id)


def _cursor(after: str | int | None) -> tuple[int, int]:
    """(size, comment id) where a page begins; an odd one begins at the start."""
    size, _, number = str(after or "").rpartition("-")
    return (int(size) if size.isdecimal() else 0, int(number) if number.isdecimal() and len(number) < 16 else 0)


def _ordered(query: Select[int], sort: str) -> Select[int]:
    if sort == "new":
        return query.order_by(R.c.comment_id.desc())
    if sort == "size":
        return query.order_by(R.c.size.desc(), R.c.comment_id.desc())
    return query.order_by(R.c.comment_id)


def _walk(
    consultation_id: int, wanted: Filter, found: list[Part], cursor: tuple[int, int], limit: int
) -> tuple[list[int], str | None]:
    if none_meets(found):
        return [], None
    size, number = cursor
    query = rows_of(consultation_id, found)
    lead = chosen(found)
    if wanted.sort == "size" and (lead is None or (lead.rows or 0) > FEW):
        query = query.with_hint(R, "INDEXED BY ix_desk_row_size", "sqlite")  # rather than sort what is many
    if number and wanted.sort == "new":
        query = query.where(R.c.comment_id < number)
    elif number and wanted.sort == "size":
        query = query.where((R.c.size < size) | ((R.c.size == size) & (R.c.comment_id < number)))
    elif number:
        query = query.where(R.c.comment_id > number)
    rows = db.session.execute(_ordered(query.add_columns(R.c.size), wanted.sort).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else f"{last.size}-{last.comment_id}" if wanted.sort == "size" else str(last.comment_id)
    return [row.comment_id for row in rows[:limit]], following


def _total(consultation_id: int, found: list[Part]) -> int:
    """How many rows, up to one more than MOST_COUNTED; the counters know it where nothing or one state is asked for."""
    if not found:
        return desk.counters(consultation_id, "rows")["rows"].get("", 0)
    if len(found) == 1 and found[0].index == "state" and found[0].rows is not None:
        return found[0].rows
    if none_meets(found):
        return 0
    inside = rows_of(consultation_id, found, ordered=False).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(inside)) or 0


def rows(ids: list[int]) -> list[Row]:
    """The rows led by these opinions, in the order given; what leads no row is left out."""
    query = (
        select(Comment, Submission, Clause, DeskRow, Group.name, Group.shared_text)
        .select_from(DeskRow)
        .join(Comment, Comment.id == DeskRow.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .outerjoin(Group, Group.id == DeskRow.group_id)
        .where(DeskRow.comment_id.in_(ids))
    )
    decisions = decisions_of(ids)
    found = {
        comment.id: Row(
            comment=comment, clause=clause, channel=sent.channel, submitter=sent.submitter_shown,
            received_at=sent.received_at, late=sent.late, marks=sent.marks, size=row.size, unread=row.unread,
            extra=row.open_additions, assignee=row.assignee, name=name or "", channels=row.channels,
            shared=shared or "", decision=None if row.state == WITHDRAWN else decisions.get(comment.id),
        )
        for comment, sent, clause, row, name, shared in db.session.execute(query)
    }  # fmt: skip
    return [found[one] for one in ids if one in found]
