"""Acts around one letter: correcting its words, a new way in, reminding, the log of urging; a later date for all."""

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.base.clock import show_closing
from consult.base.errors import Conflict
from consult.drafts import find as drafts
from consult.drafts.workdays import read_calendar
from consult.letters import access_link, find, letter_changes, remind
from consult.letters.models import Solicitation
from consult.web import keys, moment
from consult.web.access import actor
from consult.web.office.blueprint import bp, opened
from consult.web.office.letter_forms import CorrectForm, DueForm, UrgeForm
from consult.web.office.letter_tell import site, tell
from consult.web.office.letters import shown_letter
from consult.web.staff import StaffForm, done


@bp.post("/letters/<int:number>/correct")
def letter_correct(number: int) -> ResponseReturnValue:
    """Other words, with a reason; the units are told, those that have answered too."""
    one = find.by_id(number)
    form = CorrectForm.of(one, drafts.clauses(one.version_id), typed=True)
    if form.validate():
        told = form.attempt(lambda: _correct(number, form))
        if told is not None:
            return done(f"已经更正，并通知了 {told} 个单位。", "office.letter", number=number)
    return shown_letter(number, form.http_status, correct=form)


def _correct(number: int, form: CorrectForm) -> int:
    me, now = actor(), moment()
    first = find.by_id(number)
    letters = [first, *(_same(first) if form.everywhere.data else ())]
    for one in letters:
        letter_changes.correct_letter(
            me, now, one, letter_no=form.letter_no.data or "", body=form.body.data or "",
            clause_keys=form.clauses.data or [], reason=form.reason.data or "",
        )  # fmt: skip
        tell(one, "correct", f"我们更正了征求意见函，理由：{form.reason.data}", one.body)
    return len(letters)


def _same(first: Solicitation) -> list[Solicitation]:
    """The other letters that went out together with this one and still say the same."""
    alike = (first.letter_no, first.body, first.clause_keys, first.sent_at)
    return [
        one
        for one in letter_changes.standing(first.consultation_id)
        if one.id != first.id and (one.letter_no, one.body, one.clause_keys, one.sent_at) == alike
    ]


@bp.post("/letters/<int:number>/link")
def letter_link(number: int) -> ResponseReturnValue:
    """A new link for the unit; the old one and who came by it are out."""
    form = StaffForm()
    if form.validate_on_submit():
        form.attempt(lambda: _new_link(number))
        if not form.errors:
            return done("新的链接已经放进发件箱，旧的链接作废。", "office.letter", number=number)
    return shown_letter(number, form.http_status, accept=form)


def _new_link(number: int) -> None:
    one = find.by_id(number)
    if not access_link.wants_link(one):
        raise Conflict("这封函已经撤回或者已经复函，不需要新的链接。")
    tell(one, "again", keep_used=False)


@bp.post("/letters/<int:number>/close-link")
def letter_close_link(number: int) -> ResponseReturnValue:
    """Close the way in without making a new one."""
    form = StaffForm()
    if form.validate_on_submit():
        form.attempt(lambda: [access_link.revoke(actor(), moment(), one) for one in _open_links(number)])
        if not form.errors:
            return done("链接已经停用，用它进入的人已经退出。", "office.letter", number=number)
    return shown_letter(number, form.http_status, accept=form)


def _open_links(number: int) -> list[access_link.AccessLink]:
    return [one for one in access_link.links(find.by_id(number).id, "unit") if not one.revoked_at]


@bp.post("/letters/<int:number>/remind")
def letter_remind(number: int) -> ResponseReturnValue:
    """催办 by hand."""
    form = StaffForm()
    if form.validate_on_submit():
        form.attempt(lambda: remind.remind_now(actor(), moment(), find.by_id(number), keys=keys(), site=site()))
        if not form.errors:
            return done("催办邮件已经放进发件箱。", "office.letter", number=number)
    return shown_letter(number, form.http_status, accept=form)


@bp.post("/letters/<int:number>/urge")
def letter_urge(number: int) -> ResponseReturnValue:
    """A line of the log of urging."""
    form = UrgeForm()
    if form.validate_on_submit():
        said = {"way": form.way.data or "", "person": form.person.data or "", "note": form.note.data or ""}
        form.attempt(lambda: remind.urge(actor(), moment(), find.by_id(number), **said))
        if not form.errors:
            return done("已经记入督办记录。", "office.letter", number=number)
    return shown_letter(number, form.http_status, urging=form)


@bp.route("/c/<slug>/letters/extend", methods=["GET", "POST"])
def letters_extend(slug: str) -> ResponseReturnValue:
    """A later date for every unit that has not answered."""
    actor().require("office")
    project, where = opened(slug)
    form = DueForm()
    if form.validate_on_submit():
        made = form.attempt(lambda: _extend_all(slug, form))
        if made is not None:
            return done(made, "office.letters", slug=slug)
    page = render_template(
        "office/letters_extend.html", form=form, project=project, where=where,
        rows=[row for row in find.ledger(project.id, moment()) if not row.answer],
    )  # fmt: skip
    return page, form.http_status


def _extend_all(slug: str, form: DueForm) -> str:
    due_at, reason = form.due_at.instant, form.reason.data or ""
    letters, warnings = letter_changes.extend_all(
        actor(), moment(), drafts.by_slug(slug).id, due_at, reason, read_calendar()
    )
    for one in letters:
        tell(one, "extend", f"复函期限延长到{show_closing(due_at)}，理由：{reason}")
    return f"已经给 {len(letters)} 个单位延长期限，并通知了它们。" + "".join(warnings)
