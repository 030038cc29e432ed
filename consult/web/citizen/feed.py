"""The Atom feed of published projects (RFC 4287)."""

from datetime import datetime

from flask import Response, render_template, request

from consult.drafts import find
from consult.drafts.models import Consultation
from consult.summary.find import released_at
from consult.web import moment, settings
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card
from consult.web.citizen.shared import same_for_all

MOST = 50


def site() -> str:
    """The address of this site without a slash at its end: as configured, else as asked."""
    return (settings().public_url or request.url_root).rstrip("/")


@citizen.get("/feed.xml")
def feed() -> Response:
    """The newest projects; an entry is renewed when its result is out or it is withdrawn."""
    now, released = moment(), released_at()
    projects = find.published(MOST)
    entries = [(card(one, now, one.id in released), _updated(one, released.get(one.id))) for one in projects]
    entries.sort(key=lambda pair: pair[1], reverse=True)
    newest = entries[0][1] if entries else now.replace(hour=0, minute=0, second=0, microsecond=0)
    page = render_template("citizen/feed.xml", entries=entries, site=site(), updated=newest, settings=settings())
    return same_for_all(page, "application/atom+xml")


def _updated(project: Consultation, released_at: datetime | None) -> datetime:
    moments = [project.published_at, released_at, project.withdrawn_at]
    return max(one for one in moments if one is not None)
