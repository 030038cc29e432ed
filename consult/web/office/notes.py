"""Page 条款说明: every clause with what the office says beside it; a form for one of them at a time."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.drafts import find
from consult.drafts import notes as stage
from consult.drafts.models import Clause, ClauseNote, Consultation
from consult.web import moment
from consult.web.access import actor
from consult.web.citizen.lines import name_of
from consult.web.office.blueprint import bp, opened
from consult.web.office.public_forms import NoteForm
from consult.web.staff import StaffForm, done

WHOLE = "全文"


@dataclass(frozen=True)
class Place:
    """Where notes stand: a clause of the text in force, or with an empty key the whole draft."""

    key: str
    name: str
    text: str
    loaded: str
    notes: list[ClauseNote]


@bp.route("/c/<slug>/public/notes", methods=["GET", "POST"])
def notes(slug: str) -> ResponseReturnValue:
    """All places; with `?clause=` the form for that one, the empty key being the whole draft."""
    me, form = actor(), NoteForm()
    project, _ = opened(slug)
    key = request.args.get("clause")
    if key is not None and form.validate_on_submit():
        form.attempt(lambda: stage.note_clause(
            me, moment(), find.by_slug(slug), clause_key=key, kind=form.kind.data, title=form.title.data or "",
            text=form.text.data or "", url=form.url.data or ""))  # fmt: skip
        if not form.errors:
            words = "公众页面上马上能看到。" if project.published_at else "项目发布以后，公众就能看到。"
            return done(f"说明已经加上，{words}", "office.notes", slug=slug)
    return _page(slug, form)


@bp.post("/c/<slug>/public/notes/<int:number>/withdraw")
def note_withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Take one note off the public page."""
    me, form = actor(), StaffForm()
    if form.validate_on_submit():
        form.attempt(lambda: stage.withdraw_note(me, moment(), stage.note(find.by_slug(slug), number)))
        if not form.errors:
            return done("说明已经撤下，公众看不到了；记录还留着。", "office.notes", slug=slug)
    return _page(slug, NoteForm(None), form)


def _page(slug: str, form: NoteForm, pressed: StaffForm | None = None) -> ResponseReturnValue:
    project, where = opened(slug)
    places, gone = _places(project)
    key = request.args.get("clause")
    chosen = next((one for one in places if one.key == key), None)
    return render_template(
        "office/notes.html", form=form, pressed=pressed, project=project, where=where, places=places, gone=gone,
        chosen=chosen if actor().may("office") else None, lost=key is not None and chosen is None,
        open_to_words=not (project.withdrawn_at or project.archived_at), kinds=stage.NOTE_KINDS,
    ), (pressed or form).http_status  # fmt: skip


def _places(project: Consultation) -> tuple[list[Place], list[ClauseNote]]:
    """The whole draft and every clause in order; and notes on clauses that the text in force has no more."""
    by_key: dict[str, list[ClauseNote]] = {}
    for one in stage.every_note(project.id):
        by_key.setdefault(one.clause_key, []).append(one)
    places = [Place("", WHOLE, "", "", by_key.pop("", []))]
    for clause in find.clauses(find.current_version(project).id):
        if clause.commentable:
            places.append(_place(clause, by_key.pop(clause.key, [])))
    return places, [one for rows in by_key.values() for one in rows]


def _place(clause: Clause, rows: list[ClauseNote]) -> Place:
    return Place(clause.key, name_of(clause), f"{clause.label}　{clause.text}".strip("　"), clause.note, rows)
