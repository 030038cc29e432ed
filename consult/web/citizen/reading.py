"""Reading: the list of projects, one draft clause by clause, one clause by itself."""

from typing import cast

from flask import Response, redirect, render_template

from consult.base.db import db
from consult.drafts import find, views
from consult.drafts.bulletins import public_bulletins
from consult.drafts.descent import gone
from consult.drafts.hearings import hearings
from consult.drafts.notes import public_notes
from consult.drafts.period import round_name
from consult.drafts.questions import asks
from consult.drafts.rounds import rounds
from consult.summary.find import released_ids
from consult.summary.published import published
from consult.web import moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import Card, card, due_day, source
from consult.web.citizen.lines import Line, family, lines_of, name_of, outline_of
from consult.web.citizen.shared import same_for_all
from consult.web.citizen.timeline import marks

# section of the home page → the states it holds
SECTIONS = {
    "正在征求意见": ("open",),
    "即将开始": ("upcoming",),
    "意见整理中": ("reviewing",),
    "已公布采纳情况": ("answered", "archived"),
    "已撤回": ("withdrawn",),
}


def _in_order(cards: list[Card]) -> list[Card]:
    """What ends or begins first comes first; what is over, the latest first."""
    if cards and cards[0].status == "open":
        return sorted(cards, key=lambda one: one.project.closes_at)
    if cards and cards[0].status == "upcoming":
        return sorted(cards, key=lambda one: one.project.opens_at)
    return cards


@citizen.get("/")
def home() -> Response:
    """All published projects by state."""
    now, projects = moment(), find.published()
    released = released_ids(one.id for one in projects)
    cards = [card(one, now, one.id in released) for one in projects]
    sections = {name: _in_order([one for one in cards if one.status in states]) for name, states in SECTIONS.items()}
    return same_for_all(render_template("citizen/home.html", sections=sections))


@citizen.get("/c/<slug>")
def draft(slug: str) -> Response:
    """One draft with its outline; links only, every form stands on the opinion page."""
    now, project = moment(), find.public_by_slug(slug)
    versions, out = find.published_versions(project.id), published(project)
    one, due, again = card(project, now), due_day(project), rounds(project.id)
    lines = lines_of(find.clauses(versions[-1].id), one.full_title)
    page = render_template(
        "citizen/question.html" if one.asks else "citizen/draft.html", card=one, c=project, lines=lines, outline=outline_of(lines), src=source(), due=due,
        versions=versions, notes=public_notes(project.id), told=public_bulletins(project.id),
        meetings=hearings(project.id),
        marks=marks(project, versions, find.extensions(project.id), due, out, now, again), turn=round_name(len(again) + 1) if again else "",
        earlier=out[-1] if out and one.status not in ("answered", "archived") else None,
        seen=roughly(views.total(project.id)),
    )  # fmt: skip
    return same_for_all(page)


@citizen.get("/c/<slug>/clauses/<key>")
def clause(slug: str, key: str) -> Response:
    """One clause with everything under it: what a permalink leads to, also after the clause is gone.

    A clause that went answers 200 and not 410: its last words are what the link promised, and browsers inside
    chat programs put a page of their own in the place of every 4xx.
    """
    project = find.public_by_slug(slug)
    if asks(project.kind):
        return cast(Response, redirect(f"/c/{slug}"))
    versions = find.published_versions(project.id)
    left = gone(db.session(), versions, key) if key.isprintable() else None
    version = left.last if left else versions[-1]
    found = left.clause if left else find.clause_by_key(version.id, key)
    lines = [Line(one) for one in family(find.clauses(version.id), found)]
    page = render_template(
        "citizen/clause.html", card=card(project, moment()), c=project, clause=found, name=name_of(found),
        lines=lines, src=source(), left=left, heir=name_of(left.heir) if left and left.heir else "",
        notes=public_notes(project.id).get(key, []),
    )  # fmt: skip
    return same_for_all(page)


def roughly(number: int) -> str:
    """A count as people say it, so that the page does not change with every view: 37, 约 480, 约 1.2 万."""
    if number < 100:
        return str(number)
    if number < 10_000:
        step = 10 ** (len(str(number)) - 2)
        return f"约 {number // step * step:,}"
    return f"约 {number // 1000 / 10:g} 万"
