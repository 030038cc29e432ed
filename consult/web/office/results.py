"""Pages: the result with every equation, what still stands in its way, its approval and its publication."""

import tempfile
from pathlib import Path

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.base.accounts import names_with
from consult.base.db import db
from consult.base.errors import Refused
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.summary import notice_file, release, survey
from consult.summary.awaited import approval_of, result_of
from consult.summary.export import MIME
from consult.summary.find import current_release
from consult.summary.notice import compose
from consult.summary.published import published
from consult.web import moment, settings
from consult.web.access import actor
from consult.web.download import attachment
from consult.web.office.blueprint import bp, opened
from consult.web.office.equations import equations
from consult.web.office.forms import ApproveForm, ConfirmForm
from consult.web.office.progress import name_of
from consult.web.satisfied import named, survey_picture
from consult.web.staff import done


def _shown(slug: str, form: ConfirmForm) -> ResponseReturnValue:
    project, where = opened(slug)
    found = release.standing(db.session(), project, moment())
    approval, out = approval_of(project), result_of(project)
    approved = approval is not None and approval.digest == found.digest
    return render_template(
        "office/result.html", project=project, where=where, found=found, form=form, name_of=name_of,
        equations=equations(found.balance), notice=_notice(project, found), approval=approval,
        answers=_answers(project), answered=out is not None, out=bool(out and approval and out.approved_at == approval.approved_at),
        approved=approved, releases=published(project), leaders=[] if approved else names_with("approver"),
    ), form.http_status  # fmt: skip


def _answers(project: Consultation) -> dict[str, object] | None:
    """How satisfied people are with the result; None before there is one and where nobody was asked."""
    found = survey.counts(project.id)
    if not sum(found.values()) and not (settings().survey and current_release(project.id)):
        return None
    figure = Markup(survey_picture(found))  # noqa: S704 -- made by picture
    return {"question": survey.QUESTION, "figure": figure, "rows": named(found), "all": sum(found.values()),
            "remarks": survey.remarks(project.id), "answers": survey.ANSWERS, "least": survey.PUBLIC_FROM}  # fmt: skip


def _notice(project: Consultation, found: release.Standing) -> list[str]:
    """The words as they would be published now; none while the numbers do not balance."""
    try:
        return compose(release.facts_of(project, moment()), found.balance)
    except Refused:
        return []


@bp.get("/c/<slug>/result")
def result(slug: str) -> ResponseReturnValue:
    """The sums, what is open, the announcement, and who has said yes."""
    return _shown(slug, ConfirmForm(formdata=None))


@bp.get("/c/<slug>/result/notice.docx")
def notice_draft(slug: str) -> ResponseReturnValue:
    """The announcement as it would be published now, to be read and signed on paper."""
    project, _ = opened(slug)
    found = release.standing(db.session(), project, moment())
    lines = compose(release.facts_of(project, moment()), found.balance)
    with tempfile.TemporaryDirectory(prefix="export-", dir=settings().instance) as folder:
        path = Path(folder) / "notice.docx"
        notice_file.write(lines, found.balance.valid, path, moment())
        return attachment(Response(path.read_bytes(), mimetype=MIME["docx"]), f"{slug}-采纳情况公告（未公布）.docx")


@bp.post("/c/<slug>/result/approve")
def approve(slug: str) -> ResponseReturnValue:
    """The approver's yes to the table as it stands (R42)."""
    me, form = actor(), ApproveForm()
    if form.validate_on_submit():
        form.attempt(lambda: release.approve_table(me, moment(), find.by_slug(slug), form.seen.data or ""))
        if not form.errors:
            return done("采纳情况表已经审批。", "office.result", slug=slug)
    return _shown(slug, form)


@bp.post("/c/<slug>/result/release")
def publish_result(slug: str) -> ResponseReturnValue:
    """Publish the result (R50)."""
    me, form = actor(), ConfirmForm()
    if form.validate_on_submit():
        form.attempt(lambda: release.release(me, moment(), find.by_slug(slug)))
        if not form.errors:
            return done("采纳情况已经公布。", "office.result", slug=slug)
    return _shown(slug, form)
