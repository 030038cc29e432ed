"""How clauses read now against how they read when opinions were written, and which changes no adopted opinion is behind."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from consult.base.db import db
from consult.drafts.descent import seats
from consult.drafts.models import Clause, Version
from consult.review import desk
from consult.review.overview import Lineage, clauses_by_key
from consult.review.quality_rules import TAKEN, backed, changes
from consult.review.sentences import same


@dataclass(frozen=True)
class Texts:
    """The text of each clause row by itself and with all under it; `now` is that of the newest published version, by key."""

    own: dict[int, str]
    keys: dict[int, str]
    whole: dict[int, str]
    now: dict[str, str]

    def changed(self, clause_id: int) -> bool:
        """Whether the clause, or something under it, reads otherwise now than where the opinion was written."""
        key = self.keys.get(clause_id)
        return key is not None and same(self.whole[clause_id]) != same(self.now.get(key, ""))


def texts_of(consultation_id: int) -> Texts:
    """How the project's clauses read in all published versions; two short reads. An unpublished one has its one version."""
    query = (
        select(Version.number, Clause.id, Clause.key, Clause.parent_id, Clause.text)
        .join(Version, Version.id == Clause.version_id)
        .where(Version.consultation_id == consultation_id)
        .where(Version.frozen_at.is_not(None) | (Version.number == 1))
        .order_by(Version.number, Clause.ordinal)
    )
    rows = db.session.execute(query).all()
    whole: dict[int, list[str]] = defaultdict(list)
    above = {one.id: one.parent_id for one in rows}
    for one in rows:
        at = one.id
        while at is not None:
            whole[at].append(one.text)
            at = above.get(at)
    last = max((one.number for one in rows), default=0)
    joined = {number: "\n".join(texts) for number, texts in whole.items()}
    return Texts(
        own={one.id: one.text for one in rows}, keys={one.id: one.key for one in rows}, whole=joined,
        now={one.key: joined[one.id] for one in rows if one.number == last},
    )  # fmt: skip


def unasked(consultation_id: int) -> list[tuple[str, str]]:
    """(clause key, 修改 or 新增 or 删去) for what changed from the first version to the newest with no adopted opinion.

    A version that is being prepared is looked at too: now is the time to see it. A new clause may rest on an opinion
    on the whole draft.
    """
    query = (
        select(Version.number, Clause.key, Clause.text)
        .join(Version, Version.id == Clause.version_id)
        .where(Version.consultation_id == consultation_id, Clause.commentable)
        .order_by(Version.number, Clause.ordinal)
    )
    versions: dict[int, dict[str, str]] = defaultdict(dict)
    for one in db.session.execute(query):
        versions[one.number][one.key] = one.text
    if len(versions) < 2:
        return []
    named, numbers = clauses_by_key(consultation_id), _adopted(consultation_id)
    taken = {key for key, one in named.items() if numbers & set(one.ids)}
    above = _above(consultation_id, named)
    return [
        (key, what)
        for key, what in changes(versions[min(versions)], versions[max(versions)]).items()
        if not backed(key, above, taken) and not (what == "新增" and None in numbers)
    ]


def _adopted(consultation_id: int) -> set[int | None]:
    """Clause rows on which something was adopted; None for the whole draft."""
    found: set[int | None] = set()
    for value in desk.counters(consultation_id, "clause_outcome")["clause_outcome"]:
        clause, _, outcome = value.partition("|")
        if outcome in TAKEN:
            found.add(int(clause) if clause else None)
    return found


def _above(consultation_id: int, named: dict[str, Lineage]) -> dict[str, str]:
    """key → what it stands under; a clause of a version that is not out yet stands where its own parent is."""
    found = {one.key: one.above or "" for one in seats(db.session(), consultation_id)}
    fresh = [number for key, one in named.items() if key not in found for number in one.ids]
    parent = Clause.__table__.alias()
    query = select(Clause.key, parent.c.key.label("above")).join(parent, parent.c.id == Clause.parent_id)
    for one in db.session.execute(query.where(Clause.id.in_(fresh))) if fresh else ():
        found.setdefault(one.key, one.above)
    return found
