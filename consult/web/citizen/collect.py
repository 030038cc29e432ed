"""From the posted form to items and a sender; nothing here judges, nothing is changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from consult.drafts.models import Clause
from consult.intake.submit import Item, Sender
from consult.web.citizen.forms import OpinionForm

_CARRIED = re.compile(r"item-(\d{1,4})-clause\Z")
PARTS = ("stance", "text", "proposed_text", "reason")
TEXTS = ("kind", "name", "phone", "email", "region")


def present(form: OpinionForm, clauses: Mapping[str, Clause]) -> Item | None:
    """The opinion being written; None where it says nothing.

    The clause's own words copied and left as they were are no proposal.
    """
    key = form.clause.data or None
    proposed = form.proposed_text.data or ""
    original = clauses.get(key or "")
    if original is not None and _same(proposed, original.text):
        proposed = ""
    stance = form.stance.data or ("amend" if proposed.strip() else "other")
    item = Item(key, stance, form.text.data or "", proposed, form.reason.data or "")
    return item if says_something(item) else None


def _same(left: str, right: str) -> bool:
    return "".join(left.split()) == "".join(right.split())


def says_something(item: Item) -> bool:
    """Whether anything was typed, or support was ticked: support needs no words."""
    return item.stance == "support" or any(part.strip() for part in (item.text, item.proposed_text, item.reason))


def carried(form: MultiDict[str, str], leave_out: str = "") -> list[Item]:
    """The items that the browser kept and put into the form as `item-N-…`, in the order of N.

    `leave_out` is the N of one that the sender removes.
    """
    numbers = sorted({int(found[1]) for name in form if (found := _CARRIED.match(name))})
    return [_carried(form, number) for number in numbers if str(number) != leave_out]


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


def typed(items: Sequence[Item], names: Mapping[str, str]) -> str:
    """Everything that was typed as one text to copy, for pages that cannot take it."""
    blocks = []
    for item in items:
        parts = [f"【{names.get(item.clause_key or '', item.clause_key or '全文')}】", item.text]
        parts += [f"建议改成：{item.proposed_text}"] if item.proposed_text.strip() else []
        parts += [f"理由：{item.reason}"] if item.reason.strip() else []
        blocks.append("\n".join(part for part in parts if part))
    return "\n\n".join(blocks)
