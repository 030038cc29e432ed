"""What became of a sending, for whoever holds its receipt code."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from consult.base.db import db
from consult.drafts import find
from consult.drafts.descent import reads_now
from consult.drafts.models import Clause, Version
from consult.intake.find import by_receipt, clauses_by_id, comments_of
from consult.intake.models import Comment, Submission
from consult.intake.supplement import with_supplements
from consult.review.extras import said_in, standing_of
from consult.review.find import decisions_of, first_reads, group_sizes
from consult.review.group_models import Addition, AdditionDecision
from consult.review.models import OUTCOMES, Decision
from consult.review.readdress import pointed
from consult.web import keys
from consult.web.api.answers import StatesSchema
from consult.web.api.house import failures, stamp
from consult.web.api.schemas import LookUpSchema
from consult.web.limits import LOOK_UP, limiter
from consult.web.wording import wording_now

WHOLE = "全文"
STATE = {
    "clause": "a3",
    "citation": "第二章第三条",
    "text": "间距太大，老人看不清。",
    "stance": "amend",
    "proposed_text": "不超过三十米",
    "given_reason": "",
    "read_at": "2026-03-11T09:12:00+08:00",
    "group_size": 3,
    "decision": "adopted",
    "decision_name": "采纳",
    "reason": "已改为三十米。",
    "adopted_part": "",
    "referred_to": "",
    "new_wording": "主路路灯间距不超过三十米。",
    "clause_now": "主路路灯间距不超过三十米。",
    "withdrawn": False,
    "additions": [],
}
STATES = {
    "consultation": "street-lights",
    "title": "村庄公共照明管理办法",
    "received_at": "2026-03-10T10:00:00+08:00",
    "channel": "web",
    "comments": [STATE],
}


def state(comment: Comment, clause: Clause | None, now: str | None, ruling: Decision | None) -> dict[str, object]:
    """One opinion, how its clause reads `now`, and what was decided on it; the words of a withdrawn one are hidden."""
    hidden = comment.withdrawn_at is not None
    return {
        "clause": clause.key if clause else None,
        "citation": clause.citation if clause else WHOLE,
        "text": "" if hidden else comment.text,
        "stance": comment.stance,
        "proposed_text": "" if hidden else comment.proposed_text,
        "given_reason": "" if hidden else comment.reason,
        "decision": ruling.outcome if ruling else None,
        "decision_name": OUTCOMES[ruling.outcome] if ruling else "",
        "reason": ruling.reason if ruling else "",
        "adopted_part": ruling.adopted_part if ruling else "",
        "referred_to": ruling.referred_to if ruling else "",
        "new_wording": ruling.new_wording if ruling else "",
        "clause_now": now,
        "withdrawn": hidden,
    }


def added(one: Addition, ruling: AdditionDecision | None) -> dict[str, object]:
    """One sentence that this opinion says beyond what its group shares, and what was decided on it."""
    return {
        "sentence": one.sentence,
        "decision": ruling.outcome if ruling else None,
        "decision_name": OUTCOMES[ruling.outcome] if ruling else "",
        "reason": ruling.reason if ruling else "",
        "adopted_part": ruling.adopted_part if ruling else "",
        "referred_to": ruling.referred_to if ruling else "",
        "new_wording": ruling.new_wording if ruling else "",
    }


def _state(
    one: Comment, clause: Clause | None, ruling: Decision | None, version: Version, now: dict[int, str], there: Clause | None
) -> dict[str, object]:
    said = wording_now(clause, ruling, version, now, there)
    return state(one, clause, said if said is not None or clause is None else now[clause.id], ruling)


def states(submission: Submission) -> dict[str, object]:
    """The whole sending and what was added to it, in as many queries for fifty opinions as for one."""
    project = find.by_id(submission.consultation_id)
    parts = with_supplements(submission)
    comments = [comment for part in parts for comment in comments_of(part.id)]
    later = {part.id: {"received_at": stamp(part.received_at)} for part in parts[1:]}
    clauses = clauses_by_id([comment.clause_id for comment in comments])
    version = find.current_version(project)
    now, moved = reads_now(db.session(), version, clauses.values()), pointed(one.id for one in comments if one.version_id != version.id)
    ids = [comment.id for comment in comments]
    rulings, sizes, reads = decisions_of(ids), group_sizes(ids), first_reads(ids)
    more = said_in(one.id for one in comments if not one.withdrawn_at)
    extra = standing_of(one.id for said in more.values() for one in said)
    return {
        "consultation": project.slug,
        "title": project.title,
        "received_at": stamp(submission.received_at),
        "channel": submission.channel,
        "comments": [
            _state(one, clauses.get(one.clause_id or 0), rulings.get(one.id), version, now, moved.get(one.id))
            | {"read_at": stamp(reads.get(one.id)), "group_size": sizes.get(one.id, 1),
               "additions": [added(said, extra.get(said.id)) for said in more.get(one.id, [])]}
            | later.get(one.submission_id, {})
            for one in comments
        ],
    }


def join(blueprint: Blueprint) -> None:
    """Put this page on the blueprint."""

    @blueprint.route("/receipts/lookup", methods=["POST"])
    @limiter.limit(LOOK_UP)
    @blueprint.arguments(LookUpSchema, example={"code": "7K3M-9QXA-2B4C-D5E6"})
    @blueprint.response(200, StatesSchema, description="每条意见的办理情况", example=STATES)
    @failures(blueprint, 400, 404, 413, 415, 422, 429)
    def lookup(given: dict[str, Any]) -> Response:
        """凭回执码查询"""
        return jsonify(states(by_receipt(keys(), given["code"])))
