"""Reply forms and scans between people and pages: handed out, read, waiting a day for the yes, then kept."""

from dataclasses import dataclass
from pathlib import Path

from flask import Response
from werkzeug.datastructures import FileStorage

from consult.base import files
from consult.base.errors import Refused, TooLarge
from consult.base.files import MIME, Upload
from consult.letters import form_sheet, form_word
from consult.letters.form_check import Reading, read
from consult.letters.form_items import Offered
from consult.letters.form_raw import MOST_BYTES
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.download import attachment
from consult.web.office import staging

WRITERS = {"docx": form_word.write, "xlsx": form_sheet.write}
FORM_NAME, SCAN_NAME = "反馈表", "扫描件"


@dataclass(frozen=True)
class Held:
    """An upload that waits: its token, name, hash and bytes."""

    token: str
    name: str
    sha256: str
    data: bytes


def folder() -> Path:
    """Where uploads wait."""
    return settings().instance / "staging"


def handed_out(offered: Offered, ending: str) -> Response:
    """The form as a file to be saved; `ending` is docx or xlsx."""
    data = WRITERS[ending](offered.form, moment())
    return attachment(Response(data, mimetype=MIME[ending]), f"征求意见反馈表-{offered.form.unit}.{ending}")


def sent(upload: object) -> Upload | None:
    """The file of a form field; None where none was chosen."""
    if not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return Upload(upload.filename, upload.read())


def reading(data: bytes, offered: Offered) -> Reading:
    """A filled form as it is read, or why it is not taken."""
    return read(data, offered.form, offered.pieces)


def hold_form(upload: Upload) -> Held:
    """Let a filled form wait; Refused beyond its size."""
    if len(upload.data) > MOST_BYTES:
        raise TooLarge(f"文件超过 {MOST_BYTES // files.MEGABYTE} MB，请删去图片后再上传。", "form_file")
    return _hold(upload, FORM_NAME)


def hold_scan(upload: Upload) -> Held:
    """Let a sealed scan wait; refused where its content is none of pdf, jpg, png, ofd."""
    files.check(upload, files.SCAN_KINDS, field="seal_file")
    return _hold(upload, SCAN_NAME)


def _hold(upload: Upload, fallback: str) -> Held:
    token = staging.stage(folder(), keys(), actor(), moment(), upload.data, upload.name or fallback)
    return held(token)


def held(token: str) -> Held:
    """What waits behind a token of this person; Refused where it is forged, somebody else's or a day old."""
    found = staging.fetch(folder(), keys(), actor(), moment(), token)
    return Held(token, found.name, found.sha256, found.data)


def held_scan(token: str) -> Held | None:
    """The scan behind a token; None for no token."""
    return held(token) if token else None


def keep(one: Held | None, field: str) -> int | None:
    """Keep for good what was confirmed, inside the transaction of its verb; the row's id."""
    if one is None:
        return None
    kind = files.sniff(one.data) or ("xlsx" if field == "form_file" else None)
    if kind is None:
        raise Refused("这个文件的内容不是可以接收的类型，请重新上传。", field)
    return files.keep(Upload(one.name, one.data), kind, settings().files, actor(), moment()).id
