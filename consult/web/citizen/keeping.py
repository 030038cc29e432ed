"""The basket without JavaScript: put in, written again, taken out and put back; and what stands in the clause's box."""

from flask import request

from consult.base.db import transaction
from consult.drafts import suggestion
from consult.intake import basket
from consult.intake.screen import screen_items
from consult.intake.submit import Item
from consult.web import keys, limits
from consult.web.citizen import collect
from consult.web.citizen.rows import hint, name_of_words, outdated, written_on
from consult.web.citizen.sending import Visit, require_taking

MOVED = "您对{}写的内容已经先放进意见篮，没有丢。"


def keep(at: Visit) -> None:
    """Put the opinion being written into the basket on the server; the form is empty afterwards."""
    require_taking(at.project, at.now)
    limits.count_basket()
    (item,) = screen_items([at.present] if at.present else [])
    _put(at, item)
    at.notice = f"已经放进意见篮，现在有 {len(at.kept) + len(at.carried)} 条，还没有提交。全部写好以后，在本页下方一起提交。{hint(item)}"
    _clear(at)


def _put(at: Visit, item: Item) -> None:
    at.token = at.token or basket.new_token()
    replaced = at.replaced
    at.carried = [one for one in at.carried if one != replaced]
    with transaction():
        if replaced in at.kept:
            at.kept = basket.take_out(keys(), at.token, at.project.id, at.now, at.kept.index(replaced))
        if item not in at.kept:  # the page was loaded again: the same opinion once is enough
            at.kept = basket.put(keys(), at.token, at.project.id, at.now, item)


def _clear(at: Visit) -> None:
    form = at.form
    for one in (form.clause, form.stance, form.text, form.proposed_text, form.reason, form.edited, form.edited_of, form.editing):
        one.data = ""


def take_out(at: Visit, handle: str) -> None:
    """Remove one opinion from the basket; the page offers to put it back."""
    at.removed = _find(at, handle)
    if at.token and at.removed in at.kept:
        with transaction():
            at.kept = basket.take_out(keys(), at.token, at.project.id, at.now, at.kept.index(at.removed))
    at.carried = [one for one in at.carried if one is not at.removed]
    at.notice = "已经从意见篮里拿掉。"


def restore(at: Visit) -> None:
    """Put back what was just taken out: the page that came then carries its words."""
    words = {one: request.form.get(f"back-{one}", "") for one in ("clause", *collect.PARTS)}
    item = Item(words.pop("clause") or None, **words)
    if collect.says_something(item):
        limits.count_basket()
        editing, at.form.editing.data = at.form.editing.data, ""
        _put(at, screen_items([item])[0])
        at.form.editing.data = editing
        at.notice = "已经放回意见篮。"


def edit(at: Visit, handle: str) -> None:
    """Write an opinion of the basket on: its words go into the form, and stay in the basket until they are replaced.

    What the form held before goes into the basket first, so that nothing typed is lost.
    """
    item = _find(at, handle)
    if item is None:
        return
    if at.present and at.replaced != item:
        keep(at)
    clause = at.clauses.get(item.clause_key or "")
    form = at.form
    form.clause.data, form.stance.data, form.text.data, form.reason.data = (
        item.clause_key or "", item.stance, item.text, item.reason,
    )  # fmt: skip
    form.edited.data = suggestion.box(item.proposed_text, clause.text) if clause else item.proposed_text
    form.edited_of.data, form.proposed_text.data = written_on(clause), ""
    form.editing.data = name_of_words(item)
    at.notice = f"正在改您对{at.name(item)}写的意见，改好以后再放回意见篮，或者直接提交。"


def switch(at: Visit) -> None:
    """Turn to another clause: words go along, but an edited clause text belongs to its clause and is kept first."""
    form = at.form
    wanted = form.clause.data or ""
    own = (form.edited_of.data or "").rpartition(".")[0]
    if own and own != wanted and collect.edited(form, at.originals):
        form.clause.data = own
        said = at.name(at.present) if at.present else ""
        keep(at)
        form.clause.data, at.notice = wanted, MOVED.format(said)


ACTS = {"keep": keep, "restore": restore, "switch": switch}


def prefill(at: Visit) -> None:
    """What stands in the box: the clause's own text until somebody changes it, afterwards what was typed.

    Where the clause was corrected meanwhile, the proposal is carried over to the new text if it fits.
    """
    form = at.form
    clause = at.clauses.get(form.clause.data or "")
    if not form.edited.raw_data and form.proposed_text.data:
        form.edited.data = suggestion.box(form.proposed_text.data, clause.text) if clause else form.proposed_text.data
    elif not collect.edited(form, at.originals):
        form.edited.data = clause.text if clause else ""
    elif at.present and clause and outdated(at.present, clause):
        form.edited.data = suggestion.box(at.present.proposed_text, clause.text)
    else:
        return
    form.edited_of.data = written_on(clause)


def _find(at: Visit, handle: str) -> Item | None:
    return next((row.item for row in at.rows if row.handle == handle), None)
