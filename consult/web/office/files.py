"""Downloads: scans of answers that were sent, and any bytes as an attachment with a Chinese name."""

from urllib.parse import quote

from flask import Response, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.files import MIME, StoredFile, place
from consult.letters.models import FormalOpinion
from consult.web import settings
from consult.web.office.blueprint import bp


def attachment(response: Response, name: str) -> Response:
    """To be saved, never shown: a name in RFC 5987, no guessing of types, no copy kept."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in ".-_") else "_" for char in name)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/files/<int:number>")
def file(number: int) -> ResponseReturnValue:
    """The sealed scan of an answer; what a unit has not sent yet is its own (R34)."""
    sent = select(FormalOpinion.id).where(FormalOpinion.seal_file_id == number, FormalOpinion.sent_at.is_not(None))
    stored = db.session.get(StoredFile, number) if db.session.scalar(sent.limit(1)) else None
    path = place(settings().files, stored.sha256) if stored else None
    if stored is None or path is None or not path.is_file():
        raise NotFound("没有找到这份文件。")
    return attachment(send_file(path, mimetype=MIME.get(stored.kind, "application/octet-stream")), stored.name)
