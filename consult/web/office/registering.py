"""Pages: an opinion received elsewhere enters the ledger, and its sender's receipt is printed."""

from contextlib import suppress
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.base import clock
from consult.base.errors import Conflict
from consult.drafts import find
from consult.drafts.period import last_day
from consult.intake.register import register
from consult.intake.submit import Sent, new_send_key
from consult.intake.words import OFFLINE
from consult.web import keys, limits, moment
from consult.web.access import actor
from consult.web.office.blueprint import bp, opened
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
    if "more" not in request.form and form.validate_on_submit() and (sent := _enter(form, slug)):
        return render_template(
            "office/receipt.html", project=project, where=where, sent=sent, form=form,
            late=form.received_on.data > last_day(project.closes_at),
        )  # fmt: skip
    return render_template("office/register.html", form=form, project=project, where=where, most=MOST), _status(form)


def _suggested() -> dict[str, object]:
    """What the form begins with: today, or the day and the channel that a link names, such as that of a hearing."""
    found: dict[str, object] = {"received_on": clock.local_date(moment())}
    day, channel = request.args.get("on", ""), request.args.get("channel", "")
    with suppress(ValueError):
        found["received_on"] = date.fromisoformat(day)
    return found | ({"channel": channel} if channel in OFFLINE else {})


def _status(form: StaffForm) -> int:
    return 200 if "more" in request.form else form.http_status


def _enter(form: RegisterForm, slug: str) -> Sent | None:
    """Store it once: the same page sent twice is refused, for a clerk would count one letter as two."""
    used, form.once.data = form.once.data or "", new_send_key()
    if not limits.first_use(f"register:{used}", ONCE_SECONDS):
        form.blame(Conflict("这一页已经登记过了。如果是另一份意见，请核对内容后再点一次“登记”。"))
        return None
    sent = form.attempt(lambda: _register(form, slug))
    return sent[0] if sent else None


def _register(form: RegisterForm, slug: str) -> list[Sent]:
    project = find.by_slug(slug)
    return register(
        actor(), moment(), consultation=project, version_id=find.current_version(project).id,
        channel=form.channel.data, entries=[form.entry()], keys=keys(),
    )  # fmt: skip
