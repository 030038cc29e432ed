"""Pages: staff accounts. The system administrator adds them; roles, locks and passwords are the security one's too."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from consult.base import accounts
from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.people import ROLES, User
from consult.web import moment
from consult.web.access import actor
from consult.web.admin import locks
from consult.web.admin.blueprint import bp
from consult.web.staff import Boxes, StaffForm, done

CHOICES = [SelectChoice(code, name) for code, name in ROLES.items()]


class RolesForm(StaffForm):
    """What an account may do, and whether it may log in at all."""

    role = Boxes("角色", choices=CHOICES, validators=[InputRequired("请至少选一个角色。")])
    active = BooleanField("启用", default=True)


class UserForm(StaffForm):
    """A new account."""

    email = StringField("邮箱", validators=[InputRequired("请填写邮箱。"), Length(max=200, message="邮箱太长。")])
    name = StringField("姓名", validators=[InputRequired("请填写姓名。"), Length(max=50, message="姓名太长。")])
    role = Boxes("角色", choices=CHOICES, validators=[InputRequired("请至少选一个角色。")])
    unit = SelectField("单位", choices=[], validate_choice=False)


def _by_id(number: int) -> User:
    found = db.session.get(User, number)
    if found is None:
        raise NotFound("没有这个账号。")
    return found


@bp.get("/users")
def users() -> ResponseReturnValue:
    """All accounts."""
    actor().require("sysadmin", "secadmin")
    found = accounts.users()
    locked = {one.id for one in found if locks.is_locked(one)}
    return render_template("admin/users.html", users=found, locked=locked)


@bp.route("/users/new", methods=["GET", "POST"])
def user_new() -> ResponseReturnValue:
    """Add an account; its first password is made here and shown once."""
    me, form, first = actor(), UserForm(), accounts.random_password()
    me.require("sysadmin")
    units = [SelectChoice(one.name, one.name) for one in accounts.units()]
    form.unit.choices = [SelectChoice("", "（不属于被征求意见单位）"), *units]
    if form.validate_on_submit():
        user = form.attempt(lambda: accounts.add_user(
            me, moment(), email=form.email.data, password=first, roles=form.role.data or [], name=form.name.data,
            unit=form.unit.data or ""))  # fmt: skip
        if user is not None:
            return render_template("admin/password.html", user=user, password=first, new=True)
    return render_template("admin/user_new.html", form=form), form.http_status


@bp.route("/users/<int:number>", methods=["GET", "POST"])
def user(number: int) -> ResponseReturnValue:
    """One account: roles, closing, password, lock."""
    me, form = actor(), RolesForm()
    me.require("sysadmin", "secadmin")
    one = _by_id(number)
    if not form.is_submitted():
        form.role.data, form.active.data = [role.name for role in one.roles], one.active
    elif form.validate():
        form.attempt(lambda: accounts.change_user(
            me, moment(), _by_id(number), roles=form.role.data or [], active=bool(form.active.data)))  # fmt: skip
        if not form.errors:
            return done("账号已经修改。", "admin.user", number=number)
    return render_template(
        "admin/user.html", user=_by_id(number), form=form, locked=locks.is_locked(one), own=me.id == number
    ), form.http_status


@bp.post("/users/<int:number>/password")
def user_password(number: int) -> ResponseReturnValue:
    """A new random password, shown once; it ends every session of the account."""
    me, form, fresh = actor(), StaffForm(), accounts.random_password()
    me.require("sysadmin", "secadmin")
    if form.validate_on_submit() and request.form.get("sure"):
        form.attempt(lambda: accounts.set_password(me, moment(), _by_id(number), fresh))
        if not form.errors:
            return render_template("admin/password.html", user=_by_id(number), password=fresh, new=False)
    return done("密码没有改动：请先勾选确认。", "admin.user", number=number)


@bp.post("/users/<int:number>/unlock")
def user_unlock(number: int) -> ResponseReturnValue:
    """Take away the lock after five wrong passwords."""
    me, form = actor(), StaffForm()
    me.require("sysadmin", "secadmin")
    if form.validate_on_submit():
        form.attempt(lambda: locks.unlock(me, moment(), _by_id(number)))
    return done("登录锁定已经解除。", "admin.user", number=number)
