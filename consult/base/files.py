"""An upload checked by its content, hashed, and kept under its hash."""

import hashlib
import io
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.crypto import digest
from consult.base.db import Model, db
from consult.base.errors import Refused, TooLarge, WrongType
from consult.base.people import Actor

MEGABYTE = 1024 * 1024
SCAN_KINDS = frozenset({"pdf", "jpg", "png", "ofd"})
ATTACHMENT_KINDS = frozenset({"pdf", "doc", "docx", "ofd", "jpg", "png"})
UNKNOWN = "bin"  # what a clerk keeps though nobody knows what it is: only ever saved, never opened here
MIME = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "ofd": "application/ofd",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ENDINGS = {"jpg": ("jpg", "jpeg"), "doc": ("doc", "wps")}  # other kinds end as they are called
_MEMBER = b"PK\x01\x02"  # how each line of a package's list of contents begins
MOST_MEMBERS = 20_000
NAMES = {
    "pdf": "PDF",
    "jpg": "JPG 图片",
    "png": "PNG 图片",
    "ofd": "OFD",
    "doc": "Word(doc、wps)",
    "docx": "Word(docx)",
    "xlsx": "Excel(xlsx)",
}


class StoredFile(Model):
    """One file as it came in; the bytes lie under `sha256` in the files folder."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[datetime]
    stored_by: Mapped[str]


@dataclass(frozen=True)
class Upload:
    """What a person sent: the name it had and its bytes."""

    name: str
    data: bytes


def sniff(data: bytes) -> str | None:
    """The kind of a file by its first bytes and, for packages, its members; never by its name."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "doc"
    if data.startswith(b"PK\x03\x04") and data.count(_MEMBER) <= MOST_MEMBERS:
        try:
            names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError):  # a list of contents made up to break readers
            return None
        if "OFD.xml" in names:
            return "ofd"
        if "word/document.xml" in names:
            return "docx"
        if "xl/workbook.xml" in names:
            return "xlsx"
    return None


def check(upload: Upload, kinds: frozenset[str], most: int = 10 * MEGABYTE, field: str = "file") -> str:
    """The kind of an acceptable upload; raises Refused, TooLarge or WrongType with what to do."""
    if not upload.data:
        raise Refused("这个文件是空的，请重新选择。", field)
    if len(upload.data) > most:
        raise TooLarge(f"文件不能超过 {most // MEGABYTE} MB，请压缩后再传。", field)
    kind = sniff(upload.data)
    if kind not in kinds:
        wanted = "、".join(name for one, name in NAMES.items() if one in kinds)
        if upload.data[4:8] == b"ftyp" and "png" in kinds:  # HEIC and its like, as phones take them
            raise WrongType("这是手机专用的照片或者视频格式，收不了。请打开照片截一张图，再传截图。", field)
        raise WrongType(f"这个文件的内容不是可以接收的类型，请上传：{wanted}。", field)
    return kind


def keep(upload: Upload, kind: str, folder: Path, actor: Actor, now: datetime) -> StoredFile:
    """Write the bytes under their hash (once) and the row that names them."""
    sha256 = hashlib.sha256(upload.data).hexdigest()
    path = place(folder, sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}.part")
        draft.write_bytes(upload.data)
        draft.replace(path)
    row = StoredFile(
        sha256=sha256,
        name=clean_name(upload.name, kind),
        kind=kind,
        size=len(upload.data),
        stored_at=now,
        stored_by=actor.ref,
    )
    db.session.add(row)
    db.session.flush()
    return row


def clean_name(name: str, kind: str) -> str:
    """The last part of a file's name, shown and offered as what the file is: no paths, no hidden or turning
    characters, an ending of its kind."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()
    stem, dot, ending = shown.rpartition(".")
    if not dot or ending.lower() not in ENDINGS.get(kind, (kind,)):
        stem, ending = shown, kind
    return f"{stem.strip('. ')[:110] or '未命名'}.{ending}"


def named(*stored: StoredFile | None) -> str:
    """SHA-256 over hash, name and kind of the files that a verb puts to use: what its entry seals of them."""
    return digest([[one.sha256, one.name, one.kind] for one in stored if one is not None])


def place(folder: Path, sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return folder / sha256[:2] / sha256
