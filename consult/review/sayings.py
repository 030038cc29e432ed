"""What members of a group say beyond its shared text: made when they join, struck when they leave, never merged away."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from consult.base.crypto import digest
from consult.base.db import db
from consult.intake.models import Comment
from consult.review.additions import additions
from consult.review.find import slices
from consult.review.group_models import Addition, Saying
from consult.review.models import Group, Membership
from consult.review.sentences import parts, same

A, Y, C = Addition.__table__, Saying.__table__, Comment.__table__
Said = Mapping[int, Sequence[Any]]


def fingerprint(sentence: str) -> str:
    """Equal for sentences that are the same in the sense of `sentences.same`; 128 bits."""
    return digest(same(sentence))[:32]


def shared_of(group: Group) -> list[str]:
    """The shared text as sentences; of exact copies that of the first member."""
    if group.shared_text:
        return group.shared_text.split("\n")
    first = db.session.scalar(select(func.min(Membership.comment_id)).where(Membership.group_id == group.id))
    return words_of(first) if first else []


def words_of(comment_id: int) -> list[str]:
    """The sentences of one opinion."""
    return words([comment_id])[comment_id]


def words(comment_ids: Iterable[int]) -> dict[int, list[str]]:
    """comment id → its sentences."""
    query = select(Comment.id, Comment.text, Comment.proposed_text, Comment.reason)
    found: dict[int, list[str]] = {}
    for part in slices(comment_ids):
        for one in db.session.execute(query.where(Comment.id.in_(part))):
            found[one.id] = parts(one.text, one.proposed_text, one.reason)
    return found


def beyond(shared: Sequence[str], said: Mapping[int, Sequence[str]]) -> dict[int, list[Any]]:
    """comment id → its additions to a shared text, for those that have any, given each one's sentences."""
    found = {number: additions(shared, sentences) for number, sentences in said.items()}
    return {number: more for number, more in found.items() if more}


def say(group_id: int, said: Said) -> None:
    """Store the additions of members that joined: a sentence that the group has already gets one more who says it."""
    say_many({group_id: said})


def say_many(said: Mapping[int, Said]) -> None:
    """As `say` for several groups at once."""
    wanted: dict[tuple[int, str], Any] = {}
    sayings: set[tuple[int, str, int]] = set()
    for group_id, members in said.items():
        for comment_id, found in members.items():
            for one in found:
                key = (group_id, fingerprint(one.sentence))
                wanted.setdefault(key, one)
                sayings.add((*key, comment_id))
    if not wanted:
        return
    known = _known(wanted)
    fresh = [
        {"group_id": key[0], "fingerprint": key[1], "sentence": one.sentence, "base": one.base, "kind": one.kind}
        for key, one in wanted.items()
        if key not in known
    ]
    if fresh:
        db.session.execute(insert(A), fresh)
        known |= _known({(one["group_id"], one["fingerprint"]): None for one in fresh})
    rows = [{"addition_id": known[(group, print_)], "comment_id": one} for group, print_, one in sorted(sayings)]
    db.session.execute(insert(Y), rows)
    _count_in({one["comment_id"] for one in rows})


def _known(wanted: Mapping[tuple[int, str], Any]) -> dict[tuple[int, str], int]:
    by_group: dict[int, list[str]] = defaultdict(list)
    for group_id, print_ in wanted:
        by_group[group_id].append(print_)
    found: dict[tuple[int, str], int] = {}
    for group_id, prints in by_group.items():
        for start in range(0, len(prints), 500):
            query = select(A.c.id, A.c.fingerprint).where(
                A.c.group_id == group_id, A.c.fingerprint.in_(prints[start : start + 500])
            )
            found |= {(group_id, one.fingerprint): one.id for one in db.session.execute(query)}
    return found


def _count_in(comment_ids: Iterable[int]) -> None:
    """Members that just joined are counted with everything they say."""
    found: Counter[int] = Counter()
    for part in slices(comment_ids):
        query = select(Y.c.addition_id, func.count()).join(C, C.c.id == Y.c.comment_id)
        living = query.where(Y.c.comment_id.in_(part), C.c.withdrawn_at.is_(None))
        for one, number in db.session.execute(living.group_by(Y.c.addition_id)):
            found[one] += number
    if found:
        more = update(A).where(A.c.id == bindparam("one")).values(said=A.c.said + bindparam("more"))
        db.session.execute(more, [{"one": one, "more": number} for one, number in sorted(found.items())])


def unsay(comment_ids: Iterable[int]) -> None:
    """These opinions leave their group; what only they said stays on record, but nobody says it there any more."""
    ids = list(comment_ids)
    said = said_by(ids)
    for part in slices(ids):
        db.session.execute(delete(Y).where(Y.c.comment_id.in_(part)))
    recount(said)


def said_by(comment_ids: Iterable[int]) -> set[int]:
    """The additions that any of these opinions says."""
    found: set[int] = set()
    for part in slices(comment_ids):
        found |= set(db.session.scalars(select(Y.c.addition_id).where(Y.c.comment_id.in_(part)).distinct()))
    return found


def recount(addition_ids: Iterable[int]) -> None:
    """Count anew who says these additions: a member left or was withdrawn."""
    saying = Y.join(C, C.c.id == Y.c.comment_id)
    living = select(func.count()).select_from(saying).where(Y.c.addition_id == A.c.id, C.c.withdrawn_at.is_(None))
    for part in slices(addition_ids):
        db.session.execute(update(A).where(A.c.id.in_(part)).values(said=living.correlate(A).scalar_subquery()))
