"""The agency face: the letters of one's own unit, the reply as it is drafted, confirmed and sent."""

from flask import Blueprint, Flask

from consult.web import access, desk
from consult.web.agency import pages, reply

blueprint = Blueprint("agency", __name__, url_prefix="/agency")
access.guard(blueprint, "agency")

LETTER = "/letters/<int:letter_id>"
blueprint.add_url_rule("", view_func=pages.letters)
blueprint.add_url_rule(LETTER, view_func=pages.letter)
blueprint.add_url_rule(LETTER + "/acknowledge", view_func=pages.acknowledge, methods=["POST"])
blueprint.add_url_rule(LETTER + "/reply", view_func=reply.save, methods=["POST"])
blueprint.add_url_rule(LETTER + "/confirm", view_func=reply.confirm)
blueprint.add_url_rule(LETTER + "/send", view_func=reply.send, methods=["POST"])
blueprint.add_url_rule("/files/<int:file_id>", view_func=pages.file)


def init_app(app: Flask) -> None:
    """Join this face to the application."""
    desk.init_app(app)
    app.register_blueprint(blueprint)
