"""Quiet saving while somebody types: the same verb as the button, answered in JSON for static/agency.js."""

from flask import jsonify
from werkzeug.wrappers import Response

from consult.base.clock import show
from consult.base.db import transaction
from consult.base.errors import StageError
from consult.letters import reply as verbs
from consult.letters.draft import FIELDS, check_items, draft_of, identify
from consult.letters.merge import Draft, stamps
from consult.letters.models import RECUSED, FormalOpinion
from consult.web import access, moment
from consult.web.agency import letterbox
from consult.web.agency.forms import ReplyForm


def typed_draft(form: ReplyForm, opinion: FormalOpinion) -> Draft:
    """What this page says, cleaned as it is stored: a colleague's words that it does not show stay out of it."""
    stored = draft_of(opinion)
    lines = {name: (getattr(form, name).data or "").strip() for name in (*FIELDS, "recusal_text")}
    lines |= {"recusal": form.recusal.data or "", "reply_date": str(form.reply_date.data or "")}
    lines["answer"] = stored.lines["answer"] if stored.lines["answer"] == RECUSED else form.answer.data or ""
    if stored.lines["recusal"]:
        lines["handler"] = stored.lines["handler"]  # a person has no such field on the page
    return Draft(stored.lines | lines, identify(check_items(form.typed_items()), stored.items))


def answer(letter_id: int, form: ReplyForm, typed: bool) -> tuple[Response, int]:
    """Save; the new stamps for the page, and whether a colleague's words stand there that it does not show."""
    if not typed:
        return jsonify(message="有一项填得不对，还没有自动保存；点“保存草稿”可以看到是哪一项。"), 422
    try:
        with transaction():
            letter = letterbox.own(letter_id).solicitation
            opinion = verbs.save_reply(access.actor(), moment(), letter, **form.values())
            mine = typed_draft(form, opinion)
            facts = {"edition": opinion.edition, "seen": stamps(mine), "at": show(moment()),
                     "joined": mine != draft_of(opinion)}  # fmt: skip
    except StageError as error:
        return jsonify(message=error.message), error.status
    return jsonify(facts), 200
