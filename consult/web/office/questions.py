"""Pages: a project without a draft, that asks one open question (项目征集, 后评估), and another wording of it."""

from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.base import clock
from consult.base.crypto import digest
from consult.base.people import Actor
from consult.drafts import publish
from consult.drafts.models import Consultation
from consult.drafts.questions import question_split
from consult.web import moment
from consult.web.access import actor
from consult.web.office.blueprint import bp
from consult.web.office.importing import free_slug
from consult.web.office.question_form import QuestionForm, question_of
from consult.web.staff import done


@bp.route("/new/question", methods=["GET", "POST"])
def new_question() -> ResponseReturnValue:
    """Everything on one page: the question stands for the text."""
    me, now, form = actor(), moment(), QuestionForm()
    me.require("office")
    if not form.is_submitted():
        form.kind.data, form.opens_at.data = "proposals", now
        form.slug.data = free_slug(f"{clock.local_date(now):%Y%m%d}")
    elif form.validate():
        form.attempt(lambda: _load(me, now, form))
        if not form.errors:
            return done("项目已经建好，还没有发布。请看下面还缺什么。", "office.project", slug=form.slug.data)
    return render_template("office/question.html", form=form), form.http_status


def _load(me: Actor, now: datetime, form: QuestionForm) -> Consultation:
    text = form.question.data or ""
    return publish.load(me, now, form.draft(), question_split(text), "", digest(text))


def change(me: Actor, now: datetime, project: Consultation, form: QuestionForm) -> None:
    """Store what is said of an unpublished question and, where it was reworded, its words."""
    publish.describe(me, now, project, form.draft())
    asked = question_split(form.question.data or "")
    if asked.pieces[0].text != question_of(project):
        publish.replace_text(me, now, project, asked, "", digest(asked.pieces[0].text))
