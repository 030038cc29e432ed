"""Full-text search in Chinese: which opinions hold what is looked for, the newest first, alike on every database.

A hit is what `terms.holds` says of the text, the proposed wording or the reason, and nothing else. What is indexed
answers from the index; opinions that came in since are read. Terms of up to two characters, and longer ones of which
every piece is common, are answered by the index alone; for others the index names few and their texts are compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from consult.base.db import db
from consult.base.errors import Conflict
from consult.intake.models import Comment
from consult.review import terms
from consult.review.postings import SPAN, meet
from consult.review.search_index import FIELDS, index_some, missing, rebuild, usable
from consult.review.search_store import Index, committed, reading
from consult.review.terms import comparable, holds, tokens

__all__ = ["BEHIND", "among", "comparable", "count", "hits", "holds", "index_some", "missing", "opened", "rebuild", "tokens"]

MOST_COUNTED = 10_000
READ = 10_000  # opinions that are not indexed yet and are read for one search: a third of a second
BEHIND = "检索目录正在整理，几分钟以后才查得全，请稍后再试。"
_BATCH = 256  # texts compared at a time
_NEVER = (1 << 31) - 1  # above every id
_TEXTS = select(Comment.id, *FIELDS)
Held = dict[str, tuple[int, Any]]  # gram → in how many opinions of the part, and in which


@dataclass(frozen=True)
class Opened:
    """The index as one page finds it: up to `mark` it knows the opinions, what is above `floor` is read."""

    index: Index | None
    mark: int
    floor: int

    @property
    def behind(self) -> bool:
        """Whether so many opinions wait for the index that a search passes over some of them."""
        return self.floor > self.mark

    def walk(self, consultation_id: int, wanted: str, before: int | None = None, checked: bool = True) -> Iterator[int]:
        """What `hits` finds, as far as somebody asks; to be asked before the index is closed."""
        needle, below = comparable(wanted), _NEVER if before is None else min(before, _NEVER)
        if not needle or below < 1:
            return
        yield from _newer(consultation_id, needle, self.floor, below)
        if self.index is None or not self.mark:
            return
        late = _late(self.index, consultation_id, needle, below) if self.index.shared else []
        # what others index meanwhile has been read already
        older = _older(self.index, consultation_id, needle, min(below, self.mark + 1), checked)
        last = 0
        for number in merge(late, older, reverse=True):
            if number != last:
                yield number
            last = number


@contextmanager
def opened(partly: bool = False) -> Iterator[Opened]:
    """The index for one search or several. Raises Conflict where it is behind, unless `partly` says that this will do."""
    with reading() as index:
        mark = _mark(index)
        found = Opened(index, mark, _floor(mark))
        if found.behind and not partly:
            raise Conflict(BEHIND)
        yield found


def hits(
    consultation_id: int, wanted: str, before: int | None = None, limit: int = 1000, checked: bool = True,
    partly: bool = False,
) -> list[int]:  # fmt: skip
    """Ids of the opinions of a project that hold `wanted`, below `before`, the newest first; withdrawn ones too.

    With `checked` False also some that hold only its pieces: for callers who narrow them down first and then ask
    `among`, since a long phrase is compared text by text. Nothing where `wanted` is empty or nothing but punctuation.
    Every opinion that is committed is seen; Conflict where more than READ of them wait for the index, as after a move
    to another machine, unless `partly` says that the newest of them will do.
    """
    if not comparable(wanted):
        return []
    with opened(partly) as index:
        return list(islice(index.walk(consultation_id, wanted, before, checked), limit))


def count(consultation_id: int, wanted: str, most: int = MOST_COUNTED) -> int:
    """How many opinions of a project hold `wanted`, withdrawn ones too; `most` + 1 where there are more than `most`."""
    return len(hits(consultation_id, wanted, None, most + 1))


def among(wanted: str, ids: Iterable[int]) -> list[int]:
    """Those of these opinions that hold `wanted`, in the order given; reads their texts."""
    needle, numbers = comparable(wanted), list(ids)
    held = _compared(numbers, needle) if needle else set()
    return [number for number in numbers if number in held]


def _mark(index: Index | None) -> int:
    """The highest id that is indexed; 0 where the index is of no use."""
    if index is None:
        return 0
    with committed() as source:
        state = usable(source, index)
    return state.mark if state else 0


def _floor(mark: int) -> int:
    """The id above which what is not indexed is read."""
    newest = db.session.scalar(select(func.max(Comment.id))) or 0
    return max(mark, newest - READ)


def _newer(consultation_id: int, needle: str, mark: int, before: int) -> Iterator[int]:
    """Hits that are not indexed yet, read from the newest on; the sum keeps the planner on the key."""
    while True:
        query = _TEXTS.where(Comment.consultation_id + 0 == consultation_id, Comment.id > mark, Comment.id < before)
        rows = db.session.execute(query.order_by(Comment.id.desc()).limit(_BATCH)).all()
        for number, *fields in rows:
            if needle in terms.joined(fields):
                yield number
        if len(rows) < _BATCH:
            return
        before = rows[-1][0]


def _late(index: Index, consultation_id: int, needle: str, before: int) -> list[int]:
    """Hits that were committed after others of higher id had been indexed."""
    found: list[int] = []
    for first, last in index.rows("SELECT first, last FROM {at}hole"):
        query = _TEXTS.where(Comment.consultation_id + 0 == consultation_id, Comment.id.between(first, last))
        rows = db.session.execute(query.where(Comment.id < before))
        found += [number for number, *fields in rows if needle in terms.joined(fields)]
    return sorted(found, reverse=True)


def _older(index: Index, consultation_id: int, needle: str, before: int, checked: bool) -> Iterator[int]:
    """Hits out of the index, the newest first."""
    for chunk, parts in _chunks(index, consultation_id, needle, before):
        sure, unsure = set[int](), set[int]()
        for held in parts.values():
            grams = terms.needed(needle, {gram: size for gram, (size, _) in held.items()})
            if grams:
                exact = terms.is_exact(needle, grams)
                (sure if exact else unsure).update(meet([bytes(held[gram][1]) for gram in grams]))
        numbers = [number for place in sorted(sure | unsure, reverse=True) if (number := chunk * SPAN + place) < before]
        yield from _checked(numbers, {chunk * SPAN + place for place in unsure} if checked else set(), needle)


def _checked(numbers: Sequence[int], unsure: set[int], needle: str) -> Iterator[int]:
    """The numbers in their order, the unsure ones only where their text holds the needle."""
    if not unsure:
        yield from numbers
        return
    for start in range(0, len(numbers), _BATCH):
        batch = numbers[start : start + _BATCH]
        held = _compared([number for number in batch if number in unsure], needle)
        yield from (number for number in batch if number not in unsure or number in held)


def _compared(numbers: Sequence[int], needle: str) -> set[int]:
    found = set[int]()
    for start in range(0, len(numbers), _BATCH):
        rows = db.session.execute(_TEXTS.where(Comment.id.in_(numbers[start : start + _BATCH])))
        found.update(number for number, *fields in rows if needle in terms.joined(fields))
    return found


def _chunks(
    index: Index, consultation_id: int, needle: str, before: int
) -> Iterator[tuple[int, dict[int, Held]]]:
    """(chunk, part → what it holds of the needle's grams), the newest chunk first; each time twice as many are read."""
    chunks, grams = index.chunks(consultation_id, (before - 1) // SPAN), terms.asked(needle)
    start, many = 0, 1
    while some := chunks[start : start + many]:
        found: dict[int, dict[int, Held]] = {chunk: defaultdict(dict) for chunk in some}
        for chunk, part, gram, size, value in index.postings(consultation_id, some, grams):
            found[chunk][part][gram] = (size, value)
        yield from found.items()
        start, many = start + many, 2 * many
