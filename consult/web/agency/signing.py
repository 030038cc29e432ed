"""The signatory's page: the whole reply to read, 同意签发 under one's name, or 退回修改 with words."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, SubmitField, TextAreaField

from consult.base.db import transaction
from consult.base.errors import Conflict, StageError
from consult.letters import signing
from consult.letters.draft import items_of
from consult.letters.find import answered
from consult.letters.reply import SavedMeanwhile
from consult.web import access, moment
from consult.web.agency import letterbox, pages
from consult.web.agency.forms import number
from consult.web.staff import StaffForm

Page = tuple[str, int] | Response

blueprint = Blueprint("signing", __name__, url_prefix="/agency/letters/<int:letter_id>/sign")
access.guard(blueprint, "agency", "signatory", guests=True)


class SignForm(StaffForm):
    """The signatory's name, and words where the reply goes back."""

    ALIASES = {"signatory": "name"}
    name = StringField("签发人姓名", default="")
    note = TextAreaField("修改意见", default="")
    edition = HiddenField(default="0")
    agree = SubmitField("同意签发")
    decline = SubmitField("退回修改")


@blueprint.get("")
def page(letter_id: int) -> Page:
    """The whole reply."""
    letter = letterbox.own(letter_id)
    name = letter.opinion.signatory if letter.opinion else ""
    edition = letter.opinion.edition if letter.opinion else 0
    return _page(letter_id, SignForm(formdata=None, name=name or _own_name(), edition=str(edition)))


def _own_name() -> str:
    me = access.actor()
    return me.name if me.may("signatory") else ""


@blueprint.get("/scan/<int:file_id>")
def scan(letter_id: int, file_id: int) -> Response:
    """The sealed scan, to be read before signing."""
    letterbox.own(letter_id)
    return pages.file(file_id)


@blueprint.post("")
def sign(letter_id: int) -> Page:
    """Agree, or give it back; a draft that was changed while it was read is shown again first."""
    form = SignForm()
    if not form.validate():
        return _page(letter_id, form)
    facts = {"name": form.name.data or "", "edition": number(form.edition.data)}
    try:
        with transaction():
            letter = letterbox.own(letter_id).solicitation
            if form.decline.data:
                signing.decline_reply(access.actor(), moment(), letter, note=form.note.data or "", **facts)
            else:
                signing.sign_reply(access.actor(), moment(), letter, **facts)
    except SavedMeanwhile as error:
        form.blame(Conflict("经办人刚刚改过这份复函。下面是改后的内容，请看过再签发。"))
        form.edition.data = str(error.opinion.edition if error.opinion else 0)
        return _page(letter_id, form)
    except StageError as error:
        form.blame(error)
        return _page(letter_id, form)
    flash("已退回经办人修改。" if form.decline.data else "已签发。经办人可以报送了。")
    return redirect(url_for("signing.page", letter_id=letter_id), 303)


def _page(letter_id: int, form: SignForm) -> Page:
    letter = letterbox.own(letter_id)
    shown = render_template(
        "agency/sign.html", letter=letter.solicitation, consultation=letter.consultation, opinion=letter.opinion,
        form=form, sent=answered(letter.opinion), scan=letterbox.scan(letter.opinion), may_sign=letterbox.may_sign(),
        items=items_of(letter.opinion) if letter.opinion else [], is_signatory=access.actor().may("signatory"),
        citations={one.value: one.label for one in letterbox.choices(letter)},
    )  # fmt: skip
    return shown, form.http_status
