"""Verify, people: accounts with their roles and units, and the directory of units, as recorded."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.accounts import account_digest
from consult.base.crypto import digest
from consult.base.directory import Facts, facts_of, unit_digest
from consult.base.people import Unit, UnitName, User
from consult.summary.entries import entries


@dataclass
class _Account:
    """What the acts in their order say of one account."""

    digest: str
    roles: list[str]
    unit: int | None
    active: bool
    password_set_at: datetime | None
    created_at: datetime


def faults(session: Session) -> Iterator[str]:
    """Every account and unit that is not as it was made, and every one that is missing."""
    accounts = _accounts(session)
    for user in session.scalars(select(User).order_by(User.id)):
        stated = accounts.pop(user.id, None)
        if stated is None:
            yield f"账号 {user.id} 在审计日志中没有登记"
            continue
        roles = sorted(role.name for role in user.roles)
        # digests of before covered the address alone: what they did not note of the name nobody can prove now
        known = stated.digest in (account_digest(user.email, user.name), digest(user.email))
        if not known or (user.unit_id, user.active) != (stated.unit, stated.active):
            yield f"账号 {user.id} 的邮箱、姓名、单位或者启用状态与审计日志不一致"
        if roles != stated.roles:
            yield f"账号 {user.id} 的角色与审计日志不一致"
        if (user.password_set_at, user.created_at) != (stated.password_set_at, stated.created_at):
            yield f"账号 {user.id} 的建立时间或者密码更改时间与审计日志不一致"
    yield from (f"账号 {number} 记录在审计日志中，数据库里却没有" for number in sorted(accounts))
    yield from _directory(session)


@dataclass
class _Listed:
    """What the acts in their order say of one unit: its digest before a merging, into what, who confirmed it when."""

    digest: str = ""
    into: int | None = None
    confirmed: tuple[datetime | None, str] = (None, "")


def _directory(session: Session) -> Iterator[str]:
    """Every unit with its former names, its successor and its confirmation; names of nobody."""
    stated, names = _listed(session), defaultdict(list)
    for name in session.scalars(select(UnitName).order_by(UnitName.id)):
        names[name.unit_id].append(name)
    for unit in session.scalars(select(Unit).order_by(Unit.id)):
        said = stated.pop(unit.id, None)
        if said is None or not _as_stated(unit, names[unit.id], said):
            yield f"单位 {unit.id}（{unit.name}）与审计日志不一致"
        elif (unit.confirmed_at, unit.confirmed_by) != said.confirmed:
            yield f"单位 {unit.id}（{unit.name}）的核对记录与审计日志不一致"
    yield from (f"单位 {number} 记录在审计日志中，数据库里却没有" for number in sorted(stated))


def _as_stated(unit: Unit, names: list[UnitName], said: _Listed) -> bool:
    """Whether the row is what its last act made it; a unit entered by name alone has nothing but its name."""
    if said.into is not None:
        before = [unit_digest(unit, names, active=active, successor_id=None) for active in (True, False)]
        merged = not unit.active and unit.successor_id == said.into
        return merged and (said.digest in before or (said.digest == digest(unit.name) and _bare(unit, names)))
    if said.digest == digest(unit.name):
        return unit.active and unit.successor_id is None and _bare(unit, names)
    return said.digest == unit_digest(unit, names)


def _bare(unit: Unit, names: list[UnitName]) -> bool:
    """Whether nothing but a name is said of the unit, open or not."""
    return not names and facts_of(unit) == Facts(unit.name, active=unit.active)


def _listed(session: Session) -> dict[int, _Listed]:
    found: dict[int, _Listed] = defaultdict(_Listed)
    for entry in entries(session, "add_unit", "change_unit", "import_units", "restore", "merge_units", "confirm_unit"):
        if entry.action in ("import_units", "restore"):
            for number, said in entry.facts["units"].items():
                found[int(number)].digest, found[int(number)].into = said, None
        elif entry.action == "merge_units":
            found[entry.number].into = entry.facts["into"]
        elif entry.action == "confirm_unit":
            found[entry.number].confirmed = entry.at, entry.actor
        else:
            found[entry.number].digest, found[entry.number].into = entry.facts["digest"], None
    return dict(found)


def _accounts(session: Session) -> dict[int, _Account]:
    found: dict[int, _Account] = {}
    for entry in entries(session, "add_user", "restore", "change_user", "change_password"):
        facts, one = entry.facts, found.get(entry.number)
        if entry.action == "restore":  # names of people elsewhere: closed accounts without roles
            found |= {int(number): _Account(said, [], None, False, None, entry.at) for number, said in facts["accounts"].items()}
        elif entry.action == "add_user":
            found[entry.number] = _Account(facts["digest"], facts["roles"], facts["unit"], True, entry.at, entry.at)
        elif one is not None and entry.action == "change_user":
            one.roles, one.active, one.digest = facts["roles"], facts["active"], facts["digest"]
        elif one is not None:
            one.password_set_at = entry.at
    return found
