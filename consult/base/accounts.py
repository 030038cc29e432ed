"""Verbs on staff accounts and units: add, change roles, set passwords by the rules of R62."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime

from flask_security import hash_password
from sqlalchemy import select

from consult.base import directory
from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import ADMINISTRATORS, DECIDERS, ROLES, Actor, Role, Unit, User
from consult.base.text import clean_input, printable

CLASSES = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"), re.compile(r"[^a-zA-Z0-9]"))
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")


def check_password(password: str) -> None:
    """Refuse a password under ten characters or with fewer than three kinds of characters (R62)."""
    kinds = sum(bool(kind.search(password)) for kind in CLASSES)
    if len(password) < 10 or kinds < 3:
        raise Refused("密码至少10个字符，并且包含大写字母、小写字母、数字、符号中的三种。", "password")


def random_password() -> str:
    """A password that meets the rules: 120 random bits in five readable groups."""
    alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    while True:
        password = "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))
        if all(kind.search(password) for kind in CLASSES):
            return password


def _roles(names: Collection[str]) -> list[Role]:
    wanted = set(names)
    if not wanted or wanted - set(ROLES):
        raise Refused(f"角色请从这些里选：{'、'.join(ROLES)}。", "role")
    if wanted & ADMINISTRATORS and wanted & DECIDERS:
        raise Refused("系统管理员、安全管理员、审计员不能同时办理意见，请分设账号。", "role")
    known = {role.name: role for role in db.session.scalars(select(Role).where(Role.name.in_(wanted)))}
    for name in wanted - set(known):
        known[name] = Role(name=name, description=ROLES[name])
        db.session.add(known[name])
    return [known[name] for name in sorted(wanted)]


def add_user(
    actor: Actor, now: datetime, *, email: str, password: str, roles: Collection[str], name: str = "", unit: str = ""
) -> User:
    """A new account. Raises Refused for a field, Conflict for an e-mail in use. An agency account needs its unit."""
    actor.require("sysadmin")
    email, name = clean_input(email, "email").strip().lower(), clean_input(name, "name")
    if not _EMAIL.match(email):
        raise Refused("邮箱地址不完整，请检查。", "email")
    if db.session.scalar(select(User.id).where(User.email == email)):
        raise Conflict(f"{email} 已经有账号了。", "email")
    check_password(password)
    granted = _roles(roles)
    if "agency" in roles and not unit.strip():
        raise Refused("单位账号要写明是哪个单位的。", "unit")
    user = User(
        email=email, name=name.strip() or email, password=hash_password(password), active=True,
        fs_uniquifier=secrets.token_hex(16), password_set_at=now, created_at=now, roles=granted,
        unit_id=unit_named(actor, now, unit).id if unit.strip() else None,
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    record(
        actor, "add_user", f"user:{user.id}", now, roles=sorted(set(roles)), unit=user.unit_id,
        digest=account_digest(email, user.name),
    )  # fmt: skip
    return user


def account_digest(email: str, name: str) -> str:
    """SHA-256 over how an account is addressed and called."""
    return digest([email, name])


def change_user(actor: Actor, now: datetime, user: User, *, roles: Collection[str], active: bool) -> None:
    """Change what an account may do, or close it; nobody changes the own account."""
    actor.require("sysadmin", "secadmin")
    if actor.id == user.id:
        raise Refused("不能修改自己的账号，请由另一位管理员办理。")
    user.roles = _roles(roles)
    user.active = active
    if not active:
        user.fs_uniquifier = secrets.token_hex(16)  # ends every session of the account
    db.session.flush()
    record(actor, "change_user", f"user:{user.id}", now, roles=sorted(set(roles)), active=active,
           digest=account_digest(user.email, user.name))  # fmt: skip


def set_password(actor: Actor, now: datetime, user: User, password: str) -> None:
    """A new password, by the person or by an administrator; ends every other session."""
    if actor.id != user.id:
        actor.require("sysadmin", "secadmin")
    check_password(password)
    user.password = hash_password(password)
    user.password_set_at = now
    user.fs_uniquifier = secrets.token_hex(16)
    db.session.flush()
    record(actor, "change_password", f"user:{user.id}", now)


def unit_named(actor: Actor, now: datetime, name: str) -> Unit:
    """The unit with this full name, entered into the directory where it is new.

    Conflict for one that is closed, and for a name that another unit had before: it is known by another name now.
    """
    name = " ".join(clean_input(name, "unit").split())
    if not name or len(name) > 200:
        raise Refused("请填写单位全称。", "unit")
    found = db.session.scalar(select(Unit).where(Unit.name == name))
    if found is None:
        try:
            directory.require_free(name)
        except Conflict as taken:
            raise Conflict(taken.message, "unit") from None
        found = Unit(name=name, short_name="", active=True)
        db.session.add(found)
        db.session.flush()
        record(actor, "add_unit", f"unit:{found.id}", now, digest=digest(name))
    elif not found.active:
        raise Conflict(f"“{name}”已经停用，请到单位名录里查看并入了哪个单位，或者恢复启用。", "unit")
    return found


def units(active_only: bool = True) -> list[Unit]:
    """The directory by name."""
    query = select(Unit).order_by(Unit.name)
    return list(db.session.scalars(query.where(Unit.active) if active_only else query))


def users() -> list[User]:
    """All accounts by e-mail."""
    return list(db.session.scalars(select(User).order_by(User.email)))


def names_with(role: str) -> list[str]:
    """The names of the open accounts with this role, in order of the accounts."""
    query = select(User).where(User.active, User.roles.any(Role.name == role)).order_by(User.id)
    return [one.name or one.email for one in db.session.scalars(query)]


def user_by_email(email: str) -> User:
    """The account with this e-mail; NotFound where there is none."""
    found = db.session.scalar(select(User).where(User.email == printable(email).strip().lower()))
    if found is None:
        raise NotFound(f"没有邮箱为 {email} 的账号。", "email")
    return found
