"""Saying: the page where an opinion is written, collected and sent, and the receipt that answers it."""

from datetime import timedelta
from typing import cast

import segno
from flask import Response, jsonify, render_template, request
from flask_limiter import RateLimitExceeded
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from consult.base.errors import Conflict, StageError
from consult.drafts import find
from consult.intake import attachments, wish
from consult.intake.find import clauses_by_id, comments_of
from consult.intake.submit import Sent
from consult.web import challenge, keys, limits, moment, settings
from consult.web.citizen import collect, keeping, sending, supplementing
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card, due_day, source
from consult.web.citizen.forms import OpinionForm
from consult.web.citizen.lines import name_of, quoted
from consult.web.citizen.rows import mark_of, redline
from consult.web.citizen.sending import COOKIE, Visit
from consult.web.citizen.shared import for_one
from consult.web.headers import csrf

KEPT = timedelta(hours=24)
TOO_OFTEN = "提交得太频繁了，请过几分钟再提交。您写的内容都还在下面，不会丢。"
NO_DATABASE = "系统暂时不能保存，意见还没有提交成功。请过一两分钟再试；也可以先把下面的内容复制保存。"


@citizen.get("/challenge")
@limits.limiter.limit(limits.CHALLENGE)
def challenge_for_altcha() -> Response:
    """Work for the altcha widget."""
    harder = request.args.get("harder") == "1" or limits.pressed()
    response = cast(Response, jsonify(challenge.proof_of_work(keys(), moment(), harder)))
    response.headers["Cache-Control"] = "no-store"
    return response


@citizen.get("/c/<slug>/opinion")
def opinion(slug: str) -> Response:
    """The form; with `fragment=1` only the part that opens in place under a clause."""
    form = OpinionForm(None)
    form.clause.data = request.args.get("clause", "")
    at = sending.visit(slug, form, moment())
    if form.clause.data:
        find.clause_by_key(at.version.id, form.clause.data)
    fragment = request.args.get("fragment") == "1"
    try:
        sending.require_taking(at.project, at.now)
    except Conflict as error:
        return _closed(at, error.message.partition("。")[0] + "。", 409 if fragment else 200)
    return _page(at, template="citizen/opinion_fragment.html" if fragment else "citizen/opinion.html")


@citizen.post("/c/<slug>/opinion")
@csrf.exempt
def say(slug: str) -> Response:
    """Keep, remove or send; whatever is refused, all that was typed is on the page again."""
    form = OpinionForm()
    remove = request.form.get("remove", "")
    now = moment()  # the body has been read whole: this instant decides whether it was in time
    try:
        at = sending.visit(slug, form, now)
        return _act(at, remove)
    except OperationalError:
        return _kept(form)


def _act(at: Visit, remove: str) -> Response:
    try:
        sending.take_files(at)
        at.form.require_token()
        if remove.startswith("file-"):
            sending.drop_file(at, remove.removeprefix("file-"))
        elif remove:
            keeping.take_out(at, remove)
        elif again := request.form.get("edit"):
            keeping.edit(at, again)
        elif act := keeping.ACTS.get(request.form.get("action", "")):
            act(at)
        elif request.form.get("action") == "alone":
            at.earlier, at.notice = None, "好的，这次作为一份新的意见提交，有自己的回执码。"
        elif request.form.get("action") != "attach":
            return _receipt(at, sending.send(at))
    except Conflict as error:
        return _closed(at, error.message, error.status)
    except StageError as error:
        return _page(at, error)
    except RateLimitExceeded:
        return _page(at, StageError(TOO_OFTEN), 429)
    return _page(at)


def _page(
    at: Visit, error: StageError | None = None, status: int = 200, template: str = "citizen/opinion.html"
) -> Response:
    asked = sending.renew(at)
    keeping.prefill(at)
    chosen = at.clauses.get(at.form.clause.data or "")
    blamed = at.form.blame(error) if error else None
    page = render_template(
        template, card=card(at.project, at.now), c=at.project, at=at, form=at.form, asked=asked, chosen=chosen,
        quote=quoted(list(at.clauses.values()), chosen) if chosen else [], names=at.names, mark_of=mark_of, error=error, blamed=blamed,
        ticket=supplementing.ticket(at.earlier, at.now) if at.earlier else "", captcha=settings().captcha, days=settings().contact_retention_days, src=source(), due=due_day(at.project),
    )  # fmt: skip
    response = for_one(page, status if status != 200 else error.status if error else 200)
    if response.status_code == 429:
        response.headers["Retry-After"] = "600"
    if request.form.get("action") == "alone":
        response.delete_cookie(supplementing.COOKIE, path=f"/c/{at.project.slug}")
    if at.token and (at.kept or at.files):
        response.set_cookie(
            COOKIE, at.token, max_age=KEPT, httponly=True, samesite="Lax", secure=settings().https,
            path=f"/c/{at.project.slug}",
        )  # fmt: skip
    return response


def _closed(at: Visit, message: str, status: int) -> Response:
    text = collect.typed(at.items, at.names)
    facts = {"card": card(at.project, at.now), "c": at.project, "message": message, "text": text}
    return for_one(render_template("citizen/closed.html", **facts), status)


def _kept(form: OpinionForm) -> Response:
    """The database does not answer: everything that came in goes back to the page, for copying."""
    one = collect.present(form, {})
    text = collect.typed([*collect.carried(request.form), *([one] if one else [])], {})
    response = for_one(render_template("citizen/kept.html", message=NO_DATABASE, text=text), 503)
    response.headers["Retry-After"] = "60"
    return response


def _receipt(at: Visit, sent: Sent) -> Response:
    project = find.public_by_slug(request.view_args["slug"])  # type: ignore[index]
    comments = comments_of(sent.submission_id)
    page = render_template(
        "citizen/sent.html", c=project, card=card(project, at.now), sent=sent, comments=comments, due=due_day(project),
        clauses=clauses_by_id([one.clause_id for one in comments]), name_of=name_of, redline=redline, qr=_qr(sent.code), sender=at.form,
        files=attachments.of([sent.submission_id]).get(sent.submission_id, []), wished=wish.wanted(sent.submission_id),
        earlier=at.earlier,
    )  # fmt: skip
    response = for_one(page)
    response.delete_cookie(supplementing.COOKIE, path=f"/c/{project.slug}")
    if not sent.repeated:  # the page loaded again: what was put into the basket since then is not thrown away
        response.delete_cookie(COOKIE, path=f"/c/{project.slug}")
    return response


def _qr(code: str) -> Markup:
    """The code as a picture that a phone reads as text: no address, so that the code is in no URL."""
    made = segno.make(f"回执码：{code}", error="m")
    return Markup(made.svg_inline(scale=4, border=3, svgclass="qr", lineclass=None, omitsize=True, title="回执码"))
