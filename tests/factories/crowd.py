"""Thousands of different opinions through the one door, for tests of what is done to many at once."""

from consult.base.db import transaction
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.review import desk
from tests.factories.people import later, send

AT_ONCE = 50  # opinions in one sending
CLAUSES = ("a1", "a2", "a3", "a4", None)
STANCES = ("amend", "oppose", "question", "add")
WORDS = ("路灯装得太疏", "灯杆太矮", "修得太慢", "电费说不清", "水塘边没有灯", "太亮了睡不着", "支路没有写进来")


def crowd(project: Consultation, count: int) -> None:
    """`count` opinions that no two of which are alike, taken into the list; a multiple of AT_ONCE."""
    number = project.id
    for start in range(0, count, AT_ONCE):
        send(project, [_item(at) for at in range(start, start + AT_ONCE)], now=later(seconds=start))
    with transaction():
        desk.settle_all(number)


def _item(at: int) -> Item:
    words = f"{WORDS[at % 7]}，{WORDS[at // 7 % 7]}，请看第{at}户门口。"
    return Item(CLAUSES[at % 5], STANCES[at % 4], words)
