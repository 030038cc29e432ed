"""Reads for whoever regroups: which groups on the same clause say something like this one."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel
from sqlalchemy import select

from consult.base.db import db
from consult.intake.models import Comment
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.find import slices

LOOKED = 300  # rows that are compared: the largest on the clause
SHOWN = 10
LEAST = 0.3  # likeness below which nobody wants to see it
LENGTH = 400  # characters compared


@dataclass(frozen=True)
class Near:
    """A row of the list with the words of its first opinion and how like they are, 0 to 1."""

    comment: Comment
    size: int
    likeness: float = 0.0


def nearby(comment: Comment, group_id: int | None) -> list[Near]:
    """The rows on the same clause whose first opinion is most like this one; units' opinions are left out."""
    query = (
        select(Comment, DeskRow.size)
        .join(DeskRow, DeskRow.comment_id == Comment.id)
        .where(
            DeskRow.consultation_id == comment.consultation_id, DeskRow.clause_id.is_not_distinct_from(comment.clause_id),
            DeskRow.state != WITHDRAWN, DeskRow.unit_id.is_(None), DeskRow.comment_id != comment.id,
        )
        .order_by(DeskRow.size.desc(), DeskRow.comment_id)
        .limit(LOOKED)
    )  # fmt: skip
    if group_id is not None:
        query = query.where(DeskRow.group_id.is_distinct_from(group_id))
    rows = db.session.execute(query).all()
    words = [_words(row[0]) for row in rows]
    found = process.extract(_words(comment), words, scorer=Indel.normalized_similarity, score_cutoff=LEAST, limit=SHOWN)
    return [Near(rows[at][0], rows[at][1], likeness) for _, likeness, at in found]


def chosen(consultation_id: int, comment_ids: Iterable[int]) -> list[Near]:
    """The rows of the list led by these opinions, in the order given; others are left out."""
    wanted = list(comment_ids)
    found: dict[int, Near] = {}
    for part in slices(wanted):
        query = select(Comment, DeskRow.size).join(DeskRow, DeskRow.comment_id == Comment.id)
        rows = db.session.execute(query.where(DeskRow.consultation_id == consultation_id, DeskRow.comment_id.in_(part)))
        found |= {comment.id: Near(comment, size) for comment, size in rows}
    return [found[one] for one in wanted if one in found]


def _words(comment: Comment) -> str:
    return "".join((comment.text, comment.proposed_text, comment.reason))[:LENGTH]
