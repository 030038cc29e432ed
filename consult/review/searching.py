"""The queue narrowed to rows in which somebody wrote some words: the newest hit first, each row once."""

from collections.abc import Iterable, Sequence

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
NEAR = 30_000  # opinions of which all rows are read at once (30 ms), when a first thousand hits did not fill the page
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
    few = _by_filter(consultation_id, wanted, found) if _are_few(found) else None
    pairs = _pairs(consultation_id, wanted, found, before, partly) if few is None else _below(few, before)
    ids: list[int] = []
    following: str | None = None
    at = before
    for hit, lead in pairs:
        if len(ids) == limit:
            following = str(at)
            break
        ids.append(lead)
        at = hit
    total, more = (len(few), False) if few is not None else _count(consultation_id, wanted, found, partly)
    return ids, following, total, more, few is None and search.behind()


def _pairs(
    consultation_id: int, wanted: Filter, found: Sequence[Part], before: int, partly: bool
) -> Iterable[tuple[int, int]]:
    """(newest hit below `before`, first comment of its row), the newest first, each row once."""
    seen: set[int] = set()
    at, short, many = before or None, _short(wanted.text), CHUNK
    known, first = None, True
    while hits := search.hits(consultation_id, wanted.text, before=at, limit=many, checked=short, partly=partly):
        leads = _leads(hits, consultation_id, found) if known is None else known
        for hit in _held(_standing(hits, leads), wanted.text, short):
            lead_id, group = leads[hit]
            if lead_id in seen:
                continue
            seen.add(lead_id)
            if not (before and group and _newer(group, before, wanted.text)):
                yield hit, lead_id
        at, many = hits[-1], min(2 * many, 8 * CHUNK)  # the rarer the other conditions, the more at a time
        if first and _are_few(found, NEAR):
            known = _all_leads(consultation_id, found)
        first = False


def _short(text: str) -> bool:
    """Whether the index alone knows what holds it: longer phrases are compared text by text, after the filters."""
    return len(comparable(text)) <= SURE


def _standing(hits: Sequence[int], leads: Leads) -> list[int]:
    """The hits with such a row; words that were taken back are found by nobody, those of a group's member either (R13)."""
    found = [one for one in hits if one in leads]
    grouped = [one for one in found if leads[one][1]]
    gone: set[int] = set()
    for start in range(0, len(grouped), AT_ONCE):
        query = select(Comment.id).where(one_of(Comment.id, grouped[start : start + AT_ONCE]))  # type: ignore[arg-type]
        gone.update(db.session.scalars(query.where(Comment.withdrawn_at.is_not(None))))
    return [one for one in found if one not in gone]


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
        alone = columns.where(one_of(R.c.comment_id, part), *conditions).with_hint(R, _BY_KEY, "sqlite")
        leads |= {row.comment_id: (row.comment_id, row.group_id) for row in db.session.execute(alone)}
        groups = set(new.values()) - set(homes.values())
        grouped = columns.where(one_of(R.c.group_id, groups), *conditions).with_hint(R, _BY_GROUP, "sqlite")
        rows |= {row.group_id: row.comment_id for row in db.session.execute(grouped)} if groups else {}
        homes |= new
    return leads | {hit: (rows[group], group) for hit, group in homes.items() if group in rows}


def _all_leads(consultation_id: int, found: Sequence[Part]) -> Leads | None:
    """The same for every opinion whose row meets the other conditions; None where they have too many members."""
    query = rows_of(consultation_id, found).add_columns(R.c.group_id, R.c.size).where(R.c.state != WITHDRAWN)
    rows = db.session.execute(query).all()
    if sum(size for _, _, size in rows) > 2 * NEAR:
        return None
    leads: Leads = {lead: (lead, group) for lead, group, _ in rows}
    led = {group: lead for lead, group, _ in rows if group}
    groups = list(led)
    for start in range(0, len(groups), AT_ONCE):
        member = select(M.c.comment_id, M.c.group_id).where(one_of(M.c.group_id, groups[start : start + AT_ONCE]))
        leads |= {hit: (led[group], group) for hit, group in db.session.execute(member)}
    return leads


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


def _are_few(found: Sequence[Part], few: int = FEW) -> bool:
    """Whether so few rows meet the other conditions that they are read one by one."""
    lead = chosen(found)
    return lead is not None and (lead.rows or 0) <= few


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


def _count(consultation_id: int, wanted: Filter, found: Sequence[Part], partly: bool) -> tuple[int, bool]:
    short = _short(wanted.text)
    hits = search.hits(consultation_id, wanted.text, limit=MOST + 1, checked=short, partly=partly)
    leads = _leads(hits[:MOST], consultation_id, found)
    some = _standing(hits[:MOST], leads)
    room = len(some) if short else COMPARED * 2
    rows = {leads[one][0] for one in _held(some[:room], wanted.text, short)}
    return len(rows), len(hits) > MOST or len(some) > room
