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
from consult.letters.merge import stamps
from consult.letters.whole import is_person, warnings
from consult.web import access, keys, moment, settings
from consult.web.agency import autosave, clashes, letterbox
from consult.web.agency.forms import ReplyForm, of_draft

Page = tuple[str, int] | Response
MOVES = {"remove": 0, "up": -1, "down": 1}  # the buttons of a point, and where they put it


def save(letter_id: int) -> Page:
    """Every button of the reply: another point, one less, a place up or down, save, or look at what will be sent."""
    letter, form = letterbox.own(letter_id), ReplyForm()
    form.offer(letterbox.choices(letter))
    typed = form.validate()
    form.name_points()
    clashes.settle(form, letter.opinion, request.form.getlist("theirs"))
    if request.form.get("do") == "auto":
        return autosave.answer(letter_id, form, typed)
    if not _keep_scan(form) or not typed:
        return letterbox.show(letter, form)
    return _kept_on_the_way(letter_id, form) if _changed_rows(form) else _store(letter_id, form)


def _changed_rows(form: ReplyForm) -> bool:
    """Add, take away or move a point where that is the button that was pressed."""
    if "add" in request.form:
        form.add_point(request.form["add"])
        return True
    for name in request.form:
        act, _, place = name.partition("-")
        if act not in MOVES or not place.isdecimal() or len(place) > 3 or int(place) >= len(form.items.entries):
            continue
        if act == "remove":
            form.items.pop_entry(int(place))
        else:
            form.move(int(place), MOVES[act])
        return True
    return False


def _kept_on_the_way(letter_id: int, form: ReplyForm) -> Page:
    """Save with every step, so that a page left open loses nothing; the points stay as they are on the page."""
    try:
        with transaction():
            opinion = verbs.save_reply(access.actor(), moment(), letterbox.own(letter_id).solicitation, **form.values())
            typed = autosave.typed_draft(form, opinion)
            form.edition.data, form.kept_file.data = str(opinion.edition), ""
            form.seen.data = stamps(typed)
    except StageError as error:
        return _not_saved(letter_id, form, error)
    return letterbox.show(letterbox.own(letter_id), form)


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
    """Save the draft; a field that a colleague changed to something else meanwhile is shown beside what was typed."""
    try:
        with transaction():
            letter = letterbox.own(letter_id).solicitation
            opinion = verbs.save_reply(access.actor(), moment(), letter, **form.values())
            number, has_seal, person = opinion.id, opinion.seal_file_id is not None, is_person(letter.id)
            joined = list(opinion.items) != autosave.typed_draft(form, opinion).items
    except StageError as error:
        return _not_saved(letter_id, form, error)
    if request.form.get("do") != "check":
        flash("已保存，并且并入了同事同时写的内容；还没有报送。" if joined else "已保存，还没有报送。")
        return redirect(url_for("agency.letter", letter_id=letter_id, _anchor="reply"), 303)
    if not form.whole(has_seal, person):
        form.show_edition(find.reply(number))
        form.kept_file.data = ""
        return letterbox.show(letterbox.own(letter_id), form)
    return redirect(url_for("agency.confirm", letter_id=letter_id), 303)


def _not_saved(letter_id: int, form: ReplyForm, error: StageError) -> Page:
    letter = letterbox.own(letter_id)
    form.blame(error)
    if isinstance(error, verbs.SavedMeanwhile) and letter.opinion is not None:
        if error.merged is not None:
            form.show_draft(error.merged)
        form.show_edition(letter.opinion)
        return letterbox.show(letter, form, theirs=letter.opinion, clashes=clashes.shown(error.clashes))
    if isinstance(error, Conflict):
        raise error
    return letterbox.show(letter, form)


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
        scan=letterbox.scan(letter.opinion), error=error, person=is_person(letter.solicitation.id),
        warnings=warnings(letter.opinion) if letter.opinion else [], may_sign=letterbox.may_sign(),
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
