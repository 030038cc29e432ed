"""The one door for files: sniffs the kind by content and hands the bytes to the reader of that kind."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consult.base.errors import Refused
from consult.drafts.reading.plaintext import decode

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<!doctype html|<html[\s>]|<body[\s>]", re.IGNORECASE)
MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a document, lines by line feeds, numbered from 1; `warnings` say what reading changed."""

    text: str
    warnings: tuple[str, ...] = ()


def read(path_or_bytes: str | Path | bytes, filename: str = "") -> Source:
    """The text of a file, or of bytes that came under `filename`.

    Raises `Refused` with what to do instead: empty, over 20 MB, encrypted, scanned, broken, of an unknown kind.
    """
    data, name = _bytes_of(path_or_bytes, filename)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refused("文件是空的，请检查后重新上传。")
    if len(data) > MOST_BYTES:
        raise Refused("文件超过 20 MB，请删去图片或拆成几个文件后再上传。")
    text, warnings = _reader(data, name)(data)
    if not text.strip():
        raise Refused("文件里没有文字（可能只有图片），请上传有文字的文件。")
    return Source(text, tuple(warnings))


def _bytes_of(path_or_bytes: str | Path | bytes, filename: str) -> tuple[bytes, str]:
    if isinstance(path_or_bytes, bytes):
        return path_or_bytes, filename.lower()
    path = Path(path_or_bytes)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refused("文件超过 20 MB，请删去图片或拆成几个文件后再上传。")
        return path.read_bytes(), (filename or path.name).lower()
    except OSError as error:
        raise Refused(f"打不开文件“{path.name}”，请检查路径。") from error


_Reader = Callable[[bytes], tuple[str, list[str]]]


def _reader(data: bytes, name: str) -> _Reader:
    """The reader for the content; the name decides only between kinds that look the same.

    Readers are imported when they are needed: a text file costs neither lxml nor PDFium.
    """
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        from consult.drafts.reading.package import read_package

        return read_package
    if data[:8] == _OLE or data[:5] == b"{\\rtf":
        return _read_legacy
    if b"%PDF-" in data[:1024]:
        from consult.drafts.reading.pdf import pdf_text

        return pdf_text
    if _HTML.search(data[:2048]) or (name.endswith((".htm", ".html")) and b"<" in data[:2048]):
        from consult.drafts.reading.html import html_text

        return html_text
    return _read_plain(data, name)


def _read_legacy(data: bytes) -> tuple[str, list[str]]:
    from consult.drafts.reading.legacy import legacy_docx, ole_suffix
    from consult.drafts.reading.package import read_package

    suffix = ole_suffix(data) if data[:8] == _OLE else ".rtf"
    text, warnings = read_package(legacy_docx(data, suffix))
    return text, [*warnings, "文件由 LibreOffice 转换，自动编号请逐条核对。"]


def _read_plain(data: bytes, name: str) -> _Reader:
    """Plain text; a picture or a program gets its own sentence, a wrong extension is believed last."""
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")):
        raise Refused("这是图片。请上传可以复制文字的文件，或先做文字识别。")
    if name.endswith((".docx", ".ofd")):
        raise Refused("文件已损坏或不完整，请重新保存后再上传。")
    return decode
