"""What the office sees beside the clauses of a revised text: the opinions each change follows, and why it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from consult.base.db import db
from consult.drafts import descent
from consult.drafts.models import Version
from consult.intake.models import Comment
from consult.review.find import slices
from consult.review.words import OUTCOMES
from consult.summary.revision import Taken, by_key, taken
from consult.web.changes import Row

QUIET = ("kept", "renumbered")  # no change of words, so nothing to give a reason for


@dataclass(frozen=True)
class Follows:
    """`by` holds the adopted opinions by the clause they count at, `idle` those whose clause reads as before or is none."""

    by: Mapping[str, Sequence[Taken]]
    idle: Sequence[Taken]
    names: Mapping[str, str]


def follows(version: Version, rows: Sequence[Row]) -> Follows:
    """The adopted opinions beside the changes of a version."""
    found = taken(db.session(), version)
    changed = {_key(row) for row in rows if row.kind not in QUIET}
    names = {one.key: one.citation or one.label for row in rows for one in (*row.old, *([row.new] if row.new else []))}
    idle = [one for one in found if (one.key or one.made_on) not in changed]
    content = _supporting([one.comment_id for one in idle])
    return Follows(by_key(found), [one for one in idle if one.comment_id not in content], names | OUTCOMES)


def _supporting(numbers: Sequence[int]) -> set[int]:
    """Opinions that are for the text as it stands: nothing has to change for them."""
    found: set[int] = set()
    for part in slices(numbers):
        found |= set(db.session.scalars(select(Comment.id).where(Comment.id.in_(part), Comment.stance == "support")))
    return found


def why(version: Version, rows: Sequence[Row], found: Follows | None, typed: Mapping[str, str]) -> dict[int, str]:
    """Clause id → what stands in its field for the reason: typed, kept, or until somebody has confirmed that of its opinions."""
    if found is None:
        return {}
    links = descent.links(db.session(), version.id)
    kept = {one.new_clause_id or one.old_clause_id or 0: one.reason for one in links if one.reason}
    fresh = any(not one.confirmed_by for one in links)
    out = {}
    for row in rows:
        if row.kind in QUIET:
            continue
        number = row.new.id if row.new else row.old[0].id
        said = "\n".join(dict.fromkeys(one.reason for one in found.by.get(_key(row), ()) if one.reason))
        out[number] = typed.get(f"why-{number}", kept.get(number, said if fresh else ""))
    return out


def _key(row: Row) -> str:
    return row.new.key if row.new else row.old[0].key
