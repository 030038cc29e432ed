"""Verbs for many groups at once: one ruling for all of them, seen before it is given, taken back whole until approved."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.intake.models import Comment
from consult.review import desk
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.find import slices, stands
from consult.review.group_models import Bulk
from consult.review.groups import homes
from consult.review.models import Decision, Membership
from consult.review.ruling import Ruling, check, decision_digest

D = Decision.__table__
MOST = 5_000  # rows in one bulk: a second of writing; more are decided in several


def seen(comment_ids: Iterable[int]) -> tuple[str, int, int]:
    """What somebody is about to rule on: (digest, rows, opinions). The digest changes with any ruling or regrouping."""
    rows = _rows(comment_ids)
    facts = [[row.comment_id, row.group_id or 0, row.size, row.number] for row in rows]
    return digest(facts), len(rows), sum(row.size for row in rows)


def _rows(comment_ids: Iterable[int]) -> list[Any]:
    """The desk rows led by these opinions with the number of their newest ruling, in order."""
    newest = (
        select(func.max(Decision.number))
        .where(Decision.group_id == DeskRow.group_id)
        .correlate(DeskRow)
        .scalar_subquery()
    )
    query = select(DeskRow.comment_id, DeskRow.group_id, DeskRow.size, DeskRow.unit_id, DeskRow.consultation_id,
                   DeskRow.clause_id, DeskRow.state, func.coalesce(newest, 0).label("number"))  # fmt: skip
    found: list[Any] = []
    for part in slices(comment_ids):
        found += db.session.execute(query.where(DeskRow.comment_id.in_(part)).order_by(DeskRow.comment_id)).all()
    return found


def decide_many(
    actor: Actor, now: datetime, *, consultation_id: int, comment_ids: Sequence[int], expected: str, ruling: Ruling
) -> Bulk:
    """Rule on the rows led by these opinions, all or none (R41); `expected` is the digest from `seen`.

    Raises Conflict where anything changed since it was seen, Refused for more than MOST rows, for opinions of units
    (they are ruled on one by one) and for 不予受理 of a group.
    """
    require_decider(actor, *ROLES)
    lock(consultation_id)
    if not comment_ids or len(comment_ids) > MOST:
        raise Refused(f"一次批量处理最多{MOST}组，请缩小筛选范围分几次办理。", "comments")
    ruling = check(ruling)
    if seen(comment_ids)[0] != expected:
        raise Conflict("您查看之后，这些意见里有的已经另行处理或者调整，请核对后再确认一次。")
    rows = _rows(comment_ids)
    _require_fit(rows, consultation_id, ruling)
    comments = sum(row.size for row in rows)
    bulk = Bulk(consultation_id=consultation_id, outcome=ruling.outcome, groups=len(rows), comments=comments,
                at=now, by=actor.ref, by_name=actor.name, digest="")  # fmt: skip
    db.session.add(bulk)
    db.session.flush()
    home = homes(now, rows)
    decisions = [
        Decision(group_id=home[row.comment_id], number=row.number + 1, decided_at=now, decided_by=actor.ref,
                 decided_name=actor.name, digest="", bulk_id=bulk.id, **vars(ruling))
        for row in rows
    ]  # fmt: skip
    for one in decisions:
        one.digest = decision_digest(one)
    names = [column.name for column in Decision.__table__.columns if column.name != "id"]
    values = [{name: getattr(one, name) for name in names} | {"revoked_by": "", "approved_by": ""} for one in decisions]
    db.session.execute(insert(Decision.__table__), values)
    bulk.digest = digest([one.digest for one in decisions])
    db.session.flush()
    desk.touch([row.comment_id for row in rows])
    record(actor, "decide_many", f"consultation:{consultation_id}", now, bulk=bulk.id, outcome=bulk.outcome,
           decisions={str(row.comment_id): home[row.comment_id] for row in rows}, digest=bulk.digest,
           also=digest([bulk.comments, bulk.by_name]))  # fmt: skip
    return bulk


def _require_fit(rows: Sequence[Any], consultation_id: int, ruling: Ruling) -> None:
    if any(row.consultation_id != consultation_id or row.state == WITHDRAWN for row in rows):
        raise Conflict("所选的意见里有已经撤回的，请刷新页面后重新选择。")
    if any(row.unit_id for row in rows):
        raise Refused("单位的复函意见要逐条处理，请在筛选里去掉单位复函后再批量处理。", "comments")
    if ruling.outcome == "inadmissible" and any(row.size > 1 for row in rows):
        raise Refused("不予受理只能针对单独一条意见，所选的里面有归并的组，请去掉后再试。", "outcome")


def undo(actor: Actor, now: datetime, bulk_id: int) -> int:
    """Take a bulk back: its rulings stay on record as revoked, what stood before stands again; returns how many.

    A group that was ruled on again since keeps its newer ruling. Raises Conflict once any of it is approved.
    """
    require_decider(actor, *ROLES)
    bulk = db.session.get(Bulk, bulk_id)
    if bulk is None:
        raise NotFound("没有找到这次批量处理。")
    lock(bulk.consultation_id)
    db.session.refresh(bulk)
    if bulk.undone_at:
        raise Conflict("这次批量处理已经撤回过了。")
    approved = (
        select(func.count()).select_from(Decision).where(Decision.bulk_id == bulk_id, Decision.approved_at.is_not(None))
    )
    if number := db.session.scalar(approved):
        raise Conflict(f"其中 {number} 项已经审批，不能整批撤回；需要改的请逐条重新处理。")
    # those that were ruled on again since, too: they must not stand again should the newer ruling be taken back
    mine = select(D.c.id, D.c.group_id, D.c.digest).where(D.c.bulk_id == bulk_id, D.c.revoked_at.is_(None))
    taken = db.session.execute(mine.order_by(D.c.group_id)).all()
    db.session.execute(
        update(D).where(D.c.bulk_id == bulk_id, D.c.revoked_at.is_(None)).values(revoked_at=now, revoked_by=actor.ref)
    )
    _require_single(one.group_id for one in taken)
    bulk.undone_at, bulk.undone_by = now, actor.ref
    db.session.flush()
    db.session.expire_all()
    desk.touch_groups(one.group_id for one in taken)
    record(actor, "undo_bulk", f"consultation:{bulk.consultation_id}", now, bulk=bulk_id,
           decisions=[one.id for one in taken], digest=digest([one.digest for one in taken]))  # fmt: skip
    return len(taken)


def _require_single(group_ids: Iterable[int]) -> None:
    """What stands again fits: 不予受理 stands for one opinion only, and others may have been merged in meanwhile."""
    members = select(func.count()).select_from(Membership).join(Comment, Comment.id == Membership.comment_id)
    size = members.where(Membership.group_id == Decision.group_id, Comment.withdrawn_at.is_(None)).correlate(Decision)
    query = select(Decision.id).where(Decision.outcome == "inadmissible", stands(), size.scalar_subquery() > 1)
    for part in slices(group_ids):
        if db.session.scalar(query.where(Decision.group_id.in_(part)).limit(1)):
            raise Conflict("撤回以后，有的组会回到“不予受理”，它只能针对单独一条意见。请先撤销后来的归并，再撤回这次批量处理。")


def by_number(consultation_id: int, number: int) -> Bulk:
    """One bulk of a project; NotFound where it has none of this number."""
    found = db.session.get(Bulk, number)
    if found is None or found.consultation_id != consultation_id:
        raise NotFound("没有找到这次批量处理。")
    return found


def first_ruling(bulk_id: int) -> Decision | None:
    """One ruling of a bulk, which says what all of them say."""
    return db.session.scalar(select(Decision).where(Decision.bulk_id == bulk_id).order_by(Decision.id).limit(1))


def bulks(consultation_id: int, limit: int = 50) -> list[Bulk]:
    """The bulk rulings of a project, the newest first."""
    query = select(Bulk).where(Bulk.consultation_id == consultation_id).order_by(Bulk.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def approved_in(bulk_ids: Iterable[int]) -> Mapping[int, int]:
    """bulk → how many of its rulings are approved."""
    found: dict[int, int] = {}
    for part in slices(bulk_ids):
        query = select(Decision.bulk_id, func.count(Decision.approved_at)).where(Decision.bulk_id.in_(part))
        found |= {one: number for one, number in db.session.execute(query.group_by(Decision.bulk_id))}  # noqa: C416
    return found
