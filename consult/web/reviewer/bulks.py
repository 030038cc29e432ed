"""One ruling for many groups: looked at first, given, listed, taken back until somebody approves (R41, R42)."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.base.db import transaction
from consult.base.errors import Conflict, Refused
from consult.drafts import find
from consult.drafts.models import Clause, Consultation
from consult.review import bulk, desk, preview
from consult.review.find import names_of
from consult.review.models import OUTCOMES
from consult.review.ruling import Ruling
from consult.review.unread import Scope, left
from consult.web import access, moment
from consult.web.reviewer import board, selection
from consult.web.reviewer.forms import BulkForm
from consult.web.reviewer.selection import Selection
from consult.web.staff import done


def look(slug: str) -> ResponseReturnValue:
    """What a ruling on the chosen rows would be about, with the form for it; nothing is changed yet."""
    consultation, chosen = board.project(slug), selection.read()
    form = BulkForm() if "outcome" in request.form or "reason" in request.form else BulkForm(formdata=None)
    try:
        return _show(consultation, chosen, form)
    except Refused as error:
        flash(error.message)
        return redirect(url_for("reviewer.queue", slug=slug, **chosen.place.args()), 303)


def give(slug: str) -> ResponseReturnValue:
    """Rule; where anything changed since the look, the look is shown again with what was typed."""
    consultation, chosen, form = board.project(slug), selection.read(), BulkForm()
    if not form.validate_on_submit():
        return _show(consultation, chosen, form, form.http_status)
    number = consultation.id
    try:
        with transaction():
            desk.settle_all(number)
            found = preview.preview(number, chosen.leads(number), chosen.without)
            given = bulk.decide_many(
                access.actor(), moment(), consultation_id=number, comment_ids=found.ids,
                expected=form.digest.data or "", ruling=Ruling(**form.typed()),
            ).id  # fmt: skip
    except (Conflict, Refused) as error:
        form.blame(error)
        return _show(board.project(slug), chosen, form, form.http_status)
    return redirect(url_for("reviewer.bulk", slug=slug, number=given, **chosen.place.args()), 303)


def _show(consultation: Consultation, chosen: Selection, form: BulkForm, status: int = 200) -> ResponseReturnValue:
    leads = chosen.leads(consultation.id)
    found = preview.preview(consultation.id, leads, chosen.without)
    form.digest.data = found.digest
    version = find.current_version(consultation)
    page = render_template(
        "reviewer/bulk_look.html", consultation=consultation, chosen=chosen, found=found, form=form,
        full=len(leads) == bulk.MOST, MOST=bulk.MOST, WITHOUT=preview.WITHOUT, OUTCOMES=OUTCOMES,
        clauses=clause_names(consultation), place=chosen.place, version=version,
        names=names_of({one.assignee for one in found.examples if one.assignee}),
        status=board.status_of(consultation),
    )  # fmt: skip
    return page, status


def clause_names(consultation: Consultation) -> dict[int | None, str]:
    """Clause id of any version → what it is called; None for the whole draft."""
    found: dict[int | None, str] = {None: "全文"}
    for version in find.versions(consultation.id):
        found |= {one.id: _name(one) for one in find.clauses(version.id)}
    return found


def _name(clause: Clause) -> str:
    return clause.citation or clause.label or clause.text[:16] or "未编号段落"


def every(slug: str) -> str:
    """The bulk rulings of a project, the newest first."""
    consultation = board.project(slug)
    rows = bulk.bulks(consultation.id)
    return render_template(
        "reviewer/bulks.html", consultation=consultation, rows=rows, approved=bulk.approved_in(one.id for one in rows),
        OUTCOMES=OUTCOMES, status=board.status_of(consultation), names=names_of(one.undone_by for one in rows if one.undone_by),
    )  # fmt: skip


def one(slug: str, number: int) -> str:
    """One bulk: what was ruled, how much of it is approved, and the way back."""
    consultation = board.project(slug)
    found = bulk.by_number(consultation.id, number)
    return render_template(
        "reviewer/bulk.html", consultation=consultation, bulk=found, ruling=bulk.first_ruling(number), OUTCOMES=OUTCOMES,
        approved=bulk.approved_in([number]).get(number, 0), left=left(consultation.id, Scope(bulk=number)), place=selection.read().place,
        status=board.status_of(consultation), names=names_of(filter(None, [found.undone_by])),
    )  # fmt: skip


def undo(slug: str, number: int) -> ResponseReturnValue:
    """Take a bulk back whole."""
    consultation = board.project(slug)
    bulk.by_number(consultation.id, number)
    try:
        with transaction():
            count = bulk.undo(access.actor(), moment(), number)
    except Conflict as error:
        return done(error.message, "reviewer.bulk", slug=slug, number=number)
    return done(
        f"已撤回整批处理，共{count:,}组，这些意见恢复到处理之前的状态。", "reviewer.bulk", slug=slug, number=number
    )
