"""Staff log in here: Flask-Security on the tables of base/people, lockout, sessions that end, and who may go where."""

import secrets
from datetime import timedelta
from functools import partial
from typing import Any, cast

from flask import Blueprint, Flask, Request, Response, abort, g, redirect, request, session, url_for
from flask_login import user_logged_in, user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, current_user, logout_user
from flask_security.forms import LoginForm
from limits import parse
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.validators import InputRequired

from consult.base.audit import record
from consult.base.crypto import keyed
from consult.base.db import db, transaction
from consult.base.errors import NotAllowed
from consult.base.people import SYSTEM, Actor, Role, User, actor_of
from consult.base.text import printable
from consult.config import Settings
from consult.letters.access_link import guest_actor
from consult.web import keys, limits, moment

IDLE = timedelta(minutes=30)
GUEST_IDLE = timedelta(hours=8)  # a one-time link is used up: a guest who pauses over lunch must not be locked out
LONGEST = timedelta(hours=8)
PASSWORD_DAYS = 90
PASSWORD_COST: dict[str, int] = {}  # argon2 as Flask-Security sets it: 64 MiB; the tests make it cheap
PUBLIC = frozenset({"citizen", "api", "api-docs"})  # the same bytes for everybody: no session is looked at
LOCK = parse(limits.FAILED_LOGINS)

security = Security()


class StaffLogin(LoginForm):
    """E-mail and password; five failures lock an account for a quarter of an hour, known or not (R62)."""

    email = EmailField("邮箱", validators=[InputRequired("请填写邮箱。")], filters=[lambda typed: printable(typed or "")])
    password = PasswordField("密码", validators=[InputRequired("请填写密码。")])
    submit = SubmitField("登录")

    def validate(self, **kwargs: Any) -> bool:
        account = keyed(keys().address, f"login|{(self.email.data or '').strip().lower()}")
        counted = limits.limiter.enabled
        if counted and not limits.ask(lambda one: one.test(LOCK, "login", account)):
            raise NotAllowed("连续输错密码，账号已锁定。请 15 分钟以后再试，或者联系安全管理员。")
        if super().validate(**kwargs):
            return True
        if counted:
            limits.ask(lambda one: one.hit(LOCK, "login", account))
        with transaction():
            record(SYSTEM, "log_in_failed", "account", moment(), account=account[:16])
        return False  # Flask-Security says the same sentence for every reason, known account or not


def init_app(app: Flask, settings: Settings) -> None:
    """Join Flask-Security to the application."""
    app.config.update(
        SECURITY_LOGIN_URL="/login",
        SECURITY_LOGOUT_URL="/logout",
        SECURITY_VERIFY_URL="/login/verify",
        SECURITY_POST_LOGIN_VIEW="/desk",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_LOGIN_USER_TEMPLATE="shared/login.html",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_MSG_GENERIC_AUTHN_FAILED=("邮箱或者密码不对，请检查后再试。", "error"),
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_PASSWORD_SALT=settings.data_key,
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=PASSWORD_COST,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_STATIC_FOLDER=None,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_REDIRECT_ALLOW_SUBDOMAINS=False,
    )
    app.extensions["datastore"] = SQLAlchemyUserDatastore(db, User, Role)
    security.init_app(app, app.extensions["datastore"], login_form=StaffLogin)
    app.extensions["security"].login_manager.unauthorized_handler(_to_login)
    app.extensions["security"].login_manager.request_loader(_no_tokens)
    user_logged_in.connect(partial(_logged, "log_in"), app, weak=False)
    user_logged_out.connect(partial(_logged, "log_out"), app, weak=False)
    app.before_request(_end_old_sessions)
    app.view_functions["security.verify"] = lambda: abort(404)  # nobody is asked for a password twice
    limited = limits.limiter.limit(limits.LOGIN, methods=["POST"])
    app.view_functions["security.login"] = limited(app.view_functions["security.login"])


def _logged(action: str, _app: Flask, user: User, **_ignored: object) -> None:
    """One audit entry for a login, and one for the end of that session, however often its cookie comes back."""
    now = moment()
    if action == "log_in":
        session["since"] = session["seen"] = now.timestamp()
        session["number"] = secrets.token_hex(16)
    elif not limits.first_use(f"ended:{session.get('number', '')}", int(LONGEST.total_seconds())):
        return  # the cookie itself knows nothing of its end: a copy that somebody kept must not open anything
    ref, name = f"user:{user.id}", user.name
    with transaction():
        record(Actor(ref, name), action, ref, now)


def _end_old_sessions() -> Response | None:
    """End a session after 30 idle minutes or 8 hours (R62), and a copy of one that was logged out of."""
    if request.blueprint in PUBLIC or "_user_id" not in session:
        return None
    now = moment().timestamp()
    idle, old = now - session.get("seen", 0), now - session.get("since", 0)
    over = idle > IDLE.total_seconds() or old > LONGEST.total_seconds()
    if over or limits.used(f"ended:{session.get('number', '')}"):
        logout_user()
        session.clear()
        return None
    if idle > 60:
        session["seen"] = now
    return None


def _no_tokens(_request: Request) -> None:
    """Staff come by session only: the library would else read every JSON body for a token, before any limit."""


def _to_login() -> Response:
    return cast(Response, redirect(url_for("security.login", next=request.full_path.rstrip("?"))))


def actor() -> Actor:
    """The person behind this request; NotAllowed where nobody is logged in."""
    if current_user.is_authenticated:
        return actor_of(current_user)
    if (one := guest()) is None:
        raise NotAllowed("请先登录。")
    return one


def staff_member() -> Actor | None:
    """The account behind this request, if there is one."""
    return actor_of(current_user) if current_user.is_authenticated else None


def guest() -> Actor | None:
    """Somebody who came in by a link, bound to one letter; None for an account, or where the session is over."""
    secret = session.get("guest")
    if not secret or not g.get("guests_welcome"):
        return None
    now = moment()
    if now.timestamp() - session.get("guest_seen", 0) > GUEST_IDLE.total_seconds():
        one = None
    else:
        one = guest_actor(keys(), now, secret)
    if one is None:
        session.pop("guest", None)
        session["guest_over"] = True  # the way to the login page says so
    elif now.timestamp() - session["guest_seen"] > 60:
        session["guest_seen"] = now.timestamp()
    return one


def begin_guest(secret: str) -> None:
    """This browser belongs to that guest from now on; whatever session was there before ends."""
    session.clear()
    session["guest"], session["guest_seen"] = secret, moment().timestamp()


def open_door(blueprint: Blueprint) -> None:
    """Pages that lead in: for everybody; who came in by a link is known there."""

    def _welcome() -> None:
        g.guests_welcome = True

    blueprint.before_request(_welcome)
    blueprint.record_once(lambda state: state.app.extensions.setdefault("guarded", {}).update({blueprint.name: ()}))


def guard(blueprint: Blueprint, *roles: str, guests: bool = False) -> None:
    """Nobody reaches a page of this blueprint without one of the roles; with `guests` one may have come by a link."""

    def _check() -> Response | None:
        g.guests_welcome = guests
        if not current_user.is_authenticated and guest() is None:
            return cast(Response, redirect(url_for("entrance.left"))) if session.get("guest_over") else _to_login()
        actor().require(*roles)
        return None

    blueprint.before_request(_check)
    blueprint.record_once(lambda state: state.app.extensions.setdefault("guarded", {}).update({blueprint.name: roles}))
