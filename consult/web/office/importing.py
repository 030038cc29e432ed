"""Pages: a file or pasted text becomes a preview, and with its details a project; or another text of one."""

from pathlib import Path

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from consult.base import clock
from consult.base.db import db
from consult.base.errors import Refused
from consult.drafts import find, publish
from consult.drafts.models import Consultation
from consult.drafts.reading import Source, read
from consult.drafts.split import Split, split
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.office import preview
from consult.web.office.blueprint import bp, opened
from consult.web.office.forms import ConfirmForm, ProjectForm, SourceForm
from consult.web.office.staging import PASTED, Staged, fetch, stage
from consult.web.staff import done


def _folder() -> Path:
    return settings().instance / "staging"


def _staged(token: str) -> tuple[Staged, Source, Split]:
    """What was uploaded on the page before, read and cut."""
    staged = fetch(_folder(), keys(), actor(), moment(), token)
    source = read(staged.data, staged.name)
    return staged, source, split(source)


def _stage(form: SourceForm) -> str | None:
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
    return stage(_folder(), keys(), actor(), moment(), data, name or PASTED)


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Step 1: the source."""
    actor().require("office")
    form = SourceForm()
    if form.validate_on_submit() and (token := _stage(form)):
        return redirect(url_for("office.details", source=token), 303)
    return render_template("office/new.html", form=form, project=None), form.http_status


@bp.route("/new/details", methods=["GET", "POST"])
def details() -> ResponseReturnValue:
    """Step 2: the tree beside its source, and everything else that is said of a draft."""
    me, now = actor(), moment()
    me.require("office")
    token = request.values.get("source", "")
    staged, source, cut = _staged(token)
    form = ProjectForm(source=token)
    read_from_file = _prefill(form, cut) if request.method == "GET" else set()
    if form.validate_on_submit():
        form.attempt(lambda: publish.load(me, now, form.draft(), cut, staged.name, staged.sha256))
        if not form.errors:
            return done("项目已经建好，还没有发布。请看下面还缺什么。", "office.project", slug=form.slug.data)
    return render_template(
        "office/details.html", form=form, staged=staged, rows=preview.rows(source, cut), cut=cut,
        count=preview.count(cut), pieces=preview.PIECES, marked=read_from_file,
    ), form.http_status  # fmt: skip


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
    form.slug.data = _free_slug(f"{clock.local_date(now):%Y%m%d}")
    return {name for name, value in found.items() if value}


def _free_slug(wanted: str) -> str:
    """The wanted address, or with the first number behind it that is free."""
    taken = set(db.session.scalars(select(Consultation.slug).where(Consultation.slug.startswith(wanted))))
    tries = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in tries if one not in taken)


@bp.route("/c/<slug>/text", methods=["GET", "POST"])
def text(slug: str) -> ResponseReturnValue:
    """Another text for a project that is not published yet: step 1."""
    actor().require("office")
    project, where = opened(slug)
    form = SourceForm()
    if form.validate_on_submit() and (token := _stage(form)):
        return redirect(url_for("office.text_preview", slug=slug, source=token), 303)
    return render_template("office/new.html", form=form, project=project, where=where), form.http_status


@bp.route("/c/<slug>/text/preview", methods=["GET", "POST"])
def text_preview(slug: str) -> ResponseReturnValue:
    """Another text: what it would be, and the yes to it."""
    me, token = actor(), request.values.get("source", "")
    me.require("office")
    project, where = opened(slug)
    staged, source, cut = _staged(token)
    form = ConfirmForm()
    if form.validate_on_submit():
        form.attempt(lambda: publish.replace_text(me, moment(), find.by_slug(slug), cut, staged.name, staged.sha256))
        if not form.errors:
            return done("草案文本已经更换，保密审查要重新办理。", "office.project", slug=slug)
    return render_template(
        "office/text_preview.html", form=form, project=project, where=where, staged=staged, token=token, cut=cut,
        rows=preview.rows(source, cut), count=preview.count(cut), pieces=preview.PIECES,
    ), form.http_status  # fmt: skip
