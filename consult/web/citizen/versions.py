"""Corrections: what an older version said, and what changed between the last one and the one in force (R05)."""

from flask import Response, redirect, render_template
from werkzeug.wrappers import Response as Answer

from consult.base.db import db
from consult.base.errors import NotFound
from consult.drafts import descent, find
from consult.web import changes, moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card
from consult.web.citizen.lines import lines_of
from consult.web.citizen.shared import same_for_all


@citizen.get("/c/<slug>/versions/<int:number>")
def older(slug: str, number: int) -> Response | Answer:
    """An older version as it was published; the one in force has its own address."""
    project = find.public_by_slug(slug)
    versions = find.published_versions(project.id)
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotFound(f"这个草案没有公布过第{number}版。")
    if found is versions[-1]:
        return redirect(f"/c/{project.slug}")
    one = card(project, moment())
    page = render_template(
        "citizen/older.html", card=one, c=project, version=found, current=versions[-1],
        next=versions[versions.index(found) + 1], lines=lines_of(find.clauses(found.id), one.full_title),
    )  # fmt: skip
    return same_for_all(page)


@citizen.get("/c/<slug>/changes")
def what_changed(slug: str) -> Response:
    """The clauses of the version in force beside those of the last one, words taken and added marked."""
    project = find.public_by_slug(slug)
    versions = find.published_versions(project.id)
    if len(versions) < 2:
        raise NotFound("这个草案公布以后没有更正过。")
    before, present = versions[-2:]
    rows = changes.rows(
        find.clauses(before.id), find.clauses(present.id), descent.links(db.session(), present.id)
    )  # fmt: skip
    page = render_template(
        "citizen/changes.html", card=card(project, moment()), c=project, before=before, version=present,
        runs=changes.runs(rows), counts=changes.counts(rows), piece=changes.name_of,
    )  # fmt: skip
    return same_for_all(page)
