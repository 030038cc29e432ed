"""What stands beside the queue: the filters with how much lies behind each, the active ones, people and kept views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl

from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.words import CHANNELS, STANCES, SUBMITTER_KINDS
from consult.review import assign
from consult.review.desk_models import SavedView
from consult.review.facets import Facets
from consult.review.filtering import NOBODY
from consult.review.find import names_of
from consult.review.models import OUTCOMES
from consult.review.queue import SORTS, STATES
from consult.review.units import unit_names
from consult.review.views import views_of
from consult.web.reviewer.address import Place

WORK = ("undecided", "unread", "unapproved", "decided", "withdrawn")
ATTENTION = ("marked", "extra", "disputed")
FOLD = 8  # lines of a filter that are shown before the rest is folded away


@dataclass(frozen=True)
class Option:
    """One line of a filter: where it leads, how many opinions (条) lie there, how far it is set in."""

    code: str
    word: str
    count: int | None
    depth: int = 0


@dataclass(frozen=True)
class Group:
    """One filter: its argument in the address, its lines, those that are folded away, and which one is on."""

    name: str
    title: str
    options: list[Option]
    rest: list[Option] = field(default_factory=list)
    on: str = ""
    note: str = ""

    @property
    def open(self) -> bool:
        """Whether what is folded away must be seen, because the one that is on lies there."""
        return any(one.code == self.on for one in self.rest)


@dataclass(frozen=True)
class Chip:
    """An active filter: what it says, and the arguments that change when it is taken away."""

    words: str
    drop: dict[str, None]


@dataclass(frozen=True)
class Sift:
    """The left column and the line above the list."""

    groups: list[Group]
    chips: list[Chip]
    names: Mapping[str, str]
    people: list[assign.Person]
    views: list[tuple[SavedView, dict[str, str]]]
    mine: int


def sift(consultation: Consultation, place: Place, counts: Facets, clauses: Iterable[Option], me: Actor) -> Sift:
    """Everything beside the list of one project; a handful of queries."""
    people = assign.people()
    refs = {me.ref, place.wanted.assignee} | counts.todo.keys() | counts.done.keys() | {one.ref for one in people}
    names = names_of(ref for ref in refs if ref and ref != NOBODY)
    units = unit_names(
        int(number) for number in {*counts.units, *([str(place.wanted.unit)] if place.wanted.unit else [])}
    )
    groups = _groups(place, counts, list(clauses), names, units, me)
    return Sift(
        groups=groups, chips=_chips(place, groups), names=names, people=people,
        views=[(one, dict(parse_qsl(one.query))) for one in views_of(consultation.id, me.ref)], mine=counts.todo.get(me.ref, 0),
    )  # fmt: skip


def _groups(
    place: Place, counts: Facets, clauses: list[Option], names: Mapping[str, str], units: Mapping[int, str], me: Actor
) -> list[Group]:
    states, now = counts.states, {name: str(value) for name, value in place.args().items()}
    word = {one: STATES[one] for one in (*WORK, *ATTENTION)}
    found = [
        _group("state", "状态", [Option(one, word[one], states.get(one, 0)) for one in WORK], now, keep=("undecided",)),
        _group("assignee", "承办人", _people(counts, names, me), now, keep=(me.ref, NOBODY)),
        _group("clause", "条款", clauses, now, fold=12, note="含下级"),
        _group("state", "要留意的", [Option(one, word[one], states.get(one, 0)) for one in ATTENTION], now),
        _group("channel", "来源", _options(CHANNELS, counts.channels), now),
        _group("stance", "意见类型", _options(STANCES, counts.stances), now),
        _group("kind", "提出人", _options({code: word for code, word in SUBMITTER_KINDS.items() if code}, counts.kinds), now),
        _group("unit", "单位", [Option(str(one), units.get(one, "单位"), counts.units.get(str(one), 0)) for one in units], now),
        _group("outcome", "处理意见", _options(OUTCOMES, counts.outcomes), now),
        _group("grouped", "归并", [Option("1", "只看同类多条的", None)] if counts.grouped or now.get("grouped") else [], now),
    ]  # fmt: skip
    return [one for one in found if one.options or one.rest]


def _options(words: Mapping[str, str], counts: Mapping[str, int]) -> list[Option]:
    return [Option(code, word, counts.get(code, 0)) for code, word in words.items()]


def _people(counts: Facets, names: Mapping[str, str], me: Actor) -> list[Option]:
    has = {ref: counts.todo.get(ref, 0) + counts.done.get(ref, 0) for ref in {*counts.todo, *counts.done, me.ref}}
    everything = counts.states.get("undecided", 0) + counts.states.get("decided", 0)
    others = sorted((ref for ref in has if ref != me.ref), key=lambda ref: (-has[ref], names[ref]))
    return [
        Option(me.ref, "我的", has[me.ref]), Option(NOBODY, "还没有分配的", everything - sum(has.values())),
        *(Option(ref, names[ref], has[ref]) for ref in others),
    ]  # fmt: skip


def _group(
    name: str, title: str, options: Iterable[Option], now: Mapping[str, str], keep: Iterable[str] = (), fold: int = FOLD,
    note: str = "",
) -> Group:  # fmt: skip
    """Lines with nothing behind them are left out, but for the one that is on and those to `keep`."""
    on = now.get(name, "")
    found = [one for one in options if one.count is None or one.count or one.code == on or one.code in keep]
    at = fold if len(found) > fold + 1 else len(found)
    on = on if on in {one.code for one in found} else ""
    return Group(name, title, found[:at], found[at:], on, note)


def _chips(place: Place, groups: Iterable[Group]) -> list[Chip]:
    """What restricts the list, in words; each is taken away by itself."""
    wanted = place.wanted
    found = [Chip(f"搜“{wanted.text}”", {"q": None})] if wanted.text else []
    for group in groups:
        for one in (*group.options, *group.rest):
            if one.code == group.on and group.on:
                found.append(Chip(f"{group.title}：{one.word}", {group.name: None}))
    if wanted.since or wanted.until:
        found.append(Chip(_period(wanted.since, wanted.until), {"since": None, "until": None}))
    known = {name for chip in found for name in chip.drop}
    # a filter that came in by an address and is on no line of the column
    odd = {"unit": wanted.unit, "assignee": wanted.assignee, "clause": wanted.clause_key}
    found += [Chip("其他筛选条件", {name: None}) for name, value in odd.items() if value and name not in known]
    return found


def _period(since: date | None, until: date | None) -> str:
    if since and until:
        return f"收到日期：{_day(since)}至{_day(until)}"
    return f"收到日期：{_day(since)}以后" if since else f"收到日期：{_day(until or date.min)}以前"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def sorts(place: Place) -> list[tuple[str, str, bool]]:
    """(code, words, whether it is on) of the orders; a search has its own, the newest hit first."""
    if place.wanted.text:
        return []
    return [(code, word, place.wanted.sort == code) for code, word in SORTS.items()]
