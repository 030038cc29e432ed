"""The reviewer face: the list of everything received, one case at a time, the ruling and its approval."""

from flask import Blueprint, Flask

from consult.web import access, desk
from consult.web.reviewer import acts, approval, attached, pages

blueprint = Blueprint("reviewer", __name__, url_prefix="/review")
access.guard(blueprint, "reviewer", "approver", "office")

CASE = "/c/<slug>/opinions/<int:comment_id>"
blueprint.add_url_rule("", view_func=pages.projects)
blueprint.add_url_rule("/c/<slug>", view_func=pages.queue)
blueprint.add_url_rule(CASE, view_func=pages.case)
blueprint.add_url_rule(CASE, view_func=acts.decide, methods=["POST"])
blueprint.add_url_rule(CASE + "/files/<int:ordinal>", view_func=attached.file)
blueprint.add_url_rule(CASE + "/split", view_func=acts.split, methods=["POST"])
blueprint.add_url_rule(CASE + "/withhold", view_func=acts.withhold, methods=["POST"])
blueprint.add_url_rule(CASE + "/contact", view_func=acts.contact, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/approve", view_func=approval.approve)
blueprint.add_url_rule("/c/<slug>/approve", view_func=approval.give, methods=["POST"])


def init_app(app: Flask) -> None:
    """Join this face to the application."""
    desk.init_app(app)
    app.register_blueprint(blueprint)
