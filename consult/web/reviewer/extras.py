"""Pages of additions (补充意见): all of a group by kind, one with who says it, rulings on one, on ticked ones, on all open."""

import re

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.base.db import transaction
from consult.base.errors import NotFound, StageError
from consult.drafts.models import Consultation
from consult.review import decide_additions as verbs
from consult.review import extras
from consult.review.case import Case
from consult.review.extras import Extra
from consult.review.group_models import ADDITIONS
from consult.review.models import OUTCOMES, Group
from consult.review.ruling import Ruling
from consult.web import access, moment
from consult.web.reviewer import address, board
from consult.web.reviewer.forms import TYPED, DecisionForm

Page = tuple[str, int] | Response
_CURSOR = re.compile(r"\d{1,9}-\d{1,9}")
_TICKED = re.compile(r"(\d{1,9})-(\d{1,9})")


def additions(slug: str, comment_id: int) -> Page:
    """The additions of one kind, a page at a time."""
    consultation, found = board.opened(slug, comment_id)
    return _list(consultation, found, DecisionForm(formdata=None))


def _list(consultation: Consultation, case: Case, form: DecisionForm) -> Page:
    if case.group is None or not case.shared:
        raise NotFound("这条意见没有与近似的意见归并，没有补充意见。")
    kinds, more = case.extras, request.args.get("more", "")
    kind = request.args.get("kind", "")
    kind = kind if kind in ADDITIONS else next((one for one in kinds if kinds[one].open), next(iter(kinds), "new"))
    rows, cursor = extras.page(case.group, kind, more if _CURSOR.fullmatch(more) else "")
    page = render_template(
        "reviewer/extras.html", consultation=consultation, case=case, kind=kind, rows=rows, cursor=cursor, form=form,
        later=bool(more), back=address.read(request.args).args(), ADDITIONS=ADDITIONS, OUTCOMES=OUTCOMES,
        ticked=request.form.getlist("addition"), left=sum(one.open for one in kinds.values()),
    )  # fmt: skip
    return page, form.http_status


def rule_many(slug: str, comment_id: int) -> Page:
    """One ruling for the ticked additions or for all that wait; or that of the group."""
    consultation, found = board.opened(slug, comment_id)
    form = DecisionForm()
    count = _ruled(found, form) if found.group and form.validate_on_submit() else None
    if count is None:
        return _list(consultation, found, form)
    flash(f"已处理 {count} 条补充意见。" if count else "没有等待处理的补充意见。")
    here = {name: request.args[name] for name in ("kind",) if name in request.args}
    args = address.read(request.args).args()
    if request.form.get("from") == "case":
        return redirect(url_for("reviewer.case", slug=slug, comment_id=comment_id, **args), 303)
    return redirect(url_for("reviewer.additions", slug=slug, comment_id=comment_id, **here, **args), 303)


def _ruled(case: Case, form: DecisionForm) -> int | None:
    """How many were ruled on, None where it was refused; each act in its own transaction."""
    me, now, group = access.actor(), moment(), case.group.id if case.group else 0
    typed, total = Ruling(**form.typed()), 0
    if request.form.get("do") == "ticked":
        return form.attempt(lambda: verbs.decide_ticked(me, now, group_id=group, seen=_seen(), ruling=typed))
    ruling = None if request.form.get("do") == "group" else typed
    while count := form.attempt(lambda: verbs.decide_open(me, now, group_id=group, ruling=ruling)):
        total += count
    return total if count == 0 else None


def _seen() -> dict[int, int]:
    found = (_TICKED.fullmatch(one) for one in request.form.getlist("addition"))
    return {int(one[1]): int(one[2]) for one in found if one}


def addition(slug: str, comment_id: int, number: int) -> Page:
    """One addition: what it changes, who says it, what was ruled on it."""
    consultation, found = board.opened(slug, comment_id)
    group, one = _one(found, number)
    return _show(consultation, found, one, _blank(one))


def _one(case: Case, number: int) -> tuple[Group, Extra]:
    group, one = extras.one(number)
    if case.group is None or group.id != case.group.id:
        raise NotFound("这一组里没有这条补充意见。")
    return group, one


def _blank(one: Extra) -> DecisionForm:
    last = one.decision
    facts = {name: getattr(last, name) for name in TYPED} if last else {}
    return DecisionForm(formdata=None, expected_number=str(one.addition.ruling), **facts)


def _show(consultation: Consultation, case: Case, one: Extra, form: DecisionForm, theirs: object = None) -> Page:
    more = request.args.get("more", "")
    after = int(more) if more.isdecimal() and len(more) < 10 else 0
    sayers = extras.speakers(one.addition.id, after)
    page = render_template(
        "reviewer/extra.html", consultation=consultation, case=case, one=one, form=form, theirs=theirs, sayers=sayers,
        history=extras.history(one.addition.id), back=address.read(request.args).args(), ADDITIONS=ADDITIONS,
        OUTCOMES=OUTCOMES, cursor=sayers[-1][0] if len(sayers) == 50 else 0,
    )  # fmt: skip
    return page, form.http_status


def rule_one(slug: str, comment_id: int, number: int) -> Page:
    """Rule on one addition; where somebody was first, their ruling stands above what was typed."""
    consultation, found = board.opened(slug, comment_id)
    _, one = _one(found, number)
    form = DecisionForm()
    if not form.validate_on_submit():
        return _show(consultation, found, one, form)
    try:
        with transaction():
            verbs.decide_addition(access.actor(), moment(), addition_id=number, expected_number=form.expected,
                                  ruling=Ruling(**form.typed()))  # fmt: skip
    except StageError as error:
        return _not_ruled(slug, comment_id, number, form, error)
    flash(f"对这条补充意见已作出处理：{OUTCOMES[form.outcome.data]}。")
    args = address.read(request.args).args() | {"kind": one.addition.kind}
    return redirect(url_for("reviewer.additions", slug=slug, comment_id=comment_id, **args), 303)


def _not_ruled(slug: str, comment_id: int, number: int, form: DecisionForm, error: StageError) -> Page:
    """The same page with everything typed; a second press rules on what it shows now."""
    consultation, found = board.opened(slug, comment_id)
    _, one = _one(found, number)
    form.blame(error)
    theirs = error.decision if isinstance(error, verbs.RuledMeanwhile) else None
    if theirs:
        form.show_number(one.addition.ruling)
    return _show(consultation, found, one, form, theirs)
