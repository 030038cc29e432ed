"""Shorthands for tests of review: send words, group them, rule on them."""

from consult.base.db import transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.review import decide, desk, queue
from consult.review import facets as counts
from consult.review.models import Decision
from tests.factories.gathered import Gathered, gather
from tests.factories.people import NOW, send

REASON = "上位法对此已有明确规定，不再重复。"


def say(project: Consultation, text: str, clause: str | None = "a1", **more) -> int:
    """One opinion from the web; returns the comment's id."""
    number = send(project, [Item(clause, "amend", text)], **more).comment_ids[0]
    take_in(project)
    return number


def take_in(project: Consultation) -> None:
    """What the pages do before they show anything."""
    with transaction():
        desk.settle_all(project.id)


def rule(actor: Actor, comment_id: int, outcome: str = "adopted", expected: int = 0, now=NOW, **words) -> Decision:
    with transaction():
        return decide.decide(actor, now, comment_id=comment_id, expected_number=expected, outcome=outcome, **words)


def group(actor: Actor, project: Consultation) -> Gathered:
    return gather(project.id, actor)


def read(actor: Actor, comment_id: int, now=NOW) -> bool:
    with transaction():
        return decide.mark_read(actor, now, comment_id)


def page(consultation_id: int, *args, **more) -> queue.Page:
    """As the pages do it: what came in is taken in first."""
    with transaction():
        desk.settle_all(consultation_id)
    return queue.page(consultation_id, *args, **more)


def facets(consultation_id: int) -> counts.Facets:
    """As the pages do it."""
    with transaction():
        desk.settle_all(consultation_id)
    return counts.facets(consultation_id)
