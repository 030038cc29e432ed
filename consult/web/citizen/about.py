"""Standing pages: help by question, what anyone can check, a word to robots."""

from flask import Response, render_template

from consult.base.audit import head
from consult.base.db import db
from consult.web import settings
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.shared import same_for_all


@citizen.get("/help")
def help_page() -> Response:
    """Questions that people have, answered."""
    return same_for_all(render_template("citizen/help.html", settings=settings()))


@citizen.get("/verify")
def verify() -> Response:
    """The end of the audit chain, for writing down, and how to check a receipt."""
    number, seal = head(db.session())
    return same_for_all(render_template("citizen/verify.html", number=number, seal=seal))


@citizen.get("/robots.txt")
def robots() -> Response:
    """Search engines read drafts and results; forms and receipts are nobody's business."""
    closed = ("/receipt", "/c/*/opinion", "/c/*/search", "/display", "/login", "/desk")
    rules = ("User-agent: *", *(f"Disallow: {one}" for one in closed), "")
    return same_for_all("\n".join(rules), "text/plain")
