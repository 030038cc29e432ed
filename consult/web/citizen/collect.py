"""From the posted form to items and a sender; nothing here judges, nothing is changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from consult.drafts import suggestion
from consult.drafts.models import Clause
from consult.intake.submit import Item, Sender
from consult.web.citizen.forms import OpinionForm
from consult.web.citizen.lines import name_of
from consult.web.citizen.rows import mark_of

_CARRIED = re.compile(r"item-(\d{1,4})-clause\Z")
PARTS = ("stance", "text", "proposed_text", "reason", "mark")
TEXTS = ("kind", "name", "phone", "email", "region")


def present(form: OpinionForm, clauses: Mapping[str, Clause]) -> Item | None:
    """The opinion being written; None where it says nothing.

    The clause's own words left as they were in its box are no proposal; changed ones become the usual phrase.
    """
    key = form.clause.data or None
    clause = clauses.get(key or "")
    proposed = _proposed(form, clauses)
    stance = form.stance.data or ("amend" if proposed.strip() else "other")
    mark = mark_of(clause) if clause else ""
    item = Item(key, stance, form.text.data or "", proposed, form.reason.data or "", mark)
    return item if says_something(item) else None


def _proposed(form: OpinionForm, clauses: Mapping[str, Clause]) -> str:
    chosen = clauses.get(form.clause.data or "")
    if not form.edited.raw_data:  # no box on this form: a proposal in the sender's own words
        words = form.proposed_text.data or ""
        return "" if chosen and suggestion.same(words, chosen.text) else words
    stance = form.stance.data or ""
    if edited(form, clauses):
        typed, clause = form.edited.data or "", boxed(form, clauses)
        return suggestion.propose(name_of(clause), clause.text, typed, stance) if clause else typed
    return suggestion.propose(name_of(chosen), chosen.text, "", stance) if chosen else ""


def boxed(form: OpinionForm, clauses: Mapping[str, Clause]) -> Clause | None:
    """The clause whose text was put into the box, which need not be the one that was chosen afterwards."""
    return clauses.get((form.edited_of.data or "").rpartition(".")[0]) or clauses.get(form.clause.data or "")


def edited(form: OpinionForm, clauses: Mapping[str, Clause]) -> bool:
    """Whether the box holds anything but the clause's own words."""
    typed, clause = form.edited.data or "", boxed(form, clauses)
    return bool(typed.strip()) and not (clause and suggestion.same(typed, clause.text))


def says_something(item: Item) -> bool:
    """Whether anything was typed, or support was ticked: support needs no words."""
    return item.stance == "support" or any(part.strip() for part in (item.text, item.proposed_text, item.reason))


def carried(form: MultiDict[str, str]) -> list[Item]:
    """The items that the browser kept and put into the form as `item-N-…`, in the order of N."""
    numbers = sorted({int(found[1]) for name in form if (found := _CARRIED.match(name))})
    return [_carried(form, number) for number in numbers]


def _carried(form: MultiDict[str, str], number: int) -> Item:
    words = {one: form.get(f"item-{number}-{one}", "") for one in PARTS}
    item = Item(form.get(f"item-{number}-clause") or None, **words)
    return item if item.stance else replace(item, stance="other")


def sender(form: OpinionForm) -> Sender:
    """Who speaks, as typed."""
    texts: dict[str, str] = {name: form[name].data or "" for name in TEXTS}
    return Sender(
        **texts, wants_reply=bool(form.wants_reply.data), may_contact=bool(form.may_contact.data),
        may_publish=bool(form.may_publish.data),
    )  # type: ignore[arg-type]  # fmt: skip


def wish_address(form: OpinionForm) -> str:
    """Where the mail about the result goes: its own field, else the e-mail given for an answer."""
    return (form.wish_email.data or "").strip() or form.email.data or ""


def typed(items: Sequence[Item], names: Mapping[str, str]) -> str:
    """Everything that was typed as one text to copy, for pages that cannot take it."""
    blocks = []
    for item in items:
        parts = [f"【{names.get(item.clause_key or '', item.clause_key or '全文')}】", item.text]
        parts += [f"修改建议：{item.proposed_text}"] if item.proposed_text.strip() else []
        parts += [f"理由：{item.reason}"] if item.reason.strip() else []
        blocks.append("\n".join(part for part in parts if part))
    return "\n\n".join(blocks)
