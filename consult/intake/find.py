"""Reads of stage 2: what a receipt holder and the counters ask for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from consult.base.crypto import Keys, keyed
from consult.base.db import db
from consult.base.errors import NotFound
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.intake.receipt import read_code

SLICE = 500  # ids in one query: SQLite takes a bounded number of parameters


def by_receipt(keys: Keys, typed: str) -> Submission:
    """The submission behind a receipt code, by one index probe; NotFound for every string that is none."""
    code = read_code(typed)
    found = None
    if code is not None:
        found = db.session.scalar(select(Submission).where(Submission.receipt_hash == keyed(keys.receipt, code)))
    if found is None:
        raise NotFound("没有查到这个回执码。请对照您记下的，看 16 个字母和数字是不是都输对了。", "code")
    return found


def comments_of(submission_id: int) -> list[Comment]:
    """The comments of one sending in the order they were written."""
    query = select(Comment).where(Comment.submission_id == submission_id).order_by(Comment.ordinal)
    return list(db.session.scalars(query))


def clauses_by_id(numbers: Sequence[int | None]) -> dict[int, Clause]:
    """id → clause for those named."""
    wanted = sorted({number for number in numbers if number is not None})
    found: dict[int, Clause] = {}
    for start in range(0, len(wanted), SLICE):
        query = select(Clause).where(Clause.id.in_(wanted[start : start + SLICE]))
        found |= {clause.id: clause for clause in db.session.scalars(query)}
    return found


def received(consultation_id: int) -> int:
    """How many opinions (意见条数) a project has received, withdrawn ones included."""
    return db.session.scalar(select(func.count()).where(Comment.consultation_id == consultation_id)) or 0


def last_received(consultation_id: int) -> datetime | None:
    """When the newest submission came in."""
    return db.session.scalar(
        select(func.max(Submission.received_at)).where(Submission.consultation_id == consultation_id)
    )


def submission(number: int) -> Submission:
    """The submission with this id; NotFound where there is none."""
    found = db.session.get(Submission, number)
    if found is None:
        raise NotFound("没有找到这次提交。")
    return found
