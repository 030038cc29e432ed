"""Uploads between two pages: bytes under their hash in `instance/staging`, named by a signed token, gone in a day."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from consult.base.crypto import Keys
from consult.base.errors import Refused
from consult.base.people import Actor

LASTS = timedelta(days=1)
LOCK = "lock"  # writers of corrections queue on it; it is never thrown away
PASTED = "粘贴的文本.txt"
GONE = "上传的文件已经过期，请重新上传。填写的内容请先复制保存。"


@dataclass(frozen=True)
class Staged:
    """A source that waits for its second page."""

    data: bytes
    name: str
    sha256: str


def _signer(keys: Keys) -> URLSafeSerializer:
    return URLSafeSerializer(keys.form, salt="staging")


def stage(folder: Path, keys: Keys, actor: Actor, now: datetime, data: bytes, name: str) -> str:
    """Keep the bytes for a day; the token is good for this person only, and every upload has its own."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder, now)
    sha256 = hashlib.sha256(data).hexdigest()
    path = folder / sha256
    draft = folder / f"{sha256}.{os.getpid()}.part"
    draft.write_bytes(data)
    draft.replace(path)
    os.utime(path, (now.timestamp(), now.timestamp()))
    name = Path(name.replace("\\", "/")).name[:120] or PASTED
    return str(_signer(keys).dumps([sha256, name, actor.ref, int((now + LASTS).timestamp()), secrets.token_hex(4)]))


def opened(keys: Keys, actor: Actor, now: datetime, token: str) -> tuple[str, str]:
    """(hash, name) that a token speaks of; Refused where it is forged, somebody else's or too old."""
    try:
        sha256, name, ref, until, _ = _signer(keys).loads(token)
        if ref == actor.ref and now.timestamp() < until:
            return sha256, name
    except (BadSignature, ValueError, TypeError):
        pass
    raise Refused(GONE, "file")


def fetch(folder: Path, keys: Keys, actor: Actor, now: datetime, token: str) -> Staged:
    """The bytes behind a token; Refused where it is forged, somebody else's or too old."""
    sha256, name = opened(keys, actor, now, token)
    try:
        return Staged((folder / sha256).read_bytes(), name, sha256)
    except OSError:
        raise Refused(GONE, "file") from None


def _sweep(folder: Path, now: datetime) -> None:
    """Throw away what nobody came back for."""
    for path in folder.iterdir():
        if path.name == LOCK:
            continue
        try:
            if path.stat().st_mtime < (now - LASTS).timestamp():
                path.unlink()
        except FileNotFoundError:
            continue
