"""Pages by which people change who is grouped with whom: members, split, move, merge, name, and the log with its undo."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.drafts.models import Consultation
from consult.review import naming, nearby, regroup
from consult.review.case import Case
from consult.review.group_models import ACTS
from consult.review.members import PAGE, lead_of, members
from consult.web import access, moment
from consult.web.reviewer import address, board
from consult.web.staff import StaffForm

Page = tuple[str, int] | Response
MOST = 50  # acts on the page of the log


def everybody(slug: str, comment_id: int) -> Page:
    """The members of a group, a page at a time, to be ticked."""
    consultation, found = board.opened(slug, comment_id)
    return _members(consultation, found, StaffForm(formdata=None))


def _members(consultation: Consultation, case: Case, form: StaffForm) -> Page:
    more = request.args.get("more", "")
    after = int(more) if more.isdecimal() and len(more) < 10 else 0
    rows = members(case.group.id, after, PAGE + 1) if case.group else case.members
    page = render_template(
        "reviewer/members.html", consultation=consultation, case=case, rows=rows[:PAGE], later=bool(after), form=form,
        cursor=rows[PAGE - 1].comment.id if len(rows) > PAGE else 0, back=address.read(request.args).args(),
        ticked=request.form.getlist("member"), into=request.form.get("into", ""),
    )  # fmt: skip
    return page, form.http_status


def split(slug: str, comment_id: int) -> Page:
    """Take the ticked members, or this opinion alone, out of the group into one of their own."""
    consultation, found = board.opened(slug, comment_id)
    form, chosen, number = StaffForm(), _numbers(request.form.getlist("member")) or [comment_id], consultation.id
    act = form.attempt(lambda: regroup.split(access.actor(), moment(), chosen, number)) if form.validate_on_submit() else None
    if act is None:
        return _members(consultation, found, form)
    flash(f"已拆出{len(chosen)}条，现在另成一组单独处理。" if len(chosen) > 1 else "已拆出，这条意见现在单独处理。")
    return _to_case(slug, chosen[0])


def move(slug: str, comment_id: int) -> Page:
    """Put the ticked members into the group of another opinion."""
    consultation, found = board.opened(slug, comment_id)
    form, chosen, number = StaffForm(), _numbers(request.form.getlist("member")), consultation.id
    into = (_numbers([request.form.get("into", "").strip()]) or [0])[0]
    sure = form.validate_on_submit()
    act = form.attempt(lambda: regroup.move(access.actor(), moment(), chosen, into, number)) if sure else None
    if act is None:
        return _members(consultation, found, form)
    flash(f"已把{len(chosen)}条意见移到第 {into} 号意见所在的组。")
    return _to_case(slug, into)


def joining(slug: str, comment_id: int) -> Page:
    """The page from which this group is joined to another one on the same clause."""
    consultation, found = board.opened(slug, comment_id)
    return _joining(consultation, found, StaffForm(formdata=None))


def _joining(consultation: Consultation, case: Case, form: StaffForm) -> Page:
    near = nearby.nearby(case.comment, case.group.id if case.group else None)
    page = render_template(
        "reviewer/join.html", consultation=consultation, case=case, near=near, form=form, into=request.form.get("into", ""),
        back=address.read(request.args).args(),
    )  # fmt: skip
    return page, form.http_status


def join(slug: str, comment_id: int) -> Page:
    """Join this group to that of another opinion, whose ruling then covers both."""
    consultation, found = board.opened(slug, comment_id)
    form, into = StaffForm(), (_numbers([request.form.get("into", "").strip()]) or [0])[0]
    whole, number, sure = [into, comment_id], consultation.id, form.validate_on_submit()
    act = form.attempt(lambda: regroup.merge(access.actor(), moment(), whole, number)) if sure else None
    if act is None:
        return _joining(consultation, found, form)
    flash(f"已与第 {into} 号意见所在的组合并。")
    return _to_case(slug, into)


def merge(slug: str) -> Page:
    """Join the rows that were ticked in the list: first shown with what happens, then done."""
    consultation, chosen = board.project(slug), _numbers(request.form.getlist("row"))
    form, number = StaffForm(), consultation.id
    sure = request.form.get("sure") == "1" and form.validate_on_submit()
    act = form.attempt(lambda: regroup.merge(access.actor(), moment(), chosen, number)) if sure else None
    if act is not None:
        flash(f"已把{len(chosen)}组合并为一组。")
        return _to_case(slug, chosen[0])
    rows = nearby.chosen(consultation.id, chosen)
    page = render_template("reviewer/merge.html", consultation=consultation, rows=rows, chosen=chosen, form=form)
    return page, form.http_status


def name(slug: str, comment_id: int) -> Page:
    """Give the group a name."""
    consultation, found = board.opened(slug, comment_id)
    form, wanted, group = StaffForm(), request.form.get("name", ""), found.group.id if found.group else 0
    form.attempt(lambda: naming.name_group(access.actor(), moment(), group, wanted)) if form.validate_on_submit() else None
    if form.http_status != 200:
        return _members(consultation, found, form)
    flash("名称已经保存。" if wanted.strip() else "名称已经去掉。")
    return _to_case(slug, comment_id)


def log(slug: str, form: StaffForm | None = None) -> Page:
    """What people changed in the groups, the newest first, each with its undo."""
    consultation, form = board.project(slug), form or StaffForm(formdata=None)
    rows = regroup.acts(consultation.id, MOST)
    groups = {number for act in rows for before, after, _ in act.moves for number in (before, after) if number}
    page = render_template(
        "reviewer/group_log.html", consultation=consultation, rows=rows, undone=regroup.undone(consultation.id),
        leads={number: lead_of(number) for number in groups}, form=form, ACTS=ACTS,
    )  # fmt: skip
    return page, form.http_status


def undo(slug: str, number: int) -> Page:
    """Take one act back."""
    form, project = StaffForm(), board.project(slug).id
    act = form.attempt(lambda: regroup.undo(access.actor(), moment(), number, project)) if form.validate_on_submit() else None
    if act is None:
        return log(slug, form)
    flash("已经撤销，意见回到了原来的组。")
    return redirect(url_for("reviewer.group_log", slug=slug), 303)


def _to_case(slug: str, comment_id: int) -> Response:
    args = address.read(request.args).args()
    return redirect(url_for("reviewer.case", slug=slug, comment_id=comment_id, **args), 303)


def _numbers(typed: list[str]) -> list[int]:
    return [int(one) for one in dict.fromkeys(typed) if one.isdecimal() and len(one) < 10]
