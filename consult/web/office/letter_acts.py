"""Acts on one letter: a later due date, taking it back, taking the answer in, returning it for correction."""

from datetime import datetime

from flask.typing import ResponseReturnValue

from consult.base.clock import show_closing
from consult.base.errors import NotFound
from consult.base.people import Actor
from consult.letters import find, issue, reply
from consult.letters.models import FormalOpinion
from consult.summary.find import is_answered
from consult.web import moment
from consult.web.access import actor
from consult.web.office.blueprint import bp
from consult.web.office.letter_forms import DueForm, ReasonForm
from consult.web.office.letter_tell import tell
from consult.web.office.letters import shown_letter
from consult.web.staff import StaffForm, done


@bp.post("/letters/<int:number>/extend")
def letter_extend(number: int) -> ResponseReturnValue:
    """A later due date for this unit."""
    me, form = actor(), DueForm()
    if form.validate_on_submit():
        due_at, reason = form.due_at.instant, form.reason.data
        form.attempt(lambda: _extend(me, number, due_at, reason))
        if not form.errors:
            return done("复函期限已经延长，并通知了单位。", "office.letter", number=number)
    return shown_letter(number, form.http_status, due=form)


def _extend(me: Actor, number: int, due_at: datetime, reason: str) -> None:
    one = find.by_id(number)
    issue.extend_due(me, moment(), one, due_at, reason)
    tell(one, "extend", f"复函期限延长到{show_closing(due_at)}，理由：{reason}")


@bp.post("/letters/<int:number>/withdraw")
def letter_withdraw(number: int) -> ResponseReturnValue:
    """Take the letter back."""
    me, form = actor(), ReasonForm()
    if form.validate_on_submit():
        form.attempt(lambda: _withdraw(me, number, form.reason.data or ""))
        if not form.errors:
            return done("这封函已经撤回，并通知了单位。", "office.letter", number=number)
    return shown_letter(number, form.http_status, take_back=form)


def _withdraw(me: Actor, number: int, reason: str) -> None:
    one = find.by_id(number)
    issue.withdraw_letter(me, moment(), one, reason)
    tell(one, "withdraw", f"征求意见函已撤回，不需要再答复。理由：{reason}")


@bp.post("/letters/<int:number>/return")
def letter_return(number: int) -> ResponseReturnValue:
    """退回补正: the unit gets a copy of its answer to correct."""
    form = ReasonForm()
    if form.validate_on_submit():
        form.attempt(lambda: _return(number, form.reason.data))
        if not form.errors:
            return done("复函已经退回，请单位补正后重新报送。", "office.letter", number=number)
    return shown_letter(number, form.http_status, give_back=form)


def _return(number: int, reason: str) -> FormalOpinion:
    opinion = _standing(number)
    released = is_answered(find.by_id(number).consultation_id, opinion.sent_at or moment())
    again = reply.return_reply(actor(), moment(), opinion, reason, released=released)
    tell(find.by_id(number), "again", f"你们的复函已退回补正，理由：{reason}", "请修改后重新报送。")
    return again


def _standing(number: int) -> FormalOpinion:
    opinion = find.current_reply(number)
    if opinion is None:
        raise NotFound("这个单位还没有复函。")
    return opinion


@bp.post("/letters/<int:number>/accept")
def letter_accept(number: int) -> ResponseReturnValue:
    """收文: the answer counts as 已复函."""
    me, form = actor(), StaffForm()
    if form.validate_on_submit():
        form.attempt(lambda: reply.accept_reply(me, moment(), _standing(number)))
        if not form.errors:
            return done("复函已经收下。", "office.letter", number=number)
    return shown_letter(number, form.http_status, accept=form)
