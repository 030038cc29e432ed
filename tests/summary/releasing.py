"""Approving a result and publishing it, and the least that must stand before."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Row, select

from consult.base.db import db, transaction
from consult.base.errors import Refused, StageError
from consult.base.people import Actor
from consult.drafts import find as drafts
from consult.intake.submit import Item
from consult.review import decide
from consult.review.find import awaiting_approval
from consult.summary import release
from consult.summary.models import Release, ReleaseRow
from tests.factories.people import later, make_project, send
from tests.summary.world import AFTER, APPROVER, OFFICE, OPEN, rule, say_yes


def approve(actor: Actor = APPROVER, now: datetime = AFTER) -> None:
    """The approver's yes to the table as it stands."""
    with transaction():
        say_yes(actor, now, drafts.by_slug("demo"))


def publish(actor: Actor = OFFICE, now: datetime = AFTER) -> Release:
    """The office publishes what was approved."""
    with transaction():
        return release.release(actor, now, drafts.by_slug("demo"))


def table_of(row: Release) -> list[Row[Any]]:
    """The stored table of a release."""
    query = select(ReleaseRow.__table__).where(ReleaseRow.release_id == row.id).order_by(ReleaseRow.number)
    return list(db.session.execute(query).all())


def refused(call: Callable[[], object], kind: type[StageError] = Refused) -> str:
    """What is said to whoever tries it; fails where it is allowed."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value.message


def approve_formal(project_id: int) -> None:
    """The second person's yes to every ruling, as R42 asks for refusals of unit opinions."""
    with transaction():
        decide.approve(APPROVER, later(days=5), [one.id for one in awaiting_approval(project_id)], project_id)


def decided() -> int:
    """A project with two opinions, neither adopted, with a reason; its number."""
    project = make_project()
    sent = send(project, [Item(None, "other", "第一句"), Item(None, "other", "第二句")], sender=OPEN)
    for number in sent.comment_ids:
        rule(number, "not_adopted")
    return project.id
