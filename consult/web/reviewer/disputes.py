"""Pages of disputes: those that are open everywhere, those of a project, and one with both sides and its meetings."""

import tempfile
from pathlib import Path

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from consult.base import files
from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.files import StoredFile, Upload, place
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.review import dispute_find, disputes
from consult.review.dispute_find import Quarrel
from consult.review.disputes import Views
from consult.review.find import names_of
from consult.summary import dispute_report, export
from consult.summary.export import Exported
from consult.summary.numbers import read_units
from consult.web import access, moment, settings
from consult.web.download import attachment, stored
from consult.web.reviewer import board
from consult.web.reviewer.dispute_forms import MeetingForm, ReportForm, ResultForm, SeenForm, ViewsForm
from consult.web.staff import StaffForm, done


def every() -> str:
    """The open disputes of all projects."""
    return render_template("reviewer/disputes_all.html", rows=dispute_find.every_open())


def of_project(slug: str, report: ReportForm | None = None) -> ResponseReturnValue:
    """Every dispute of a project, points that still lack one, and the report for the upper office."""
    project = board.project(slug)
    rows = dispute_find.quarrels(project.id)
    lacking = board.comments(dispute_find.lacking(project.id))
    form = report or ReportForm(formdata=None)
    return render_template(
        "reviewer/disputes.html", consultation=project, status=board.status_of(project), rows=rows,
        lacking=lacking, left=len(dispute_report.unresolved(rows)), form=form,
    ), form.http_status  # fmt: skip


def begin(slug: str) -> ResponseReturnValue:
    """Open the dispute of a point that lacks one."""
    form, typed = StaffForm(), request.form.get("comment", "")
    project = board.project(slug)
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    board.opened(slug, number)
    row = form.attempt(lambda: disputes.open_dispute(access.actor(), moment(), number).id)
    if row is None:
        return done(form.form_errors[0], "reviewer.disputes", slug=project.slug)
    return done("争议已经登记，双方意见已经按意见和处理理由填好，请核对。", "reviewer.dispute", slug=slug, number=row)


def _found(slug: str, number: int) -> tuple[Consultation, Quarrel]:
    project, dispute = board.project(slug), dispute_find.by_id(number)
    if dispute.consultation_id != project.id:
        raise NotFound("没有找到这项争议。")
    return project, dispute_find.quarrel(dispute)


def _show(slug: str, number: int, status: int = 200, **forms: StaffForm) -> ResponseReturnValue:
    project, one = _found(slug, number)
    scans = {held.file_id: db.session.get(StoredFile, held.file_id) for held in one.meetings if held.file_id}
    people = [one.dispute.opened_by, one.dispute.settled_by, one.dispute.confirmed_by, *(at.by for at in one.meetings)]
    blank = {"views": ViewsForm(formdata=None, obj=one.dispute), "meeting": MeetingForm(formdata=None),
             "result": ResultForm(formdata=None)}  # fmt: skip
    return render_template(
        "reviewer/dispute.html", consultation=project, status=board.status_of(project), one=one,
        dispute=one.dispute, seen=disputes.edition(one.dispute), scans=scans, names=names_of(filter(None, people)), me=access.actor(),
        RESULTS=dispute_find.RESULTS, **{**blank, **forms},
    ), status  # fmt: skip


def dispute(slug: str, number: int) -> ResponseReturnValue:
    """One dispute."""
    return _show(slug, number)


def views(slug: str, number: int) -> ResponseReturnValue:
    """Better words for both sides."""
    form = ViewsForm()
    _found(slug, number)
    if form.validate_on_submit():
        typed, seen = Views(form.point.data, form.unit_view.data, form.office_view.data), form.seen.data or ""
        form.attempt(lambda: disputes.change_views(access.actor(), moment(), dispute_find.by_id(number), typed, seen))
        if not form.errors:
            return done("双方意见已经保存。", "reviewer.dispute", slug=slug, number=number)
    return _show(slug, number, form.http_status, views=form)


def meeting(slug: str, number: int) -> ResponseReturnValue:
    """Add a meeting."""
    form = MeetingForm()
    _found(slug, number)
    if form.validate_on_submit():
        form.attempt(lambda: _mediate(form, number))
        if not form.errors:
            return done("协调情况已经记下。", "reviewer.dispute", slug=slug, number=number)
    return _show(slug, number, form.http_status, meeting=form)


def _mediate(form: MeetingForm, number: int) -> None:
    """The scan and the record in one transaction: neither stays without the other."""
    me, sent, kept = access.actor(), form.file.data, None
    if isinstance(sent, FileStorage) and sent.filename:
        upload = Upload(sent.filename, sent.read())
        kept = files.keep(upload, files.check(upload, files.SCAN_KINDS), settings().files, me, moment()).id
    disputes.mediate(
        me, moment(), dispute_find.by_id(number), held_on=form.held_on.data, units=form.units.data,
        words=form.words.data, file_id=kept,
    )  # fmt: skip


def settle(slug: str, number: int) -> ResponseReturnValue:
    """Write down how it ended."""
    form = ResultForm()
    _found(slug, number)
    if form.validate_on_submit():
        typed = form.outcome.data or "", form.result.data, form.seen.data or ""
        form.attempt(lambda: disputes.settle(access.actor(), moment(), dispute_find.by_id(number), *typed))
        if not form.errors:
            return done("处理结果已经保存，请另一位负责人确认。", "reviewer.dispute", slug=slug, number=number)
    return _show(slug, number, form.http_status, result=form)


def confirm(slug: str, number: int) -> ResponseReturnValue:
    """The second person's yes."""
    form = SeenForm()
    _found(slug, number)
    seen = form.seen.data or ""
    form.attempt(lambda: disputes.confirm(access.actor(), moment(), dispute_find.by_id(number), seen))
    if form.errors or form.form_errors:
        return _show(slug, number, form.http_status, yes=form)
    return done("处理结果已经确认。", "reviewer.dispute", slug=slug, number=number)


def scan(slug: str, number: int, file_id: int) -> Response:
    """The scan of one meeting's minutes."""
    _, one = _found(slug, number)
    found = db.session.get(StoredFile, file_id) if any(at.file_id == file_id for at in one.meetings) else None
    if found is None:
        raise NotFound("没有找到这份文件。")
    return stored(place(settings().files, found.sha256), found.kind, found.name)


def report(slug: str) -> ResponseReturnValue:
    """The report as a Word file; that it left is noted."""
    form = ReportForm()
    if not form.validate_on_submit():
        return of_project(slug, form)
    made = form.attempt(lambda: _write(slug, form.to.data or ""))
    if made is None:
        return of_project(slug, form)
    data, name = made
    return attachment(Response(data, mimetype=export.MIME["docx"]), name)


def _write(slug: str, to: str) -> tuple[bytes, str]:
    project, now = find.by_slug(slug), moment()
    asked = read_units(db.session(), project.id, now)["u_sent"]
    with tempfile.TemporaryDirectory(prefix="export-", dir=settings().instance) as folder:
        path = Path(folder) / "report.docx"
        rows = dispute_report.write(project, dispute_find.quarrels(project.id), asked, now, to.strip(), path)
        data, digest = path.read_bytes(), export.sha256_of(path)
    name = f"{project.slug}-意见分歧情况报告.docx"
    export.note(access.actor(), now, project, Exported(path, name, "", "dispute-report", "docx", rows, digest))
    return data, name
