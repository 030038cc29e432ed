"""Reads: every result of a project under the name that the public knows it by, those of earlier periods too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consult.drafts.models import Consultation, Round
from consult.drafts.period import round_name
from consult.drafts.rounds import periods, round_at, rounds
from consult.summary.find import releases
from consult.summary.models import Release


@dataclass(frozen=True)
class Published:
    """One result: `turn` is its place among those of its period, beyond the first it is a correction.

    `period` counts from 1 and has a name only where the public was asked again; `last`: none of its period corrects it.
    `opened` and `closes` (exclusive) are those of the period after which it came out.
    """

    release: Release
    period: int
    turn: int
    last: bool
    named: bool
    opened: datetime
    closes: datetime

    @property
    def round(self) -> str:
        """第二轮; empty where the public was asked once."""
        return round_name(self.period) if self.named else ""

    @property
    def short(self) -> str:
        """第二轮采纳情况, whichever of its corrections this is."""
        return f"{self.round}采纳情况"

    @property
    def name(self) -> str:
        """第二轮采纳情况（第2次公布，更正）."""
        return f"{self.short}{f'（第{self.turn}次公布，更正）' if self.turn > 1 else ''}"

    @property
    def act(self) -> str:
        """What was done when it came out: 公布第二轮采纳情况."""
        if self.turn == 1:
            return f"公布{self.round}采纳情况"
        return f"更正{self.round}采纳情况（第{self.turn}次公布）"


def published(project: Consultation) -> list[Published]:
    """All results, the oldest first."""
    return named(project, rounds(project.id), releases(project.id))


def named(project: Consultation, later: Sequence[Round], out: Sequence[Release]) -> list[Published]:
    """Results with their periods; `later` are the further periods, the oldest first."""
    spans, found = periods(project, later), list[Published]()
    numbers = [round_at(later, one.released_at) for one in out]
    for at, (one, number) in enumerate(zip(out, numbers, strict=True)):
        opened, closes = spans[number - 1]
        found.append(Published(one, number, numbers[: at + 1].count(number), number not in numbers[at + 1 :], bool(later), opened, closes))
    return found
