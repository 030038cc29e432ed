"""One project and its clock in a history, and what its acts share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from consult.base.db import db
from consult.base.errors import StageError
from consult.base.people import Actor
from consult.drafts import find as drafts
from consult.intake.models import Comment
from tests.factories.people import NOW
from tests.review.scene import CHANGE, CRITICAL, NEW, SHARED
from tests.summary.world import WHY

OTHER = Actor("user:904", "李主任", frozenset({"approver"}), 904)
TEXTS = ["".join(SHARED), "".join(SHARED) + NEW, SHARED[0] + CRITICAL + SHARED[2], CHANGE + SHARED[1] + SHARED[2], "，".join(SHARED),
         "不同意安装路灯。", "村里的路太窄了。请先修路！", "村里的路太窄了；请先修路。"]  # fmt: skip
CLAUSES = ("a3", "a3", "a4", None)
ALL = ("adopted", "partly_adopted", "not_adopted", "already_covered", "out_of_scope", "referred", "deferred", "inadmissible")
UNITS = ("河湾县水利局", "河湾县交通局", "河湾县财政局", "王教授")
DAY = timedelta(days=1)


@dataclass
class History:
    """One project and its clock; every act moves it on by a minute."""

    project_id: int
    now: datetime = NOW
    refused: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def project(self) -> Any:
        return drafts.by_id(self.project_id)

    def step(self, act: Callable[["History", int, int], None], a: int, b: int) -> None:
        """One act; a refusal is noted and rolls back."""
        self.now += timedelta(minutes=1)
        try:
            act(self, a, b)
            self.done.append(act.__name__)
        except StageError as refusal:
            db.session.rollback()
            self.refused.append(refusal.message)


def ids(column: Any, *conditions: Any) -> list[int]:
    """Ids in order."""
    return list(db.session.scalars(select(column).where(*conditions).order_by(column)))


def pick(number: int, found: list[int]) -> int:
    return found[number % len(found)] if found else 0


def living(_: History) -> list[int]:
    return ids(Comment.id, Comment.withdrawn_at.is_(None))


def ruling(outcome: str) -> dict[str, str]:
    """What a ruling of this kind needs."""
    part = {"adopted_part": "关于时限的部分"} if outcome == "partly_adopted" else {}
    part |= {"referred_to": "县财政局"} if outcome == "referred" else {}
    part |= {"new_wording": "村民委员会应当在三日内修复。"} if outcome in ("adopted", "partly_adopted") else {}
    return {"outcome": outcome, "reason": WHY} | part
