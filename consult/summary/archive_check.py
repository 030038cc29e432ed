"""Checks an archive against its own manifest; needs nothing but Python, so that anybody can run it."""

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


def faults(path: Path) -> Iterator[str]:
    """Every difference between the files of an archive and its manifest, as a Chinese sentence."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _compared(archive)
    except FileNotFoundError:
        yield f"没有找到文件 {path}"
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        yield "这不是完整的 zip 文件，或者已经损坏"


def _compared(archive: zipfile.ZipFile) -> Iterator[str]:
    names = [one.filename for one in archive.infolist()]
    if len(names) != len(set(names)):
        yield "包内有重名的文件"
        return
    if MANIFEST not in names:
        yield f"包内缺少清单 {MANIFEST}"
        return
    listed = _listed(archive.read(MANIFEST))
    if listed is None:
        yield f"清单 {MANIFEST} 读不懂"
        return
    for name, expected in listed.items():
        if name not in names:
            yield f"清单中的文件 {name} 不在包内"
        elif _sha256(archive, name) != expected:
            yield f"文件 {name} 与清单中的校验值不一致"
    yield from (f"文件 {name} 不在清单中" for name in names if name != MANIFEST and name not in listed)


def _listed(data: bytes) -> dict[str, str] | None:
    """name → SHA-256 as the manifest says; None where it cannot be read."""
    try:
        files: list[dict[str, Any]] = json.loads(data)["files"]
        return {str(one["name"]): str(one["sha256"]) for one in files if "missing" not in one}
    except (ValueError, KeyError, TypeError):
        return None


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    found = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
    except zipfile.BadZipFile:
        return ""  # its own checksum failed: certainly not what the manifest says
    return found.hexdigest()


def main(arguments: list[str]) -> int:
    """Print the first fault and return 1, or say that all is well and return 0."""
    path = Path(arguments[0])
    for fault in faults(path):
        print(f"发现问题：{fault}", file=sys.stderr)
        return 1
    print(f"核对无误：{path.name} 的文件与清单一致")
    return 0
