"""Reads of stage 4: who read what, which group a comment is in, and the ruling that stands."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from consult.base.db import db
from consult.base.people import User
from consult.intake.models import Comment, Submission
from consult.review.group_models import GroupReading
from consult.review.models import Decision, Membership, Reading, Withholding

SLICE = 500  # ids in one query: SQLite takes a bounded number of parameters


def slices(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """The distinct ids in order, at most SLICE at a time."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), SLICE):
        yield wanted[start : start + SLICE]


def stands() -> ColumnElement[bool]:
    """Condition on Decision: it is the newest of its group that was not taken back, the one that counts."""
    other = aliased(Decision)
    highest = (
        select(func.max(other.number))
        .where(other.group_id == Decision.group_id, other.revoked_at.is_(None))
        .correlate(Decision)
    )
    return Decision.revoked_at.is_(None) & (Decision.number == highest.scalar_subquery())


def decisions_of(comment_ids: Iterable[int]) -> dict[int, Decision]:
    """comment id → the ruling that stands for its group; comments without one are left out."""
    found: dict[int, Decision] = {}
    for part in slices(comment_ids):
        query = (
            select(Membership.comment_id, Decision)
            .join(Decision, Decision.group_id == Membership.group_id)
            .where(Membership.comment_id.in_(part), stands())
        )
        found |= {row.comment_id: row.Decision for row in db.session.execute(query)}
    return found


def group_ids(comment_ids: Iterable[int]) -> dict[int, int]:
    """comment id → its group; comments in none are left out (each counts as a group of one)."""
    found: dict[int, int] = {}
    for part in slices(comment_ids):
        query = select(Membership.comment_id, Membership.group_id).where(Membership.comment_id.in_(part))
        found |= {row.comment_id: row.group_id for row in db.session.execute(query)}
    return found


def group_sizes(comment_ids: Iterable[int]) -> dict[int, int]:
    """comment id → how many members of its group are not withdrawn; 1 for a comment in no group.

    A withdrawn comment that stands alone gives 0.
    """
    ids = set(comment_ids)
    groups = group_ids(ids)
    sizes: dict[int, int] = {}
    for part in slices(groups.values()):
        query = (
            select(Membership.group_id, func.count().label("members"))
            .join(Comment, Comment.id == Membership.comment_id)
            .where(Membership.group_id.in_(part), Comment.withdrawn_at.is_(None))
            .group_by(Membership.group_id)
        )
        sizes |= {row.group_id: row.members for row in db.session.execute(query)}
    alone = _withdrawn(ids - set(groups))
    return {one: sizes.get(groups[one], 0) if one in groups else int(one not in alone) for one in ids}


def _withdrawn(comment_ids: set[int]) -> set[int]:
    found: set[int] = set()
    for part in slices(comment_ids):
        query = select(Comment.id).where(Comment.id.in_(part), Comment.withdrawn_at.is_not(None))
        found |= set(db.session.scalars(query))
    return found


def first_reads(comment_ids: Iterable[int]) -> dict[int, datetime]:
    """comment id → when somebody first opened it (R40); unread ones are left out."""
    found: dict[int, datetime] = {}
    for part in slices(comment_ids):
        alone = select(Reading.comment_id, func.min(Reading.at).label("first")).where(Reading.comment_id.in_(part))
        together = (
            select(Membership.comment_id, func.min(GroupReading.at).label("first"))
            .join(GroupReading, GroupReading.group_id == Membership.group_id)
            .where(Membership.comment_id.in_(part), GroupReading.entry >= Membership.entry)
        )
        for query in (alone.group_by(Reading.comment_id), together.group_by(Membership.comment_id)):
            for row in db.session.execute(query):
                found[row.comment_id] = min(row.first, found.get(row.comment_id, row.first))
    return found


def withholdings_of(comment_ids: Iterable[int]) -> dict[int, str]:
    """comment id → the ground on which its wording is not published (R52)."""
    found: dict[int, str] = {}
    for part in slices(comment_ids):
        query = select(Withholding.comment_id, Withholding.ground).where(Withholding.comment_id.in_(part))
        found |= {row.comment_id: row.ground for row in db.session.execute(query)}
    return found


def is_decided(comment_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: the group of this comment has a ruling."""
    member = aliased(Membership)
    return (
        select(Decision.id)
        .join(member, member.group_id == Decision.group_id)
        .where(member.comment_id == comment_id, Decision.revoked_at.is_(None))
        .exists()
    )


def is_read(comment_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: somebody has opened this comment, by itself or with the group that it was in at that moment."""
    member = aliased(Membership)
    alone = select(Reading.id).where(Reading.comment_id == comment_id).exists()
    together = (
        select(GroupReading.id)
        .join(member, member.group_id == GroupReading.group_id)
        .where(member.comment_id == comment_id, GroupReading.entry >= member.entry)
        .exists()
    )
    return alone | together


def _standing(consultation_id: int) -> Select[int]:
    return (
        select(func.count())
        .select_from(Comment)
        .where(Comment.consultation_id == consultation_id, Comment.withdrawn_at.is_(None))
    )


def undecided_count(consultation_id: int) -> int:
    """How many comments that are not withdrawn have no ruling; the result waits for 0 (R40)."""
    return db.session.scalar(_standing(consultation_id).where(~is_decided(Comment.id))) or 0


def unread_count(consultation_id: int) -> int:
    """How many comments that are not withdrawn nobody has opened (R40)."""
    return db.session.scalar(_standing(consultation_id).where(~is_read(Comment.id))) or 0


def current_decisions(consultation_id: int) -> Select[Decision]:
    """Every ruling that stands and covers at least one comment that is not withdrawn."""
    covers = (
        select(Membership.comment_id)
        .join(Comment, Comment.id == Membership.comment_id)
        .where(
            Membership.group_id == Decision.group_id,
            Comment.consultation_id == consultation_id,
            Comment.withdrawn_at.is_(None),
        )
        .exists()
    )
    return select(Decision).where(stands(), covers).order_by(Decision.id)


def awaiting_approval(consultation_id: int, limit: int = 500) -> list[Decision]:
    """Rulings that stand and nobody has approved, the oldest first (R42)."""
    query = current_decisions(consultation_id).where(Decision.approved_at.is_(None))
    return list(db.session.scalars(query.limit(limit)))


def unapproved_refusals(consultation_id: int) -> int:
    """How many rulings 不采纳 on opinions of units still need their second person (R42)."""
    formal = (
        select(Membership.comment_id)
        .join(Comment, Comment.id == Membership.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Membership.group_id == Decision.group_id, Submission.channel == "formal", Comment.withdrawn_at.is_(None))
        .exists()
    )
    query = current_decisions(consultation_id).where(
        Decision.approved_at.is_(None), Decision.outcome == "not_adopted", formal
    )
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Actor reference (`user:3`, `operator:root`) → the name that people know."""
    wanted = set(refs)
    numbers = [int(ref.removeprefix("user:")) for ref in wanted if ref.startswith("user:")]
    names = {ref: ref.partition(":")[2] or ref for ref in wanted}
    for part in slices(numbers):
        for row in db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(part))):
            names[f"user:{row.id}"] = row.name or row.email
    return names
