"""意见汇总处理表 outside the browser: taken away as a file, filled in, loaded back, looked at cell by cell, confirmed."""

from hashlib import sha256

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from consult.base.audit import record
from consult.base.db import transaction
from consult.base.errors import Conflict, Refused, StageError
from consult.base.files import MIME, Upload
from consult.drafts.models import Consultation
from consult.review.filtering import Filter
from consult.review.unread import Scope, left
from consult.summary.back_check import KINDS
from consult.summary.fill import returns
from consult.web import access, moment
from consult.web.download import attachment
from consult.web.reviewer import address, board, table_work
from consult.web.reviewer.table_work import MOST, SIDES, Loading
from consult.web.staff import StaffForm, done

MEANWHILE = "您核对期间，系统里又有变动。下面是表格与最新情况的比较，请重新核对。"
CHOOSE = "有的意见两边都改了，请逐条选择用哪一边，再确认。"
SHOWN = 300  # rows on a page that compares


class TableForm(StaffForm):
    """A filled table."""

    table_file = FileField("填好的意见汇总处理表")


def page(slug: str, form: TableForm | None = None, one: Loading | None = None) -> ResponseReturnValue:
    """Where the table is taken away and brought back, and what came back before."""
    consultation, form = board.project(slug), form or TableForm(formdata=None)
    rows = returns(consultation.id)
    text = render_template(
        "reviewer/table.html",
        **board.listing(consultation) | {"MOST": MOST},
        form=form,
        rows=rows,
        left=left(consultation.id, Scope(Filter(state="decided"))) if rows else None,
        troubles=one.reading.troubles if one else (),
    )
    return text, 422 if one else form.http_status


def download(slug: str, ending: str) -> ResponseReturnValue:
    """The rows that the list shows, as a file to be filled in; noted, as everything that leaves."""
    consultation, now = board.project(slug), moment()
    try:
        data, count = table_work.made(consultation, address.read(request.args).wanted, ending, now)
    except Refused as refusal:
        form = TableForm(formdata=None)
        form.blame(refusal)
        return page(slug, form)
    with transaction():
        record(access.actor(), "export", f"consultation:{consultation.id}", now, table="summary-back", format=ending,
               rows=count, digest=sha256(data).hexdigest())  # fmt: skip
    return attachment(Response(data, mimetype=MIME[ending]), f"{slug}-意见汇总处理表-填写.{ending}")


def upload(slug: str) -> ResponseReturnValue:
    """Take a filled table and read it; nothing is written here."""
    consultation, form = board.project(slug), TableForm()
    if not form.validate_on_submit():
        return page(slug, form)
    file = form.table_file.data
    try:
        if not isinstance(file, FileStorage) or not file.filename:
            raise Refused("请选择填好的意见汇总处理表（docx 或者 xlsx）。", "table_file")
        one = table_work.taken(consultation, Upload(file.filename, file.read()))
    except StageError as error:
        form.blame(error)
        return page(slug, form)
    if one.reading.troubles:
        return page(slug, form, one)
    return redirect(url_for("reviewer.table_check", slug=slug, source=one.token), 303)


def check(slug: str) -> ResponseReturnValue:
    """What the table changes, cell by cell; the yes writes all of it."""
    consultation = board.project(slug)
    try:
        one = table_work.loading(consultation, request.values.get("source", ""))
    except StageError as error:
        form = TableForm(formdata=None)
        form.blame(error)
        return page(slug, form)
    if one.reading.troubles:
        return page(slug, None, one)
    if request.method != "POST":
        return _compared(consultation, one)
    _choose(one)
    if request.form.get("edition") != one.edition:
        return _compared(consultation, one, MEANWHILE, 409)
    if "page" in request.form:  # what was chosen goes along, what was not is not missed yet
        one.wrong.clear()
        return _compared(consultation, one, page=request.form["page"])
    if one.wrong:
        return _compared(consultation, one, CHOOSE, 422)
    return _confirm(slug, consultation, one)


def _choose(one: Loading) -> None:
    """What the person chose; what is missing goes to `wrong`."""
    for change in one.reading.of("conflict"):
        name = table_work.name(change)
        side = request.form.get(name, "")
        if side in SIDES:
            one.sides[name] = side
        else:
            one.wrong.add(name)


def _confirm(slug: str, consultation: Consultation, one: Loading) -> ResponseReturnValue:
    if not one.wishes():
        return done("没有需要写入的，系统里的处理意见没有变。", "reviewer.table", slug=slug)
    try:
        with transaction():
            count, begun = table_work.write(consultation, one)
    except Conflict:
        return _compared(board.project(slug), table_work.loading(board.project(slug), one.token), MEANWHILE, 409)
    said = f"有 {begun} 条单位意见没有全部采纳，已登记为争议，请协调后填写处理结果。" if begun else ""
    return done(f"已读入，写入 {count:,} 条处理意见。{said}", "reviewer.table", slug=slug)


def _compared(
    consultation: Consultation, one: Loading, error: str = "", status: int = 200, page: str = "1"
) -> ResponseReturnValue:
    reading, changes = one.reading, one.changes
    conflicts = [change for change in changes if change.kind == "conflict"]
    plain = [change for change in changes if change.kind != "conflict"]
    at, pages = _turned(page, len(plain))
    first = (at - 1) * SHOWN
    text = render_template(
        "reviewer/table_check.html", consultation=consultation, one=one, error=error, KINDS=KINDS, SIDES=SIDES,
        conflicts=conflicts, plain=len(plain), changes=plain[first : first + SHOWN], first=first, at=at, pages=pages, kept=reading.of("kept"),
        same=len(reading.of("same")), status=board.status_of(consultation), name=table_work.name,
    )  # fmt: skip
    return text, status


def _turned(page: str, rows: int) -> tuple[int, int]:
    """(the page that was asked for, how many there are); the first or the last where there is none such."""
    pages = max(-(-rows // SHOWN), 1)
    return (min(max(int(page), 1), pages) if page.isdecimal() and len(page) < 10 else 1), pages
