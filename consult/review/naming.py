"""Verb: what reviewers call a campaign."""

from datetime import datetime

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.review.desk import lock
from consult.review.models import Group

LONGEST = 40


def name_group(actor: Actor, now: datetime, group_id: int, name: str) -> None:
    """Give a group a name, or with "" none; it only helps people to speak of it."""
    actor.require("reviewer", "approver", "office")
    group = db.session.get(Group, group_id)
    if group is None:
        raise NotFound("没有找到这个归并组。")
    lock(group.consultation_id)
    db.session.refresh(group)
    name = " ".join(clean_input(name, "name").split())
    if len(name) > LONGEST:
        raise Refused(f"名称有{len(name)}个字，最多{LONGEST}个字，请写短一些。", "name")
    if name == group.name:
        return
    group.name = name
    db.session.flush()
    record(actor, "name_group", f"consultation:{group.consultation_id}", now, group=group_id, digest=name_digest(group))


def name_digest(group: Group) -> str:
    """SHA-256 over the name of a group."""
    return digest([group.id, group.name])
