"""Reads: how a group of near copies came about: when, how fast, by which doors, from whom; nothing here drops anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Text, cast, func, select

from consult.base.clock import local
from consult.base.db import db
from consult.intake.models import Comment, Submission
from consult.review.models import Membership

C, S, M = Comment.__table__, Submission.__table__, Membership.__table__
MOST_BARS = 96
STEPS = (("minute", "分钟", timedelta(minutes=1)), ("hour", "小时", timedelta(hours=1)), ("day", "天", timedelta(days=1)))
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
    """The picture of a group; four counts over its members, whatever their number."""
    living = (M.c.group_id == group_id, C.c.withdrawn_at.is_(None))
    minute = _minute()
    columns = (minute.label("minute"), S.c.channel, S.c.submitter_kind, S.c.region, S.c.source)
    query = select(*columns, func.count().label("count")).select_from(_LIVING).where(*living).group_by(*columns)
    rows = db.session.execute(query).all()
    if not rows:
        return Campaign()
    when: Counter[datetime] = Counter()
    for row in rows:
        when[datetime.fromisoformat(row.minute).replace(tzinfo=UTC)] += row.count
    copies = _top(select(C.c.fingerprint, func.count()).select_from(M.join(C, C.c.id == M.c.comment_id)).where(*living)
                  .group_by(C.c.fingerprint))  # fmt: skip
    same = _top(select(S.c.address_hash, func.count()).select_from(_LIVING).where(*living, S.c.address_hash != "")
                .group_by(S.c.address_hash))  # fmt: skip
    shared = [number for number in same if number > 1]
    step, bars = _bars(when)
    return Campaign(
        size=sum(when.values()), first=min(when), last=max(when), step=step, bars=bars,
        peak=max(when.items(), key=lambda one: (one[1], -one[0].timestamp())),
        channels=_sums(rows, "channel"), kinds=_sums(rows, "submitter_kind"), regions=_sums(rows, "region"),
        sources=_sums(rows, "source"), addresses=len(shared), from_shared=sum(shared), known_addresses=sum(same),
        kept_words=max(copies), wordings=len(copies),
    )  # fmt: skip


def _minute() -> Any:
    """The minute of receipt in UTC as `2026-03-10 02:00`, in either database."""
    if db.engine.dialect.name == "sqlite":
        return func.substr(cast(S.c.received_at, Text), 1, 16)
    return func.to_char(func.timezone("UTC", S.c.received_at), "YYYY-MM-DD HH24:MI")


def _top(query: Any) -> list[int]:
    return [row[1] for row in db.session.execute(query)]


def _sums(rows: Sequence[Row[Any]], name: str) -> dict[str, int]:
    """value → members, the most common first."""
    found: Counter[str] = Counter()
    for row in rows:
        found[row._mapping[name]] += row.count
    return dict(found.most_common())


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
