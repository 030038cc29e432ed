"""The lines of the tables in order: each group's, and below it those of what its members say beyond the shared text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from sqlalchemy.orm import Session

from consult.review.sentences import parts, same
from consult.summary.additions import Extra, extras_of
from consult.summary.narrow import Choice
from consult.summary.walk import SLICE, Entry, Ruling, Words, walk

_NONE: tuple[int, Iterator[tuple[int, Extra]]] = (0, iter(()))


@dataclass(frozen=True)
class Line:
    """Number `number` of the table; an addition is `number`-`part` and has what it says in `extra`."""

    number: int
    part: int
    entry: Entry
    extra: Extra | None = None

    @property
    def ruling(self) -> Ruling | None:
        """The ruling on this line: that of the addition, or that of the group."""
        return self.extra.ruling if self.extra else self.entry.ruling

    @property
    def name(self) -> int | str:
        """序号: 12, or 12-1 for an addition to number 12."""
        return f"{self.number}-{self.part}" if self.extra else self.number


def lines(
    session: Session, consultation_id: int, public_only: bool = False, only: Choice | None = None
) -> Iterator[Line]:
    """Every group and every opinion in none, each with its additions below; a slice at a time.

    With `only` the chosen ones, each with the number that it has among all.
    """
    numbered = _numbered(session, consultation_id, public_only, only)
    while part := list(islice(numbered, SLICE)):
        wide = [entry.group_id for _, entry in part if entry.shared and entry.group_id is not None]
        yield from _below(part, extras_of(session, wide))


def _below(part: Sequence[tuple[int, Entry]], extras: Iterator[tuple[int, Extra]]) -> Iterator[Line]:
    """Entries, each with those of `extras` that are its group's; both come in one order."""
    by_group = groupby(extras, key=lambda one: one[0])
    group, found = next(by_group, _NONE)
    for number, entry in part:
        yield Line(number, 0, entry)
        if entry.group_id is not None and entry.group_id == group:
            yield from (Line(number, at, entry, extra) for at, (_, extra) in enumerate(found, 1))
            group, found = next(by_group, _NONE)


def _numbered(
    session: Session, consultation_id: int, public_only: bool, only: Choice | None
) -> Iterator[tuple[int, Entry]]:
    if only is None:
        yield from enumerate(walk(session, consultation_id, public_only), 1)
        return
    for entry in walk(session, consultation_id, public_only, only.pick):
        yield only.numbers[entry.comment_id], entry


def words_of(entry: Entry) -> Words:
    """What the office's table says of a group: the words of its first opinion where they hold the whole shared text.

    Else the shared text itself, so that nothing shared is missing; what the first one adds has rows of its own.
    """
    if not entry.shared:
        return entry.words
    held = {same(one) for one in parts(entry.words.text, entry.words.proposed_text, entry.words.reason)}
    shared = entry.shared.split("\n")
    if all(same(one) in held for one in shared):
        return entry.words
    return Words(entry.words.stance, "\n".join(shared), "", "")
