"""Counts views of drafts in front of the page cache; a thread of its own writes the sums, never a request.

A page is never slower or missing for it: what cannot be written now waits in memory, and what does not fit
there is counted under 其他.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from multiprocessing.util import Finalize
from typing import Any
from urllib.parse import parse_qs

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from consult.base.clock import local_date
from consult.base.db import transaction
from consult.drafts import views
from consult.drafts.views import OTHER, Count

log = structlog.get_logger("consult.views")
EVERY_SECONDS = 30.0
MOST_WAITING = 5_000  # counts of different projects, days and links in memory
_DRAFT = re.compile(r"/c/([^/]+)\Z")
_SOURCE = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
_ROBOT = re.compile(r"bot\b|bot[/;]|crawl|spider|slurp|preview|monitor|curl/|wget/|python-|-http-client", re.IGNORECASE)


class ViewCounter:
    """WSGI edge that counts, and the sums that wait to be written."""

    def __init__(self, app: Callable[..., Iterable[bytes]], flask: Flask, every: float = EVERY_SECONDS) -> None:
        """`every` seconds the sums are written; 0: only when `write` is called."""
        self._app, self._flask, self._every = app, flask, every
        self._waiting: Counter[Count] = Counter()
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._writer: threading.Thread | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        slug = _opened(environ)
        if not slug:
            return self._app(environ, start_response)

        def seen(status: str, *rest: Any) -> Any:
            if status[:3] in ("200", "304"):
                self._count(slug, _source(environ))
            return start_response(status, *rest)

        return self._app(environ, seen)

    def _count(self, slug: str, source: str) -> None:
        now: datetime = self._flask.extensions["clock"]()
        with self._guard:
            key = (slug, local_date(now), source)
            if key not in self._waiting and len(self._waiting) >= MOST_WAITING:
                key = (slug, key[1], OTHER)
            self._waiting[key] += 1
            if self._every and self._writer is None:
                self._begin()

    def _begin(self) -> None:
        """Start the writing thread in the process that serves, and see to it that the last sums are written."""
        self._writer = threading.Thread(target=self._write_on, name="views", daemon=True)
        self._writer.start()
        # a server's worker process runs these at its end, but not what atexit knows
        Finalize(None, self._end, exitpriority=10)

    def _write_on(self) -> None:
        while not self._ended.wait(self._every):
            self.write()

    def _end(self) -> None:
        self._ended.set()
        self.write()

    def write(self) -> bool:
        """Write what waits; False where the database does not take it now, and then it waits on."""
        with self._guard:
            taken, self._waiting = self._waiting, Counter()
        if not taken:
            return True
        try:
            with self._flask.app_context(), transaction():
                views.add(taken)
            return True
        except (SQLAlchemyError, OSError) as error:
            log.warning("views wait", error=str(error))
            with self._guard:
                self._waiting.update(taken)
            return False


def _opened(environ: dict[str, Any]) -> str:
    """The slug of the draft that somebody opens; empty for anything else and for robots that say so."""
    found = _DRAFT.match(environ["PATH_INFO"])
    if not found or environ["REQUEST_METHOD"] != "GET" or environ.get("HTTP_SEC_PURPOSE", "").startswith("prefetch"):
        return ""
    return "" if _ROBOT.search(environ.get("HTTP_USER_AGENT", "")) else found[1]


def _source(environ: dict[str, Any]) -> str:
    typed = parse_qs(environ.get("QUERY_STRING", "")[:500]).get("src", [""])[0]
    return typed if _SOURCE.match(typed) else ""
