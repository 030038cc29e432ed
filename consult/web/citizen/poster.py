"""The poster for public places (公共场所陈列) on one sheet of A4, and the code that leads from paper to the draft."""

import io
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import segno
from flask import Response, render_template
from markupsafe import Markup

from consult.base.text import shorten
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.web import moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card, source
from consult.web.citizen.feed import site
from consult.web.citizen.shared import same_for_all

CONTACT_LINES = 5  # on paper
CONTACT_LINE = 44  # characters
SUMMARY = 160  # of the explanation, where nobody wrote plain words
SIZES = ((16, "s"), (34, "m"), (70, "l"), (140, "xl"))  # up to so many characters → class of the title


def address_of(project: Consultation, channel: str = "") -> str:
    """The whole address of a draft as it is printed, with its channel."""
    return f"{site()}/c/{project.slug}" + (f"?src={channel}" if channel else "")


@citizen.get("/c/<slug>/poster")
def poster(slug: str) -> Response:
    """One sheet: what it is about, until when, how to take part, and whom to call without a phone or a net."""
    project = find.public_by_slug(slug)
    one = card(project, moment())
    address = address_of(project, source() or "poster")
    plain = address_of(project)
    # a question speaks for itself; what stands on the page behind it is for those who want to know more
    asked = find.clauses(find.current_version(project).id)[0].text if one.asks else ""
    summary, contact = asked or summary_of(project), contact_of(project.contact)
    page = render_template(
        "citizen/poster.html", card=one, c=project, qr=_inline(address), address=address,
        shown=plain.removeprefix(f"{urlsplit(plain).scheme}://"), summary=summary, contact=contact,
        size=size_of(one.full_title), room=room_of(one.full_title, summary, contact),
    )  # fmt: skip
    return same_for_all(page)


@citizen.get("/c/<slug>/qr.svg")
def qr(slug: str) -> Response:
    """The code as a picture, to put into a letter, a notice or a slide."""
    project = find.public_by_slug(slug)
    drawn = io.BytesIO()
    segno.make(address_of(project, source()), error="m").save(
        drawn, kind="svg", scale=8, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return same_for_all(drawn.getvalue().decode(), "image/svg+xml")


def _inline(address: str) -> Markup:
    made = segno.make(address, error="m")
    return Markup(
        made.svg_inline(scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True, title="打开这个项目的二维码")
    )


def size_of(title: str) -> str:
    """The class that sets a title of this length so that the sheet stays one."""
    return next((name for most, name in SIZES if len(title) <= most), "xxl")


def summary_of(project: Consultation) -> str:
    """The plain words of the office, else the beginning of its explanation without HTML."""
    said = re.sub(r"</(?:p|li|h\d|tr)>", r"\g<0> ", project.explanation)
    return project.plain_summary or shorten(Markup(said).striptags(), SUMMARY)


def contact_of(contact: str) -> list[str]:
    """The contact as far as the sheet has room: whole lines, and of a first one that is endless its beginning."""
    found: list[str] = []
    left = CONTACT_LINES
    for line in (" ".join(one.split()) for one in contact.split("\n")):
        left -= -(-len(line) // CONTACT_LINE)
        if left < 0:
            break
        found += [line] if line else []
    return found or [shorten(contact, CONTACT_LINES * CONTACT_LINE)] * bool(contact.strip())


def room_of(title: str, summary: str, contact: Sequence[str]) -> str:
    """How closely the sheet is set: a class, empty for few words; found by trial in print, see its test."""
    lines = sum(-(-len(line) // CONTACT_LINE) for line in contact)
    words = len(title) + len(summary) + 30 * lines
    return "" if words <= 130 else "dense" if words <= 320 else "dense tight"
