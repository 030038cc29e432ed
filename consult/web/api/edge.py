"""The API reads no cookie: not by care in each page, but because none gets this far."""

from collections.abc import Callable, Iterable
from typing import Any

PREFIX = "/api/"


class WithoutCookies:
    """WSGI edge: whatever a browser or a program sends along as cookies is dropped under /api/."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return self._app(environ, start_response)
        environ.pop("HTTP_COOKIE", None)

        def without_vary(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            # the session is asked whether somebody is logged in, and says so though it read nothing
            kept = [(name, value) for name, value in headers if (name.lower(), value) != ("vary", "Cookie")]
            return start_response(status, kept, *rest)

        return self._app(environ, without_vary)
