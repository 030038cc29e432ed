"""The report to the upper office on disagreement among departments, each side's view and reasons (R44)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from consult.base.clock import show_closing, show_date
from consult.base.errors import Refused
from consult.drafts.models import Consultation
from consult.review.dispute_find import Quarrel
from consult.summary import document
from consult.summary.changes import outcome_of

# kind of project → the text that wants disagreement reported, as a report cites it
GROUNDS = {
    "administrative_regulation": "《行政法规制定程序条例》第二十三条",
    "rule": "《规章制定程序条例》第十七条",
    "major_decision": "《重大行政决策程序暂行条例》第十三条",
}
SETTLED = ("agreed", "yielded")
_DIGITS = "零一二三四五六七八九"


def unresolved(found: Sequence[Quarrel]) -> list[Quarrel]:
    """What belongs into the report: everything but what both sides agreed on or what was adopted after all."""
    return [one for one in found if one.open or one.dispute.outcome not in SETTLED]


def compose(project: Consultation, found: Sequence[Quarrel], asked: int, now: datetime) -> list[str]:
    """Title, paragraphs, office and date; `asked` is the number of units that were asked in writing.

    Raises Refused where nothing is left to report.
    """
    left = unresolved(found)
    if not left:
        raise Refused("没有需要报告的意见分歧：登记的争议都已经协商一致或者改为采纳。")
    named = _named(project)
    office = project.issuing_office or project.drafting_unit or "我单位"
    period = f"{show_date(project.opens_at)}至{show_closing(project.closes_at)}"
    ground = f"按照{GROUNDS[project.kind]}的规定，" if project.kind in GROUNDS else ""
    settled = len(found) - len(left)
    already = f"其中{settled}项已经协商一致或者改为采纳，尚有{len(left)}项没有取得一致。" if settled else ""
    return [
        f"关于{named}有关部门意见分歧情况的报告",
        f"{office}起草的{named}，于{period}公开征求意见，并书面征求了{asked}个单位的意见。"
        f"对单位意见中没有采纳或者部分采纳的，共登记{len(found)}项并逐项进行了协调。{already}"
        f"{ground}现将主要分歧和各方的意见、理由报告如下。",
        *[text for number, one in enumerate(left, 1) for text in _one(number, one)],
        "以上分歧，请予协调决定。",
        office,
        show_date(now),
    ]


def _one(number: int, one: Quarrel) -> list[str]:
    dispute = one.dispute
    point = " ".join(dispute.point.split())
    about = point if point == one.place else f"{point}（{one.place}）"
    meetings = [
        f"{at.held_on.year}年{at.held_on.month}月{at.held_on.day}日，{at.units}：{_line(at.record)}"
        for at in one.meetings
    ]
    return [
        f"{numeral(number)}、关于{about}",
        f"（一）有关单位的意见和理由。{one.unit_name}提出：{_line(dispute.unit_view)}",
        f"（二）起草单位的意见和依据。{_line(dispute.office_view)}",
        f"（三）协调情况。{'；'.join(part.rstrip('。；') for part in meetings) + '。' if meetings else '尚未召开协调会议。'}",
        f"（四）目前的处理。{_line(outcome_of(one))}",
    ]


def _line(text: str) -> str:
    """Words of several lines as one paragraph with a full stop at its end."""
    said = "".join(
        part if part[-1] in "。；！？：，" else f"{part}。" for part in map(str.strip, text.split("\n")) if part
    )
    return said if said.endswith(("。", "！", "？")) else f"{said.rstrip('；：，')}。"


def _named(project: Consultation) -> str:
    stage = f"（{project.stage_label}）" if project.stage_label and project.stage_label not in project.title else ""
    return f"《{project.title}{stage}》"


def numeral(number: int) -> str:
    """1 … 99 as official papers count: 一, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def write(project: Consultation, found: Sequence[Quarrel], asked: int, now: datetime, to: str, path: Path) -> int:
    """Write the report as docx addressed to `to`; returns how many points it reports."""
    document.write_notice(compose(project, found, asked, now), path, now, to)
    return len(unresolved(found))
