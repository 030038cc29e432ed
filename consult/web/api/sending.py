"""Sending opinions through the API, and the challenge that proves some trouble was taken."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import marshmallow as ma
from flask import Request, Response, jsonify, request
from flask_smorest import Blueprint

from consult.base.crypto import keyed
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import CITIZEN
from consult.base.together import together
from consult.drafts import find
from consult.drafts.period import require_open
from consult.intake.find import clauses_by_id, comments_of
from consult.intake.models import Comment
from consult.intake.screen import MOST_ITEMS, screen_items
from consult.intake.submit import Item, Sender, Sent, new_send_key, sent_before, submit, unsent
from consult.web import challenge, keys, moment, settings
from consult.web.api.answers import QuestionSchema, ReceiptSchema
from consult.web.api.body import read, refusal_of
from consult.web.api.house import failures, stamp
from consult.web.api.schemas import SubmissionSchema, plainly
from consult.web.limits import CHALLENGE, TooMany, address_hash, count_sent, limiter, pressed, weigh

WHOLE = "全文"
USED = "这个 Idempotency-Key 已经用在内容不同的另一次提交上。请换一个新的随机值，再提交一次。"
_SHAPE = SubmissionSchema()  # made once, not at each request
SENDER_FIELDS = frozenset(Sender.__dataclass_fields__)
GIVEN = {
    "comments": [
        {
            "clause": "a3",
            "stance": "amend",
            "text": "间距太大，老人看不清。",
            "proposed_text": "不超过三十米",
            "reason": "",
        },
        {"clause": None, "stance": "support", "text": "", "proposed_text": "", "reason": ""},
    ],
    "submitter": {"kind": "person", "region": "河湾县", "may_publish": True},
}
RECEIPT = {
    "receipt_code": "7K3M-9QXA-2B4C-D5E6",
    "received_at": "2026-03-10T10:00:00+08:00",
    "comments": [
        {
            "clause": "a3", "citation": "第二章第三条", "stance": "amend", "text": "间距太大，老人看不清。",
            "proposed_text": "不超过三十米", "reason": "",
        },
        {"clause": None, "citation": WHOLE, "stance": "support", "text": "", "proposed_text": "", "reason": ""},
    ],
}  # fmt: skip
QUESTION = {
    "required": True,
    "altcha": {"parameters": {"algorithm": "PBKDF2/SHA-256", "cost": 5000}, "signature": "…"},
    "question": "三加五等于几？",
    "token": "eyJhdCI6…",
}
IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string"},
    "description": "这次提交的随机标识(至少 128 位)；用同一个值重发，得到同一份回执，不重复登记",
    "example": "5f0c2f3e-8f0e-4f5b-9d55-0c3f8f4f7a10",
}


def send_key(slug: str, given: str) -> str:
    """What names this sending: a keyed hash of project and Idempotency-Key, or fresh random bits."""
    return keyed(keys().send, f"api|{slug}|{given.strip()}") if given.strip() else new_send_key()


def is_repeated(key: str) -> bool:
    """Whether this very sending is stored already: a retry is answered, however busy its sender was."""
    return bool(request.headers.get("Idempotency-Key", "").strip()) and sent_before(key, keys()) is not None


def require_captcha(slug: str, key: str, proof: str | list[tuple[str, str]] | None, harder: bool) -> None:
    """Refuse a sending without its proof, where the installation asks for one and the project takes opinions."""
    if not settings().captcha or is_repeated(key):
        return
    require_running(find.standing(slug), moment())
    if proof is None:
        raise NotAllowed("请先从 /api/v1/challenge 取题，回答算术题或者完成人机验证，再提交。", "captcha")
    if isinstance(proof, str):
        challenge.require_work(keys(), proof, harder)
    else:
        challenge.require_answers(keys(), moment(), proof, harder)


def require_running(project: find.Standing, now: datetime) -> None:
    """Refuse before the opening, from the closing instant on, and after a withdrawal."""
    if project.withdrawn_at:
        raise Conflict("这个项目已经撤回，不再征求意见。")
    require_open(now, project.opens_at, project.closes_at)


def store(slug: str, key: str, given: dict[str, Any], marks: Sequence[str], address: str) -> Sent:
    """The one door, in one transaction with whoever else sends now; the moment is taken after the body was read."""
    now, own, items = moment(), keys(), items_of(given)
    sender, source = Sender(**(given["submitter"] or {})), given["source"]

    def work() -> Sent:
        project = find.standing(slug)
        if project.withdrawn_at and not sent_before(key, own):
            raise Conflict("这个项目已经撤回，不再征求意见。")
        return submit(
            CITIZEN, now, consultation=project, version_id=project.version_id, channel="web", items=items,
            sender=sender, send_key=key, opens_at=project.opens_at, closes_at=project.closes_at, keys=own,
            address_hash=address, source=source, marks=marks,
        )  # fmt: skip

    sent = together(work)
    if not sent.repeated:
        count_sent(slug)
    return sent


def with_path(refusal: Refused, slug: str, items: list[Item]) -> Refused:
    """The refusal with the path of the member at fault, as the sender wrote it."""
    name = refusal.field or ""
    if name in SENDER_FIELDS:
        return Refused(refusal.message, f"submitter.{name}")
    if not 1 <= len(items) <= MOST_ITEMS:
        return Refused(refusal.message, "comments")
    wrong = [_is_refused(one) for one in items]
    if name == "clause" and True not in wrong:
        version = find.current_version(find.public_by_slug(slug))
        known = find.clause_ids(version.id, {one.clause_key for one in items if one.clause_key})
        wrong = [bool(one.clause_key) and one.clause_key not in known for one in items]
    return Refused(refusal.message, f"comments.{wrong.index(True) if True in wrong else 0}.{name}")


def _is_refused(item: Item) -> bool:
    try:
        screen_items([item])
    except Refused:
        return True
    return False


def receipt(sent: Sent) -> dict[str, object]:
    """The receipt with the opinions as they were stored; those of a repeated sending as they lie in the database."""
    comments = [_told(one, one.clause_key, citation) for one, citation in sent.said] or _stored(sent)
    return {"receipt_code": sent.code, "received_at": stamp(sent.received_at), "comments": comments}


def _told(one: Item | Comment, key: str | None, citation: str, hidden: bool = False) -> dict[str, object]:
    texts = {name: "" if hidden else getattr(one, name) for name in ("text", "proposed_text", "reason")}
    return {"clause": key, "citation": citation if key else WHOLE, "stance": one.stance} | texts


def _stored(sent: Sent) -> list[dict[str, object]]:
    rows = comments_of(sent.submission_id)
    where = clauses_by_id([row.clause_id for row in rows])
    places = [where[row.clause_id] if row.clause_id else None for row in rows]
    return [
        _told(row, at.key if at else None, at.citation if at else "", row.withdrawn_at is not None)
        for row, at in zip(rows, places, strict=True)
    ]


def answer(sent: Sent) -> Response:
    """201 with the receipt, also for a retry; a retry is told so in a header."""
    response = jsonify(receipt(sent))
    response.status_code = 201
    if sent.repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def take(slug: str) -> Response:
    """One sending; reads the body itself, for the layers that describe a view cost as much as storing does."""
    key = request.environ.get("consult.send_key") or send_key(slug, request.headers.get("Idempotency-Key", ""))
    try:
        steps = request.environ.get("consult.steps")  # counted before, on the short way
        steps = weigh(slug) if steps is None else steps  # before the body is read
    except TooMany:
        if not is_repeated(key):
            raise
        steps = ()
    given = shaped(request)
    require_captcha(slug, key, given["captcha"], bool(steps))
    items = items_of(given)
    try:
        sent = store(slug, key, given, steps, address_hash())
        other = sent.repeated and unsent(sent, items)
    except Refused as refusal:
        raise with_path(refusal, slug, items) from None
    if other:
        raise Refused(USED, "Idempotency-Key")
    return answer(sent)


def items_of(given: dict[str, Any]) -> list[Item]:
    """The opinions of a body that has its shape."""
    texts = ("stance", "text", "proposed_text", "reason")
    return [Item(one["clause"] or None, *(one[name] for name in texts)) for one in given["comments"]]


def shaped(req: Request) -> dict[str, Any]:
    """The body as SubmissionSchema reads it; Refused naming the first member at fault."""
    body = read(req)
    try:
        return plainly(body) or cast(dict[str, Any], _SHAPE.load(body))
    except ma.ValidationError as error:
        raise refusal_of(error) from None


def join(blueprint: Blueprint) -> None:
    """Put these pages on the blueprint."""

    @blueprint.route("/consultations/<slug>/submissions", methods=["POST"])
    @blueprint.doc(parameters=[IDEMPOTENCY])
    @blueprint.arguments(SubmissionSchema, example=GIVEN)
    @blueprint.response(201, ReceiptSchema, description="已经收到；回执码只在这里给出一次", example=RECEIPT)
    @failures(blueprint, 400, 403, 404, 409, 413, 415, 422, 429)
    def submissions(given: dict[str, Any], slug: str) -> Response:
        """提交意见"""
        raise NotImplementedError  # `take` stands in its place; here it is described

    @blueprint.route("/challenge")
    @limiter.limit(CHALLENGE)
    @blueprint.response(200, QuestionSchema, description="两种题，做一种就行", example=QUESTION)
    @failures(blueprint, 429)
    def challenges() -> Response:
        """取一道人机验证的题，两小时内有效，只能用一次"""
        question, harder = challenge.question(keys(), moment()), pressed() or request.args.get("harder") == "1"
        response = jsonify(
            required=settings().captcha,
            altcha=challenge.proof_of_work(keys(), moment(), harder),
            question=question.text,
            token=question.token,
        )
        response.headers["Cache-Control"] = "no-store"
        return response
