"""The limiter and every limit in one table (R17), keyed by a salted hash of the address.

Sending goes by steps instead of a wall. Up to the soft step all is as usual. Past it, of the address, of the project
or of the whole site, the sender has to do harder work and the sending is marked for the reviewer: an office behind one
address and the rush of a last day get through. Only past the hard step, far above, a sending waits (429).
"""

import ipaddress
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse, parse_many
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from consult.base.clock import local_date
from consult.base.crypto import keyed
from consult.base.errors import StageError
from consult.config import Settings
from consult.web import keys, moment, settings
from consult.web.counts import Counts

# what is limited → how often from one address
SUBMIT = "20 per 10 minutes; 200 per day"
BASKET = "120 per 10 minutes"  # opinions put into the basket on the server, without JavaScript
UPLOAD = "30 per 10 minutes; 200 per day"  # attachments, checked and kept before they are sent
SURVEY = "30 per 10 minutes"  # tries at the question after a result; one answer a day is kept
LOOK_UP = "60 per 10 minutes; 600 per day"
CHALLENGE = "120 per 10 minutes"
SEARCH = "120 per minute"
LOGIN = "30 per 15 minutes"
FAILED_LOGINS = "5 per 15 minutes"  # per account, whether it exists or not (R62)

# sendings: whose count → normal up to here; with harder work up to there
STEPS = {
    "address": (SUBMIT, "600 per 10 minutes; 6000 per day"),
    "project": ("600 per 10 minutes", "600000 per 10 minutes"),
    "site": ("1800 per 10 minutes", "1200000 per 10 minutes"),
}
_ADDRESS_SOFT, _ADDRESS_HARD = (parse_many(one) for one in STEPS["address"])
_SHARED = {name: (parse(STEPS[name][0]), parse(STEPS[name][1]).amount) for name in ("project", "site")}
TOO_MANY = "提交得太频繁了，请过几分钟再试。您写的内容没有丢。"
AWAY_SECONDS = 5.0  # a store that did not answer is left alone for so long

_away: list[float] = []  # until when

Value = TypeVar("Value")


class TooMany(StageError):
    """Past the hard step; `wait` is how many seconds until there is room again."""

    status = 429

    def __init__(self, wait: int) -> None:
        super().__init__(TOO_MANY)
        self.wait = wait


def address_hash(environ: dict[str, Any] | None = None) -> str:
    """A keyed hash of the sender's address, salted with the day: enough for limits, useless for tracking."""
    environ = request.environ if environ is None else environ
    known = environ.get("consult.address")  # asked for more than once in a request
    if known is None:
        counted = _counted(environ.get("REMOTE_ADDR") or "unknown")
        known = environ["consult.address"] = keyed(keys().address, f"{local_date(moment()).isoformat()}|{counted}")[:32]
    return cast(str, known)


def _counted(text: str) -> str:
    """What an address counts as: an IPv6 sender by its /64, for one household owns all of it."""
    if ":" not in text:
        return text
    try:
        found = ipaddress.IPv6Address(text.partition("%")[0])  # without the name of our own network card
    except ValueError:
        return text
    return str(found.ipv4_mapped or ipaddress.ip_network(f"{found}/64", strict=False))


limiter = Limiter(key_func=lambda: address_hash(), headers_enabled=False)


@limiter.limit(BASKET)
def count_basket() -> None:
    """Count one opinion kept on the server; raises RateLimitExceeded."""


@limiter.limit(UPLOAD)
def count_upload() -> None:
    """Count one attachment that is kept; raises RateLimitExceeded."""


@limiter.limit(SURVEY)
def count_survey() -> None:
    """Count one try at the question after a result; raises RateLimitExceeded."""


@limiter.limit(LOOK_UP)
def count_look_up() -> None:
    """Count one look at a receipt; raises RateLimitExceeded."""


def init_app(app: Flask, settings: Settings) -> None:
    """Shared counts in Redis where one is set, else exact counts inside the one web process."""
    address, options = settings.redis_url or "counts://", {}
    if settings.redis_url:
        from redis.backoff import NoBackoff  # half a second to import, and most installations have no Redis
        from redis.retry import Retry

        options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": Retry(NoBackoff(), 0)}
        app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    app.config.update(
        RATELIMIT_ENABLED=settings.rate_limits, RATELIMIT_STRATEGY="moving-window", RATELIMIT_STORAGE_URI=address,
        RATELIMIT_STORAGE_OPTIONS=options,
    )  # fmt: skip
    limiter.init_app(app)
    # what was used once is remembered with limits off, and while Redis is away
    app.extensions["once"] = (storage_from_string(address, **options), Counts())


def first_use(name: str, seconds: int) -> bool:
    """Whether a one-time token is used for the first time; remembered until it expires on its own."""
    shared, own = current_app.extensions["once"]
    try:
        return int(shared.incr(f"once:{name}", seconds)) == 1
    except shared.base_exceptions:  # whatever this store calls being away
        return int(own.incr(f"once:{name}", seconds)) == 1


def used(name: str) -> bool:
    """Whether first_use was called for this token and still remembers it."""
    shared, own = current_app.extensions["once"]
    try:
        return int(shared.get(f"once:{name}")) > 0
    except shared.base_exceptions:
        return int(own.get(f"once:{name}")) > 0


def seconds_to_wait() -> int:
    """Whole seconds until the limit that refused this request lets one through again; at least 1."""
    hit = limiter.current_limit
    return max(1, round(hit.reset_at - moment().timestamp())) if hit else 600


def weigh(slug: str, environ: dict[str, Any] | None = None) -> tuple[str, ...]:
    """Count one try to send from this address; the names of the soft steps that are passed, for `harder` and marks.

    Raises TooMany past a hard step, and past the soft step of the address where nobody can prove any work.
    """
    if not (limiter.enabled and settings().rate_limits):
        return ()
    address, passed = address_hash(environ), []
    if not ask(lambda one: _fits(one, _ADDRESS_SOFT, address)):
        hard = _ADDRESS_HARD if settings().captcha else _ADDRESS_SOFT
        if hard is _ADDRESS_SOFT or not ask(lambda one: _fits(one, hard, address)):
            raise TooMany(ask(lambda one: _wait(one, hard, address)))
        passed.append("busy_address")
    shared = _shared(slug)
    numbers = ask(lambda one: [one.storage.get(key) for key in shared.values()])
    for (name, key), number in zip(shared.items(), numbers, strict=True):
        soft, most = _SHARED[name]
        if number >= most:
            raise TooMany(ask(lambda one, key=key: _left(one.storage.get_expiry(key))))  # type: ignore[misc]
        if number >= soft.amount:
            passed.append(f"busy_{name}")
    return tuple(passed)


def pressed(slug: str = "") -> bool:
    """Whether a sending from this address would have to do harder work now; counts nothing."""
    if not (limiter.enabled and settings().rate_limits and settings().captcha):
        return False
    address = address_hash()
    if not ask(lambda one: all(one.test(item, "send", address) for item in _ADDRESS_SOFT)):
        return True
    shared = _shared(slug)
    return ask(lambda one: any(one.storage.get(key) >= _SHARED[name][0].amount for name, key in shared.items()))


def count_sent(slug: str) -> None:
    """Count one sending that was stored, for the project and for the site."""
    if limiter.enabled and settings().rate_limits:
        shared = _shared(slug)
        ask(lambda one: [one.storage.incr(key, _SHARED[name][0].get_expiry()) for name, key in shared.items()])


@lru_cache(maxsize=1024)
def _shared(slug: str) -> dict[str, str]:
    """Under which keys the project and the site are counted."""
    return {"project": f"sent/project/{slug}", "site": "sent/site"}


def ask(question: Callable[[RateLimiter], Value]) -> Value:
    """The answer of the shared store; while it does not answer, that of our own."""
    if not _away or time.monotonic() >= _away[0]:
        try:
            return question(limiter.limiter)
        except limiter.storage.base_exceptions:
            _away[:] = [time.monotonic() + AWAY_SECONDS]
    own: Counts = current_app.extensions["once"][1]
    return question(MovingWindowRateLimiter(own))


def _fits(counter: RateLimiter, items: list[RateLimitItem], address: str) -> bool:
    return all(counter.hit(one, "send", address) for one in items)


def _wait(counter: RateLimiter, items: list[RateLimitItem], address: str) -> int:
    stats = [counter.get_window_stats(one, "send", address) for one in items]
    return max(_left(one.reset_time) for one in stats if one.remaining <= 0 or len(stats) == 1)


def _left(until: float) -> int:
    return max(1, round(until - moment().timestamp()))
