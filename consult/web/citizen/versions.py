"""Corrections: what an older version said, and what changed between any two (R05)."""

from collections.abc import Sequence

from flask import Response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from consult.base.db import db
from consult.base.errors import NotFound
from consult.drafts import descent, find
from consult.drafts.compare import KINDS
from consult.drafts.models import Consultation, Version
from consult.drafts.rounds import rounds
from consult.summary.models import Release
from consult.summary.published import published
from consult.summary.revision import published_rows
from consult.web import changes, moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card
from consult.web.citizen.lines import lines_of
from consult.web.citizen.results import NAMED_ROWS, row_address
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
    """Two published versions clause by clause, words taken and added marked: `from` and `to`, else the last two."""
    project = find.public_by_slug(slug)
    versions = find.published_versions(project.id)
    if len(versions) < 2:
        raise NotFound("这个草案公布以后没有更正过。")
    first, last = _chosen(versions)
    old, new = find.clauses(versions[first].id), find.clauses(versions[last].id)
    rows = changes.rows(old, new, descent.between(db.session(), versions[first + 1 : last + 1], old, new))
    release = _followed(project, versions[last])
    page = render_template(
        "citizen/changes.html", why=descent.reasons(db.session(), [one.id for one in versions[first + 1 : last + 1]]),
        taken=published_rows(db.session(), release, versions[last]) if release else {}, release=release, row=row_address, NAMED=NAMED_ROWS, card=card(project, moment()), c=project, versions=versions, before=versions[first],
        version=versions[last], passed=versions[first + 1 : last + 1], runs=changes.runs(rows),
        counts=changes.counts(rows), piece=changes.name_of, KINDS=KINDS,
    )  # fmt: skip
    return same_for_all(page)


def _followed(project: Consultation, version: Version) -> Release | None:
    """The newest result of the period before this text came out; later results also speak of opinions on the text itself."""
    out = version.frozen_at or project.opens_at
    period = 1 + sum(one.opens_at < out for one in rounds(project.id))
    return next((one.release for one in reversed(published(project)) if one.period == period), None)


def _chosen(versions: Sequence[Version]) -> tuple[int, int]:
    """The places of the older and the newer version asked for, whichever way round; the last two by default."""
    numbers = {one.number: place for place, one in enumerate(versions)}
    asked = [
        request.args.get("from", versions[-2].number, type=int),
        request.args.get("to", versions[-1].number, type=int),
    ]
    if unknown := [one for one in asked if one not in numbers]:
        raise NotFound(f"这个草案没有公布过第{unknown[0]}版。")
    first, last = sorted(numbers[one] for one in asked)
    if first == last:  # a version beside itself says nothing: beside the one before it, or after it
        first, last = (first - 1, last) if first else (0, 1)
    return first, last
