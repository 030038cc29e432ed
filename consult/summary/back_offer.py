"""Reads: the rows of the working copy as they stand now, and rulings that were replaced since it was handed out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Row, select

from consult.base.db import db
from consult.drafts.models import Consultation
from consult.review import desk
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.find import decisions_of, slices
from consult.review.group_models import ADDITIONS, Addition, AdditionDecision
from consult.review.models import Decision
from consult.summary.additions import Extra, extras_named, extras_of
from consult.summary.back import EXTRA, BackRow, Filled, Key
from consult.summary.lines import words_of
from consult.summary.rows import asked_persons, opinion_text, remarks, speakers, submitters
from consult.summary.walk import SLICE, C, Entry, Ruling, columns, made, places


def project_of(consultation: Consultation) -> str:
    """What the check characters of a row number seal besides the row: this project and no other."""
    return f"{consultation.slug}:{consultation.id}"


def rows_led(consultation_id: int, comment_ids: Iterable[int], most: int) -> list[BackRow]:
    """The rows led by these opinions in the order of the table, each with its additions below, at most `most` and one;
    withdrawn ones and those that lead no row are left out."""
    return list(islice(_rows(consultation_id, comment_ids), most + 1))


def rows_known(consultation_id: int, keys: Iterable[Key]) -> dict[Key, BackRow]:
    """The rows of these keys as they stand; keys of withdrawn opinions, of such that lead no group any more and of
    additions that nobody makes any more are left out."""
    wanted = set(keys)
    groups = _groups(consultation_id, (one.id for one in wanted if one.kind))
    leads = {one.id for one in wanted if not one.kind} | set(groups.values())
    found: dict[Key, BackRow] = {}
    above: dict[int, Entry] = {}
    for row, entry in _led(consultation_id, leads):
        above[entry.comment_id] = entry
        if row.key in wanted:
            found[row.key] = row
    for extra in extras_named(db.session(), groups):
        if groups[extra.id] in above:
            found[Key(EXTRA, extra.id)] = _extra("", above[groups[extra.id]], extra)
    return found


def _groups(consultation_id: int, addition_ids: Iterable[int]) -> dict[int, int]:
    """addition of this project → the opinion that leads its group."""
    found: dict[int, int] = {}
    for part in slices(addition_ids):
        query = select(Addition.id, DeskRow.comment_id).join(DeskRow, DeskRow.group_id == Addition.group_id)
        query = query.where(Addition.id.in_(part), DeskRow.consultation_id == consultation_id, DeskRow.state != WITHDRAWN)
        found |= {one: lead for one, lead in db.session.execute(query)}  # noqa: C416
    return found


def _rows(consultation_id: int, comment_ids: Iterable[int]) -> Iterator[BackRow]:
    for row, entry in _led(consultation_id, comment_ids):
        yield row
        if entry.shared and entry.group_id is not None:
            for part, (_, extra) in enumerate(extras_of(db.session(), [entry.group_id]), 1):
                yield _extra(f"{row.label}-{part}", entry, extra)


def _led(consultation_id: int, comment_ids: Iterable[int]) -> Iterator[tuple[BackRow, Entry]]:
    found = desk.led_by(comment_ids).values()
    ids = {row["comment_id"] for row in found if row["consultation_id"] == consultation_id and row["state"] != WITHDRAWN}
    rulings, persons = decisions_of(ids), asked_persons(db.session(), consultation_id)
    for number, entry in enumerate(_entries(consultation_id, ids), 1):
        yield _row(number, entry, rulings.get(entry.comment_id), persons), entry


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


def _extra(label: str, entry: Entry, extra: Extra) -> BackRow:
    """An addition: where its group stands, the sentence, who says it."""
    return BackRow(
        key=Key(EXTRA, extra.id), number=extra.number, label=label, citation=entry.place.citation, original="",
        opinion=extra.sentence, proposed="", submitters=speakers(extra),
        remarks=f"补充意见（{ADDITIONS[extra.kind]}），{extra.said} 人提出", filled=filled(extra.ruling), size=extra.said,
    )  # fmt: skip


def filled(ruling: Decision | AdditionDecision | Ruling | None) -> Filled:
    """A ruling as the five columns say it."""
    if ruling is None:
        return Filled()
    return Filled(ruling.outcome, ruling.reason, ruling.adopted_part, ruling.referred_to, ruling.new_wording)


def replaced(wanted: Sequence[tuple[Key, int]]) -> dict[tuple[Key, int], Filled]:
    """Rulings by row and number: those that a table was handed out with and that others have replaced since."""
    numbers = {key.id: number for key, number in wanted if not key.kind and number}
    homes = {row["comment_id"]: row["group_id"] for row in desk.led_by(numbers).values() if row["group_id"]}
    by_group = {(group, numbers[one]): Key("", one) for one, group in homes.items()}
    found: dict[tuple[Key, int], Filled] = {}
    for part in slices(homes.values()):
        for row in db.session.scalars(select(Decision).where(Decision.group_id.in_(part))):
            if (row.group_id, row.number) in by_group:
                found[by_group[row.group_id, row.number], row.number] = filled(row)
    numbers = {key.id: number for key, number in wanted if key.kind and number}
    for part in slices(numbers):
        for extra in db.session.scalars(select(AdditionDecision).where(AdditionDecision.addition_id.in_(part))):
            if numbers[extra.addition_id] == extra.number:
                found[Key(EXTRA, extra.addition_id), extra.number] = filled(extra)
    return found


def text_size(rows: Sequence[BackRow]) -> int:
    """How many characters a file of these rows has."""
    return sum(len(one.original) + len(one.opinion) + len(one.proposed) + len(one.filled.reason) for one in rows)
