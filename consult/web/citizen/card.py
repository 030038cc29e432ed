"""What every public page says of a project: its state by the clock, the days left, when the result is due."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from flask import request

from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.drafts.questions import asks, named, whole
from consult.drafts.workdays import read_calendar
from consult.summary.find import released_ids
from consult.web import settings
from consult.web.filters import days_left

_NAMED = re.compile(r"稿[)）][》]?")
_SOURCE = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")


@dataclass(frozen=True)
class Card:
    """A project and its state at one moment; `elapsed` is the share of the period gone by, 0 to 100."""

    project: Consultation
    status: str
    days_left: int
    elapsed: int

    @property
    def open(self) -> bool:
        """Whether an opinion may be sent now."""
        return self.status == "open"

    @property
    def asks(self) -> bool:
        """Whether the project asks one question and has no draft."""
        return asks(self.project.kind)

    @property
    def whole(self) -> str:
        """What an opinion that names no clause is about."""
        return whole(self.project.kind)

    @property
    def noun(self) -> str:
        """What people send: proposals where they are asked for some, else opinions."""
        return "建议" if self.project.kind == "proposals" else "意见"

    @property
    def back(self) -> str:
        """The words of the link to the project's page."""
        return "回到问题" if self.asks else "回到草案"

    @property
    def named(self) -> str:
        """The title in marks: a draft is a document, a question is not."""
        return named(self.full_title, self.project.kind)

    @property
    def full_title(self) -> str:
        """Title with the kind of draft, unless the title says it itself."""
        title, stage = self.project.title, self.stage
        return f"{title}（{stage}）" if stage else title

    @property
    def stage(self) -> str:
        """The kind of draft (征求意见稿), empty where the title names one itself."""
        title = self.project.title
        return "" if self.project.stage_label in title or _NAMED.search(title) else self.project.stage_label


def card(project: Consultation, now: datetime, released: bool | None = None) -> Card:
    """The card of one project; `released` None means: look it up."""
    if released is None:
        released = project.id in released_ids([project.id])
    period = (project.closes_at - project.opens_at).total_seconds()
    gone = min(max((now - project.opens_at).total_seconds(), 0), period)
    state = find.status(project, now, released)
    return Card(project, state, days_left(project.closes_at, now), round(100 * gone / period))


def due_day(project: Consultation) -> date:
    """The day by which the result is to be published (R51): workdays after the last day."""
    return read_calendar().add(last_day(project.closes_at), settings().feedback_workdays)


def source() -> str:
    """`?src=` of the link that was followed, where it is a plain word; else empty."""
    typed = request.values.get("src", "")
    return typed if _SOURCE.match(typed) else ""
