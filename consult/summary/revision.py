"""Between the draft that was asked about and the revised or issued text: what changed, why, and which opinions it follows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.drafts import descent
from consult.drafts import find as drafts
from consult.drafts.models import Clause, Version
from consult.review.find import stands
from consult.review.group_models import Readdressing
from consult.review.models import Group
from consult.review.readdress import pointed
from consult.review.words import OUTCOMES
from consult.summary.lines import lines
from consult.summary.models import Release, ReleaseRow
from consult.summary.table import Cell
from consult.summary.walk import C, D, K, M, called

TAKEN = ("adopted", "partly_adopted")
RENUMBERED = "条文序号相应调整。"
G, R = Group.__table__, Readdressing.__table__


@dataclass(frozen=True)
class Taken:
    """A group whose opinion was adopted, whole or in part: its first opinion, why, where it was made and where it counts.

    `key` is that of the clause in the newer text, empty where it has none there; `moved` says that a person chose it.
    """

    comment_id: int
    outcome: str
    reason: str
    made_on: str
    key: str
    moved: bool


def revised(versions: Sequence[Version]) -> tuple[Version, Sequence[Version]] | None:
    """(the last text that was only corrected, the versions after it) of published ones; None before there is a revised text."""
    at = next((place for place, one in enumerate(versions) if one.purpose != "correction"), 0)
    return (versions[at - 1], versions[at:]) if at else None


def taken(session: Session, version: Version) -> list[Taken]:
    """The adopted opinions made on older texts, by where they count in `version`, a proposal or the one in force."""
    spoken, aimed = K.alias(), K.alias()
    query = (
        select(func.min(C.c.id).label("first"), D.c.outcome, D.c.reason, spoken.c.key, aimed.c.key.label("aimed"), func.min(C.c.version_id).label("on"))
        .select_from(
            D.join(G, G.c.id == D.c.group_id).join(M, M.c.group_id == G.c.id).join(C, C.c.id == M.c.comment_id)
            .outerjoin(spoken, spoken.c.id == G.c.clause_id)
            .outerjoin(R, (R.c.group_id == G.c.id) & R.c.undone_at.is_(None)).outerjoin(aimed, aimed.c.id == R.c.clause_id)
        )
        .where(G.c.consultation_id == version.consultation_id, C.c.withdrawn_at.is_(None), D.c.outcome.in_(TAKEN), stands())
        .group_by(G.c.id, D.c.outcome, D.c.reason, spoken.c.key, aimed.c.key)
        .order_by(func.min(C.c.id))
    )  # fmt: skip
    rows = [row for row in session.execute(query) if row.on != version.id]
    heirs = descent.heirs_of(session, version, {row.aimed or row.key for row in rows if row.aimed or row.key})
    return [
        Taken(row.first, row.outcome, row.reason, row.key or "", heirs.get(row.aimed or row.key or "", ""), row.aimed is not None)
        for row in rows
    ]


def by_key(found: Iterable[Taken]) -> dict[str, list[Taken]]:
    """The same by the clause they count at, of one that is gone by its last key."""
    held: dict[str, list[Taken]] = defaultdict(list)
    for one in found:
        held[one.key or one.made_on].append(one)
    return held


def comparison(session: Session, consultation_id: int) -> Iterator[tuple[Cell, ...]] | None:
    """Cells in the order of table.COMPARISON, a row for each clause that reads otherwise now; None before a revised text.

    The reason is the one that the office gave for the clause, else those of the adopted opinions; 对应意见序号 are the
    numbers of 意见汇总处理表.
    """
    found = revised(drafts.published_versions(consultation_id))
    return None if found is None else _rows(session, *found)


def _rows(session: Session, base: Version, passed: Sequence[Version]) -> Iterator[tuple[Cell, ...]]:
    old, new = drafts.clauses(base.id), drafts.clauses(passed[-1].id)
    olds, news = {one.id: one for one in old}, {one.id: one for one in new}
    why = descent.reasons(session, [one.id for one in passed])
    names, said = _adopted_lines(session, passed[-1])
    row = 0
    for _, part in groupby(descent.between(session, passed, old, new), lambda one: one.new_clause_id or -one.id):
        steps = list(part)
        fresh = news.get(steps[0].new_clause_id or 0)
        came = [olds[one.old_clause_id] for one in steps if one.old_clause_id in olds]
        if fresh and len(came) == 1 and (came[0].label, came[0].text) == (fresh.label, fresh.text):
            continue
        row += 1
        key = fresh.key if fresh else came[0].key
        moved = fresh is not None and len(came) == 1 and came[0].text == fresh.text
        reasons = why.get(key) or ([RENUMBERED] if moved else list(dict.fromkeys(said.get(key, ()))))
        yield (row, "\n".join(_whole(one) for one in came) or "（新增）", _whole(fresh) if fresh else "（删去）",
               "\n".join(reasons), "、".join(names.get(key, ())))  # fmt: skip


def _whole(clause: Clause) -> str:
    return f"{clause.label} {clause.text}".strip() if clause.label else clause.text or called(clause)


def _adopted_lines(session: Session, version: Version) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """(key in `version` → names of the lines that were adopted there, and their reasons)."""
    found = [
        (line.entry.comment_id, line.entry.place.key, str(line.name), line.ruling.reason)
        for line in lines(session, version.consultation_id) if line.ruling and line.ruling.outcome in TAKEN
    ]  # fmt: skip
    there = pointed(one[0] for one in found)
    wanted = [there[number].key if number in there else key for number, key, _, _ in found]
    heirs = descent.heirs_of(session, version, {key for key in wanted if key})
    names: dict[str, list[str]] = defaultdict(list)
    said: dict[str, list[str]] = defaultdict(list)
    for (_, _, name, reason), key in zip(found, wanted, strict=True):
        home = heirs.get(key, key)
        names[home].append(name)
        said[home] += [reason] if reason else []
    return names, said


def published_rows(session: Session, release: Release, version: Version) -> dict[str, list[int]]:
    """Key in `version` → numbers of the published table's rows that were adopted there, whole or in part."""
    wanted = [OUTCOMES[one] for one in TAKEN]
    query = select(ReleaseRow.clause_key, ReleaseRow.number).where(ReleaseRow.release_id == release.id, ReleaseRow.outcome.in_(wanted))
    rows = session.execute(query.order_by(ReleaseRow.number)).all()
    heirs = descent.heirs_of(session, version, {row.clause_key for row in rows if row.clause_key})
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.clause_key:
            found[heirs.get(row.clause_key, row.clause_key)].append(row.number)
    return found
