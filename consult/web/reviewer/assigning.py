"""Who handles what (R45): rows given to a person, a clause given to a person, and how much each has to do."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.base.db import transaction
from consult.base.errors import Conflict, Refused
from consult.drafts import find
from consult.review import assign, bulk, facets, preview, workload
from consult.review.find import names_of
from consult.review.queue import WHOLE
from consult.web import access, moment
from consult.web.reviewer import board, selection
from consult.web.reviewer.selection import Selection
from consult.web.staff import StaffForm

GIVEN_BACK = "-"  # the list's word for whoever handles the clause


def give(slug: str) -> ResponseReturnValue:
    """Give the chosen rows to a person; all that meet a filter are shown for a second look first."""
    consultation, chosen, form = board.project(slug), selection.read(), StaffForm()
    to, digest = request.form.get("assignee", ""), request.form.get("digest", "")
    if not form.validate_on_submit():
        return _back(slug, chosen, "页面停留太久，请再点一次。")
    if not to:
        return _back(slug, chosen, "请先选择交给哪一位，再点“分配”。")
    try:
        leads = chosen.leads(consultation.id)
        if chosen.scope == "all" and not digest:
            return _look(slug, chosen, leads, to)
        if chosen.scope == "all":
            leads = preview.everything(consultation.id, leads).ids
        count = _assign(consultation.id, chosen, leads, to, digest)
    except Refused as error:
        return _back(slug, chosen, error.message)
    except Conflict as error:
        if chosen.scope == "all":
            return _look(slug, chosen, chosen.leads(consultation.id), to, error)
        return _back(slug, chosen, error.message)
    name = names_of([to])[to] if to != GIVEN_BACK else "条款的承办人"
    return _back(slug, chosen, f"已把{count:,}组意见交给{name}。")


def _assign(consultation_id: int, chosen: Selection, leads: list[int], to: str, digest: str) -> int:
    with transaction():
        return assign.assign(
            access.actor(), moment(), consultation_id=consultation_id, comment_ids=leads,
            assignee="" if to == GIVEN_BACK else to, expected=None if digest else chosen.had, digest_seen=digest,
        )  # fmt: skip


def _look(
    slug: str, chosen: Selection, leads: list[int], to: str, error: Conflict | None = None
) -> ResponseReturnValue:
    consultation = board.project(slug)
    found = preview.everything(consultation.id, leads)
    refs = {to, *(ref for ref, _, _ in found.assignees)} - {"", GIVEN_BACK}
    page = render_template(
        "reviewer/assign_look.html", consultation=consultation, chosen=chosen, found=found, to=to,
        digest=assign.seen(found.ids), names=names_of(refs), place=chosen.place, error=error,
        full=len(leads) == bulk.MOST, MOST=bulk.MOST, status=board.status_of(consultation),
    )  # fmt: skip
    return page, error.status if error else 200


def _back(slug: str, chosen: Selection, message: str) -> ResponseReturnValue:
    """To where the form stood: the list, or the case that was open."""
    flash(message)
    number = request.form.get("case", "")
    if number.isdecimal() and len(number) < 10:
        return redirect(url_for("reviewer.case", slug=slug, comment_id=int(number), **chosen.place.args()), 303)
    return redirect(url_for("reviewer.queue", slug=slug, **chosen.place.args()), 303)


def work(slug: str, error: str = "", status: int = 200) -> ResponseReturnValue:
    """How much each person has to do, and who handles which clauses."""
    consultation = board.project(slug)
    version = find.current_version(consultation)
    duties = workload.duties(consultation.id)
    counts = facets.facets(consultation.id)
    loads = workload.workload(consultation.id)
    page = render_template(
        "reviewer/work.html", consultation=consultation, loads=loads, most=max([1, *(one.all for one in loads)]),
        duties=duties, names=names_of(set(duties.values())), people=assign.people(),
        clauses=board.clause_choices(version, counts.clauses), WHOLE=WHOLE, error=error, typed=request.form,
        me=access.actor(), status=board.status_of(consultation),
    )  # fmt: skip
    return page, status


def give_clause(slug: str) -> ResponseReturnValue:
    """Give a clause with all under it to a person, or take it back."""
    consultation, form = board.project(slug), StaffForm()
    clause, to = request.form.get("clause", ""), request.form.get("assignee", "")
    if not form.validate_on_submit():
        return work(slug, "页面停留太久，请再点一次。", 422)
    if not clause or not to:
        return work(slug, "请选择条款和承办人。", 422)
    try:
        with transaction():
            assign.assign_clause(
                access.actor(), moment(), consultation_id=consultation.id, clause_key="" if clause == WHOLE else clause,
                assignee="" if to == GIVEN_BACK else to, expected=request.form.get(f"had-{clause}", ""),
            )  # fmt: skip
    except (Conflict, Refused) as error:
        return work(slug, error.message, error.status)
    flash("条款的承办人已经保存，其中没有单独分配的意见一并交接。")
    return redirect(url_for("reviewer.work", slug=slug), 303)
