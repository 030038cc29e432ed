"""Where the rows of an archive land: under their own numbers where these are free, else all moved by one distance."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.base.people import Unit
from consult.summary.carried import table, targets
from consult.summary.shelf import Shelf

_REF = re.compile(r"(user|guest):(\d+)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# the word before the number in a subject, or the name of a fact by its act → the table that it speaks of
FACTS: dict[str, dict[str, str]] = {
    "register": {"submissions": "submission", "senders": "submission"},
    "withdraw_comment": {"submission": "submission", "comments": "comment"},
    "wish_mail": {"submission": "submission"},
    "note_clause": {"note": "clause_note"},
    "withdraw_note": {"note": "clause_note"},
    "write_note": {"note": "internal_note"},
    "take_back_note": {"note": "internal_note"},
    "post_bulletin": {"bulletin": "bulletin"},
    "withdraw_bulletin": {"bulletin": "bulletin"},
    "notice_hearing": {"hearing": "hearing"},
    "change_hearing": {"hearing": "hearing"},
    "issue_letter": {"units": "unit"},
    "view_letter": {"unit": "unit"},
    "acknowledge": {"unit": "unit"},
    "make_link": {"link": "access_link", "ended": "access_link"},
    "revoke_link": {"link": "access_link"},
    "enter_by_link": {"link": "access_link", "guest": "guest"},
    "leave": {"guest": "guest"},
    "propose": {"proposal": "proposal"},
    "withdraw_proposal": {"proposal": "proposal"},
    "leave_out": {"proposal": "proposal"},
    "urge": {"urging": "urging"},
    "open_dispute": {"dispute": "dispute"},
    "mediate": {"mediation": "mediation"},
    "read_page": {"comments": "comment", "groups": "opinion_group"},
    "group": {"members": "opinion_group>comment"},
    "split_group": {"before": "opinion_group", "after": "opinion_group"},
    "regroup": {"act": "group_act", "moves": "moves"},
    "name_group": {"group": "opinion_group"},
    "readdress": {"readdressing": "readdressing", "group": "opinion_group"},
    "undo_readdress": {"readdressing": "readdressing"},
    "decide": {"group": "opinion_group"},
    "decide_many": {"bulk": "bulk", "decisions": "comment>opinion_group"},
    "fill_table": {"back": "table_return", "decisions": "comment>opinion_group", "additions": "addition>"},
    "undo_bulk": {"bulk": "bulk", "decisions": "decision"},
    "decide_addition": {"addition": "addition"},
    "decide_additions": {"group": "opinion_group", "decisions": "addition>"},
    "approve": {"decisions": "decision"},
    "approve_additions": {"decisions": "addition_decision"},
    "assign": {"groups": "comment>opinion_group"},
    "keep_view": {"view": "saved_view"},
    "drop_view": {"view": "saved_view"},
    "answer_survey": {"answer": "satisfaction"},
}
SUBJECTS = {
    "consultation": "consultation", "submission": "submission", "comment": "comment", "letter": "solicitation",
    "dispute": "dispute", "group": "opinion_group", "addition": "addition",
}  # fmt: skip


class Digests:
    """Digests that follow from moved numbers, there and here; on disk, since every sending has one."""

    def __init__(self) -> None:
        self._here, self._there = Shelf[str, str](), Shelf[str, str]()

    def put(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Note pairs of (digest there, digest here)."""
        pairs = list(pairs)
        self._here.put(pairs)
        self._there.put((new, old) for old, new in pairs)

    def here(self, there: str) -> str:
        """What a digest of there is here; one that nothing was noted of stays."""
        return self._here.some([there]).get(there, there)

    def there(self, here: Sequence[str]) -> list[str]:
        """What these were there."""
        found = self._there.some(here)
        return [found.get(one, one) for one in here]

    def __bool__(self) -> bool:
        return bool(self._here)

    def close(self) -> None:
        """Nothing is asked any more."""
        self._here.close()
        self._there.close()


@dataclass
class Moves:
    """How far each table's numbers move, which unit is which here, and digests that follow from moved numbers."""

    by: dict[str, int] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)
    digests: Digests = field(default_factory=Digests)
    formal: dict[int, tuple[str, str]] = field(default_factory=dict)  # sending of a unit here → its digests there, here
    hashes: Shelf[int, str] = field(default_factory=Shelf)  # file here → SHA-256
    slug: str = ""  # the project's address there

    def close(self) -> None:
        """All rows have landed."""
        self.digests.close()
        self.hashes.close()

    def hashed(self, file: int | None) -> str:
        """The hash of a file by its number here; empty where there is none."""
        return self.hashes.some([file]).get(file, "") if file else ""

    @property
    def moved(self) -> bool:
        """Whether any number is another one here than it was."""
        return any(self.by.values()) or any(old != new for old, new in self.units.items())

    def number(self, name: str, old: Any) -> Any:
        """A number of a table as it is here; None and 0 stand for nothing and stay."""
        if not old or not isinstance(old, int | str) or (isinstance(old, str) and not old.isdecimal()):
            return old
        if isinstance(old, str):
            return str(self.number(name, int(old)))
        return self.units.get(old, old) if name == "unit" else old + self.by.get(name, 0)

    def ref(self, text: str, back: bool = False) -> str:
        """Who did something, as the account or guest is called here, or with `back` as it was called there."""
        found = _REF.fullmatch(text)
        if not found:
            return text
        far = self.by.get({"user": "user_account", "guest": "guest"}[found[1]], 0)
        return f"{found[1]}:{int(found[2]) + (-far if back else far)}"

    def there(self, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row of here as it was there; units stay, since no digest tells their numbers."""
        to = targets(table(name)) | ({"id": name} if "id" in row else {})
        return {
            key: value - self.by.get(to[key], 0) if key in to and to[key] != "unit" and value
            else self.ref(value, back=True) if names_somebody(key) and isinstance(value, str) else value
            for key, value in row.items()
        }  # fmt: skip

    def subject(self, text: str) -> str:
        """What an act was done on."""
        kind, _, number = text.partition(":")
        return f"{kind}:{self.number(SUBJECTS[kind], number)}" if kind in SUBJECTS else text

    def row(self, name: str, facts: dict[str, Any]) -> dict[str, Any]:
        """A row as it lands here."""
        to = targets(table(name)) | ({"id": name} if "id" in facts else {})
        return {
            key: self.number(to[key], value) if key in to else self._cell(key, value) for key, value in facts.items()
        }

    def _cell(self, key: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.ref(value) if names_somebody(key) else value
        if key == "moves":
            return self.turned(value)
        if isinstance(value, list) and key in ("extensions", "corrections"):
            return [{name: self._cell(name, one) for name, one in line.items()} for line in value]
        return value

    def turned(self, moves: Iterable[list[Any]]) -> list[list[Any]]:
        """[[from group, to group, [comments]], …] as it is here."""
        group, comment = "opinion_group", "comment"
        return [
            [self.number(group, a), self.number(group, b), [self.number(comment, c) for c in ids]]
            for a, b, ids in moves
        ]

    def facts(self, action: str, facts: dict[str, Any]) -> dict[str, Any]:
        """The facts of an act as they are here."""
        known = FACTS.get(action, {})
        return {name: self._sealed(self._fact(known.get(name, ""), name, value)) for name, value in facts.items()}

    def _fact(self, spec: str, name: str, value: Any) -> Any:
        if spec == "moves":
            return self.turned(value)
        if not spec:
            return self.ref(value) if names_somebody(name) and isinstance(value, str) else value
        above, _, below = spec.partition(">")
        if isinstance(value, dict):
            return {self.number(above, key): self._values(below, one) for key, one in value.items()}
        return self._values(above, value)

    def _values(self, name: str, value: Any) -> Any:
        if not name:
            return value
        return [self.number(name, one) for one in value] if isinstance(value, list) else self.number(name, value)

    def _sealed(self, value: Any) -> Any:
        """Digests exchanged for those that hold here."""
        if isinstance(value, str):
            return self.digests.here(value) if _DIGEST.fullmatch(value) else value
        if isinstance(value, list):
            return [self._sealed(one) for one in value]
        return {key: self._sealed(one) for key, one in value.items()} if isinstance(value, dict) else value


def names_somebody(column: str) -> bool:
    """Whether a column or fact holds who did something, and not words of people."""
    return column in ("by", "reader", "assignee", "owner") or column.endswith("_by")


def distance(session: Session, name: str, numbers: Callable[[], Iterable[int]]) -> int:
    """How far these numbers of a table must move: 0 where all of them are free here."""
    column = table(name).c.id
    last = session.scalar(select(func.max(column))) or 0
    if not last:
        return 0
    low, high = 2**62, 0
    for one in numbers():
        low, high = min(low, one), max(high, one)
    taken = session.scalar(select(column).where(column.between(low, high)).limit(1))
    return last if taken is not None else 0


def places_of_units(session: Session, units: Iterable[dict[str, Any]]) -> tuple[dict[int, int], list[dict[str, Any]]]:
    """(unit there → unit here, those to be entered): a unit is known by its full name."""
    here = dict(session.execute(select(Unit.name, Unit.id)).all())
    used, fresh, found = set(here.values()), [], {}
    for one in units:
        number = here.get(one["name"])
        if number is None:
            number = one["id"] if one["id"] not in used else max(used) + 1
            fresh.append({**one, "id": number})
        used.add(number)
        found[one["id"]] = number
    return found, fresh
