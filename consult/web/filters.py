"""How instants, names of things and numbers read in templates."""

from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from flask import Flask
from markupsafe import Markup

from consult.base import clock
from consult.base.people import ROLES
from consult.drafts import questions
from consult.drafts.find import STATUS_NAMES
from consult.drafts.models import KINDS, PURPOSES
from consult.drafts.period import last_day
from consult.intake.words import CHANNELS, STANCES, SUBMITTER_KINDS
from consult.letters.models import ANSWERS
from consult.review.models import GROUNDS, OUTCOMES

WORDS = {
    "status": STATUS_NAMES,
    "kind": KINDS,
    "stance": STANCES,
    "asking_stance": questions.STANCES,
    "channel": CHANNELS,
    "submitter": SUBMITTER_KINDS,
    "outcome": OUTCOMES,
    "ground": GROUNDS,
    "answer": ANSWERS,
    "role": ROLES,
    "purpose": PURPOSES,
}


def thousands(number: int) -> str:
    """4312 → 4,312."""
    return f"{number:,}"


def days_left(closes_at: datetime, now: datetime) -> int:
    """Whole Shanghai days until the last day, 0 on the last day itself."""
    return max(0, (last_day(closes_at) - clock.local_date(now)).days)


def machine(moment: datetime) -> str:
    """An instant for the `datetime` attribute of a time element."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def typed_local(moment: datetime | None) -> str:
    """An instant for an input of type datetime-local, Shanghai time."""
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""


def day(one: date) -> str:
    """A calendar day as documents print it: 2026年3月2日."""
    return clock.show_date(clock.midnight(one))


def lines(text: str) -> Markup:
    """Plain text with its line breaks; everything else escaped."""
    return Markup("<br>").join(Markup.escape(line) for line in text.split("\n"))


def host(url: str) -> str:
    """The host of an address, for people to see where a link leads."""
    return urlsplit(url).hostname or ""


def stance_name(code: str, kind: str = "") -> str:
    """What a stance is called in a consultation of this kind."""
    own = questions.STANCES if questions.asks(kind) else {}
    return own.get(code) or STANCES.get(code, code)


def filesize(size: int) -> str:
    """2,411,724 → 2.3 MB, as people say it."""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(1, round(size / 1024))} KB"


def init_app(app: Flask) -> None:
    """Give the templates their filters and word lists."""
    app.jinja_env.filters.update(
        date=clock.show_date, day=day, at=clock.show, closing=clock.show_closing, thousands=thousands,
        machine=machine, typed_local=typed_local, lines=lines, host=host, filesize=filesize,
    )  # fmt: skip
    app.jinja_env.globals.update(WORDS=WORDS, days_left=days_left, asks=questions.asks, whole=questions.whole, stance_name=stance_name)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
