"""Verbs of stage 5: a leader approves the table as it stands, the office publishes exactly that table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.base.audit import record
from consult.base.clock import local_date
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.review.find import unapproved_refusals, unread_count
from consult.summary.balance import Balance
from consult.summary.find import current_release, last_approval
from consult.summary.models import Release, TableApproval
from consult.summary.notice import Facts, compose
from consult.summary.numbers import read_balance
from consult.summary.rows import AdoptionRow, adoption_rows
from consult.summary.walk import C, D, M, stands


@dataclass(frozen=True)
class Standing:
    """The result as it would be published now: `open` says in Chinese what still stands in the way."""

    balance: Balance
    rows: tuple[AdoptionRow, ...]
    open: tuple[str, ...]
    digest: str


def standing(session: Session, consultation: Consultation, now: datetime) -> Standing:
    """What would be published, and every rule that is still broken (R40, R42, R50), the first one first."""
    balance = read_balance(session, consultation.id, now)
    rows = tuple(adoption_rows(session, consultation.id))
    return Standing(
        balance=balance,
        rows=rows,
        open=(*_not_yet(consultation, now), *_unfinished(session, consultation.id), *_faults(balance, rows)),
        digest=_digest(session, consultation.id, balance, rows),
    )


def _not_yet(consultation: Consultation, now: datetime) -> list[str]:
    if consultation.withdrawn_at:
        return ["项目已经撤回，不能公布采纳情况"]
    if not consultation.published_at or now < consultation.closes_at:
        return ["征求意见还没有截止，截止之后才能公布采纳情况"]
    return []


def _unfinished(session: Session, consultation_id: int) -> list[str]:
    found: list[str] = []
    if unread := unread_count(consultation_id):
        found.append(f"还有 {unread} 条意见没有人打开看过")
    if waiting := unapproved_refusals(consultation_id):
        found.append(f"还有 {waiting} 项对单位意见不采纳的处理没有经过审批")
    return found


def _faults(balance: Balance, rows: Sequence[AdoptionRow]) -> list[str]:
    """The equations of the numbers, and that the table itself adds up to them."""
    found = balance.faults()
    likes = sum(row.likes for row in rows)
    if likes != balance.valid:
        found.append(f"采纳情况表各行合计 {likes} 条，不等于有效意见 {balance.valid} 条")
    if len(rows) != balance.merged:
        found.append(f"采纳情况表共 {len(rows)} 行，不等于归并后 {balance.merged} 条")
    return found


def _digest(session: Session, consultation_id: int, balance: Balance, rows: Sequence[AdoptionRow]) -> str:
    """Over everything an approver says yes to: numbers, public rows, and every decision, the formal ones too."""
    decisions = session.scalars(_rulings(consultation_id).order_by(D.c.group_id))
    return digest([balance.numbers(), [asdict(row) for row in rows], list(decisions)])


def _rulings(consultation_id: int) -> Select[Any]:
    """Digests of the decisions that stand for at least one living opinion."""
    living = (
        select(M.c.group_id)
        .join(C, C.c.id == M.c.comment_id)
        .where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None))
    )
    return select(D.c.digest).where(stands(), D.c.group_id.in_(living))


def approve_table(actor: Actor, now: datetime, consultation: Consultation) -> TableApproval:
    """The leader's yes to the table as it stands; only an approver, only when nothing is open.

    Raises Refused naming what is still open, NotAllowed for who ruled on one of the opinions (R42).
    Whoever decides something afterwards reopens it (R43).
    """
    actor.require("approver")
    serialise(f"release:{consultation.id}")
    if db.session.scalar(select(_rulings(consultation.id).where(D.c.decided_by == actor.ref).exists())):
        raise NotAllowed("您处理过其中的意见，不能自己审批整张表，请由另一位审批负责人审批。")
    found = standing(db.session(), consultation, now)
    _require_whole(found)
    row = TableApproval(
        consultation_id=consultation.id, digest=found.digest, rows=len(found.rows), approved_by=actor.ref,
        approved_name=actor.name, approved_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(actor, "approve_table", f"consultation:{consultation.id}", now, rows=row.rows, digest=row.digest)
    return row


def release(actor: Actor, now: datetime, consultation: Consultation) -> Release:
    """Publish the result: the announcement, the numbers and the table, frozen under one digest.

    Raises Refused while something is open, an equation fails, or the table was not approved as it stands
    (R40, R42, R43, R50); NotAllowed for the approver himself; Conflict where the very same is out already.
    """
    actor.require("office")
    serialise(f"release:{consultation.id}")
    found = standing(db.session(), consultation, now)
    _require_whole(found)
    approval = _approval(consultation.id, found.digest)
    if approval.approved_by == actor.ref:
        raise NotAllowed("审批和公布要由两个人办理，请由另一位经办人公布。")
    before = current_release(consultation.id)
    words = "\n".join(compose(facts_of(consultation, now), found.balance))
    numbers, rows = found.balance.numbers(), [asdict(row) for row in found.rows]
    if before and (before.numbers, before.rows) == (numbers, rows):
        raise Conflict("相同的采纳情况已经公布过了。")
    row = Release(
        consultation_id=consultation.id, number=before.number + 1 if before else 1, notice=words,
        numbers=numbers, rows=rows, approved_by=approval.approved_by, approved_at=approval.approved_at,
        released_by=actor.ref, released_at=now, digest="",
    )  # fmt: skip
    row.digest = release_digest(row)
    db.session.add(row)
    db.session.flush()
    record(actor, "release", f"consultation:{consultation.id}", now, number=row.number, digest=row.digest)
    return row


def _require_whole(found: Standing) -> None:
    if found.open:
        more = f"（另有 {len(found.open) - 1} 项）" if len(found.open) > 1 else ""
        raise Refused(f"还不能公布：{found.open[0]}{more}。")


def _approval(consultation_id: int, present: str) -> TableApproval:
    approval = last_approval(consultation_id)
    if approval is None:
        raise Refused("采纳情况表还没有经过审批，请先请审批负责人审批。")
    if approval.digest != present:
        raise Refused("审批之后处理结果又有变动，请重新审批采纳情况表。")
    return approval


def facts_of(consultation: Consultation, now: datetime) -> Facts:
    """What the announcement says of the project besides numbers."""
    days = (last_day(consultation.closes_at) - local_date(consultation.opens_at)).days
    return Facts(
        title=consultation.title, stage_label=consultation.stage_label, opens_at=consultation.opens_at,
        closes_at=consultation.closes_at, office=consultation.issuing_office or consultation.drafting_unit,
        contact=consultation.contact, dated=now, shorten_reason=consultation.shorten_reason, days=days,
    )  # fmt: skip


def release_digest(row: Release) -> str:
    """SHA-256 over everything that was published and who answered for it."""
    parts: list[Any] = [row.consultation_id, row.number, row.notice, row.numbers, row.rows]
    moments = [at.astimezone(UTC).isoformat() for at in (row.approved_at, row.released_at)]
    return digest([*parts, row.approved_by, row.released_by, *moments])
