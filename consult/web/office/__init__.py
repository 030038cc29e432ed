"""The office face: from a draft file to a published result."""

from flask import Flask

from consult.web import desk
from consult.web.office import (
    bulletins,
    changing,
    exports,
    files,
    importing,
    letter_acts,
    letters,
    mending,
    notes,
    outbox,
    projects,
    public,
    registering,
    results,
    settings,
    versions,
)  # fmt: skip
from consult.web.office.blueprint import bp

PAGES = (
    projects,
    mending,
    importing,
    changing,
    letters,
    letter_acts,
    outbox,
    registering,
    exports,
    results,
    settings,
    files,
    versions,
    public,
    notes,
    bulletins,
)


def init_app(app: Flask) -> None:
    """Join this face to the application; its pages registered themselves when they were imported."""
    desk.init_app(app)
    app.register_blueprint(bp)
