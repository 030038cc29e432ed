"""Reads: the reply form of one letter as it would be handed out now, and the number that only this letter's form has."""

import base64
import hmac
from collections.abc import Sequence
from typing import Any

from consult.base.clock import show_closing
from consult.base.crypto import Keys
from consult.base.db import db
from consult.base.people import Unit
from consult.drafts import find as drafts
from consult.drafts.models import Clause, Consultation
from consult.letters.draft import points_of
from consult.letters.form import TICKS, ReplyForm
from consult.letters.form_items import Offered, offer
from consult.letters.models import FormalOpinion, Solicitation


def form_id(keys: Keys, solicitation: Solicitation, corrections: int | None = None) -> str:
    """XXXX-XXXX-XXXX-XXXX, another one for every unit, letter and correction of the letter; not to be guessed."""
    count = len(solicitation.corrections or []) if corrections is None else corrections
    name = f"reply-form|{solicitation.id}|{solicitation.unit_id}|{solicitation.version_id}|{count}"
    code = base64.b32encode(hmac.digest(keys.form, name.encode(), "sha256")[:10]).decode()
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))


def asked_keys(solicitation: Solicitation, pieces: Sequence[Clause]) -> list[str]:
    """The clauses that are asked about, with all that stands under them; empty for the whole draft."""
    wanted, inside, keys = set(solicitation.clause_keys), set[int](), []
    for piece in pieces:
        if piece.key in wanted or piece.parent_id in inside:
            inside.add(piece.id)
            keys.append(piece.key)
    return keys


def offered(keys: Keys, solicitation: Solicitation, opinion: FormalOpinion | None) -> Offered:
    """The form prefilled with the asked clauses and with what `opinion` says so far (None: nothing)."""
    pieces = drafts.clauses(solicitation.version_id)
    consultation = db.session.get_one(Consultation, solicitation.consultation_id)
    unit = db.session.get_one(Unit, solicitation.unit_id)
    stage = consultation.stage_label
    form = ReplyForm(
        form_id=form_id(keys, solicitation),
        project=consultation.title + (f"（{stage}）" if stage and stage not in consultation.title else ""),
        letter_no=solicitation.letter_no, unit=unit.name, due=f"请于{show_closing(solicitation.due_at)}前反馈。",
        former=tuple(form_id(keys, solicitation, one) for one in range(len(solicitation.corrections or []))),
        **_head(opinion),
    )  # fmt: skip
    items = points_of(opinion) if opinion is not None else []
    return offer(form, pieces, asked_keys(solicitation, pieces), items)


def _head(opinion: FormalOpinion | None) -> dict[str, Any]:
    if opinion is None:
        return {}
    names = ("reply_no", "reply_date", "handler", "phone", "signatory")
    return {name: getattr(opinion, name) for name in names} | {
        "answer": opinion.answer if opinion.answer in TICKS else ""
    }
