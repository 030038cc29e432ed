"""What reviewers do to one case: rule, split off, withhold wording, look at contact data."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from consult.base.db import transaction
from consult.base.errors import Conflict, Refused
from consult.drafts.models import Consultation
from consult.intake.contact import view_contact
from consult.intake.find import submission
from consult.review import decide as verbs
from consult.review import disputes
from consult.review import queue as lists
from consult.review.dispute_find import missing
from consult.review.models import OUTCOMES
from consult.web import access, keys, moment
from consult.web.reviewer import address, board, reasons
from consult.web.reviewer.forms import DecisionForm, WithholdForm

Page = tuple[str, int] | Response
BEGUN = "单位的意见没有全部采纳，已登记为争议，请协调后填写处理结果。"
CONTACT = {"name": "姓名或单位", "phone": "电话", "email": "邮箱", "address": "地址"}


def decide(slug: str, comment_id: int) -> Page:
    """Rule on a case; where somebody was first, their ruling stands above what was typed."""
    consultation, found = board.opened(slug, comment_id)
    form = DecisionForm()
    if reasons.picked(form):
        return board.show_case(consultation, found, form=form)
    if not form.validate_on_submit():
        form.show_number(found.number)
        return board.show_case(consultation, found, form=form, status=form.http_status)
    try:
        with transaction():
            verbs.decide(access.actor(), moment(), comment_id=comment_id,
                         expected_number=form.expected, **form.typed())  # fmt: skip
            # a unit's point that is turned down begins a dispute in the same breath (R44): an entry for each
            begun = [disputes.open_dispute(access.actor(), moment(), one).id for one in missing(comment_id)]
    except (Conflict, Refused) as error:
        return _not_decided(slug, comment_id, form, error)
    flash(f"已作出处理：{OUTCOMES[form.outcome.data]}。{BEGUN if begun else ''}")
    return redirect(_afterwards(consultation, comment_id), 303)


def _not_decided(slug: str, comment_id: int, form: DecisionForm, error: Conflict | Refused) -> Page:
    """The same page with everything typed; a second press rules on what it shows now."""
    consultation, found = board.opened(slug, comment_id)
    form.blame(error)
    if isinstance(error, Conflict):
        form.show_number(found.number)
    theirs = error.decision if isinstance(error, verbs.DecidedMeanwhile) else None
    return board.show_case(consultation, found, form=form, theirs=theirs, status=form.http_status)


def _afterwards(consultation: Consultation, comment_id: int) -> str:
    """The next case of the list after 决定并看下一组, else the case that was ruled on."""
    place = address.read(request.args)
    here = url_for("reviewer.case", slug=consultation.slug, comment_id=comment_id, **place.args())
    if request.form.get("go") != "next":
        return here
    found = _next(consultation, place, comment_id)
    if found is None:
        flash("这个筛选范围里没有下一组待处理的意见了。")
        return url_for("reviewer.queue", slug=consultation.slug, **place.args(after=None))
    number, after = found
    return url_for("reviewer.case", slug=consultation.slug, comment_id=number, **place.args(after=after))


def _next(consultation: Consultation, place: address.Place, comment_id: int) -> tuple[int, str | None] | None:
    """The next case in the filter, from the beginning again after the end, and where its page of the list begins."""
    wanted = place.open_work()
    for after in (lists.cursor_behind(comment_id, wanted), None):
        rows = lists.page(consultation.id, wanted, after, 1).rows
        if rows and rows[0].id != comment_id:
            shown = lists.page(consultation.id, place.wanted, place.after, board.ROWS).rows
            stays = any(row.id == rows[0].id for row in shown)
            return rows[0].id, place.after if stays else after
    return None


def withhold(slug: str, comment_id: int) -> Page:
    """Keep the wording from the public on one of four grounds, or no longer (R52)."""
    consultation, found = board.opened(slug, comment_id)
    form = WithholdForm()
    if not form.validate_on_submit():
        return board.show_case(consultation, found, withhold=form, status=422)
    with transaction():
        verbs.withhold(access.actor(), moment(), comment_id, form.ground.data)
    flash("已设为不公开原文。" if form.ground.data else "已恢复按规定公开。")
    return redirect(_case_url(consultation.slug, comment_id), 303)


def contact(slug: str, comment_id: int) -> Page:
    """Contact data on this one answer page; the audit notes who asked."""
    consultation, found = board.opened(slug, comment_id)
    with transaction():
        facts = view_contact(access.actor(), moment(), submission(found.submission.id), keys())
    consultation, found = board.opened(slug, comment_id)
    shown = [(title, facts[name]) for name, title in CONTACT.items() if name in facts]
    return board.show_case(consultation, found, contact=shown)


def _case_url(slug: str, comment_id: int) -> str:
    place = address.read(request.args)
    return url_for("reviewer.case", slug=slug, comment_id=comment_id, **place.args())
