"""Reads: who has how much to do in a project, who handles which clauses, and when somebody last ruled."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from consult.base.db import db
from consult.review import desk
from consult.review.assign import people
from consult.review.desk_models import APPROVED, DECIDED, UNDECIDED, ClauseDuty, DeskCount
from consult.review.find import names_of
from consult.review.models import Decision, Group

LOOKED_AT = 200  # rulings of a person elsewhere that are passed over before giving up


@dataclass(frozen=True)
class Load:
    """One person's share in opinions (条); `ref` is empty for what nobody is to handle; `last` is the latest ruling."""

    ref: str
    name: str
    todo: int
    done: int
    last: datetime | None = None

    @property
    def all(self) -> int:
        """What was given to this person in all."""
        return self.todo + self.done


def workload(consultation_id: int) -> list[Load]:
    """Everybody who may decide or has something, those with most to do first; what nobody has comes last."""
    known = desk.counters(consultation_id, "assigned_todo", "assigned_done", "state")
    todo, done = known["assigned_todo"], known["assigned_done"]
    refs = {one.ref for one in people()} | todo.keys() | done.keys()
    names = names_of(refs)
    loads = [
        Load(ref, names[ref], todo.get(ref, 0), done.get(ref, 0), last_ruling(consultation_id, ref)) for ref in refs
    ]
    state = {int(value): count for value, count in known["state"].items()}
    left = state.get(UNDECIDED, 0) - sum(todo.values())
    over = state.get(DECIDED, 0) + state.get(APPROVED, 0) - sum(done.values())
    return [*sorted(loads, key=lambda one: (-one.todo, -one.done, one.name)), Load("", "还没有分配", left, over)]


def todo_of(ref: str) -> dict[int, int]:
    """consultation id → opinions that wait for this person."""
    query = select(DeskCount.consultation_id, DeskCount.count).where(
        DeskCount.facet == "assigned_todo", DeskCount.value == ref, DeskCount.count > 0
    )
    return {one.consultation_id: one.count for one in db.session.execute(query)}


def last_ruling(consultation_id: int, ref: str) -> datetime | None:
    """When somebody last ruled in a project, as far as their latest LOOKED_AT rulings tell."""
    latest = (
        select(Decision.group_id, Decision.decided_at)
        .where(Decision.decided_by == ref)
        .order_by(Decision.decided_at.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    query = select(latest.c.decided_at).join(Group, Group.id == latest.c.group_id)
    query = query.where(Group.consultation_id == consultation_id)
    return db.session.scalar(query.order_by(latest.c.decided_at.desc()).limit(1))


def duties(consultation_id: int) -> dict[str, str]:
    """Clause key → who handles it; an empty key for opinions on the whole draft."""
    query = select(ClauseDuty).where(ClauseDuty.consultation_id == consultation_id)
    return {one.clause_key: one.assignee for one in db.session.scalars(query)}
