"""Stylesheets, scripts and drawings in front of Flask: compressed once at start, kept for a year under their version.

The version is part of the folder, so that a script's own imports (`./basket.js`) come from the same version. An
address without it, or with another machine's, gets the present file and is asked for again each time.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from consult.web.cache import Page, answer, page_of
from consult.web.headers import HEADERS

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"
_ADDRESS = re.compile(r"/static/(?:(v[0-9a-f]{10})/)?(.+)\Z", re.ASCII)


class Assets:
    """WSGI edge that answers for the text files of one folder; everything else goes on to the application."""

    def __init__(self, app: Callable[..., Iterable[bytes]], root: Path) -> None:
        found = {one.relative_to(root).as_posix(): one.read_bytes() for one in root.rglob("*") if one.suffix in TYPES}
        whole = hashlib.sha256()
        for name, data in sorted(found.items()):
            whole.update(f"{name} {len(data)} ".encode() + data)
        self.version = "v" + whole.hexdigest()[:10]
        self._app = app
        self._pages = {
            (name, lasting): _page(name, data, lasting) for name, data in found.items() for lasting in (True, False)
        }

    def address(self, name: str) -> str:
        """The address of a file that may be kept for a year; raises KeyError for a file that is not there."""
        self._pages[(name, True)]
        return f"/static/{self.version}/{name}"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = _ADDRESS.match(environ["PATH_INFO"])
        if not found or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        page = self._pages.get((found[2], found[1] == self.version))
        return answer(page, environ, start_response) if page else self._app(environ, start_response)


def _page(name: str, data: bytes, lasting: bool) -> Page:
    kind = TYPES[Path(name).suffix]
    return page_of([("Content-Type", kind), ("Cache-Control", A_YEAR if lasting else ASK_AGAIN), *HEADERS.items()], data, 0.0)
