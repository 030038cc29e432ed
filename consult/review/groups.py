"""Making groups and putting opinions into them: the pieces that the machine's grouping and the persons' share."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, text

from consult.base.db import db
from consult.intake.models import Comment, Submission
from consult.review import sayings
from consult.review.find import slices
from consult.review.group_models import GroupReading
from consult.review.models import Group, Membership

M, G, R = Membership.__table__, Group.__table__, GroupReading.__table__


def group_of(now: datetime, comment: Comment) -> Group:
    """The group of a comment, made for it alone where it has none; part of a verb, so without an entry."""
    member = db.session.get(Membership, comment.id)
    if member is not None:
        return db.session.get_one(Group, member.group_id)
    channel = db.session.scalar(select(Submission.channel).where(Submission.id == comment.submission_id))
    return alone(now, comment, "single", "" if channel == "formal" else comment.fingerprint)


def alone(now: datetime, comment: Comment, method: str, fingerprint: str) -> Group:
    """A group for one comment."""
    group = Group(consultation_id=comment.consultation_id, clause_id=comment.clause_id,
                  fingerprint=fingerprint, method=method, created_at=now)  # fmt: skip
    db.session.add(group)
    db.session.flush()
    db.session.add(Membership(comment_id=comment.id, group_id=group.id, entry=1))
    db.session.flush()
    return group


def homes(now: datetime, rows: Iterable[Any]) -> dict[int, int]:
    """First comment → its group, made for those that have none; `rows` are rows of the desk, part of a verb."""
    rows = [row if isinstance(row, Mapping) else row._mapping for row in rows]
    found: dict[int, int] = {row["comment_id"]: row["group_id"] for row in rows if row["group_id"]}
    bare = [row for row in rows if not row["group_id"]]
    prints: dict[int, str] = {}
    for part in slices(row["comment_id"] for row in bare):
        query = select(Comment.id, Comment.fingerprint, Submission.channel).join(
            Submission, Submission.id == Comment.submission_id
        )
        for one in db.session.execute(query.where(Comment.id.in_(part))):
            prints[one.id] = "" if one.channel == "formal" else one.fingerprint
    made = [
        {"consultation_id": row["consultation_id"], "clause_id": row["clause_id"], "fingerprint": prints[row["comment_id"]],
         "method": "single", "created_at": now, "shared_text": "", "name": ""}
        for row in bare
    ]  # fmt: skip
    entered = [{"comment_id": row["comment_id"], "group_id": at, "entry": 1} for row, at in zip(bare, _made(made), strict=True)]
    if entered:
        db.session.execute(insert(M), entered)
    return found | {one["comment_id"]: one["group_id"] for one in entered}


def _made(groups: Sequence[dict[str, Any]]) -> list[int]:
    """Insert these groups; their ids in the order given."""
    if not groups:
        return []
    if db.session.connection().dialect.name == "sqlite":
        # one writer: ids are given in turn, and a statement for each row to ask for its id is slow
        last = db.session.scalar(select(func.max(Group.id))) or 0
        numbered = [{"id": last + at, **one} for at, one in enumerate(groups, 1)]
        db.session.execute(insert(G), numbered)
        return [one["id"] for one in numbered]
    statement = insert(G).returning(G.c.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, list(groups)))


def last_entry(group_id: int) -> int:
    """The turn in which the newest members joined; 0 for a group without any.

    Turns that were opened count even where nobody of them is left, so that whoever joins afterwards is not read by that.
    """
    turns = (select(func.max(one.c.entry)).where(one.c.group_id == group_id) for one in (M, R))
    return max(db.session.scalar(turn) or 0 for turn in turns)


def enter(members: Mapping[int, Iterable[int]]) -> None:
    """Comments that are in no group become members: group id → comment ids."""
    turn = {group: last_entry(group) + 1 for group in members}
    rows = [
        {"comment_id": one, "group_id": group, "entry": turn[group]}
        for group, ids in members.items()
        for one in sorted(ids)
    ]
    if rows:
        db.session.execute(insert(M), rows)


_KEPT_READ = text(
    "INSERT INTO reading (comment_id, reader, at) "
    "SELECT m.comment_id, g.reader, min(g.at) FROM membership m "
    "JOIN group_reading g ON g.group_id = m.group_id AND g.entry >= m.entry "
    "WHERE m.comment_id = :one AND NOT EXISTS "
    "(SELECT 1 FROM reading r WHERE r.comment_id = m.comment_id AND r.reader = g.reader) "
    "GROUP BY m.comment_id, g.reader"
)
_ALL_KEPT_READ = text(str(_KEPT_READ).replace("m.comment_id = :one", "m.group_id = :group"))


def leave(comment_ids: Sequence[int]) -> None:
    """Members leave their groups; who has read them with the group has still read them."""
    if len(comment_ids) > 5000:  # a whole campaign: one statement for its group
        groups = set()
        for part in slices(comment_ids):
            groups |= set(db.session.scalars(select(M.c.group_id).where(M.c.comment_id.in_(part)).distinct()))
        for group in sorted(groups):
            db.session.execute(_ALL_KEPT_READ, {"group": group})
    elif comment_ids:
        db.session.execute(_KEPT_READ, [{"one": one} for one in comment_ids])
    sayings.unsay(comment_ids)
    for part in slices(comment_ids):
        db.session.execute(delete(M).where(M.c.comment_id.in_(part)))
    db.session.expire_all()


def members_of(group_id: int) -> list[int]:
    """All members, withdrawn ones too, in order."""
    return list(db.session.scalars(select(M.c.comment_id).where(M.c.group_id == group_id).order_by(M.c.comment_id)))
