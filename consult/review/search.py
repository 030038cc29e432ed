"""Full-text search in Chinese: which opinions hold what is looked for, the newest first, alike on every database.

A hit is what `terms.holds` says of the text, the proposed wording or the reason, and nothing else. What is indexed
answers from the index; opinions that came in since are read. Terms of up to two characters, and longer ones of which
every piece is common, are answered by the index alone; for others the index names few and their texts are compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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

__all__ = ["BEHIND", "among", "behind", "common", "comparable", "count", "hits", "holds", "index_some", "missing", "rebuild", "tokens"]

MOST_COUNTED = 10_000
READ = 10_000  # opinions that are not indexed yet and are read for one search: a third of a second
BEHIND = "检索目录正在整理，几分钟以后才查得全，请稍后再试。"
_BATCH = 256  # texts compared at a time
_NEVER = (1 << 31) - 1  # above every id
_TEXTS = select(Comment.id, *FIELDS)
Held = dict[str, tuple[int, Any]]  # gram → in how many opinions of the part, and in which


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
    needle, below = comparable(wanted), _NEVER if before is None else min(before, _NEVER)
    if not needle or below < 1:
        return []
    with reading() as index:
        mark = _mark(index)
        floor = _floor(mark)
        if floor > mark and not partly:
            raise Conflict(BEHIND)
        found = list(islice(_newer(consultation_id, needle, floor, below), limit))
        if index is not None and mark and len(found) < limit:
            late = _late(index, consultation_id, needle, below) if index.shared else []
            older = islice(_older(index, consultation_id, needle, below, checked), limit - len(found))
            found = sorted({*found, *late, *older}, reverse=True)[:limit]
    return found


def count(consultation_id: int, wanted: str, most: int = MOST_COUNTED) -> int:
    """How many opinions of a project hold `wanted`, withdrawn ones too; `most` + 1 where there are more than `most`."""
    return len(hits(consultation_id, wanted, None, most + 1))


def common(consultation_id: int, wanted: str, than: int = MOST_COUNTED) -> bool:
    """Whether more than `than` indexed opinions may hold `wanted`; reads no text.

    Where it is True, a page under further filters is found sooner by walking these filters newest first and asking
    `among`; else by taking all `hits` and filtering them.
    """
    needle, total = comparable(wanted), 0
    with reading() as index:
        if not needle or index is None or not _mark(index):
            return False
        for _, parts in _chunks(index, consultation_id, needle, _NEVER, "size"):
            for held in parts.values():
                grams = terms.needed(needle, {gram: size for gram, (size, _) in held.items()})
                total += min(held[gram][0] for gram in grams) if grams else 0
            if total > than:
                return True
    return False


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


def behind() -> bool:
    """Whether so many opinions wait for the index that a search passes over some of them."""
    with reading() as index:
        mark = _mark(index)
        return _floor(mark) > mark


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
    return found


def _older(index: Index, consultation_id: int, needle: str, before: int, checked: bool) -> Iterator[int]:
    """Hits out of the index, the newest first."""
    for chunk, parts in _chunks(index, consultation_id, needle, before, "ids"):
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
    index: Index, consultation_id: int, needle: str, before: int, column: str
) -> Iterator[tuple[int, dict[int, Held]]]:
    """(chunk, part → what it holds of the needle's grams), the newest chunk first; each time twice as many are read."""
    chunks, grams = index.chunks(consultation_id, (before - 1) // SPAN), terms.asked(needle)
    start, many = 0, 1
    while some := chunks[start : start + many]:
        found: dict[int, dict[int, Held]] = {chunk: defaultdict(dict) for chunk in some}
        for chunk, part, gram, size, value in index.postings(consultation_id, some, grams, column):
            found[chunk][part][gram] = (size, value)
        yield from found.items()
        start, many = start + many, 2 * many
