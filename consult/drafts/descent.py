"""Reads over the versions of a project: where a key stands, what a clause has become, who had a hand in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from consult.base.crypto import digest
from consult.drafts.lineage import Seat, confirmed, seated, untangled
from consult.drafts.models import Clause, ClauseLink, Consultation, Version

GONE = "本条已删去"


def seats(session: Session, consultation_id: int) -> list[Seat]:
    """Every key of the project in the order of the version in force; clauses that are gone behind their neighbour.

    An unpublished project has one version; a proposal counts only once it is published.
    """
    above = aliased(Clause)
    query = (
        select(Version.number, Clause.key, above.key.label("above"))
        .join(Version, Version.id == Clause.version_id)
        .join(Consultation, Consultation.id == Version.consultation_id)
        .outerjoin(above, above.id == Clause.parent_id)
        .where(
            Version.consultation_id == consultation_id,
            Version.frozen_at.is_not(None) | Consultation.published_at.is_(None),
        )
        .order_by(Version.number.desc(), Clause.ordinal)
    )
    rows = session.execute(query).all()
    return seated([[Seat(row.key, row.above) for row in part] for _, part in groupby(rows, lambda row: row.number)])


def reads_now(session: Session, version: Version, clauses: Iterable[Clause]) -> dict[int, str]:
    """clause id → how it reads in `version`, the one in force: by its key, or in the clause it was merged into.

    A clause that is gone reads GONE.
    """
    wanted = list(clauses)
    if not wanted:
        return {}
    texts: dict[str, str] = {}
    query = select(Clause.key, Clause.text).where(Clause.version_id == version.id)
    keys = {one.key for one in wanted}
    texts.update({row.key: row.text for row in session.execute(query.where(Clause.key.in_(keys)))})
    into = _merged_into(session, version) if keys - set(texts) else {}
    found: dict[int, str] = {}
    for one in wanted:
        key = one.key
        while key not in texts and key in into:
            key = into[key]
        if key not in texts and key != one.key:
            texts.update({row.key: row.text for row in session.execute(query.where(Clause.key == key))})
        found[one.id] = texts.get(key, GONE)
    return found


def heirs_of(session: Session, version: Version, keys: Iterable[str]) -> dict[str, str]:
    """key → the key under which `version`, the one in force, has it; those that are gone without an heir are left out."""
    there = set(session.scalars(select(Clause.key).where(Clause.version_id == version.id)))
    into, found = _merged_into(session, version), {}
    for one in keys:
        key = one
        while key not in there and key in into:
            key = into[key]
        if key in there:
            found[one] = key
    return found


def _merged_into(session: Session, version: Version) -> dict[str, str]:
    """Key that ended → the key of the clause that took it in."""
    old, new, owner = aliased(Clause), aliased(Clause), aliased(Version)
    query = (
        select(old.key, new.key.label("heir"))
        .select_from(ClauseLink)
        .join(old, old.id == ClauseLink.old_clause_id)
        .join(new, new.id == ClauseLink.new_clause_id)
        .join(owner, owner.id == ClauseLink.version_id)
        .where(
            owner.consultation_id == version.consultation_id, owner.frozen_at.is_not(None) | (owner.id == version.id),
            ClauseLink.kind == "merged", old.key != new.key,
        )
    )  # fmt: skip
    return {row.key: row.heir for row in session.execute(query)}


def links(session: Session, version_id: int) -> list[ClauseLink]:
    """What became of every clause, in the order of the new text."""
    query = select(ClauseLink).where(ClauseLink.version_id == version_id).order_by(ClauseLink.id)
    return list(session.scalars(query))


def reasons(session: Session, version_ids: Iterable[int]) -> dict[str, list[str]]:
    """Key → why its clause was changed in these versions; of a clause that is gone its last key."""
    old, new = aliased(Clause), aliased(Clause)
    query = (
        select(ClauseLink.reason, old.key.label("old"), new.key.label("new"))
        .outerjoin(old, old.id == ClauseLink.old_clause_id)
        .outerjoin(new, new.id == ClauseLink.new_clause_id)
        .where(ClauseLink.version_id.in_(list(version_ids)), ClauseLink.reason != "")
        .order_by(ClauseLink.version_id, ClauseLink.id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in session.execute(query):
        said = found[row.new or row.old]
        if row.reason not in said:
            said.append(row.reason)
    return found


@dataclass(frozen=True)
class Step:
    """As a ClauseLink: what became of a clause, but over several versions."""

    id: int
    kind: str
    score: float
    old_clause_id: int | None
    new_clause_id: int | None


def between(
    session: Session, passed: Sequence[Version], old: Sequence[Clause], new: Sequence[Clause]
) -> Sequence[ClauseLink | Step]:
    """What became of the clauses `old` in `new`, in the order of the new text.

    `passed` are the versions after the old one, the last of them the new one; their links are followed one by one.
    """
    if len(passed) == 1:
        return links(session, passed[0].id)
    places = {one.id: place for place, one in enumerate(new)}
    pairs = [
        (i, places[found]) for i, ids in enumerate(_followed(session, passed, old)) for found in ids if found in places
    ]
    pairs.sort(key=lambda pair: (old[pair[0]].key != new[pair[1]].key, pair))
    steps: list[Step] = []
    for one in confirmed(old, new, untangled(pairs)):
        for i in one.old or (None,):
            for j in one.new or (None,):
                ids = (None if i is None else old[i].id, None if j is None else new[j].id)
                steps.append(Step(len(steps) + 1, one.kind, one.score, *ids))
    return steps


def _followed(session: Session, passed: Sequence[Version], old: Sequence[Clause]) -> list[set[int]]:
    """For each old clause the ids of the clauses of the last version that come from it."""
    found = [{one.id} for one in old]
    for version in passed:
        heirs: dict[int, set[int]] = defaultdict(set)
        for link in links(session, version.id):
            if link.old_clause_id is not None and link.new_clause_id is not None:
                heirs[link.old_clause_id].add(link.new_clause_id)
        found = [{heir for one in ids for heir in heirs[one]} for ids in found]
    return found


@dataclass(frozen=True)
class Gone:
    """A clause that the text in force no longer has: how it last read, where, and what took it in, if anything did."""

    clause: Clause
    last: Version
    since: Version
    heir: Clause | None


def gone(session: Session, versions: Sequence[Version], key: str) -> Gone | None:
    """What became of a key that the newest of the published `versions` lacks; None where no version had it."""
    at = {one.id: place for place, one in enumerate(versions)}
    query = select(Clause).where(Clause.version_id.in_(at), Clause.key == key)
    bore = sorted(session.scalars(query), key=lambda one: at[one.version_id])
    if not bore or at[bore[-1].version_id] == len(versions) - 1:
        return None
    place = at[bore[-1].version_id]
    into, heir = _merged_into(session, versions[-1]), key
    while heir in into:
        heir = into[heir]
    query = select(Clause).where(Clause.version_id == versions[-1].id, Clause.key == heir)
    return Gone(bore[-1], versions[place], versions[place + 1], session.scalar(query))


def hands(session: Session, version: Version) -> set[str]:
    """Who loaded a version and confirmed its clauses; the empty word where that is still to be done."""
    query = select(ClauseLink.confirmed_by).where(ClauseLink.version_id == version.id).distinct()
    return {version.created_by, *session.scalars(query)}


def announced(session: Session, version: Version) -> str:
    """SHA-256 over what the public is told of a version besides its text: the correction and the clauses' descent.

    Reasons of changes and the purpose of a version came later and are covered where there are any.
    """
    old, new = aliased(Clause), aliased(Clause)
    query = (
        select(ClauseLink.kind, ClauseLink.reason, old.key.label("old"), new.key.label("new"))
        .outerjoin(old, old.id == ClauseLink.old_clause_id)
        .outerjoin(new, new.id == ClauseLink.new_clause_id)
        .where(ClauseLink.version_id == version.id)
        .order_by(ClauseLink.id)
    )
    rows = [[row.kind, row.old or "", row.new or "", *([row.reason] if row.reason else [])] for row in session.execute(query)]
    return digest([version.correction, rows, *([version.purpose] if version.purpose != "correction" else [])])
