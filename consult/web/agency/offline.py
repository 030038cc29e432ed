"""The reply outside the browser: the form as a file, loaded back, compared cell by cell, confirmed into the draft."""

from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as Answer
from wtforms import SelectChoice

from consult.base.db import transaction
from consult.base.errors import Conflict, Refused, StageError
from consult.letters import reply as verbs
from consult.letters.find import Letter, answered
from consult.letters.form import WHOLE, FormRow, Notice, ReplyForm, Trouble
from consult.letters.form_difference import KINDS, Difference, RowChange, compare, placed
from consult.letters.form_items import Offered, items_after
from consult.letters.form_offer import offered
from consult.web import access, keys, moment
from consult.web.agency import letterbox
from consult.web.agency.forms import number
from consult.web.office import form_files
from consult.web.office.form_files import Held
from consult.web.staff import StaffForm

Page = tuple[str, int] | Answer
MEANWHILE = "同事刚刚改过网页上的复函。下面是反馈表与改后内容的比较，请重新核对。"


class UploadForm(StaffForm):
    """A filled form, and the sealed scan of the reply."""

    form_file = FileField("填好的反馈表")
    seal_file = FileField("盖章扫描件")


@dataclass
class Loading:
    """A form on its way in: what it says, what is there now, and what is still to be chosen."""

    letter: Letter
    source: Held
    scan: Held | None
    offered: Offered
    form: ReplyForm
    notices: tuple[Notice, ...]
    chosen: dict[int, tuple[str, str]] = field(default_factory=dict)  # row of the file → clause key, citation
    sides: dict[int, str] = field(default_factory=dict)  # row of the file → "file" or "page"
    wrong: dict[str, str] = field(default_factory=dict)  # field → what is missing

    @property
    def edition(self) -> int:
        """That of the draft the form is compared with."""
        return self.letter.opinion.edition if self.letter.opinion else 0

    @property
    def settled(self) -> ReplyForm:
        """The form with the clauses that were chosen."""
        return placed(self.form, self.chosen)

    @property
    def difference(self) -> Difference:
        """What confirming would change."""
        return compare(self.settled, self.offered.form)

    def rows(self) -> list[tuple[int, RowChange]]:
        """Every change with the number of its row in the file; -1 where it is not in the file."""
        form = self.settled
        numbers = {id(row): index for index, row in enumerate(form.rows)}
        changes = compare(form, self.offered.form).rows
        return [(numbers[id(one.after)] if one.after is not None else -1, one) for one in changes]

    def unplaced(self) -> list[tuple[int, FormRow]]:
        """The rows that were typed with a citation nobody can follow."""
        return [(n, row) for n, row in enumerate(self.form.rows) if row.clause_key is None and row.said]

    def options(self, row: FormRow) -> list[SelectChoice]:
        """What such a row can be about: what its citation can mean first."""
        cited = {one.key: one.citation or one.label or one.key for one in self.offered.pieces if one.commentable}
        first = [key for key in row.choices if key in cited]
        keys_ = [*first, "*", *(key for key in cited if key not in first)]
        return [SelectChoice(key, WHOLE if key == "*" else cited[key]) for key in keys_]


def form_docx(letter_id: int) -> Response:
    """The form for Word and WPS."""
    return _handed_out(letter_id, "docx")


def form_xlsx(letter_id: int) -> Response:
    """The form for Excel and WPS."""
    return _handed_out(letter_id, "xlsx")


def _handed_out(letter_id: int, ending: str) -> Response:
    access.actor().require("agency")
    return form_files.handed_out(_offered(letterbox.own(letter_id)), ending)


def _offered(letter: Letter) -> Offered:
    return offered(keys(), letter.solicitation, letter.opinion)


def upload(letter_id: int) -> Page:
    """Take the form and load it back; nothing is written here."""
    access.actor().require("agency")
    letter, form = letterbox.own(letter_id), UploadForm()
    if _closed(letter):
        return redirect(url_for("agency.letter", letter_id=letter_id), 303)
    if form.validate_on_submit():
        try:
            source, scan, troubles = _held(letter, form)
        except StageError as error:
            form.blame(error)
            return _upload_page(letter, form)
        if troubles:
            return _upload_page(letter, form, troubles)
        where: dict[str, Any] = {"source": source.token} | ({"scan": scan.token} if scan else {})
        return redirect(url_for("agency.form_check", letter_id=letter_id, **where), 303)
    return _upload_page(letter, form)


def _closed(letter: Letter) -> bool:
    return bool(letter.solicitation.withdrawn_at or answered(letter.opinion))


def _held(letter: Letter, form: UploadForm) -> tuple[Held, Held | None, tuple[Trouble, ...]]:
    """Both files, waiting, and why the form cannot be taken."""
    filled, scan = form_files.sent(form.form_file.data), form_files.sent(form.seal_file.data)
    if filled is None:
        raise Refused("请选择填好的反馈表（docx 或 xlsx）。", "form_file")
    troubles = form_files.reading(filled.data, _offered(letter)).troubles
    waiting = form_files.hold_scan(scan) if scan else None
    return form_files.hold_form(filled), waiting, troubles


def _upload_page(letter: Letter, form: UploadForm, troubles: tuple[Trouble, ...] = ()) -> Page:
    page = render_template(
        "agency/offline.html", letter=letter.solicitation, consultation=letter.consultation, form=form, troubles=troubles
    )
    return page, 422 if troubles else form.http_status


def check(letter_id: int) -> Page:
    """What the form changes, cell by cell; the yes writes it into the draft."""
    access.actor().require("agency")
    letter = letterbox.own(letter_id)
    if _closed(letter):
        return redirect(url_for("agency.letter", letter_id=letter_id), 303)
    try:
        loading = _loading(letter)
    except StageError as error:
        form = UploadForm(formdata=None)
        form.blame(error)
        return _upload_page(letter, form)
    if request.method != "POST":
        return _check_page(loading)
    _choose(loading)
    if number(request.form.get("edition")) != loading.edition:
        loading.sides = {}
        return _check_page(loading, MEANWHILE, 409)
    if loading.wrong:
        return _check_page(loading, "还有几处要选择，请看下面的提示。", 422)
    return _confirm(loading)


def _loading(letter: Letter) -> Loading:
    source = form_files.held(request.values.get("source", ""))
    scan = form_files.held_scan(request.values.get("scan", ""))
    offer = _offered(letter)
    reading = form_files.reading(source.data, offer)
    if reading.form is None:
        raise Refused(f"反馈表不能读入：{reading.troubles[0].message}", "form_file")
    return Loading(letter, source, scan, offer, reading.form, reading.notices)


def _choose(loading: Loading) -> None:
    """What the person chose; what is missing goes to `wrong`."""
    for index, row in loading.unplaced():
        name = f"clause-{index}"
        chosen = {one.value: one.label for one in loading.options(row)}.get(request.form.get(name, ""))
        if chosen is None:
            loading.wrong[name] = "请选择这一行说的是哪一条。"
        else:
            key = request.form[name]
            loading.chosen[index] = ("" if key == "*" else key, str(chosen))
    for index, one in loading.rows():
        if one.conflict:
            side = request.form.get(f"side-{index}", "")
            if side in ("file", "page"):
                loading.sides[index] = side
            else:
                loading.wrong[f"side-{index}"] = "请选择保留哪一个。"


def _confirm(loading: Loading) -> Page:
    try:
        with transaction():
            letter = letterbox.own(loading.letter.solicitation.id).solicitation
            seal = form_files.keep(loading.scan, "seal_file")
            kept = form_files.keep(loading.source, "form_file")
            verbs.save_reply(
                access.actor(), moment(), letter, **_values(loading), seal_file_id=seal, form_file_id=kept
            )
    except verbs.SavedMeanwhile:
        fresh = _loading(letterbox.own(loading.letter.solicitation.id))
        return _check_page(fresh, MEANWHILE, 409)
    except Conflict:
        raise
    except StageError as error:
        return _check_page(loading, error.message, error.status)
    flash("反馈表已读入，还没有报送。请核对以后报送。")
    return redirect(url_for("agency.letter", letter_id=loading.letter.solicitation.id, _anchor="reply"), 303)


def _values(loading: Loading) -> dict[str, Any]:
    """Everything for save_reply: a blank fact of the form leaves what is there."""
    opinion, form = loading.letter.opinion, loading.form
    refused = [place for place, (index, _) in enumerate(loading.rows()) if loading.sides.get(index) == "page"]
    names = ("answer", "reply_no", "reply_date", "handler", "phone", "signatory")
    values: dict[str, Any] = {name: getattr(form, name) or getattr(opinion, name, "") or None for name in names}
    values = {name: value if name == "reply_date" else value or "" for name, value in values.items()}
    return values | {
        "edition": loading.edition,
        "office_section": opinion.office_section if opinion else "",
        "items": items_after(loading.offered, loading.difference, refused),
    }


def _check_page(loading: Loading, error: str = "", status: int = 200) -> Page:
    rows = loading.rows()
    page = render_template(
        "agency/offline_check.html", letter=loading.letter.solicitation, consultation=loading.letter.consultation,
        one=loading, error=error, head=loading.difference.head, KINDS=KINDS,
        rows=[row for row in rows if row[1].kind not in ("same", "kept", "absent")],
        quiet=[row[1] for row in rows if row[1].kind in ("same", "kept", "absent")],
        nothing=loading.difference.nothing and loading.scan is None and not loading.unplaced(),
    )  # fmt: skip
    return page, status
