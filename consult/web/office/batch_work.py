"""What waits for its preview: the uploads with what the clerk said of them, read again for every page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from consult.base import clock
from consult.base.crypto import digest
from consult.base.errors import Refused
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.intake import alike
from consult.intake.incoming import Batch
from consult.intake.loading import MOST_BYTES, read_incoming
from consult.intake.proposing import Draft, Proposal, propose
from consult.intake.register import decoded, looks_like_lines, read_lines, recorded
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.office.staging import fetch, stage

PASTED = "粘贴的文字"
MOST_FILES = 20
MOST_ROWS = 1_500
TOO_MANY = f"一次最多核对{MOST_ROWS}条意见，请分几次登记。量很大的，请系统管理员用命令 consult register 登记。"


@dataclass
class Pile:
    """Everything that would be entered, and what was told while it was read."""

    draft: Draft
    version_id: int
    proposals: list[Proposal] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def edition(self) -> str:
        """Equal for equal piles on the same text: what a clerk says yes to is what was seen."""
        seen = [[one.place, str(one.received_on), one.channel, [vars(row.item) for row in one.rows]] for one in self.proposals]
        return digest([self.version_id, seen])

    @property
    def count(self) -> int:
        """How many opinions."""
        return sum(len(one.rows) for one in self.proposals)


def folder() -> Path:
    """Where uploads lie until they are entered or a day old."""
    return settings().instance / "staging"


def put(uploads: Sequence[tuple[str, bytes]], each: str, channel: str, received_on: date) -> str:
    """Keep uploads with what was said of them; the token is good for a day, for this person."""
    me, now = actor(), moment()
    if len(uploads) > MOST_FILES:
        raise Refused(f"一次最多选 {MOST_FILES} 个文件。", "files")
    if sum(len(data) for _, data in uploads) > MOST_BYTES:
        raise Refused(f"文件加起来超过 {MOST_BYTES // (1024 * 1024)} MB，请分几次登记。", "files")
    tokens = [stage(folder(), keys(), me, now, data, name) for name, data in uploads]
    order = {"files": tokens, "each": each, "channel": channel, "received_on": received_on.isoformat()}
    return stage(folder(), keys(), me, now, json.dumps(order).encode(), "批量登记.json")


def pile(project: Consultation, token: str) -> Pile:
    """What the uploads behind a token would enter; Refused where they are gone."""
    me, now = actor(), moment()
    try:
        order = json.loads(fetch(folder(), keys(), me, now, token).data)
        sources = [fetch(folder(), keys(), me, now, one) for one in order["files"]]
        day = date.fromisoformat(order["received_on"])
    except (ValueError, KeyError, TypeError):
        raise Refused("没有找到这次上传的内容，请重新上传。", "file") from None
    version = find.current_version(project)
    found = Pile(Draft(find.clauses(version.id), project.title), version.id)
    today, last = clock.local_date(now), last_day(project.closes_at)
    for source in sources:
        _add(found, source.data, source.name, order, day, today, last, len(sources) > 1)
    if found.count > MOST_ROWS:
        found.troubles, found.proposals = [("", TOO_MANY)], []
    found.troubles += [(one.place, one.trouble) for one in found.proposals if one.trouble]
    if not found.troubles:
        found.proposals = alike.marked(project.id, found.proposals)
    return found


def _add(found: Pile, data: bytes, name: str, order: dict[str, str], day: date, today: date, last: date, named: bool) -> None:
    """Read one source into the pile; with several each place begins with the name of its file."""
    try:
        if looks_like_lines(data, name):
            proposals = recorded(read_lines(decoded(data), found.draft.resolve), order["channel"], today, last)
        else:
            batch = read_incoming(data, name, order["each"])
            _tell(found, batch, name if named else "")
            proposals = [propose(found.draft, one, channel=order["channel"], received_on=day, today=today, last_day=last)
                         for one in batch.sendings]  # fmt: skip
    except Refused as refusal:
        found.troubles.append((name, refusal.message))
        return
    if named:
        proposals = [replace(one, place=one.place if name in one.place else f"{name} {one.place}") for one in proposals]
    found.proposals += proposals


def _tell(found: Pile, batch: Batch, name: str) -> None:
    told = Batch()
    told.add(batch, name)
    found.troubles += told.troubles
    found.notices += told.notices
