"""Page: what the office's directory says of one's own unit, put right and confirmed once a year."""

from dataclasses import replace

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from consult.base import directory
from consult.base.clock import local_date
from consult.base.errors import NotFound
from consult.base.people import PERSONS, Actor, Unit
from consult.web import access, moment
from consult.web.office.units_forms import line
from consult.web.staff import StaffForm, done


class OwnForm(StaffForm):
    """What a unit puts right itself."""

    edition = HiddenField()
    office_section = line("office_section")
    leader = line("leader")
    handler = line("handler")
    phone = line("phone")
    address = line("address")


def unit() -> ResponseReturnValue:
    """The facts as a form; saving them says that they are right."""
    me = access.actor()
    me.require("agency")
    one = _own(me)
    form = OwnForm(obj=one)
    if not form.is_submitted():
        form.edition.data = directory.seen(one)
    if form.validate_on_submit():
        form.attempt(lambda: _save(me, form))
        if not form.errors:
            return done("已经记下，谢谢核对。", "agency.unit")
    one = _own(me)
    year = local_date(moment()).year
    return render_template(
        "agency/unit.html", form=form, unit=one, year=year, confirmed=directory.confirmed(one, year),
        person=one.kind in PERSONS, names=directory.former_names(one.id),
    ), form.http_status  # fmt: skip


def _own(me: Actor) -> Unit:
    if me.unit_id is None:
        raise NotFound("您的账号没有对应的单位，请联系系统管理员。")
    return directory.by_id(me.unit_id)


def _save(me: Actor, form: OwnForm) -> None:
    """Two acts, two entries: what changed, and that it is right now."""
    now, one = moment(), _own(me)
    typed = {name: form[name].data or "" for name in directory.OWN}
    facts = replace(directory.facts_of(one), **typed)  # type: ignore[arg-type]
    directory.change_unit(me, now, one, facts, edition=form.edition.data or "")
    directory.confirm_unit(me, now, one)
