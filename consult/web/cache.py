"""Public pages in front of Flask: rendered once a second, kept compressed, answered with an ETag.

Only what says of itself that it is the same for everybody is kept: GET, status 200, `Cache-Control: public`,
no cookie set. While one request renders a page anew, the others get the bytes of a second ago. A page with a
query is compressed all the same but not kept, for a query could name endless pages; only the `?src=` of a
followed link is, since everybody who follows that link asks for it.
"""

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

FRESH_SECONDS = 1.0
STALE_SECONDS = 10.0  # at most so old while somebody else renders
MOST_PAGES = 400
MOST_BYTES = 64_000_000  # in all
# programs that ask the API want to see what was written just now; the display sheet is everybody's own
NEVER = ("/api/", "/display")
_FOLLOWED = re.compile(r"src=[A-Za-z0-9_-]{1,40}\Z")

StartResponse = Callable[..., Any]


@dataclass
class Page:
    """One page as it goes over the wire."""

    headers: list[tuple[str, str]]
    plain: bytes
    packed: bytes
    etag: str
    made: float
    renewing: bool = False

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return len(self.plain) + len(self.packed)


class PageCache:
    """WSGI edge that keeps public pages of one process for a second."""

    def __init__(self, app: Callable[..., Iterable[bytes]], clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._guard = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or path.startswith(NEVER):
            return self._app(environ, start_response)
        if query and not _FOLLOWED.match(query):
            return self._render("", environ, start_response)
        key = f"{environ['wsgi.url_scheme']}|{environ.get('HTTP_HOST', '')}|{path}?{query}"
        page = self._kept(key)
        if page is None:
            return self._render(key, environ, start_response)
        return answer(page, environ, start_response)

    def _kept(self, key: str) -> Page | None:
        """The page where it may still be shown; None tells the caller to render it."""
        now = self._clock()
        with self._guard:
            page = self._pages.get(key)
            if page is None or now - page.made > STALE_SECONDS:
                return None
            if now - page.made > FRESH_SECONDS and not page.renewing:
                page.renewing = True
                return None
            self._pages.move_to_end(key)
            return page

    def _render(self, key: str, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Ask the application; what is public is compressed, and kept under `key` where there is one."""
        caught: list[Any] = []

        def catch(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
            caught[:] = [status, headers, exc_info]
            return lambda _data: None

        asked = environ | {"REQUEST_METHOD": "GET"}
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"):
            asked.pop(name, None)
        made = self._clock()
        body = self._app(asked, catch)
        status, headers, exc_info = caught
        if not _public(status, headers):
            self._forget(key)
            start_response(status, headers, exc_info) if exc_info else start_response(status, headers)
            return _headless(body, environ)
        try:
            plain = b"".join(body)
        finally:
            if hasattr(body, "close"):
                body.close()
        page = page_of(headers, plain, made)
        if key:
            self._keep(key, page)
        return answer(page, environ, start_response)

    def _keep(self, key: str, page: Page) -> None:
        with self._guard:
            self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while len(self._pages) > MOST_PAGES or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: str) -> None:
        found = self._pages.pop(key, None)
        if found is not None:
            self._bytes -= found.size

    def _forget(self, key: str) -> None:
        with self._guard:
            self._drop(key)


def _public(status: str, headers: list[tuple[str, str]]) -> bool:
    names = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and "set-cookie" not in names
        and "content-encoding" not in names
        and names.get("cache-control", "").startswith("public")
    )


def _headless(body: Iterable[bytes], environ: dict[str, Any]) -> Iterable[bytes]:
    """A HEAD request gets the answer of its GET without the body."""
    if environ["REQUEST_METHOD"] != "HEAD":
        return body
    if hasattr(body, "close"):
        body.close()
    return []


def page_of(headers: list[tuple[str, str]], plain: bytes, made: float) -> Page:
    """A page ready to be sent, compressed, with an ETag over its bytes."""
    kept = [(name, value) for name, value in headers if name.lower() not in ("content-length", "etag", "vary")]
    etag = '"' + hashlib.sha256(plain).hexdigest()[:24] + '"'
    return Page(kept, plain, gzip.compress(plain, 6, mtime=0), etag, made)


def answer(page: Page, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Send a page: packed where the reader can unpack it, 304 where he has it."""
    shared = [*page.headers, ("ETag", page.etag), ("Vary", "Accept-Encoding")]
    asked = [one.strip().removeprefix("W/") for one in environ.get("HTTP_IF_NONE_MATCH", "").split(",")]
    if page.etag in asked:
        start_response("304 NOT MODIFIED", [one for one in shared if one[0].lower() != "content-type"])
        return []
    packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "").lower()
    body = page.packed if packed else page.plain
    extra = [("Content-Encoding", "gzip")] if packed else []
    start_response("200 OK", [*shared, *extra, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
