"""The sketches of stored opinions in one file beside the database: made anew at any time, added to, and never believed blindly.

The file is a row of blocks, least byte first: 8 bytes of name and version, then uint64 texts, uint64 hashes, uint64
CRC-32 of what follows; int64 ids; int64 how many hashes each has; uint32 hashes, filled up to 8 bytes. `write` makes one block in a
file of its own and puts it in place at once; `append` adds a block. Whatever does not fit raises `Spoiled`: make the
file again from the database.
"""

import contextlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from consult.review.sketch import DENSEST, RUN, SAMPLE, Array, Sketch

NAME = b"sketch1" + bytes([(RUN * 31 + SAMPLE * 7 + int(1 / DENSEST)) % 256])  # another sampling is another file
_HEAD = struct.Struct("<8sQQQ")
MOST_BLOCKS = 500


class Spoiled(Exception):
    """The file is not there, cut off or altered: make it again."""


def write(path: Path, ids: Array, sketch: Sketch) -> None:
    """Puts the sketches of the opinions `ids` in place of whatever is there."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as out:
            for part in _block(ids, sketch):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def append(path: Path, ids: Array, sketch: Sketch) -> None:
    """Adds sketches; a file of very many blocks is written anew as one. Raises `Spoiled` where `load` would."""
    blocks, (old_ids, old) = _read(path)
    if blocks >= MOST_BLOCKS:
        starts = np.concatenate((old.starts, sketch.starts[1:] + old.starts[-1]))
        write(path, np.concatenate((old_ids, ids)), Sketch(np.concatenate((old.hashes, sketch.hashes)), starts))
        return
    size = path.stat().st_size
    try:
        with path.open("ab") as out:
            for part in _block(ids, sketch):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            os.truncate(path, size)
        raise


def load(path: Path) -> tuple[Array, Sketch]:
    """The ids (int64) and their sketches, in the order of writing. A million take about half a second."""
    return _read(path)[1]


def _block(ids: Array, sketch: Sketch) -> Iterator[bytes]:
    if len(ids) != len(sketch):
        raise ValueError("one id for each sketch")
    parts = [
        np.asarray(ids, "<i8").tobytes(), np.diff(sketch.starts).astype("<i8").tobytes(), sketch.hashes.astype("<u4").tobytes(),
        bytes(-len(sketch.hashes) % 2 * 4),
    ]  # fmt: skip
    check = 0
    for part in parts:
        check = zlib.crc32(part, check)
    yield _HEAD.pack(NAME, len(ids), len(sketch.hashes), check)
    yield from parts


def _read(path: Path) -> tuple[int, tuple[Array, Sketch]]:
    try:
        whole = memoryview(path.read_bytes())
    except OSError as error:
        raise Spoiled(str(error)) from error
    ids: list[Array] = []
    counts: list[Array] = []
    hashes: list[Array] = []
    place = 0
    while place < len(whole) or not ids:
        if place + _HEAD.size > len(whole):
            raise Spoiled("cut off")
        name, texts, runs, check = _HEAD.unpack_from(whole, place)
        place += _HEAD.size
        size = texts * 16 + runs * 4 + runs % 2 * 4
        body = whole[place : place + size]
        if name != NAME or len(body) != size or zlib.crc32(body) != check:
            raise Spoiled("altered, cut off, or of another version")
        ids.append(np.frombuffer(body, "<i8", texts))
        counts.append(np.frombuffer(body, "<i8", texts, texts * 8))
        hashes.append(np.frombuffer(body, "<u4", runs, texts * 16))
        place += size
        if int(counts[-1].sum()) != runs:
            raise Spoiled("counts do not add up")
    starts = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    one = len(ids) == 1
    return len(ids), (
        ids[0] if one else np.concatenate(ids),
        Sketch(hashes[0] if one else np.concatenate(hashes), starts),
    )
