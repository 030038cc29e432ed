"""The admin face: accounts, units, the audit chain, jobs; each page for the one administrator whose work it is."""

from flask import Flask

from consult.web import desk
from consult.web.admin import audit, pages, users
from consult.web.admin.blueprint import bp

PAGES = (pages, users, audit)


def init_app(app: Flask) -> None:
    """Join this face to the application; its pages registered themselves when they were imported."""
    desk.init_app(app)
    app.register_blueprint(bp)
