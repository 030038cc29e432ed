"""Pages: change what is said of a project, clear it, publish, extend, withdraw; each states its effect first."""

from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.base.people import Actor
from consult.drafts import find, publish
from consult.drafts.models import Consultation, Extension
from consult.drafts.questions import asks
from consult.drafts.workdays import read_calendar
from consult.summary.awaited import result_of
from consult.web import moment, settings
from consult.web.access import actor
from consult.web.office import questions
from consult.web.office.blueprint import bp, opened
from consult.web.office.forms import ConfirmForm, ExtendForm, ProjectForm, WithdrawForm
from consult.web.office.progress import checks
from consult.web.office.question_form import QuestionForm
from consult.web.staff import done


@bp.route("/c/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """Change the description of an unpublished project."""
    me = actor()
    me.require("office")
    project, where = opened(slug)
    form = QuestionForm() if asks(project.kind) else ProjectForm()
    if not form.is_submitted():
        form.fill(project)
    elif form.validate():
        form.attempt(lambda: _change(me, find.by_slug(slug), form))
        if not form.errors:
            return done("已经保存。", "office.project", slug=form.slug.data)
    return render_template("office/edit.html", form=form, project=project, where=where, marked=()), form.http_status


def _change(me: Actor, project: Consultation, form: ProjectForm) -> None:
    if isinstance(form, QuestionForm):
        return questions.change(me, moment(), project, form)
    return publish.describe(me, moment(), project, form.draft())


@bp.route("/c/<slug>/secrecy", methods=["GET", "POST"])
def secrecy(slug: str) -> ResponseReturnValue:
    """保密审查 by a second person (R07)."""
    me, form = actor(), ConfirmForm()
    project, where = opened(slug)
    if form.validate_on_submit():
        form.attempt(lambda: publish.clear_secrecy(me, moment(), find.by_slug(slug)))
        if not form.errors:
            return done("保密审查已经完成。", "office.project", slug=slug)
    clauses = find.clauses(find.current_version(project).id)
    return render_template(
        "office/secrecy.html", form=form, project=project, where=where, clauses=clauses,
        own=me.ref == project.created_by, home=(settings().public_url or request.url_root).rstrip("/"),
    ), form.http_status  # fmt: skip


@bp.route("/c/<slug>/publish", methods=["GET", "POST"], endpoint="publish")
def publish_page(slug: str) -> ResponseReturnValue:
    """Publish: the text freezes (R01 to R05, R07)."""
    me, form = actor(), ConfirmForm()
    me.require("office")
    project, where = opened(slug)
    if form.validate_on_submit():
        check = form.attempt(lambda: publish.publish(me, moment(), find.by_slug(slug)))
        if check is not None:
            return done("已经发布。" + "".join(check.warnings), "office.project", slug=slug)
    found = checks(project, moment(), read_calendar())
    return render_template(
        "office/publish.html", form=form, project=project, where=where, checks=found,
        ready=all(one.done for one in found), opens_at=max(project.opens_at, moment()),
    ), form.http_status  # fmt: skip


@bp.route("/c/<slug>/extend", methods=["GET", "POST"])
def extend(slug: str) -> ResponseReturnValue:
    """A later deadline, shown to the public (R06)."""
    me, form = actor(), ExtendForm()
    me.require("office")
    project, where = opened(slug)
    if form.validate_on_submit():
        closes_at, reason = form.closes_at.instant, form.reason.data
        form.attempt(lambda: _extend(me, find.by_slug(slug), closes_at, reason))
        if not form.errors:
            return done("期限已经延长，公众页面会说明。", "office.project", slug=slug)
    return render_template("office/extend.html", form=form, project=project, where=where), form.http_status


def _extend(me: Actor, project: Consultation, closes_at: datetime, reason: str) -> Extension:
    return publish.extend(me, moment(), project, closes_at, reason, released=result_of(project) is not None)


@bp.route("/c/<slug>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str) -> ResponseReturnValue:
    """Take a published project back, with a public reason (R06)."""
    me, form = actor(), WithdrawForm()
    me.require("office")
    project, where = opened(slug)
    if form.validate_on_submit():
        form.attempt(lambda: publish.withdraw(me, moment(), find.by_slug(slug), form.reason.data))
        if not form.errors:
            return done("项目已经撤回，收到的意见都保留着。", "office.project", slug=slug)
    return render_template("office/withdraw.html", form=form, project=project, where=where), form.http_status
