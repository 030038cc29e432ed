"""Pages: an opinion received elsewhere enters the ledger, and its sender's receipt is printed."""

from contextlib import suppress
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.base import clock
from consult.base.errors import Conflict, StageError
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.intake import attachments
from consult.intake.attachments import Waiting
from consult.intake.register import register
from consult.intake.submit import Sent, new_send_key
from consult.intake.words import OFFLINE
from consult.web import keys, limits, moment, settings
from consult.web.access import actor
from consult.web.office import receipts, scans
from consult.web.office.blueprint import bp, opened
from consult.web.office.receipts import Receipt
from consult.web.office.register_form import MOST, RegisterForm
from consult.web.staff import StaffForm

ONCE_SECONDS = 24 * 3600


@bp.route("/c/<slug>/register", methods=["GET", "POST"], endpoint="register")
def register_page(slug: str) -> ResponseReturnValue:
    """The form; after it the receipt, which is shown once and not stored."""
    actor().require("office")
    project, where = opened(slug)
    form = RegisterForm(once=new_send_key(), **_suggested())
    if request.method == "POST" and "more" in request.form and len(form.opinions) < MOST:
        form.opinions.append_entry()
    form.offer(find.clauses(find.current_version(project).id))
    kept, trouble = _kept(form)
    whole = not {"more", "drop"} & set(request.form) and form.validate_on_submit()
    if trouble:
        form.blame(trouble)
    elif whole and (sent := _enter(form, slug, kept)):
        return receipts.page(project, [_receipt(project, form, sent, kept)], "office.register")
    return render_template(
        "office/register.html", form=form, project=project, where=where, most=MOST, kept=kept
    ), _status(form)  # fmt: skip


def _kept(form: RegisterForm) -> tuple[dict[str, Waiting], StageError | None]:
    """signed name → scan of all that this page holds, and why another one cannot be taken."""
    now, kept = moment(), dict[str, Waiting]()
    if request.method != "POST":
        return kept, None
    try:
        kept = scans.held([one for one in request.form.getlist("scan") if one != request.form.get("drop")], now)
        scans.take_in(kept, form.uploads(), now)
    except StageError as error:
        return kept, error
    return kept, None


def _receipt(project: Consultation, form: RegisterForm, sent: Sent, kept: dict[str, Waiting]) -> Receipt:
    day = form.received_on.data
    return Receipt(sent, form.channel.data, day, day > last_day(project.closes_at), files=len(kept))


def _suggested() -> dict[str, object]:
    """What the form begins with: today, or the day and the channel that a link names, such as that of a hearing."""
    found: dict[str, object] = {"received_on": clock.local_date(moment())}
    day, channel = request.args.get("on", ""), request.args.get("channel", "")
    with suppress(ValueError):
        found["received_on"] = date.fromisoformat(day)
    return found | ({"channel": channel} if channel in OFFLINE else {})


def _status(form: StaffForm) -> int:
    return 200 if {"more", "drop"} & set(request.form) and not form.scans.errors else form.http_status


def _enter(form: RegisterForm, slug: str, kept: dict[str, Waiting]) -> Sent | None:
    """Store it once: the same page sent twice is refused, for a clerk would count one letter as two."""
    used, form.once.data = form.once.data or "", new_send_key()
    if not limits.first_use(f"register:{used}", ONCE_SECONDS):
        form.blame(Conflict("这一页已经登记过了。如果是另一份意见，请核对内容后再点一次“登记”。"))
        return None
    sent = form.attempt(lambda: _register(form, slug, list(kept.values())))
    if sent:
        attachments.unstage(settings().files, kept.values())
    return sent[0] if sent else None


def _register(form: RegisterForm, slug: str, files: list[Waiting]) -> list[Sent]:
    project = find.by_slug(slug)
    return register(
        actor(), moment(), consultation=project, version_id=find.current_version(project).id,
        channel=form.channel.data, entries=[form.entry(files)], keys=keys(), folder=settings().files,
    )  # fmt: skip
