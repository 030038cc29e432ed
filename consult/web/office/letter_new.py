"""Pages: a new letter, looked at before it goes out; and the office's texts for letters."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.base import accounts
from consult.base.clock import local_date, show_closing
from consult.base.db import db
from consult.base.people import Unit
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.questions import asks
from consult.drafts.workdays import read_calendar
from consult.letters import find as letters_find
from consult.letters import issue, letter_post, letter_templates
from consult.letters import letter_words as words
from consult.web import moment
from consult.web.access import actor
from consult.web.office import unit_choice
from consult.web.office.blueprint import bp, opened
from consult.web.office.letter_forms import LetterForm, TemplateForm
from consult.web.office.letter_tell import tell
from consult.web.staff import done


@bp.route("/c/<slug>/letters/new", methods=["GET", "POST"])
def letter_new(slug: str) -> ResponseReturnValue:
    """Ask units, each by its own letter; the buttons that only help keep everything typed."""
    actor().require("office")
    project, _ = opened(slug)
    form = _form(project)
    if request.method == "POST" and "add_unit" in request.form:
        form = _with_new_unit(form, project)
    elif "use_template" in request.form:
        form.body.data = _worded(project, form.template.data or words.USUAL)
    elif not {"find_units", "back"} & set(request.form) and form.validate_on_submit():
        return _checked(form, slug)
    return _page(form, project)


def _page(form: LetterForm, project: Consultation) -> ResponseReturnValue:
    typed = request.form
    choice = unit_choice.of(
        form.asked, form.units.data or [], typed.get("unit_words", ""), typed.get("unit_kind", "")
    )
    return render_template(
        "office/letter_new.html", form=form, project=project, where=opened(project.slug)[1], choice=choice,
        places=words.PLACES,
    ), form.http_status  # fmt: skip


def _checked(form: LetterForm, slug: str) -> ResponseReturnValue:
    """Show the letter as it would go out, or send it."""
    if "preview" in request.form:
        judged = form.attempt(lambda: issue.judge(actor(), moment(), **_values(form, slug)))
        return _preview(form, slug, judged) if judged else _page(form, find.by_slug(slug))
    sent = form.attempt(lambda: _issue(form, slug))
    if sent is None:
        return _page(form, find.by_slug(slug))
    said = f"已经给 {len(sent.solicitations)} 个单位发函，邮件在发件箱。" + "".join(sent.warnings)
    return done(said, "office.letters", slug=slug)


def _preview(form: LetterForm, slug: str, judged: issue.Judged) -> ResponseReturnValue:
    project = find.by_slug(slug)
    year = local_date(moment()).year
    cited = [one.citation for one in find.clauses(find.current_version(project).id) if one.key in judged.clause_keys]
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "preview")]
    return render_template(
        "office/letter_preview.html", form=form, project=project, where=opened(slug)[1], judged=judged, kept=kept,
        warnings=[*judged.warnings, *unit_choice.sentences(judged.units, year)],
        heading=words.heading(words.titled(project.title, project.stage_label), project.kind), scope=words.scope(cited, project.kind),
        due_sentence=words.due_sentence(show_closing(form.due_at.instant)), office=letter_post.office_of(project),
        contact=letter_post.contact_of(project),
    )  # fmt: skip


def _form(project: Consultation) -> LetterForm:
    asked = {row.unit_id for row in letters_find.ledger(project.id, moment())}
    clauses = [
        one for one in find.clauses(find.current_version(project).id) if one.kind == "clause" and one.commentable
    ]
    form = LetterForm(accounts.units(), asked, clauses, letter_templates.templates())
    if not form.is_submitted():
        form.body.data = _worded(project, words.USUAL)
        form.due_at.data = issue.suggested_due(moment(), read_calendar())
    return form


def _worded(project: Consultation, name: str) -> str:
    """A text of the office for this project; places for the date and the units stay until the letter goes out."""
    text = letter_templates.templates().get(name, "")
    if name == words.USUAL and asks(project.kind):
        text = words.ASKED
    return words.fill(text, _facts(project))


def _facts(project: Consultation) -> dict[str, str]:
    return {
        "{title}": words.titled(project.title, project.stage_label),
        "{office}": letter_post.office_of(project) or "我单位",
        "{contact}": letter_post.contact_of(project),
    }


def _with_new_unit(form: LetterForm, project: Consultation) -> LetterForm:
    """Enter a unit into the directory and tick it; everything else that was typed stays."""
    me, name = actor(), form.new_unit.data or ""
    added = form.attempt(lambda: accounts.unit_named(me, moment(), name).id)
    if added is None:
        return form
    again = _form(project)
    again.units.data, again.new_unit.data = [*(form.units.data or []), added], ""
    return again


def _values(form: LetterForm, slug: str) -> dict[str, Any]:
    """What is typed, for judge and issue; the places in the text are filled in."""
    project, chosen = find.by_slug(slug), form.units.data or []
    names = [unit.name for number in chosen if (unit := db.session.get(Unit, number)) is not None]
    facts = _facts(project) | {"{due}": show_closing(form.due_at.instant), "{units}": "、".join(names)}
    return {
        "consultation": project, "version_id": find.current_version(project).id, "unit_ids": chosen,
        "letter_no": form.letter_no.data or "", "body": words.fill(form.body.data or "", facts),
        "due_at": form.due_at.instant, "calendar": read_calendar(), "clause_keys": form.clauses.data or [],
        "short_reason": form.short_reason.data or "", "silence_is_consent": bool(form.silence_is_consent.data),
    }  # fmt: skip


def _issue(form: LetterForm, slug: str) -> issue.Issued:
    """Send the letters: each with its link and its mail in the outbox."""
    me, now = actor(), moment()
    issued = issue.issue(me, now, **_values(form, slug))
    for one in issued.solicitations:
        tell(one, "letter")
    return issued


@bp.route("/letter-texts", methods=["GET", "POST"])
def letter_texts() -> ResponseReturnValue:
    """The office's texts for letters: read, change, add."""
    me = actor()
    me.require("office")
    form = TemplateForm()
    if form.validate_on_submit():
        name, body = form.name.data or "", form.body.data or ""
        form.attempt(lambda: letter_templates.set_template(me, moment(), name, body))
        if not form.errors:
            return done(f"已经保存模板“{name.strip()}”。", "office.letter_texts")
    texts, wanted = letter_templates.templates(), request.args.get("name", "")
    if not form.is_submitted() and wanted in texts:
        form.name.data, form.body.data = wanted, texts[wanted]
    page = render_template(
        "office/letter_texts.html", form=form, texts=texts, usual=words.DEFAULTS, places=words.PLACES
    )
    return page, form.http_status
