"""Pages: all projects at a glance, and one project with what it lacks and what comes next."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.base.db import db
from consult.drafts import find, hearings
from consult.drafts.models import Consultation, Hearing
from consult.drafts.period import round_name
from consult.drafts.rounds import rounds
from consult.drafts.workdays import read_calendar
from consult.intake.find import last_received
from consult.summary.published import published
from consult.summary.tally import tally
from consult.web import moment
from consult.web.office.blueprint import bp, opened, progress_of
from consult.web.office.mending import my_imports
from consult.web.office.progress import checks, name_of

A_PAGE = 25


@bp.get("/")
@bp.get("", endpoint="index")
def projects() -> ResponseReturnValue:
    """All projects, the newest first, a page at a time."""
    every = find.every()
    page = max(1, request.args.get("page", 1, int))
    part = every[(page - 1) * A_PAGE : page * A_PAGE]
    return render_template(
        "office/projects.html", rows=[progress_of(one) for one in part], page=page, total=len(every),
        more=len(every) > page * A_PAGE, imports=my_imports(), meetings=_meetings(),
    )  # fmt: skip


def _meetings() -> list[tuple[Hearing, Consultation, list[str]]]:
    """Meetings ahead or without minutes, with what falls short of the periods."""
    found = hearings.coming(moment())
    return [(one, of, hearings.warnings(of, one, one.noticed_at)) for one, of in found]


@bp.get("/c/<slug>")
def project(slug: str) -> ResponseReturnValue:
    """Facts, checklist, the acts that are open now, and the clause tree."""
    one, where = opened(slug)
    version = find.current_version(one)
    return render_template(
        "office/project.html", project=one, where=where, version=version, clauses=find.clauses(version.id),
        checks=checks(one, moment(), read_calendar()) if where.status == "draft" else (),
        minimum=find.rule_for(one.kind).minimum, extensions=find.extensions(one.id), releases=published(one),
        last=last_received(one.id), name_of=name_of, again=rounds(one.id), round_name=round_name,
        counts={row.key: row.count for row in tally(db.session(), one.id).by_clause} if where.received else {},
    )  # fmt: skip
