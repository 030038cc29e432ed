"""Verbs and reads: what colleagues tell each other about an opinion; inside only, kept for good.

A note is a part of the record and is never erased, so it must hold nothing that has to be: numbers by which somebody
can be reached or known are refused (R14), and once the opinion is withdrawn its notes are shown nowhere, as its words
are (R13): they may quote it.
"""

from datetime import UTC, datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.intake.models import Comment
from consult.review.decide import ROLES, require_decider
from consult.review.personal import find
from consult.review.personal_models import InternalNote

MOST_TEXT = 2000
MOST_NOTES = 200  # about one opinion
REACHES = frozenset({"id_number", "email", "bank_card", "account", "phone", "passport"})


def write_note(actor: Actor, now: datetime, comment_id: int, body: str) -> InternalNote:
    """Say something to colleagues about an opinion.

    Refused for nothing, too much or a personal number, NotFound for no opinion, Conflict for a withdrawn one.
    """
    require_decider(actor, *ROLES)
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        raise NotFound("没有找到这条意见。")
    if comment.withdrawn_at:
        raise Conflict("这条意见已由提出人撤回，不需要再写备注。")
    text = clean_input(body, "body").strip()
    if not text:
        raise Refused("请写下备注的内容。", "body")
    if len(text) > MOST_TEXT:
        raise Refused(f"备注有{len(text)}个字，最多{MOST_TEXT}个字，请精简或者分成几条。", "body")
    if reached := next((one for one in find(text) if one.kind in REACHES), None):
        words = text[reached.start : reached.end]
        raise Refused(f"备注长期保存，不能删除，请不要写电话、邮箱、证件号码和账号（“{words}”）。", "body")
    count = select(func.count()).where(InternalNote.comment_id == comment_id)
    if (db.session.scalar(count) or 0) >= MOST_NOTES:
        raise Refused(f"一条意见最多写{MOST_NOTES}条备注。", "body")
    row = InternalNote(comment_id=comment_id, body=text, at=now, by=actor.ref, by_name=actor.name)
    db.session.add(row)
    db.session.flush()
    record(actor, "write_note", f"comment:{comment_id}", now, note=row.id, digest=note_digest(row))
    return row


def take_back_note(actor: Actor, now: datetime, comment_id: int, number: int) -> None:
    """Take back one's own note: it is no longer shown, that there was one is. NotAllowed for somebody else's."""
    require_decider(actor, *ROLES)
    serialise(f"note:{number}")
    query = select(InternalNote).where(InternalNote.id == number, InternalNote.comment_id == comment_id)
    row = db.session.scalar(query) if 0 < number < 2**31 else None
    if row is None:
        raise NotFound("没有找到这条备注。")
    if row.by != actor.ref:
        raise NotAllowed("只能收回自己写的备注。")
    if row.withdrawn_at:
        raise Conflict("这条备注已经收回了。")
    row.withdrawn_at = now
    db.session.flush()
    record(actor, "take_back_note", f"comment:{comment_id}", now, note=row.id, digest=note_digest(row))


def note_digest(row: InternalNote) -> str:
    """SHA-256 over a note as it was written; taking it back changes nothing of it."""
    return digest([row.comment_id, row.body, row.at.astimezone(UTC).isoformat(), row.by, row.by_name])


def notes_about(comment_id: int) -> list[InternalNote]:
    """Every note about an opinion, the oldest first, those taken back too."""
    query = select(InternalNote).where(InternalNote.comment_id == comment_id).order_by(InternalNote.id)
    return list(db.session.scalars(query))
