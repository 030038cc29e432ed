"""Verbs that say who handles what (R45): single groups, or a clause with all under it; what is said of a group goes first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, insert, select, update

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, Refused
from consult.base.people import ADMINISTRATORS, Actor, User
from consult.drafts.descent import seats
from consult.review import desk
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.desk_models import UNDECIDED, WITHDRAWN, Assignment, ClauseDuty, DeskRow
from consult.review.desk_state import Duties
from consult.review.find import names_of, slices
from consult.review.groups import homes

MOST = 5_000  # rows in one act
R, A = DeskRow.__table__, Assignment.__table__


@dataclass(frozen=True)
class Person:
    """Somebody who may be given opinions to handle."""

    ref: str
    name: str


def people() -> list[Person]:
    """Everybody who may decide (R62), by name. A read."""
    found = db.session.scalars(select(User).where(User.active).order_by(User.name, User.id))
    return [Person(f"user:{one.id}", one.name or one.email) for one in found if _decides(one)]


def _decides(user: User) -> bool:
    roles = {role.name for role in user.roles}
    return bool(roles & set(ROLES)) and not roles & ADMINISTRATORS


def given(comment_id: int, group_id: int | None) -> tuple[int, str]:
    """(first opinion of the row this one belongs to, who is to handle it); a read."""
    query = select(R.c.comment_id, R.c.assignee)
    query = query.where(R.c.group_id == group_id) if group_id else query.where(R.c.comment_id == comment_id)
    found = db.session.execute(query).first()
    return (found.comment_id, found.assignee) if found else (comment_id, "")


def seen(comment_ids: Iterable[int]) -> str:
    """What somebody is about to assign: a digest that changes with whoever else assigns any of it, or regroups it."""
    rows = desk.led_by(comment_ids)
    return digest([[key, rows[key]["group_id"] or 0, rows[key]["assignee"]] for key in sorted(rows)])


def assign(
    actor: Actor, now: datetime, *, consultation_id: int, comment_ids: Sequence[int], assignee: str,
    expected: Mapping[int, str] | None = None, digest_seen: str = "",
) -> int:  # fmt: skip
    """Give the rows led by these opinions to a person, or with "" back to whoever handles their clause (R45).

    `expected` says per opinion who had it when it was seen, `digest_seen` the same of many as `seen` gave it.
    Returns how many rows were given. Raises Conflict where somebody else assigned meanwhile or an opinion is gone.
    """
    require_decider(actor, *ROLES)
    lock(consultation_id)
    wanted = sorted(set(comment_ids))
    if not wanted or len(wanted) > MOST:
        raise Refused(f"请选择要分配的意见，一次最多{MOST:,}组。", "comments")
    _require_person(assignee)
    rows = desk.led_by(wanted)
    _require_unchanged(rows, wanted, consultation_id)
    if digest_seen and seen(wanted) != digest_seen:
        raise Conflict("您查看之后，这些意见里有的已经另行分配或者调整，请核对后再确认一次。")
    _require_as_seen(rows, expected or {}, assignee)
    groups = homes(now, [rows[one] for one in wanted])
    _write(now, actor.ref, sorted(set(groups.values())), assignee)
    db.session.flush()
    desk.touch(wanted)
    record(actor, "assign", f"consultation:{consultation_id}", now, assignee=assignee,
           groups={str(one): groups[one] for one in wanted}, digest=digest([assignee, *sorted(groups.values())]))  # fmt: skip
    return len(wanted)


def _require_person(assignee: str) -> None:
    if assignee and assignee not in {one.ref for one in people()}:
        raise Refused("请选择一位能够处理意见的人员。", "assignee")


def _require_unchanged(rows: Mapping[int, desk.Row], wanted: Sequence[int], consultation_id: int) -> None:
    gone = len(rows) < len(wanted) or any(row["state"] == WITHDRAWN for row in rows.values())
    if gone or any(row["consultation_id"] != consultation_id for row in rows.values()):
        raise Conflict("所选的意见里有的已经撤回或者归并到别的组，请刷新页面后重新选择。")


def _require_as_seen(rows: Mapping[int, desk.Row], expected: Mapping[int, str], assignee: str) -> None:
    others = {
        row["assignee"]
        for key, row in rows.items()
        if key in expected and row["assignee"] not in (expected[key], assignee)
    }
    if others:
        names = "、".join(sorted(name for ref, name in names_of(others).items() if ref)) or "别人"
        raise Conflict(f"您查看之后，所选的意见里有的已经另行分配（现在由{names}办理），请核对后再分配一次。")


def _write(now: datetime, by: str, groups: Sequence[int], assignee: str) -> None:
    for part in slices(groups):
        db.session.execute(delete(Assignment).where(Assignment.group_id.in_(part)))
    if assignee:
        db.session.execute(insert(A), [{"group_id": one, "assignee": assignee, "at": now, "by": by} for one in groups])


def assign_clause(
    actor: Actor, now: datetime, *, consultation_id: int, clause_key: str, assignee: str, expected: str
) -> None:
    """Give a clause and all under it to a person, or with "" to nobody in particular; an empty key is the whole draft.

    A clause under it that was given by itself keeps its person, as do single groups. `expected` is who had it when
    it was seen; Conflict where that has changed.
    """
    require_decider(actor, *ROLES)
    lock(consultation_id)
    _require_person(assignee)
    if clause_key and clause_key not in {seat.key for seat in seats(db.session(), consultation_id)}:
        raise Refused("没有找到这一条款，请从列表里选择。", "clause")
    query = select(ClauseDuty).where(ClauseDuty.consultation_id == consultation_id, ClauseDuty.clause_key == clause_key)
    duty = db.session.scalar(query.execution_options(populate_existing=True))
    present = duty.assignee if duty else ""
    if present != expected:
        name = names_of([present])[present] if present else "无人"
        raise Conflict(f"您查看之后，这一条款已经另行分配（现在由{name}办理），请核对后再分配一次。")
    if present == assignee:
        return
    before = Duties().all(consultation_id)
    if duty is not None:
        db.session.delete(duty)
        db.session.flush()
    if assignee:
        db.session.add(ClauseDuty(consultation_id=consultation_id, clause_key=clause_key, assignee=assignee, at=now,
                                  by=actor.ref))  # fmt: skip
        db.session.flush()
    _hand_over(consultation_id, before, Duties().all(consultation_id))
    record(actor, "assign_clause", f"consultation:{consultation_id}", now, clause=clause_key, assignee=assignee,
           digest=digest([clause_key, assignee]))  # fmt: skip


def _hand_over(consultation_id: int, before: Mapping[int | None, str], after: Mapping[int | None, str]) -> None:
    """One UPDATE and one count for each pair of persons between whom clauses change; mostly that is one."""
    moved: dict[tuple[str, str], list[int | None]] = {}
    for clause in before.keys() | after.keys():
        old, new = before.get(clause, ""), after.get(clause, "")
        if old != new:
            moved.setdefault((old, new), []).append(clause)
    for (old, new), clauses in sorted(moved.items()):
        numbers = [one for one in clauses if one is not None]
        for part in [*slices(numbers), *([None] if None in clauses else [])]:
            at = R.c.clause_id.is_(None) if part is None else R.c.clause_id.in_(part)
            own = select(A.c.group_id).where(A.c.group_id == R.c.group_id).correlate(R).exists()
            which = [R.c.consultation_id == consultation_id, at, R.c.state != WITHDRAWN, ~own]
            _recount(consultation_id, which, old, new)
            db.session.execute(update(R).where(*which).values(assignee=new))


def _recount(consultation_id: int, which: Sequence[object], old: str, new: str) -> None:
    kind = case((R.c.state == UNDECIDED, "todo"), else_="done")
    counts: desk.Counts = desk.Counts()
    query = select(kind, func.sum(R.c.size)).where(*which).group_by(kind)  # type: ignore[arg-type]
    for name, number in db.session.execute(query).all():
        for ref, sign in ((old, -1), (new, 1)):
            if ref:
                counts[(consultation_id, f"assigned_{name}", ref)] += sign * number
    desk.count(counts)
