"""Scans of a letter that a clerk enters: kept at once, so that no later refusal of the form loses them."""

from collections.abc import Sequence
from datetime import datetime

from werkzeug.datastructures import FileStorage

from consult.base.errors import Refused
from consult.base.files import Upload
from consult.intake import attachments
from consult.intake.attachments import MOST_SCANS, Waiting
from consult.web import settings
from consult.web.citizen.attaching import named, opened


def held(names: Sequence[str], now: datetime) -> dict[str, Waiting]:
    """signed name → upload of those that an earlier page kept. Raises Refused where one has waited too long."""
    found = {name: opened(name, now) for name in names}
    if any(one is None for one in found.values()):
        raise Refused("扫描件放了超过一天，已经清理，请重新选择。", "scans")
    return {name: one for name, one in found.items() if one is not None}


def take_in(kept: dict[str, Waiting], uploads: Sequence[FileStorage], now: datetime) -> None:
    """Add what was uploaded; the same bytes once. Raises Refused for what cannot be taken."""
    for one in uploads:
        upload = Upload(one.filename or "", one.read())
        try:
            waiting = attachments.stage_scan(settings().files, upload, now)
        except Refused as refusal:
            raise type(refusal)(refusal.message, "scans") from None
        if waiting.sha256 in {other.sha256 for other in kept.values()}:
            attachments.unstage(settings().files, [waiting])
        else:
            kept[named(waiting, now)] = waiting
    if len(kept) > MOST_SCANS:
        raise Refused(f"一份最多带 {MOST_SCANS} 个文件。", "scans")
