"""Verbs that group opinions which say the very same on the same clause, so that each is decided once (R19)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from consult.base.audit import record
from consult.base.db import db
from consult.base.people import SYSTEM, Actor
from consult.intake.models import Comment, Submission
from consult.review import desk, groups, sayings
from consult.review.desk import lock
from consult.review.find import slices, stands
from consult.review.models import Decision, Group, Membership

BATCH = 500  # comments in one write transaction: a few tens of milliseconds
# groups that others may join; a comment that was split off stays alone
JOINABLE = ("single", "exact", "near")

Same = tuple[int | None, str]


@dataclass(frozen=True)
class Grouping:
    """How many comments of a batch found their group, how many groups were made, and where to go on from."""

    comments: int = 0
    groups: int = 0
    last: int = 0


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
    by_group: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_group[row["group_id"]].append(row["comment_id"])
    groups.enter(by_group)
    for part in slices(homes.values()):
        db.session.execute(update(Group).where(Group.id.in_(part), Group.method == "single").values(method="exact"))
    db.session.flush()
    _speak(by_group)
    desk.join_many(by_group)
    members = {str(group): ids for group, ids in by_group.items()}
    record(actor, "group", f"consultation:{consultation_id}", now, comments=len(rows), groups=made, members=members)
    return Grouping(len(rows), made, max(row["comment_id"] for row in rows))


def _speak(by_group: dict[int, list[int]]) -> None:
    """Exact copies of one member of a group of near copies bring what that member added."""
    for part in slices(by_group):
        query = select(Group).where(Group.id.in_(part), Group.shared_text != "")
        for group in db.session.scalars(query):
            sayings.say(group.id, sayings.beyond(sayings.shared_of(group), sayings.words(by_group[group.id])))


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


