"""Reads: how a group of near copies came about: when, how fast, by which doors, from whom; nothing here drops anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, func, literal, select, union_all

from consult.base.clock import local
from consult.base.db import db
from consult.intake.models import Comment, Submission
from consult.review.desk_models import DeskRow
from consult.review.groups import last_entry
from consult.review.models import Membership

C, S, M = Comment.__table__, Submission.__table__, Membership.__table__
MOST_BARS = 96
KEPT = 64  # pictures of groups that are kept in this process
STEPS = (("minute", "分钟", timedelta(minutes=1)), ("hour", "小时", timedelta(hours=1)), ("day", "天", timedelta(days=1)))
_KNOWN: dict[tuple[Any, ...], "Campaign"] = {}
_LIVING = M.join(C, C.c.id == M.c.comment_id).join(S, S.c.id == C.c.submission_id)


@dataclass(frozen=True)
class Campaign:
    """Numbers over the living members (条) of a group; `bars` are (start, 条) at steps of `step` without gaps.

    `peak` is the fullest minute; `addresses` are network addresses from which more than one came, `from_shared` what
    came from them; `kept_words` are members of the most common wording, `wordings` how many wordings there are.
    """

    size: int = 0
    first: datetime | None = None
    last: datetime | None = None
    step: str = ""
    bars: Sequence[tuple[datetime, int]] = ()
    peak: tuple[datetime, int] | None = None
    channels: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    regions: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    addresses: int = 0
    from_shared: int = 0
    known_addresses: int = 0
    kept_words: int = 0
    wordings: int = 0

    @property
    def edited(self) -> int:
        """Members that do not say it in the most common words."""
        return self.size - self.kept_words


def campaign(group_id: int) -> Campaign:
    """The picture of a group, one pass over its members; kept until somebody joins, leaves or takes an opinion back."""
    key = _state(group_id)
    if key not in _KNOWN:
        while len(_KNOWN) >= KEPT:
            _KNOWN.pop(next(iter(_KNOWN)), None)
        _KNOWN[key] = _made(group_id)
    return _KNOWN[key]


def _state(group_id: int) -> tuple[Any, ...]:
    """What changes with the members: the last turn, how many live, and the newest one's receipt, which is like no other."""
    newest = select(func.max(M.c.comment_id)).where(M.c.group_id == group_id).scalar_subquery()
    receipt = db.session.scalar(select(S.c.receipt_hash).join(C, C.c.submission_id == S.c.id).where(C.c.id == newest))
    size = db.session.scalar(select(DeskRow.size).where(DeskRow.group_id == group_id))
    return group_id, last_entry(group_id), size, receipt


def _made(group_id: int) -> Campaign:
    facts = _facts(group_id)
    if not facts["minute"]:
        return Campaign()
    when = Counter({datetime.fromisoformat(one).replace(tzinfo=UTC): number for one, number in facts["minute"].items()})
    same = {one: number for one, number in facts["address"].items() if one}
    shared = [number for number in same.values() if number > 1]
    step, bars = _bars(when)
    return Campaign(
        size=sum(when.values()), first=min(when), last=max(when), step=step, bars=bars,
        peak=max(when.items(), key=lambda one: (one[1], -one[0].timestamp())),
        channels=facts["channel"], kinds=facts["kind"], regions=facts["region"], sources=facts["source"],
        addresses=len(shared), from_shared=sum(shared), known_addresses=sum(same.values()),
        kept_words=max(facts["words"].values()), wordings=len(facts["words"]),
    )  # fmt: skip


def _facts(group_id: int) -> dict[str, dict[str, int]]:
    """column → value → living members, the most common first; the members are read once and counted by each column."""
    columns = {"minute": _minute(), "channel": S.c.channel, "kind": S.c.submitter_kind, "region": S.c.region,
               "source": S.c.source, "address": S.c.address_hash, "words": C.c.fingerprint}  # fmt: skip
    named = [column.label(name) for name, column in columns.items()]
    living = select(*named).select_from(_LIVING).where(M.c.group_id == group_id, C.c.withdrawn_at.is_(None))
    once = living.cte("members").prefix_with("MATERIALIZED", dialect="postgresql").prefix_with("MATERIALIZED", dialect="sqlite")
    parts = [
        select(literal(name).label("what"), once.c[name].label("value"), func.count().label("count")).group_by(once.c[name])
        for name in columns
    ]
    found: dict[str, dict[str, int]] = {name: {} for name in columns}
    for row in sorted(db.session.execute(union_all(*parts)), key=lambda one: (-one[2], one[1])):
        found[row[0]][row[1]] = row[2]
    return found


def _minute() -> Any:
    """The minute of receipt in UTC as `2026-03-10 02:00`, in either database."""
    if db.engine.dialect.name == "sqlite":
        return func.substr(cast(S.c.received_at, Text), 1, 16)
    return func.to_char(func.timezone("UTC", S.c.received_at), "YYYY-MM-DD HH24:MI")


def _bars(when: Counter[datetime]) -> tuple[str, list[tuple[datetime, int]]]:
    """The finest steps of a Shanghai clock of which MOST_BARS cover the whole time; days where none do."""
    first, last = local(min(when)), local(max(when))
    for name, _, long in STEPS:
        start = _floor(first, name)
        if (last - start) / long < MOST_BARS:
            break
    counts: Counter[datetime] = Counter()
    for at, number in when.items():
        counts[_floor(local(at), name)] += number
    if (last - start) / long >= 4 * MOST_BARS:  # years of days: only those on which something came
        return name, sorted(counts.items())
    steps = int((last - start) / long) + 1
    return name, [(start + long * one, counts[start + long * one]) for one in range(steps)]


def _floor(at: datetime, step: str) -> datetime:
    if step == "minute":
        return at.replace(second=0, microsecond=0)
    if step == "hour":
        return at.replace(minute=0, second=0, microsecond=0)
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
