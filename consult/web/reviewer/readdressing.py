"""改挂 on the page of a case: which clause of the text in force an opinion on an older one speaks of now."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from consult.base.db import transaction
from consult.base.errors import StageError
from consult.drafts import find
from consult.drafts.models import Clause, Consultation
from consult.review import readdress
from consult.review.case import Case
from consult.web import access, moment
from consult.web.changes import described
from consult.web.reviewer import address, board
from consult.web.staff import StaffForm

Page = tuple[str, int] | Response


class ReaddressForm(StaffForm):
    """The clause of the text in force."""

    clause = SelectField("对应现在的", validate_choice=False)

    @classmethod
    def of(cls, clauses: list[Clause], formdata: object = None) -> "ReaddressForm":
        """The form with every clause that can be spoken of."""
        form = cls(formdata)
        form.clause.choices = [SelectChoice("", "请选择"), *(SelectChoice(one.key, described(one)) for one in clauses if one.commentable)]
        return form


def about(consultation: Consultation, case: Case) -> dict[str, object] | None:
    """Where an opinion on an older text points, and the form to point it elsewhere; None for one on the text in force."""
    version = find.current_version(consultation)
    if case.comment.version_id == version.id or case.comment.withdrawn_at:
        return None
    clauses = find.clauses(version.id)
    row = readdress.standing([case.group.id]).get(case.group.id) if case.group else None
    past = readdress.history(case.group.id) if case.group else []
    names = {one.id: described(one) for one in clauses}
    return {"row": row, "past": past, "names": names, "form": ReaddressForm.of(clauses), "version": version}


def give(slug: str, comment_id: int) -> Page:
    """Point the opinion and those grouped with it at a clause."""
    consultation, found = board.opened(slug, comment_id)
    form = ReaddressForm.of(find.clauses(find.current_version(consultation).id), request.form)
    if not form.validate_on_submit():
        return board.show_case(consultation, found, status=form.http_status)
    try:
        with transaction():
            readdress.readdress(access.actor(), moment(), comment_id, form.clause.data or "")
    except StageError as error:
        flash(error.message)
        return _back(slug, comment_id)
    flash("已经改挂。意见仍留在原来的版本上，提出人凭回执码能看到现在对应的条文。")
    return _back(slug, comment_id)


def take_back(slug: str, comment_id: int, number: int) -> Page:
    """Take a pointing back."""
    consultation, _ = board.opened(slug, comment_id)
    with transaction():
        readdress.undo_readdress(access.actor(), moment(), number, consultation.id)
    flash("改挂已经撤销，意见回到原来的条款。")
    return _back(slug, comment_id)


def _back(slug: str, comment_id: int) -> Response:
    place = address.read(request.args)
    return redirect(url_for("reviewer.case", slug=slug, comment_id=comment_id, _anchor="moved", **place.args()), 303)
