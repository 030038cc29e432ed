"""A project with two opinions, and a reviewer's ruling on both: what stands before every result."""

from datetime import timedelta

from consult.base.db import transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.review import decide
from tests.factories.people import CLOSES, NOW, make_project, send

RESULT = "/office/c/demo/result"
AFTER = CLOSES + timedelta(days=1)
REASON = "已经在修改稿中完整体现。"


def two_opinions() -> Consultation:
    """An open project; opinion 1 is on the third clause, opinion 2 on the whole and begins as a formula does."""
    one = make_project()
    send(one, [Item("a3", "amend", "间距改为三十米。"), Item(None, "other", "=总体赞成")])
    return one


def rule_all(reviewer: Actor) -> None:
    """Open and adopt both."""
    for number in (1, 2):
        with transaction():
            decide.mark_read(reviewer, NOW, number)
        with transaction():
            decide.decide(reviewer, NOW, comment_id=number, expected_number=0, outcome="adopted", reason=REASON)
