"""大字: a choice kept in a plain cookie; pages stay the same bytes for everyone, one small stylesheet is one's own."""

from typing import cast

from flask import Response, make_response, redirect, request

from consult.base.text import printable
from consult.web import settings
from consult.web.citizen.blueprint import citizen

COOKIE = "display"
A_YEAR = 365 * 24 * 3600
LONGEST = 1000
# `plain` is set by display.js when large type is switched off without loading the page again
LARGE = """:root:not(.plain) { font-size: 140%; }
:root:not(.plain) .to-large { display: none; }
:root:not(.plain) .to-plain { display: inline-block; }
:root:not(.plain):has(#size:checked) { font-size: 100%; }
"""


@citizen.get("/display.css")
def display_css() -> Response:
    """The rules of large type where the reader has asked for it, else none."""
    response = make_response(LARGE if request.cookies.get(COOKIE) == "large" else "")
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    response.add_etag()
    return cast(Response, response.make_conditional(request))


@citizen.get("/display")
def display() -> Response:
    """Remember the choice for a year and go back to the page it was made on."""
    response = cast(Response, redirect(local_path(request.args.get("back", "")), 303))
    response.headers["Cache-Control"] = "no-store"
    if request.args.get("type") == "large":
        response.set_cookie(COOKIE, "large", max_age=A_YEAR, samesite="Lax", secure=settings().https)
    else:
        response.delete_cookie(COOKIE, samesite="Lax", secure=settings().https)
    return response


def local_path(back: str) -> str:
    """`back` where it is an address of this site, else the first page: nobody is sent elsewhere.

    //host, /\\host and whatever a browser would read as such are elsewhere; so are tabs and line feeds, which it drops.
    """
    local = back.startswith("/") and not back.startswith(("//", "/display")) and "\\" not in back
    return back if local and back == printable(back) and len(back) <= LONGEST else "/"
