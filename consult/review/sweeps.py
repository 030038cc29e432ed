"""When topics and warnings are made again: at once where a project is small, by a job where it is large."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from consult.base.db import db
from consult.drafts.models import Version
from consult.review import desk
from consult.review.desk_models import APPROVED, DECIDED, Sweep
from consult.review.group_models import GroupAct
from consult.review.models import Decision

TOPICS, QUALITY = "topics", "quality"
SMALL = 1000  # opinions: what follows from so many is made anew while a page waits
SOON, LATER = timedelta(minutes=10), timedelta(hours=12)
GROWN = 0.02  # of what there was: so many more are worth another run soon


def stamp(consultation_id: int, what: str) -> str:
    """What topics or warnings depend on, in a few words; how many opinions that are comes first. A read."""
    known = desk.counters(consultation_id, "received", "withdrawn", "rows", "state")
    one = {name: sum(values.values()) for name, values in known.items()}
    if what == TOPICS:
        return f"{one['received']}|{one['withdrawn']}|{one['rows']}"
    decided = sum(known["state"].get(str(state), 0) for state in (DECIDED, APPROVED))
    act = select(func.max(GroupAct.id)).where(GroupAct.consultation_id == consultation_id)
    frozen = select(func.count()).where(Version.consultation_id == consultation_id, Version.frozen_at.is_not(None))
    ruled = select(func.max(Decision.id))  # of any project: the key's own index knows it
    marks = [db.session.scalar(query) or 0 for query in (ruled, act, frozen)]
    return "|".join(map(str, [decided, one["withdrawn"], *marks]))


def last(consultation_id: int, what: str) -> Sweep | None:
    """The last run, None where there was none."""
    return db.session.get(Sweep, (consultation_id, what))


def note(now: datetime, consultation_id: int, what: str, made_from: str, facts: Mapping[str, Any]) -> None:
    """A run is done; it was made from `made_from`, as `stamp` said before it began."""
    db.session.execute(delete(Sweep).where(Sweep.consultation_id == consultation_id, Sweep.what == what))
    db.session.add(
        Sweep(consultation_id=consultation_id, what=what, made_at=now, stamp=made_from, facts=dict(facts))
    )
    db.session.flush()


def is_due(made_from: str, made_at: datetime, present: str, now: datetime) -> bool:
    """Whether a run is out of date: much has come since, or something has and it is half a day old."""
    if made_from == present:
        return False
    before, size = int(made_from.partition("|")[0]), int(present.partition("|")[0])
    much = abs(size - before) > GROWN * before
    return now - made_at >= (SOON if much else LATER)


def due(now: datetime, consultation_id: int, what: str) -> bool:
    """Whether a job should run for this project. A read."""
    present, before = stamp(consultation_id, what), last(consultation_id, what)
    if before is None:
        return not present.startswith("0|")
    return is_due(before.stamp, before.made_at, present, now)


def stale(consultation_id: int, what: str) -> bool:
    """Whether a small project's run does not say what is so now: the page makes it anew. A read."""
    before, received = last(consultation_id, what), desk.counters(consultation_id, "received")["received"].get("", 0)
    return received <= SMALL and (before is None or before.stamp != stamp(consultation_id, what))
