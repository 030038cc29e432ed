"""Additions (补充意见) as the tables show them: those with a row of their own, who says each, what was ruled, what is quoted."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from consult.review.find import slices as id_slices
from consult.review.group_models import Addition, AdditionDecision, Saying
from consult.review.models import Group
from consult.summary.entries import SLICE
from consult.summary.walk import ANONYMOUS, NAMES_MOST, C, K, Ruling, S, W

A, AD, Y, G = Addition.__table__, AdditionDecision.__table__, Saying.__table__, Group.__table__
STANDS = and_(AD.c.addition_id == A.c.id, AD.c.number == A.c.ruling)


@dataclass(frozen=True)
class Extra:
    """One sentence that `said` living members say beyond the shared text of their group.

    `names` are at most NAMES_MOST distinct submitters in order of arrival. `quoted`: one who says it agreed to
    publication (R12 b) and no ground of R52 but a missing consent stands against any; `refused`: only consent lacks.
    """

    id: int
    sentence: str
    kind: str
    said: int
    names: tuple[str, ...]
    quoted: bool
    refused: bool
    ruling: Ruling | None
    number: int = 0  # of the ruling that stands


def listed() -> ColumnElement[bool]:
    """Condition on an addition: it has a row in the tables. A mere change of words goes with its group unless ruled on."""
    living = select(1).select_from(Y.join(C, C.c.id == Y.c.comment_id)).where(
        Y.c.addition_id == A.c.id, C.c.withdrawn_at.is_(None)
    )  # fmt: skip
    return and_(A.c.said > 0, or_(A.c.kind != "change", A.c.ruling > 0), exists(living.correlate(A)))


def extras_of(session: Session, group_ids: Sequence[int]) -> Iterator[tuple[int, Extra]]:
    """(group, addition that has a row): in the order of `group_ids`, then in that in which they were first said.

    Asked of a slice of groups at once, since most have few; of those with very many only the numbers are held.
    """
    ids: dict[int, array[int]] = {one: array("q") for one in group_ids}
    query = select(A.c.group_id, A.c.id).where(A.c.group_id.in_(group_ids), listed()).order_by(A.c.group_id, A.c.id)
    for row in session.execute(query) if ids else ():
        ids[row.group_id].append(row.id)
    ordered = ((group, one) for group, found in ids.items() for one in found)
    while part := list(islice(ordered, SLICE)):
        rows = {row.id: row for row in session.execute(_columns().where(A.c.id.in_([one for _, one in part])))}
        whose = [group for group, one in part if one in rows]
        yield from zip(whose, _made(session, [rows[one] for _, one in part if one in rows]), strict=True)


def extras_named(session: Session, addition_ids: Iterable[int]) -> Iterator[Extra]:
    """These additions, as far as they have a row."""
    for part in id_slices(addition_ids):
        yield from _made(session, session.execute(_columns().where(A.c.id.in_(part), listed()).order_by(A.c.id)).all())


def _columns() -> Select[Any]:
    return select(
        A.c.id, A.c.sentence, A.c.kind, A.c.ruling, AD.c.outcome, AD.c.reason, AD.c.adopted_part, AD.c.referred_to,
        AD.c.new_wording, AD.c.digest,
    ).select_from(A.outerjoin(AD, STANDS))  # fmt: skip


def _made(session: Session, rows: Sequence[Any]) -> Iterator[Extra]:
    speakers = _speakers(session, [row.id for row in rows])
    for row in rows:
        ruling = None if row.outcome is None else Ruling(
            row.outcome, row.reason, row.adopted_part, row.referred_to, row.new_wording, row.digest
        )  # fmt: skip
        found = speakers[row.id]
        names = tuple(dict.fromkeys(one.submitter_shown or ANONYMOUS for one in found))
        kept, free = any(one.kept for one in found), any(one.free for one in found)
        yield Extra(row.id, row.sentence, row.kind, sum(one.said for one in found), names[:NAMES_MOST],
                    free and not kept, not free and not kept, ruling, row.ruling)  # fmt: skip


def _speakers(session: Session, addition_ids: Sequence[int]) -> dict[int, list[Any]]:
    """addition → those who say it, counted per name by the database."""
    found: dict[int, list[Any]] = {one: [] for one in addition_ids}
    query = (
        select(Y.c.addition_id, S.c.submitter_shown, func.count().label("said"),
               func.max(case((W.c.ground != "refused", 1), else_=0)).label("kept"),
               func.max(case((S.c.may_publish & W.c.ground.is_(None), 1), else_=0)).label("free"))
        .select_from(Y.join(C, C.c.id == Y.c.comment_id).join(S, S.c.id == C.c.submission_id)
                     .outerjoin(W, W.c.comment_id == C.c.id))
        .where(Y.c.addition_id.in_(addition_ids), C.c.withdrawn_at.is_(None))
        .group_by(Y.c.addition_id, S.c.submitter_shown)
        .order_by(Y.c.addition_id, func.min(C.c.id))
    )  # fmt: skip
    for row in session.execute(query) if addition_ids else ():
        found[row.addition_id].append(row)
    return found


def counts(session: Session, consultation_id: int) -> tuple[int, int]:
    """(additions that have a row in the tables, those of them that are ruled 不予受理 and so are not in the public one)."""
    query = (
        select(func.count(), func.sum(case((AD.c.outcome == "inadmissible", 1), else_=0)))
        .select_from(A.join(G, G.c.id == A.c.group_id).outerjoin(AD, STANDS))
        .where(G.c.consultation_id == consultation_id, listed())
    )
    number, refused = session.execute(query).one()
    return number, int(refused or 0)


def rulings(consultation_id: int) -> Select[Any]:
    """Digests of the rulings on additions that stand, for the seal over everything an approver says yes to."""
    return (
        select(AD.c.digest)
        .select_from(A.join(AD, STANDS).join(G, G.c.id == A.c.group_id))
        .where(G.c.consultation_id == consultation_id, listed())
    )


def worded(session: Session, consultation_id: int, columns: Sequence[Any]) -> list[Row[Any]]:
    """Standing rulings on additions that word a clause anew; `group_id` is minus the addition's id, all are the public's."""
    first = (
        select(func.min(Y.c.comment_id))
        .select_from(Y.join(C, C.c.id == Y.c.comment_id))
        .where(Y.c.addition_id == A.c.id, C.c.withdrawn_at.is_(None))
        .correlate(A)
        .scalar_subquery()
    )
    query = (
        select((-A.c.id).label("group_id"), AD.c.new_wording, AD.c.reason, *columns, first.label("first"),
               literal(1).label("public"))
        .select_from(A.join(AD, STANDS).join(G, G.c.id == A.c.group_id).outerjoin(K, K.c.id == G.c.clause_id))
        .where(G.c.consultation_id == consultation_id, AD.c.new_wording != "", listed())
    )  # fmt: skip
    return list(session.execute(query))
