"""Texts for letters that the office keeps and edits; two are there from the start."""

from datetime import datetime

from sqlalchemy import select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.letters.letter_words import DEFAULTS, check_places
from consult.letters.models import LetterTemplate

LONGEST = 5000


def templates() -> dict[str, str]:
    """name → text: those of the house, each in the office's words where it wrote its own, then the office's others."""
    own = {one.name: one.body for one in db.session.scalars(select(LetterTemplate).order_by(LetterTemplate.id))}
    return {**DEFAULTS, **own}


def set_template(actor: Actor, now: datetime, name: str, body: str) -> LetterTemplate:
    """Keep a text under its name; the one that was there is replaced. Raises Refused for an unknown place."""
    actor.require("office")
    serialise("letter-templates")
    name, body = clean_input(name, "name").strip(), clean_input(body, "body").strip()
    if not name or "\n" in name or len(name) > 40:
        raise Refused("请给模板起一个名称，写在一行里，不超过40个字。", "name")
    if not body or len(body) > LONGEST:
        raise Refused(f"请填写正文，不超过{LONGEST}个字。", "body")
    check_places(body)
    row = db.session.scalar(select(LetterTemplate).where(LetterTemplate.name == name))
    if row is None:
        row = LetterTemplate(name=name, body=body, changed_at=now, changed_by=actor.ref)
        db.session.add(row)
    row.body, row.changed_at, row.changed_by = body, now, actor.ref
    db.session.flush()
    record(actor, "set_template", f"letter_template:{row.id}", now, digest=template_digest(row))
    return row


def template_digest(row: LetterTemplate) -> str:
    """SHA-256 over name and words."""
    return digest([row.name, row.body])
