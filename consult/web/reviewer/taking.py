"""Tables of what the list shows, to be taken away: the export page with the filter of the list in its address."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from consult.drafts import find
from consult.review.filtering import NOBODY
from consult.web import exporting
from consult.web.reviewer import address, board
from consult.web.reviewer.sift import Sift
from consult.web.staff import StaffForm

PAGE = "reviewer.taking"


def page(slug: str) -> ResponseReturnValue:
    """Every table of the opinions that the filter shows; without a filter of all of them."""
    project, form = board.project(slug), StaffForm()
    found = board.listing(project)
    place = address.read(request.args)
    words = told(place, found["beside"]) if place.filtered else ""  # type: ignore[arg-type]
    if form.validate_on_submit():
        return exporting.asked(project, exporting.wish(words), PAGE)
    shown = exporting.shown(project, place.filtered)
    return render_template("reviewer/taking.html", **found | shown, form=form, project=project), form.http_status


def told(place: address.Place, beside: Sift) -> str:
    """The filter in words that anybody understands: whose the opinions are is said by name."""
    who = place.wanted.assignee
    named = f"承办人：{'还没有分配的' if who == NOBODY else beside.names.get(who, who)}"
    return "；".join(named if chip.drop.keys() == {"assignee"} else chip.words for chip in beside.chips)


def files(slug: str) -> Response:
    """How far the files are."""
    return exporting.fragment(find.by_slug(slug), "reviewer")


def file(slug: str, number: int) -> ResponseReturnValue:
    """A file that is ready."""
    return exporting.taken(find.by_slug(slug), number, PAGE)
