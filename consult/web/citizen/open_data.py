"""Open data: the list, and of each released project one JSON file, one CSV and their schema at lasting addresses."""

import json
from collections.abc import Iterable

from flask import Response, make_response, render_template, request, stream_with_context

from consult.base.db import db
from consult.base.errors import NotFound
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.summary import open_data as stage
from consult.summary.find import current_release
from consult.summary.models import Release
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.feed import site
from consult.web.citizen.shared import same_for_all


@citizen.get("/open")
def open_list() -> Response:
    """Every project with open data."""
    return same_for_all(render_template("citizen/open.html", found=stage.offered(db.session()), licence=stage.LICENCE))


@citizen.get("/c/<slug>/data.json")
def open_json(slug: str) -> Response:
    """The newest result as JSON."""
    project, release = _released(slug)
    address = f"{site()}/c/{project.slug}/data-schema.json"
    return _file(release, "application/json", stage.as_json(db.session(), project, release, address))


@citizen.get("/c/<slug>/data.csv")
def open_csv(slug: str) -> Response:
    """The rows of the newest result as CSV."""
    _, release = _released(slug)
    return _file(release, "text/csv", stage.as_csv(db.session(), release))


@citizen.get("/c/<slug>/data-schema.json")
def open_schema(slug: str) -> Response:
    """What stands in the two files."""
    project, _ = _released(slug)
    facts = stage.schema(f"{site()}/c/{project.slug}/data-schema.json")
    return same_for_all(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "application/schema+json")


def _released(slug: str) -> tuple[Consultation, Release]:
    project = find.public_by_slug(slug)
    release = current_release(project.id)
    if release is None or project.withdrawn_at:
        raise NotFound("这个项目还没有公布采纳情况，没有开放数据。")
    return project, release


def _file(release: Release, mimetype: str, parts: Iterable[str | bytes]) -> Response:
    """A file that streams. A result never changes, so its digest is its ETag; it may be long, so nobody keeps it here."""
    response = make_response(stream_with_context(parts))  # type: ignore[arg-type]
    response.mimetype = mimetype
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Link"] = f'<{site()}/open>; rel="license"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(release.digest)
    return response.make_conditional(request)  # type: ignore[no-any-return]
