"""The short way of an ordinary submission: the same door and the same words, without Flask's request around it.

In a rush most of what arrives is a small, well-formed sending. It is read, weighed, stored and answered here. Whatever
is not that, and whatever goes wrong, goes the long way, which judges it again and tells of it: nothing is stored twice,
for the send key of the first try goes along, and nothing is counted twice.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from io import BytesIO
from typing import Any

from flask import Flask, has_app_context

from consult.base.crypto import canonical
from consult.web.api.body import parsed
from consult.web.api.schemas import plainly
from consult.web.api.sending import receipt, send_key, store
from consult.web.headers import headers_of
from consult.web.limits import address_hash, weigh

BEFORE, AFTER = "/api/v1/consultations/", "/submissions"
MOST_BYTES = 64 * 1024


class Quick:
    """WSGI edge in front of Flask, for one address and one method."""

    def __init__(self, app: Flask) -> None:
        self._flask = app
        self._long_way = app.wsgi_app
        self._headers = [
            ("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers_of(app.config["SETTINGS"]),
        ]  # fmt: skip

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        slug = _slug(environ)
        if slug and not self._flask.config["SETTINGS"].captcha and (body := _body(environ)) is not None:
            told = self._take(environ, slug, body)
            if told is not None:
                start_response("201 CREATED", [*self._headers, ("Content-Length", str(len(told)))])
                return [told]
        return self._long_way(environ, start_response)

    def _take(self, environ: dict[str, Any], slug: str, body: bytes) -> bytes | None:
        """The receipt as bytes; None for the long way."""
        try:
            with nullcontext() if has_app_context() else self._flask.app_context():  # as Flask's request does
                given = plainly(parsed(body))
                if given is None:
                    return None
                key = environ["consult.send_key"] = send_key(slug, environ.get("HTTP_IDEMPOTENCY_KEY", ""))
                steps = environ["consult.steps"] = weigh(slug, environ)
                sent = store(slug, key, given, steps, address_hash(environ))
                return None if sent.repeated else f"{canonical(receipt(sent))}\n".encode()
        except Exception:  # the long way meets it again, and says and notes what it is
            return None


def _slug(environ: dict[str, Any]) -> str:
    """The project of a submission; empty for every other request."""
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] != "POST" or not path.startswith(BEFORE) or not path.endswith(AFTER):
        return ""
    slug = path[len(BEFORE) : -len(AFTER)]
    return slug if slug.isascii() and "/" not in slug else ""


def _body(environ: dict[str, Any]) -> bytes | None:
    """A small JSON body, left in its place for the long way; None for any other."""
    length = environ.get("CONTENT_LENGTH") or ""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind != "application/json" or not length.isdecimal() or not 0 < int(length) <= MOST_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(length) else None
