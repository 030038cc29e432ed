"""A colleague's pages: in by a join code, without an account; the letter, the asked clauses, one's own points."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from consult.base.db import transaction
from consult.base.errors import NotFound, StageError
from consult.base.people import CITIZEN
from consult.intake.screen import Item
from consult.intake.words import STANCES
from consult.letters import access_link, find, proposals
from consult.letters.find import Letter
from consult.letters.models import Proposal
from consult.web import access, keys, limits, moment
from consult.web.agency import letterbox
from consult.web.agency.forms import number
from consult.web.staff import StaffForm

Page = tuple[str, int] | Response

door_bp = Blueprint("join", __name__, url_prefix="/agency/join")
access.open_door(door_bp)
blueprint = Blueprint("colleague", __name__, url_prefix="/agency/points")
access.guard(blueprint, "colleague", guests=True)


class JoinForm(StaffForm):
    """The code, and who comes in."""

    ALIASES = {"token": "code"}
    code = StringField("加入码", default="")
    name = StringField("姓名", default="")
    section = StringField("科室", default="")


class PointForm(StaffForm):
    """One point of a colleague."""

    clause_key = SelectField("条款", validate_choice=False, choices=[])
    stance = SelectField(
        "意见类型", validate_choice=False, choices=[SelectChoice(*one) for one in STANCES.items()], default="amend"
    )
    text = TextAreaField("意见内容", default="")
    proposed_text = TextAreaField("修改建议", default="")
    reason = TextAreaField("理由依据", default="")
    edition = HiddenField(default="0")

    def item(self) -> Item:
        """What was typed."""
        return Item(self.clause_key.data or None, self.stance.data or "amend", self.text.data or "",
                    self.proposed_text.data or "", self.reason.data or "")  # fmt: skip


@door_bp.get("")
@limits.limiter.limit(limits.LOOK_UP)
def door() -> str:
    """Where the code is typed."""
    return render_template("agency/join.html", form=JoinForm(formdata=None), me=access.staff_member())


@door_bp.post("")
@limits.limiter.limit(limits.LOOK_UP)
def join() -> Page:
    """Come in by a code; guessing is limited per address."""
    form = JoinForm()
    if form.validate() and access.staff_member() is None:
        try:
            with transaction():
                _, secret = access_link.enter(
                    CITIZEN, moment(), keys=keys(), token=form.code.data or "", name=form.name.data or "",
                    section=form.section.data or "", purposes=("colleague",),
                )  # fmt: skip
        except StageError as error:
            form.blame(error if error.field else type(error)(error.message, "code"))
        else:
            access.begin_guest(secret)
            return redirect(url_for("colleague.points"), 303)
    return render_template("agency/join.html", form=form, me=access.staff_member()), form.http_status


def _letter() -> Letter:
    """The one letter of this session."""
    return find.own(access.actor().letter_id or 0, access.actor())


@blueprint.get("")
def points() -> Page:
    """The letter, its clauses, one's own points, and an empty form."""
    form = PointForm(formdata=None, clause_key=request.args.get("clause", ""))
    return _page(_letter(), form)


@blueprint.post("")
def add() -> Page:
    """Write a point."""
    return _store(None)


@blueprint.get("/<int:proposal_id>")
def edit(proposal_id: int) -> Page:
    """One's own point in the form."""
    letter = _letter()
    one = next((one for one in proposals.of_person(access.actor(), letter.solicitation) if one.id == proposal_id), None)
    if one is None:
        raise NotFound("没有找到这条意见。")
    form = PointForm(
        formdata=None, clause_key=one.clause_key, stance=one.stance, text=one.text,
        proposed_text=one.proposed_text, reason=one.reason, edition=str(one.edition),
    )  # fmt: skip
    return _page(letter, form, one.id)


@blueprint.post("/<int:proposal_id>")
def change(proposal_id: int) -> Page:
    """Change one's own point."""
    return _store(proposal_id)


def _store(proposal_id: int | None) -> Page:
    form, meanwhile = PointForm(), None
    if form.validate():
        try:
            with transaction():
                proposals.propose(
                    access.actor(), moment(), _letter().solicitation, form.item(), proposal_id=proposal_id,
                    edition=number(form.edition.data),
                )  # fmt: skip
        except proposals.ChangedMeanwhile as error:
            form.blame(error)
            meanwhile = error.proposal
            form.edition.data = str(meanwhile.edition)
        except StageError as error:
            form.blame(error)
        else:
            flash("已保存，本单位经办人可以看到。写进复函之前，您随时可以修改或者撤回。")
            return redirect(url_for("colleague.points", _anchor="mine"), 303)
    return _page(_letter(), form, proposal_id, meanwhile)


@blueprint.post("/<int:proposal_id>/withdraw")
def withdraw(proposal_id: int) -> Page:
    """Take one's own point back."""
    with transaction():
        proposals.withdraw_proposal(access.actor(), moment(), _letter().solicitation, proposal_id)
    flash("已撤回这条意见。")
    return redirect(url_for("colleague.points", _anchor="mine"), 303)


def _page(
    letter: Letter, form: PointForm, editing: int | None = None, meanwhile: Proposal | None = None
) -> Page:
    form.clause_key.choices = letterbox.choices(letter)
    page = render_template(
        "agency/points.html", letter=letter.solicitation, consultation=letter.consultation, form=form,
        pieces=letterbox.asked(letter), editing=editing, meanwhile=meanwhile, sent=find.answered(letter.opinion),
        mine=proposals.of_person(access.actor(), letter.solicitation),
        citations={one.value: one.label for one in letterbox.choices(letter)},
    )  # fmt: skip
    return page, form.http_status
