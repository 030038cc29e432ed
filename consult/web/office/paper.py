"""Pages: a reply that came in on paper is entered by the office; the blank form to hand to a unit."""

from typing import cast

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from consult.base import clock
from consult.base.db import db
from consult.base.errors import Refused, StageError
from consult.base.people import Unit
from consult.drafts import find
from consult.drafts.models import Clause
from consult.letters import find as letters_find
from consult.letters.form import Notice, Trouble
from consult.letters.form_items import Offered
from consult.letters.form_offer import offered
from consult.letters.models import FormalOpinion, Solicitation
from consult.letters.paper import enter_reply
from consult.web import keys, moment
from consult.web.access import actor
from consult.web.office import form_files
from consult.web.office.blueprint import bp, progress_of
from consult.web.office.paper_forms import PaperForm
from consult.web.staff import done


def _offered(letter: Solicitation) -> Offered:
    """The form without what the unit has drafted, which is its own until it is sent (R34)."""
    return offered(keys(), letter, None)


@bp.get("/letters/<int:number>/form.docx")
def letter_form_docx(number: int) -> Response:
    """The form to be filled in, for Word and WPS."""
    return form_files.handed_out(_offered(letters_find.by_id(number)), "docx")


@bp.get("/letters/<int:number>/form.xlsx")
def letter_form_xlsx(number: int) -> Response:
    """The form to be filled in, for Excel and WPS."""
    return form_files.handed_out(_offered(letters_find.by_id(number)), "xlsx")


@bp.route("/letters/<int:number>/paper", methods=["GET", "POST"])
def letter_paper(number: int) -> ResponseReturnValue:
    """Type a paper reply in, or load the unit's form, and enter it."""
    actor().require("office")
    letter = letters_find.by_id(number)
    if request.method == "GET" and (letter.withdrawn_at or letters_find.answered(letters_find.current_reply(number))):
        return done("这封函已经撤回，或者单位已经复函，不能登记纸质复函。", "office.letter", number=number)
    form, offer = PaperForm(), _offered(letter)
    if request.method == "GET":
        form.received_on.data = clock.local_date(moment())
        form.items.append_entry()
        return _page(letter, form, offer)
    if not _hold(form):
        return _page(letter, form, offer)
    if "load" in request.form:
        return _load(letter, form, offer)
    if form.change_points(list(request.form)) or "enter" not in request.form:
        return _page(letter, form, offer, status=200)
    form.offer(cast(list[Clause], offer.pieces))
    if form.validate() and (opinion := form.attempt(lambda: _enter(number, form))):
        late = "，按收到日期计为逾期" if letters_find.came_late(letters_find.by_id(number), opinion) else ""
        return done(f"纸质复函已经登记{late}。", "office.letter", number=number)
    return _page(letter, form, offer)


def _hold(form: PaperForm) -> bool:
    """Let an uploaded scan wait at once, so that no later refusal loses it; False where it cannot be taken."""
    upload = form_files.sent(form.seal_file.data)
    try:
        if upload is not None:
            form.scan.data = form_files.hold_scan(upload).token
    except StageError as error:
        form.blame(error)
    return not form.errors


def _load(letter: Solicitation, form: PaperForm, offer: Offered) -> ResponseReturnValue:
    """Fill the page with the unit's form; nothing is written."""
    upload = form_files.sent(form.form_file.data)
    if upload is None:
        form.blame(Refused("请选择单位填好的反馈表（docx 或 xlsx）。", "form_file"))
        return _page(letter, form, offer)
    reading = form_files.reading(upload.data, offer)
    if reading.form is None:
        return _page(letter, form, offer, reading.troubles, status=422)
    try:
        form.source.data = form_files.hold_form(upload).token
    except StageError as error:
        form.blame(error)
        return _page(letter, form, offer)
    again = form.loaded(reading.form, clock.local_date(moment()))
    return _page(letter, again, offer, notices=reading.notices, status=200)


def _enter(number: int, form: PaperForm) -> FormalOpinion:
    source = form_files.held(form.source.data) if form.source.data else None
    scan = form_files.held_scan(form.scan.data or "")
    seal = form_files.keep(scan, "seal_file")
    kept = form_files.keep(source, "form_file")
    letter = letters_find.by_id(number)
    return enter_reply(
        actor(), moment(), letter, form.paper(), keys=keys(), seal_file_id=seal, form_file_id=kept
    )


def _page(
    letter: Solicitation, form: PaperForm, offer: Offered, troubles: tuple[Trouble, ...] = (), *,
    notices: tuple[Notice, ...] = (), status: int | None = None,
) -> ResponseReturnValue:  # fmt: skip
    form.offer(cast(list[Clause], offer.pieces))
    project = find.by_id(letter.consultation_id)
    waiting = {name: _waiting(form, name) for name in ("source", "scan")}
    return render_template(
        "office/paper.html", form=form, letter=letter, project=project, where=progress_of(project),
        unit=db.session.get_one(Unit, letter.unit_id), troubles=troubles, notices=notices, waiting=waiting,
    ), form.http_status if status is None else status  # fmt: skip


def _waiting(form: PaperForm, name: str) -> form_files.Held | None:
    """A file that waits for the yes; a token that opens nothing any more is forgotten, and said."""
    token = form[name].data
    if not token:
        return None
    try:
        return form_files.held(token)
    except StageError as error:
        form[name].data = ""
        form.form_errors.append(error.message)
        return None
