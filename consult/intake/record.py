"""What the ledger promises of a submission: the digests over it, as written into the audit chain."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Protocol

from consult.base.crypto import digest

# what never changes of a sending: where and when it came in, under which receipt, with which consents
LASTING = (
    "consultation_id", "version_id", "channel", "received_at", "received_on", "late", "registered_by", "receipt_hash",
    "send_hash", "submitter_kind", "wants_reply", "may_contact", "may_publish",
)  # fmt: skip


class Opinion(Protocol):
    """The parts of a comment that a digest covers; a Comment row and an Item both have them."""

    stance: str
    text: str
    proposed_text: str
    reason: str


def submission_digest(
    sending: Mapping[str, Any], opinions: Sequence[tuple[str | None, Opinion]], files: Sequence[list[object]] = ()
) -> str:
    """SHA-256 over the columns LASTING of a sending and every (clause key, opinion) in order.

    The facts of its files and the sending that it supplements join where there are any. Withdrawal hides a text
    but keeps it stored, and of a file keeps hash, kind and size, so the digest stays true for ever.
    """
    more = {"files": list(files), "supplements": sending.get("supplements")}
    more = {name: value for name, value in more.items() if value}
    facts = dict(sending) | {"received_at": sending["received_at"].astimezone(UTC).isoformat()}
    parts = [[key, one.stance, one.text, one.proposed_text, one.reason] for key, one in opinions]
    lasting = [facts[name] if name != "received_on" else str(facts[name] or "") for name in LASTING]
    return digest([*lasting, parts, *([more] if more else [])])


def sender_digests(sending: Mapping[str, Any]) -> list[str]:
    """Two digests that are true until withdrawal or erasure: over who is shown, and over the sealed contact data."""
    sealed = sending["contact_sealed"]
    contact = hashlib.sha256(sealed).hexdigest() if sealed else ""
    return [digest([sending["submitter_shown"], sending["region"]]), contact]


def entered(action: str, subject: str, facts: Mapping[str, Any]) -> dict[int, tuple[str, list[str]]]:
    """submission id → its digest and those of its sender, as an audit entry `submit` or `register` states them."""
    if action == "submit":
        return {int(subject.partition(":")[2]): (facts["digest"], facts["sender"])}
    return {int(number): (value, facts["senders"][number]) for number, value in facts["submissions"].items()}
