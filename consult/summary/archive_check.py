"""Checks an archive against its own manifest and seals; needs nothing but Python, so that anybody can run it."""

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from consult.summary.archive_zip import BROKEN, CHUNK, harmless, layout_faults, list_fault, sha256_of

MANIFEST = "manifest.json"
ENTRIES, HEADS = "audit/entries.jsonl", "audit/heads.json"
EARLIER = "audit/restored.jsonl"  # of a project that was restored itself: its entries of before, sealed by `restore`
FORMAT = 1
MOST_FAULTS = 1000
SMALL = 1024 * 1024
MOST_MANIFEST = 256 * SMALL
MOST_LINE = 64 * SMALL  # no row of ours is as long; what is longer would only fill the memory
Report = Callable[..., None]
_FIRST = {"title", "slug", "made_at", "files"}  # all that a manifest said before there were formats
_NOW = _FIRST | {"format", "kind", "digest", "note"}
_WHOLE = "这不是完整的 zip 文件，或者已经损坏"


def canonical(value: object) -> str:
    """One JSON text for one value, as the audit chain and the manifest write it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sealed(manifest: dict[str, Any]) -> str:
    """The digest that a manifest carries over all the rest of itself."""
    rest = {name: value for name, value in manifest.items() if name != "digest"}
    return hashlib.sha256(canonical(rest).encode()).hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of the whole archive: what `export` prints and the audit chain keeps."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def faults(path: Path, digest: str = "", report: Report = lambda *_: None) -> Iterator[str]:
    """Every difference between an archive and its manifest, as a Chinese sentence, those of members first.

    With `digest`, which whoever made the archive has kept, also any change that was made to both. `report` is told
    megabytes checked, megabytes in all, and what is being done.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _compared(path, archive, report)
    except FileNotFoundError:
        yield f"没有找到文件 {path}"
        return
    except (OSError, *BROKEN):
        yield _WHOLE
        return
    if digest and digest_of(path) != digest.strip().lower():
        yield "整包的校验值与给出的不一致：这不是当时导出的那一份"


def _compared(path: Path, archive: zipfile.ZipFile, report: Report) -> Iterator[str]:
    names = [one.filename for one in archive.infolist()]
    if wrong := list_fault(archive, path.stat().st_size):
        yield wrong
        return
    if MANIFEST not in names:
        yield f"包内缺少清单 {MANIFEST}"
        return
    manifest = read_manifest(archive)
    if manifest is None:
        yield f"清单 {MANIFEST} 读不懂，或者被改动"
        return
    if manifest.get("format", 0) > FORMAT:
        yield f"这个包的格式（{manifest['format']}）比本程序新，请用新版本核对"
        return
    strange = next((one["name"] for one in manifest["files"] if not harmless(one["name"])), None)
    if strange is not None:
        yield f"清单中有文件名不合规的文件 {strange[:200]!r}"
        return
    found = list(islice(_members(archive, manifest["files"], names, report), MOST_FAULTS))
    yield from found
    if "format" in manifest and not found:
        yield from layout_faults(path, archive)
        try:
            yield from _audit(archive, names)
        except (KeyError, TypeError, AttributeError, RecursionError, *BROKEN):
            yield f"文件 {ENTRIES} 或者 {HEADS} 读不懂"


def read_manifest(archive: zipfile.ZipFile) -> dict[str, Any] | None:
    """The manifest of an archive; None where it cannot be read, was edited by hand, or says what none says."""
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > min(MOST_MANIFEST, SMALL + 100 * info.compress_size):  # digests hardly shrink: a bomb
            return None
        data = archive.read(MANIFEST)
        manifest: dict[str, Any] = json.loads(data)
        whole = set(manifest) == _FIRST
        if not whole:
            exact = canonical(manifest).encode() == data and manifest["digest"] == sealed(manifest)
            whole = exact and set(manifest) == _NOW and isinstance(manifest["format"], int)
        sound = isinstance(manifest["slug"], str) and all(map(_sound, manifest["files"]))
    except (KeyError, TypeError, AttributeError, RecursionError, *BROKEN):
        return None
    return manifest if whole and sound else None


def _sound(one: dict[str, Any]) -> bool:
    """Whether a line of the manifest says what a line says."""
    if "missing" in one:
        return isinstance(one["name"], str)
    return isinstance(one["name"], str) and isinstance(one["sha256"], str) and isinstance(one["size"], int)


def _members(
    archive: zipfile.ZipFile, files: list[dict[str, Any]], names: list[str], report: Report
) -> Iterator[str]:
    listed = {one["name"]: one for one in files if "missing" not in one}
    present, whole, done = set(names), sum(one["size"] for one in listed.values()), 0
    for name, stated in listed.items():
        report(done // CHUNK, whole // CHUNK, "正在核对归档包（MB）")
        done += stated["size"]
        if name not in present:
            yield f"清单中的文件 {name} 不在包内"
        elif sha256_of(archive, name, stated["size"]) != (stated["sha256"], stated["size"]):
            yield f"文件 {name} 与清单中的校验值不一致"
    yield from (f"文件 {name} 不在清单中" for name in names if name != MANIFEST and name not in listed)


def _audit(archive: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    """The excerpt of the audit chain: each entry's own seal, and the link wherever the next entry is there as well."""
    if ENTRIES not in names or HEADS not in names:
        yield f"包内缺少审计日志 {ENTRIES}"
        return
    number, last, count, restored = 0, "", 0, ""
    for line in lines(archive, ENTRIES):
        one = json.loads(line)
        said = [one[part] for part in ("id", "at", "actor", "action", "subject", "facts", "previous")]
        if one["hash"] != hashlib.sha256(canonical(said).encode("utf-8", "surrogatepass")).hexdigest():
            yield f"文件 {ENTRIES} 中的第 {one['id']} 条审计记录被改动"
        if one["id"] <= number or (one["id"] == number + 1 and number and one["previous"] != last):
            yield f"文件 {ENTRIES} 中的第 {one['id']} 条审计记录与前一条不衔接"
        number, last, count = one["id"], one["hash"], count + 1
        if one["action"] == "restore":
            restored = json.loads(one["facts"])["entries"]
    if archive.getinfo(HEADS).file_size > SMALL:
        raise ValueError(HEADS)
    heads = json.loads(archive.read(HEADS))
    at_end = heads["last"]["number"] > number or heads["last"] == {"number": number, "hash": last} or not count
    if heads["entries"] != count or not at_end:
        yield f"文件 {HEADS} 与审计记录不一致"
    if restored != (_earlier(archive) if EARLIER in names else ""):
        yield f"文件 {EARLIER} 与恢复时记录的校验值不一致"


def _earlier(archive: zipfile.ZipFile) -> str:
    """The seal over the entries of before, as `restore` computed it."""
    found = hashlib.sha256()
    for line in lines(archive, EARLIER):
        one = json.loads(line)
        parts = [one[name] for name in ("number", "at", "actor", "action", "subject", "facts")]
        found.update((canonical(parts) + "\n").encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The lines of a member, one at a time."""
    with archive.open(name) as file:
        rest = b""
        while chunk := file.read(CHUNK):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > MOST_LINE:
                raise ValueError(f"{name}: line")
        if rest:
            yield rest


def main(arguments: list[str]) -> int:
    """`ARCHIVE.zip [--digest HEX]`: print the first fault and return 1, or say that all is well and return 0."""
    paths = [one for one in arguments if not one.startswith("--")]
    digest = ""
    for at, one in enumerate(arguments):
        if one == "--digest" and at + 1 < len(arguments):
            digest = arguments[at + 1]
            paths = [path for path in paths if path != digest]
        elif one.startswith("--digest="):
            digest = one.partition("=")[2]
    if len(paths) != 1 or ("--digest" in arguments and not digest):
        print("用法：consult verify ARCHIVE.zip [--digest 校验值]", file=sys.stderr)
        return 2
    path = Path(paths[0])
    for fault in faults(path, digest):
        print(f"发现问题：{fault}", file=sys.stderr)
        return 1
    print(f"核对无误：{path.name} 的文件与清单一致\n整包校验值（SHA-256）：{digest_of(path)}")
    return 0
