"""The way in for every member of staff: where their work is, and their own password."""

from datetime import timedelta

from flask import Blueprint, Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user, verify_password
from wtforms import PasswordField, ValidationError
from wtforms.validators import EqualTo, InputRequired

from consult.base import accounts
from consult.base.db import db
from consult.base.people import ADMINISTRATORS, ROLES, Actor, User
from consult.web import moment
from consult.web.access import PASSWORD_DAYS, actor, guard, guest
from consult.web.staff import StaffForm, done

bp = Blueprint("desk", __name__)
guard(bp, *ROLES)

# address, word in the navigation, what the work is, who does it, and for whom it is the first thing to do
PLACES = (
    (
        "/office",
        "起草",
        "发布征求意见稿、向单位发函、登记来信来电、导出汇总表、公布采纳情况",
        {"office", "approver"},
        {"office", "approver"},
    ),
    (
        "/review",
        "审阅",
        "逐条审阅意见，归并同类意见，写明处理意见和理由",
        {"reviewer", "approver", "office"},
        {"reviewer", "approver"},
    ),
    ("/agency", "单位", "查看征求意见函，签收、填写并报送复函", {"agency"}, {"agency"}),
    ("/admin", "管理", "账号、单位名录、审计日志、后台任务", ADMINISTRATORS, ADMINISTRATORS),
)


def places(one: Actor) -> list[tuple[str, str, str]]:
    """(address, word, description) of the desks that are open to this person."""
    return [(path, word, text) for path, word, text, roles, _ in PLACES if one.roles & roles]


def home_places(one: Actor) -> list[str]:
    """The desks where this person's own work lies."""
    return [path for path, _, _, _, roles in PLACES if one.roles & roles]


def password_is_old() -> bool:
    """Whether the password was set more than ninety days ago (R62)."""
    since = current_user.password_set_at
    return since is None or moment() - since > timedelta(days=PASSWORD_DAYS)


@bp.get("/desk")
def home() -> ResponseReturnValue:
    """Straight to the one desk of this person, or a choice."""
    own = home_places(actor())
    if len(own) == 1 and not password_is_old():
        return redirect(own[0])
    return render_template("shared/desk_home.html", places=places(actor()))


class PasswordForm(StaffForm):
    """The present password and the new one, twice."""

    current = PasswordField("现在的密码", validators=[InputRequired("请填写现在的密码。")])
    password = PasswordField("新密码", validators=[InputRequired("请填写新密码。")])
    again = PasswordField(
        "再填一次新密码",
        validators=[InputRequired("请再填一次新密码。"), EqualTo("password", "两次填写的新密码不一样。")],
    )

    def validate_current(self, field: PasswordField) -> None:
        if not verify_password(field.data or "", current_user.password):
            raise ValidationError("现在的密码不对，请重新填写。")

    def validate_password(self, field: PasswordField) -> None:
        if field.data and field.data == self.current.data:
            raise ValidationError("新密码不能和现在的密码一样。")


@bp.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change the own password; every session of the account ends with it, this one included."""
    form = PasswordForm()
    me, number = actor(), actor().id
    if form.validate_on_submit():
        form.attempt(lambda: accounts.set_password(me, moment(), db.session.get_one(User, number), form.password.data))
        if not form.errors:
            logout_user()
            return done("密码已经修改，请用新密码登录。", "security.login")
    return render_template("shared/password.html", form=form), form.http_status


def init_app(app: Flask) -> None:
    """Join the desk to the application once, whichever staff face comes first."""
    if bp.name in app.blueprints:
        return
    app.register_blueprint(bp)
    # asked for by staff pages only: public pages never open the session
    app.jinja_env.globals.update(staff=staff, now=moment)


def staff() -> dict[str, object]:
    """Who is logged in, for the head of a staff page."""
    if not current_user.is_authenticated:
        return {"me": None, "guest": guest(), "places": [], "old_password": False}
    one = actor()
    return {"me": one, "places": places(one), "old_password": password_is_old()}
