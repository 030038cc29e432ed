"""A letter to a unit, its people, and shorthands for what they do."""

from dataclasses import dataclass
from datetime import date, timedelta

from consult.base.crypto import Keys
from consult.base.db import transaction
from consult.base.people import Actor, Unit
from consult.drafts.find import current_version
from consult.drafts.holidays import Calendar
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.letters import reply
from consult.letters.issue import issue
from consult.letters.models import FormalOpinion, Solicitation
from tests.factories.people import NOW, make_project, make_unit, make_user

SIGNED = {"reply_no": "示财函〔2026〕7号", "handler": "王经办", "phone": "0816-1234567", "signatory": "赵局长"}


@dataclass
class Desk:
    """A letter and everybody around it."""

    project: Consultation
    unit: Unit
    office: Actor
    agent: Actor
    letter: Solicitation
    keys: Keys

    def save(self, edition: int = 0, now=NOW, actor: Actor | None = None, **values) -> FormalOpinion:
        with transaction():
            return reply.save_reply(actor or self.agent, now, self.letter, edition=edition, **values)

    def send(self, now=NOW, **values) -> FormalOpinion:
        with transaction():
            return reply.send_reply(self.agent, now, self.letter, keys=self.keys, **values)

    def answer(self, *texts: str, now=NOW) -> FormalOpinion:
        """Save and send: 有意见 with these points, or 无意见."""
        edition = self.save(answer="has_opinion" if texts else "no_objection", items=points(*texts), now=now, **SIGNED)
        return self.send(now, edition=edition.edition)


def points(*texts: str) -> list[Item]:
    return [Item("a1", "amend", text) for text in texts]


def write_to(office: Actor, project: Consultation, *units: Unit, **changes) -> list[Solicitation]:
    values = {"letter_no": "示府法函〔2026〕1号", "body": "请研提意见。", "due_at": NOW + timedelta(days=20)} | changes
    with transaction():
        return issue(
            office, NOW, consultation=project, version_id=current_version(project).id,
            unit_ids=[unit.id for unit in units], calendar=Calendar({date(2026, 1, 1): False}), **values,
        ).solicitations  # fmt: skip


def one_letter(keys: Keys, received: bool = False) -> Desk:
    """One project, one letter to 市财政局; `received`: the unit has acknowledged it (签收)."""
    project, unit, office = make_project(), make_unit("市财政局"), make_user("office")
    (letter,) = write_to(office, project, unit)
    agent = make_user("agency", unit)
    if received:
        with transaction():
            reply.acknowledge(agent, NOW, letter)
    return Desk(project, unit, office, agent, letter, keys)
