"""Reads that plan the grouping of near copies: a whole project, or what came in since; the plan is written by `near.gather`.

What was compared already is remembered as sketches in files of the instance folder, one for each clause and side. They
follow from the opinions: where one is missing, spoiled or of another database, it is made anew.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Select, bindparam, func, select

from consult.base.db import db
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.review import near, sketch_file
from consult.review.desk_facts import BITS
from consult.review.desk_models import DeskRow
from consult.review.find import slices
from consult.review.models import Group, Membership
from consult.review.near import Home, Place
from consult.review.similarity import Index, candidates, cluster, joins_all, sketch

BATCH = 200  # opinions written in one transaction
WINDOW = 2_000  # ids behind the last one seen that are looked at again: PostgreSQL commits out of order
Report = Callable[[int, int], None]


class Sketches:
    """The files of one project."""

    def __init__(self, folder: Path, consultation_id: int) -> None:
        self._folder = folder / "sketches" / str(consultation_id)
        self._project = consultation_id

    def path(self, place: Place) -> Path:
        """Where the sketches of a place lie."""
        return self._folder / f"{place.clause_id or 0}{place.side and '-' + place.side}.bin"

    def last(self) -> int | None:
        """The newest opinion that was compared, None where nothing is known that fits this database."""
        try:
            facts = json.loads((self._folder / "last.json").read_text())
            number, sealed = int(facts["last"]), facts["digest"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return number if number == 0 or _digest(number) == sealed else None

    def note(self, number: int) -> None:
        """All opinions up to this one are compared; kept with the digest of its sending, to know the database by."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / "last.json.new"
        fresh.write_text(json.dumps({"last": number, "digest": _digest(number) if number else ""}))
        fresh.replace(self._folder / "last.json")

    def write(self, place: Place, ids: Sequence[int], texts: Sequence[str]) -> None:
        """Put the sketches of everything at a place."""
        self._folder.mkdir(parents=True, exist_ok=True)
        sketch_file.write(self.path(place), np.array(ids, np.int64), sketch(texts))


def _digest(comment_id: int) -> str | None:
    query = select(Submission.digest).join(Comment, Comment.submission_id == Submission.id)
    return db.session.scalar(query.where(Comment.id == comment_id))


def whole(
    consultation_id: int, sketches: Sketches, processes: int = 1, report: Report | None = None
) -> Iterator[list[Home]]:
    """What a whole project comes to, place by place; the sketches are made on the way."""
    last = db.session.scalar(select(func.max(Comment.id)).where(Comment.consultation_id == consultation_id)) or 0
    places = near.places(consultation_id)
    for done, place in enumerate(places):
        ids, texts, held = _read(consultation_id, place)
        if report:
            report(done, len(places))
        sketches.write(place, ids, texts)
        found = cluster(ids, texts, processes, quoted=_clause_text(place)) if len(ids) > 1 else []
        known = near.standing(set(held.values()))
        plan = near.homes(((one.members, one.shared) for one in found), held, known, place.clause_id)
        yield from near.batches(plan, BATCH, dict(zip(ids, texts, strict=True)))
    sketches.note(last)


def _clause_text(place: Place) -> list[str]:
    """What many quote without being of one mind: the clause itself."""
    text = db.session.scalar(select(Clause.text).where(Clause.id == place.clause_id)) if place.clause_id else None
    return [text] if text else []


def _read(consultation_id: int, place: Place) -> tuple[list[int], list[str], dict[int, int]]:
    ids: list[int] = []
    texts: list[str] = []
    held: dict[int, int] = {}
    for part in near.opinions(consultation_id, place):
        for number, text, group in part:
            ids.append(number)
            texts.append(text)
            if group is not None:
                held[number] = group
    return ids, texts, held


def has_fresh(consultation_id: int, sketches: Sketches) -> bool:
    """Whether anything came in since the last comparison. Two index probes."""
    last = sketches.last()
    newest = db.session.scalar(select(func.max(Comment.id)).where(Comment.consultation_id == consultation_id))
    return newest is not None and (last is None or newest > last)


def fresh(consultation_id: int, sketches: Sketches) -> Iterator[list[Home]]:
    """What the opinions that came in since the last comparison come to; a whole project where nothing is known of it."""
    last = sketches.last()
    if last is None:
        yield from whole(consultation_id, sketches)
        return
    newest, known = last, _shared_texts(consultation_id)
    for place, new in _arrived(consultation_id, max(0, last - WINDOW)).items():
        ids, stored, kept = _stored(consultation_id, sketches, place, {one[0] for one in new})
        seen = set(np.intersect1d(np.array([one[0] for one in new], np.int64), ids).tolist())
        new = [one for one in new if one[0] not in seen]
        if new:
            yield from near.batches(*_settled(known.get(place, {}), place, new, ids, stored))
            made = sketch([text for _, text in new])
            if kept:
                sketch_file.append(sketches.path(place), np.array([one[0] for one in new], np.int64), made)
            newest = max(newest, max(one[0] for one in new))
    sketches.note(max(newest, last))


def _arrived(consultation_id: int, after: int) -> dict[Place, list[tuple[int, str]]]:
    """Living opinions of the public behind an id that are in no group, by place."""
    query = (
        select(Comment.id, Comment.clause_id, Comment.stance, Comment.text, Comment.proposed_text, Comment.reason)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Membership, Membership.comment_id == Comment.id)
        .where(Comment.consultation_id == consultation_id, Comment.id > after, Comment.withdrawn_at.is_(None),
               Submission.channel != "formal", Membership.group_id.is_(None))
        .order_by(Comment.id)
    )  # fmt: skip
    found: dict[Place, list[tuple[int, str]]] = defaultdict(list)
    for one in db.session.execute(query):
        text = "\n".join(filter(None, (one.text, one.proposed_text, one.reason)))
        found[Place(one.clause_id, near.side(one.stance))].append((one.id, text))
    return found


def _stored(consultation_id: int, sketches: Sketches, place: Place, new: set[int]) -> tuple[Any, Any, bool]:
    """(ids, sketches, whether they lie in the file) of what was compared before at a place; made anew where spoiled."""
    with suppress(sketch_file.Spoiled):
        ids, stored = sketch_file.load(sketches.path(place))
        return ids, stored, True
    ids, texts, _ = _read(consultation_id, place)
    old = [(number, text) for number, text in zip(ids, texts, strict=True) if number not in new]
    sketches.write(place, [one[0] for one in old], [one[1] for one in old])
    ids, stored = sketch_file.load(sketches.path(place))
    return ids, stored, True


def _settled(
    shared: dict[int, str], place: Place, new: Sequence[tuple[int, str]], ids: Any, stored: Any
) -> tuple[list[Home], int, dict[int, str]]:
    """Into which group each new opinion goes: one that stands, or one with others that stood alone until now.

    With it what `batches` wants besides: its size, and the texts.
    """
    joined = joins_all([text for _, text in new], Index(list(shared), list(shared.values())))
    homes: dict[int, list[int]] = defaultdict(list)
    rest = []
    for (number, text), group in zip(new, joined, strict=True):
        if group is None:
            rest.append((number, text))
        else:
            homes[group].append(number)
    found = [
        Home(tuple(members), group, place.clause_id, tuple(shared[group].split("\n")))
        for group, members in sorted(homes.items())
    ]
    among, texts = _among(rest, place, ids, stored)
    return found + among, BATCH, texts | dict(new)


def _shared_texts(consultation_id: int) -> dict[Place, dict[int, str]]:
    """The groups of near copies that others may join, by place, with their shared texts."""
    query = select(Group.id, Group.clause_id, Group.shared_text, DeskRow.stances).join(
        DeskRow, DeskRow.group_id == Group.id
    ).where(
        Group.consultation_id == consultation_id, Group.shared_text != "", Group.method.in_(near.MACHINE),
        ~near.refused(Group.id),
    )  # fmt: skip
    found: dict[Place, dict[int, str]] = defaultdict(dict)
    for one in db.session.execute(query):
        for side in {near.side(stance) for stance, bit in BITS["stance"].items() if one.stances & bit}:
            found[Place(one.clause_id, side)][one.id] = one.shared_text
    return found


def _among(
    rest: Sequence[tuple[int, str]], place: Place, ids: Any, stored: Any
) -> tuple[list[Home], dict[int, str]]:
    """New ones among each other and with stored ones whose sketches are like theirs; and the texts of all these."""
    old: list[int] = []
    if rest and len(ids):
        _, there, _ = candidates(sketch([text for _, text in rest]), stored)
        old = sorted({int(ids[one]) for one in there})
    if len(rest) + len(old) < 2:
        return [], dict(rest)
    texts, held = dict(rest), {}
    for part in slices(old):
        for one in db.session.execute(_old_ones(), {"ids": part}):
            texts[one.id] = "\n".join(filter(None, (one.text, one.proposed_text, one.reason)))
            if one.group_id is not None:
                held[one.id] = one.group_id
    wanted = sorted(texts)
    found = cluster(wanted, [texts[one] for one in wanted], quoted=_clause_text(place))
    known = near.standing(set(held.values()))
    return near.homes(((one.members, one.shared) for one in found), held, known, place.clause_id), texts


@cache
def _old_ones() -> Select[tuple[int, str, str, str, int | None]]:
    """Living opinions by id, with their group, that machines may still put elsewhere."""
    return (
        select(Comment.id, Comment.text, Comment.proposed_text, Comment.reason, Membership.group_id)
        .outerjoin(Membership, Membership.comment_id == Comment.id)
        .outerjoin(Group, Group.id == Membership.group_id)
        .where(Comment.withdrawn_at.is_(None), func.coalesce(Group.method, "single").in_(near.MACHINE))
        .where(Comment.id.in_(bindparam("ids", expanding=True)))
    )
