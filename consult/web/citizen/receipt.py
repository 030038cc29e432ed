"""Being answered: what became of every opinion behind a receipt code; and taking it back (R13)."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, render_template
from flask_limiter import RateLimitExceeded

from consult.base.db import db, transaction
from consult.base.errors import Conflict, StageError
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.drafts.descent import reads_now
from consult.drafts.models import Clause, Consultation
from consult.intake.find import by_receipt, clauses_by_id, comments_of
from consult.intake.models import Comment, Submission
from consult.intake.withdraw import withdraw_submission
from consult.review.find import decisions_of, first_reads, group_sizes
from consult.review.models import Decision
from consult.summary.find import current_release
from consult.web import keys, limits, moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card, due_day
from consult.web.citizen.forms import CodeForm
from consult.web.citizen.lines import name_of
from consult.web.citizen.shared import for_one
from consult.web.headers import csrf

TOO_OFTEN = "查询得太频繁了，请过几分钟再查。"


@dataclass(frozen=True)
class Fate:
    """One opinion and what became of it; `now_reads` is the clause as it stands, None where it has not changed."""

    comment: Comment
    place: str
    clause: Clause | None
    read_at: datetime | None
    others: int
    decision: Decision | None
    now_reads: str | None


@citizen.get("/receipt")
def receipt() -> Response:
    """The form for a code."""
    return _form(CodeForm(None))


@citizen.post("/receipt")
@csrf.exempt
def look_up() -> Response:
    """The state of every opinion behind a code; a wrong code stays in the form."""
    form = CodeForm()
    try:
        return _shown(form, _found(form))
    except StageError as error:
        return _form(form, error)
    except RateLimitExceeded:
        return _form(form, StageError(TOO_OFTEN), 429)


@citizen.post("/receipt/withdraw")
@csrf.exempt
def withdraw() -> Response:
    """Ask whether it is meant, and then take the opinions back."""
    form, now = CodeForm(), moment()
    try:
        found = _found(form)
        if form.sure.data != "yes":
            return for_one(render_template("citizen/withdraw.html", form=form, comments=_living(found.id)))
        number = found.id
        with transaction():
            again = by_receipt(keys(), form.code.data or "")
            released = current_release(again.consultation_id) is not None
            withdraw_submission(CITIZEN, now, again, released=released)
        return _shown(form, by_receipt(keys(), form.code.data or ""), f"已经撤回 {len(comments_of(number))} 条意见。")
    except Conflict as error:
        return _shown(form, _found(form), error.message, 409)
    except StageError as error:
        return _form(form, error)
    except RateLimitExceeded:
        return _form(form, StageError(TOO_OFTEN), 429)


def _found(form: CodeForm) -> Submission:
    form.require_token()
    limits.count_look_up()
    return by_receipt(keys(), form.code.data or "")


def _living(submission_id: int) -> list[Comment]:
    return [one for one in comments_of(submission_id) if one.withdrawn_at is None]


def _form(form: CodeForm, error: StageError | None = None, status: int = 0) -> Response:
    if error:
        form.code.errors = [error.message]
    page = render_template("citizen/receipt.html", form=form, error=error)
    response = for_one(page, status or (error.status if error else 200))
    if response.status_code == 429:
        response.headers["Retry-After"] = "600"
    return response


def _shown(form: CodeForm, found: Submission, notice: str = "", status: int = 200) -> Response:
    project = find.by_id(found.consultation_id)
    released = current_release(project.id)
    fates = _fates(project, comments_of(found.id))
    page = render_template(
        "citizen/receipt_shown.html", form=form, sent=found, c=project, notice=notice, fates=fates,
        due=due_day(project), card=card(project, moment(), released is not None),
        may_withdraw=not released and bool(_living(found.id)),
    )  # fmt: skip
    return for_one(page, status)


def _fates(project: Consultation, comments: list[Comment]) -> list[Fate]:
    ids = [one.id for one in comments]
    clauses = clauses_by_id([one.clause_id for one in comments])
    reads, sizes, decisions = first_reads(ids), group_sizes(ids), decisions_of(ids)
    newest = _newest(project, clauses)
    fates = []
    for one in comments:
        clause, ruling = clauses.get(one.clause_id or 0), decisions.get(one.id)
        place, others = name_of(clause) if clause else "全文", max(0, sizes.get(one.id, 1) - 1)
        fates.append(
            Fate(one, place, clause, reads.get(one.id), others, ruling, _now_reads(clause, ruling, newest))
        )
    return fates


def _newest(project: Consultation, clauses: dict[int, Clause]) -> dict[int, str]:
    """clause id → how it reads in the version in force, for opinions on an older one."""
    version = find.current_version(project)
    return reads_now(db.session(), version, [one for one in clauses.values() if one.version_id != version.id])


def _now_reads(clause: Clause | None, ruling: Decision | None, newest: dict[int, str]) -> str | None:
    """How the clause reads now, where the ruling or a newer version says so."""
    if ruling is not None and ruling.new_wording:
        return ruling.new_wording
    text = newest.get(clause.id) if clause else None
    return text if clause and text != clause.text else None
