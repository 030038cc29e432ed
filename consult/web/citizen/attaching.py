"""Attachments before the sending: uploads are checked at once, wait on the server, and are named by signed tokens.

No browser fills a file field in again. So whatever else is wrong with a form, the files it brought are kept: the
page that comes back names them in hidden fields `attached-N`, and the basket remembers them for a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import datetime

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from consult.base.crypto import Keys
from consult.base.db import transaction
from consult.base.errors import Refused, StageError
from consult.base.files import Upload
from consult.intake import attachments, basket
from consult.intake.attachments import KEPT, MOST_FILES, Waiting
from consult.web import keys, limits, settings

FIELD = "attached-"
TOO_MANY = f"一次最多带 {MOST_FILES} 个附件，多出来的没有加上：{{}}。"


def _signer(found: Keys) -> URLSafeSerializer:
    return URLSafeSerializer(found.form, salt="attached")


def named(one: Waiting, now: datetime) -> str:
    """The signed name of a waiting upload, good for as long as its bytes wait."""
    return str(_signer(keys()).dumps([*astuple(one), int((now + KEPT).timestamp())]))


def opened(name: str, now: datetime) -> Waiting | None:
    """The upload that a signed name speaks of; None where it is forged or too old."""
    try:
        sha256, shown, kind, size, mark, until = _signer(keys()).loads(name)
    except (BadSignature, TypeError, ValueError):
        return None
    return Waiting(sha256, shown, kind, size, mark) if now.timestamp() < until else None


def read(form: Mapping[str, str], token: str | None, consultation_id: int, now: datetime) -> dict[str, Waiting]:
    """signed name → upload for all that this visit brings or its basket remembers; the same bytes only once."""
    carried = [form[field] for field in sorted(form) if field.startswith(FIELD)]
    remembered = basket.files(keys(), token, consultation_id, now)
    found: dict[str, Waiting] = {}
    for name in [*carried, *remembered]:
        one = opened(name, now)
        if one is not None and one.sha256 not in {other.sha256 for other in found.values()}:
            found[name] = one
    return found


def require_fresh(form: Mapping[str, str], now: datetime) -> None:
    """Refuse a form that names an upload which waited too long: it must not go missing unseen."""
    if any(opened(form[field], now) is None for field in form if field.startswith(FIELD)):
        raise Refused("有附件放了超过一天，已经清理，还没有提交。请重新选择附件再提交；不要了，就直接再点一次“提交”。", "files")


def take_in(files: dict[str, Waiting], now: datetime) -> None:
    """Check and keep what the request uploads, adding it to `files`; raises for those that cannot be taken, last."""
    chosen = [one for one in request.files.getlist("files") if one.filename]
    refused: list[StageError] = []
    too_many = []
    for one in chosen:
        upload = Upload(one.filename or "", one.read())
        one.close()
        limits.count_upload()
        try:
            waiting = attachments.stage(settings().files, upload, now)
        except StageError as error:
            refused.append(error)
            continue
        if waiting.sha256 in {other.sha256 for other in files.values()}:
            attachments.unstage(settings().files, [waiting])
        elif len(files) >= MOST_FILES:
            attachments.unstage(settings().files, [waiting])
            too_many.append(f"“{waiting.name}”")
        else:
            files[named(waiting, now)] = waiting
    if too_many:
        refused.append(Refused(TOO_MANY.format("、".join(too_many)), "files"))
    if refused:
        raise type(refused[0])("".join(one.message for one in refused), "files")


def remember(token: str, consultation_id: int, now: datetime, names: Iterable[str]) -> None:
    """Let the basket remember these uploads, so that a page opened anew has them."""
    with transaction():
        basket.put_files(keys(), token, consultation_id, now, list(names))


def drop(files: dict[str, Waiting], mark: str) -> None:
    """Throw one upload away that somebody does not want to send."""
    for name, one in list(files.items()):
        if one.mark == mark:
            attachments.unstage(settings().files, [one])
            del files[name]
