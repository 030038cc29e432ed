"""Internal notes on the page of a case: written by anybody who reviews, taken back by who wrote them."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from consult.base.db import transaction
from consult.base.errors import StageError
from consult.review.internal_notes import take_back_note, write_note
from consult.web import access, moment
from consult.web.reviewer import address, board
from consult.web.staff import StaffForm

Page = tuple[str, int] | Response


class NoteForm(StaffForm):
    """One note as it is typed."""

    body = TextAreaField("写一条备注", default="")


def write(slug: str, comment_id: int) -> Page:
    """Say something to colleagues about this opinion."""
    consultation, found = board.opened(slug, comment_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return board.show_case(consultation, found, note=form, status=form.http_status)
    try:
        with transaction():
            write_note(access.actor(), moment(), comment_id, form.body.data or "")
    except StageError as error:
        form.blame(error)
        return board.show_case(*board.opened(slug, comment_id), note=form, status=error.status)
    return _back(slug, comment_id, "备注已保存。")


def take_back(slug: str, comment_id: int, number: int) -> Page:
    """Take one's own note back."""
    board.opened(slug, comment_id)
    with transaction():
        take_back_note(access.actor(), moment(), comment_id, number)
    return _back(slug, comment_id, "备注已收回。")


def _back(slug: str, comment_id: int, said: str) -> Response:
    flash(said)
    place = address.read(request.args)
    return redirect(url_for("reviewer.case", slug=slug, comment_id=comment_id, _anchor="notes", **place.args()), 303)
