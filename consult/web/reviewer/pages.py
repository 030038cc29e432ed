"""Pages of the reviewers that only show: the projects, the list, the case."""

from flask import render_template, request

from consult.base.db import transaction
from consult.drafts import find
from consult.review import decide, progress, workload
from consult.review.case import Case
from consult.summary.find import released_ids
from consult.web import access, moment
from consult.web.reviewer import board
from consult.web.reviewer.forms import ViewForm


def projects() -> str:
    """Every published project and how far it is."""
    for one in find.published():
        board.take_in(one.id)
    now, found = moment(), find.published()
    out = released_ids(one.id for one in found)
    counts = progress.progress()
    rows = [(one, find.status(one, now, one.id in out), counts.get(one.id, progress.Progress())) for one in found]
    busy = [row for row in rows if row[1] not in ("archived", "withdrawn")]
    return render_template(
        "reviewer/projects.html", busy=busy, rest=[row for row in rows if row not in busy],
        mine=workload.todo_of(access.actor().ref), me=access.actor(),
    )  # fmt: skip


def queue(slug: str, keeping: ViewForm | None = None) -> str:
    """The list of everything received, filtered by the address; `keeping` is a view that could not be kept."""
    form = keeping or ViewForm(formdata=None)
    return render_template("reviewer/queue.html", keeping=form, **board.listing(board.project(slug)))


def case(slug: str, comment_id: int) -> tuple[str, int]:
    """One opinion with everything a ruling needs; opening it is noted once for each reader (R40)."""
    consultation, found = board.opened(slug, comment_id)
    if not _prefetched() and _unread(found):
        with transaction():
            decide.mark_read(access.actor(), moment(), comment_id)
        consultation, found = board.opened(slug, comment_id)
    return board.show_case(consultation, found)


def _prefetched() -> bool:
    """Whether a browser fetched the page ahead, unseen by anybody: that is no reading."""
    asked = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return "prefetch" in asked.lower() or "prerender" in asked.lower()


def _unread(found: Case) -> bool:
    """Whether this opening says anything new: the reader's first, or of an opinion nobody has opened."""
    return bool(found.unread) or access.actor().ref not in {reader.ref for reader in found.readers}
