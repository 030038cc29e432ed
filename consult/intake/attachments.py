"""Files that come with a sending: checked by content, waiting a day for the sending, kept under their hash (R16)."""

import hashlib
import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import exists, select

from consult.base import files
from consult.base.db import db, serialise
from consult.base.errors import Refused, StageError, TooLarge
from consult.base.files import ATTACHMENT_KINDS, MEGABYTE, StoredFile, Upload
from consult.intake.models import Attachment

log = structlog.get_logger("consult.attachments")

MOST_FILES = 3
MOST_SCANS = 20  # files of one letter or mail that a clerk enters
MOST_SCAN = 20 * MEGABYTE
KEPT = timedelta(hours=24)
MOST_WAITING = 2048 * MEGABYTE  # all that waits in the folder: nobody fills the disk with files never sent
WAITING = "waiting"


@dataclass(frozen=True)
class Waiting:
    """A checked upload that waits for its sending; `mark` tells two uploads of the same bytes apart."""

    sha256: str
    name: str
    kind: str
    size: int
    mark: str

    @property
    def facts(self) -> list[object]:
        """What the digest of the sending covers: never the name, which withdrawal erases."""
        return [self.sha256, self.kind, self.size]


@dataclass(frozen=True)
class Held:
    """One file of a sending; the name is gone where `erased_at` says when it was taken back."""

    submission_id: int
    ordinal: int
    sha256: str
    name: str
    kind: str
    size: int
    erased_at: datetime | None

    @property
    def facts(self) -> list[object]:
        """As `Waiting.facts`."""
        return [self.sha256, self.kind, self.size]


def stage(folder: Path, upload: Upload, now: datetime) -> Waiting:
    """Check an upload and keep its bytes for a day; the refusal names the file. `folder` holds all files."""
    name = files.clean_name(upload.name, "").rstrip(".")
    try:
        kind = files.check(upload, ATTACHMENT_KINDS, field="files")
    except StageError as error:
        raise type(error)(f"附件“{name}”没有加上：{error.message}", "files") from None
    if _waiting_bytes(folder) + len(upload.data) > MOST_WAITING:
        raise Refused("现在上传附件的人太多，请过一会儿再加附件，或者先提交文字意见。", "files")
    return _wait(folder, upload, kind, now)


def stage_scan(folder: Path, upload: Upload, now: datetime) -> Waiting:
    """As `stage`, for what a clerk enters: a scan, or a file that came with a mail; kept whatever it is (R21)."""
    if not upload.data:
        raise Refused(f"文件“{upload.name}”是空的，请重新选择。", "files")
    if len(upload.data) > MOST_SCAN:
        raise TooLarge(f"文件“{upload.name}”超过 {MOST_SCAN // MEGABYTE} MB，请压缩后再传。", "files")
    return _wait(folder, upload, files.sniff(upload.data) or files.UNKNOWN, now)


def _wait(folder: Path, upload: Upload, kind: str, now: datetime) -> Waiting:
    sha256 = hashlib.sha256(upload.data).hexdigest()
    found = Waiting(sha256, files.clean_name(upload.name, kind), kind, len(upload.data), secrets.token_hex(8))
    path = _path(folder, found)
    try:
        _write(path, upload.data, now)
    except OSError as error:
        log.error("attachment not kept", error=str(error))
        raise Refused(f"附件“{found.name}”现在存不下来，没有加上。您写的文字都在，可以先提交文字意见。", "files") from None
    return found


def _write(path: Path, data: bytes, now: datetime) -> None:
    """Bytes on disk whole or not at all, a full disk included."""
    draft = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with draft.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.utime(draft, (now.timestamp(), now.timestamp()))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def unstage(folder: Path, waiting: Iterable[Waiting]) -> None:
    """Throw waiting bytes away: they were sent, or nobody wants them any more."""
    for one in waiting:
        _path(folder, one).unlink(missing_ok=True)


def sweep(folder: Path, now: datetime) -> None:
    """Throw away what has waited for more than a day."""
    for path in (folder / WAITING).glob("*"):
        try:
            if path.stat().st_mtime < (now - KEPT).timestamp():
                path.unlink()
        except FileNotFoundError:
            continue


def attach(
    folder: Path, now: datetime, submission_id: int, waiting: Sequence[Waiting], stored_by: str = "citizen",
    most: int = MOST_FILES,
) -> None:  # fmt: skip
    """Put the files beside their sending, inside its transaction; Refused where the bytes are gone or too many."""
    if len(waiting) > most:
        raise Refused(f"一次最多带 {most} 个附件，请拿掉几个再提交。", "files")
    for ordinal, one in enumerate(waiting, 1):
        serialise(f"file:{one.sha256}")
        _settle(folder, one)
        row = StoredFile(
            sha256=one.sha256, name=one.name, kind=one.kind, size=one.size, stored_at=now, stored_by=stored_by
        )
        db.session.add(row)
        db.session.flush()
        db.session.add(Attachment(submission_id=submission_id, ordinal=ordinal, file_id=row.id, sha256=one.sha256))
    db.session.flush()


def of(submission_ids: Iterable[int]) -> dict[int, list[Held]]:
    """submission id → its files in order; those without any are not in it."""
    found: dict[int, list[Held]] = defaultdict(list)
    query = (
        select(Attachment, StoredFile)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.submission_id.in_(list(submission_ids)))
        .order_by(Attachment.submission_id, Attachment.ordinal)
    )
    for one, stored in db.session.execute(query):
        found[one.submission_id].append(
            Held(one.submission_id, one.ordinal, one.sha256, stored.name, stored.kind, stored.size, one.erased_at)
        )
    return dict(found)


def erase(now: datetime, submission_id: int, ordinals: Iterable[int] | None = None) -> list[int]:
    """Mark files as taken back and forget their names; all of a sending without `ordinals`. Returns which.

    The bytes go once this is committed: `shred`.
    """
    query = (
        select(Attachment, StoredFile)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.submission_id == submission_id, Attachment.erased_at.is_(None))
    )
    gone = []
    for one, stored in db.session.execute(query.order_by(Attachment.ordinal)).all():
        if ordinals is None or one.ordinal in ordinals:
            one.erased_at, stored.name = now, f"附件{one.ordinal}.{stored.kind}"
            gone.append(one.ordinal)
    db.session.flush()
    return gone


def shred(folder: Path) -> int:
    """Delete the bytes of files that were taken back, unless another row holds the same; returns how many.

    A transaction of its own after the one that marked them: bytes that were unlinked cannot be rolled back.
    """
    taken_back = select(Attachment.file_id).where(Attachment.erased_at.is_not(None))
    held = exists().where(StoredFile.sha256 == Attachment.sha256, StoredFile.id.not_in(taken_back))
    query = select(Attachment.sha256).where(Attachment.erased_at.is_not(None), ~held).distinct()
    count = 0
    for sha256 in db.session.scalars(query).all():
        path = files.place(folder, sha256)
        if path.exists():
            serialise(f"file:{sha256}")
            if not db.session.scalar(
                select(StoredFile.id).where(StoredFile.sha256 == sha256, StoredFile.id.not_in(taken_back)).limit(1)
            ):
                path.unlink(missing_ok=True)
                count += 1
    return count


def _path(folder: Path, one: Waiting) -> Path:
    return folder / WAITING / f"{one.sha256}-{one.mark}"


def _waiting_bytes(folder: Path) -> int:
    total = 0
    for path in (folder / WAITING).glob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total


def _settle(folder: Path, one: Waiting) -> None:
    """Give the waiting bytes their lasting place; nothing is copied where the file system can link."""
    target, source = files.place(folder, one.sha256), _path(folder, one)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise Refused(f"附件“{one.name}”放得太久，已经清理了，请拿掉以后重新选择。", "files") from None
    except FileExistsError:
        return
    except OSError:
        draft = target.with_suffix(f".{one.mark}.part")
        shutil.copyfile(source, draft)
        draft.replace(target)
