"""A unit with a point that was turned down, and shorthands for what follows."""

from dataclasses import dataclass
from datetime import timedelta

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.find import comments_of
from consult.review import dispute_find, disputes
from consult.review.models import Dispute
from tests.factories.people import NOW, make_project, make_unit, make_user
from tests.letters.desk import Desk, write_to
from tests.review.desk import REASON, rule

RESULT = "经面商，双方同意按现条文执行，财政部门不再提出异议。"


@dataclass
class Quarrel:
    """The people, the letters and the first unit's two points."""

    project: Consultation
    office: Actor
    reviewer: Actor
    approver: Actor
    desks: list[Desk]
    comments: list[int]

    def turned_down(self, number: int = 0, outcome: str = "not_adopted", **more) -> Dispute:
        """Rule on a point and open the dispute; returns it."""
        part = {"adopted_part": "关于间距的部分"} if outcome == "partly_adopted" else {}
        rule(self.reviewer, self.comments[number], outcome, reason=REASON, **part, **more)
        return self.act(disputes.open_dispute, self.comments[number])

    def act(self, verb, *words, actor: Actor | None = None, now=NOW, **more):
        with transaction():
            return verb(actor or self.reviewer, now, *words, **more)

    def on(self, verb, dispute: Dispute, *words, actor: Actor | None = None, now=NOW, **more):
        number = dispute.id
        with transaction():
            row = dispute_find.by_id(number)
            seen = [disputes.edition(row)] if verb in (disputes.change_views, disputes.settle, disputes.confirm) else []
            return verb(actor or self.reviewer, now, row, *words, *seen, **more)

    def again(self, dispute: Dispute) -> dispute_find.Quarrel:
        number = dispute.id
        db.session.rollback()
        return dispute_find.quarrel(dispute_find.by_id(number))


def make_quarrel(keys: Keys) -> Quarrel:
    project, office = make_project(), make_user("office")
    units = [make_unit("市财政局"), make_unit("市水利局")]
    letters = write_to(office, project, *units)
    desks = [Desk(project, unit, office, make_user("agency", unit), letter, keys)
             for unit, letter in zip(units, letters, strict=True)]  # fmt: skip
    sent = desks[0].answer("路灯经费应当由乡镇承担。", "间距应当改为三十米。", now=NOW + timedelta(hours=1))
    comments = [one.id for one in comments_of(sent.submission_id or 0)]
    return Quarrel(project, office, make_user("reviewer"), make_user("approver"), desks, comments)
