"""After a result: one question on a page of its own, without a name, a cookie of its own, or a script."""

import secrets

from flask import Response, render_template
from flask_limiter import RateLimitExceeded

from consult.base.crypto import keyed
from consult.base.db import transaction
from consult.base.errors import Conflict, NotFound, StageError
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.summary import survey
from consult.web import keys, limits, moment, settings
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card
from consult.web.citizen.forms import SurveyForm
from consult.web.citizen.shared import for_one
from consult.web.headers import csrf

TOO_OFTEN = "提交得太频繁了，请过几分钟再试。您写的内容还在下面。"


@citizen.get("/c/<slug>/survey")
def survey_form(slug: str) -> Response:
    """The question; a plain word where it is not asked now."""
    project = _asked(slug)
    try:
        survey.require_open(project)
    except Conflict as error:
        return _page(project, SurveyForm(None), error, state="closed", status=200)
    return _page(project, SurveyForm(None))


@citizen.post("/c/<slug>/survey")
@csrf.exempt
def survey_answer(slug: str) -> Response:
    """Store one answer; whatever is refused, what was typed is on the page again."""
    form, now, project = SurveyForm(), moment(), _asked(slug)
    try:
        limits.count_survey()
        form.require_token()
        score = int(form.score.data) if form.score.data in set(map(str, survey.ANSWERS)) else None
        voter = _voter(project)
        with transaction():
            survey.answer(CITIZEN, now, find.public_by_slug(slug), score, form.remark.data or "", voter)
    except Conflict as error:
        return _page(project, form, error, state="closed")
    except StageError as error:
        form.blame(error)
        return _page(project, form, error)
    except RateLimitExceeded:
        return _page(project, form, StageError(TOO_OFTEN), status=429)
    return _page(project, form, state="done")


def _asked(slug: str) -> Consultation:
    if not settings().survey:
        raise NotFound("没有找到这个页面。")
    return find.public_by_slug(slug)


def _voter(project: Consultation) -> str:
    """One for each address, project and day; where the office wants no limits, each answer is its own."""
    if not settings().rate_limits:
        return secrets.token_hex(16)
    return keyed(keys().address, f"survey|{project.id}|{limits.address_hash()}")[:32]


def _page(
    project: Consultation, form: SurveyForm, error: StageError | None = None, state: str = "", status: int = 0
) -> Response:
    page = render_template(
        "citizen/survey.html", card=card(project, moment()), c=project, form=form, error=error, state=state,
        question=survey.QUESTION, answers=survey.ANSWERS, most=survey.MOST_REMARK,
    )  # fmt: skip
    response = for_one(page, status or (error.status if error else 200))
    if response.status_code == 429:
        response.headers["Retry-After"] = "600"
    return response
