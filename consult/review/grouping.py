"""Verbs that group opinions which say the very same on the same clause, so that each is decided once (R19)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from consult.base.audit import record
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotFound
from consult.base.people import SYSTEM, Actor
from consult.intake.models import Comment, Submission
from consult.review.find import slices, stands
from consult.review.models import Decision, Group, Membership

BATCH = 500  # comments in one write transaction: a few tens of milliseconds
# groups that others may join; a comment that was split off stays alone
JOINABLE = ("single", "exact")

Same = tuple[int | None, str]


@dataclass(frozen=True)
class Grouping:
    """How many comments of a batch found their group, how many groups were made, and where to go on from."""

    comments: int = 0
    groups: int = 0
    last: int = 0


def lock(consultation_id: int) -> None:
    """Take turns among those who group and decide in one project."""
    serialise(f"review:{consultation_id}")


def _free(comment: type[Comment], consultation_id: int) -> ColumnElement[bool]:
    """Condition: in no group, not withdrawn, and not from a unit's letter, which always stays alone."""
    member = select(Membership.comment_id).where(Membership.comment_id == comment.id).exists()
    sending = select(Submission.id).where(Submission.id == comment.submission_id)
    formal = sending.where(Submission.channel == "formal").exists()
    return and_(comment.consultation_id == consultation_id, comment.withdrawn_at.is_(None), ~member, ~formal)


def _open_to(group: type[Group], consultation_id: int) -> ColumnElement[bool]:
    """Condition: others may join. 不予受理 stands for one opinion only (decisions.md)."""
    refused = (
        select(Decision.id)
        .where(Decision.group_id == group.id, Decision.outcome == "inadmissible", stands())
        .exists()
    )
    return and_(group.consultation_id == consultation_id, group.method.in_(JOINABLE), group.fingerprint != "", ~refused)


def has_ungrouped(consultation_id: int) -> bool:
    """Whether any comment is waiting for its group. A read."""
    return bool(next_batch(consultation_id, limit=1))


def next_batch(consultation_id: int, after: int = 0, limit: int = BATCH) -> list[int]:
    """Up to `limit` ids of comments above `after` that have somebody to join; empty where all is done. A read."""
    other, group = aliased(Comment), aliased(Group)
    joins = (
        select(group.id)
        .where(
            _open_to(group, consultation_id),
            group.fingerprint == Comment.fingerprint,
            func.coalesce(group.clause_id, 0) == func.coalesce(Comment.clause_id, 0),
        )
        .exists()
    )
    twin = (
        select(other.id)
        .where(
            _free(other, consultation_id),
            other.fingerprint == Comment.fingerprint,
            func.coalesce(other.clause_id, 0) == func.coalesce(Comment.clause_id, 0),
            other.id != Comment.id,
        )
        .exists()
    )
    query = select(Comment.id).where(_free(Comment, consultation_id), Comment.id > after, or_(joins, twin))
    return list(db.session.scalars(query.order_by(Comment.id).limit(limit)))


def group_exact(
    actor: Actor, now: datetime, consultation_id: int, after: int = 0, limit: int = BATCH
) -> Grouping:
    """Put the next batch of comments into the groups of their like; one audit entry where anything was written.

    A batch keeps the write transaction short: call it, each time in a transaction of its own, until
    `comments` is 0, with `after` the `last` of the batch before. What was ruled on a group then covers who
    joins it, for it says the very same. Units' formal opinions stay alone.
    """
    if actor != SYSTEM:
        actor.require("office", "reviewer", "approver")
    lock(consultation_id)
    alike: dict[Same, list[int]] = defaultdict(list)
    ids = next_batch(consultation_id, after, limit)
    for part in slices(ids):
        query = select(Comment.id, Comment.clause_id, Comment.fingerprint).where(Comment.id.in_(part))
        for row in db.session.execute(query):
            alike[(row.clause_id, row.fingerprint)].append(row.id)
    homes, made = _homes(now, consultation_id, alike)
    rows = [{"comment_id": one, "group_id": homes[same]} for same, ids in alike.items() if same in homes for one in ids]
    if not rows:
        return Grouping()
    db.session.execute(insert(Membership), rows)
    for part in slices(homes.values()):
        db.session.execute(update(Group).where(Group.id.in_(part), Group.method == "single").values(method="exact"))
    db.session.flush()
    members: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        members[str(row["group_id"])].append(row["comment_id"])
    record(actor, "group", f"consultation:{consultation_id}", now, comments=len(rows), groups=made, members=members)
    return Grouping(len(rows), made, max(row["comment_id"] for row in rows))


def _homes(now: datetime, consultation_id: int, alike: dict[Same, list[int]]) -> tuple[dict[Same, int], int]:
    """The group for everything said at least twice: one that is open, else a new one; and how many are new."""
    homes = _existing(consultation_id, alike)
    counts = _counts(consultation_id, [same for same in alike if same not in homes])
    fresh = [
        Group(consultation_id=consultation_id, clause_id=same[0], fingerprint=same[1], method="exact", created_at=now)
        for same in alike
        if counts.get(same, 0) > 1
    ]
    db.session.add_all(fresh)
    db.session.flush()
    homes |= {(group.clause_id, group.fingerprint): group.id for group in fresh}
    return homes, len(fresh)


def _texts(wanted: Iterable[Same]) -> list[str]:
    return sorted({fingerprint for _, fingerprint in wanted})


def _existing(consultation_id: int, wanted: Iterable[Same]) -> dict[Same, int]:
    """The oldest open group for each of `wanted`."""
    found: dict[Same, int] = {}
    known, texts = set(wanted), _texts(wanted)
    for start in range(0, len(texts), BATCH):
        query = select(Group.clause_id, Group.fingerprint, func.min(Group.id)).where(
            _open_to(Group, consultation_id), Group.fingerprint.in_(texts[start : start + BATCH])
        )
        for clause_id, fingerprint, number in db.session.execute(query.group_by(Group.clause_id, Group.fingerprint)):
            if (clause_id, fingerprint) in known:
                found[(clause_id, fingerprint)] = number
    return found


def _counts(consultation_id: int, wanted: Sequence[Same]) -> dict[Same, int]:
    """How many free comments say each of `wanted`, in this batch or elsewhere."""
    found: dict[Same, int] = {}
    texts = _texts(wanted)
    for start in range(0, len(texts), BATCH):
        query = select(Comment.clause_id, Comment.fingerprint, func.count()).where(
            _free(Comment, consultation_id), Comment.fingerprint.in_(texts[start : start + BATCH])
        )
        rows = db.session.execute(query.group_by(Comment.clause_id, Comment.fingerprint))
        found |= {(clause_id, fingerprint): number for clause_id, fingerprint, number in rows}
    return found


def group_of(actor: Actor, now: datetime, comment: Comment) -> Group:
    """The group of a comment, made for it alone where it has none; part of a verb, so without an entry."""
    member = db.session.get(Membership, comment.id)
    if member is not None:
        return db.session.get_one(Group, member.group_id)
    channel = db.session.scalar(select(Submission.channel).where(Submission.id == comment.submission_id))
    fingerprint = "" if channel == "formal" else comment.fingerprint
    return _alone(now, comment, "single", fingerprint)


def _alone(now: datetime, comment: Comment, method: str, fingerprint: str) -> Group:
    group = Group(consultation_id=comment.consultation_id, clause_id=comment.clause_id,
                  fingerprint=fingerprint, method=method, created_at=now)  # fmt: skip
    db.session.add(group)
    db.session.flush()
    db.session.add(Membership(comment_id=comment.id, group_id=group.id))
    db.session.flush()
    return group


def split_off(actor: Actor, now: datetime, comment_id: int) -> Group:
    """Move one comment out of its group to be decided by itself; the ruling of the group no longer covers it.

    Raises Conflict where it stands alone already, NotFound for an unknown comment.
    """
    actor.require("reviewer", "approver", "office")
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        raise NotFound("没有找到这条意见。")
    lock(comment.consultation_id)
    member = db.session.get(Membership, comment_id, populate_existing=True)
    others = select(Membership.comment_id).where(Membership.comment_id != comment_id)
    if member is None or not db.session.scalar(others.where(Membership.group_id == member.group_id).limit(1)):
        raise Conflict("这条意见没有与其他意见归并，不需要拆出。")
    before = member.group_id
    db.session.delete(member)
    db.session.flush()
    group = _alone(now, comment, "split", "")
    record(actor, "split_group", f"comment:{comment_id}", now, before=before, after=group.id)
    return group
