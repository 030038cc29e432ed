"""Verbs of the signatory (签发人): approve the whole reply inside the system, or give it back with words."""

from datetime import datetime

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import NotAllowed, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.letters.draft import check_line, draft_digest, draft_of, put
from consult.letters.models import FormalOpinion, Solicitation
from consult.letters.reply import SavedMeanwhile, lock_own, unsent_reply
from consult.letters.whole import require_whole

NOTE_MOST = 1000


def _lock(actor: Actor, solicitation: Solicitation, edition: int) -> FormalOpinion:
    """The draft that the signatory has read. A unit's own link is the handler's: it cannot sign."""
    lock_own(actor, solicitation, "agency", "signatory")
    if actor.letter_id is not None and not actor.may("signatory"):
        raise NotAllowed("签发要由签发人本人办理：请生成签发链接发给签发人，或者由签发人用本单位账号登录。")
    opinion = unsent_reply(solicitation)
    if opinion is None:
        raise Refused("经办人还没有填写复函。", "answer")
    if edition != opinion.edition:
        raise SavedMeanwhile(opinion)
    return opinion


def sign_reply(actor: Actor, now: datetime, solicitation: Solicitation, *, name: str, edition: int) -> FormalOpinion:
    """同意签发 under one's name, for exactly the words of this edition; any later change voids it.

    Raises Refused for what is missing (R31), SavedMeanwhile where the draft was changed while it was read.
    """
    opinion = _lock(actor, solicitation, edition)
    name = check_line("signatory", name)
    if not name:
        raise Refused("请填写您的姓名。", "name")
    draft = draft_of(opinion)
    if draft.lines["signatory"] != name:
        draft.lines["signatory"] = name
        put(opinion, draft)
    require_whole(opinion)
    opinion.signed_at, opinion.signed_by = now, actor.ref
    opinion.sign_note, opinion.sign_note_by = "", ""
    db.session.flush()
    record(actor, "sign_reply", f"letter:{solicitation.id}", now, digest=draft_digest(opinion))
    return opinion


def decline_reply(
    actor: Actor, now: datetime, solicitation: Solicitation, *, name: str, note: str, edition: int
) -> FormalOpinion:
    """退回修改: the draft goes back to the handler with words; a signature given before is void."""
    opinion = _lock(actor, solicitation, edition)
    note, name = clean_input(note, "note").strip(), check_line("signatory", name)
    if not note:
        raise Refused("请写明要修改什么。", "note")
    if len(note) > NOTE_MOST:
        raise Refused(f"修改意见最多{NOTE_MOST}个字。", "note")
    opinion.signed_at, opinion.signed_by = None, ""
    opinion.sign_note, opinion.sign_note_by = note, name or actor.name
    db.session.flush()
    record(actor, "decline_reply", f"letter:{solicitation.id}", now, digest=digest([note, opinion.sign_note_by]))
    return opinion
