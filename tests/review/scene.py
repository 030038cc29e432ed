"""A campaign of near copies with additions of every kind, put together by the machine's own verb."""

from collections.abc import Sequence

from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.people import SYSTEM
from consult.drafts.models import Consultation
from consult.intake.models import Comment
from consult.intake.submit import Item, Sender
from consult.review import desk, near, sayings
from consult.review.group_models import Addition
from consult.review.models import Membership
from tests.factories.people import NOW, send

SHARED = ("学校门口的路灯不够亮。", "请把间距改为三十米。", "孩子晚上回家看不清路。")
NEW = "另外请在桥头加装一盏灯。"
CRITICAL = "请把间距改为五十米。"
CHANGE = "学校门口的路灯不太够亮。"
WORDS = (
    "".join(SHARED),
    "".join(SHARED) + NEW,
    SHARED[0] + CRITICAL + SHARED[2],
    CHANGE + SHARED[1] + SHARED[2],
    "".join(SHARED) + NEW,
)


def campaign(project: Consultation, words: Sequence[str] = WORDS, clause: str | None = "a3", **more: object) -> list[int]:
    """Members of one group around SHARED, in the order of `words`; returns the comment ids."""
    senders = more.pop("senders", {})
    ids = [
        send(project, [Item(clause, "amend", text)], sender=senders.get(at, Sender()), **more).comment_ids[0]  # type: ignore[attr-defined]
        for at, text in enumerate(words)
    ]
    with transaction():
        desk.settle_all(project.id)
    gather(project, ids)
    return ids


def gather(project: Consultation, ids: Sequence[int], group: int | None = None) -> int:
    """Put opinions into a group around SHARED; returns the group."""
    clause = db.session.get_one(Comment, ids[0]).clause_id
    said = sayings.beyond(SHARED, sayings.words(ids))
    with transaction():
        near.gather(SYSTEM, NOW, project.id, [near.Home(tuple(ids), group, clause, SHARED, said)], {})
    return db.session.scalars(select(Membership.group_id).where(Membership.comment_id == ids[0])).one()


def addition(kind: str) -> Addition:
    """The first addition of a kind."""
    query = select(Addition).where(Addition.kind == kind).order_by(Addition.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).first()
