"""Verify, scans: of sent answers with their forms, of meetings and mediations; each is the bytes that were received."""

import hashlib
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consult.base.files import StoredFile, place
from consult.config import Settings
from consult.letters.models import FormalOpinion, Solicitation
from consult.summary.entries import of_project

WORDS = {"seal_file_id": "盖章扫描件", "form_file_id": "反馈表文件"}


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every scan and every form of a sent answer whose bytes are gone or changed; the answer's digest covers their
    hashes."""
    query = (
        select(FormalOpinion)
        .join(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
        .where(FormalOpinion.sent_at.is_not(None))
        .where(or_(FormalOpinion.seal_file_id.is_not(None), FormalOpinion.form_file_id.is_not(None)))
    )
    for reply in session.scalars(of_project(query, Solicitation.consultation_id, consultation_id)):
        for name, word in WORDS.items():
            number = getattr(reply, name)
            if number is not None and (fault := fault_of(session.get(StoredFile, number))):
                yield f"复函 {reply.id} 的{word}{fault}"


def fault_of(stored: StoredFile | None) -> str:
    """What is wrong with the bytes of a kept file, empty where they are those that came in."""
    settings: Settings = current_app.config["SETTINGS"]
    path = place(settings.files, stored.sha256) if stored else None
    if stored is None or path is None or not path.is_file():
        return "不见了"
    with path.open("rb") as source:
        found = hashlib.file_digest(source, "sha256").hexdigest()
    return "" if (found, path.stat().st_size) == (stored.sha256, stored.size) else "内容与收到时不一致"
