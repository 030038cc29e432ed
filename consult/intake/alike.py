"""Reads: whether what is about to be entered already stands in the ledger; a person decides, nothing is dropped."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from consult.base.clock import local_date
from consult.base.db import db
from consult.intake.find import SLICE
from consult.intake.models import Comment, Submission
from consult.intake.proposing import Proposal
from consult.intake.screen import Item, fingerprint, shown_name
from consult.intake.words import CHANNELS, STANCES


def marked(consultation_id: int, proposals: Sequence[Proposal]) -> list[Proposal]:
    """The proposals with a note at every opinion that the same sender has said in the same words before.

    Names in the ledger are masked and sealed (R14, R52): the same masked name counts as the same sender, so the
    note asks, it does not assert.
    """
    prints = {print_: None for one in proposals for row in one.rows for print_ in _prints(row.item)}
    stored = _stored(consultation_id, list(prints))
    before: dict[tuple[str, str], str] = {}
    out = []
    for one in proposals:
        shown = shown_name(one.sender)
        rows = []
        for row in one.rows:
            said = next((stored[found, shown] for found in _prints(row.item) if (found, shown) in stored), "")
            twin = (_prints(row.item)[0], one.sender.name)
            note = said or (f"和{before[twin]}的话相同，请核对是不是同一份" if twin in before else "")
            rows.append(replace(row, notes=(*row.notes, note)) if note else row)
            before.setdefault(twin, row.place or one.place)
        out.append(replace(one, rows=tuple(rows)))
    return out


def _prints(item: Item) -> list[str]:
    """The fingerprints of the same words under every stance: a clerk may have chosen another."""
    return [fingerprint(replace(item, stance=stance)) for stance in STANCES]


def _stored(consultation_id: int, prints: Sequence[str]) -> dict[tuple[str, str], str]:
    """(fingerprint, masked name) → where the same words stand in the ledger."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for start in range(0, len(prints), SLICE):
        query = (
            select(Comment.fingerprint, Submission.submitter_shown, Submission.channel, Submission.received_on, Submission.received_at)
            .join(Submission, Submission.id == Comment.submission_id)
            .where(Comment.consultation_id == consultation_id, Comment.fingerprint.in_(prints[start : start + SLICE]))
            .where(Comment.withdrawn_at.is_(None))
            .order_by(Comment.id)
        )
        for print_, shown, channel, day, at in db.session.execute(query):
            who = shown or "没有署名"
            found[print_, shown].append(f"{CHANNELS[channel]}，{day or local_date(at)} 收到，{who}")
    return {key: f"可能重复：同样的话已经登记过（{places[0]}{f'，共 {len(places)} 份' if len(places) > 1 else ''}）" for key, places in found.items()}
