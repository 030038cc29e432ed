"""The directory of parties that can be asked: their facts, former names, closing, merging, yearly confirmation."""

import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, exists, or_, select

from consult.base.audit import record
from consult.base.clock import local_date
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import UNIT_KINDS, Actor, Unit, UnitName
from consult.base.text import clean_input, printable

# what is said of a party → what the office calls it, in the order of forms and sheets
FACTS = {
    "name": "单位全称",
    "short_name": "简称",
    "kind": "类别",
    "office_section": "科室",
    "leader": "分管领导",
    "handler": "经办人",
    "phone": "电话",
    "email": "邮箱",
    "address": "地址",
    "field": "专业领域",
    "affiliation": "所在单位",
}
MOST = {"name": 200, "address": 200, "affiliation": 200, "email": 200}  # characters; 100 for the others
OWN = frozenset({"office_section", "leader", "handler", "phone", "address"})  # what a unit corrects itself
MEANWHILE = "这个单位的信息刚才由别人改过，请刷新页面，看过现在的内容再改。"
_EMAIL = re.compile(r"""[^@\s,;，；<>()\[\]:\\"]+@[^@\s,;，；<>()\[\]:\\".]+(\.[^@\s,;，；<>()\[\]:\\".]+)+\Z""")


@dataclass(frozen=True)
class Facts:
    """What the directory says of one party; `kind` is one of UNIT_KINDS, every text one line."""

    name: str
    short_name: str = ""
    kind: str = "department"
    office_section: str = ""
    leader: str = ""
    handler: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    field: str = ""
    affiliation: str = ""
    active: bool = True


def facts_of(unit: Unit) -> Facts:
    """What stands in the directory now."""
    return Facts(**{one.name: getattr(unit, one.name) for one in fields(Facts)})


def cleaned(facts: Facts) -> Facts:
    """The facts as they are stored; raises Refused at the field that cannot be."""
    texts = {name: " ".join(clean_input(getattr(facts, name), name).split()) for name in FACTS}
    if not texts["name"]:
        raise Refused("请填写单位全称。", "name")
    for name, text in texts.items():
        most = MOST.get(name, 100)
        if len(text) > most:
            raise Refused(f"{FACTS[name]}太长，最多{most}个字。", name)
    if texts["kind"] not in UNIT_KINDS:
        raise Refused(f"类别请从这些里选：{'、'.join(UNIT_KINDS.values())}。", "kind")
    if texts["email"] and not _EMAIL.match(texts["email"]):
        raise Refused("邮箱地址不完整，请只写一个邮箱，例如 bgs@example.cn。", "email")
    return Facts(**texts, active=facts.active)


def unit_digest(unit: Unit, names: Iterable[UnitName], **instead: object) -> str:
    """SHA-256 over all that is said of a unit and its former names; `instead` replaces columns as they were once."""
    said = asdict(facts_of(unit)) | {"successor_id": unit.successor_id} | instead
    return digest([said, [[one.name, one.until.astimezone(UTC).isoformat(), one.by] for one in names]])


def seen(unit: Unit) -> str:
    """The present edition of a unit, for a form that must not overwrite what somebody else wrote meanwhile."""
    return unit_digest(unit, former_names(unit.id))


def by_id(number: int) -> Unit:
    """The unit with this id; NotFound where there is none."""
    found = db.session.get(Unit, number)
    if found is None:
        raise NotFound("名录里没有这个单位。")
    return found


def former_names(number: int) -> list[UnitName]:
    """Names that a unit had, the oldest first."""
    return list(db.session.scalars(select(UnitName).where(UnitName.unit_id == number).order_by(UnitName.id)))


def names_of(numbers: Collection[int]) -> dict[int, list[UnitName]]:
    """Unit → its former names, the oldest first; units that never had another one are absent. One query."""
    found: dict[int, list[UnitName]] = {}
    query = select(UnitName).where(UnitName.unit_id.in_(set(numbers))).order_by(UnitName.id)
    for one in db.session.scalars(query) if numbers else ():
        found.setdefault(one.unit_id, []).append(one)
    return found


def called(name: str, names: Iterable[UnitName], at: datetime) -> str:
    """How tables print a unit: by its present name, with the one it had at that time where it was another."""
    then = next((one.name for one in names if one.until > at), name)
    return name if then == name else f"{name}（原{then}）"


def named(name: str) -> list[Unit]:
    """Units that have this name now, first, or had it before."""
    name = " ".join(printable(name).split())
    once = exists(select(1).where(UnitName.unit_id == Unit.id, UnitName.name == name))
    found = db.session.scalars(select(Unit).where((Unit.name == name) | once).order_by(Unit.id))
    return sorted(found, key=lambda unit: unit.name != name)


def find(
    *, words: str = "", kind: str = "", section: str = "", confirmed_in: int | None = None,
    unconfirmed_in: int | None = None, closed: bool | None = False,
) -> list[Unit]:  # fmt: skip
    """Units by name. `words` may stand in the present, short or a former name, in field, affiliation or handler;
    `closed` None asks for open and closed ones; the years are those of Shanghai."""
    query = select(Unit).order_by(Unit.name)
    for word in printable(words).split()[:5]:
        query = query.where(_speaks_of(word))
    if kind:
        query = query.where(Unit.kind == kind)
    if section:
        query = query.where(Unit.field.contains(section, autoescape=True))
    if closed is not None:
        query = query.where(~Unit.active if closed else Unit.active)
    found = list(db.session.scalars(query))
    if confirmed_in is not None:
        found = [unit for unit in found if confirmed(unit, confirmed_in)]
    if unconfirmed_in is not None:
        found = [unit for unit in found if not confirmed(unit, unconfirmed_in)]
    return found


def _speaks_of(word: str) -> ColumnElement[bool]:
    columns = (Unit.name, Unit.short_name, Unit.field, Unit.affiliation, Unit.handler)
    once = exists(select(1).where(UnitName.unit_id == Unit.id, UnitName.name.contains(word, autoescape=True)))
    return or_(once, *(column.icontains(word, autoescape=True) for column in columns))


def confirmed(unit: Unit, year: int) -> bool:
    """Whether the facts were confirmed in this year, Shanghai time."""
    return unit.confirmed_at is not None and local_date(unit.confirmed_at).year >= year


def add_unit(actor: Actor, now: datetime, facts: Facts, *, namesake: bool = False) -> Unit:
    """A new party. Conflict for a name in use; for one that another unit had before, unless `namesake` says so."""
    actor.require("office", "sysadmin")
    serialise("units")
    facts = cleaned(facts)
    require_free(facts.name, namesake=namesake)
    unit = Unit(**asdict(facts))
    db.session.add(unit)
    db.session.flush()
    record(actor, "add_unit", f"unit:{unit.id}", now, digest=unit_digest(unit, []))
    return unit


def require_free(name: str, own: int | None = None, *, namesake: bool = False) -> None:
    """Conflict where another unit has this name, or (without `namesake`) had it once."""
    for other in named(name):
        if other.id == own:
            continue
        if other.name == name:
            raise Conflict(f"名录里已经有“{name}”{'' if other.active else '（已停用）'}。", "name")
        if not namesake:
            raise Conflict(
                f"“{name}”是“{other.name}”的原名。如果是同一个单位，请用现在的名称；"
                "如果确实是另一个单位，请到单位名录里添加并注明。", "name",
            )  # fmt: skip


def change_unit(actor: Actor, now: datetime, unit: Unit, facts: Facts, *, edition: str = "") -> bool:
    """Write what is said of a unit; a former name is kept. False, and nothing recorded, where nothing changes.

    The unit itself corrects its section, people, phone and address. Conflict where somebody else wrote since
    `edition`, and for a merged unit, which only opening it again changes.
    """
    _require_own(actor, unit)
    serialise("units")
    db.session.refresh(unit)
    if edition and edition != seen(unit):
        raise Conflict(MEANWHILE)
    facts = cleaned(facts)
    if not actor.may("office", "sysadmin"):
        facts = replace(facts_of(unit), **{name: getattr(facts, name) for name in OWN})
    if unit.successor_id is not None and not facts.active:
        raise Conflict("这个单位已经并入别的单位，不能再修改；并错了请先恢复启用。")
    if facts == facts_of(unit):
        return False
    if facts.name != unit.name:
        require_free(facts.name, unit.id)
    write(actor, now, unit, facts)
    record(actor, "change_unit", f"unit:{unit.id}", now, digest=seen(unit))
    return True


def write(actor: Actor, now: datetime, unit: Unit, facts: Facts) -> None:
    """Put judged facts into a row and keep the name that goes; an open unit has no successor. Part of a verb."""
    if facts.name != unit.name:
        db.session.add(UnitName(unit_id=unit.id, name=unit.name, until=now, by=actor.ref))
    for name, value in asdict(facts).items():
        setattr(unit, name, value)
    if facts.active:
        unit.successor_id = None
    db.session.flush()


def _require_own(actor: Actor, unit: Unit) -> None:
    if not actor.may("office", "sysadmin") and not (actor.may("agency") and actor.unit_id == unit.id):
        raise NotAllowed("您只能核对本单位的信息。")


def confirm_unit(actor: Actor, now: datetime, unit: Unit, *, edition: str = "") -> None:
    """The facts are right as they stand (每年核对), said by the unit itself or by the office after asking it."""
    _require_own(actor, unit)
    serialise("units")
    db.session.refresh(unit)
    if edition and edition != seen(unit):
        raise Conflict(MEANWHILE)
    if not unit.active:
        raise Conflict("这个单位已经停用，不用核对。")
    unit.confirmed_at, unit.confirmed_by = now, actor.ref
    db.session.flush()
    record(actor, "confirm_unit", f"unit:{unit.id}", now)


def merge_units(actor: Actor, now: datetime, unit: Unit, into: Unit) -> None:
    """Close a unit whose work another one took over; its letters, answers and accounts stay with its own row."""
    actor.require("office")
    serialise("units")
    db.session.refresh(unit)
    db.session.refresh(into)
    if unit.id == into.id:
        raise Refused("不能并入自己，请选另一个单位。", "into")
    if not into.active:
        raise Refused(f"“{into.name}”已经停用，请选一个启用的单位。", "into")
    if unit.successor_id is not None:
        raise Conflict(f"这个单位已经并入“{by_id(unit.successor_id).name}”。")
    unit.active, unit.successor_id = False, into.id
    db.session.flush()
    record(actor, "merge_units", f"unit:{unit.id}", now, into=into.id)


def predecessors(unit: Unit) -> list[Unit]:
    """Units that were merged into this one, by name."""
    return list(db.session.scalars(select(Unit).where(Unit.successor_id == unit.id).order_by(Unit.name)))
