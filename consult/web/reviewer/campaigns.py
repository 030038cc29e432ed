"""The page of a campaign: who, when, how many a minute, by which channel; it says that nothing is dropped for it."""

from datetime import datetime

from flask import render_template, request
from markupsafe import Markup

from consult.base.clock import local
from consult.base.errors import NotFound
from consult.intake.words import CHANNELS, SUBMITTER_KINDS
from consult.review.campaign import STEPS
from consult.review.campaign import campaign as read
from consult.summary import picture
from consult.web.reviewer import address, board

STEP_NAMES = {name: words for name, words, _ in STEPS}
MOST = 12  # regions and sources that are named


def campaign(slug: str, comment_id: int) -> str:
    """How this group came about."""
    consultation, case = board.opened(slug, comment_id)
    if case.group is None:
        raise NotFound("这条意见没有与别的意见归并。")
    found = read(case.group.id)
    bars = [(_said(at, found.step), number) for at, number in found.bars]
    tables = [
        ("来源渠道", _named(found.channels, CHANNELS)), ("提出人身份", _named(found.kinds, SUBMITTER_KINDS)),
        ("地区", _few(found.regions, "没有填写")), ("从哪个链接来", _few(found.sources, "没有标记")),
    ]  # fmt: skip
    return render_template(
        "reviewer/campaign.html", consultation=consultation, case=case, found=found, bars=bars, tables=tables,
        back=address.read(request.args).args(), step=STEP_NAMES.get(found.step, ""),
        picture=Markup(picture.columns("收到的时间", bars)),  # noqa: S704 -- made by picture
    )  # fmt: skip


def _said(at: datetime, step: str) -> str:
    at = local(at)
    day = f"{at.month}月{at.day}日"
    return day if step == "day" else f"{day}{at:%H}时" if step == "hour" else f"{day}{at:%H:%M}"


def _named(counts: dict[str, int], names: dict[str, str]) -> list[tuple[str, int]]:
    return [(names.get(one) or "没有填写", number) for one, number in counts.items()]


def _few(counts: dict[str, int], empty: str) -> list[tuple[str, int]]:
    """The largest, the others in one line."""
    rows = [(one or empty, number) for one, number in counts.items()]
    rest = sum(number for _, number in rows[MOST:])
    return rows[:MOST] + ([(f"其他 {len(rows) - MOST} 项", rest)] if rest else [])
