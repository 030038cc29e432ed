"""The audit chain: every write and every view of contact data is one entry that seals the one before."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, Integer, Row, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.base.crypto import canonical, digest
from consult.base.db import Model, after_commit, serialise
from consult.base.direct import Direct
from consult.base.people import Actor

GENESIS = "0" * 64
END_NAME = "audit.head"

# action → exactly the facts it carries. Facts are ids, counts and digests, never personal text, so that
# erasing contact data never breaks the chain. `also` is a digest over what the entry's own `digest` leaves out; entries
# that were written before it came lack it (summary/entries.py says how they are read).
ACTIONS: dict[str, frozenset[str]] = {
    name: frozenset(facts.split())
    for name, facts in {
        "load": "version digest",
        "describe": "digest",
        "clear_secrecy": "version digest",
        "publish": "version digest closes_at described introduced also",
        "introduce": "digest",
        "extend": "before after digest",
        "withdraw_project": "digest",
        "new_version": "version digest",
        "match_clauses": "version digest correction",
        "discard_version": "version digest",
        "publish_version": "version digest correction also",
        "open_round": "version before after digest",
        "readdress": "readdressing group digest",
        "undo_readdress": "readdressing",
        "set_period_rule": "rule digest",
        "set_calendar": "days years",
        "submit": "channel comments digest sender",
        "register": "channel submissions senders",
        "withdraw_comment": "submission digest comments files",
        "wish_mail": "submission digest",
        "forward_mail": "",
        "note_clause": "note digest",
        "withdraw_note": "note digest",
        "post_bulletin": "bulletin digest",
        "withdraw_bulletin": "bulletin digest",
        "read": "reader",
        "read_page": "reader comments groups",
        "view_contact": "fields",
        "erase_contact": "submissions",
        "issue_letter": "units digest",
        "view_letter": "unit",
        "acknowledge": "unit",
        "save_reply": "items digest",
        "send_reply": "kind items digest also",
        "return_reply": "digest",
        "accept_reply": "digest",
        "extend_letter": "before after digest",
        "withdraw_letter": "digest",
        "correct_letter": "before after",
        "make_link": "link purpose ended digest",
        "revoke_link": "link",
        "enter_by_link": "guest link digest",
        "leave": "guest",
        "propose": "proposal digest",
        "withdraw_proposal": "proposal",
        "leave_out": "proposal digest",
        "sign_reply": "digest",
        "decline_reply": "digest",
        "enter_reply": "kind items digest also",
        "remind": "occasion",
        "remind_feedback": "occasion mails",
        "urge": "urging digest",
        "set_template": "digest",
        "change_unit": "digest",
        "confirm_unit": "",
        "merge_units": "into",
        "import_units": "units digest",
        "open_dispute": "dispute digest",
        "change_dispute": "digest",
        "mediate": "mediation digest also",
        "settle_dispute": "digest",
        "confirm_dispute": "digest",
        "notice_hearing": "hearing digest also",
        "change_hearing": "hearing digest also",
        "group": "comments groups members",
        "split_group": "before after",
        "regroup": "act kind moves digest",
        "name_group": "group digest",
        "decide_many": "bulk outcome decisions digest also",
        "undo_bulk": "bulk decisions digest",
        "fill_table": "back sha256 decisions numbers additions digest also",
        "decide_addition": "outcome number addition digest",
        "decide_additions": "group outcome decisions digest",
        "assign": "assignee groups digest",
        "assign_clause": "clause assignee digest",
        "keep_view": "view digest",
        "drop_view": "view",
        "decide": "outcome number group digest",
        "withhold": "ground digest",
        "choose_masks": "masks digest",
        "write_note": "note digest",
        "take_back_note": "note digest",
        "keep_reason": "digest",
        "retire_reason": "digest",
        "approve": "decisions digest",
        "approve_table": "rows digest also",
        "release": "number digest",
        "answer_survey": "answer digest",
        "export": "table format rows digest",
        "ask_export": "file table format narrowed",
        "make_export": "file rows size digest",
        "fail_export": "file",
        "sweep_exports": "files",
        "restore": "digest entries rows units accounts",
        "add_unit": "digest",
        "add_user": "roles unit digest",
        "change_user": "roles active digest",
        "change_password": "",
        "unlock_user": "",
        "log_in": "",
        "log_in_failed": "account",
        "log_out": "",
    }.items()
}


class AuditEntry(Model):
    """One act: who, when, what, on what; `hash` covers all of it and the entry before."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    facts: Mapped[str] = mapped_column(comment="canonical JSON, exactly as hashed")
    previous: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


_LAST = Direct(select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
_APPEND = Direct(insert(AuditEntry.__table__))  # type: ignore[arg-type]


def seal(number: int, at: str, actor: str, action: str, subject: str, facts: str, previous: str) -> str:
    """The hash of an entry: SHA-256 over the canonical JSON list of its seven parts."""
    return digest([number, at, actor, action, subject, facts, previous])


def record(actor: Actor, action: str, subject: str, now: datetime, **facts: object) -> None:
    """Append one entry inside the present transaction; an undeclared action or fact raises KeyError."""
    if set(facts) != ACTIONS[action]:
        raise KeyError(f"audit action {action} carries {sorted(ACTIONS[action])}, not {sorted(facts)}")
    serialise("audit")  # one chain has one end: writers take turns from here to their commit
    last, previous = _LAST.first() or (0, GENESIS)
    number, body, at = last + 1, canonical(facts), now.astimezone(UTC)
    sealed = seal(number, at.isoformat(), actor.ref, action, subject, body, previous)
    _APPEND.rows(
        id=number, at=at, actor=actor.ref, action=action, subject=subject, facts=body, previous=previous, hash=sealed
    )
    after_commit(partial(_note_end, current_app.instance_path, number, sealed), "end of the chain")


def end_file() -> Path:
    """Where the last entry is noted outside the database: cutting the end off breaks no link of the chain."""
    return Path(current_app.instance_path) / END_NAME


def _note_end(folder: str, number: int, sealed: str) -> None:
    """Note the last entry once it is on disk; a note that cannot be written never harms what was committed."""
    line = f"{number:020d} {sealed}\n".encode()  # always of one length: a later end covers an earlier one whole
    with suppress(OSError):
        handle = os.open(f"{folder}/{END_NAME}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.pread(handle, 20, 0) < line[:20]:
                os.pwrite(handle, line, 0)
        finally:
            os.close(handle)


def end_faults(session: Session, path: Path) -> Iterator[str]:
    """Whether the entry that was noted last is still there; nothing where none was ever noted."""
    try:
        number, sealed = path.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return
    last, _ = head(session)
    found = session.scalar(select(AuditEntry.hash).where(AuditEntry.id == int(number)))
    if found is None:
        yield f"审计日志末尾缺少记录：已经写到第 {int(number)} 条，现在只到第 {last} 条"
    elif found != sealed:
        yield f"审计日志第 {int(number)} 条与写入时在 {path.name} 留下的校验值不一致"


def faults(session: Session, after: int = 0) -> Iterator[str]:
    """Every break of the chain as a Chinese sentence, first one first; reads in slices.

    With `after` the check begins behind that entry, whose own hash is taken as it stands.
    """
    table = AuditEntry.__table__
    before = session.scalar(select(table.c.hash).where(table.c.id == after)) if after else None
    expected, previous = after + 1, before or GENESIS
    for row in _entries(session, after):
        if row.id != expected:
            yield f"审计日志缺少第 {expected} 条（下一条是第 {row.id} 条）"
        if row.previous != previous:
            yield f"审计日志第 {row.id} 条与前一条不衔接"
        if row.hash != seal(row.id, row.at.isoformat(), row.actor, row.action, row.subject, row.facts, row.previous):
            yield f"审计日志第 {row.id} 条（{row.action}）被改动"
        expected, previous = row.id + 1, row.hash


def _entries(session: Session, last: int = 0) -> Iterator[Row[Any]]:
    """The entries behind `last`, a thousand at a time, so that no cursor stays open where the reader stops early."""
    table = AuditEntry.__table__
    while rows := session.execute(select(table).where(table.c.id > last).order_by(table.c.id).limit(1000)).all():
        yield from rows
        last = rows[-1].id


def head(session: Session) -> tuple[int, str]:
    """Number and hash of the last entry: what an outsider writes down to check later."""
    table = AuditEntry.__table__
    last = session.execute(select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)).first()
    return (last.id, last.hash) if last else (0, GENESIS)
