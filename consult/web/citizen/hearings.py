"""The notice of one hearing or other meeting, and afterwards what was said there."""

from flask import Response, render_template

from consult.drafts import find
from consult.drafts import hearings as stage
from consult.web import moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card
from consult.web.citizen.shared import same_for_all


@citizen.get("/c/<slug>/hearings/<int:number>")
def hearing(slug: str, number: int) -> Response:
    """One meeting, also one that was cancelled."""
    project = find.public_by_slug(slug)
    one = stage.hearing(project, number)
    page = render_template(
        "citizen/hearing.html", card=card(project, moment()), c=project, one=one, kind=stage.KINDS[one.kind]
    )
    return same_for_all(page)
