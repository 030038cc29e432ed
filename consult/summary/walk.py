"""Walks a project's opinions in clause order, one entry for each group, a slice at a time."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, exists, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from consult.drafts.descent import seats
from consult.drafts.models import Clause, Version
from consult.intake.models import CHANNELS, ORGANISATIONS, Comment, Submission
from consult.review.masks import chosen
from consult.review.models import Decision, Group, Membership, Withholding

SLICE = 500
NAMES_MOST = 5
WHOLE = "全文"
ANONYMOUS = "匿名"
Pick = Callable[[Sequence[Row[Any]]], Sequence[Row[Any]]]

C, S, M = Comment.__table__, Submission.__table__, Membership.__table__
K, D, W = Clause.__table__, Decision.__table__, Withholding.__table__


@dataclass(frozen=True)
class Place:
    """Where an opinion points: `citation` is 全文 for the whole draft; an older version is named in it."""

    clause_id: int | None
    citation: str = WHOLE
    original: str = ""
    key: str = ""


@dataclass(frozen=True)
class Words:
    """What somebody wrote, exactly."""

    stance: str
    text: str
    proposed_text: str
    reason: str


@dataclass(frozen=True)
class Ruling:
    """The current decision of a group: the one with the highest number."""

    outcome: str
    reason: str
    adopted_part: str
    referred_to: str
    new_wording: str
    digest: str


@dataclass(frozen=True)
class Entry:
    """One row's worth: the earliest living opinion of a group, what its fellows share, what was ruled.

    `names` are the distinct submitters in order of arrival, at most NAMES_MOST; `senders` counts all of
    them. `open_words` are words that may be quoted in public (R12, R52), None where there are none;
    `refused` says that nothing but the author's missing consent stands against it. `chosen` is what people
    cover or keep in these words, by value; only walks for the public have it. `shared` is the shared text of near
    copies, a sentence a line, empty for all others.
    """

    comment_id: int
    group_id: int | None
    place: Place
    words: Words
    received_on: date | None
    likes: int
    names: tuple[str, ...]
    senders: int
    late: int
    channels: tuple[tuple[str, int], ...]
    open_words: Words | None
    refused: bool
    ruling: Ruling | None
    chosen: Mapping[str, str] = field(default_factory=dict)
    shared: str = ""


def places(session: Session, consultation_id: int) -> list[Place]:
    """The whole draft first, then every clause that somebody commented on, at its place in the version in force.

    What was said of a clause on an older version stands where its key is now; clauses that are gone, behind
    their old neighbour.
    """
    used = select(C.c.clause_id).where(C.c.consultation_id == consultation_id).distinct()
    version = Version.__table__
    mine = (version.c.consultation_id == consultation_id) & version.c.frozen_at.is_not(None)
    newest = session.scalar(select(func.max(version.c.number)).where(mine))
    query = select(K, version.c.number).join(version, version.c.id == K.c.version_id).where(K.c.id.in_(used))
    rows = session.execute(query.order_by(K.c.ordinal, version.c.number, K.c.id)).all()
    if any(row.number != newest for row in rows):
        seat = {one.key: at for at, one in enumerate(seats(session, consultation_id))}
        rows = sorted(rows, key=lambda row: (seat.get(row.key, len(seat)), row.number))
    return [Place(None), *(_place(row, newest) for row in rows)]


def at(clause_id: int | None) -> ColumnElement[bool]:
    """Condition on a comment: it speaks of this clause. With the project and the id it is one index."""
    return C.c.clause_id.is_(None) if clause_id is None else C.c.clause_id == clause_id


def _place(row: Row[Any], newest: int | None) -> Place:
    older = "" if row.number == newest else f"（第{row.number}稿）"
    original = f"{row.label} {row.text}".strip() if row.label else row.text
    return Place(row.id, called(row) + older, original, row.key)


def called(clause: Any) -> str:
    """How tables name a clause: its citation, its label, or where it stands."""
    return clause.citation or clause.label or "".join(clause.path[-1:]) or f"第{clause.ordinal}段"


def walk(
    session: Session, consultation_id: int, public_only: bool = False, pick: Pick = lambda rows: rows
) -> Iterator[Entry]:
    """Every group and every opinion in none, withdrawn ones left out: by clause, then by number.

    With `public_only` formal opinions of asked units are left out, also from groups that they share. `pick` takes
    from each slice of rows those that are wanted.
    """
    for place in places(session, consultation_id):
        after = 0
        while rows := session.execute(_leaders(consultation_id, place.clause_id, after, public_only)).all():
            after = rows[-1].id
            yield from made(session, place, pick(rows), public_only)


def _leaders(consultation_id: int, clause_id: int | None, after: int, public_only: bool) -> Select[Any]:
    """A slice of opinions that stand for their group: no living member came earlier."""
    member, earlier, letter = M.alias(), C.alias(), S.alias()
    fellows = member.join(earlier, earlier.c.id == member.c.comment_id)
    conditions = [
        member.c.group_id == M.c.group_id,
        member.c.comment_id < C.c.id,
        earlier.c.withdrawn_at.is_(None),
    ]
    if public_only:
        fellows = fellows.join(letter, letter.c.id == earlier.c.submission_id)
        conditions.append(letter.c.channel != "formal")
    led = exists(select(1).select_from(fellows).where(*conditions))
    query = columns().where(C.c.consultation_id == consultation_id, at(clause_id), C.c.id > after,
                             C.c.withdrawn_at.is_(None), ~led).order_by(C.c.id).limit(SLICE)  # fmt: skip
    return query.where(S.c.channel != "formal") if public_only else query


def columns() -> Select[Any]:
    """What a row needs of the opinion that leads it."""
    return (
        select(
            C.c.id, C.c.submission_id, C.c.stance, C.c.text, C.c.proposed_text, C.c.reason, M.c.group_id,
            S.c.channel, S.c.received_on, S.c.submitter_shown, S.c.late, S.c.may_publish, W.c.ground,
        )
        .select_from(
            C.join(S, S.c.id == C.c.submission_id)
            .outerjoin(M, M.c.comment_id == C.c.id)
            .outerjoin(W, W.c.comment_id == C.c.id)
        )
    )  # fmt: skip


def made(session: Session, place: Place, rows: Sequence[Row[Any]], public_only: bool) -> Iterator[Entry]:
    """The entries that rows of `columns` lead, which are all at one place."""
    groups = [row.group_id for row in rows if row.group_id is not None]
    fellows = _fellows(session, groups, public_only)
    rulings = rulings_of(session, groups)
    choices = chosen(session, groups, [row.id for row in rows if row.group_id is None]) if public_only else {}
    shared = _shared(session, groups)
    wanted = {one.quoted for one in fellows.values() if one.quoted is not None}
    quoted = _words(session, wanted - {row.id for row in rows})
    for row in rows:
        one = fellows[row.group_id] if row.group_id is not None else _alone(row)
        own = Words(row.stance, row.text, row.proposed_text, row.reason)
        shown = None if one.quoted is None else own if one.quoted == row.id else quoted[one.quoted]
        key = ("comment", row.id) if row.group_id is None else ("group", row.group_id)
        yield Entry(
            row.id, row.group_id, place, own, row.received_on, one.likes, tuple(one.names[:NAMES_MOST]), one.senders,
            one.late, tuple(one.channels.items()), None if one.kept else shown, not one.kept and shown is None,
            rulings.get(row.group_id), choices.get(key, {}), shared.get(row.group_id, ""),
        )  # fmt: skip


def _shared(session: Session, groups: Sequence[int]) -> dict[int | None, str]:
    """group → shared text, for groups of near copies."""
    if not groups:
        return {}
    query = select(Group.id, Group.shared_text).where(Group.id.in_(groups), Group.shared_text != "")
    return dict(session.execute(query).all())  # type: ignore[arg-type]


class _Fellows:
    """What the members of a group come to, added up row by row."""

    def __init__(self) -> None:
        self.likes = self.senders = self.late = 0
        self.names: list[str] = []
        self.channels: Counter[str] = Counter()
        self.kept = False
        self.quoted: int | None = None

    def add(self, name: str, channel: str, likes: int, senders: int, late: int, kept: bool, quoted: int | None) -> None:
        if name not in self.names:
            self.names.append(name)
        self.likes, self.senders, self.late = self.likes + likes, self.senders + senders, self.late + late
        self.channels[channel] += likes
        self.kept = self.kept or kept
        if quoted is not None:
            self.quoted = quoted if self.quoted is None else min(self.quoted, quoted)


def _alone(row: Row[Any]) -> _Fellows:
    one = _Fellows()
    may = bool(row.may_publish) and row.ground is None
    kept = row.ground is not None and row.ground != "refused"
    one.add(row.submitter_shown or ANONYMOUS, row.channel, 1, 1, int(row.late), kept, row.id if may else None)
    return one


def _fellows(session: Session, groups: list[int], public_only: bool) -> dict[int, _Fellows]:
    """Living members of the groups, counted per submitter and channel by the database."""
    found: dict[int, _Fellows] = {}
    organisations: set[tuple[int, str]] = set()
    # Equal words that are secret or improper in one member are so in all: any such ground keeps the group.
    kept = func.max(case((W.c.ground != "refused", 1), else_=0)).label("kept")
    quoted = func.min(case((S.c.may_publish & W.c.ground.is_(None), C.c.id))).label("quoted")
    senders = func.count(func.distinct(S.c.id)).label("senders")
    late = func.sum(case((S.c.late, 1), else_=0)).label("late")
    query = (
        select(M.c.group_id, S.c.submitter_shown, S.c.submitter_kind, S.c.channel, func.count().label("likes"),
               senders, late, kept, quoted)
        .select_from(
            M.join(C, C.c.id == M.c.comment_id).join(S, S.c.id == C.c.submission_id)
            .outerjoin(W, W.c.comment_id == C.c.id)
        )
        .where(M.c.group_id.in_(groups), C.c.withdrawn_at.is_(None), *_public(public_only))
        .group_by(M.c.group_id, S.c.submitter_shown, S.c.submitter_kind, S.c.channel)
        .order_by(M.c.group_id, func.min(C.c.id))
    )  # fmt: skip
    for row in session.execute(query) if groups else ():
        one = found.setdefault(row.group_id, _Fellows())
        number = row.senders
        if row.submitter_shown and (row.channel == "formal" or row.submitter_kind in ORGANISATIONS):
            # A unit is one submitter however often it writes; persons cannot be told apart by a masked name.
            number = 0 if (row.group_id, row.submitter_shown) in organisations else 1
            organisations.add((row.group_id, row.submitter_shown))
        name = row.submitter_shown or ANONYMOUS
        one.add(name, row.channel, row.likes, number, int(row.late or 0), bool(row.kept), row.quoted)
    return found


def _public(public_only: bool) -> list[ColumnElement[bool]]:
    return [S.c.channel != "formal"] if public_only else []


def _words(session: Session, comment_ids: set[int]) -> dict[int, Words]:
    if not comment_ids:
        return {}
    query = select(C.c.id, C.c.stance, C.c.text, C.c.proposed_text, C.c.reason).where(C.c.id.in_(comment_ids))
    return {row.id: Words(*row[1:]) for row in session.execute(query)}


def stands() -> ColumnElement[bool]:
    """Condition on a decision: not taken back, and none of its group that stands has a higher number. An index probe."""
    later = D.alias()
    newer = (later.c.group_id == D.c.group_id) & (later.c.number > D.c.number) & later.c.revoked_at.is_(None)
    return D.c.revoked_at.is_(None) & ~exists(select(1).where(newer))


def ruling_of_group() -> ColumnElement[bool]:
    """What to join decisions on, beside memberships: a subquery would be made anew for every slice."""
    return (D.c.group_id == M.c.group_id) & stands()


def rulings_of(session: Session, groups: Sequence[int]) -> dict[int | None, Ruling]:
    """group → its current decision; groups without one are absent."""
    if not groups:
        return {}
    rows = session.execute(select(D).where(stands(), D.c.group_id.in_(groups)))
    return {
        row.group_id: Ruling(
            row.outcome, row.reason, row.adopted_part, row.referred_to, row.new_wording, row.digest
        )
        for row in rows
    }  # fmt: skip


def channel_name(channel: str) -> str:
    """What the office calls the channel."""
    return CHANNELS.get(channel, channel)

