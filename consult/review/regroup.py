"""Verbs by which a person changes who is grouped with whom: split, merge, move, undo; each logged, each reversible.

No opinion is ever without its place: the members over all groups are the same before and after, only their groups
differ. What a member adds to the shared text of its new group is worked out anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.intake.models import Comment, Submission
from consult.review import desk, groups, sayings
from consult.review.desk import lock
from consult.review.find import slices, stands
from consult.review.group_models import GroupAct
from consult.review.models import Decision, Group, Membership

ROLES = ("reviewer", "approver", "office")
MOST = 100_000  # opinions in one act

# (group they leave, 0 for none; group they enter, 0 for none; comment ids); from a group into the same: it got that
# group to itself for the others to enter, and keeps it when they leave again
Move = tuple[int, int, list[int]]


def split(actor: Actor, now: datetime, comment_ids: Sequence[int], within: int) -> GroupAct:
    """Take members out of their group into one of their own; the ruling of the old group no longer covers them.

    `within` is the project whose page is open, here and below: NotFound for opinions of another one. Raises Conflict where they are not all in one group or are the whole of it.
    """
    actor.require(*ROLES)
    chosen = _living(comment_ids, within)
    held = _held(one.id for one in chosen)
    if len(held) < len(chosen) or len(set(held.values())) != 1:
        raise Conflict("请选择同一组里的意见来拆出。这条意见没有与其他意见归并，不需要拆出。" if len(chosen) == 1
                       else "请选择同一组里的意见来拆出。")  # fmt: skip
    before = next(iter(held.values()))
    if _size(before) <= len(chosen):
        raise Conflict("这条意见没有与其他意见归并，不需要拆出。" if len(chosen) == 1 else "不能把整组都拆出，请少选一些。")
    group = Group(consultation_id=chosen[0].consultation_id, clause_id=chosen[0].clause_id, fingerprint="",
                  method="split", created_at=now)  # fmt: skip
    db.session.add(group)
    db.session.flush()
    return _act(actor, now, "split", [(before, group.id, sorted(held))])


def merge(actor: Actor, now: datetime, comment_ids: Sequence[int], within: int) -> GroupAct:
    """Join the groups of these opinions into that of the first one; its ruling then covers all of them."""
    actor.require(*ROLES)
    chosen = _living(comment_ids, within)
    target, moves = _target(now, chosen[0])
    for one in chosen[1:]:
        member = db.session.get(Membership, one.id, populate_existing=True)
        if member is None:
            moves.append((0, target.id, [one.id]))
        elif member.group_id != target.id and member.group_id not in {move[0] for move in moves}:
            moves.append((member.group_id, target.id, groups.members_of(member.group_id)))
    if all(before == after for before, after, _ in moves):
        raise Conflict("所选的意见已经在同一组里了。")
    return _act(actor, now, "merge", moves)


def move(actor: Actor, now: datetime, comment_ids: Sequence[int], into: int, within: int) -> GroupAct:
    """Put single opinions into the group of the opinion `into`."""
    actor.require(*ROLES)
    chosen = _living([into, *comment_ids], within)
    target, founded = _target(now, chosen[0])
    held = _held(one.id for one in chosen[1:])
    by_group: dict[int, list[int]] = defaultdict(list)
    for one in chosen[1:]:
        if held.get(one.id) != target.id:
            by_group[held.get(one.id, 0)].append(one.id)
    if not by_group:
        raise Conflict("所选的意见已经在这一组里了。")
    moves = [(group, target.id, sorted(ids)) for group, ids in sorted(by_group.items())]
    return _act(actor, now, "move", [*founded, *moves])


def undo(actor: Actor, now: datetime, act_id: int, within: int) -> GroupAct:
    """Put everybody back where an act took them from. Raises Conflict where they were moved on since."""
    actor.require(*ROLES)
    act = db.session.get(GroupAct, act_id)
    if act is None or act.consultation_id != within:
        raise NotFound("没有找到这次调整。")
    lock(act.consultation_id)
    if act.kind == "undo" or db.session.scalar(select(GroupAct.id).where(GroupAct.undoes == act_id)):
        raise Conflict("这次调整已经撤销过了。")
    moves: list[Move] = []
    for before, after, ids in act.moves:
        held = _held(ids)
        if len(held) < len(ids) or set(held.values()) != {after}:
            raise Conflict("这次调整之后，其中的意见又有变动，不能直接撤销。请先撤销后面的调整。")
        if before != after and (len(ids) > 1 or _size(before)):  # who goes home alone finds the ruling that was there
            _require_open(before)
        moves.append((after, before, list(ids)))
    return _act(actor, now, "undo", moves[::-1], undoes=act_id)


def acts(consultation_id: int, limit: int = 50) -> list[GroupAct]:
    """What persons changed, the newest first."""
    query = select(GroupAct).where(GroupAct.consultation_id == consultation_id).order_by(GroupAct.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def undone(consultation_id: int) -> set[int]:
    """The acts that were undone."""
    query = select(GroupAct.undoes).where(GroupAct.consultation_id == consultation_id, GroupAct.undoes.is_not(None))
    return {one for one in db.session.scalars(query) if one}


def _living(comment_ids: Iterable[int], within: int) -> list[Comment]:
    """The opinions in the order given, each once; NotFound outside the project `within`, refused where one cannot be grouped."""
    wanted = list(dict.fromkeys(comment_ids))
    if not wanted or len(wanted) > MOST:
        raise Refused("请选择要调整的意见。", "comments")
    found: dict[int, Comment] = {}
    for part in slices(wanted):
        found |= {one.id: one for one in db.session.scalars(select(Comment).where(Comment.id.in_(part)))}
    if len(found) < len(wanted) or any(one.consultation_id != within for one in found.values()):
        raise NotFound("没有找到这条意见。")
    chosen = [found[one] for one in wanted]
    lock(chosen[0].consultation_id)
    for part in slices(wanted):  # read again in their turn
        query = select(Comment).where(Comment.id.in_(part)).execution_options(populate_existing=True)
        list(db.session.scalars(query))
    _require_fit(chosen)
    return chosen


def _require_fit(chosen: Sequence[Comment]) -> None:
    first = chosen[0]
    if any(one.withdrawn_at for one in chosen):
        raise Conflict("所选的意见里有已经撤回的，不能归并，请刷新页面后重新选择。")
    if any(one.consultation_id != first.consultation_id or one.clause_id != first.clause_id for one in chosen):
        raise Refused("只有针对同一条款的意见才能归并，请重新选择。", "comments")
    senders = {one.submission_id for one in chosen}
    formal = select(Submission.id).where(Submission.channel == "formal")
    if len(chosen) > 1 and any(db.session.scalar(formal.where(Submission.id.in_(part)).limit(1)) for part in slices(senders)):
        raise Refused("单位的复函意见要逐条单独处理，不能与别的意见归并。", "comments")


def _held(comment_ids: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in slices(comment_ids):
        query = select(Membership.comment_id, Membership.group_id).where(Membership.comment_id.in_(part))
        found |= {one.comment_id: one.group_id for one in db.session.execute(query)}
    return found


def _size(group_id: int) -> int:
    query = select(func.count()).select_from(Membership).join(Comment, Comment.id == Membership.comment_id)
    return db.session.scalar(query.where(Membership.group_id == group_id, Comment.withdrawn_at.is_(None))) or 0


def _target(now: datetime, comment: Comment) -> tuple[Group, list[Move]]:
    """The group others are to enter, made where there is none; 不予受理 stands for one opinion only (decisions.md)."""
    bare = db.session.get(Membership, comment.id, populate_existing=True) is None
    group = groups.group_of(now, comment)
    _require_open(group.id)
    return group, [(group.id, group.id, [comment.id])] if bare else []


def _require_open(group_id: int) -> None:
    refused = select(Decision.id).where(Decision.group_id == group_id, Decision.outcome == "inadmissible", stands())
    if db.session.scalar(refused.limit(1)):
        raise Conflict("不予受理只能针对单独一条意见，不能再与别的意见归并。")


def _act(actor: Actor, now: datetime, kind: str, moves: list[Move], undoes: int | None = None) -> GroupAct:
    """Carry out and log the moves; one audit entry."""
    touched = sorted({one for _, _, ids in moves for one in ids})
    project = db.session.scalar(select(Comment.consultation_id).where(Comment.id == touched[0]))
    groups.leave(sorted({one for before, after, ids in moves if before != after for one in ids}))
    groups.enter(_together(moves))
    _speak(moves)
    remaining = [groups.members_of(one)[:1] for one in sorted({before for before, _, _ in moves if before})]
    others = [groups.members_of(one)[:1] for one in sorted({after for _, after, _ in moves if after})]
    desk.rebuild([*touched, *(one[0] for one in (*remaining, *others) if one)])
    act = GroupAct(consultation_id=project, kind=kind, moves=[list(one) for one in moves], at=now, by=actor.ref,
                   by_name=actor.name, undoes=undoes)  # fmt: skip
    db.session.add(act)
    db.session.flush()
    record(actor, "regroup", f"consultation:{project}", now, act=act.id, kind=kind, moves=act.moves, digest=act_digest(act))
    return act


def _together(moves: Sequence[Move]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for before, after, ids in moves:
        if after and before != after:
            found[after] += ids
    return found


def _speak(moves: Sequence[Move]) -> None:
    """What the newcomers add to their groups; a group of exact copies takes its first member's words as shared."""
    for group_id, ids in _together(moves).items():
        group = db.session.get_one(Group, group_id)
        shared = sayings.shared_of(group) if group.shared_text else _first_words(group_id, ids)
        said = sayings.beyond(shared, sayings.words(ids))
        if not group.shared_text and (said or _unlike(group, ids)):
            method = "near" if group.method in ("single", "exact") else group.method
            values = {"shared_text": "\n".join(shared), "method": method}
            db.session.execute(update(Group).where(Group.id == group_id).values(**values))
            db.session.refresh(group)
        sayings.say(group_id, said)


def _unlike(group: Group, newcomers: Sequence[int]) -> bool:
    """Whether one of them is no exact copy, though it says no more: other punctuation, another stance."""
    query = select(Comment.id).where(Comment.fingerprint != group.fingerprint)
    return any(db.session.scalar(query.where(Comment.id.in_(part)).limit(1)) for part in slices(newcomers))


def _first_words(group_id: int, newcomers: Sequence[int]) -> list[str]:
    """The words of the first who was there before, or of the first newcomer."""
    held, new = groups.members_of(group_id), set(newcomers)
    return sayings.words_of(next((one for one in held if one not in new), held[0]))


def act_digest(act: GroupAct) -> str:
    """SHA-256 over what an act did and who did it; its moment stands in the audit."""
    return digest([act.consultation_id, act.kind, act.moves, act.by, act.by_name, act.undoes or 0])
