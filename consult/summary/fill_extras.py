"""Part of the verb that takes in a filled table: rulings on additions (补充意见), which have rows of their own in it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from consult.base.db import db
from consult.base.errors import Conflict
from consult.base.people import Actor
from consult.review.decide_additions import addition_digest
from consult.review.find import slices
from consult.review.group_models import Addition, AdditionDecision
from consult.review.models import Group
from consult.review.ruling import Ruling, check
from consult.summary.back import Filled

MEANWHILE = "您核对之后，表里的意见有的另行处理、归并或者撤回了，请重新核对后再确认。"
A, AD = Addition.__table__, AdditionDecision.__table__


def fill_extras(
    actor: Actor, now: datetime, consultation_id: int, wanted: Mapping[int, tuple[int, Filled]]
) -> list[AdditionDecision]:
    """Rule on additions: id → (number of the ruling that was seen, what is ruled now); stored, in the order of ids.

    Raises Conflict where one was ruled on since, or where nobody says it any more. The caller holds the project's lock,
    brings the desk up to date and writes the entry.
    """
    found: dict[int, Any] = {}
    for part in slices(wanted):
        query = select(A.c.id, A.c.said, A.c.ruling).join(Group, Group.id == A.c.group_id)
        for one in db.session.execute(query.where(A.c.id.in_(part), Group.consultation_id == consultation_id)):
            found[one.id] = one
    made = []
    for number, (seen, filled) in sorted(wanted.items()):
        row = found.get(number)
        if row is None or not row.said or row.ruling != seen:
            raise Conflict(MEANWHILE)
        made.append(_made(actor, now, number, seen + 1, filled))
    _store(made)
    return made


def _made(actor: Actor, now: datetime, addition_id: int, number: int, filled: Filled) -> AdditionDecision:
    one = AdditionDecision(
        addition_id=addition_id, number=number, decided_at=now, decided_by=actor.ref, decided_name=actor.name, digest="",
        **vars(check(Ruling(**vars(filled)))),
    )  # fmt: skip
    one.digest = addition_digest(one)
    return one


def _store(made: list[AdditionDecision]) -> None:
    names = [column.name for column in AD.columns if column.name != "id"]
    if made:
        db.session.execute(insert(AD), [{name: getattr(one, name) for name in names} for one in made])
    for part in slices(one.addition_id for one in made):
        db.session.execute(update(A).where(A.c.id.in_(part)).values(ruling=A.c.ruling + 1))


def groups_of(addition_ids: Iterable[int]) -> set[int]:
    """The groups of these additions."""
    found: set[int] = set()
    for part in slices(addition_ids):
        found |= set(db.session.scalars(select(A.c.group_id).where(A.c.id.in_(part))))
    return found
