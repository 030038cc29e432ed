"""Views of the queue that people keep under a name: keep, drop, and what the list shows of them."""

from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue

from consult.base.db import transaction
from consult.base.errors import NotAllowed, NotFound
from consult.review import views
from consult.web import access, moment
from consult.web.reviewer import address, board, pages
from consult.web.reviewer.forms import ViewForm
from consult.web.staff import done


def keep(slug: str) -> ResponseReturnValue:
    """Keep the filter of this address; with a fault the list comes back with what was typed."""
    consultation, place, form = board.project(slug), address.read(request.args), ViewForm()
    query, number = urlencode(place.args(after=None)), consultation.id
    if form.validate_on_submit():
        form.attempt(lambda: views.keep_view(access.actor(), moment(), consultation_id=number, name=form.name.data or "",
                                             query=query, shared=bool(form.shared.data)))  # fmt: skip
        if not form.errors:
            return done("常用筛选已经保存。", "reviewer.queue", slug=slug, **place.args(after=None))
    return pages.queue(slug, form), form.http_status


def drop(slug: str, number: int) -> ResponseReturnValue:
    """Forget one of one's own."""
    consultation, place = board.project(slug), address.read(request.args)
    message = "常用筛选已经删掉。"
    try:
        with transaction():
            views.drop_view(access.actor(), moment(), consultation.id, number)
    except (NotFound, NotAllowed) as error:
        message = error.message
    return done(message, "reviewer.queue", slug=slug, **place.args())
