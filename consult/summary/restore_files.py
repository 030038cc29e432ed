"""The bytes of an archive's files on their way to their place, and away again where the project does not come back."""

import hashlib
import re
import secrets
import shutil
import zipfile
from pathlib import Path

from consult.base.errors import Refused
from consult.base.files import place
from consult.summary.archive_check import CHUNK

SPARE = 200 * CHUNK  # bytes that stay free
_SHA256 = re.compile("[0-9a-f]{64}")


class Files:
    """The members `files/…` of an archive, each put under its hash in the folder of files, once."""

    def __init__(self, archive: zipfile.ZipFile, folder: Path) -> None:
        self._archive, self._folder, self._made = archive, folder, list[Path]()
        self._held = {one.filename: one.file_size for one in archive.infolist() if one.filename.startswith("files/")}

    def require_room(self) -> None:
        """Raise Refused where the disk would be full of them."""
        here = next(one for one in (self._folder, *self._folder.absolute().parents) if one.exists())
        missing = sum(self._held.values()) + SPARE - shutil.disk_usage(here).free
        if missing > 0:
            raise Refused(f"磁盘空间不够，还差 {missing // CHUNK + 1} MB，请先腾出空间。没有恢复任何内容。", "archive")

    def put(self, sha256: str) -> None:
        """Put the bytes in their place; those of what was withdrawn are not in the archive."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("sha256")
        path = place(self._folder, sha256)
        if f"files/{sha256}" not in self._held or path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft, found = path.with_suffix(f".{secrets.token_hex(4)}.part"), hashlib.sha256()
        with self._archive.open(f"files/{sha256}") as source, draft.open("wb") as target:
            while part := source.read(CHUNK):
                found.update(part)
                target.write(part)
        if found.hexdigest() != sha256:
            draft.unlink()
            raise Refused(f"归档包里的文件 {sha256} 和它的校验值不一致。没有恢复任何内容。", "archive")
        draft.replace(path)
        self._made.append(path)

    def take_back(self) -> None:
        """Nothing was restored: what was not there before goes."""
        for path in self._made:
            path.unlink(missing_ok=True)
