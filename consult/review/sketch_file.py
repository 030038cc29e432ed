"""The sketches of stored opinions in one file beside the database: made anew at any time, added to, and never believed blindly.

The file is a row of blocks, least byte first: 8 bytes of name and version, then uint64 texts, uint64 hashes, uint64
CRC-32 of what follows; int64 ids; int64 how many hashes each has; uint32 hashes, sorted; uint32 the text in the block
that has each. So hashes are looked up where they lie, and a million opinions are not read. `write` makes one block in a
file of its own and puts it in place at once; `append` adds a block. Whatever does not fit raises `Spoiled`: make the
file again from the database.
"""

import contextlib
import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from isal import isal_zlib  # its CRC-32 is that of zlib and takes a tenth of the time

from consult.review.singles import Inverted, inverted, joined
from consult.review.sketch import DENSEST, RUN, SAMPLE, Array, Sketch

NAME = b"sketch2" + bytes([(RUN * 31 + SAMPLE * 7 + int(1 / DENSEST)) % 256])  # another sampling is another file
_HEAD = struct.Struct("<8sQQQ")
MOST_BLOCKS = 500
LARGE_TAIL = 4  # what was added is put in order with the rest when it is a fourth of it


class Spoiled(Exception):
    """The file is not there, cut off or altered: make it again."""


def write(path: Path, ids: Array, sketch: Sketch) -> None:
    """Puts the sketches of the opinions `ids` in place of whatever is there."""
    _put(path, ids, inverted(sketch))


def _put(path: Path, ids: Array, made: Inverted) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as out:
            for part in _block(ids, made):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def append(path: Path, ids: Array, sketch: Sketch) -> None:
    """Adds sketches; a file with much added to it is written anew as one block. Raises `Spoiled` where `load` would."""
    blocks, old_ids, parts = _read(path)
    made = inverted(sketch)
    added = sum(len(one.hashes) for one in parts[1:]) + len(made.hashes)
    if blocks >= MOST_BLOCKS or (blocks > 1 and added * LARGE_TAIL > len(parts[0].hashes)):
        _put(path, np.concatenate((old_ids, ids)), joined([*parts, made]))
        return
    size = path.stat().st_size
    try:
        with path.open("ab") as out:
            for part in _block(ids, made):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            os.truncate(path, size)
        raise


def load(path: Path) -> tuple[Array, list[Inverted]]:
    """The ids (int64) and their sketches in one or two parts, in the order of writing."""
    _, ids, parts = _read(path)
    return ids, [parts[0], joined(parts[1:])] if len(parts) > 1 else parts


def _block(ids: Array, made: Inverted) -> Iterator[bytes]:
    if len(ids) != len(made):
        raise ValueError("one id for each sketch")
    parts = [
        np.asarray(ids, "<i8").tobytes(), made.sizes.astype("<i8").tobytes(),
        made.hashes.astype("<u4").tobytes(), made.owners.astype("<u4").tobytes(),
    ]  # fmt: skip
    check = 0
    for part in parts:
        check = isal_zlib.crc32(part, check)
    yield _HEAD.pack(NAME, len(ids), len(made.hashes), check)
    yield from parts


def _read(path: Path) -> tuple[int, Array, list[Inverted]]:
    whole = _mapped(path)
    ids: list[Array] = []
    parts: list[Inverted] = []
    place = 0
    while place < len(whole) or not ids:
        if place + _HEAD.size > len(whole):
            raise Spoiled("cut off")
        name, texts, runs, check = _HEAD.unpack_from(whole, place)
        place += _HEAD.size
        size = texts * 16 + runs * 8
        body = whole[place : place + size]
        if name != NAME or len(body) != size or isal_zlib.crc32(body) != check:
            raise Spoiled("altered, cut off, or of another version")
        ids.append(np.frombuffer(body, "<i8", texts))
        sizes = np.frombuffer(body, "<i8", texts, texts * 8)
        hashes = np.frombuffer(body, "<u4", runs, texts * 16)
        parts.append(Inverted(hashes, np.frombuffer(body, "<u4", runs, texts * 16 + runs * 4), sizes))
        place += size
        if int(sizes.sum()) != runs:
            raise Spoiled("counts do not add up")
    return len(ids), ids[0] if len(ids) == 1 else np.concatenate(ids), parts


def _mapped(path: Path) -> memoryview:
    """The file as it lies: pages of it come as they are looked at, and none of them is the process's own memory."""
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:  # ValueError: it is empty
        raise Spoiled(str(error)) from error
