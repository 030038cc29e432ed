"""Reads: how far a project has come, what it still lacks before publication, and the next step in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consult.drafts import find
from consult.drafts.feedback import Clock
from consult.drafts.models import Consultation
from consult.drafts.period import REASON_MIN, judge
from consult.drafts.questions import asks, required
from consult.drafts.rounds import rounds
from consult.drafts.workdays import Calendar
from consult.intake.find import received
from consult.letters import find as letters
from consult.review.find import names_of, undecided_count, unread_count
from consult.summary import feedback
from consult.summary.awaited import awaited
from consult.summary.find import released_ids

# (status, what the result waits for) → the next step
WANTING = {
    ("reviewing", "approval"): "请审批负责人审批采纳情况表，通过以后公布",
    ("reviewing", "again"): "审批以后处理意见有变动，需要重新审批",
    ("reviewing", "release"): "已经审批，公布采纳情况",
    ("answered", "again"): "公布以后处理意见有变动，需要重新审批，再次公布作为更正",
    ("answered", "release"): "更正已经审批，再次公布采纳情况",
}


@dataclass(frozen=True)
class Progress:
    """Where a project stands; `clocks` speak of R51 and run once the period has ended, the nearest first.

    `awaited` is what its result waits for, as in summary.awaited; empty before the deadline.
    """

    project: Consultation
    status: str
    received: int
    undecided: int
    unread: int
    units: letters.Counts
    clocks: Sequence[Clock]
    awaited: str = ""

    @property
    def next_step(self) -> tuple[str, str]:
        """(what to do now, the page for it or empty)."""
        return _next_step(self)


@dataclass(frozen=True)
class Check:
    """One condition of publication: its rule, whether it holds, what is wrong, and where to mend it."""

    rule: str
    words: str
    done: bool
    detail: str = ""
    anchor: str = ""


def progress(project: Consultation, now: datetime, calendar: Calendar, workdays: tuple[int, int]) -> Progress:
    """Five counts and the clocks of one project; `workdays` until the result, and until asked answers, are due."""
    released = bool(released_ids([project.id]))
    status = find.status(project, now, released)
    running = feedback.clocks(project, now, calendar, *workdays) if status == "reviewing" else ()
    wanting = awaited(project) if status in ("reviewing", "answered") else ""
    return Progress(
        project=project, status=status, awaited=wanting, received=received(project.id), undecided=undecided_count(project.id),
        unread=unread_count(project.id), units=letters.counts(project.id, now), clocks=running,
    )  # fmt: skip


def _next_step(one: Progress) -> tuple[str, str]:
    if one.status == "withdrawn":
        return "已经撤回，不再办理", ""
    if one.status == "draft":
        return "核对并发布", "office.project"
    if one.status in ("upcoming", "open") and not one.units.sent and not asks(one.project.kind):
        return "向有关单位发函征求意见", "office.letters"
    if one.status == "upcoming":
        return "等待开始", ""
    if one.status in ("open", "reviewing", "answered") and one.undecided:
        return f"审阅意见，还有 {one.undecided} 条未处理", "review"
    if one.status == "open":
        return "等待意见，截止后整理", ""
    if one.status in ("reviewing", "answered") and one.unread:
        return f"打开还没有人看过的意见，有 {one.unread} 条", "reviewer.read"
    if one.awaited:
        return WANTING[one.status, one.awaited], "office.result"
    if one.status == "answered" and not asks(one.project.kind):
        return _further(one.project)
    return "已公布采纳情况", "office.result"


def _further(project: Consultation) -> tuple[str, str]:
    """What may follow a result, by the text that is in force."""
    if proposal := find.proposal(project):
        return f"第 {proposal.number} 版正在准备，公众还看不到，请继续办理", "office.versions"
    version = find.current_version(project)
    if version.purpose == "final":
        return "已公布采纳情况", "office.result"
    if version.purpose == "revision" and all(one.version_id != version.id for one in rounds(project.id)):
        return "就修改稿再次征求意见，或者放入正式文本", "office.versions"
    return "放入修改稿或者正式文本", "office.versions"


def checks(project: Consultation, now: datetime, calendar: Calendar) -> list[Check]:
    """Everything that publication asks for (R01 to R04, R07), in the order in which people do it."""
    found = [
        Check("R01", f"填写{title}", bool(str(getattr(project, name)).strip()), anchor=name)
        for name, title in required(project.kind).items()
    ]
    found.append(_text_check(project))
    found += _period_checks(project, now, calendar)
    cleared = (
        f"{name_of(project.secrecy_by)}已审查" if project.secrecy_by else "由另一位同事办理，起草人不能审查自己的稿件"
    )
    return [*found, Check("R07", "保密审查", project.secrecy_at is not None, cleared, "secrecy")]


def _text_check(project: Consultation) -> Check:
    if asks(project.kind):
        return Check("R01", "写好要问的问题", True)
    count = find.clause_count(find.current_version(project).id)
    return Check("R01", "草案文本分好条款", True, f"共 {count} 个条款" if count else "没有编号的条款，按段落征求意见")


def _period_checks(project: Consultation, now: datetime, calendar: Calendar) -> list[Check]:
    minimum = find.rule_for(project.kind).minimum
    period = judge(max(project.opens_at, now), project.closes_at, minimum, calendar)
    reasoned = len(project.shorten_reason.strip()) >= REASON_MIN
    says = f"共 {period.days} 日，规定不少于{minimum}"
    if period.short:
        says += "；已写明缩短理由" if reasoned else f"；请延长，或者写明缩短理由（至少{REASON_MIN}个字）"
    future = project.closes_at > now
    return [
        Check("R02、R03", "征求期限够长，或者写明缩短理由", not period.short or reasoned, says, "shorten_reason"),
        Check(
            "R04", "截止时间在以后", future, " ".join(period.warnings) if future else "截止时间已经过去", "closes_at"
        ),
    ]


def name_of(ref: str | None) -> str:
    """The name behind an actor reference."""
    return names_of([ref])[ref] if ref else ""
