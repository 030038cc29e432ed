"""The library of reasons: its page, and picking from it on the form of a ruling, with and without JavaScript."""

from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice, SelectField, StringField, TextAreaField

from consult.base.db import transaction
from consult.review import reasons
from consult.review.find import names_of
from consult.review.personal_models import Reason
from consult.review.words import OUTCOMES
from consult.web import access, moment
from consult.web.reviewer.forms import DecisionForm
from consult.web.staff import StaffForm, done

ANY = "各种处理意见"


class ReasonForm(StaffForm):
    """One reason of the library as it is typed."""

    outcome = SelectField(
        "用于哪种处理意见",
        choices=[*(SelectChoice(code, name) for code, name in OUTCOMES.items()), SelectChoice("", ANY)],
        default="not_adopted",
    )
    title = StringField("短名字", default="")
    body = TextAreaField("理由", default="")

    def typed(self) -> dict[str, str]:
        """What goes to `keep_reason` as it was typed."""
        return {name: getattr(self, name).data or "" for name in ("outcome", "title", "body")}


def library(number: int | None = None, form: ReasonForm | None = None) -> ResponseReturnValue:
    """Every reason in use with how often it was used, and the form to add one or to change one."""
    rows, changed = reasons.in_use(), reasons.reason(number) if number is not None else None
    facts = {name: getattr(changed, name) for name in ("outcome", "title", "body")} if changed else {}
    form = form or ReasonForm(formdata=None, **facts)
    gone = reasons.retired()
    page = render_template(
        "reviewer/reasons.html", sections=by_outcome(rows), used=reasons.used([*rows, *gone]), changed=changed,
        form=form, gone=gone, names=names_of({one.changed_by for one in [*rows, *gone]}), ANY=ANY,
    )  # fmt: skip
    return page, form.http_status


def keep(number: int | None = None) -> ResponseReturnValue:
    """Add a reason, or change one."""
    form = ReasonForm()
    if form.validate_on_submit():
        form.attempt(lambda: reasons.keep_reason(access.actor(), moment(), number=number, **form.typed()))
        if not form.errors:
            return done("理由已保存。", "reviewer.reasons")
    return library(number, form)


def retire(number: int) -> ResponseReturnValue:
    """Take a reason out of use."""
    with transaction():
        reasons.retire_reason(access.actor(), moment(), number)
    return done("这条理由已停用，已经作出的处理不受影响。", "reviewer.reasons")


def by_outcome(rows: list[Reason] | None = None) -> list[tuple[str, list[Reason]]]:
    """What can be picked under the name of each result, in their order."""
    found = reasons.in_use() if rows is None else rows
    return [(OUTCOMES.get(code, ANY), list(part)) for code, part in groupby(found, key=lambda one: one.outcome)]


def picked(form: DecisionForm) -> bool:
    """Whether somebody pressed a reason of the library: it joins what was typed, and the form is shown again."""
    number = request.form.get("pick", "")
    if not number.isdecimal() or len(number) > 9:
        return False
    row = reasons.reason(int(number))
    typed = (form.reason.data or "").strip()
    if row.body not in typed:
        form.reason.data = "\n".join(part for part in (typed, row.body) if part)
    form.outcome.data = form.outcome.data or row.outcome or None
    return True
