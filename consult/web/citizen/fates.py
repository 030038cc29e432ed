"""What became of every opinion behind a receipt code, the sending itself and all that was added to it later."""

from dataclasses import dataclass
from datetime import datetime

from consult.base.db import db
from consult.drafts import find
from consult.drafts.descent import reads_now
from consult.drafts.models import Clause, Consultation, Version
from consult.intake import attachments
from consult.intake.attachments import Held
from consult.intake.find import clauses_by_id, comments_of
from consult.intake.models import Comment, Submission
from consult.intake.supplement import with_supplements
from consult.review.extras import said_in, standing_of
from consult.review.find import decisions_of, first_reads, group_sizes
from consult.review.group_models import Addition, AdditionDecision
from consult.review.models import Decision
from consult.review.readdress import pointed
from consult.web.citizen.lines import name_of
from consult.web.wording import wording_now


@dataclass(frozen=True)
class Fate:
    """One opinion and what became of it; `now_reads` is the clause as it stands, None where it has not changed.

    `additions` are the sentences in which it says more than those it is grouped with, each with its own ruling if any.
    """

    comment: Comment
    place: str
    clause: Clause | None
    read_at: datetime | None
    others: int
    decision: Decision | None
    now_reads: str | None
    additions: list[tuple[Addition, AdditionDecision | None]]
    moved: str = ""  # the clause of a later version that a person pointed it at


@dataclass(frozen=True)
class Part:
    """One sending: the one behind the code, or one that supplements it."""

    sent: Submission
    fates: list[Fate]
    files: list[Held]


@dataclass(frozen=True)
class Sums:
    """How many opinions there are in all, and how far they are; withdrawn ones are in no other number."""

    all: int
    answered: int
    read: int
    waiting: int
    withdrawn: int


def parts_of(project: Consultation, found: Submission) -> list[Part]:
    """The sending and its supplements, in as many queries for fifty opinions as for one."""
    sendings = with_supplements(found)
    comments = {one.id: comments_of(one.id) for one in sendings}
    files = attachments.of([one.id for one in sendings])
    fates = {fate.comment.id: fate for fate in _fates(project, [c for rows in comments.values() for c in rows])}
    return [
        Part(one, [fates[row.id] for row in comments[one.id]], [f for f in files.get(one.id, []) if not f.erased_at])
        for one in sendings
    ]


def sums(parts: list[Part]) -> Sums:
    """The numbers above the list."""
    every = [fate for part in parts for fate in part.fates]
    living = [fate for fate in every if not fate.comment.withdrawn_at]
    answered = sum(1 for fate in living if fate.decision)
    read = sum(1 for fate in living if fate.read_at and not fate.decision)
    return Sums(len(every), answered, read, len(living) - answered - read, len(every) - len(living))


def living(parts: list[Part]) -> list[Fate]:
    """The opinions that are not withdrawn."""
    return [fate for part in parts for fate in part.fates if not fate.comment.withdrawn_at]


def _fates(project: Consultation, comments: list[Comment]) -> list[Fate]:
    ids = [one.id for one in comments]
    clauses = clauses_by_id([one.clause_id for one in comments])
    reads, sizes, decisions = first_reads(ids), group_sizes(ids), decisions_of(ids)
    version = find.current_version(project)
    moved = pointed(one.id for one in comments if one.version_id != version.id)
    newest, more = _newest(version, clauses), said_in(one.id for one in comments if not one.withdrawn_at)
    rulings = standing_of(one.id for said in more.values() for one in said)
    fates = []
    for one in comments:
        clause, ruling = clauses.get(one.clause_id or 0), decisions.get(one.id)
        place, others = name_of(clause) if clause else "全文", max(0, sizes.get(one.id, 1) - 1)
        added = [(said, rulings.get(said.id)) for said in more.get(one.id, [])]
        there = moved.get(one.id)
        now = wording_now(clause, ruling, version, newest, there)
        fates.append(Fate(one, place, clause, reads.get(one.id), others, ruling, now, added, name_of(there) if there else ""))
    return fates


def _newest(version: Version, clauses: dict[int, Clause]) -> dict[int, str]:
    """clause id → how it reads in the version in force, for opinions on an older one."""
    return reads_now(db.session(), version, [one for one in clauses.values() if one.version_id != version.id])
