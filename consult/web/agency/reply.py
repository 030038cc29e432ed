"""A unit's reply: typed, saved, checked on a page of its own, sent."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from consult.base import files
from consult.base.db import transaction
from consult.base.errors import Conflict, StageError
from consult.base.files import Upload
from consult.letters import find
from consult.letters import reply as verbs
from consult.letters.draft import items_of
from consult.letters.find import Letter
from consult.web import access, keys, moment, settings
from consult.web.agency import letterbox
from consult.web.agency.forms import ReplyForm, of_draft

Page = tuple[str, int] | Response


def save(letter_id: int) -> Page:
    """Every button of the reply: another point, one less, save, or save and look at what will be sent."""
    letter, form = letterbox.own(letter_id), ReplyForm()
    form.offer(letterbox.choices(letter))
    typed = form.validate()
    if not _keep_scan(form) or not typed:
        return letterbox.show(letter, form)
    if _changed_rows(form):
        return letterbox.show(letterbox.own(letter_id), form)
    return _store(letter_id, form)


def _changed_rows(form: ReplyForm) -> bool:
    """Add or take away a point where that is the button that was pressed."""
    if "add" in request.form:
        form.add_point(request.form["add"])
        return True
    for name in request.form:
        number = name.removeprefix("remove-")
        if number != name and number.isdecimal() and int(number) < len(form.items.entries):
            form.items.pop_entry(int(number))
            return True
    return False


def _keep_scan(form: ReplyForm) -> bool:
    """Store an uploaded scan at once, so that no later refusal loses it; False where it cannot be taken."""
    sent = form.seal_file.data
    if not isinstance(sent, FileStorage) or not sent.filename:
        return True
    upload = Upload(sent.filename, sent.read())
    try:
        kind = files.check(upload, files.SCAN_KINDS, field="seal_file")
        with transaction():
            form.kept_file.data = str(files.keep(upload, kind, settings().files, access.actor(), moment()).id)
    except StageError as error:
        form.blame(error)
        return False
    form.remove_seal.data = False
    return True


def _store(letter_id: int, form: ReplyForm) -> Page:
    """Save the draft; what a colleague saved meanwhile is shown beside what was typed."""
    try:
        with transaction():
            letter = letterbox.own(letter_id).solicitation
            opinion = verbs.save_reply(access.actor(), moment(), letter, **form.values())
            has_seal = opinion.seal_file_id is not None
            edition = opinion.edition
    except StageError as error:
        return _not_saved(letter_id, form, error)
    if request.form.get("do") != "check":
        flash("已保存，还没有报送。")
        return redirect(url_for("agency.letter", letter_id=letter_id, _anchor="reply"), 303)
    if not form.whole(has_seal):
        form.show_edition(edition)
        form.kept_file.data = ""
        return letterbox.show(letterbox.own(letter_id), form)
    return redirect(url_for("agency.confirm", letter_id=letter_id), 303)


def _not_saved(letter_id: int, form: ReplyForm, error: StageError) -> Page:
    letter = letterbox.own(letter_id)
    form.blame(error)
    theirs = None
    if isinstance(error, verbs.SavedMeanwhile) and letter.opinion is not None:
        theirs = letter.opinion
        form.show_edition(letter.opinion.edition)
    elif isinstance(error, Conflict):
        raise error
    return letterbox.show(letter, form, theirs=theirs)


def confirm(letter_id: int) -> Page:
    """What will be sent, once more, before it is sent."""
    letter = letterbox.own(letter_id)
    if letter.opinion is None or letter.opinion.sent_at or letter.solicitation.withdrawn_at:
        return redirect(url_for("agency.letter", letter_id=letter_id), 303)
    return _confirm_page(letter)


def _confirm_page(letter: Letter, error: str = "", status: int = 200) -> Page:
    citations = {choice.value: choice.label for choice in letterbox.choices(letter)}
    page = render_template(
        "agency/confirm.html", letter=letter.solicitation, consultation=letter.consultation, opinion=letter.opinion,
        items=items_of(letter.opinion) if letter.opinion else [], citations=citations,
        scan=letterbox.scan(letter.opinion), error=error,
        overdue=find.overdue(letter.solicitation, letter.opinion, moment()),
    )  # fmt: skip
    return page, status


def send(letter_id: int) -> Page:
    """Send the draft that was confirmed; a colleague's newer draft is shown instead of being sent."""
    typed = request.form.get("edition", "")
    edition = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    try:
        with transaction():
            letter = letterbox.own(letter_id).solicitation
            verbs.send_reply(access.actor(), moment(), letter, keys=keys(), edition=edition)
    except verbs.SavedMeanwhile:
        message = "同事刚刚改过这份复函。下面是改后的内容，请核对无误后再报送。"
        return _confirm_page(letterbox.own(letter_id), message, 409)
    except StageError as error:
        if isinstance(error, Conflict):
            raise
        return _incomplete(letterbox.own(letter_id), error)
    flash("已报送。办理情况和每条意见的处理结果都在这一页查看。")
    return redirect(url_for("agency.letter", letter_id=letter_id), 303)


def _incomplete(letter: Letter, error: StageError) -> Page:
    """The form again with what is missing."""
    form = of_draft(letter.opinion)
    form.blame(error)
    return letterbox.show(letter, form)
