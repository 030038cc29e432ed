"""What citizens see: drafts clause by clause, the form, the receipt, the result; no account, no trace."""

from flask import Flask

from consult.web.citizen import (
    about,
    display,
    downloads,
    feed,
    hearings,
    open_data,
    opinion,
    poster,
    reading,
    receipt,
    results,
    search,
    survey,
    taking_back,
    versions,
    watch,
)
from consult.web.citizen.blueprint import citizen

__all__ = [
    "about",
    "display",
    "downloads",
    "feed",
    "hearings",
    "init_app",
    "open_data",
    "opinion",
    "poster",
    "reading",
    "receipt",
    "results",
    "search",
    "survey",
    "taking_back",
    "versions",
]


def init_app(app: Flask) -> None:
    """Register the public pages and what machines ask: health, readiness, counts."""
    app.register_blueprint(citizen)
    watch.init_app(app)
