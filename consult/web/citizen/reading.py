"""Reading: the list of projects, one draft clause by clause, one clause by itself."""

from flask import Response, render_template

from consult.drafts import find
from consult.summary.find import released_ids
from consult.web import moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import Card, card, due_day, source
from consult.web.citizen.lines import Line, family, lines_of, name_of, outline_of
from consult.web.citizen.shared import same_for_all

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
    version = find.current_version(project)
    one = card(project, now)
    lines = lines_of(find.clauses(version.id), one.full_title)
    page = render_template(
        "citizen/draft.html", card=one, c=project, version=version, lines=lines, outline=outline_of(lines),
        extensions=find.extensions(project.id), due=due_day(project), src=source(),
        note=find.rule_for(project.kind), versions=find.published_versions(project.id),
    )  # fmt: skip
    return same_for_all(page)


@citizen.get("/c/<slug>/clauses/<key>")
def clause(slug: str, key: str) -> Response:
    """One clause with everything under it: what a permalink leads to."""
    project = find.public_by_slug(slug)
    version = find.current_version(project)
    found = find.clause_by_key(version.id, key)
    lines = [Line(one) for one in family(find.clauses(version.id), found)]
    page = render_template(
        "citizen/clause.html", card=card(project, moment()), c=project, clause=found, name=name_of(found),
        lines=lines, src=source(),
    )  # fmt: skip
    return same_for_all(page)
