"""Verbs of stage 5: a leader approves the table as it stands, the office publishes exactly that table."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
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
from consult.drafts.rounds import periods, rounds
from consult.review.dispute_find import unsettled
from consult.review.extras import open_in
from consult.review.find import unapproved_refusals, unread_count
from consult.review.words import METHOD
from consult.summary import additions, feedback
from consult.summary.balance import Balance
from consult.summary.entries import slices
from consult.summary.find import current_release, last_approval
from consult.summary.freeze import Passing, by_clause, by_day, changed, clauses_of, store_rows
from consult.summary.models import Release, ReleaseRow, TableApproval
from consult.summary.notice import Facts, compose
from consult.summary.numbers import read_balance
from consult.summary.published import published
from consult.summary.rows import AdoptionRow, adopted
from consult.summary.seal import Seal
from consult.summary.walk import C, D, M, stands

NAMED = 4  # things in the way that a refusal names; the page of the result names all of them
ROW = tuple(one.name for one in fields(AdoptionRow))


@dataclass(frozen=True)
class Standing:
    """The result as it would be published now: `open` says in Chinese what still stands in the way.

    `rows` counts the lines of the table, `seen` holds their sums and their digest; the lines passed by.
    """

    balance: Balance
    rows: int
    open: tuple[str, ...]
    digest: str
    seen: Passing


def standing(session: Session, consultation: Consultation, now: datetime) -> Standing:
    """What would be published, and every rule that is still broken (R40, R42, R50), the first one first.

    The digest is over everything an approver says yes to: numbers, public rows, and every decision, the
    formal ones too.
    """
    balance, seen = read_balance(session, consultation.id, now), Passing()
    sealed = Seal().add(balance.numbers()).add(seen.through(adopted(session, consultation.id)))
    sealed.add(iter(session.scalars(_rulings(consultation.id).order_by(D.c.group_id))))
    if balance.additions:
        sealed.add(iter(session.scalars(additions.rulings(consultation.id).order_by(additions.A.c.id))))
    return Standing(
        balance=balance,
        rows=seen.rows,
        open=(*_not_yet(consultation, now), *_unfinished(session, consultation.id), *_faults(balance, seen)),
        digest=sealed.digest(),
        seen=seen,
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
    if extra := open_in(consultation_id):
        found.append(f"还有 {extra} 条补充意见没有处理")
    if waiting := unapproved_refusals(consultation_id):
        found.append(f"还有 {waiting} 项对单位意见不采纳的处理没有经过审批")
    if disputed := unsettled(consultation_id):
        found.append(f"还有 {disputed} 项单位意见的争议没有处理结果或者没有经过确认")
    return found


def _faults(balance: Balance, seen: Passing) -> list[str]:
    """The equations of the numbers, and that the table itself adds up to them."""
    found = balance.faults()
    if seen.likes != balance.valid:
        found.append(f"采纳情况表各行合计 {seen.likes} 条，不等于有效意见 {balance.valid} 条")
    if seen.additions != balance.additions - balance.additions_inadmissible:
        found.append(f"采纳情况表列出补充意见 {seen.additions} 条，与应当列出的条数不符")
    if seen.rows != balance.merged:
        found.append(f"采纳情况表共 {seen.rows} 行，不等于归并后 {balance.merged} 条")
    return found


def _rulings(consultation_id: int) -> Select[Any]:
    """Digests of the decisions that stand for at least one living opinion."""
    living = (
        select(M.c.group_id)
        .join(C, C.c.id == M.c.comment_id)
        .where(C.c.consultation_id == consultation_id, C.c.withdrawn_at.is_(None))
    )
    return select(D.c.digest).where(stands(), D.c.group_id.in_(living))


def approve_table(actor: Actor, now: datetime, consultation: Consultation, seen: str) -> TableApproval:
    """The leader's yes to the table as it stands; only an approver, only when nothing is open.

    `seen` is the digest of the Standing that the approver had before their eyes: Conflict where it is another now.
    Raises Refused naming what is still open, NotAllowed for who ruled on one of the opinions (R42).
    Whoever decides something afterwards reopens it (R43).
    """
    actor.require("approver")
    serialise(f"release:{consultation.id}")
    mine = _rulings(consultation.id).where(D.c.decided_by == actor.ref)
    extra = additions.rulings(consultation.id).where(additions.AD.c.decided_by == actor.ref)
    if db.session.scalar(select(mine.exists())) or db.session.scalar(select(extra.exists())):
        raise NotAllowed("您处理过其中的意见，不能自己审批整张表，请由另一位审批负责人审批。")
    found = standing(db.session(), consultation, now)
    _require_whole(found)
    if seen != found.digest:
        raise Conflict("您打开页面以后，处理结果又有变动。请看过现在的这张表再审批。")
    row = TableApproval(
        consultation_id=consultation.id, digest=found.digest, rows=found.rows, approved_by=actor.ref,
        approved_name=actor.name, approved_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(actor, "approve_table", f"consultation:{consultation.id}", now, rows=row.rows, digest=row.digest,
           also=digest([row.approved_name]))  # fmt: skip
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
    session, before = db.session(), current_release(consultation.id)
    row = Release(
        consultation_id=consultation.id, number=before.number + 1 if before else 1,
        notice="\n".join(compose(facts_of(consultation, now), found.balance)), **_frozen(session, consultation, found),
        approved_by=approval.approved_by, approved_at=approval.approved_at, released_by=actor.ref, released_at=now,
        digest="",
    )  # fmt: skip
    if before and _same(session, before, row, found):
        raise Conflict("相同的采纳情况已经公布过了。")
    session.add(row)
    session.flush()
    store_rows(session, row.id, adopted(session, consultation.id))
    if table_digest(session, row.id) != found.seen.table.digest():  # somebody wrote between the two readings
        raise Conflict("公布的同时有人改动了意见或者处理结果，没有公布。请重新审批采纳情况表。")
    row.digest = release_digest(session, row)
    session.flush()
    feedback.stop(now, consultation.id)
    record(actor, "release", f"consultation:{consultation.id}", now, number=row.number, digest=row.digest)
    return row


def _frozen(session: Session, consultation: Consultation, found: Standing) -> dict[str, Any]:
    """`numbers` and `changes` of a release: what its page shows, counted once and kept."""
    clauses = clauses_of(consultation.id)
    numbers = found.balance.numbers() | {
        "by_day": by_day(session, consultation.id),
        "by_clause": by_clause(session, clauses, consultation.id, found.seen),
    } | ({"method": METHOD} if found.balance.merged < found.balance.valid else {})
    return {"numbers": numbers, "changes": changed(session, clauses, consultation.id, found.seen)}


def _same(session: Session, before: Release, row: Release, found: Standing) -> bool:
    """Whether the newest result says all this already; results of old kept no days, clauses and changes."""
    kept = "by_clause" in before.numbers
    numbers = row.numbers if kept else found.balance.numbers()
    if before.numbers != numbers or (kept and before.changes != row.changes):
        return False
    return table_digest(session, before.id) == found.seen.table.digest()


def _require_whole(found: Standing) -> None:
    if found.open:
        more = f"；另有 {len(found.open) - NAMED} 项" if len(found.open) > NAMED else ""
        raise Refused(f"还不能公布：{'；'.join(found.open[:NAMED])}{more}。")


def _approval(consultation_id: int, present: str) -> TableApproval:
    approval = last_approval(consultation_id)
    if approval is None:
        raise Refused("采纳情况表还没有经过审批，请先请审批负责人审批。")
    if approval.digest != present:
        raise Refused("审批之后处理结果又有变动，请重新审批采纳情况表。")
    return approval


def facts_of(consultation: Consultation, now: datetime) -> Facts:
    """What the announcement says of the project besides numbers; earlier results by their newest correction."""
    days = (last_day(consultation.closes_at) - local_date(consultation.opens_at)).days
    spans = periods(consultation, rounds(consultation.id))
    out = {one.period: one.release.released_at for one in published(consultation)}
    return Facts(
        kind=consultation.kind, title=consultation.title, stage_label=consultation.stage_label, opens_at=consultation.opens_at,
        closes_at=consultation.closes_at, office=consultation.issuing_office or consultation.drafting_unit,
        contact=consultation.contact, dated=now, shorten_reason=consultation.shorten_reason, days=days,
        earlier=tuple(spans[:-1]), told=tuple(out.get(number) for number in range(1, len(spans))),
    )  # fmt: skip


def release_digest(session: Session, row: Release) -> str:
    """SHA-256 over everything that was published and who answered for it; the table is read as it passes.

    Results of old had neither changes nor clause keys; a further part covers them where there are any.
    """
    keys = Seal()
    found = Seal().add(row.consultation_id).add(row.number).add(row.notice).add(row.numbers)
    found.add(_stored(session, row.id, keys)).add(row.approved_by).add(row.released_by)
    for at in (row.approved_at, row.released_at):
        found.add(at.astimezone(UTC).isoformat())
    keyed = select(ReleaseRow.number).where(ReleaseRow.release_id == row.id, ReleaseRow.clause_key != "")
    if row.changes or session.scalar(keyed.limit(1)):
        found.add([row.changes, keys.digest()])
    return found.digest()


def table_digest(session: Session, release_id: int) -> str:
    """SHA-256 over the stored table of a release, to be set beside a Passing's."""
    found = Seal()
    for one in _stored(session, release_id, Seal()):
        found.add(one)
    return found.digest()


def _stored(session: Session, release_id: int, keys: Seal) -> Iterator[dict[str, Any]]:
    """The facts of each stored row in order, as Passing has them; the clause keys go into `keys`."""
    query = select(ReleaseRow.__table__).where(ReleaseRow.release_id == release_id)
    for row in slices(session, query, ReleaseRow.__table__.c.number):
        keys.add(row.clause_key)
        yield {name: row._mapping[name] for name in ROW}
