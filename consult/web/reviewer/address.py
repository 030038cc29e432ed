"""The filter of the queue as it stands in an address: bookmarked, sent to a colleague, kept while deciding."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consult.base.text import printable
from consult.intake.words import CHANNELS, STANCES, SUBMITTER_KINDS
from consult.review.models import OUTCOMES
from consult.review.queue import SORTS, STATES, Filter

MOST_TEXT = 100  # characters that can be searched for
_CURSOR = re.compile(r"(?:\d{1,9}-)?\d{1,9}")
_PERSON = re.compile(r"-|(?:user:\d{1,9})")


@dataclass(frozen=True)
class Place:
    """Where somebody stands in the list: the filter, and after which row the page begins."""

    wanted: Filter
    after: str | None = None

    def args(self, **changes: str | int | None) -> dict[str, Any]:
        """Query arguments of this place with some of them changed; empty ones are left out.

        A changed filter begins at its first page.
        """
        one = self.wanted
        kept: dict[str, Any] = {
            "state": one.state, "outcome": one.outcome, "channel": one.channel, "stance": one.stance, "kind": one.kind,
            "clause": one.clause_key, "unit": one.unit, "assignee": one.assignee,
            "since": one.since.isoformat() if one.since else "", "until": one.until.isoformat() if one.until else "",
            "q": one.text, "grouped": int(one.grouped), "sort": one.sort, "after": None if changes else self.after,
        }  # fmt: skip
        return {name: value for name, value in (kept | changes).items() if value}

    @property
    def filtered(self) -> bool:
        """Whether anything restricts the list."""
        return replace(self.wanted, sort="") != Filter()

    def open_work(self) -> Filter:
        """Where the next group is looked for after a decision: the same filter, what is decided left out."""
        return self.wanted if self.wanted.state else replace(self.wanted, state="undecided")


def read(args: Mapping[str, str]) -> Place:
    """The place that query arguments name; words that nobody knows do not restrict."""
    unit = args.get("unit", "")
    wanted = Filter(
        clause_key=printable(args.get("clause", ""))[:80],
        channel=_known(args.get("channel", ""), CHANNELS),
        stance=_known(args.get("stance", ""), STANCES),
        kind=_known(args.get("kind", ""), SUBMITTER_KINDS),
        unit=int(unit) if unit.isdecimal() and len(unit) < 10 else 0,
        state=_known(args.get("state", ""), STATES),
        outcome=_known(args.get("outcome", ""), OUTCOMES),
        assignee=args.get("assignee", "") if _PERSON.fullmatch(args.get("assignee", "")) else "",
        since=_day(args.get("since", "")), until=_day(args.get("until", "")),
        text=printable(args.get("q", "")).strip()[:MOST_TEXT],
        grouped=args.get("grouped") == "1",
        sort=_known(args.get("sort", ""), SORTS),
    )  # fmt: skip
    after = args.get("after", "")
    return Place(wanted, after if _CURSOR.fullmatch(after) else None)


def _known(word: str, words: Mapping[str, str]) -> str:
    return word if word in words else ""


def _day(typed: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(typed)
    return None
