"""The filter of the queue as it stands in an address: bookmarked, sent to a colleague, kept while deciding."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from consult.base.text import printable
from consult.intake.words import CHANNELS, STANCES
from consult.review.queue import STATES, Filter

MOST_TEXT = 100  # characters that can be searched for


@dataclass(frozen=True)
class Place:
    """Where somebody stands in the list: the filter, and after which row the page begins."""

    wanted: Filter
    after: int | None = None

    def args(self, **changes: str | int | None) -> dict[str, Any]:
        """Query arguments of this place with some of them changed; empty ones are left out.

        A changed filter begins at its first page.
        """
        kept: dict[str, Any] = {
            "state": self.wanted.state, "channel": self.wanted.channel, "stance": self.wanted.stance,
            "clause": self.wanted.clause_key, "q": self.wanted.text, "grouped": int(self.wanted.grouped),
            "after": None if changes else self.after,
        }  # fmt: skip
        return {name: value for name, value in (kept | changes).items() if value}

    @property
    def filtered(self) -> bool:
        """Whether anything restricts the list."""
        return self.wanted != Filter()

    def open_work(self) -> Filter:
        """Where the next group is looked for after a decision: the same filter, what is decided left out."""
        return self.wanted if self.wanted.state else replace(self.wanted, state="undecided")


def read(args: Mapping[str, str]) -> Place:
    """The place that query arguments name; words that nobody knows do not restrict."""
    wanted = Filter(
        clause_key=printable(args.get("clause", ""))[:80],
        channel=_known(args.get("channel", ""), CHANNELS),
        stance=_known(args.get("stance", ""), STANCES),
        state=_known(args.get("state", ""), STATES),
        text=printable(args.get("q", "")).strip()[:MOST_TEXT],
        grouped=args.get("grouped") == "1",
    )
    after = args.get("after", "")
    return Place(wanted, int(after) if after.isdecimal() and len(after) < 16 else None)


def _known(word: str, words: Mapping[str, str]) -> str:
    return word if word in words else ""
