"""Reads about additions (补充意见): what members of a group say beyond its shared text, who, and what was ruled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, text, tuple_

from consult.base.db import db
from consult.base.errors import NotFound
from consult.drafts.redline import Change, redline
from consult.intake.models import Comment, Submission
from consult.review.find import slices
from consult.review.group_models import ADDITIONS, OPEN, Addition, AdditionDecision, Saying
from consult.review.models import Group

OWN = ("new", "critical")  # kinds that wait for a ruling of their own


@dataclass(frozen=True)
class Extra:
    """An addition as pages show it: `base` is the number, from 1, of the shared sentence it changes, `line` that change.

    `first` is the earliest living opinion that says it, None where nobody does any more.
    """

    addition: Addition
    base: int | None
    line: list[Change]
    first: int | None
    first_at: datetime | None
    decision: AdditionDecision | None

    @property
    def open(self) -> bool:
        """Whether it waits for a ruling of its own."""
        return self.addition.kind in OWN and self.addition.said > 0 and self.decision is None


@dataclass(frozen=True)
class Sums:
    """How many additions of a kind living members say, and how many of them wait for a ruling."""

    all: int = 0
    open: int = 0


def sums(group_id: int) -> dict[str, Sums]:
    """kind → numbers, in the order of ADDITIONS, kinds that nobody said left out."""
    counted = select(Addition.kind, func.count()).where(Addition.group_id == group_id)
    found = dict(db.session.execute(counted.where(Addition.said > 0).group_by(Addition.kind)).all())
    left = dict(db.session.execute(counted.where(text(OPEN)).group_by(Addition.kind)).all())
    return {kind: Sums(found[kind], left.get(kind, 0)) for kind in ADDITIONS if kind in found}


def page(group: Group, kind: str, after: str = "", limit: int = 50) -> tuple[list[Extra], str]:
    """Additions of one kind that living members say, those that most say first, and the cursor behind; "" at the end."""
    query = select(Addition).where(Addition.group_id == group.id, Addition.kind == kind, Addition.said > 0)
    if after:
        said, number = (int(one) for one in after.split("-"))
        query = query.where(tuple_(Addition.said, Addition.id) < tuple_(said, number))
    query = query.order_by(Addition.said.desc(), Addition.id.desc()).limit(limit + 1)
    rows = list(db.session.scalars(query.execution_options(populate_existing=True)))
    last = rows[limit - 1] if len(rows) > limit else None
    return shown(group, rows[:limit]), f"{last.said}-{last.id}" if last else ""


def one(addition_id: int) -> tuple[Group, Extra]:
    """One addition and its group; NotFound where there is none."""
    found = db.session.get(Addition, addition_id, populate_existing=True)
    if found is None:
        raise NotFound("没有找到这条补充意见。")
    group = db.session.get_one(Group, found.group_id)
    return group, shown(group, [found])[0]


def shown(group: Group, rows: Sequence[Addition]) -> list[Extra]:
    """Additions of a group with the sentence they change, the first who says each, and the ruling that stands."""
    shared = group.shared_text.split("\n")
    first, rulings = _first([row.id for row in rows]), standing_of(row.id for row in rows)
    found = []
    for row in rows:
        base = row.base if row.base is not None and row.base < len(shared) else None
        line = redline(shared[base], row.sentence) if base is not None else []
        number, at = first.get(row.id, (None, None))
        found.append(Extra(row, None if base is None else base + 1, line, number, at, rulings.get(row.id)))
    return found


def _first(addition_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """addition → its earliest living opinion and when that came in."""
    speaker = (
        select(func.min(Saying.comment_id))
        .join(Comment, Comment.id == Saying.comment_id)
        .where(Saying.addition_id == Addition.id, Comment.withdrawn_at.is_(None))
        .correlate(Addition)
        .scalar_subquery()
    )
    query = (
        select(Addition.id, Comment.id, Submission.received_at)
        .select_from(Addition)
        .join(Comment, Comment.id == speaker)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Addition.id.in_(addition_ids))
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def standing_of(addition_ids: Iterable[int]) -> dict[int, AdditionDecision]:
    """addition → the ruling that stands; those without one are left out."""
    found: dict[int, AdditionDecision] = {}
    for part in slices(addition_ids):
        query = (
            select(AdditionDecision)
            .join(Addition, Addition.id == AdditionDecision.addition_id)
            .where(AdditionDecision.addition_id.in_(part), AdditionDecision.number == Addition.ruling)
        )
        found |= {row.addition_id: row for row in db.session.scalars(query.execution_options(populate_existing=True))}
    return found


def history(addition_id: int) -> list[AdditionDecision]:
    """Every ruling ever made on an addition, the newest first."""
    query = select(AdditionDecision).where(AdditionDecision.addition_id == addition_id)
    return list(db.session.scalars(query.order_by(AdditionDecision.number.desc())))


def speakers(addition_id: int, after: int = 0, limit: int = 50) -> list[tuple[int, Submission]]:
    """(comment id, sending) of living opinions that say an addition, by number, those above `after`."""
    query = (
        select(Comment.id, Submission)
        .join(Saying, Saying.comment_id == Comment.id)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Saying.addition_id == addition_id, Comment.withdrawn_at.is_(None), Comment.id > after)
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Comment.id).limit(limit))]


def said_in(comment_ids: Iterable[int]) -> dict[int, list[Addition]]:
    """comment id → the additions it makes; those without any are left out."""
    found: dict[int, list[Addition]] = {}
    for part in slices(comment_ids):
        query = select(Saying.comment_id, Addition).join(Addition, Addition.id == Saying.addition_id)
        for number, row in db.session.execute(query.where(Saying.comment_id.in_(part)).order_by(Addition.id)):
            found.setdefault(number, []).append(row)
    return found


def open_in(consultation_id: int) -> int:
    """How many additions of a project wait for a ruling of their own; the result waits for 0."""
    return db.session.scalar(_open(consultation_id)) or 0


def _open(consultation_id: int) -> Select[tuple[int]]:
    """Also right where a withdrawal was not taken in yet: somebody living says it."""
    living = (
        select(Saying.comment_id)
        .join(Comment, Comment.id == Saying.comment_id)
        .where(Saying.addition_id == Addition.id, Comment.withdrawn_at.is_(None))
        .correlate(Addition)
        .exists()
    )
    groups = select(Group.id).where(Group.consultation_id == consultation_id)
    return select(func.count()).select_from(Addition).where(Addition.group_id.in_(groups), text(OPEN), living)
