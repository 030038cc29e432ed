"""Being answered: the receipt page, its file, the wish for a mail, and the way to a supplement."""

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template
from flask_limiter import RateLimitExceeded

from consult.base.clock import local_date
from consult.base.db import transaction
from consult.base.errors import Conflict, StageError
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake import wish
from consult.intake.find import by_receipt
from consult.intake.models import Submission
from consult.intake.receipt import read_code
from consult.intake.supplement import require_supplementable
from consult.summary.find import is_answered
from consult.summary.published import Published, published
from consult.web import keys, limits, moment, settings
from consult.web.citizen import supplementing
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card, due_day
from consult.web.citizen.fates import living, parts_of, sums
from consult.web.citizen.forms import CodeForm
from consult.web.citizen.receipt_file import receipt_text
from consult.web.citizen.shared import for_one
from consult.web.download import attachment
from consult.web.headers import csrf

TOO_OFTEN = "查询得太频繁了，请过几分钟再查。"


@citizen.get("/receipt")
def receipt() -> Response:
    """The form for a code."""
    return ask_code(CodeForm(None))


@citizen.post("/receipt")
@csrf.exempt
def look_up() -> Response:
    """The state of every opinion behind a code; a wrong code stays in the form."""
    return with_code(shown)


@citizen.post("/receipt/file")
@csrf.exempt
def receipt_file() -> Response:
    """The receipt as a text to keep; the code comes in the body and stands in the file only."""
    return with_code(_file)


@citizen.post("/receipt/mail")
@csrf.exempt
def wish_mail() -> Response:
    """Ask for a mail when the result is out, or change where it goes."""
    return with_code(_wish)


@citizen.post("/receipt/mail/drop")
@csrf.exempt
def drop_mail() -> Response:
    """No mail after all."""
    return with_code(_drop)


@citizen.post("/receipt/supplement")
@csrf.exempt
def supplement() -> Response:
    """On to the opinion page, with a ticket in a cookie of this project instead of the code."""
    return with_code(_supplement)


def with_code(act: Callable[[CodeForm, Submission], Response]) -> Response:
    """Do what is asked with the sending behind the typed code; whatever goes wrong, the code stays on the page."""
    form = CodeForm()
    try:
        form.require_token()
        limits.count_look_up()
        found = by_receipt(keys(), form.code.data or "")
    except StageError as error:
        return ask_code(form, error)
    except RateLimitExceeded:
        return ask_code(form, StageError(TOO_OFTEN), 429)
    try:
        return act(form, found)
    except StageError as error:
        return shown(form, again(form), error=error)


def again(form: CodeForm) -> Submission:
    """The sending behind the code, read anew."""
    return by_receipt(keys(), form.code.data or "")


def ask_code(form: CodeForm, error: StageError | None = None, status: int = 0) -> Response:
    """The page with the field for a code."""
    if error:
        form.code.errors = [error.message]
    page = render_template("citizen/receipt.html", form=form, error=error)
    response = for_one(page, status or (error.status if error else 200))
    if response.status_code == 429:
        response.headers["Retry-After"] = "600"
    return response


def shown(form: CodeForm, found: Submission, notice: str = "", error: StageError | None = None) -> Response:
    """The page that tells what became of everything behind the code."""
    project, now = find.by_id(found.consultation_id), moment()
    released, parts = is_answered(project.id, found.received_at), parts_of(project, found)
    one, open_parts = card(project, now), living(parts)
    if error and error.field == "wish_email":
        form.wish_email.errors = [error.message]
    page = render_template(
        "citizen/receipt_shown.html", form=form, sent=found, c=project, card=one,
        parts=parts, sums=sums(parts), due=due_day(project), notice=notice, error=error,
        earlier=find_earlier(found), wished=wish.wanted(found.id), may_withdraw=not released and bool(open_parts),
        may_wish=not released and not project.withdrawn_at and bool(open_parts),
        may_add=one.open and bool(open_parts), survey=settings().survey, result=_answer(project, found),
    )  # fmt: skip
    return for_one(page, error.status if error else 200)


def _answer(project: Consultation, found: Submission) -> Published | None:
    """The newest result of the first period that answered this sending; None before there is one."""
    since = [one for one in published(project) if one.release.released_at >= found.received_at]
    return next((one for one in reversed(since) if one.period == since[0].period), None)


def find_earlier(found: Submission) -> bool:
    """Whether this sending itself adds to an earlier one."""
    return found.supplements is not None


def _file(form: CodeForm, found: Submission) -> Response:
    project = find.by_id(found.consultation_id)
    text = receipt_text(read_code(form.code.data or "") or "", found, project, settings().public_url, due_day(project))
    response = make_response(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())  # old editors know it by its mark
    response.mimetype = "text/plain"
    return attachment(response, f"回执-{local_date(found.received_at).isoformat()}.txt")


def _wish(form: CodeForm, found: Submission) -> Response:
    email, now = form.wish_email.data or "", moment()
    with transaction():
        one = again(form)
        wish.want(CITIZEN, now, one, email, keys(), released=is_answered(one.consultation_id, one.received_at))
    form.wish_email.data = ""
    return shown(form, again(form), "已经登记。采纳情况公布时，会给这个邮箱发一封邮件；发完就删除邮箱。")


def _drop(form: CodeForm, found: Submission) -> Response:
    with transaction():
        wish.drop(CITIZEN, moment(), again(form))
    return shown(form, again(form), "已经取消邮件通知，邮箱已经删除。凭回执码还可以随时查询。")


def _supplement(form: CodeForm, found: Submission) -> Response:
    project, now = find.by_id(found.consultation_id), moment()
    if project.withdrawn_at:
        raise Conflict("这个项目已经撤回，不再接收意见，不能补充了。")
    if not project.opens_at <= now < project.closes_at:
        raise Conflict("征求意见已经截止，不能再补充了。已经提交的意见照常办理。")
    require_supplementable(found, project.id)
    response = redirect(f"/c/{project.slug}/opinion", 303)
    response.set_cookie(
        supplementing.COOKIE, supplementing.ticket(found, now), max_age=supplementing.LASTS, httponly=True,
        samesite="Lax", secure=settings().https, path=f"/c/{project.slug}",
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]
