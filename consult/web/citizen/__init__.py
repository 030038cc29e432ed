"""What citizens see: drafts clause by clause, the form, the receipt, the result; no account, no trace."""

from flask import Flask

from consult.web.citizen import about, downloads, feed, opinion, reading, receipt, results, versions, watch
from consult.web.citizen.blueprint import citizen

__all__ = ["about", "downloads", "feed", "init_app", "opinion", "reading", "receipt", "results", "versions"]


def init_app(app: Flask) -> None:
    """Register the public pages and what machines ask: health, readiness, counts."""
    app.register_blueprint(citizen)
    watch.init_app(app)
