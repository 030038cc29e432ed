"""The directory from a sheet: what would change, cell by cell, and one verb that writes all of it or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.directory import FACTS, Facts, cleaned, facts_of, unit_digest, write
from consult.base.errors import Conflict, Refused
from consult.base.people import UNIT_KINDS, Actor, Unit, UnitName
from consult.base.text import shorten

STATES = {"启用": True, "停用": False}
STATE = "状态"  # the column behind FACTS
CODES = {label: code for code, label in UNIT_KINDS.items()}


@dataclass(frozen=True)
class Row:
    """One row of a sheet: text and place of every cell by the names of FACTS and STATE, and the hidden code."""

    line: int
    texts: dict[str, str]
    places: dict[str, str]
    code: str = ""


@dataclass(frozen=True)
class Line:
    """What a row would do: `new changed closed opened same`; `cells` are (what, before, after) that differ."""

    line: int
    act: str
    number: int | None
    after: Facts
    cells: tuple[tuple[str, str, str], ...] = ()
    stale: bool = False


@dataclass
class Plan:
    """All lines of a sheet in its order; with troubles (place, message) nothing can be written."""

    lines: list[Line] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    untouched: int = 0

    @property
    def digest(self) -> str:
        """What a person said yes to: it changes with the sheet and with what it would change."""
        return digest([[one.line, one.act, one.number, asdict(one.after), one.cells] for one in self.lines])

    def of(self, *acts: str) -> list[Line]:
        """The lines that do one of these."""
        return [one for one in self.lines if one.act in acts]

    @property
    def writes(self) -> list[Line]:
        """The lines that change something."""
        return [one for one in self.lines if one.act != "same"]


def code_of(unit: Unit, names: Sequence[UnitName]) -> str:
    """What stands in the hidden column: the id, and marks of the name and of everything said of it at that time."""
    return f"{unit.id}-{digest(unit.name)[:8]}-{unit_digest(unit, names)[:8]}"


def names_of_all() -> dict[int, list[UnitName]]:
    """Unit → its former names, the oldest first."""
    found: dict[int, list[UnitName]] = defaultdict(list)
    for one in db.session.scalars(select(UnitName).order_by(UnitName.id)):
        found[one.unit_id].append(one)
    return found


def plan_of(rows: Sequence[Row]) -> Plan:
    """Compare a sheet with the directory as it is now."""
    return _Planner().plan(rows)


class _Planner:
    """The directory by id and by name, and what the rows before have said."""

    def __init__(self) -> None:
        self._units = {one.id: one for one in db.session.scalars(select(Unit).order_by(Unit.id))}
        self._names = names_of_all()
        self._now = {one.name: one for one in self._units.values()}
        self._once = {one.name: self._units[number] for number, names in self._names.items() for one in names}
        self._used: dict[int, int] = {}
        self._said: dict[str, int] = {}
        self._plan = Plan()

    def plan(self, rows: Sequence[Row]) -> Plan:
        for row in rows:
            try:
                self._plan.lines.append(self._line(row))
            except Refused as refusal:
                self._plan.troubles.append((row.places.get(refusal.field or "", f"第{row.line}行"), refusal.message))
        self._plan.untouched = len(self._units) - len(self._used)
        return self._plan

    def _line(self, row: Row) -> Line:
        facts = self._facts(row)
        if facts.name in self._said:
            raise Refused(f"“{facts.name}”在第{self._said[facts.name]}行已经写过。", "name")
        self._said[facts.name] = row.line
        unit, stale = self._unit(row, facts)
        if unit is None:
            if other := self._once.get(facts.name):
                raise Refused(f"“{facts.name}”是“{other.name}”的原名，请用现在的名称。", "name")
            return Line(row.line, "new", None, facts, self._cells(None, facts))
        if unit.id in self._used:
            raise Refused(f"这一行和第{self._used[unit.id]}行是同一个单位“{unit.name}”，请只留一行。", "name")
        self._used[unit.id] = row.line
        if not row.texts[STATE].strip():
            facts = replace(facts, active=unit.active)
        return self._compared(row, unit, facts, stale)

    def _compared(self, row: Row, unit: Unit, facts: Facts, stale: bool) -> Line:
        before = facts_of(unit)
        if facts == before:
            return Line(row.line, "same", unit.id, facts)
        if unit.successor_id is not None:
            into = self._units[unit.successor_id].name
            raise Refused(f"“{unit.name}”已经并入“{into}”，不能再改，请照原样写。", "name")
        for known in (self._now, self._once):
            other = known.get(facts.name, unit)
            if other.id != unit.id:
                raise Refused(f"“{facts.name}”是另一个单位{'的原名' if known is self._once else ''}，不能用作“{unit.name}”的名称。", "name")
        act = "changed" if facts.active == before.active else "opened" if facts.active else "closed"
        return Line(row.line, act, unit.id, facts, self._cells(before, facts), stale)

    def _facts(self, row: Row) -> Facts:
        kind, state = row.texts["kind"].strip(), row.texts[STATE].strip()
        if kind not in CODES:
            raise Refused(f"没有“{shorten(kind, 20)}”这个类别，请写：{'、'.join(CODES)}。", "kind")
        if state and state not in STATES:
            raise Refused(f"状态写“启用”或者“停用”，不能写“{shorten(state, 20)}”。", STATE)
        texts = {name: row.texts[name] for name in FACTS} | {"kind": CODES[kind]}
        return cleaned(Facts(**texts, active=STATES.get(state, True)))

    def _unit(self, row: Row, facts: Facts) -> tuple[Unit | None, bool]:
        """The unit that a row speaks of, and whether it was changed since the sheet was made."""
        if not row.code:
            return self._now.get(facts.name), False
        number, _, marks = row.code.partition("-")
        name, _, state = marks.partition("-")
        unit = self._units.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
        names = self._names.get(unit.id, []) if unit else []
        if unit is None or name not in {digest(one)[:8] for one in (unit.name, *(one.name for one in names))}:
            raise Refused("这一行隐藏的编号不是本系统名录的。请用从这里导出的文件填写；新单位请另起一行。", "code")
        return unit, unit_digest(unit, names)[:8] != state

    @staticmethod
    def _cells(before: Facts | None, after: Facts) -> tuple[tuple[str, str, str], ...]:
        said, then = shown(after), shown(before) if before else {STATE: "启用"}
        return tuple((name, then.get(name, ""), text) for name, text in said.items() if text != then.get(name, ""))


def shown(facts: Facts) -> dict[str, str]:
    """Heading → text, as cells say it."""
    texts = {label: str(getattr(facts, name)) for name, label in FACTS.items()}
    texts[FACTS["kind"]] = UNIT_KINDS[facts.kind]
    return texts | {STATE: "启用" if facts.active else "停用"}


def import_units(actor: Actor, now: datetime, rows: Sequence[Row], agreed: str) -> Plan:
    """Write what a person agreed to: the digest of the plan that was shown. All of it or nothing, one entry.

    Refused for a sheet with troubles or without changes; Conflict where the directory has moved on since.
    """
    actor.require("office")
    serialise("units")
    db.session.expire_all()
    plan = plan_of(rows)
    if plan.troubles:
        raise Refused("文件里有不能写入的地方，请改好以后重新上传。", "file")
    if plan.digest != agreed:
        raise Conflict("名录刚才由别人改过，请重新核对下面的差异，再点确认。", "file")
    if not plan.writes:
        raise Refused("文件和名录完全一样，没有要写入的内容。", "file")
    made = [_written(actor, now, line) for line in plan.writes]
    names = names_of_all()
    record(actor, "import_units", "units", now, digest=agreed,
           units={str(one.id): unit_digest(one, names.get(one.id, [])) for one in made})  # fmt: skip
    return plan


def _written(actor: Actor, now: datetime, line: Line) -> Unit:
    if line.number is not None:
        unit = db.session.get_one(Unit, line.number)
        write(actor, now, unit, line.after)
        return unit
    unit = Unit(**asdict(line.after))
    db.session.add(unit)
    db.session.flush()
    return unit


def note_export(actor: Actor, now: datetime, rows: int, content: str) -> None:
    """Note that the directory left as a file: how many rows, and the digest of what they say."""
    actor.require("office")
    record(actor, "export", "units", now, table="units", format="xlsx", rows=rows, digest=content)
