"""The office face: from a draft file to a published result."""

from flask import Flask

from consult.web import desk
from consult.web.office import (
    batch,
    bulletins,
    changing,
    exports,
    files,
    hearings,
    importing,
    ledger,
    letter_acts,
    letter_more,
    letter_new,
    letters,
    mending,
    notes,
    outbox,
    paper,
    projects,
    public,
    questions,
    registering,
    results,
    settings,
    units,
    units_sheet,
    versions,
    year,
)  # fmt: skip
from consult.web.office.blueprint import bp

PAGES = (
    projects,
    mending,
    importing,
    questions,
    changing,
    letters,
    letter_new,
    letter_acts,
    letter_more,
    paper,
    outbox,
    registering,
    batch,
    exports,
    results,
    settings,
    files,
    versions,
    public,
    notes,
    bulletins,
    hearings,
    ledger,
    units,
    units_sheet,
    year,
)


def init_app(app: Flask) -> None:
    """Join this face to the application; its pages registered themselves when they were imported."""
    desk.init_app(app)
    app.register_blueprint(bp)
