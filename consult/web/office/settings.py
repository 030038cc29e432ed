"""Pages: the minimum periods (R02) and the calendar of workdays, both editable by the installation."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired

from consult.base.clock import local_date
from consult.base.db import db
from consult.drafts import rules
from consult.drafts.models import KINDS, CalendarDay
from consult.drafts.workdays import read_calendar, set_calendar
from consult.web import moment
from consult.web.access import actor
from consult.web.office.blueprint import bp
from consult.web.staff import StaffForm, done


class RuleForm(StaffForm):
    """The minimum period of one kind."""

    kind = HiddenField()
    days = IntegerField("天数")
    workdays = BooleanField("按工作日")
    source = StringField("依据")


class CalendarForm(StaffForm):
    """A year's holidays and worked weekends, one a line."""

    days = TextAreaField("节假日和调休", validators=[InputRequired("请至少写一天。")])


def _shown(rule: RuleForm | None = None, days: CalendarForm | None = None) -> ResponseReturnValue:
    forms = {one.kind: _rule_form(one) for one in rules.every_rule()}
    if rule is not None and rule.kind.data in forms:
        forms[rule.kind.data] = rule
    wrong = next((form for form in (rule, days) if form is not None), None)
    year = local_date(moment()).year
    return render_template(
        "office/settings.html", forms=forms, kinds=KINDS, calendar_form=days or CalendarForm(formdata=None),
        rule=rule, days=db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)).all(),
        unknown=[one for one in (year, year + 1) if not read_calendar().known(one)],
    ), wrong.http_status if wrong else 200  # fmt: skip


def _rule_form(one: rules.Rule) -> RuleForm:
    stored = one.minimum
    return RuleForm(formdata=None, kind=one.kind, days=stored.days, workdays=stored.workdays, source=one.source)


@bp.get("/settings", endpoint="settings")
def settings_page() -> ResponseReturnValue:
    """Both tables."""
    return _shown()


@bp.post("/settings/rules")
def settings_rule() -> ResponseReturnValue:
    """Write one rule."""
    me, form = actor(), RuleForm()
    if form.validate_on_submit():
        days = form.days.data if form.days.data is not None else -1
        form.attempt(lambda: rules.set_rule(
            me, moment(), form.kind.data, days, bool(form.workdays.data), form.source.data or ""))  # fmt: skip
        if not form.errors:
            return done(f"{KINDS[form.kind.data]}的最短期限已经改好。", "office.settings")
    return _shown(rule=form)


@bp.post("/settings/calendar")
def settings_calendar() -> ResponseReturnValue:
    """Replace the days of the years that are named."""
    me, form = actor(), CalendarForm()
    if form.validate_on_submit():
        count = form.attempt(lambda: set_calendar(me, moment(), form.days.data))
        if count is not None:
            return done(f"已经写入 {count} 天。", "office.settings")
    return _shown(days=form)
