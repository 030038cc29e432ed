"""Answers that are the same bytes for everyone: no cookie, an ETag, asked again each time."""

from typing import cast

from flask import Response, make_response, request


def same_for_all(body: str, mimetype: str = "text/html", status: int = 200) -> Response:
    """A cacheable answer; 304 where the reader has these bytes already."""
    response = make_response(body, status)
    response.mimetype = mimetype
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.add_etag()
    return cast(Response, response.make_conditional(request))


def for_one(body: str, status: int = 200) -> Response:
    """An answer for one person: nobody keeps it."""
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response
