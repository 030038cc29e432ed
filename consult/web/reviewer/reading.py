"""通读: what nobody has opened, in full and a page at a time; the button at the end notes that the page was read (R40)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.base.db import transaction
from consult.intake import attachments
from consult.review import bulk, unread
from consult.review.models import OUTCOMES
from consult.review.read_page import Read, Seen, read_page
from consult.review.shown import MUCH
from consult.review.unread import Scope
from consult.web import access, moment
from consult.web.reviewer import address, board
from consult.web.reviewer.address import Place
from consult.web.reviewer.heading import heading

MOST_ONLY = 50  # rows that an address names one by one: as many as a page of the list has
_SEEN = re.compile(r"(\d{1,9}):([a-z]{1,8}):([0-9a-f]{64})")


@dataclass(frozen=True)
class Way:
    """Where somebody reads: the filter of the list with the row it goes on behind, one bulk ruling, or single rows."""

    place: Place
    scope: Scope

    def args(self, **changes: str | int | None) -> dict[str, Any]:
        """Query arguments of this place; another one begins at its first page."""
        more: dict[str, Any] = {"bulk": self.scope.bulk, "only": ",".join(map(str, self.scope.only))}
        return {name: value for name, value in (self.place.args(**changes) | more).items() if value}


def way(args: Mapping[str, str]) -> Way:
    """The place that query arguments name."""
    place, number = address.read(args), args.get("bulk", "")
    only = [int(one) for one in args.get("only", "").split(",") if one.isdecimal() and len(one) < 10][:MOST_ONLY]
    chosen = int(number) if number.isdecimal() and len(number) < 10 else 0
    return Way(place, Scope(place.wanted, chosen, tuple(dict.fromkeys(only))))


def page(slug: str) -> str:
    """The next rows of what nobody has read."""
    consultation, here = board.project(slug), way(request.args)
    if here.scope.bulk:
        bulk.by_number(consultation.id, here.scope.bulk)
    found = unread.page(consultation.id, here.scope, here.place.after)
    files = attachments.of([one.row.comment.submission_id for one in found.rows])
    return render_template(
        "reviewer/read.html", **heading(consultation), way=here, found=found, files=files, OUTCOMES=OUTCOMES,
        left=unread.left(consultation.id, here.scope), MUCH=MUCH, narrowed=not here.scope.everything,
    )  # fmt: skip


def mark(slug: str) -> ResponseReturnValue:
    """Note what was on the page as read; where anything changed meanwhile, the same place is shown once more."""
    consultation, here = board.project(slug), way(request.args)
    seen = [Seen(int(one[1]), one[2], one[3]) for one in map(_SEEN.fullmatch, request.form.getlist("seen")) if one]
    with transaction():
        done = read_page(access.actor(), moment(), consultation.id, seen)
    for words in _told(done):
        flash(words)
    after = here.place.after if done.changed else address.read({"after": request.form.get("next", "")}).after
    return redirect(url_for("reviewer.read", slug=slug, **here.args(after=after)), 303)


def _told(done: Read) -> list[str]:
    said = [f"上一页已记下：{done.opinions:,} 条意见由您看过。"] if done.opinions else []
    if done.changed:
        said.append(f"您看的时候有 {done.changed} 组又有变动，没有记为看过，请再看一遍。")
    return said
