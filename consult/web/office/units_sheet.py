"""Pages: the directory as a sheet to take away, and a sheet read back: every difference shown, then written at once."""

from pathlib import Path

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.base import clock, directory_import
from consult.base.crypto import digest
from consult.base.db import transaction
from consult.base.directory import facts_of, find
from consult.base.directory_import import Plan, code_of, names_of_all, plan_of, shown
from consult.base.errors import Refused
from consult.letters import unit_sheet
from consult.letters.unit_sheet import Reading
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.download import attachment
from consult.web.office.blueprint import bp
from consult.web.office.staging import Staged, fetch, stage
from consult.web.office.units_forms import AgreeForm, SheetForm
from consult.web.staff import StaffForm, done

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_TOLD = 100


@bp.post("/units/export")
def units_export() -> ResponseReturnValue:
    """The whole directory, closed ones too; that it left is noted."""
    me, now, form = actor(), moment(), StaffForm()
    me.require("office")
    if not form.validate_on_submit():
        return redirect(url_for("office.units"), 303)
    names = names_of_all()
    rows = [(shown(facts_of(one)), code_of(one, names.get(one.id, []))) for one in find(closed=None)]
    day = clock.show_date(now)
    data = unit_sheet.write(rows, f"单位名录（{day}导出）", now)
    with transaction():
        directory_import.note_export(me, now, len(rows), digest([list(row) for row in rows]))
    return attachment(Response(data, mimetype=XLSX), f"单位名录-{clock.local_date(now):%Y%m%d}.xlsx")


@bp.route("/units/import", methods=["GET", "POST"])
def units_import() -> ResponseReturnValue:
    """Step 1: a filled sheet; what cannot be read is told by its cells."""
    me, form = actor(), SheetForm()
    me.require("office")
    if form.validate_on_submit():
        upload = form.file.data
        if upload is None or not upload.filename:
            form.blame(Refused("请选择文件。", "file"))
        else:
            token = stage(_folder(), keys(), me, moment(), upload.read(), upload.filename)
            return redirect(url_for("office.units_check", source=token), 303)
    return render_template("office/units_import.html", form=form), form.http_status


@bp.route("/units/import/check", methods=["GET", "POST"])
def units_check() -> ResponseReturnValue:
    """Step 2: every difference, cell by cell, and the yes to all of it."""
    me, now, token = actor(), moment(), request.values.get("source", "")
    me.require("office")
    staged = fetch(_folder(), keys(), me, now, token)
    reading, form = unit_sheet.read(staged.data), AgreeForm()
    if form.validate_on_submit() and not reading.troubles:
        agreed = form.agreed.data or ""
        plan = form.attempt(lambda: directory_import.import_units(me, now, reading.rows, agreed))
        if plan is not None:
            return done(f"已经写入 {len(plan.writes)} 个单位。", "office.units")
    return _check_page(staged, token, reading, form)


def _check_page(staged: Staged, token: str, reading: Reading, form: AgreeForm) -> ResponseReturnValue:
    plan = plan_of(reading.rows) if not reading.troubles else Plan()
    troubles = reading.troubles or plan.troubles
    form.agreed.data = plan.digest
    return render_template(
        "office/units_check.html", form=form, plan=plan, name=staged.name, token=token, notices=reading.notices,
        troubles=troubles[:MOST_TOLD], more=max(0, len(troubles) - MOST_TOLD), rows=len(reading.rows),
    ), form.http_status  # fmt: skip


def _folder() -> Path:
    return settings().instance / "staging"
