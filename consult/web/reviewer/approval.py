"""The approver's page: rulings that nobody has approved yet, in pages; approval of one, of those ticked, of a bulk (R42)."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.base.accounts import names_with
from consult.base.db import transaction
from consult.base.errors import Conflict, Refused
from consult.review import awaiting, bulk, decide, progress
from consult.review.models import OUTCOMES
from consult.summary.awaited import covered
from consult.web import access, moment
from consult.web.reviewer import board

SHOWN = 100  # rulings on one page


def approve(slug: str, error: str = "", status: int = 200) -> tuple[str, int]:
    """Rulings that wait, in order of arrival; an approver's own are for somebody else, whoever only looks on sees all."""
    consultation, me = board.project(slug), access.actor()
    batch, after, leads = _number("bulk"), _number("after"), me.may("approver")
    found = awaiting.awaiting(consultation.id, me.ref if leads else "", after, SHOWN, batch)
    bulks = [one for one in bulk.bulks(consultation.id) if not one.undone_at and one.by != me.ref]
    approved = bulk.approved_in(one.id for one in bulks)
    page = render_template(
        "reviewer/approve.html", consultation=consultation, rows=progress.ruled(found.rulings), found=found,
        batch=batch, after=after, may_approve=leads, error=error, OUTCOMES=OUTCOMES,
        covered=covered(consultation), sees_result=me.may("office", "approver"), leaders=[] if leads else names_with("approver"), bulks=[one for one in bulks if approved.get(one.id, 0) < one.groups],
        status=board.status_of(consultation), COUNTED=awaiting.COUNTED,
    )  # fmt: skip
    return page, status


def give(slug: str) -> tuple[str, int] | Response:
    """Approve what the pressed button names: one ruling, those ticked, all that were shown, or a bulk."""
    consultation = board.project(slug)
    number = consultation.id
    try:
        with transaction():
            count = decide.approve(access.actor(), moment(), _chosen(number), number)
    except (Conflict, Refused) as error:
        return approve(slug, error.message, error.status)
    flash(f"已审批{count:,}条处理意见。" if count else "所选的处理意见之前已经审批过。")
    return redirect(url_for("reviewer.approve", slug=slug, bulk=_number("bulk") or None), 303)


def _chosen(consultation_id: int) -> list[int]:
    one = request.form.get("one")
    if one is not None:
        return _numbers([one])
    if request.form.get("do") == "bulk":
        return awaiting.of_bulk(consultation_id, _number("bulk"), access.actor().ref)
    return _numbers(request.form.getlist("shown" if request.form.get("do") == "all" else "decision"))


def _numbers(typed: list[str]) -> list[int]:
    return [int(one) for one in typed if one.isdecimal() and len(one) < 10]


def _number(name: str) -> int:
    return next(iter(_numbers([request.args.get(name, "")])), 0)
