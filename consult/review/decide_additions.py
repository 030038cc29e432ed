"""Verbs that rule on what members of a group say beyond its shared text: one addition, ticked ones, all open ones."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text, update

from consult.base.audit import record
from consult.base.clock import show
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.review import desk
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.extras import standing_of
from consult.review.find import slices, stands
from consult.review.group_models import OPEN, Addition, AdditionDecision
from consult.review.models import OUTCOMES, Decision, Group
from consult.review.ruling import Ruling, check

MOST = 5_000  # additions in one act: a second of writing; a press of the button makes several acts of more


class RuledMeanwhile(Conflict):
    """Somebody ruled on this addition since the page was opened; `decision` is that ruling."""

    def __init__(self, decision: AdditionDecision) -> None:
        super().__init__(
            f"您填写期间，{decision.decided_name}已于{show(decision.decided_at)}对这条补充意见作出处理："
            f"{OUTCOMES[decision.outcome]}。您填写的内容还在页面上，请看过之后再决定是否另作处理。"
        )
        self.decision = decision


def decide_addition(actor: Actor, now: datetime, *, addition_id: int, expected_number: int, ruling: Ruling) -> AdditionDecision:
    """Rule on one addition (R41); earlier rulings stay (R43).

    `expected_number` is that of the newest ruling the person saw, 0 for none. Raises RuledMeanwhile where there is
    a newer one, Conflict where no living member says it any more, Refused naming the field.
    """
    require_decider(actor, *ROLES)
    addition, group = _locked(addition_id)
    if not addition.said:
        raise Conflict("这条补充意见已经没有人提出：提出人撤回了，或者已经移到别的组里，不需要处理。")
    if addition.ruling != expected_number:
        last = standing_of([addition_id]).get(addition_id)
        if last is None:
            raise Conflict("这条补充意见的处理情况有变化，请刷新页面后重新处理。")
        raise RuledMeanwhile(last)
    made = _made(actor, now, addition, check(ruling))
    db.session.add(made)
    addition.ruling = made.number
    db.session.flush()
    desk.touch_groups([group.id])
    record(actor, "decide_addition", f"group:{group.id}", now, outcome=made.outcome, number=made.number,
           addition=addition_id, digest=made.digest)  # fmt: skip
    return made


def decide_ticked(actor: Actor, now: datetime, *, group_id: int, seen: Mapping[int, int], ruling: Ruling) -> int:
    """One ruling for the additions of a group that were ticked: id → number of the newest ruling seen, 0 for none.

    All or none; Conflict where one was ruled on since. Returns how many.
    """
    require_decider(actor, *ROLES)
    group = _group(group_id)
    if not seen or len(seen) > MOST:
        raise Refused(f"请勾选要处理的补充意见，一次最多{MOST}条。", "additions")
    rows = [row for part in slices(seen) for row in _rows(group_id, Addition.id.in_(part))]
    if {row.id: row.ruling for row in rows} != dict(seen):
        raise Conflict("您勾选之后，其中有的已经由别人处理，或者已经没有人提出，请刷新页面核对后再勾选。")
    return _decide(actor, now, group, rows, check(ruling))


def decide_open(actor: Actor, now: datetime, *, group_id: int, ruling: Ruling | None) -> int:
    """One ruling for the next additions of a group that wait for one, MOST at a time: call it until it gives 0.

    Without a ruling the group's own is taken, with its reason; Refused where the group has none yet.
    """
    require_decider(actor, *ROLES)
    group = _group(group_id)
    wanted = check(ruling or _ruling_of(group_id))
    return _decide(actor, now, group, _rows(group_id, text(OPEN)), wanted)


def _locked(addition_id: int) -> tuple[Addition, Group]:
    addition = db.session.get(Addition, addition_id)
    if addition is None:
        raise NotFound("没有找到这条补充意见。")
    group = _group(addition.group_id)
    db.session.refresh(addition)
    return addition, group


def _group(group_id: int) -> Group:
    group = db.session.get(Group, group_id)
    if group is None:
        raise NotFound("没有找到这个归并组。")
    lock(group.consultation_id)
    return group


def _ruling_of(group_id: int) -> Ruling:
    last = db.session.scalar(
        select(Decision).where(Decision.group_id == group_id, stands()).execution_options(populate_existing=True)
    )
    if last is None:
        raise Refused("这一组还没有处理意见，请先对这一组作出处理，或者单独填写对补充意见的处理。", "outcome")
    return Ruling(last.outcome, last.reason, last.adopted_part, last.referred_to, last.new_wording)


def _rows(group_id: int, which: Any) -> Sequence[Any]:
    """Additions of a group that somebody says: (id, ruling), at most MOST."""
    query = select(Addition.id, Addition.ruling).where(Addition.group_id == group_id, Addition.said > 0, which)
    return db.session.execute(query.order_by(Addition.id).limit(MOST)).all()


def _decide(actor: Actor, now: datetime, group: Group, rows: Sequence[Any], ruling: Ruling) -> int:
    if not rows:
        return 0
    made = [_made(actor, now, row, ruling) for row in rows]
    names = [column.name for column in AdditionDecision.__table__.columns if column.name != "id"]
    db.session.execute(insert(AdditionDecision.__table__), [{name: getattr(one, name) for name in names} for one in made])
    for part in slices(row.id for row in rows):
        step = update(Addition).where(Addition.id.in_(part)).values(ruling=Addition.ruling + 1)
        db.session.execute(step.execution_options(synchronize_session=False))
    db.session.expire_all()
    desk.touch_groups([group.id])
    record(actor, "decide_additions", f"group:{group.id}", now, group=group.id, outcome=ruling.outcome,
           decisions={str(one.addition_id): one.number for one in made}, digest=digest([one.digest for one in made]))  # fmt: skip
    return len(made)


def _made(actor: Actor, now: datetime, addition: Any, ruling: Ruling) -> AdditionDecision:
    """The next ruling on an addition, sealed."""
    made = AdditionDecision(addition_id=addition.id, number=addition.ruling + 1, decided_at=now, decided_by=actor.ref,
                            decided_name=actor.name, digest="", **vars(ruling))  # fmt: skip
    made.digest = addition_digest(made)
    return made


def addition_digest(made: AdditionDecision) -> str:
    """SHA-256 over a ruling on an addition as it was made."""
    what = [made.outcome, made.reason, made.adopted_part, made.referred_to, made.new_wording]
    who = [made.decided_at.astimezone(UTC).isoformat(), made.decided_by, made.decided_name]
    return digest([made.addition_id, made.number, *what, *who])
