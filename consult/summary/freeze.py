"""What a result keeps besides its sums: opinions by day and along the outline, its table, the clauses it changes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Row, case, func, insert, select
from sqlalchemy.orm import Session

from consult.base.text import shorten
from consult.drafts import find as drafts
from consult.drafts.descent import seats
from consult.drafts.models import Clause
from consult.drafts.rounds import asked_about
from consult.review.models import Group
from consult.summary import additions
from consult.summary.entries import slices
from consult.summary.lines import Line
from consult.summary.masking import masked
from consult.summary.models import ReleaseRow
from consult.summary.rows import AdoptionRow, unresolved
from consult.summary.seal import Seal
from consult.summary.tally import day_of
from consult.summary.walk import WHOLE, C, D, M, S, called, stands

SLICE = 500
WORDINGS_MOST = 10  # of one clause; a clause reads one way in the end, so more are a mistake or an attack
REASONS_MOST = 10  # of one wording; every one of them stands in its row of the table
OUTLINED = frozenset({"part", "chapter", "section", "article", "heading1", "heading2"})
G = Group.__table__


class Passing:
    """Adds up a table whose rows stream by: how many rows and opinions, where they point, which name a wording.

    `unresolved` counts rows whose words hold names or addresses that nobody has chosen about; `additions` the rows of
    additions, which are in no other number. `worded` knows a group by its id and an addition by minus its own.
    """

    def __init__(self) -> None:
        self.rows = self.likes = self.unresolved = self.additions = 0
        self.by_clause: Counter[str] = Counter()
        self.citations: dict[str, str] = {}
        self.worded: dict[int, int] = {}
        self.table = Seal()

    def through(self, pairs: Iterable[tuple[Line, AdoptionRow]]) -> Iterator[dict[str, Any]]:
        """The facts of each row, as digests have them, once it is counted."""
        for line, row in pairs:
            entry = line.entry
            if line.extra:
                self.additions += 1
            else:
                self.rows, self.likes = self.rows + 1, self.likes + row.likes
                self.unresolved += bool(unresolved(entry))
                self.by_clause[entry.place.key] += row.likes
                self.citations.setdefault(entry.place.key, entry.place.citation)
            if line.ruling and line.ruling.new_wording and entry.group_id:
                self.worded[-line.extra.id if line.extra else entry.group_id] = row.number
            self.table.add(vars(row))
            yield vars(row)


def store_rows(session: Session, release_id: int, pairs: Iterable[tuple[Line, AdoptionRow]]) -> None:
    """Write the table of a release, SLICE rows at a time."""
    facts = (vars(row) | {"release_id": release_id, "clause_key": line.entry.place.key} for line, row in pairs)
    while part := list(islice(facts, SLICE)):
        session.execute(insert(ReleaseRow), part)


def by_day(session: Session, consultation_id: int) -> dict[str, int]:
    """ISO day in Shanghai → opinions of the public received, withdrawn ones too: together they are `received`."""
    found: Counter[str] = Counter()
    query = select(S.c.id, S.c.received_at, S.c.received_on, S.c.comment_count).where(
        S.c.consultation_id == consultation_id, S.c.channel != "formal"
    )
    for row in slices(session, query, S.c.id):
        found[day_of(row.received_at, row.received_on)] += row.comment_count
    return dict(sorted(found.items()))


def by_clause(session: Session, clauses: Sequence[Clause], consultation_id: int, seen: Passing) -> dict[str, list[Any]]:
    """Clause key → [name, valid opinions] in the order of the text, "" for the whole draft; the sum is `valid`.

    Articles, headings and attachments that nobody spoke of are there with 0; items and paragraphs only where
    somebody did. A clause that is gone stands where it was.
    """
    current = {one.key: one for one in clauses}
    outlined = {one.key for one in clauses if one.commentable and (one.kind == "attachment" or one.level in OUTLINED)}
    shown = outlined or {one.key for one in clauses if one.commentable}
    found: dict[str, list[Any]] = {"": [WHOLE, seen.by_clause[""]]}
    for key in (seat.key for seat in seats(session, consultation_id)):
        if seen.by_clause[key] or key in shown:
            name = name_of(current[key]) if key in current else seen.citations[key]
            found[key] = [name, seen.by_clause[key]]
    return found


def name_of(clause: Clause) -> str:
    """How people call a clause; one that nobody numbered by its first words, so that it is not taken for 全文."""
    if clause.citation == WHOLE:
        return clause.label or f"“{shorten(clause.text, 10)}”"
    return called(clause)


def changed(session: Session, clauses: Sequence[Clause], consultation_id: int, seen: Passing) -> list[dict[str, Any]]:
    """Every clause that a standing ruling words anew, in the order of the text: draft, decided text, why, which rows.

    {key, citation, before, after, reasons, numbers, others}: rulings that end in one wording share an entry,
    a clause that rulings word differently has one for each, WORDINGS_MOST at most and `others` more. What
    units wrote is internal (政府信息公开条例 16): their rulings change the text, but give no reasons and no rows.
    """
    order = {seat.key: at for at, seat in enumerate(seats(session, consultation_id), 1)}
    current = {one.key: one for one in clauses}
    rows = sorted(_worded(session, consultation_id), key=lambda row: (order.get(row.key or "", 0), row.first))
    found: list[dict[str, Any]] = []
    for key, part in groupby(rows, key=lambda row: row.key or ""):
        wordings: dict[str, dict[str, Any]] = {}
        for row in part:
            fresh = _change(row, current.get(key), seen)
            _join(wordings.setdefault(fresh["after"], fresh), row, seen)
        real = [one for one in wordings.values() if one["after"] != one["before"]]
        others = max(0, len(real) - WORDINGS_MOST)
        found += [one | {"others": others} for one in real[:WORDINGS_MOST]]
    return found


def _worded(session: Session, consultation_id: int) -> Sequence[Row[Any]]:
    """Standing rulings with a new wording that cover a living opinion."""
    clause = Clause.__table__
    public = func.max(case((S.c.channel != "formal", 1), else_=0)).label("public")
    columns = (D.c.group_id, D.c.new_wording, D.c.reason, clause.c.key, clause.c.label, clause.c.text)
    query = (
        select(*columns, func.min(C.c.id).label("first"), public)
        .select_from(
            D.join(G, G.c.id == D.c.group_id).join(M, M.c.group_id == G.c.id).join(C, C.c.id == M.c.comment_id)
            .join(S, S.c.id == C.c.submission_id).outerjoin(clause, clause.c.id == G.c.clause_id)
        )
        .where(G.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None), D.c.new_wording != "", stands())
        .group_by(D.c.id, *columns)
    )  # fmt: skip
    return [*session.execute(query), *additions.worded(session, consultation_id, (clause.c.key, clause.c.label, clause.c.text))]


def _change(row: Row[Any], clause: Clause | None, seen: Passing) -> dict[str, Any]:
    """The entry of a wording; `before` is the text that was asked about, of a clause that is gone its last, of the whole none."""
    label, text = (clause.label, clause.text) if clause else (row.label or "", row.text or "")
    after = row.new_wording.strip()
    if label and after.startswith(label):
        after = after.removeprefix(label).lstrip(" \u3000")
    citation = name_of(clause) if clause else seen.citations.get(row.key or "", row.label or WHOLE)
    return {
        "key": row.key or "", "citation": citation, "before": masked(text), "after": masked(after), "reasons": [],
        "numbers": [],
    }  # fmt: skip


def _join(one: dict[str, Any], row: Row[Any], seen: Passing) -> None:
    reason = masked(row.reason)
    if row.public and reason and reason not in one["reasons"] and len(one["reasons"]) < REASONS_MOST:
        one["reasons"].append(reason)
    if row.public and row.group_id in seen.worded:
        one["numbers"].append(seen.worded[row.group_id])


def clauses_of(consultation_id: int) -> list[Clause]:
    """The clauses of the text that was asked about: a correction that comes after the issued text compares with it too."""
    return drafts.clauses(asked_about(consultation_id).id)
