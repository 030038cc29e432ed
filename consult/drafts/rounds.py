"""A further period on a revised text (再次征求意见): its own dates, the earlier ones kept; opinions stay on their version."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts import find, period
from consult.drafts.models import Consultation, Round, Version
from consult.drafts.workdays import read_calendar


def open_round(actor: Actor, now: datetime, consultation: Consultation, closes_at: datetime, reason: str = "") -> Round:
    """Ask the public again, about the revised text that is in force: from now until `closes_at` (exclusive).

    The minimum period of the kind holds again (R02); shorter needs `reason`, which is public (R03). Raises Conflict
    where the last period still runs, where no revised text is out, or where it was asked about already.
    """
    actor.require("office")
    serialise(f"version:{consultation.id}")
    db.session.refresh(consultation)
    version = find.current_version(consultation)
    _require_revised(now, consultation, version.purpose)
    if any(one.version_id == version.id for one in rounds(consultation.id)):
        raise Conflict("这一版已经再次征求过意见；还要征求，请先发布新的修改稿。")
    reason = clean_input(reason, "shorten_reason").strip()
    if closes_at <= now:
        raise Refused("截止时间必须晚于现在，请重新填写。", "closes_at")
    minimum = find.rule_for(consultation.kind).minimum
    period.require_reason(period.judge(now, closes_at, minimum, read_calendar()), minimum, reason)
    row = Round(
        consultation_id=consultation.id, version_id=version.id, before_opens_at=consultation.opens_at,
        before_closes_at=consultation.closes_at, before_reason=consultation.shorten_reason, opens_at=now, closes_at=closes_at,
        shorten_reason=reason, at=now, by=actor.ref,
    )  # fmt: skip
    db.session.add(row)
    consultation.opens_at, consultation.closes_at, consultation.shorten_reason = now, closes_at, reason
    db.session.flush()
    record(actor, "open_round", f"consultation:{consultation.id}", now, version=version.number,
           before=row.before_closes_at.isoformat(), after=closes_at.isoformat(), digest=digest(reason))  # fmt: skip
    return row


def _require_revised(now: datetime, consultation: Consultation, purpose: str) -> None:
    if consultation.withdrawn_at or consultation.archived_at or not consultation.published_at:
        raise Conflict("这个项目没有发布，或者已经撤回、归档，不能再次征求意见。")
    if now < consultation.closes_at:
        raise Conflict("这一次征求意见还没有截止；需要更多时间请延长期限。")
    if purpose != "revision":
        raise Conflict("请先发布修改稿，再就修改稿征求意见。")


def rounds(consultation_id: int) -> list[Round]:
    """The further periods of a project, the oldest first."""
    return list(db.session.scalars(select(Round).where(Round.consultation_id == consultation_id).order_by(Round.id)))


def asked_about(consultation_id: int) -> Version:
    """The text that the public was asked about last, with its corrections: no revised or issued text that followed."""
    asked = {one.version_id for one in rounds(consultation_id)}
    versions = find.published_versions(consultation_id)
    found, running = versions[0], True
    for one in versions[1:]:
        running = running if one.purpose == "correction" else one.id in asked
        found = one if running else found
    return found


def begun() -> dict[int, datetime]:
    """Project → when its newest further period began; projects that asked once are left out."""
    query = select(Round.consultation_id, func.max(Round.opens_at)).group_by(Round.consultation_id)
    return dict(db.session.execute(query).all())


def first_ends() -> dict[int, datetime]:
    """Project → when its first period ended (exclusive); projects that asked once are left out."""
    query = select(Round.consultation_id, func.min(Round.before_closes_at)).group_by(Round.consultation_id)
    return dict(db.session.execute(query).all())


def round_at(later: Iterable[Round], at: datetime) -> int:
    """To which period a moment belongs, counted from 1: the last one that had begun; what came before all is of the first."""
    return 1 + sum(one.opens_at <= at for one in later)


def periods(consultation: Consultation, later: Iterable[Round]) -> list[tuple[datetime, datetime]]:
    """Every period on which the public was asked, the oldest first, as they ended."""
    return [*((one.before_opens_at, one.before_closes_at) for one in later), (consultation.opens_at, consultation.closes_at)]
