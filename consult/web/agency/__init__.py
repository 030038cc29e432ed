"""The agency face: the letters of one's own unit, the reply as it is drafted, confirmed and sent."""

from flask import Blueprint, Flask

from consult.web import access, desk
from consult.web.agency import colleague, entrance, inside, offline, pages, reply, signing, unit_facts

blueprint = Blueprint("agency", __name__, url_prefix="/agency")
access.guard(blueprint, "agency", guests=True)

LETTER = "/letters/<int:letter_id>"
blueprint.add_url_rule("", view_func=pages.letters)
blueprint.add_url_rule(LETTER, view_func=pages.letter)
blueprint.add_url_rule(LETTER + "/acknowledge", view_func=pages.acknowledge, methods=["POST"])
blueprint.add_url_rule(LETTER + "/reply", view_func=reply.save, methods=["POST"])
blueprint.add_url_rule(LETTER + "/confirm", view_func=reply.confirm)
blueprint.add_url_rule(LETTER + "/send", view_func=reply.send, methods=["POST"])
blueprint.add_url_rule(LETTER + "/form.docx", view_func=offline.form_docx)
blueprint.add_url_rule(LETTER + "/form.xlsx", view_func=offline.form_xlsx)
blueprint.add_url_rule(LETTER + "/form", "form", offline.upload, methods=["GET", "POST"])
blueprint.add_url_rule(LETTER + "/form/check", "form_check", offline.check, methods=["GET", "POST"])
blueprint.add_url_rule(LETTER + "/inside", view_func=inside.inside)
blueprint.add_url_rule(LETTER + "/inside/code", view_func=inside.make_code, methods=["POST"])
blueprint.add_url_rule(LETTER + "/inside/signing", view_func=inside.make_signing, methods=["POST"])
blueprint.add_url_rule(LETTER + "/inside/revoke", view_func=inside.revoke, methods=["POST"])
blueprint.add_url_rule(LETTER + "/inside/take", view_func=inside.take, methods=["POST"])
blueprint.add_url_rule(LETTER + "/inside/<int:proposal_id>/leave-out", view_func=inside.leave_out, methods=["POST"])
blueprint.add_url_rule("/files/<int:file_id>", view_func=pages.file)
blueprint.add_url_rule("/unit", view_func=unit_facts.unit, methods=["GET", "POST"])


def init_app(app: Flask) -> None:
    """Join this face to the application."""
    desk.init_app(app)
    app.register_blueprint(blueprint)
    for one in (entrance.blueprint, colleague.door_bp, colleague.blueprint, signing.blueprint):
        app.register_blueprint(one)
