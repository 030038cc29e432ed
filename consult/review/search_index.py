"""The index of the search, kept up with what comes in: a part for each batch, small parts made into larger ones.

An index belongs to one database: beside the highest id in it stands the digest of that sending, so that a database
that was put back from a backup, or emptied, is noticed and indexed anew. In PostgreSQL an opinion may be committed
after one with a higher id. So ids that were passed over are noted as holes; a hole is looked into at every search and
forgotten once no transaction is left that began before it was noted. Everything changes in one transaction: after a
crash the index is as it was before.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from consult.base.db import db
from consult.intake.models import Comment, Submission
from consult.review import cutting, terms
from consult.review.postings import SPAN, pack, unpack
from consult.review.search_store import ALL, Index, State, committed, reading, writing

FORM = f"2/{unicodedata.unidata_version}"  # another form of grams or of the tables: index anew
MOST_PARTS = 8  # of one project and chunk, before small ones are made into one
FIELDS = (Comment.text, Comment.proposed_text, Comment.reason)
_WANTED = select(Comment.id, Comment.consultation_id, *FIELDS)
_OVER = """SELECT first, last, noted_at, EXISTS (SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND coalesce(backend_type, '') IN ('', 'client backend')
  AND (xact_start < noted_at OR state IS NULL)) FROM {at}hole"""


def index_some(limit: int = SPAN) -> int:
    """Take the next opinions into the index, oldest first, at most `limit` and of one chunk; how many were taken.

    0 where all are in, or where somebody else is at it. Only what is committed is taken; call it outside
    `transaction()`.
    """
    with writing() as index, db.engine.connect() as source:
        if index is None:
            return 0
        state = usable(source, index)
        if state is None and index.state() is not None:
            index.clear()
        mark = state.mark if state else 0
        rows = [*_late(source, index), *_next(source, index, mark, limit)]
        for (consultation_id, chunk), members in _by_part(rows).items():
            _add(source, index, consultation_id, chunk, members)
        if rows:
            mark = max(mark, *(row[0] for row in rows))
            index.put_state(State(FORM, mark, _seal(source, mark)))
        return len(rows)


def rebuild() -> None:
    """Throw the index away; `index_some` makes it anew. RuntimeError where somebody writes to it."""
    with writing() as index:
        if index is None:
            raise RuntimeError("the index of the search is being written to")
        index.clear()


def usable(source: Connection, index: Index) -> State | None:
    """How far the index goes, or None where it is empty or belongs to another database or an older form."""
    state = index.state()
    if state is None or state.form != FORM or state.seal != _seal(source, state.mark):
        return None
    return state


def missing() -> bool:
    """Whether opinions are not in the index yet: something for the job to do."""
    with reading() as index, committed() as source:
        state = usable(source, index) if index else None
        mark = state.mark if state else 0
        return source.execute(select(Comment.id).where(Comment.id > mark).limit(1)).first() is not None


def _seal(source: Connection, mark: int) -> str:
    query = select(Submission.digest).join(Comment, Comment.submission_id == Submission.id).where(Comment.id == mark)
    return source.execute(query).scalar() or "none"


def _next(source: Connection, index: Index, mark: int, limit: int) -> Sequence[Any]:
    """The opinions after the mark, up to the end of the chunk of the first of them; what they skip is noted."""
    first = source.execute(select(Comment.id).where(Comment.id > mark).order_by(Comment.id).limit(1)).scalar()
    if first is None:
        return []
    query = _WANTED.where(Comment.id > mark, Comment.id < (first // SPAN + 1) * SPAN)
    rows = source.execute(query.order_by(Comment.id).limit(limit)).all()
    if index.shared:
        _note(index, _gaps(mark, [row[0] for row in rows]))
    return rows


def _gaps(mark: int, ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ranges between the mark and the ids, in rising order, that are not among them."""
    for number in ids:
        if number > mark + 1:
            yield mark + 1, number - 1
        mark = number


def _note(index: Index, gaps: Iterable[tuple[int, int]]) -> None:
    for first, last in gaps:
        index.rows("INSERT INTO {at}hole VALUES (:first, :last, clock_timestamp())", first=first, last=last)


def _late(source: Connection, index: Index) -> list[Any]:
    """What has come up in holes since; the holes get smaller by it, and go once nothing can come up any more."""
    found: list[Any] = []
    for first, last, noted_at, open_still in index.rows(_OVER) if index.shared else ():
        rows = source.execute(_WANTED.where(Comment.id.between(first, last)).order_by(Comment.id)).all()
        if rows or not open_still:
            hole = {"first": first, "last": last}
            index.rows("DELETE FROM {at}hole WHERE first = :first AND last = :last", **hole)
            left = _gaps(first - 1, [*(row[0] for row in rows), last + 1]) if open_still else ()
            for start, end in left:
                index.rows("INSERT INTO {at}hole VALUES (:start, :end, :at)", start=start, end=end, at=noted_at)
        found += rows
    return found


def _by_part(rows: Iterable[Any]) -> dict[tuple[int, int], dict[int, str]]:
    """(project, chunk) → place in the chunk → comparable form."""
    found: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    for number, consultation_id, *fields in rows:
        found[consultation_id, number // SPAN][number % SPAN] = terms.joined(fields)
    return found


def _add(source: Connection, index: Index, consultation_id: int, chunk: int, members: dict[int, str]) -> None:
    """Store a part; where there are many, the smallest go into it, so that a search never asks many."""
    parts = index.parts(consultation_id, chunk)
    taken, size = set[int](), len(members)
    for place, part in enumerate(parts if len(parts) >= MOST_PARTS else ()):
        if place and part.size > 4 * size:
            break
        taken.update(unpack(index.members(part.id)))
        index.drop(part.id)
        size += part.size
    if taken:
        start = chunk * SPAN
        query = _WANTED.where(Comment.id.between(start + min(taken), start + max(taken)))
        for number, whose, *fields in source.execute(query):
            if whose == consultation_id and number % SPAN in taken:
                members[number % SPAN] = terms.joined(fields)
    everything = (ALL, len(members), pack(sorted(members)))
    index.add(consultation_id, chunk, len(members), [everything, *cutting.postings(members)])
