"""Verbs and reads: a person points a group at a clause of a later version (改挂); logged, and taken back the same way.

The opinions keep the version and the clause that they were made on; what is pointed at is where they count in the
comparison of the drafts and what their authors are shown as the present text.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.drafts import find as drafts
from consult.drafts.models import Clause, Version
from consult.intake.models import Comment
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.find import slices
from consult.review.group_models import Readdressing
from consult.review.groups import group_of
from consult.review.models import Membership


def readdress(actor: Actor, now: datetime, comment_id: int, clause_key: str) -> Readdressing:
    """Point the group of an opinion at a clause of the version in force; what it pointed at before is taken back.

    Raises Conflict where it was made on that version or points there already, Refused for a clause that is not there.
    """
    require_decider(actor, *ROLES)
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        raise NotFound("没有找到这条意见。")
    lock(comment.consultation_id)
    version = drafts.current_version(drafts.by_id(comment.consultation_id))
    if comment.version_id == version.id:
        raise Conflict("这条意见就是针对现在这一版提出的，不需要改挂。")
    clause = db.session.scalar(select(Clause).where(Clause.version_id == version.id, Clause.key == clause_key))
    if clause is None:
        raise Refused("请从现在这一版的条款里选择。", "clause")
    group = group_of(now, comment)
    before = standing([group.id]).get(group.id)
    if before and before.clause_id == clause.id:
        raise Conflict("这条意见已经挂在这一条了。")
    if before:
        before.undone_at, before.undone_by = now, actor.ref
    row = Readdressing(consultation_id=comment.consultation_id, group_id=group.id, clause_id=clause.id, at=now, by=actor.ref,
                       by_name=actor.name)  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(actor, "readdress", f"consultation:{row.consultation_id}", now, readdressing=row.id, group=group.id,
           digest=readdress_digest(row))  # fmt: skip
    return row


def undo_readdress(actor: Actor, now: datetime, number: int, within: int) -> None:
    """Take a pointing back: the opinions count at their own clause again. Conflict where that was done before."""
    require_decider(actor, *ROLES)
    row = db.session.get(Readdressing, number)
    if row is None or row.consultation_id != within:
        raise NotFound("没有找到这次改挂。")
    lock(row.consultation_id)
    db.session.refresh(row)
    if row.undone_at:
        raise Conflict("这次改挂已经撤销过了。")
    row.undone_at, row.undone_by = now, actor.ref
    db.session.flush()
    record(actor, "undo_readdress", f"consultation:{row.consultation_id}", now, readdressing=row.id)


def standing(group_ids_: Iterable[int]) -> dict[int, Readdressing]:
    """group → where it points now; groups that point nowhere else are left out."""
    found: dict[int, Readdressing] = {}
    for part in slices(group_ids_):
        query = select(Readdressing).where(Readdressing.group_id.in_(part), Readdressing.undone_at.is_(None))
        found |= {row.group_id: row for row in db.session.scalars(query.order_by(Readdressing.id))}
    return found


def pointed(comment_ids: Iterable[int]) -> dict[int, Clause]:
    """comment → the clause that its group was pointed at; those of no such group are left out."""
    found: dict[int, Clause] = {}
    for part in slices(comment_ids):
        query = (
            select(Membership.comment_id, Clause)
            .join(Readdressing, Readdressing.group_id == Membership.group_id)
            .join(Clause, Clause.id == Readdressing.clause_id)
            .where(Membership.comment_id.in_(part), Readdressing.undone_at.is_(None))
        )
        found |= {number: clause for number, clause in db.session.execute(query)}  # noqa: C416
    return found


def history(group_id: int) -> list[Readdressing]:
    """Every time this group was pointed somewhere, the newest first."""
    query = select(Readdressing).where(Readdressing.group_id == group_id).order_by(Readdressing.id.desc())
    return list(db.session.scalars(query))


def readdress_digest(row: Readdressing) -> str:
    """SHA-256 over which clause of which version and who said so."""
    query = select(Version.number, Clause.key).join(Version, Version.id == Clause.version_id).where(Clause.id == row.clause_id)
    number, key = db.session.execute(query).one()
    return digest([number, key, row.by, row.by_name])
