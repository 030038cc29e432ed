"""Verify, wishes for a mail: each stands as it was registered, and none appeared or vanished by itself."""

import hashlib
from collections.abc import Iterable, Iterator

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consult.intake.models import MailWish
from consult.summary.entries import Entry, along, batches, entries, of_project, slices
from consult.summary.models import Release
from consult.summary.shelf import Shelf
from consult.summary.walk import C, S

W, R = MailWish.__table__, Release.__table__
Wish = Row[tuple[int, bytes | None, object, object]]


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the wishes that are stored and those that the chain states last."""
    released = set(session.scalars(select(R.c.consultation_id).distinct()))
    query = select(W, S.c.consultation_id).select_from(W.join(S, S.c.id == W.c.submission_id))
    with Shelf[int, Entry]() as last:
        last.put((entry.number, entry) for entry in entries(session, "wish_mail"))
        rows = slices(session, along(query, S.c.consultation_id, consultation_id), W.c.submission_id)
        for row, entry in last.beside(rows, lambda row: row.submission_id):
            if not _as_stated(row, entry, row.consultation_id in released):
                yield f"提交 {row.submission_id} 的邮件通知与登记时不一致"
        for entry in entries(session, "erase_contact") if last else ():
            last.drop(entry.facts["submissions"])
        missing = (number for number, entry in last.left() if entry.facts.get("digest"))
        for number in _standing(session, missing, consultation_id):
            yield f"提交 {number} 登记了邮件通知，数据库里却没有"


def _as_stated(row: Wish, said: Entry | None, released: bool) -> bool:
    """Whether a stored wish is the one that was registered; mailed, and so without its address, only after a result."""
    if said is None or said.at != row.wanted_at or (row.email_sealed and row.mailed_at):
        return False
    if row.email_sealed is None:
        return row.mailed_at is not None and released
    present = hashlib.sha256(row.email_sealed).hexdigest()
    return bool(said.facts.get("digest", present) == present)  # entries of before carry no digest


def _standing(session: Session, numbers: Iterable[int], consultation_id: int | None) -> Iterator[int]:
    """Those of the sendings that are not withdrawn whole: with its last opinion a wish goes as well."""
    for part in batches(numbers):
        standing = C.c.submission_id.in_(part) & C.c.withdrawn_at.is_(None)
        query = select(C.c.submission_id).where(standing).distinct().order_by(C.c.submission_id)
        yield from session.scalars(of_project(query, C.c.consultation_id, consultation_id))
