"""Pages: tables to take away at any moment, and the counts of a project as pictures with their tables."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.base.db import db
from consult.drafts import find
from consult.drafts.questions import asks
from consult.summary import picture
from consult.summary.tally import Count, Tally, tally
from consult.web import exporting
from consult.web.office.blueprint import bp, opened
from consult.web.staff import StaffForm

PAGE = "office.export"


@bp.route("/c/<slug>/export", methods=["GET", "POST"], endpoint="export")
def export_page(slug: str) -> ResponseReturnValue:
    """Every table in every format; each file that leaves is noted in the audit."""
    project, where = opened(slug)
    form = StaffForm()
    if form.validate_on_submit():
        return exporting.asked(project, exporting.wish(), PAGE)
    shown = exporting.shown(project)
    return render_template("office/export.html", form=form, project=project, where=where, **shown), form.http_status


@bp.get("/c/<slug>/export/files")
def export_files(slug: str) -> Response:
    """How far the files are."""
    return exporting.fragment(find.by_slug(slug), "office")


@bp.post("/c/<slug>/export/files/<int:number>")
def export_file(slug: str, number: int) -> ResponseReturnValue:
    """A file that is ready."""
    return exporting.taken(find.by_slug(slug), number, PAGE)


@bp.get("/c/<slug>/numbers")
def numbers(slug: str) -> ResponseReturnValue:
    """Counts by clause, day, channel, stance and decision."""
    project, where = opened(slug)
    counted = tally(db.session(), project.id)
    return render_template(
        "office/numbers.html", project=project, where=where, tally=counted, pictures=_pictures(project.id, counted)
    )


def _pictures(project_id: int, counted: Tally) -> list[tuple[str, Markup, tuple[Count, ...]]]:
    """(heading, picture, its numbers) for every way of counting that has something to show."""
    tones = [picture.TONES.get(one.key, "calm") for one in counted.by_outcome]
    found = [
        ("处理意见", picture.bars("处理意见", _values(counted.by_outcome), tones), counted.by_outcome),
        ("意见落在哪些条款", picture.heat("各条款的意见数", _along(project_id, counted)), counted.by_clause),
        ("每天收到", picture.days("每天收到的意见数", _values(counted.by_day)), counted.by_day),
        ("来源渠道", picture.bars("来源渠道", _values(counted.by_channel)), counted.by_channel),
        ("意见类型", picture.bars("意见类型", _values(counted.by_stance)), counted.by_stance),
    ]
    if asks(find.by_id(project_id).kind):
        del found[1]
    return [(title, Markup(svg), counts) for title, svg, counts in found if counts]  # noqa: S704 -- made by picture


def _values(counts: tuple[Count, ...]) -> list[tuple[str, int]]:
    return [(one.label, one.count) for one in counts]


def _along(project_id: int, counted: Tally) -> list[tuple[str, int]]:
    """Every clause of the text in force with its count, also those nobody spoke of."""
    by_id = {one.key: one.count for one in counted.by_clause}
    version = find.current_version(find.by_id(project_id))
    whole = [("全文", by_id["0"])] if "0" in by_id else []
    clauses = [one for one in find.clauses(version.id) if one.kind == "clause" and one.commentable]
    return [*whole, *((one.citation or one.label, by_id.get(str(one.id), 0)) for one in clauses)]
