"""What the ledger promises of a submission: the digest over its comments, as written into the audit chain."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from consult.base.crypto import digest


class Opinion(Protocol):
    """The parts of a comment that a digest covers; a Comment row and an Item both have them."""

    stance: str
    text: str
    proposed_text: str
    reason: str


def submission_digest(channel: str, received_at: datetime, opinions: Sequence[tuple[str | None, Opinion]]) -> str:
    """SHA-256 over channel, moment and every (clause key, opinion) in order.

    Withdrawal hides a text but keeps it stored, so the digest stays true for ever.
    """
    parts = [[key, one.stance, one.text, one.proposed_text, one.reason] for key, one in opinions]
    return digest([channel, received_at.astimezone(UTC).isoformat(), parts])


def entered(action: str, subject: str, facts: Mapping[str, object]) -> dict[int, str]:
    """submission id → digest, as an audit entry `submit` or `register` states it."""
    if action == "submit":
        return {int(subject.partition(":")[2]): str(facts["digest"])}
    if action == "register":
        stated = facts["submissions"]
        return {int(number): str(value) for number, value in stated.items()} if isinstance(stated, Mapping) else {}
    return {}
