"""Verify, restored projects: the entries that came with an archive are those that the one entry here seals."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.summary.entries import entries, slices
from consult.summary.restore_models import RestoredEntry, entry_line

B = RestoredEntry.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every restored project whose earlier entries were changed, and earlier entries that nobody restored."""
    stated = {entry.number: entry.facts["entries"] for entry in entries(session, "restore")}
    found = set(session.scalars(select(B.c.consultation_id).distinct()))
    for number in sorted(found | stated.keys()):
        if consultation_id not in (None, number):
            continue
        sealed = hashlib.sha256()
        for row in slices(session, select(B).where(B.c.consultation_id == number), B.c.number):
            sealed.update(entry_line(row._mapping))
        if stated.get(number) != sealed.hexdigest():
            yield f"项目 {number} 随归档包恢复的审计记录被改动"
