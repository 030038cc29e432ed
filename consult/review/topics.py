"""Topics of a project: what many opinions on a clause say in the same words, counted over every one of them.

Which phrases these are is found in a sample of each clause, a group of copies counting once; how many opinions say
each is then counted exactly, with the same comparison as the search of the list, so the links lead to those rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from consult.base.db import db
from consult.intake.models import Comment
from consult.review import desk, sweeps
from consult.review.desk_models import WITHDRAWN, DeskRow, Topic
from consult.review.filtering import WHOLE
from consult.review.find import slices
from consult.review.group_models import Addition
from consult.review.models import Membership
from consult.review.overview import Ground, cells_of
from consult.review.phrases import LEAST, frequent
from consult.review.terms import comparable

SAMPLE = 600_000  # characters of a clause in which phrases are looked for; about half a second
SLICE = 2000
EXAMPLES = 3

R = DeskRow.__table__


@dataclass(frozen=True)
class Found:
    """A phrase on a clause: rows and opinions in which it is said, first members of some of these rows."""

    phrase: str
    rows: int
    opinions: int
    examples: list[int]


def grounds(consultation_id: int) -> list[Ground]:
    """The cells of the outline on which enough was said to look for topics; the whole draft first."""
    living = {int(clause) if clause else None: number
              for clause, number in desk.counters(consultation_id, "living")["living"].items()}  # fmt: skip
    found = [one for one in cells_of(consultation_id, living) if sum(living.get(at, 0) for at in one.ids) >= LEAST]
    return [Ground(WHOLE, "全文", [], []), *found] if living.get(None, 0) >= LEAST else found


def of_clause(consultation_id: int, ground: Ground) -> list[Found]:
    """The topics of one clause, the most said first. A read of all that was said on it."""
    phrases = [one.words for one in frequent(_sample(consultation_id, ground), "\n".join(ground.texts))]
    return _counted(consultation_id, ground, phrases) if phrases else []


def _sample(consultation_id: int, ground: Ground) -> list[str]:
    """What rows say: the words of the first member and the sentences others added; every so-many-th row of a large clause.

    Where it gets too long every second one is dropped and from then on left out, so that all of the clause is seen.
    """
    kept: list[str] = []
    size, step, seen = 0, 1, 0
    for texts in _rows(consultation_id, ground):
        for text in texts:
            if seen % step == 0:
                kept.append(text)
                size += len(text)
            seen += 1
        while size > SAMPLE and len(kept) > 1:
            kept, step = kept[::2], step * 2
            size = sum(map(len, kept))
    return kept


def _rows(consultation_id: int, ground: Ground) -> Iterator[list[str]]:
    query = (
        select(R.c.comment_id, R.c.group_id, Comment.text, Comment.proposed_text, Comment.reason)
        .join(Comment, Comment.id == R.c.comment_id)
        .where(R.c.consultation_id == consultation_id, R.c.state != WITHDRAWN)
        .order_by(R.c.comment_id)
        .limit(SLICE)
    )
    for place in ground.ids or [None]:
        after, at = 0, R.c.clause_id.is_(None) if place is None else R.c.clause_id == place
        while found := db.session.execute(query.where(at, R.c.comment_id > after)).all():
            after = found[-1].comment_id
            more = _added([one.group_id for one in found if one.group_id])
            yield ["\n".join((one.text, one.proposed_text, one.reason, *more.get(one.group_id, ()))) for one in found]


def _added(groups: Iterable[int]) -> dict[int | None, list[str]]:
    found: dict[int | None, list[str]] = defaultdict(list)
    for part in slices(groups):
        query = select(Addition.group_id, Addition.sentence).where(Addition.group_id.in_(part), Addition.kind == "new")
        for one in db.session.execute(query):
            found[one.group_id].append(one.sentence)
    return found


def _counted(consultation_id: int, ground: Ground, phrases: Sequence[str]) -> list[Found]:
    """Rows and opinions for each phrase, every living opinion on the clause read once."""
    holders: dict[str, dict[int, list[int]]] = {one: {} for one in phrases}  # phrase → row → [first who says it, how many]
    for comment_id, row, said in _members(consultation_id, ground):
        for phrase, rows in holders.items():
            if any(phrase in one for one in said):
                rows.setdefault(row, [comment_id, 0])[1] += 1
    found = []
    for phrase, rows in holders.items():
        most = sorted(rows.values(), key=lambda one: (-one[1], one[0]))[:EXAMPLES]
        found.append(Found(phrase, len(rows), sum(one[1] for one in rows.values()), [one[0] for one in most]))
    return sorted((one for one in found if one.rows), key=lambda one: (-one.rows, -one.opinions, one.phrase))


def _members(consultation_id: int, ground: Ground) -> Iterator[tuple[int, int, list[str]]]:
    """(comment, its group or minus itself, what it says as the search compares it) of all living opinions."""
    query = (
        select(Comment.id, Membership.group_id, Comment.text, Comment.proposed_text, Comment.reason)
        .outerjoin(Membership, Membership.comment_id == Comment.id)
        .where(Comment.consultation_id == consultation_id, Comment.withdrawn_at.is_(None))
        .order_by(Comment.id)
        .limit(SLICE)
    )
    for place in ground.ids or [None]:
        after, at = 0, Comment.clause_id.is_(None) if place is None else Comment.clause_id == place
        while found := db.session.execute(query.where(at, Comment.id > after)).all():
            after = found[-1].id
            for one in found:
                said = [comparable(text) for text in (one.text, one.proposed_text, one.reason) if text]
                yield one.id, one.group_id or -one.id, said


def store(now: datetime, consultation_id: int, clause_key: str, found: Sequence[Found]) -> None:
    """Put the topics of one clause in the place of those that it had."""
    db.session.execute(
        delete(Topic).where(Topic.consultation_id == consultation_id, Topic.clause_key == clause_key)
    )
    db.session.add_all(
        Topic(consultation_id=consultation_id, clause_key=clause_key, phrase=one.phrase, count=one.rows,
              opinions=one.opinions, examples=",".join(map(str, one.examples)), made_at=now)
        for one in found
    )  # fmt: skip
    db.session.flush()


def finish(now: datetime, consultation_id: int, made_from: str, keys: Iterable[str]) -> None:
    """All clauses are done: clauses on which nobody speaks any more lose their topics."""
    kept = list(keys)
    old = select(Topic.clause_key).where(Topic.consultation_id == consultation_id).distinct()
    for key in [one for one in db.session.scalars(old) if one not in set(kept)]:
        store(now, consultation_id, key, [])
    sweeps.note(now, consultation_id, sweeps.TOPICS, made_from, {"clauses": len(kept)})


def make_all(now: datetime, consultation_id: int) -> int:
    """All topics of a small project inside one transaction; how many there are."""
    made_from, places = sweeps.stamp(consultation_id, sweeps.TOPICS), grounds(consultation_id)
    total = 0
    for one in places:
        found = of_clause(consultation_id, one)
        store(now, consultation_id, one.key, found)
        total += len(found)
    finish(now, consultation_id, made_from, [one.key for one in places])
    return total


@dataclass(frozen=True)
class Told:
    """A topic as it is kept; `count` says in how many rows it is said, `examples` are ids of opinions, comma separated."""

    clause_key: str
    phrase: str
    count: int
    opinions: int
    examples: str


def topics(consultation_id: int, clause_key: str = "") -> dict[str, list[Told]]:
    """clause key → its topics, the most said first; of one clause or of all."""
    query = select(Topic.clause_key, Topic.phrase, Topic.count, Topic.opinions, Topic.examples)
    query = query.where(Topic.consultation_id == consultation_id)
    if clause_key:
        query = query.where(Topic.clause_key == clause_key)
    found: dict[str, list[Told]] = defaultdict(list)
    for row in db.session.execute(query.order_by(Topic.count.desc(), Topic.opinions.desc(), Topic.id)):
        found[row[0]].append(Told(*row))
    return dict(found)
