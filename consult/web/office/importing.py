"""Pages: a file or pasted text becomes a preview, and with its details a project; or another text of one."""

from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from consult.base import clock
from consult.base.db import db
from consult.base.errors import Conflict, Refused
from consult.drafts import find, publish
from consult.drafts.models import Consultation
from consult.drafts.questions import asks
from consult.drafts.reading import read
from consult.drafts.split import Split, split
from consult.web import keys, moment
from consult.web.access import actor
from consult.web.office import preview, unfinished
from consult.web.office.blueprint import bp, opened
from consult.web.office.correcting import Import
from consult.web.office.forms import ConfirmForm, ProjectForm, SourceForm
from consult.web.office.mending import folder, import_of
from consult.web.office.staging import PASTED, stage
from consult.web.staff import StaffForm, done

CHANGED = "条款刚才在另一个窗口改过，请先返回核对，再保存。"


def _stage(form: SourceForm, slug: str = "") -> str | None:
    """A token for what was uploaded or pasted, once it can be read; else the refusal stands beside the field."""
    found = form.source()
    if found is None:
        form.blame(Refused("请选择一个文件，或者把全文粘贴在下面。", "file"))
        return None
    data, name = found
    try:
        split(read(data, name or PASTED))
    except Refused as refusal:
        form.blame(Refused(refusal.message, "file" if name else "pasted"))
        return None
    token = stage(folder(), keys(), actor(), moment(), data, name or PASTED)
    unfinished.begin(folder(), keys(), actor(), moment(), token, slug)
    return token


def _same_edition(form: StaffForm, one: Import) -> bool:
    """Whether the page was opened on the clauses as they are now; else the form says what happened."""
    if request.form.get("edition", str(one.work.edition)) == str(one.work.edition):
        return True
    form.blame(Conflict(CHANGED))
    return False


def _finish(token: str) -> None:
    unfinished.drop(folder(), keys(), actor(), moment(), token)


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Step 1: the source."""
    actor().require("office")
    form = SourceForm()
    if form.validate_on_submit() and (token := _stage(form)):
        return redirect(url_for("office.clauses", source=token), 303)
    return render_template("office/new.html", form=form, project=None), form.http_status


@bp.route("/new/details", methods=["GET", "POST"])
def details() -> ResponseReturnValue:
    """Step 3: everything else that is said of a draft; what was typed waits while one goes back to the clauses."""
    me, now, token = actor(), moment(), request.values.get("source", "")
    me.require("office")
    one = import_of(token)
    if "back" in request.form:
        return _back_to_clauses(one)
    kept = request.method == "GET" and one.work.form
    form = ProjectForm(_typed(one)) if kept else ProjectForm(source=token)
    marked = _prefill(form, one.cut) if request.method == "GET" and not kept else set()
    if form.validate_on_submit() and _same_edition(form, one):
        form.attempt(lambda: publish.load(me, now, form.draft(), one.cut, one.staged.name, one.staged.sha256))
        if not form.errors:
            _finish(token)
            return done("项目已经建好，还没有发布。请看下面还缺什么。", "office.project", slug=form.slug.data)
    return render_template(
        "office/details.html", form=form, one=one, count=preview.count(one.cut), marked=marked
    ), form.http_status


def _typed(one: Import) -> MultiDict[str, str]:
    """What was typed before one went back to the clauses."""
    return MultiDict([(name, value) for name, values in one.work.form.items() for value in values])


def _back_to_clauses(one: Import) -> ResponseReturnValue:
    """Keep what was typed and look at the clauses again."""
    typed = {name: request.form.getlist(name) for name in request.form if name not in ("csrf_token", "back", "edition")}
    unfinished.change(folder(), moment(), one.work, lambda work: replace(work, form=typed))
    return redirect(url_for("office.clauses", source=one.work.token), 303)


def _prefill(form: ProjectForm, cut: Split) -> set[str]:
    """Suggestions for an empty form; returns the fields that were read from the file."""
    now = moment()
    found = {
        "title": cut.title, "stage_label": cut.stage_label, "drafting_unit": preview.unit(cut),
        "contact": preview.contact_lines(cut), "closes_at": preview.deadline(cut),
        "doc_no": cut.notice.document_number if cut.notice else "",
    }  # fmt: skip
    for name, value in found.items():
        form[name].data = value or form[name].data
    form.stage_label.data = form.stage_label.data or "征求意见稿"
    form.kind.data = "other"
    form.opens_at.data = now
    form.slug.data = free_slug(f"{clock.local_date(now):%Y%m%d}")
    return {name for name, value in found.items() if value}


def free_slug(wanted: str) -> str:
    """The wanted address, or with the first number behind it that is free."""
    taken = set(db.session.scalars(select(Consultation.slug).where(Consultation.slug.startswith(wanted))))
    tries = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in tries if one not in taken)


@bp.route("/c/<slug>/text", methods=["GET", "POST"])
def text(slug: str) -> ResponseReturnValue:
    """Another text for a project that is not published yet: step 1."""
    actor().require("office")
    project, where = opened(slug)
    if asks(project.kind):
        return redirect(url_for("office.edit", slug=slug, _anchor="question"), 303)
    form = SourceForm()
    if form.validate_on_submit() and (token := _stage(form, slug)):
        return redirect(url_for("office.clauses", source=token), 303)
    return render_template("office/new.html", form=form, project=project, where=where), form.http_status


@bp.route("/c/<slug>/text/preview", methods=["GET", "POST"])
def text_preview(slug: str) -> ResponseReturnValue:
    """Another text: the yes to it, once its clauses are right."""
    me, token = actor(), request.values.get("source", "")
    me.require("office")
    project, where = opened(slug)
    one, form = import_of(token), ConfirmForm()
    if form.validate_on_submit() and _same_edition(form, one):
        name, sha256 = one.staged.name, one.staged.sha256
        form.attempt(lambda: publish.replace_text(me, moment(), find.by_slug(slug), one.cut, name, sha256))
        if not form.errors:
            _finish(token)
            return done("草案文本已经更换，保密审查要重新办理。", "office.project", slug=slug)
    return render_template(
        "office/text_preview.html", form=form, project=project, where=where, one=one, count=preview.count(one.cut)
    ), form.http_status
