"""Pages: where things stand for the administrator who looks, the directory of units, the jobs."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from wtforms import StringField
from wtforms.validators import InputRequired

from consult.base import accounts, audit
from consult.base.db import db
from consult.base.jobs import Job
from consult.base.people import UNIT_KINDS, Unit, User
from consult.web import moment
from consult.web.access import actor
from consult.web.admin import words
from consult.web.admin.blueprint import bp
from consult.web.staff import StaffForm, done

MOST_JOBS = 200


@bp.get("/")
@bp.get("", endpoint="index")
def overview() -> ResponseReturnValue:
    """Counts, and a way to each page that this administrator may open."""
    states = db.session.execute(select(Job.state, func.count().label("number")).group_by(Job.state)).all()
    return render_template(
        "admin/overview.html", users=_count(select(func.count()).where(User.active)), head=audit.head(db.session()),
        closed=_count(select(func.count()).where(~User.active)), units=_count(select(func.count(Unit.id))),
        states={row.state: row.number for row in states}, job_states=words.JOB_STATES,
    )  # fmt: skip


def _count(query: object) -> int:
    return db.session.scalar(query) or 0  # type: ignore[call-overload]


class UnitForm(StaffForm):
    """A unit for the directory."""

    unit = StringField("单位全称", validators=[InputRequired("请填写单位全称。")])


@bp.route("/units", methods=["GET", "POST"])
def units() -> ResponseReturnValue:
    """The directory of units that can be asked."""
    me, form = actor(), UnitForm()
    me.require("sysadmin")
    if form.validate_on_submit():
        name = form.unit.data
        form.attempt(lambda: accounts.unit_named(me, moment(), name))
        if not form.errors:
            return done(f"“{name}”已经在名录里。", "admin.units")
    query = select(User.unit_id, func.count().label("number")).where(User.active).group_by(User.unit_id)
    accounts_of = {row.unit_id: row.number for row in db.session.execute(query)}
    return render_template(
        "admin/units.html", form=form, units=accounts.units(active_only=False), accounts_of=accounts_of,
        kinds=UNIT_KINDS,
    ), form.http_status


@bp.get("/jobs")
def jobs() -> ResponseReturnValue:
    """What waits, runs, is done or failed, the newest first."""
    actor().require("sysadmin")
    found = db.session.scalars(select(Job).order_by(Job.id.desc()).limit(MOST_JOBS)).all()
    return render_template("admin/jobs.html", jobs=found, names=words.JOBS, states=words.JOB_STATES, most=MOST_JOBS)
