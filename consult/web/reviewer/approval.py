"""The approver's page: rulings that nobody has approved yet, and the approval of one or of all shown (R42)."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.base.db import transaction
from consult.base.errors import Conflict, Refused
from consult.review import decide, progress
from consult.review.find import awaiting_approval
from consult.review.models import OUTCOMES
from consult.web import access, moment
from consult.web.reviewer import board

SHOWN = 100  # rulings on one page; the rest moves up when these are approved


def approve(slug: str, error: str = "", status: int = 200) -> tuple[str, int]:
    """Rulings that wait, the oldest first; one's own are for somebody else."""
    consultation, me = board.project(slug), access.actor()
    waiting = awaiting_approval(consultation.id)
    others = [one for one in waiting if one.decided_by != me.ref]
    page = render_template(
        "reviewer/approve.html",
        consultation=consultation,
        rows=progress.ruled(others[:SHOWN]),
        more=len(others) - SHOWN,
        own=len(waiting) - len(others),
        may_approve=me.may("approver"),
        error=error,
        OUTCOMES=OUTCOMES,
    )
    return page, status


def give(slug: str) -> tuple[str, int] | Response:
    """Approve what the pressed button names: one ruling, those ticked, or all that were shown."""
    consultation = board.project(slug)
    try:
        with transaction():
            count = decide.approve(access.actor(), moment(), _chosen())
    except (Conflict, Refused) as error:
        return approve(slug, error.message, error.status)
    flash(f"已审批{count}条处理意见。" if count else "所选的处理意见之前已经审批过。")
    return redirect(url_for("reviewer.approve", slug=consultation.slug), 303)


def _chosen() -> list[int]:
    one = request.form.get("one")
    if one is not None:
        return _numbers([one])
    return _numbers(request.form.getlist("shown" if request.form.get("do") == "all" else "decision"))


def _numbers(typed: list[str]) -> list[int]:
    return [int(one) for one in typed if one.isdecimal() and len(one) < 16]
