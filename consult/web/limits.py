"""The limiter and its named limits in one table (R17), keyed by a salted hash of the address."""

import ipaddress

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits.storage import storage_from_string

from consult.base.clock import local_date, now
from consult.base.crypto import keyed
from consult.config import Settings
from consult.web import keys, moment

# what is limited → how often from one address
SUBMIT = "20 per 10 minutes; 200 per day"
BASKET = "120 per 10 minutes"  # opinions put into the basket on the server, without JavaScript
LOOK_UP = "60 per 10 minutes; 600 per day"
CHALLENGE = "120 per 10 minutes"
SEARCH = "120 per minute"
LOGIN = "30 per 15 minutes"
FAILED_LOGINS = "5 per 15 minutes"  # per account, whether it exists or not (R62)


def address_hash() -> str:
    """A keyed hash of the sender's address, salted with the day: enough for limits, useless for tracking.

    An IPv6 sender counts by its /64, for one household owns all of it.
    """
    text = request.remote_addr or "unknown"
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        found = None
    if isinstance(found, ipaddress.IPv6Address):
        text = str(found.ipv4_mapped or ipaddress.ip_network(f"{found}/64", strict=False))
    return keyed(keys().address, f"{local_date(moment()).isoformat()}|{text}")[:32]


limiter = Limiter(key_func=address_hash, headers_enabled=False)


@limiter.limit(SUBMIT)
def count_submission() -> None:
    """Count one sending; raises RateLimitExceeded, so that the page can show what was typed again."""


@limiter.limit(BASKET)
def count_basket() -> None:
    """Count one opinion kept on the server; raises RateLimitExceeded."""


@limiter.limit(LOOK_UP)
def count_look_up() -> None:
    """Count one look at a receipt; raises RateLimitExceeded."""


def init_app(app: Flask, settings: Settings) -> None:
    """Shared counts in Redis where one is set, else exact counts inside the one web process."""
    app.config["RATELIMIT_ENABLED"] = settings.rate_limits
    app.config["RATELIMIT_STRATEGY"] = "moving-window"
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    if settings.redis_url:
        from redis.backoff import NoBackoff  # half a second to import, and most installations have no Redis
        from redis.retry import Retry

        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": Retry(NoBackoff(), 0),
        }  # fmt: skip
        app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)
    # what was used once is remembered with limits off, and while Redis is away
    shared = storage_from_string(settings.redis_url or "memory://", **app.config.get("RATELIMIT_STORAGE_OPTIONS", {}))
    app.extensions["once"] = (shared, storage_from_string("memory://"))


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
    return max(1, round(hit.reset_at - now().timestamp())) if hit else 600
