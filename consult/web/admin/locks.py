"""Locks after five wrong passwords (R62): whether an account is locked now, and taking the lock away."""

from datetime import datetime

from consult.base.audit import record
from consult.base.crypto import keyed
from consult.base.db import after_commit
from consult.base.people import Actor, User
from consult.web import keys, limits
from consult.web.access import LOCK


def _name(user: User) -> str:
    return keyed(keys().address, f"login|{user.email}")


def is_locked(user: User) -> bool:
    """Whether the account cannot log in just now."""
    return limits.limiter.enabled and not limits.ask(lambda one: one.test(LOCK, "login", _name(user)))


def unlock(actor: Actor, now: datetime, user: User) -> None:
    """Forget the wrong passwords of an account; one audit entry."""
    actor.require("sysadmin", "secadmin")
    record(actor, "unlock_user", f"user:{user.id}", now)
    name = _name(user)
    after_commit(lambda: limits.ask(lambda one: one.clear(LOCK, "login", name)))
