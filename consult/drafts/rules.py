"""The installation's own rules of time: minimum periods by kind (R02) and the day feedback is due (R51)."""

from datetime import date, datetime

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.find import Rule, rule_for
from consult.drafts.holidays import Calendar
from consult.drafts.models import KINDS, PeriodRule
from consult.drafts.period import last_day

MOST_DAYS = 365
MOST_SOURCE = 200


def every_rule() -> list[Rule]:
    """The minimum period of every kind, in the order of KINDS."""
    return [rule_for(kind) for kind in KINDS]


def set_rule(actor: Actor, now: datetime, kind: str, days: int, workdays: bool, source: str) -> PeriodRule:
    """Write the minimum period of a kind: natural days, or workdays. `source` names the text it comes from.

    Projects that are already published keep what was judged when they were. Raises Refused for a field.
    """
    actor.require("office", "sysadmin")
    if kind not in KINDS:
        raise Refused("没有这个类别，请刷新页面后再试。", "kind")
    if not 0 <= days <= MOST_DAYS:
        raise Refused(f"天数请填 0 到 {MOST_DAYS} 之间的整数。", "days")
    source = clean_input(source, "source").strip()
    if not source or "\n" in source or len(source) > MOST_SOURCE:
        raise Refused(f"请用一行写明这个期限的依据，不超过{MOST_SOURCE}个字。", "source")
    row = db.session.get(PeriodRule, kind)
    if row is None:
        row = PeriodRule(kind=kind)
        db.session.add(row)
    row.days, row.workdays, row.source = days, workdays, source
    db.session.flush()
    record(actor, "set_period_rule", f"period_rule:{kind}", now, rule=kind, digest=digest([days, workdays, source]))
    return row


def feedback_due(closes_at: datetime, calendar: Calendar, workdays: int) -> date:
    """The last day for publishing 采纳情况, `workdays` after the deadline's day; a warning, never a block (R51)."""
    return calendar.add(last_day(closes_at), workdays)
