"""Before anything is public: what was found in an opinion, a choice for each piece, and what the public will read."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField

from consult.base.db import transaction
from consult.base.errors import StageError
from consult.intake.models import Comment
from consult.review import masks
from consult.review.before_public import WAITING, quotable, waiting
from consult.review.case import Case
from consult.review.personal import CHOICES, KINDS, covered
from consult.web import access, moment
from consult.web.reviewer import address, board
from consult.web.staff import StaffForm

Page = tuple[str, int] | Response


class PersonalForm(StaffForm):
    """The choices stand beside it by name; `more` are words to be covered that no machine found."""

    more = StringField("还要遮盖的文字", default="")


@dataclass(frozen=True)
class View:
    """What the page of a case shows of all this; `quoted` says whether the public reads these words at all."""

    comment: Comment
    items: list[masks.Item]
    choices: dict[str, str]
    quoted: bool

    @property
    def waiting(self) -> int:
        """How many names and addresses nobody has chosen about."""
        return sum(not one.choice and not one.covered for one in self.items)

    def parts(self, field: str) -> Iterator[tuple[str, masks.Item | None]]:
        """The words of one field in pieces, personal ones with what they are."""
        words, at = getattr(self.comment, field), 0
        spots = [(start, end, one) for one in self.items for name, start, end in one.spots if name == field]
        for start, end, one in sorted(spots, key=lambda spot: spot[:2]):
            if start >= at:
                yield words[at:start], None
                yield words[start:end], one
                at = end
        yield words[at:], None

    def public(self, field: str) -> str:
        """One field as the public will read it."""
        return covered(getattr(self.comment, field), self.choices)


def view(case: Case) -> View:
    """Everything found in the opinion of a case and what was chosen for it and its group."""
    choices = masks.chosen_for(case.comment.id)
    quoted = case.withholding is None and quotable(case.comment.id)
    return View(case.comment, masks.items(case.comment, choices), choices, quoted)


def save(slug: str, comment_id: int) -> Page:
    """Save the choices of one opinion, and cover what else was typed."""
    consultation, found = board.opened(slug, comment_id)
    form = PersonalForm()
    if not form.validate_on_submit():
        return board.show_case(consultation, found, personal=form, status=form.http_status)
    try:
        with transaction():
            fresh = masks.choose_masks(access.actor(), moment(), comment_id, _choices(found.comment, form.more.data or ""))
    except StageError as error:
        form.blame(error)
        return board.show_case(*board.opened(slug, comment_id), personal=form, status=error.status)
    flash("遮盖的选择已保存。" if fresh else "没有新的选择，和原来一样。")
    place = address.read(request.args)
    return redirect(
        url_for("reviewer.case", slug=slug, comment_id=comment_id, _anchor="personal", **place.args()), 303
    )


def _choices(comment: Comment, more: str) -> list[masks.Choice]:
    """What the form says about each piece that is there; `more` comes last and is covered."""
    chosen: list[masks.Choice] = []
    for one in masks.items(comment, masks.chosen_for(comment.id)):
        choice = request.form.get(one.name, "")
        chosen += one.choose(choice) if choice in CHOICES else []
    return chosen + (masks.places(comment, more) if more.strip() else [])


def worklist(slug: str) -> str:
    """Opinions whose words will be quoted and hold names or addresses that wait for a choice."""
    consultation = board.project(slug)
    after = request.args.get("after", "")
    rows, following = waiting(consultation.id, int(after) if after.isdecimal() and len(after) < 10 else 0)
    return render_template(
        "reviewer/waiting.html", consultation=consultation, rows=rows, following=following, after=after, SHOWN=WAITING
    )


WORDS = {"kinds": KINDS, "choices": CHOICES}
