"""Verify, people: accounts with their roles and units, and the directory of units, as recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.base.people import Unit, User
from consult.summary.entries import entries


@dataclass
class _Account:
    """What the acts in their order say of one account."""

    email: str
    roles: list[str]
    unit: int | None
    active: bool
    password_set_at: datetime


def faults(session: Session) -> Iterator[str]:
    """Every account and unit that is not as it was made, and every one that is missing."""
    accounts = _accounts(session)
    for user in session.scalars(select(User).order_by(User.id)):
        stated = accounts.pop(user.id, None)
        if stated is None:
            yield f"账号 {user.id} 在审计日志中没有登记"
            continue
        roles = sorted(role.name for role in user.roles)
        if (digest(user.email), user.unit_id, user.active) != (stated.email, stated.unit, stated.active):
            yield f"账号 {user.id} 的邮箱、单位或者启用状态与审计日志不一致"
        if roles != stated.roles:
            yield f"账号 {user.id} 的角色与审计日志不一致"
        if user.password_set_at != stated.password_set_at:
            yield f"账号 {user.id} 的密码更改时间与审计日志不一致"
    yield from (f"账号 {number} 记录在审计日志中，数据库里却没有" for number in sorted(accounts))
    units = {entry.number: entry.facts["digest"] for entry in entries(session, "add_unit")}
    for unit in session.scalars(select(Unit).order_by(Unit.id)):
        if units.pop(unit.id, None) != digest(unit.name) or not unit.active:
            yield f"单位 {unit.id}（{unit.name}）与审计日志不一致"
    yield from (f"单位 {number} 记录在审计日志中，数据库里却没有" for number in sorted(units))


def _accounts(session: Session) -> dict[int, _Account]:
    found: dict[int, _Account] = {}
    for entry in entries(session, "add_user", "change_user", "change_password"):
        facts, one = entry.facts, found.get(entry.number)
        if entry.action == "add_user":
            found[entry.number] = _Account(facts["digest"], facts["roles"], facts["unit"], True, entry.at)
        elif one is not None and entry.action == "change_user":
            one.roles, one.active = facts["roles"], facts["active"]
        elif one is not None:
            one.password_set_at = entry.at
    return found
