"""Counts of one web process, exact and cheap: no thread, no walk over all addresses at each request.

The library's own store starts a thread a hundred times a second that walks through everything it holds. This one
sweeps once a minute, and keeps time by the clock of the application.
"""

import threading
from typing import Any

from limits.storage import MovingWindowSupport, Storage

from consult.web import moment

SWEEP_SECONDS = 60.0


class Counts(Storage, MovingWindowSupport):
    """What flask-limiter calls a storage, under the address `counts://`."""

    STORAGE_SCHEME = ["counts"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._guard = threading.Lock()
        self._events: dict[str, tuple[int, list[float]]] = {}  # seconds it lasts, when it happened
        self._numbers: dict[str, tuple[int, float]] = {}  # how many, until when
        self._swept = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What this store raises when it is away: it never is."""
        return ConnectionError

    def _now(self) -> float:
        now = moment().timestamp()
        if abs(now - self._swept) > SWEEP_SECONDS:
            self._swept = now
            self._numbers = {key: one for key, one in self._numbers.items() if one[1] > now}
            self._events = {key: one for key, one in self._events.items() if one[1] and one[1][-1] > now - one[0]}
        return now

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a number that lasts `expiry` seconds from its first; returns it."""
        with self._guard:
            now = self._now()
            number, until = self._numbers.get(key, (0, 0.0))
            number, until = (number + amount, until) if until > now else (amount, now + expiry)
            self._numbers[key] = (number, until)
            return number

    def get(self, key: str) -> int:
        """The number, 0 where it has expired."""
        number, until = self._numbers.get(key, (0, 0.0))
        return number if until > moment().timestamp() else 0

    def get_expiry(self, key: str) -> float:
        """When the number expires, seconds since the epoch; now where there is none."""
        return max(self._numbers.get(key, (0, 0.0))[1], moment().timestamp())

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Note `amount` events unless the last `expiry` seconds then hold more than `limit`."""
        with self._guard:
            now = self._now()
            _, events = self._events.setdefault(key, (expiry, []))
            events[:] = [at for at in events if at > now - expiry]
            if len(events) + amount > limit:
                return False
            events.extend([now] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest event of the window happened, and how many there are."""
        with self._guard:
            now = self._now()
            events = [at for at in self._events.get(key, (expiry, []))[1] if at > now - expiry]
            return (events[0], len(events)) if events else (now, 0)

    def check(self) -> bool:
        """Whether it can be reached."""
        return True

    def clear(self, key: str) -> None:
        """Forget one key."""
        with self._guard:
            self._numbers.pop(key, None)
            self._events.pop(key, None)

    def reset(self) -> int | None:
        """Forget everything; returns how many keys there were."""
        with self._guard:
            count = len(self._numbers) + len(self._events)
            self._numbers.clear()
            self._events.clear()
            return count
