"""Pages: the ledger of a project's letters, a new letter, one letter with its answer, and the letter on paper."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from consult.base import accounts
from consult.base.db import db
from consult.base.files import StoredFile
from consult.base.people import Unit
from consult.drafts import find
from consult.drafts.models import Clause, Consultation
from consult.drafts.workdays import read_calendar
from consult.letters import find as letters_find
from consult.letters import issue
from consult.letters.models import FormalOpinion, Solicitation
from consult.web import moment
from consult.web.access import actor
from consult.web.download import attachment
from consult.web.office import letter_text
from consult.web.office.blueprint import bp, opened, progress_of
from consult.web.office.letter_forms import DueForm, LetterForm, ReasonForm
from consult.web.staff import done

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/c/<slug>/letters")
def letters(slug: str) -> ResponseReturnValue:
    """Who was asked, and where each letter stands."""
    project, where = opened(slug)
    rows = letters_find.ledger(project.id, moment())
    return render_template(
        "office/letters.html", project=project, where=where, rows=rows, counts=letters_find.count(rows)
    )


@bp.route("/c/<slug>/letters/new", methods=["GET", "POST"])
def letter_new(slug: str) -> ResponseReturnValue:
    """Ask units, each by its own letter."""
    me = actor()
    me.require("office")
    project, where = opened(slug)
    form = _form(project)
    if request.method == "POST" and "add_unit" in request.form:
        form = _with_new_unit(form, project)
    elif form.validate_on_submit() and (sent := form.attempt(lambda: _issue(form, slug))):
        said = f"已经给 {len(sent.solicitations)} 个单位发函。"
        return done(said + "".join(sent.warnings), "office.letters", slug=slug)
    return render_template("office/letter_new.html", form=form, project=project, where=where), form.http_status


def _form(project: Consultation) -> LetterForm:
    asked = {row.unit_id for row in letters_find.ledger(project.id, moment())}
    clauses = [
        one for one in find.clauses(find.current_version(project).id) if one.kind == "clause" and one.commentable
    ]
    form = LetterForm(accounts.units(), asked, clauses)
    if not form.is_submitted():
        form.body.data = letter_text.draft_body(project)
    return form


def _with_new_unit(form: LetterForm, project: Consultation) -> LetterForm:
    """Enter a unit into the directory and tick it; everything else that was typed stays."""
    me, name = actor(), form.new_unit.data or ""
    added = form.attempt(lambda: accounts.unit_named(me, moment(), name).id)
    if added is None:
        return form
    again = _form(project)
    again.units.data, again.new_unit.data = [*(form.units.data or []), added], ""
    return again


def _issue(form: LetterForm, slug: str) -> issue.Issued:
    project = find.by_slug(slug)
    return issue.issue(
        actor(), moment(), consultation=project, version_id=find.current_version(project).id,
        unit_ids=form.units.data or [], letter_no=form.letter_no.data or "", body=form.body.data or "",
        due_at=form.due_at.instant, calendar=read_calendar(), clause_keys=form.clauses.data or [],
        short_reason=form.short_reason.data or "", silence_is_consent=bool(form.silence_is_consent.data),
    )  # fmt: skip


def _citations(letter: Solicitation) -> list[str]:
    wanted = set(letter.clause_keys)
    return [one.citation for one in find.clauses(letter.version_id) if one.key in wanted]


def shown_letter(number: int, status: int = 200, **forms: object) -> ResponseReturnValue:
    """One letter with its answers and the acts that are open; `forms` replace empty ones after a refusal."""
    letter = letters_find.by_id(number)
    project = find.by_id(letter.consultation_id)
    replies = letters_find.replies(number)
    newest = replies[0] if replies else None
    clauses: dict[str, Clause] = {one.key: one for one in find.clauses(letter.version_id)}
    blank = {
        "due": DueForm(formdata=None),
        "take_back": ReasonForm(formdata=None),
        "give_back": ReasonForm(formdata=None),
    }
    return render_template(
        "office/letter.html", letter=letter, project=project, where=progress_of(project), clauses=clauses,
        unit=db.session.get_one(Unit, letter.unit_id), replies=[one for one in replies if one.sent_at],
        answered=letters_find.answered(newest), newest=newest, state=letters_find.state(letter, newest, moment()),
        citations=_citations(letter), scans=_scans(replies),
        due_sentence=letter_text.due_sentence(letter), scope=letter_text.scope(letter, _citations(letter)),
        **{**blank, **forms},
    ), status  # fmt: skip


def _scans(replies: list[FormalOpinion]) -> dict[int, StoredFile | None]:
    """Answer → its sealed scan."""
    return {one.id: db.session.get(StoredFile, one.seal_file_id) for one in replies if one.seal_file_id}


@bp.get("/letters/<int:number>")
def letter(number: int) -> ResponseReturnValue:
    """One letter."""
    return shown_letter(number)


@bp.get("/letters/<int:number>/print")
def letter_print(number: int) -> ResponseReturnValue:
    """The letter as it goes to the printer."""
    one = letters_find.by_id(number)
    project = find.by_id(one.consultation_id)
    return render_template(
        "office/letter_print.html", letter=one, project=project, unit=db.session.get_one(Unit, one.unit_id),
        heading=letter_text.heading(project), due_sentence=letter_text.due_sentence(one),
        scope=letter_text.scope(one, _citations(one)),
    )  # fmt: skip


@bp.get("/letters/<int:number>/letter.docx")
def letter_docx(number: int) -> Response:
    """The letter as a Word document."""
    one = letters_find.by_id(number)
    project, unit = find.by_id(one.consultation_id), db.session.get_one(Unit, one.unit_id)
    data = letter_text.as_docx(project, one, unit.name, _citations(one))
    return attachment(Response(data, mimetype=DOCX), f"征求意见函-{unit.name}.docx")
