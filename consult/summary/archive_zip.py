"""Pure: a zip read without trust: every byte of it accounted for, every name harmless, nothing unpacked beyond its size."""

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

CHUNK = 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # every member carries this time: what the archive says of time stands in its metadata
SYSTEM, MODE = 3, 0o600 << 16
MOST_MEMBERS = 1_000_000
BOMB = 900  # zeros shrink to a 1030th; rows of a campaign with one long text, each with its numbers, to a 500th
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_SMALL = 0xFFFF_FFFF
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    OverflowError,
    ValueError,
)


def member(name: str, size: int) -> zipfile.ZipInfo:
    """How a file is entered into an archive: the same facts for the same name and size, so that all can be checked."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.create_system, info.external_attr, info.file_size = (
        zipfile.ZIP_DEFLATED,
        SYSTEM,
        MODE,
        size,
    )
    return info


def harmless(name: str) -> bool:
    """Whether a member's name may become a file under some folder: plain letters, no way up, no root, no drive."""
    return len(name) <= 200 and _NAME.fullmatch(name) is not None


def list_fault(archive: zipfile.ZipFile, size: int) -> str:
    """What is wrong with the list of contents of an archive of `size` bytes, before anything of it is unpacked."""
    found = archive.infolist()
    names = [one.filename for one in found]
    if len(names) > MOST_MEMBERS or len(names) != len(set(names)):
        return "包内有重名的文件"
    for one in found:
        if not harmless(one.filename):
            return f"包内有文件名不合规的文件 {one.filename[:200]!r}"
        if one.file_size > 100 * CHUNK and one.file_size > BOMB * one.compress_size:
            return f"文件 {one.filename} 解压后大得不合常理，可能是恶意制作的压缩包"
    return "包内的文件互相重叠" if sum(one.compress_size for one in found) > size else ""


def sha256_of(archive: zipfile.ZipFile, name: str, most: int) -> tuple[str, int]:
    """(SHA-256, size) of a member's content; ("", 0) where it does not unpack or is longer than `most` bytes."""
    found, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as file:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > most:
                    return "", 0
                found.update(chunk)
    except BROKEN:
        return "", 0
    return found.hexdigest(), size


def layout_faults(path: Path, archive: zipfile.ZipFile) -> Iterator[str]:
    """Every byte around the members that is not as `member` and zipfile write it, named by the member it belongs to."""
    ordered = sorted(archive.infolist(), key=lambda one: one.header_offset)
    with path.open("rb") as file:
        at = 0
        for info in ordered:
            length = _header(file, info) if info.header_offset == at and _plain(info) else 0
            if not length:
                yield f"文件 {info.filename} 的登记信息被改动"
                return
            at += length + info.compress_size
        if at != archive.start_dir:
            yield "包内夹有不属于任何文件的内容"
            return
        yield from _end(file, archive, ordered)


def _plain(info: zipfile.ZipInfo) -> bool:
    made = (info.create_system, info.external_attr, info.internal_attr, info.date_time, info.comment)
    extra = not info.extra or max(info.file_size, info.compress_size, info.header_offset) >= 0x7FFF_0000
    return made == (SYSTEM, MODE, 0, EPOCH, b"") and extra and info.flag_bits == 0 and info.volume == 0


def _header(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    """The length of the header that stands before a member's bytes; 0 where it says other than the list of contents."""
    file.seek(info.header_offset)
    sign, version, flags, method, time, date, crc, packed, size, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    own = file.read(name)
    said = (sign, flags, method, time, date, crc, own)
    meant = (b"PK\x03\x04", 0, zipfile.ZIP_DEFLATED, 0, 33, info.CRC, info.filename.encode())
    if said != meant or info.compress_type != zipfile.ZIP_DEFLATED:
        return 0
    if not extra:
        sizes = (packed, size, version) == (info.compress_size, info.file_size, 20)
        return _LOCAL.size + name if sizes and info.extract_version in (20, 45) else 0
    large = struct.pack("<2H2Q", 1, 16, info.file_size, info.compress_size)  # a member of more than 2 GB
    return _LOCAL.size + name + extra if file.read(extra) == large and (packed, size) == (_SMALL, _SMALL) else 0


def _end(file: BinaryIO, archive: zipfile.ZipFile, ordered: list[zipfile.ZipInfo]) -> Iterator[str]:
    """The list of contents and the end, written anew and compared; archives of more than 2 GB have further records."""
    if len(ordered) > 0xFFFF or archive.start_dir >= 0x7FFF_0000 or any(one.extra for one in ordered):
        file.seek(-_END.size, SEEK_END)
        if not file.read().startswith(b"PK\x05\x06") or archive.comment:
            yield "包的目录被改动"
        return
    listed = b"".join(map(_entry, archive.infolist()))
    end = _END.pack(b"PK\x05\x06", 0, 0, len(ordered), len(ordered), len(listed), archive.start_dir, 0)
    file.seek(archive.start_dir)
    if file.read(len(listed) + len(end) + 1) != listed + end:
        yield "包的目录被改动"


def _entry(info: zipfile.ZipInfo) -> bytes:
    """A line of the list of contents as zipfile writes it."""
    name = info.filename.encode()
    return struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, SYSTEM, 20, 0, 0, zipfile.ZIP_DEFLATED, 0, 33, info.CRC,
                       info.compress_size, info.file_size, len(name), 0, 0, 0, 0, MODE, info.header_offset) + name  # fmt: skip
