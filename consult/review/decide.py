"""Verbs of review: open an opinion, rule on it, approve rulings, keep wording from the public."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from consult.base.audit import record
from consult.base.clock import show
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import ADMINISTRATORS, Actor
from consult.intake.models import Comment
from consult.review import desk
from consult.review.desk import lock
from consult.review.find import is_read, slices, stands
from consult.review.group_models import GroupReading
from consult.review.groups import group_of, last_entry
from consult.review.models import GROUNDS, OUTCOMES, Decision, Group, Membership, Reading, Withholding
from consult.review.ruling import Ruling, check, decision_digest

ROLES = ("reviewer", "approver", "office")
MOST_APPROVED = 5_000  # in one act, as many as a bulk rules on
D = Decision.__table__


class DecidedMeanwhile(Conflict):
    """Somebody ruled since the page was opened; `decision` is that ruling, to be shown beside what was typed."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(
            f"您填写期间，{decision.decided_name}已于{show(decision.decided_at)}作出处理：{OUTCOMES[decision.outcome]}。"
            "您填写的内容还在页面上，请看过之后再决定是否另作处理。"
        )
        self.decision = decision


def require_decider(actor: Actor, *roles: str) -> None:
    """R62: who administers accounts, security or audit never rules, whatever else they may do."""
    actor.require(*roles)
    if actor.roles & ADMINISTRATORS and not actor.may("operator"):
        raise NotAllowed("系统管理员、安全管理员和审计员不能处理意见，请由审阅人员办理。")


def _locked(comment_id: int) -> Comment:
    """The comment, read in its turn among those who review this project; NotFound where there is none."""
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        raise NotFound("没有找到这条意见。")
    lock(comment.consultation_id)
    db.session.refresh(comment)
    return comment


def mark_read(actor: Actor, now: datetime, comment_id: int) -> bool:
    """Note who opened an opinion and when (R40); whether anything was new.

    The page shows what a group shares and every sentence that a member added, so opening one member opens all
    that are in the group now; one that joins later is unread until somebody opens the group again.
    """
    require_decider(actor, *ROLES)
    comment = _locked(comment_id)
    member = db.session.get(Membership, comment_id, populate_existing=True)
    group_id = member.group_id if member and comment.withdrawn_at is None else None
    if not _unread(actor, comment_id, group_id):
        return False
    if group_id is None:
        db.session.add(Reading(comment_id=comment_id, reader=actor.ref, at=now))
    else:
        db.session.add(GroupReading(group_id=group_id, reader=actor.ref, at=now, entry=last_entry(group_id)))
    db.session.flush()
    desk.touch([comment_id], unread=0)
    record(actor, "read", f"comment:{comment_id}", now, reader=actor.ref)
    return True


def _unread(actor: Actor, comment_id: int, group_id: int | None) -> bool:
    """Whether this reader has not opened it, or it has members that nobody has."""
    alone = select(Reading.id).where(Reading.comment_id == comment_id, Reading.reader == actor.ref)
    if group_id is None:
        return db.session.scalar(alone.limit(1)) is None
    together = select(GroupReading.id).where(GroupReading.group_id == group_id, GroupReading.reader == actor.ref)
    if db.session.scalar(together.limit(1)) is None and db.session.scalar(alone.limit(1)) is None:
        return True
    members = select(Comment.id).join(Membership, Membership.comment_id == Comment.id)
    unread = members.where(Membership.group_id == group_id, Comment.withdrawn_at.is_(None), ~is_read(Comment.id))
    return db.session.scalar(unread.limit(1)) is not None


def decide(
    actor: Actor, now: datetime, *, comment_id: int, expected_number: int, outcome: str, reason: str = "",
    adopted_part: str = "", referred_to: str = "", new_wording: str = "",
) -> Decision:  # fmt: skip
    """Rule on an opinion and all that say the same (R41); earlier rulings stay, the new one is unapproved (R43).

    `expected_number` is that of the newest ruling the person saw, 0 for none. Raises DecidedMeanwhile where
    there is a newer one, Conflict for a withdrawn opinion, Refused naming the field.
    """
    require_decider(actor, *ROLES)
    comment = _locked(comment_id)
    if comment.withdrawn_at:
        raise Conflict("这条意见已由提出人撤回，不需要处理。")
    member = db.session.get(Membership, comment_id, populate_existing=True)
    last = _last(member.group_id) if member else None
    if last is not None and last.number != expected_number:
        raise DecidedMeanwhile(last)
    if expected_number != (last.number if last else 0):
        raise Conflict("这条意见的归并情况有变化，请刷新页面后重新处理。")
    ruling = check(Ruling(outcome, reason, adopted_part, referred_to, new_wording))
    if outcome == "inadmissible" and member is not None and _size(member.group_id) > 1:
        raise Refused("不予受理只能针对单独一条意见，请先将这条意见从归并组中拆出。", "outcome")
    group = group_of(now, comment)
    decision = Decision(
        group_id=group.id, number=last_number(group.id) + 1, decided_at=now, decided_by=actor.ref,
        decided_name=actor.name, digest="", **vars(ruling),
    )  # fmt: skip
    decision.digest = decision_digest(decision)
    db.session.add(decision)
    db.session.flush()
    desk.touch([comment_id])
    record(actor, "decide", f"comment:{comment_id}", now,
           outcome=outcome, number=decision.number, group=group.id, digest=decision.digest)  # fmt: skip
    return decision


def _last(group_id: int) -> Decision | None:
    return db.session.scalar(select(Decision).where(Decision.group_id == group_id, stands()))


def last_number(group_id: int) -> int:
    """The number of the newest ruling ever made on a group, also one that was taken back; 0 for none."""
    return db.session.scalar(select(func.max(Decision.number)).where(Decision.group_id == group_id)) or 0


def _size(group_id: int) -> int:
    query = select(func.count()).select_from(Membership).join(Comment, Comment.id == Membership.comment_id)
    return db.session.scalar(query.where(Membership.group_id == group_id, Comment.withdrawn_at.is_(None))) or 0


def approve(actor: Actor, now: datetime, decision_ids: Sequence[int], within: int) -> int:
    """Approve rulings of the project `within`, at most MOST_APPROVED, all or none (R42); how many were not approved before.

    Raises NotAllowed for a ruling of one's own, Conflict for one that was replaced meanwhile.
    """
    require_decider(actor, "approver")
    wanted = sorted(set(decision_ids))
    if not wanted or len(wanted) > MOST_APPROVED:
        raise Refused(f"请选择要审批的处理意见，一次最多{MOST_APPROVED}条。", "decisions")
    _require_of(within, wanted)
    lock(within)
    found = [row for part in slices(wanted) for row in db.session.execute(_STANDING.where(D.c.id.in_(part)))]
    if len(found) < len(wanted):
        raise Conflict("所选的处理意见中，有的已经有了新的处理，请刷新页面后重新审批。")
    if any(one.decided_by == actor.ref for one in found):
        raise NotAllowed("不能审批自己作出的处理意见，请由另一位负责人审批。")
    fresh = sorted((one for one in found if one.approved_at is None), key=lambda one: one.id)
    for part in slices(one.id for one in fresh):
        db.session.execute(update(D).where(D.c.id.in_(part)).values(approved_at=now, approved_by=actor.ref))
    db.session.expire_all()
    desk.touch_groups(one.group_id for one in fresh)
    if fresh:
        record(actor, "approve", f"consultation:{within}", now,
               decisions=[one.id for one in fresh], digest=digest([one.digest for one in fresh]))  # fmt: skip
    return len(fresh)


_STANDING = select(D.c.id, D.c.group_id, D.c.digest, D.c.decided_by, D.c.approved_at).where(stands())


def _require_of(consultation_id: int, decision_ids: Sequence[int]) -> None:
    projects: set[int] = set()
    for part in slices(decision_ids):
        query = select(Group.consultation_id).join(Decision, Decision.group_id == Group.id)
        projects |= set(db.session.scalars(query.where(Decision.id.in_(part)).distinct()))
    if projects != {consultation_id}:
        raise Refused("所选的处理意见不属于这个项目，请刷新页面后重新选择。", "decisions")


def withhold(actor: Actor, now: datetime, comment_id: int, ground: str) -> None:
    """Keep the wording of one opinion from the public on one of GROUNDS, or with "" no longer (R52).

    It stays counted, decided and visible to the office. Repeating the same ground changes nothing.
    """
    require_decider(actor, *ROLES)
    if ground and ground not in GROUNDS:
        raise Refused("请选择不公开的理由：" + "、".join(GROUNDS.values()) + "。", "ground")
    _locked(comment_id)
    row = db.session.get(Withholding, comment_id, populate_existing=True)
    if ground == (row.ground if row else ""):
        return
    if row is None:
        db.session.add(Withholding(comment_id=comment_id, ground=ground, at=now, by=actor.ref))
    elif ground:
        row.ground, row.at, row.by = ground, now, actor.ref
    else:
        db.session.delete(row)
    db.session.flush()
    desk.rebuild([comment_id])
    facts = [comment_id, ground, now.isoformat(), actor.ref]
    record(actor, "withhold", f"comment:{comment_id}", now, ground=ground, digest=digest(facts))
