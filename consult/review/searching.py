"""The queue narrowed to rows in which somebody wrote some words: the newest hit first, each row once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from sqlalchemy import select

from consult.base.db import db, one_of
from consult.intake.models import Comment
from consult.review import search
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.filtering import Filter, Part, chosen, parts, rows_of
from consult.review.find import slices
from consult.review.models import Membership
from consult.review.terms import comparable, holds

R, M = DeskRow.__table__, Membership.__table__
Leads = dict[int, tuple[int, int | None]]
SURE, COMPARED = 4, 64  # characters that the index finds without a text; texts compared at a time
CHUNK = 1000  # hits looked at together
AT_ONCE = 1000  # ids in one query: for more PostgreSQL would rather read the whole table
MOST = 1000  # hits that are counted; a page says n+ where there are more
FEW = 800  # rows whose words are read one by one rather than looked for among all hits
# without statistics SQLite would rather read the whole project than look rows up one by one
_BY_KEY, _BY_GROUP = "INDEXED BY ix_desk_row_key", "INDEXED BY ix_desk_row_group_id"
NEWER = 2000  # members looked at for a newer hit, before a row may come twice


def page(
    consultation_id: int, wanted: Filter, before: int, limit: int, partly: bool = False, also: Sequence[Part] = ()
) -> tuple[list[int], str | None, int, bool, bool]:
    """(first comments, cursor of the next page, rows counted, whether there are more, whether some could not be searched).

    `partly`: what waits for the index may be missing, as `search.hits` says; else it raises Conflict. `also` are
    conditions beside those of the filter.
    """
    found = [*parts(consultation_id, wanted), *also]
    if _are_few(found):
        few = _by_filter(consultation_id, wanted, found)
        return *_cut(_below(few, before), before, limit), len(few), False, False
    with search.opened(partly) as index:
        asked = _Asked(index, consultation_id, wanted.text, found)
        every = asked.hits()
        newest = list(islice(every, MOST + 1))
        counted = _count(asked, newest)
        hits = asked.hits(before) if before else chain(newest, every)
        return *_cut(_pairs(asked, hits, before), before, limit), *counted, index.behind


def _cut(pairs: Iterable[tuple[int, int]], before: int, limit: int) -> tuple[list[int], str | None]:
    """(first comments of as many rows as a page has, cursor of the next page)."""
    ids: list[int] = []
    for hit, lead in pairs:
        if len(ids) == limit:
            return ids, str(before)
        ids.append(lead)
        before = hit
    return ids, None


class _Asked:
    """Words that are looked for in a project under other conditions."""

    def __init__(self, index: search.Opened, consultation_id: int, text: str, found: Sequence[Part]) -> None:
        self.index, self.consultation_id, self.text, self.found = index, consultation_id, text, found
        self.short = _short(text)
        self._known: tuple[list[int], Leads] = ([], {})

    def hits(self, before: int | None = None) -> Iterator[int]:
        """The newest first; of long phrases also what holds only their pieces."""
        return self.index.walk(self.consultation_id, self.text, before, checked=self.short)

    def leads(self, hits: list[int]) -> Leads:
        """Their rows; a page asks twice for the newest, to show and to count them."""
        if self._known[0] != hits:
            self._known = hits, _leads(hits, self.consultation_id, self.found)
        return self._known[1]


def _pairs(asked: _Asked, hits: Iterator[int], before: int) -> Iterator[tuple[int, int]]:
    """(newest hit below `before`, first comment of its row), the newest first, each row once."""
    seen: set[int] = set()
    many = CHUNK
    while part := list(islice(hits, many)):
        leads = asked.leads(part)
        for hit in _held([one for one in part if one in leads], asked.text, asked.short):
            lead_id, group = leads[hit]
            if lead_id in seen:
                continue
            seen.add(lead_id)
            if not (before and group and _newer(group, before, asked.text)):
                yield hit, lead_id
        many = min(2 * many, 8 * CHUNK)  # the rarer the other conditions, the more at a time


def _short(text: str) -> bool:
    """Whether the index alone knows what holds it: longer phrases are compared text by text, after the filters."""
    return len(comparable(text)) <= SURE


def _held(hits: Sequence[int], text: str, sure: bool) -> Iterable[int]:
    """Those that really hold the text, compared a few at a time, as far as somebody asks."""
    if sure:
        yield from hits
        return
    for start in range(0, len(hits), COMPARED):
        yield from search.among(text, hits[start : start + COMPARED])


def _leads(hits: Sequence[int], consultation_id: int, found: Sequence[Part]) -> Leads:
    """hit → (first comment of its row, group or None), for rows that meet the other conditions."""
    conditions = [R.c.consultation_id == consultation_id, R.c.state != WITHDRAWN, *(one.condition for one in found)]
    columns = select(R.c.comment_id, R.c.group_id)
    homes: dict[int, int] = {}
    leads: Leads = {}
    rows: dict[int, int] = {}
    for start in range(0, len(hits), AT_ONCE):
        part = hits[start : start + AT_ONCE]
        member = select(M.c.comment_id, M.c.group_id).where(one_of(M.c.comment_id, part))
        new = {row.comment_id: row.group_id for row in db.session.execute(member)}
        rest = [one for one in part if one not in new]
        alone = columns.where(one_of(R.c.comment_id, rest), *conditions).with_hint(R, _BY_KEY, "sqlite")
        leads |= {row.comment_id: (row.comment_id, row.group_id) for row in db.session.execute(alone)}
        groups = set(new.values()) - set(homes.values())
        grouped = columns.where(one_of(R.c.group_id, groups), *conditions).with_hint(R, _BY_GROUP, "sqlite")
        rows |= {row.group_id: row.comment_id for row in db.session.execute(grouped)} if groups else {}
        homes |= new
    leads |= {hit: (rows[group], group) for hit, group in homes.items() if group in rows}
    for hit in _taken_back([one for one, (_, group) in leads.items() if group]):
        del leads[hit]
    return leads


def _taken_back(members: Sequence[int]) -> Iterator[int]:
    """Those of a group's members whose words were withdrawn: nobody finds them (R13)."""
    for start in range(0, len(members), AT_ONCE):
        query = select(Comment.id).where(one_of(Comment.id, members[start : start + AT_ONCE]))  # type: ignore[arg-type]
        yield from db.session.scalars(query.where(Comment.withdrawn_at.is_not(None)))


def _newer(group_id: int, before: int, text: str) -> bool:
    """Whether the row stood on an earlier page: a member as new as the cursor says it too."""
    query = (
        select(Comment.text, Comment.proposed_text, Comment.reason)
        .join(M, M.c.comment_id == Comment.id)
        .where(M.c.group_id == group_id, Comment.id >= before, Comment.withdrawn_at.is_(None))
        .order_by(Comment.id)
        .limit(NEWER)
    )
    return any(any(holds(part, text) for part in row) for row in db.session.execute(query))


def _are_few(found: Sequence[Part]) -> bool:
    """Whether so few rows meet the other conditions that their words are read one by one."""
    lead = chosen(found)
    return lead is not None and (lead.rows or 0) <= FEW


def _below(pairs: Sequence[tuple[int, int]], before: int) -> list[tuple[int, int]]:
    return [one for one in pairs if not before or one[0] < before]


def _by_filter(consultation_id: int, wanted: Filter, found: Sequence[Part]) -> list[tuple[int, int]]:
    """(newest hit, first comment of its row) among few rows, the newest first: their members' words are read."""
    newest: dict[int, int] = {}
    leads = list(db.session.scalars(rows_of(consultation_id, found)))
    words = (Comment.id, Comment.text, Comment.proposed_text, Comment.reason)
    for part in slices(leads):
        alone = select(R.c.comment_id, *words).join(Comment, Comment.id == R.c.comment_id).where(
            R.c.group_id.is_(None), R.c.state != WITHDRAWN
        )
        grouped = (
            select(R.c.comment_id, *words)
            .join(M, M.c.group_id == R.c.group_id)
            .join(Comment, Comment.id == M.c.comment_id)
            .where(Comment.withdrawn_at.is_(None))
        )
        for query in (alone, grouped):
            for lead, hit, *said in db.session.execute(query.where(R.c.comment_id.in_(part))):
                if hit > newest.get(lead, 0) and any(holds(one, wanted.text) for one in said):
                    newest[lead] = hit
    return sorted(((hit, lead) for lead, hit in newest.items()), reverse=True)


def _count(asked: _Asked, hits: list[int]) -> tuple[int, bool]:
    """(rows with the newest hits, whether there are more); of long phrases only a few texts are compared."""
    leads = asked.leads(hits[:MOST])
    some = [one for one in hits[:MOST] if one in leads]
    room = len(some) if asked.short else COMPARED * 2
    rows = {leads[one][0] for one in _held(some[:room], asked.text, asked.short)}
    return len(rows), len(hits) > MOST or len(some) > room
