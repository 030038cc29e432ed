"""The draft as a file: text and Word made on the spot, PDF made beforehand by a job."""

from urllib.parse import quote

from flask import Response, make_response, render_template

from consult.base.files import MIME
from consult.drafts import download, find
from consult.web import moment, settings
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import Card, card
from consult.web.citizen.shared import same_for_all


def _file(body: bytes, name: str, mimetype: str) -> Response:
    response = make_response(body)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.add_etag()
    return response


def _paper(slug: str) -> tuple[Card, download.Paper]:
    project = find.public_by_slug(slug)
    return card(project, moment()), download.paper_of(project, find.current_version(project))


@citizen.get("/c/<slug>/download.txt")
def download_txt(slug: str) -> Response:
    """Plain text, UTF-8 with a mark so that every editor on Windows reads it."""
    one, paper = _paper(slug)
    return _file(b"\xef\xbb\xbf" + download.text_of(paper).encode(), f"{one.full_title}.txt", "text/plain")


@citizen.get("/c/<slug>/download.docx")
def download_docx(slug: str) -> Response:
    """Word, set like an official document."""
    one, paper = _paper(slug)
    return _file(download.docx_of(paper), f"{one.full_title}.docx", MIME["docx"])


@citizen.get("/c/<slug>/download.pdf")
def download_pdf(slug: str) -> Response:
    """The PDF where it has been made; else a page that offers Word."""
    one, paper = _paper(slug)
    path = download.place(settings().instance, paper)
    if path.is_file():
        return _file(path.read_bytes(), f"{one.full_title}.pdf", MIME["pdf"])
    return same_for_all(render_template("citizen/pdf_waiting.html", card=one, c=one.project), status=404)
