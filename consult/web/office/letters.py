"""Pages: the ledger of a project's letters, one letter with its answer, and the letter on paper."""

from datetime import datetime

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from consult.base.clock import show_closing
from consult.base.db import db
from consult.base.files import StoredFile
from consult.base.people import Unit
from consult.drafts import find
from consult.drafts.models import Clause
from consult.letters import access_link, letter_document, letter_post, remind
from consult.letters import find as letters_find
from consult.letters import letter_words as words
from consult.letters.models import FormalOpinion, Solicitation
from consult.web import moment
from consult.web.download import attachment
from consult.web.office.blueprint import bp, opened, progress_of
from consult.web.office.letter_forms import CorrectForm, DueForm, ReasonForm, UrgeForm

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/c/<slug>/letters")
def letters(slug: str) -> ResponseReturnValue:
    """Who was asked, and where each letter stands."""
    project, where = opened(slug)
    rows = letters_find.ledger(project.id, moment())
    return render_template(
        "office/letters.html", project=project, where=where, rows=rows, counts=letters_find.count(rows)
    )


def shown_letter(number: int, status: int = 200, **forms: object) -> ResponseReturnValue:
    """One letter with its answers and the acts that are open; `forms` replace empty ones after a refusal."""
    letter = letters_find.by_id(number)
    project = find.by_id(letter.consultation_id)
    replies = letters_find.replies(number)
    newest = replies[0] if replies else None
    cited = letter_post.citations(letter)
    clauses: dict[str, Clause] = {one.key: one for one in find.clauses(letter.version_id)}
    blank = {
        "due": DueForm(formdata=None),
        "take_back": ReasonForm(formdata=None),
        "give_back": ReasonForm(formdata=None),
        "correct": CorrectForm.of(letter, find.clauses(letter.version_id)),
        "urging": UrgeForm(formdata=None),
    }
    return render_template(
        "office/letter.html", letter=letter, project=project, where=progress_of(project), clauses=clauses,
        unit=db.session.get_one(Unit, letter.unit_id), replies=[one for one in replies if one.sent_at],
        answered=letters_find.answered(newest), newest=newest, state=letters_find.state(letter, newest, moment()),
        citations=cited, scans=_scans(replies), came_late=letters_find.came_late,
        due_sentence=words.due_sentence(show_closing(letter.due_at)), scope=words.scope(cited, project.kind), **_trail(letter),
        **{**blank, **forms},
    ), status  # fmt: skip


def _trail(letter: Solicitation) -> dict[str, object]:
    """How the unit gets in, and what was done to get its answer."""
    ways = access_link.links(letter.id, "unit")
    return {
        "way": ways[0] if ways else None, "way_open": bool(ways) and not access_link.expired(ways[0], moment()),
        "reminded": remind.reminders(letter.id), "urged": remind.urgings(letter.id),
        "show_occasion": remind.show_occasion, "parse": datetime.fromisoformat,
    }  # fmt: skip


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
        "office/letter_print.html", letter=one, project=project, paper=letter_post.paper(one, **_look())
    )


def _look() -> dict[str, bool]:
    """?head=red prints the red head, ?to=all addresses every unit that got the same letter."""
    return {"red_head": request.args.get("head") == "red", "together": request.args.get("to") == "all"}


@bp.get("/letters/<int:number>/letter.docx")
def letter_docx(number: int) -> Response:
    """The letter as a Word document."""
    one = letters_find.by_id(number)
    paper = letter_post.paper(one, **_look())
    name = "征求意见函" if len(paper.units) > 1 else f"征求意见函-{paper.units[0]}"
    return attachment(Response(letter_document.write(paper), mimetype=DOCX), f"{name}.docx")
