"""Grouping as the worker does it, all at once, for tests of what comes after."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consult.base.db import transaction
from consult.base.people import SYSTEM, Actor
from consult.review import desk, gathering, near
from tests.factories.people import NOW


@dataclass(frozen=True)
class Gathered:
    """How many opinions found their group, and how many groups are new."""

    comments: int = 0
    groups: int = 0


def gather(consultation_id: int, actor: Actor = SYSTEM, now: datetime = NOW) -> Gathered:
    """Take in what came and group the whole project."""
    with transaction():
        desk.settle_all(consultation_id)
    made: dict[tuple[str, ...], int] = {}
    comments = groups = 0
    with tempfile.TemporaryDirectory() as folder:
        sketches = gathering.Sketches(Path(folder), consultation_id)
        for batch in gathering.whole(consultation_id, sketches):
            with transaction():
                done = near.gather(actor, now, consultation_id, batch, made)
            comments, groups = comments + done[0], groups + done[1]
    return Gathered(comments, groups)
