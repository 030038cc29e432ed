"""Reads of stage 5: what was published of a project, and whether its table stands approved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from consult.base.db import db
from consult.base.errors import NotFound
from consult.drafts.models import Consultation
from consult.review.words import OUTCOMES
from consult.summary.models import Release, ReleaseRow, TableApproval

R = ReleaseRow.__table__


def current_release(consultation_id: int) -> Release | None:
    """The newest published result of a project, or None."""
    query = select(Release).where(Release.consultation_id == consultation_id).order_by(Release.number.desc())
    return db.session.scalar(query.limit(1))


def releases(consultation_id: int) -> list[Release]:
    """Every published result of a project, the oldest first: corrections stand beside what they correct."""
    query = select(Release).where(Release.consultation_id == consultation_id).order_by(Release.number)
    return list(db.session.scalars(query))


def release_numbered(consultation_id: int, number: int) -> Release:
    """One published result of a project, corrected ones too; NotFound where there is none."""
    query = select(Release).where(Release.consultation_id == consultation_id, Release.number == number)
    found = db.session.scalar(query) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound(f"这个项目没有第{number}次公布。")
    return found


@dataclass(frozen=True)
class Page:
    """Some lines of a published table: page `number` of `pages`, of `found` lines with `likes` opinions in all.

    `first` is the place of its first line among those found.
    """

    rows: Sequence[Row[Any]]
    number: int
    pages: int
    found: int
    likes: int
    first: int


def table_page(release: Release, clause_key: str | None, outcome: str | None, wanted: int, size: int) -> Page:
    """The lines of one clause and one outcome (its code), None for all; a page past the end is the last one."""
    which = _which(release.id, clause_key, outcome)
    found = db.session.scalar(select(func.count()).where(*which)) or 0
    likes = _known(release, clause_key, outcome)
    if likes is None:  # the one sum that nobody kept reads every line
        likes = int(db.session.scalar(select(func.coalesce(func.sum(R.c.likes), 0)).where(*which)) or 0)
    pages = max(1, -(-found // size))
    number = min(max(wanted, 1), pages)
    # the index alone leads to the page, and only its own lines are read
    numbers = select(R.c.number).where(*which).order_by(R.c.number).limit(size).offset((number - 1) * size)
    here = list(db.session.scalars(numbers))
    query = select(R).where(R.c.release_id == release.id, R.c.number.in_(here)).order_by(R.c.number)
    rows = db.session.execute(query).all() if here else ()
    return Page(rows, number, pages, found, likes, (number - 1) * size + 1)


def _which(release_id: int, clause_key: str | None, outcome: str | None) -> list[ColumnElement[bool]]:
    found = [R.c.release_id == release_id]
    found += [R.c.clause_key == clause_key] if clause_key is not None else []
    return found + ([R.c.outcome == OUTCOMES.get(outcome, "")] if outcome is not None else [])


def _known(release: Release, clause_key: str | None, outcome: str | None) -> int | None:
    """How many opinions these lines come to, where the release says it."""
    numbers = release.numbers
    if clause_key is None:
        found = numbers["valid"] if outcome is None else numbers["by_outcome"].get(outcome, 0)
        return int(found)
    kept = numbers.get("by_clause")
    return int(kept.get(clause_key, ("", 0))[1]) if kept and outcome is None else None


def by_citation(release_id: int) -> list[tuple[str, int]]:
    """(citation, opinions) in the order of the table, for results of old, whose rows know no clause keys."""
    query = select(R.c.citation, func.sum(R.c.likes)).where(R.c.release_id == release_id).group_by(R.c.citation)
    return [(name, int(count)) for name, count in db.session.execute(query.order_by(func.min(R.c.number)))]


# a result of an earlier period answers nobody who was asked again since (drafts.rounds)
_OF_THIS_PERIOD = (Release.consultation_id == Consultation.id) & (Release.released_at >= Consultation.opens_at)


def is_answered(consultation_id: int, since: datetime) -> bool:
    """Whether a result has come out since somebody wrote: their opinions are in it and stand as they are (R13)."""
    query = select(Release.id).where(Release.consultation_id == consultation_id, Release.released_at >= since)
    return db.session.scalar(query.limit(1)) is not None


def released_ids(consultation_ids: Iterable[int]) -> set[int]:
    """Those of the projects whose result is out, of one that asked again: whose second result is."""
    wanted = list(consultation_ids)
    if not wanted:
        return set()
    query = select(Release.consultation_id).join(Consultation, _OF_THIS_PERIOD).where(Release.consultation_id.in_(wanted))
    return set(db.session.scalars(query.distinct()))


def released_at(until: datetime | None = None) -> dict[int, datetime]:
    """Project → moment of its first result; with `until` of the newest one up to then, from which on contact data was kept (R14)."""
    which = func.min(Release.released_at) if until is None else func.max(Release.released_at)
    query = select(Release.consultation_id, which).group_by(Release.consultation_id)
    query = query if until is None else query.where(Release.released_at <= until)
    return dict(db.session.execute(query).all())


def newest_numbers() -> dict[int, int]:
    """Project → number of its newest result, for every project that has one and does not ask again since."""
    query = select(Release.consultation_id, func.max(Release.number)).join(Consultation, _OF_THIS_PERIOD)
    query = query.group_by(Release.consultation_id)
    return dict(db.session.execute(query).all())


def last_approval(consultation_id: int) -> TableApproval | None:
    """The newest approval of a project's table, whether it still fits or not."""
    query = select(TableApproval).where(TableApproval.consultation_id == consultation_id)
    return db.session.scalar(query.order_by(TableApproval.id.desc()).limit(1))
