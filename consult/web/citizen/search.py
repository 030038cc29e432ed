"""在草案里查找: the clauses that hold the words, on a page of their own; scripts do it in place."""

from typing import cast

from flask import Response, redirect, render_template, request

from consult.base.text import printable
from consult.drafts import find, search
from consult.drafts.questions import asks
from consult.web import limits, moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card, source
from consult.web.citizen.lines import name_of
from consult.web.citizen.shared import same_for_all

MOST_SHOWN = 200


@citizen.get("/c/<slug>/search")
@limits.limiter.limit(limits.SEARCH)
def looked_for(slug: str) -> Response:
    """The form and what was found."""
    project = find.public_by_slug(slug)
    if asks(project.kind):
        return cast(Response, redirect(f"/c/{slug}"))
    typed = printable(request.args.get("q", "")).strip()[: search.LONGEST]
    wanted = search.words(typed)
    found = search.hits(find.clauses(find.current_version(project).id), wanted) if wanted else []
    page = render_template(
        "citizen/search.html", card=card(project, moment()), c=project, q=typed, wanted=wanted, count=len(found),
        hits=found[:MOST_SHOWN], name_of=name_of, longest=search.LONGEST, src=source(),
    )  # fmt: skip
    return same_for_all(page)
