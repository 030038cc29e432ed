"""Choosing whom to ask: parties by kind, found by words, with what speaks against mailing one; used by letter forms.

A letter form shows `office/unit_choice.html` with `choice=unit_choice.of(...)`. Its search is a button of the same
form (name `find_units`, no validation), so that nothing typed is lost without JavaScript; what is ticked always
stays in sight, whether the words fit or not. The boxes are named `units`, the words `unit_words`, `unit_kind`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from consult.base import directory
from consult.base.clock import local_date
from consult.base.people import UNIT_KINDS, Unit
from consult.web import moment

MOST_SHOWN = 300  # more are found by words


@dataclass(frozen=True)
class Option:
    """One box: the party, a word on who it is, what the office should think of, whether it is ticked."""

    id: int
    name: str
    about: str
    warnings: tuple[str, ...]
    ticked: bool


@dataclass(frozen=True)
class Choice:
    """Every group with its boxes; `hidden` counts those that the words leave out or that are too many."""

    groups: tuple[tuple[str, tuple[Option, ...]], ...]
    words: str
    kind: str
    kinds: dict[str, str]
    shown: int
    hidden: int
    year: int


def of(asked: Collection[int], ticked: Collection[int], words: str = "", kind: str = "") -> Choice:
    """What is offered now: open parties that have not been asked yet, those ticked first in sight."""
    year = local_date(moment()).year
    everybody = [one for one in directory.find() if one.id not in asked]
    fitting = {one.id for one in directory.find(words=words, kind=kind)} if words.strip() or kind else None
    wanted = [one for one in everybody if fitting is None or one.id in fitting][:MOST_SHOWN]
    kept = {one.id for one in wanted} | set(ticked)
    shown = [one for one in everybody if one.id in kept]
    groups = tuple(
        (label, boxes)
        for code, label in UNIT_KINDS.items()
        if (boxes := tuple(_option(one, one.id in ticked, year) for one in shown if one.kind == code))
    )
    kinds = {code: label for code, label in UNIT_KINDS.items() if any(one.kind == code for one in everybody)}
    return Choice(groups, words.strip(), kind, kinds, len(shown), len(everybody) - len(shown), year)


def _option(unit: Unit, ticked: bool, year: int) -> Option:
    about = "，".join(filter(None, (unit.affiliation, unit.field)))
    return Option(unit.id, unit.name, about, tuple(warnings(unit, year)), ticked)


def warnings(unit: Unit, year: int) -> list[str]:
    """What may go wrong when this party is asked now."""
    found = []
    if not unit.email:
        found.append("没有邮箱")
    if not directory.confirmed(unit, year):
        found.append("今年未核对")
    return found


def sentences(units: Collection[Unit], year: int) -> list[str]:
    """The same for many as sentences, for a preview."""
    found = []
    if silent := [one.name for one in units if not one.email]:
        found.append(f"没有登记邮箱，要另行通知：{'、'.join(silent)}。")
    if old := [one.name for one in units if not directory.confirmed(one, year)]:
        found.append(f"单位信息{year}年还没有核对过：{'、'.join(old)}。")
    return found
