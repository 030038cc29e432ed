"""Bytes to be saved, never shown: attachments of opinions, scans, receipts."""

from pathlib import Path
from urllib.parse import quote

from flask import Response, send_file

from consult.base.errors import NotFound
from consult.base.files import MIME


def attachment(response: Response, name: str) -> Response:
    """To be saved, never shown: a name in RFC 5987, no guessing of types, no copy kept."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in ".-_") else "_" for char in name)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def stored(path: Path, kind: str, name: str) -> Response:
    """A kept file as an attachment; NotFound where its bytes are not there."""
    if not path.is_file():
        raise NotFound("没有找到这份文件。")
    return attachment(send_file(path, mimetype=MIME.get(kind, "application/octet-stream")), name)
