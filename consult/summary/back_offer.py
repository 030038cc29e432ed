"""Reads: the rows of the working copy as they stand now, and rulings that were replaced since it was handed out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from consult.base.db import db
from consult.drafts.models import Consultation
from consult.review import desk
from consult.review.desk_models import WITHDRAWN
from consult.review.find import decisions_of, slices
from consult.review.models import Decision
from consult.summary.back import BackRow, Filled, Key
from consult.summary.lines import words_of
from consult.summary.rows import asked_persons, opinion_text, remarks, submitters
from consult.summary.walk import SLICE, C, Entry, columns, made, places


def project_of(consultation: Consultation) -> str:
    """What the check characters of a row number seal besides the row: this project and no other."""
    return f"{consultation.slug}:{consultation.id}"


def rows_led(consultation_id: int, comment_ids: Iterable[int]) -> list[BackRow]:
    """The rows led by these opinions in the order of the table; withdrawn ones and those that lead no row are left out."""
    found = desk.led_by(comment_ids).values()
    ids = {row["comment_id"] for row in found if row["consultation_id"] == consultation_id and row["state"] != WITHDRAWN}
    rulings, persons = decisions_of(ids), asked_persons(db.session(), consultation_id)
    return [
        _row(number, entry, rulings.get(entry.comment_id), persons)
        for number, entry in enumerate(_entries(consultation_id, ids), 1)
    ]


def _entries(consultation_id: int, leads: Iterable[int]) -> Iterator[Entry]:
    """The entries that these living opinions lead, in the order of the tables."""
    session = db.session()
    by_clause: dict[int | None, list[Row[Any]]] = {}
    for part in slices(leads):
        for row in session.execute(columns().add_columns(C.c.clause_id).where(C.c.id.in_(part)).order_by(C.c.id)):
            by_clause.setdefault(row.clause_id, []).append(row)
    for place in places(session, consultation_id):
        rows = by_clause.get(place.clause_id, [])
        for start in range(0, len(rows), SLICE):
            yield from made(session, place, rows[start : start + SLICE], False)


def _row(number: int, entry: Entry, ruling: Decision | None, persons: Mapping[str, str]) -> BackRow:
    words = words_of(entry)
    return BackRow(
        key=Key("", entry.comment_id), number=ruling.number if ruling else 0, label=str(number),
        citation=entry.place.citation, original=entry.place.original, opinion=opinion_text(words),
        proposed=words.proposed_text, submitters=submitters(entry, persons), remarks=remarks(entry),
        filled=filled(ruling), size=entry.likes,
    )  # fmt: skip


def filled(ruling: Decision | None) -> Filled:
    """A ruling as the five columns say it."""
    if ruling is None:
        return Filled()
    return Filled(ruling.outcome, ruling.reason, ruling.adopted_part, ruling.referred_to, ruling.new_wording)


def replaced(wanted: Iterable[tuple[Key, int]]) -> dict[tuple[Key, int], Filled]:
    """Rulings by row and number: those that a table was handed out with and that others have replaced since."""
    numbers = {key.id: number for key, number in wanted if not key.kind and number}
    homes = {row["comment_id"]: row["group_id"] for row in desk.led_by(numbers).values() if row["group_id"]}
    by_group = {(group, numbers[one]): Key("", one) for one, group in homes.items()}
    found: dict[tuple[Key, int], Filled] = {}
    for part in slices(homes.values()):
        for row in db.session.scalars(select(Decision).where(Decision.group_id.in_(part))):
            if (row.group_id, row.number) in by_group:
                found[by_group[row.group_id, row.number], row.number] = filled(row)
    return found


def text_size(rows: Sequence[BackRow]) -> int:
    """How many characters a file of these rows has."""
    return sum(len(one.original) + len(one.opinion) + len(one.proposed) + len(one.filled.reason) for one in rows)
