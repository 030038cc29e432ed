"""Pure: how long a draft must be open, whether a period is too short, and what the clock says now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consult.base.clock import local_date, midnight
from consult.base.errors import Conflict, Refused
from consult.drafts.holidays import Calendar
from consult.drafts.numerals import int_to_chinese

REASON_MIN = 10


@dataclass(frozen=True)
class Minimum:
    """A minimum period: natural days, or workdays where `workdays` is set."""

    days: int
    workdays: bool = False

    def __str__(self) -> str:
        return f"{self.days}个工作日" if self.workdays else f"{self.days}日"


# R02. The sources are statutes but for `normative` (an assessment standard) and `standard` (practice).
DEFAULT_RULES: dict[str, tuple[Minimum, str]] = {
    "administrative_regulation": (Minimum(30), "行政法规制定程序条例第十三条"),
    "rule": (Minimum(30), "规章制定程序条例第十五条"),
    "major_decision": (Minimum(30), "重大行政决策程序暂行条例第十五条"),
    "enterprise": (Minimum(30), "优化营商环境条例第六十二条"),
    "normative": (Minimum(7, True), "市县法治政府建设示范指标体系(2021年版)"),
    "local_regulation": (Minimum(30), "立法法第四十条"),
    "standard": (Minimum(60), "标准制定实践"),
    "proposals": (Minimum(7, True), "本系统默认"),
    "evaluation": (Minimum(7, True), "本系统默认"),
    "other": (Minimum(7, True), "本系统默认"),
}


@dataclass(frozen=True)
class PeriodCheck:
    """What a period comes to: its days, the last day the rule asks for, and whether it is too short."""

    days: int
    earliest: date
    short: bool
    warnings: list[str]


def last_day(closes_at: datetime) -> date:
    """The last day on which an opinion is in time; closing instants are exclusive."""
    return local_date(closes_at - timedelta(microseconds=1))


def earliest_last_day(opens_at: datetime, minimum: Minimum, calendar: Calendar) -> date:
    """The first day the period may end: the day of publication does not count (R04, 民法典 201)."""
    start = local_date(opens_at)
    return calendar.add(start, minimum.days) if minimum.workdays else start + timedelta(days=minimum.days)


def judge(opens_at: datetime, closes_at: datetime, minimum: Minimum, calendar: Calendar) -> PeriodCheck:
    """Compare a period with its minimum. A deadline on a holiday and an unknown year only warn (R04)."""
    start, end = local_date(opens_at), last_day(closes_at)
    earliest = earliest_last_day(opens_at, minimum, calendar)
    warnings = calendar.warnings(start, end)
    if not calendar.is_workday(end):
        later = calendar.next_workday(end)
        warnings.append(f"截止日{end.month}月{end.day}日不是工作日，建议顺延到{later.month}月{later.day}日。")
    return PeriodCheck((end - start).days, earliest, end < earliest, warnings)


def require_reason(check: PeriodCheck, minimum: Minimum, reason: str) -> None:
    """Refuse a period shorter than the rule without a reason of at least ten characters (R03)."""
    if check.short and len(reason.strip()) < REASON_MIN:
        raise Refused(
            f"征求期限为{check.days}日，少于规定的{minimum}(最早截止到{check.earliest.isoformat()})。"
            f"请延长期限，或者写明缩短期限的理由(至少{REASON_MIN}个字，将向社会公开)。",
            "shorten_reason",
        )


def require_open(now: datetime, opens_at: datetime, closes_at: datetime) -> None:
    """Refuse an opinion before the opening or from the closing instant on, by the server's clock."""
    if now < opens_at:
        raise Conflict("征求意见还没有开始，请在开始之后提交。")
    if now >= closes_at:
        raise Conflict("征求意见已经截止，不能再在网上提交。您写的内容仍在页面上，可以复制后联系起草单位。")


def extended(before: datetime, after: datetime, reason: str) -> None:
    """Refuse an extension that is not later or says no reason (R06): the period never gets shorter."""
    if after <= before:
        raise Refused("新的截止时间必须晚于原来的截止时间；不能提前结束征求意见。", "closes_at")
    if len(reason.strip()) < REASON_MIN:
        raise Refused(f"请写明延长期限的理由，至少{REASON_MIN}个字，将向社会公开。", "reason")


def end_of(day: date) -> datetime:
    """The exclusive closing instant for a deadline that names only a day (24时)."""
    return midnight(day + timedelta(days=1))


def round_name(number: int) -> str:
    """What the public calls a period in which it was asked: 第一轮, 第二轮."""
    return f"第{int_to_chinese(number)}轮"
