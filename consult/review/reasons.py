"""Verbs and reads: the library of reasons (理由库) that everybody who rules may pick from (R45)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.review.decide import ROLES, require_decider
from consult.review.find import slices
from consult.review.models import Decision
from consult.review.personal_models import Reason
from consult.review.words import OUTCOMES, REASON_MIN

MOST_TITLE, MOST_BODY = 60, 2000
MOST_REASONS = 300  # in use at once: a list that nobody reads helps nobody


def keep_reason(
    actor: Actor, now: datetime, *, outcome: str, title: str, body: str, number: int | None = None
) -> Reason:
    """Put a reason into the library, or with `number` change one; rulings that used it stay as they are.

    Raises Refused naming the field, NotFound, Conflict for one that is no longer in use.
    """
    require_decider(actor, *ROLES)
    serialise("reasons")
    row = reason(number) if number is not None else Reason(active=True)
    if not row.active:
        raise Conflict("这条理由已经停用，请另外添加。")
    row.outcome, row.title, row.body = _checked(outcome, title, body)
    if number is None and len(in_use()) >= MOST_REASONS:
        raise Refused(f"理由库最多放{MOST_REASONS}条，请先停用不再需要的。")
    row.changed_at, row.changed_by = now, actor.ref
    db.session.add(row)
    db.session.flush()
    record(actor, "keep_reason", f"reason:{row.id}", now, digest=reason_digest(row))
    return row


def _checked(outcome: str, title: str, body: str) -> tuple[str, str, str]:
    if outcome and outcome not in OUTCOMES:
        raise Refused("请选择适用的处理意见。", "outcome")
    name, text = clean_input(title, "title").strip(), clean_input(body, "body").strip()
    if not name or len(name) > MOST_TITLE or "\n" in name:
        raise Refused(f"请给这条理由起一个短名字，最多{MOST_TITLE}个字。", "title")
    if not REASON_MIN <= len(text) <= MOST_BODY:
        raise Refused(f"请写明理由，{REASON_MIN}到{MOST_BODY}个字，现在有{len(text)}个字。", "body")
    return outcome, name, text


def retire_reason(actor: Actor, now: datetime, number: int) -> None:
    """Take a reason out of use; rulings that used it stay as they are. Conflict where it is out already."""
    require_decider(actor, *ROLES)
    serialise("reasons")
    row = reason(number)
    if not row.active:
        raise Conflict("这条理由已经停用了。")
    row.active, row.changed_at, row.changed_by = False, now, actor.ref
    db.session.flush()
    record(actor, "retire_reason", f"reason:{row.id}", now, digest=reason_digest(row))


def reason_digest(row: Reason) -> str:
    """SHA-256 over a reason as it stands, who changed it last and when."""
    who = [row.changed_at.astimezone(UTC).isoformat(), row.changed_by]
    return digest([row.outcome, row.title, row.body, row.active, *who])


def reason(number: int) -> Reason:
    """The reason with this id, retired ones too; NotFound where there is none."""
    query = select(Reason).where(Reason.id == number).execution_options(populate_existing=True)
    found = db.session.scalar(query) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound("理由库里没有这一条。")
    return found


def in_use() -> list[Reason]:
    """What can be picked: by result in the order of R41, those for any result last, then by title."""
    order = {code: at for at, code in enumerate(OUTCOMES)}
    rows = db.session.scalars(select(Reason).where(Reason.active).order_by(Reason.title, Reason.id))
    return sorted(rows, key=lambda row: order.get(row.outcome, len(order)))


def retired() -> list[Reason]:
    """What is out of use, the latest first."""
    query = select(Reason).where(~Reason.active).order_by(Reason.changed_at.desc(), Reason.id.desc())
    return list(db.session.scalars(query.limit(100)))


def used(rows: Iterable[Reason]) -> dict[int, int]:
    """Reason → in how many rulings, earlier ones too, it stands word for word; counted, never stored."""
    bodies = {row.id: row.body for row in rows}
    counts: dict[str, int] = {}
    for part in slices(bodies):
        query = select(Decision.reason, func.count()).where(Decision.reason.in_({bodies[one] for one in part}))
        counts |= {body: count for body, count in db.session.execute(query.group_by(Decision.reason))}  # noqa: C416
    return {number: counts[body] for number, body in bodies.items() if body in counts}
