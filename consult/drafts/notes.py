"""Notes: what the office says beside a clause or the whole draft: 制度设计说明, 解读, 常见问答. Kept for good."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts import find
from consult.drafts.addresses import web_address
from consult.drafts.models import Clause, ClauseNote, Consultation

NOTE_KINDS = {"design_note": "制度设计说明", "interpretation": "解读", "question": "常见问答"}
MOST_TEXT = 5000
MOST_TITLE = 200
MOST_NOTES = 20  # beside one clause


@dataclass(frozen=True)
class Note:
    """One note as the public reads it; `at` is None for what was loaded together with the clause."""

    kind: str
    title: str
    text: str
    url: str
    at: datetime | None = None

    @property
    def name(self) -> str:
        """What this kind of note is called."""
        return NOTE_KINDS[self.kind]


def note_clause(
    actor: Actor, now: datetime, project: Consultation, *, clause_key: str = "", kind: str, title: str = "",
    text: str = "", url: str = "",
) -> ClauseNote:  # fmt: skip
    """Say something beside a clause, or with an empty key beside the whole draft; public once the draft is.

    `title` is the question of 常见问答 and of nothing else; `text` is kept exactly as typed, `url` http(s).
    Raises Refused for a field, NotFound for a clause that the text in force does not have.
    """
    actor.require("office")
    _require_living(project)
    if kind not in NOTE_KINDS:
        raise Refused("请选择说明的种类。", "kind")
    if clause_key:
        find.clause_by_key(find.current_version(project).id, clause_key)
    row = ClauseNote(
        consultation_id=project.id, clause_key=clause_key, kind=kind, at=now, by=actor.ref,
        title=_title(title) if kind == "question" else "", text=_text(text), url=web_address(url, "url"),
    )  # fmt: skip
    _require_words(row)
    if _living_count(project.id, clause_key) >= MOST_NOTES:
        raise Refused(f"同一处最多放{MOST_NOTES}条说明，请先撤下不再需要的。")
    db.session.add(row)
    db.session.flush()
    record(actor, "note_clause", f"consultation:{project.id}", now, note=row.id, digest=note_digest(row))
    return row


def withdraw_note(actor: Actor, now: datetime, note: ClauseNote) -> None:
    """Take a note off the public pages; it stays stored."""
    actor.require("office")
    if note.withdrawn_at:
        raise Conflict("这条说明已经撤下了。")
    note.withdrawn_at, note.withdrawn_by = now, actor.ref
    db.session.flush()
    record(actor, "withdraw_note", f"consultation:{note.consultation_id}", now, note=note.id, digest=note_digest(note))


def note_digest(row: ClauseNote) -> str:
    """SHA-256 over everything that a note says and where."""
    return digest([row.consultation_id, row.clause_key, row.kind, row.title, row.text, row.url])


def note(project: Consultation, number: int) -> ClauseNote:
    """The note of a project with this id, withdrawn ones too; NotFound where there is none."""
    query = select(ClauseNote).where(ClauseNote.id == number, ClauseNote.consultation_id == project.id)
    found = db.session.scalar(query) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound("没有找到这条说明。")
    return found


def every_note(consultation_id: int) -> list[ClauseNote]:
    """All notes of a project, the oldest first, withdrawn ones too: for the office."""
    query = select(ClauseNote).where(ClauseNote.consultation_id == consultation_id).order_by(ClauseNote.id)
    return list(db.session.scalars(query))


def public_notes(consultation_id: int) -> dict[str, list[Note]]:
    """Clause key → notes that stand, 制度设计说明 first and questions last; the empty key is the whole draft.

    What was loaded with a clause of the text in force counts as its first 制度设计说明.
    """
    found = defaultdict(list)
    for key, text in _loaded(consultation_id):
        found[key].append(Note("design_note", "", text, ""))
    query = select(ClauseNote).where(ClauseNote.consultation_id == consultation_id, ClauseNote.withdrawn_at.is_(None))
    for row in db.session.scalars(query.order_by(ClauseNote.id)):
        found[row.clause_key].append(Note(row.kind, row.title, row.text, row.url, row.at))
    order = list(NOTE_KINDS)
    return {key: sorted(rows, key=lambda one: order.index(one.kind)) for key, rows in found.items()}


def _loaded(consultation_id: int) -> Sequence[tuple[str, str]]:
    version = find.current_version(find.by_id(consultation_id))
    query = select(Clause.key, Clause.note).where(Clause.version_id == version.id, Clause.note != "")
    return [(key, text) for key, text in db.session.execute(query.order_by(Clause.ordinal))]


def _require_living(project: Consultation) -> None:
    if project.withdrawn_at or project.archived_at:
        raise Conflict(f"这个项目已经{'撤回' if project.withdrawn_at else '归档'}，不能再添加说明。")


def _require_words(row: ClauseNote) -> None:
    if row.kind == "question" and not row.title:
        raise Refused("请写下大家常问的问题。", "title")
    if row.kind == "question" and not row.text:
        raise Refused("请写下对这个问题的回答。", "text")
    if not row.text and not row.url:
        raise Refused("请写下说明的文字，或者填写解读的链接。", "text")


def _title(typed: str) -> str:
    title = clean_input(typed, "title").strip()
    if len(title) > MOST_TITLE:
        raise Refused(f"问题太长，最多{MOST_TITLE}个字。", "title")
    return title


def _text(typed: str) -> str:
    text = clean_input(typed, "text")
    if len(text) > MOST_TEXT:
        raise Refused(f"文字太长，最多{MOST_TEXT}个字。", "text")
    return text if text.strip() else ""


def _living_count(consultation_id: int, key: str) -> int:
    query = select(func.count()).where(
        ClauseNote.consultation_id == consultation_id, ClauseNote.clause_key == key, ClauseNote.withdrawn_at.is_(None)
    )
    return db.session.scalar(query) or 0
