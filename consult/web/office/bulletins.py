"""Page 通报: tell the public how it goes, beginning with the present numbers; take a bulletin back with a reason."""

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.drafts import bulletins as stage
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.intake.sources import public_sums
from consult.web import moment
from consult.web.access import actor
from consult.web.office.blueprint import bp, opened
from consult.web.office.progress import name_of
from consult.web.office.public_forms import BulletinForm, BulletinWithdrawForm
from consult.web.staff import done


@bp.route("/c/<slug>/public/bulletins", methods=["GET", "POST"])
def bulletins(slug: str) -> ResponseReturnValue:
    """All bulletins and the form for the next one."""
    me, form = actor(), BulletinForm()
    project, where = opened(slug)
    if not form.is_submitted():
        form.title.data, form.text.data = _suggestion(project)
    elif form.validate():
        title, text = form.title.data, form.text.data
        form.attempt(lambda: stage.post_bulletin(me, moment(), find.by_slug(slug), title, text))
        if not form.errors:
            return done("通报已经发布，公众页面和订阅里都能看到。", "office.bulletins", slug=slug)
    return render_template(
        "office/bulletins.html", form=form, project=project, where=where, found=stage.public_bulletins(project.id),
        open_to_words=bool(project.published_at) and not project.archived_at, name_of=name_of,
    ), form.http_status  # fmt: skip


def _suggestion(project: Consultation) -> tuple[str, str]:
    sums = public_sums(project.id)
    return stage.suggestion(
        moment(), project.opens_at, project.closes_at, opinions=sums.opinions, submissions=sums.submissions,
        withdrawn=sums.withdrawn,
    )  # fmt: skip


@bp.route("/c/<slug>/public/bulletins/<int:number>/withdraw", methods=["GET", "POST"])
def bulletin_withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Take one bulletin back; its words are hidden, the reason is shown."""
    me, form = actor(), BulletinWithdrawForm()
    me.require("office")
    project, where = opened(slug)
    if form.validate_on_submit():
        reason = form.reason.data
        form.attempt(
            lambda: stage.withdraw_bulletin(me, moment(), stage.bulletin(find.by_slug(slug), number), reason)
        )
        if not form.errors:
            return done("通报已经撤下，公众页面会写明理由。", "office.bulletins", slug=slug)
    return render_template(
        "office/bulletin_withdraw.html", form=form, project=project, where=where, one=stage.bulletin(project, number)
    ), form.http_status
