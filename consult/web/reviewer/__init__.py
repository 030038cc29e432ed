"""The reviewer face: the list of everything received, one case at a time, the ruling and its approval."""

from flask import Blueprint, Flask

from consult.web import access, desk
from consult.web.reviewer import (
    acts,
    approval,
    assigning,
    attached,
    beside,
    bulks,
    campaigns,
    dashboard,
    disputes,
    extras,
    pages,
    quality,
    readdressing,
    reading,
    regrouping,
    table,
    taking,
    topics,
    views,
)

blueprint = Blueprint("reviewer", __name__, url_prefix="/review")
access.guard(blueprint, "reviewer", "approver", "office")

CASE = "/c/<slug>/opinions/<int:comment_id>"
blueprint.add_url_rule("", view_func=pages.projects)
blueprint.add_url_rule("/c/<slug>", view_func=pages.queue)
blueprint.add_url_rule("/c/<slug>/read", "read", reading.page)
blueprint.add_url_rule("/c/<slug>/read", "read_mark", reading.mark, methods=["POST"])
blueprint.add_url_rule(CASE, view_func=pages.case)
blueprint.add_url_rule(CASE, view_func=acts.decide, methods=["POST"])
blueprint.add_url_rule(CASE + "/files/<int:ordinal>", view_func=attached.file)
blueprint.add_url_rule(CASE + "/split", view_func=regrouping.split, methods=["POST"])
blueprint.add_url_rule(CASE + "/move", view_func=regrouping.move, methods=["POST"])
blueprint.add_url_rule(CASE + "/join", "join_page", regrouping.joining)
blueprint.add_url_rule(CASE + "/join", view_func=regrouping.join, methods=["POST"])
blueprint.add_url_rule(CASE + "/name", view_func=regrouping.name, methods=["POST"])
blueprint.add_url_rule(CASE + "/members", "members", regrouping.everybody)
blueprint.add_url_rule(CASE + "/campaign", view_func=campaigns.campaign)
blueprint.add_url_rule(CASE + "/additions", view_func=extras.additions)
blueprint.add_url_rule(CASE + "/additions", view_func=extras.rule_many, methods=["POST"])
blueprint.add_url_rule(CASE + "/additions/<int:number>", view_func=extras.addition)
blueprint.add_url_rule(CASE + "/additions/<int:number>", view_func=extras.rule_one, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/groups/merge", view_func=regrouping.merge, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/groups/log", "group_log", regrouping.log)
blueprint.add_url_rule("/c/<slug>/groups/log/<int:number>/undo", "undo_group_act", regrouping.undo, methods=["POST"])
blueprint.add_url_rule(CASE + "/readdress", "readdress", readdressing.give, methods=["POST"])
blueprint.add_url_rule(CASE + "/readdress/<int:number>/undo", "undo_readdress", readdressing.take_back, methods=["POST"])
blueprint.add_url_rule(CASE + "/withhold", view_func=acts.withhold, methods=["POST"])
blueprint.add_url_rule(CASE + "/contact", view_func=acts.contact, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/approve", view_func=approval.approve)
blueprint.add_url_rule("/c/<slug>/approve", view_func=approval.give, methods=["POST"])

blueprint.add_url_rule("/c/<slug>/dashboard", view_func=dashboard.dashboard)
blueprint.add_url_rule("/c/<slug>/quality", view_func=quality.quality)
blueprint.add_url_rule("/c/<slug>/topics", view_func=topics.topics)

beside.add_to(blueprint, CASE)

BULKS = "/c/<slug>/bulks"
blueprint.add_url_rule("/c/<slug>/bulk", "bulk_look", bulks.look, methods=["POST"])
blueprint.add_url_rule(BULKS, "bulks", bulks.every)
blueprint.add_url_rule(BULKS, "bulk_give", bulks.give, methods=["POST"])
blueprint.add_url_rule(BULKS + "/<int:number>", "bulk", bulks.one)
blueprint.add_url_rule(BULKS + "/<int:number>/undo", "bulk_undo", bulks.undo, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/assign", "assign", assigning.give, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/work", "work", assigning.work)
blueprint.add_url_rule("/c/<slug>/work", "assign_clause", assigning.give_clause, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/views", "view_keep", views.keep, methods=["POST"])
blueprint.add_url_rule("/c/<slug>/views/<int:number>/drop", "view_drop", views.drop, methods=["POST"])

TABLE = "/c/<slug>/table"
blueprint.add_url_rule(TABLE, "table", table.page)
blueprint.add_url_rule(TABLE, "table_upload", table.upload, methods=["POST"])
blueprint.add_url_rule(TABLE + ".<any(xlsx,docx):ending>", "table_file", table.download)
blueprint.add_url_rule(TABLE + "/check", "table_check", table.check, methods=["GET", "POST"])

blueprint.add_url_rule("/c/<slug>/export", "taking", taking.page, methods=["GET", "POST"])
blueprint.add_url_rule("/c/<slug>/export/files", "taking_files", taking.files)
blueprint.add_url_rule("/c/<slug>/export/files/<int:number>", "taking_file", taking.file, methods=["POST"])

ALL = "/c/<slug>/disputes"
ONE = ALL + "/<int:number>"
blueprint.add_url_rule("/disputes", "every_dispute", disputes.every)
blueprint.add_url_rule(ALL, "disputes", disputes.of_project)
blueprint.add_url_rule(ALL, "dispute_begin", disputes.begin, methods=["POST"])
blueprint.add_url_rule(ALL + "/report", "dispute_report", disputes.report, methods=["POST"])
blueprint.add_url_rule(ONE, "dispute", disputes.dispute)
blueprint.add_url_rule(ONE + "/views", "dispute_views", disputes.views, methods=["POST"])
blueprint.add_url_rule(ONE + "/meetings", "dispute_meeting", disputes.meeting, methods=["POST"])
blueprint.add_url_rule(ONE + "/result", "dispute_result", disputes.settle, methods=["POST"])
blueprint.add_url_rule(ONE + "/confirm", "dispute_confirm", disputes.confirm, methods=["POST"])
blueprint.add_url_rule(ONE + "/files/<int:file_id>", "dispute_scan", disputes.scan)


def init_app(app: Flask) -> None:
    """Join this face to the application."""
    desk.init_app(app)
    app.register_blueprint(blueprint)
