"""Taking opinions back on the receipt page (R13): choose which, confirm, done."""

from dataclasses import dataclass

from flask import Response, render_template, request

from consult.base.db import transaction
from consult.base.errors import Conflict, Refused
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.intake import attachments
from consult.intake.attachments import Held
from consult.intake.find import submission
from consult.intake.models import Submission
from consult.intake.withdraw import withdraw
from consult.summary.find import is_answered
from consult.web import moment, settings
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.fates import Fate, Part, living, parts_of
from consult.web.citizen.forms import CodeForm
from consult.web.citizen.receipt import again, shown, with_code
from consult.web.citizen.shared import for_one
from consult.web.headers import csrf

NOTHING = "还没有勾选。请勾选要撤回的意见，或者点“全部撤回”。"


@dataclass(frozen=True)
class Choice:
    """What the form names: opinions by id, files as (submission id, ordinal); `all` means everything."""

    comments: frozenset[int]
    files: frozenset[tuple[int, int]]
    all: bool

    def __bool__(self) -> bool:
        return bool(self.comments or self.files or self.all)

    def of(self, part: Part) -> tuple[list[int], list[int]]:
        """Ids of comments and ordinals of files that are meant in one sending."""
        standing = [fate.comment.id for fate in part.fates if not fate.comment.withdrawn_at]
        comments = [number for number in standing if self.all or number in self.comments]
        files = [one.ordinal for one in part.files if self.all or (part.sent.id, one.ordinal) in self.files]
        return comments, files


@citizen.post("/receipt/withdraw")
@csrf.exempt
def take_back() -> Response:
    """Which ones, whether it is meant, and then take them back."""
    return with_code(_take_back)


def _take_back(form: CodeForm, found: Submission) -> Response:
    project = find.by_id(found.consultation_id)
    if is_answered(project.id, found.received_at):
        raise Conflict("采纳情况已经公布，不能再撤回。")
    parts, choice = parts_of(project, found), _choice()
    if form.sure.data == "yes":
        return _done(form, choice if choice else Choice(frozenset(), frozenset(), True))
    if not living(parts):
        raise Conflict("这次提交的意见已经撤回过了。")
    if not choice and len(living(parts)) + sum(len(part.files) for part in parts) > 1:
        return _choose(form, parts, Refused(NOTHING) if "pick" in request.form else None)
    return _confirm(form, parts, choice or Choice(frozenset(), frozenset(), True))


def _choice() -> Choice:
    numbers = [one for one in request.form.getlist("comment") if one.isdecimal() and len(one) < 16]
    pairs = [one.partition("-")[::2] for one in request.form.getlist("file") if len(one) < 24]
    files = {(int(left), int(right)) for left, right in pairs if left.isdecimal() and right.isdecimal()}
    return Choice(frozenset(map(int, numbers)), frozenset(files), request.form.get("pick") == "all")


def _choose(form: CodeForm, parts: list[Part], error: Refused | None) -> Response:
    page = render_template("citizen/withdraw_choose.html", form=form, parts=parts, error=error)
    return for_one(page, error.status if error else 200)


def _confirm(form: CodeForm, parts: list[Part], choice: Choice) -> Response:
    fates: list[Fate] = []
    files: list[Held] = []
    for part in parts:
        comments, ordinals = choice.of(part)
        fates += [fate for fate in part.fates if fate.comment.id in comments]
        last = len(comments) == len([one for one in part.fates if not one.comment.withdrawn_at])
        files += [one for one in part.files if last or one.ordinal in ordinals]
    whole = len(fates) == len(living(parts))
    return for_one(render_template("citizen/withdraw.html", form=form, fates=fates, files=files, whole=whole))


def _done(form: CodeForm, choice: Choice) -> Response:
    now, comments, files = moment(), 0, 0
    found = again(form)
    project = find.by_id(found.consultation_id)
    meant = {part.sent.id: choice.of(part) for part in parts_of(project, found)}
    with transaction():
        released = is_answered(project.id, found.received_at)
        for number, (ids, ordinals) in meant.items():
            if ids or ordinals:
                taken = withdraw(CITIZEN, now, submission(number), ids, ordinals, released=released)
                comments, files = comments + len(taken.comments), files + len(taken.files)
        if not comments + files:
            raise Conflict("这次提交的意见已经撤回过了。")
    if files:
        with transaction():
            attachments.shred(settings().files)
    said = [f"{comments} 条意见"] * bool(comments) + [f"{files} 个附件"] * bool(files)
    return shown(form, again(form), f"已经撤回 {'、'.join(said)}。")
