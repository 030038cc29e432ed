"""The way in by a link: opening it shows a button, pressing the button uses it up, for mail scanners open links."""

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import StringField
from wtforms.validators import Length

from consult.base.db import db, transaction
from consult.base.errors import StageError
from consult.base.people import CITIZEN, Unit
from consult.letters import access_link, find
from consult.web import access, keys, limits, moment
from consult.web.staff import StaffForm

blueprint = Blueprint("entrance", __name__, url_prefix="/agency")
access.open_door(blueprint)

PURPOSES = ("unit", "sign")  # colleagues type their code on a page of its own


class EnterForm(StaffForm):
    """Who comes in; a signatory must say so, others may."""

    name = StringField("您的姓名", default="", validators=[Length(max=40, message="最多40个字。")])


@blueprint.after_request
def _keep_the_token(response: Response) -> Response:
    """The address is the key: it goes to no other site, into no cache, and no search engine's list."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/enter/<token>")
@limits.limiter.limit(limits.LOOK_UP)
def door(token: str) -> tuple[str, int]:
    """What this link is, with a button; nothing is used up by looking."""
    try:
        link = access_link.standing(keys(), moment(), token, PURPOSES)
    except StageError as error:
        return _closed(error)
    return _door(token, EnterForm(formdata=None), link)


@blueprint.post("/enter/<token>")
@limits.limiter.limit(limits.LOOK_UP)
def enter(token: str) -> tuple[str, int] | Answer:
    """Use the link up and open the letter."""
    me = access.staff_member()
    if me is not None:
        return _door(token, EnterForm(formdata=None), access_link.standing(keys(), moment(), token, PURPOSES))
    form = EnterForm()
    if not form.validate():
        return _door(token, form, access_link.standing(keys(), moment(), token, PURPOSES))
    try:
        with transaction():
            guest, secret = access_link.enter(
                CITIZEN, moment(), keys=keys(), token=token, name=form.name.data or "", purposes=PURPOSES
            )
            number, page = find.letter_of_link(guest.link_id), _page_of(guest.link_id)
    except StageError as error:
        if error.field != "name":
            return _closed(error)
        form.blame(error)
        return _door(token, form, access_link.standing(keys(), moment(), token, PURPOSES))
    access.begin_guest(secret)
    return redirect(url_for(page, letter_id=number), 303)


def _page_of(link_id: int) -> str:
    """The signatory reads and signs; everybody else begins with the letter."""
    link = db.session.get_one(access_link.AccessLink, link_id)
    return "signing.page" if link.purpose == "sign" else "agency.letter"


def _door(token: str, form: EnterForm, link: access_link.AccessLink) -> tuple[str, int]:
    letter = find.by_id(link.solicitation_id)
    page = render_template(
        "agency/enter.html", token=token, form=form, link=link, me=access.staff_member(),
        unit=db.session.get_one(Unit, letter.unit_id),
    )  # fmt: skip
    return page, form.http_status


def _closed(error: StageError) -> tuple[str, int]:
    return render_template("agency/enter_closed.html", message=error.message), error.status


@blueprint.post("/leave")
@limits.limiter.limit(limits.LOOK_UP)
def leave() -> Answer:
    """End the session of this browser."""
    me = access.guest()
    if me is not None:
        with transaction():
            access_link.leave(me, moment())
    session.pop("guest", None)
    flash("您已经退出。再次进入需要新的链接，请联系发函单位。")
    return redirect(url_for("entrance.left"), 303)


@blueprint.get("/left")
def left() -> str:
    """After leaving, or when the session is over: how to come in again."""
    over = session.pop("guest_over", False) and not request.args.get("out")
    return render_template("agency/enter_closed.html", message="您停留的时间太长，为了安全已经自动退出。已经保存的内容都在。" if over else "")
