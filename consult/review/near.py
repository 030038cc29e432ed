"""Verbs that group near copies: as opinions arrive, and a whole project at once; nothing that was said is lost.

The comparing itself is pure (`similarity`, `arriving`). Here the opinions of one clause and one side are read, and
what was found is written in batches, each a short transaction with an audit entry of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from consult.base.audit import record
from consult.base.db import db
from consult.base.people import SYSTEM, Actor
from consult.intake.models import Comment, Submission
from consult.review import desk, groups, sayings
from consult.review.desk import lock
from consult.review.desk_models import Assignment
from consult.review.find import slices, stands
from consult.review.models import Decision, Group, Membership
from consult.review.sentences import sentences

SLICE = 5000
SIDES = {"support": "for", "oppose": "against"}
# groups that machines may add to and take from; who was split off by a person stays alone
MACHINE = ("single", "exact", "near")


@dataclass(frozen=True)
class Place:
    """Where opinions are compared with each other: one clause, or the whole draft, and one side of the question."""

    clause_id: int | None
    side: str


@dataclass(frozen=True)
class Home:
    """Opinions that belong together: into which group, or with what shared text into a new one.

    `said` is what members add to `shared`, worked out beforehand, so that a write transaction stays short; where the
    group has another text in the end it is worked out again.
    """

    members: tuple[int, ...]
    group_id: int | None = None
    clause_id: int | None = None
    shared: tuple[str, ...] = ()
    said: Mapping[int, Sequence[Any]] = field(default_factory=dict)

    def part(self, members: tuple[int, ...]) -> "Home":
        """The same for some of the members."""
        return replace(self, members=members, said={one: self.said[one] for one in members if one in self.said})


def side(stance: str) -> str:
    """Support and opposition are never grouped with each other, whatever the words."""
    return SIDES.get(stance, "")


def places(consultation_id: int) -> list[Place]:
    """Every clause and side on which the public has said something."""
    query = select(Comment.clause_id, Comment.stance).where(Comment.consultation_id == consultation_id).distinct()
    found = {Place(one.clause_id, side(one.stance)) for one in db.session.execute(query)}
    return sorted(found, key=lambda one: (one.clause_id or 0, one.side))


def opinions(consultation_id: int, place: Place, only: str = "all") -> Iterator[Sequence[tuple[int, str, int | None]]]:
    """(id, text, group id) of living opinions of the public at a place, in slices; what a person split off is left out.

    `only` is "free" for those that are in no group.
    """
    wanted = (
        select(Comment.id, Comment.stance, Comment.text, Comment.proposed_text, Comment.reason, Membership.group_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Membership, Membership.comment_id == Comment.id)
        .outerjoin(Group, Group.id == Membership.group_id)
        .where(
            Comment.consultation_id == consultation_id, _at(place.clause_id), Comment.withdrawn_at.is_(None),
            Submission.channel != "formal", func.coalesce(Group.method, "single").in_(MACHINE),
        )
        .order_by(Comment.id)
        .limit(SLICE)
    )  # fmt: skip
    if only == "free":
        wanted = wanted.where(Membership.group_id.is_(None))
    after = 0
    while rows := db.session.execute(wanted.where(Comment.id > after)).all():
        after = rows[-1].id
        yield [
            (one.id, "\n".join(filter(None, (one.text, one.proposed_text, one.reason))), one.group_id)
            for one in rows
            if side(one.stance) == place.side
        ]


def _at(clause_id: int | None) -> ColumnElement[bool]:
    return Comment.clause_id.is_(None) if clause_id is None else Comment.clause_id == clause_id


@dataclass(frozen=True)
class Standing:
    """A group as grouping finds it: how large it is, and whether a person has ruled on it or given it to somebody.

    A `closed` one takes nobody in: 不予受理 stands for one opinion only (decisions.md).
    """

    id: int
    size: int
    settled: bool
    closed: bool = False


def standing(group_ids: Iterable[int]) -> dict[int, Standing]:
    """Groups by id; `settled` ones keep their members whatever a machine finds."""
    found: dict[int, Standing] = {}
    for part in slices(group_ids):
        for number, size, settled, closed in db.session.execute(_standings(), {"ids": part}):
            found[number] = Standing(number, size, bool(settled), bool(closed))
    return found


@cache
def _standings() -> Select[tuple[int, int, bool, bool]]:
    ruled = select(Decision.id).where(Decision.group_id == Group.id, Decision.revoked_at.is_(None)).exists()
    given = select(Assignment.group_id).where(Assignment.group_id == Group.id).exists()
    return (
        select(Group.id, func.count(), (ruled | given).label("settled"), refused(Group.id).label("closed"))
        .join(Membership, Membership.group_id == Group.id)
        .where(Group.id.in_(bindparam("ids", expanding=True)))
        .group_by(Group.id)
    )


def refused(group_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: the ruling that stands for this group is 不予受理."""
    return select(Decision.id).where(Decision.group_id == group_id, Decision.outcome == "inadmissible", stands()).exists()


def homes(clusters: Iterable[tuple[Sequence[int], Sequence[str]]], held: Mapping[int, int], known: Mapping[int, Standing],
          clause_id: int | None) -> list[Home]:  # fmt: skip
    """What to do about each cluster (members, shared sentences), given who is in which group already.

    The cluster's members join its settled group, or else its largest; groups that a person ruled on keep theirs.
    """
    found = []
    for members, shared in clusters:
        present = {held[one] for one in members if one in held and not known[held[one]].closed}
        target = max(present, key=lambda one: (known[one].settled, known[one].size, -one), default=None)
        free = tuple(
            one for one in members
            if held.get(one) is None or (held[one] != target and not known[held[one]].settled)
        )  # fmt: skip
        if free and (target is not None or len(free) > 1):
            found.append(Home(free, target, clause_id, tuple(shared)))
    return found


def batches(found: Iterable[Home], size: int, words: Mapping[int, str]) -> Iterator[list[Home]]:
    """The homes in parts of at most `size` opinions; a large one goes into its group in several parts.

    `words` are the opinions' texts, from which their additions are worked out here, outside any write transaction.
    """
    part: list[Home] = []
    room = size
    for home in found:
        members = home.members
        while members:
            some, members = members[:room], members[room:]
            said = sayings.beyond(home.shared, {one: sentences(words[one]) for one in some})
            part.append(replace(home, members=some, said=said))
            room -= len(some)
            if room <= 0:
                yield part
                part, room = [], size
    if part:
        yield part


def gather(
    actor: Actor, now: datetime, consultation_id: int, found: Sequence[Home], made: dict[tuple[str, ...], int]
) -> tuple[int, int]:
    """Write one batch: opinions into their groups, with what they add; (opinions, groups made); one audit entry.

    `made` remembers the groups of earlier batches by shared text. Whoever is no longer free is left where it is.
    """
    if actor != SYSTEM:
        actor.require("office", "reviewer", "approver")
    lock(consultation_id)
    before, homes = len(made), {}
    for home in found:
        if members := _still_free(home):
            group = home.group_id or made.get((str(home.clause_id), *home.shared))
            if group is None:
                group = made[(str(home.clause_id), *home.shared)] = _new(now, consultation_id, home)
            known = homes[group].members if group in homes else ()
            said = homes[group].said if group in homes else {}
            homes[group] = replace(home, members=(*known, *members), said={**said, **home.part(tuple(members)).said})
    if not homes:
        return 0, 0
    by_group = {group: list(home.members) for group, home in homes.items()}
    moved = [one for ids in by_group.values() for one in ids]
    stale = _left(moved)
    groups.enter(by_group)
    sayings.say_many(_said(homes))
    if stale:
        desk.rebuild([*stale, *moved])
    else:
        desk.join_many(by_group)
    members = {str(group): ids for group, ids in by_group.items()}
    record(actor, "group", f"consultation:{consultation_id}", now,
           comments=len(moved), groups=len(made) - before, members=members)  # fmt: skip
    return len(moved), len(made) - before


def _still_free(home: Home) -> list[int]:
    """The members that nobody has moved, ruled on or withdrawn meanwhile and that are not in the group yet."""
    kept: list[int] = []
    ruled = select(Decision.id).where(Decision.group_id == Membership.group_id, stands()).exists()
    for part in slices(home.members):
        query = (
            select(Comment.id, Membership.group_id)
            .outerjoin(Membership, Membership.comment_id == Comment.id)
            .outerjoin(Group, Group.id == Membership.group_id)
            .where(Comment.id.in_(part), Comment.withdrawn_at.is_(None), func.coalesce(Group.method, "single").in_(MACHINE),
                   Membership.group_id.is_(None) | ~ruled)
        )  # fmt: skip
        kept += [one.id for one in db.session.execute(query) if one.group_id is None or one.group_id != home.group_id]
    return sorted(kept)


def _left(comment_ids: Sequence[int]) -> list[int]:
    """Take those that are in machine-made groups out of them; one remaining member of each such group, to be shown anew."""
    held: dict[int, int] = {}
    for part in slices(comment_ids):
        query = select(Membership.comment_id, Membership.group_id).where(Membership.comment_id.in_(part))
        held |= {one.comment_id: one.group_id for one in db.session.execute(query)}
    if held:
        groups.leave(sorted(held))
    left = []
    for group in sorted(set(held.values())):
        first = db.session.scalar(select(func.min(Membership.comment_id)).where(Membership.group_id == group))
        if first is not None:
            left.append(first)
    return [*left, *held]


def _new(now: datetime, consultation_id: int, home: Home) -> int:
    group = Group(consultation_id=consultation_id, clause_id=home.clause_id, fingerprint="", method="near",
                  shared_text="\n".join(home.shared), created_at=now)  # fmt: skip
    db.session.add(group)
    db.session.flush()
    return group.id


def _said(homes: Mapping[int, Home]) -> dict[int, Mapping[int, Sequence[Any]]]:
    """group → what its newcomers add to the text that it really has."""
    found: dict[int, Mapping[int, Sequence[Any]]] = {}
    query = select(Group).where(Group.id.in_(list(homes)))
    for group in db.session.scalars(query):
        home = homes[group.id]
        if not group.shared_text:
            _give_text(group, home)
        shared = tuple(group.shared_text.split("\n"))
        found[group.id] = home.said if shared == home.shared else sayings.beyond(shared, sayings.words(home.members))
    return found


def _give_text(group: Group, home: Home) -> None:
    """A group without a shared text gets one as soon as it is joined: that of all, or its own where it was ruled on."""
    old = [one for one in groups.members_of(group.id) if one not in set(home.members)]
    own = sayings.words(old[:1]).get(old[0], []) if old else list(home.shared)
    settled = standing([group.id])[group.id].settled
    group.shared_text, group.method = "\n".join(own if settled or not home.shared else home.shared), "near"
    db.session.flush()
    if more := sayings.beyond(group.shared_text.split("\n"), dict.fromkeys(old, own)):
        sayings.say(group.id, more)
