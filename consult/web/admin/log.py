"""Reads of the audit chain for people: pages by number, filtered, and a check of its newest part."""

from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.base import audit
from consult.base.audit import AuditEntry
from consult.base.people import User
from consult.review.find import names_of

A_PAGE = 100
NEWEST = 10_000
MOST_FAULTS = 20


@dataclass(frozen=True)
class Wanted:
    """What to show; empty parts do not restrict. `actor` is a reference, an e-mail or a part of a name."""

    action: str = ""
    actor: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Page:
    """Entries, the newest first, with the names of who acted; `older` goes into `before`, None at the end."""

    entries: list[AuditEntry]
    names: dict[str, str]
    older: int | None


@dataclass(frozen=True)
class Checked:
    """What a check came to: how many entries were read and the first faults."""

    entries: int
    faults: list[str]


def page(session: Session, wanted: Wanted, before: int | None) -> Page:
    """One page by keyset: the number of the last entry seen is where the next page begins."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(A_PAGE + 1)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.actor:
        query = query.where(AuditEntry.actor.in_(_refs(session, wanted.actor)))
    if wanted.subject:
        query = query.where(AuditEntry.subject == wanted.subject)
    found = list(session.scalars(query))
    entries = found[:A_PAGE]
    older = entries[-1].id if len(found) > A_PAGE else None
    return Page(entries, names_of(one.actor for one in entries), older)


def _refs(session: Session, typed: str) -> list[str]:
    """The references that a typed word can mean."""
    matches = User.name.contains(typed, autoescape=True) | (User.email == typed.lower())
    return [typed, *(f"user:{number}" for number in session.scalars(select(User.id).where(matches).limit(50)))]


def check(session: Session, whole: bool) -> Checked:
    """Compute the chain again: all of it, or its newest 10,000 entries from the seal before them on."""
    last, _ = audit.head(session)
    after = 0 if whole else max(0, last - NEWEST)
    count = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.id > after)) or 0
    found = chain(audit.end_faults(session, audit.end_file()), audit.faults(session, after))
    return Checked(count, list(islice(found, MOST_FAULTS)))
