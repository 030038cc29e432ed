"""The one door: whatever the channel, an opinion becomes a stored comment and a receipt here."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import bindparam, insert, select

from consult.base.audit import record
from consult.base.crypto import Keys, digest, keyed
from consult.base.db import db, serialise
from consult.base.direct import Direct
from consult.base.errors import Refused
from consult.base.people import Actor
from consult.base.text import printable
from consult.drafts.models import Clause
from consult.drafts.period import require_open
from consult.intake import attachments, screen
from consult.intake.models import CHANNELS, Arrival, Comment, Submission
from consult.intake.receipt import make_code
from consult.intake.record import sender_digests, submission_digest
from consult.intake.screen import Item, Sender

__all__ = ["Item", "Sender", "Sent", "new_send_key", "sent_before", "submit", "unsent"]


@dataclass(frozen=True)
class Sent:
    """What a sender gets back; `code` is shown once and not stored."""

    submission_id: int
    code: str
    received_at: datetime
    comment_ids: list[int]
    digest: str
    repeated: bool = False
    sender: tuple[str, ...] = ()
    said: tuple[tuple[Item, str], ...] = ()  # as stored, with the citation of the clause; not told of a repeated one


class Numbered(Protocol):
    """A project, of which this door needs the id only."""

    @property
    def id(self) -> int:
        """Its row."""


_CLAUSE = Direct(
    select(Clause.id, Clause.citation).where(
        Clause.version_id == bindparam("version_id"), Clause.key == bindparam("key"), Clause.commentable
    )
)
_SENT = Direct(
    select(Submission.id, Submission.received_at, Submission.digest).where(
        Submission.send_hash == bindparam("send_hash")
    )
)
_SENDING = Direct(insert(Submission).returning(Submission.id))
_OPINION = Direct(insert(Comment).returning(Comment.id))
_ARRIVED = Direct(insert(Arrival))


def new_send_key() -> str:
    """128 random bits that name one sending, so that sending twice stores once."""
    return secrets.token_hex(16)


def submit(
    actor: Actor, now: datetime, *, consultation: Numbered, version_id: int, channel: str,
    items: Sequence[Item], sender: Sender, send_key: str, opens_at: datetime, closes_at: datetime, keys: Keys,
    address_hash: str = "", marks: Sequence[str] = (), received_on: date | None = None, late: bool = False,
    registered_by: str = "", source: str = "", audited: bool = True, supplements: int | None = None,
    files: Sequence[attachments.Waiting] = (), folder: Path = Path(),
) -> Sent:  # fmt: skip
    """Store one sending whole; statements go directly to the driver, for this is the hot path.

    `opens_at` and `closes_at` are the clock that applies to this door: the public period, or a unit's due
    date. The same `send_key` gives the same receipt again and stores nothing. Raises Conflict outside the
    period, Refused for an item, a sender or an unknown clause. With `audited` False the caller writes the
    audit entry for a whole batch. `supplements` is the earlier sending that this one adds to; `files` wait in
    `folder`.
    """
    _require_known(send_key, channel)
    serialise(keyed(keys.send, send_key))
    if before := sent_before(send_key, keys):
        return before
    require_open(now, opens_at, closes_at)
    most = screen.MOST_CHARACTERS if channel == "web" else screen.MOST_REGISTERED
    items, sender = screen.screen_items(items, most), screen.screen_sender(sender, channel != "web")
    where = _clauses(version_id, items)
    values = _named(send_key, keys) | _said_by(sender, keys) | {
        "consultation_id": consultation.id, "version_id": version_id, "channel": channel, "received_at": now,
        "received_on": received_on, "comment_count": len(items), "address_hash": address_hash,
        "marks": [*marks, *screen.marks(items)], "late": late, "registered_by": registered_by,
        "source": printable(source)[:40], "supplements": supplements,
    }  # fmt: skip
    sealed = submission_digest(values, [(item.clause_key, item) for item in items], [one.facts for one in files])
    ((number,),) = _SENDING.rows(**values, digest=sealed)
    comment_ids = _insert(number, consultation.id, version_id, items, where)
    whose = [*sender_digests(values), *(digest([one.sha256, one.name]) for one in files)]
    if files:
        limits = (actor.ref, attachments.MOST_SCANS) if registered_by else ("citizen", attachments.MOST_FILES)
        attachments.attach(folder, now, number, files, *limits)
    if audited:
        record(actor, "submit", f"submission:{number}", now,
               channel=channel, comments=len(items), digest=sealed, sender=whose)  # fmt: skip
    said = tuple((item, where[item.clause_key][1] if item.clause_key else "") for item in items)
    return Sent(number, make_code(keys.receipt, send_key), now, comment_ids, sealed, sender=tuple(whose), said=said)


def _require_known(send_key: str, channel: str) -> None:
    if len(send_key) < 16 or len(send_key) > 200:
        raise Refused("提交的标识不对，请刷新页面后重试。", "send_key")
    if channel not in CHANNELS:
        raise Refused(f"没有“{channel}”这个渠道。", "channel")


def _named(send_key: str, keys: Keys) -> dict[str, Any]:
    """Receipt and send key as the database knows them."""
    return {"receipt_hash": keyed(keys.receipt, make_code(keys.receipt, send_key)), "send_hash": keyed(keys.send, send_key)}


def _said_by(sender: Sender, keys: Keys) -> dict[str, Any]:
    """What is kept of who sent it: shown, asked for and allowed; how to reach them sealed."""
    contact = {name: getattr(sender, name) for name in ("name", "phone", "email", "address")}
    allowed = {name: getattr(sender, name) for name in ("region", "wants_reply", "may_contact", "may_publish")}
    return allowed | {"submitter_kind": sender.kind, "submitter_shown": screen.shown_name(sender), "contact_sealed": keys.seal(contact)}


def sent_before(send_key: str, keys: Keys) -> Sent | None:
    """What was stored under this send key, or None; one index probe."""
    row = _SENT.first(send_hash=keyed(keys.send, send_key))
    if row is None:
        return None
    number, received_at, sealed = row
    ids = db.session.scalars(select(Comment.id).where(Comment.submission_id == number).order_by(Comment.ordinal))
    return Sent(number, make_code(keys.receipt, send_key), received_at, list(ids), sealed, repeated=True)


def unsent(before: Sent, items: Sequence[Item]) -> list[Item]:
    """Those of `items` that an earlier sending does not hold: under its send key they would be lost unseen."""
    query = (
        select(Clause.key, Comment.stance, Comment.text, Comment.proposed_text, Comment.reason)
        .select_from(Comment)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .where(Comment.submission_id == before.submission_id)
    )
    held = {Item(*row) for row in db.session.execute(query)}
    return [one for one in (screen.screen_items(items) if items else []) if one not in held]


def _clauses(version_id: int, items: Sequence[Item]) -> dict[str, tuple[int, str]]:
    """key → id and citation of the clauses that the items name."""
    wanted = {item.clause_key for item in items if item.clause_key}
    found = {key: _CLAUSE.first(version_id=version_id, key=key) for key in sorted(wanted)}
    for key, row in found.items():
        if row is None:
            raise Refused(f"草案里没有编号为“{key[:40]}”的条款，请从条款目录重新选择。", "clause")
    return {key: (row[0], row[1]) for key, row in found.items() if row}


def _insert(
    submission_id: int, consultation_id: int, version_id: int, items: Sequence[Item],
    where: dict[str, tuple[int, str]],
) -> list[int]:  # fmt: skip
    numbers = []
    for ordinal, item in enumerate(items, 1):
        ((number,),) = _OPINION.rows(
            submission_id=submission_id, consultation_id=consultation_id, version_id=version_id,
            clause_id=where[item.clause_key][0] if item.clause_key else None, ordinal=ordinal, stance=item.stance,
            text=item.text, proposed_text=item.proposed_text, reason=item.reason, fingerprint=screen.fingerprint(item),
        )  # fmt: skip
        numbers.append(number)
        _ARRIVED.rows(consultation_id=consultation_id, comment_id=number, what="new")
    return numbers
