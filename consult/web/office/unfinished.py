"""Imports under way: the corrections of a staged source in a JSON file beside it, until they are saved or a day old.

Every change carries the edition it was made on, so that two tabs, or a person who comes back with an old page,
never undo each other; writers of all processes queue on one lock file.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consult.base.crypto import Keys
from consult.base.errors import Conflict, Refused
from consult.base.people import Actor
from consult.web.office.staging import LASTS, LOCK, opened

MOST_EDITS = 2000


@dataclass(frozen=True)
class Work:
    """The corrections of one staged source; `slug` names the project whose text it is to replace.

    `base` is the digest of the fresh split that the edits were made on, `said` what the last press did,
    `form` what was typed into the page of the details.
    """

    token: str
    name: str
    sha256: str
    begun: float
    slug: str = ""
    base: str = ""
    edition: int = 0
    edits: tuple[dict[str, Any], ...] = ()
    undone: tuple[dict[str, Any], ...] = ()
    said: str = ""
    form: dict[str, list[str]] = field(default_factory=dict)

    @property
    def begun_at(self) -> datetime:
        """When it was uploaded."""
        return datetime.fromtimestamp(self.begun, UTC)

    @property
    def until(self) -> datetime:
        """When it is thrown away."""
        return self.begun_at + LASTS


def _path(folder: Path, token: str) -> Path:
    return folder / f"{hashlib.sha256(token.encode()).hexdigest()[:40]}.json"


def begin(folder: Path, keys: Keys, actor: Actor, now: datetime, token: str, slug: str = "") -> Work:
    """The corrections of a staged source; none yet where it is new."""
    sha256, name = opened(keys, actor, now, token)
    with _locked(folder):
        kept = _read(_path(folder, token))
        if kept is None:
            kept = Work(token, name, sha256, now.timestamp(), slug)
            _write(folder, kept, now)
        return kept


def change(folder: Path, now: datetime, work: Work, make: Callable[[Work], Work]) -> Work:
    """Store what `make` makes of the work, as its next edition.

    Raises Conflict where another tab changed it meanwhile; nothing is stored then.
    """
    with _locked(folder):
        kept = _read(_path(folder, work.token))
        if kept is None:
            raise Refused("这份导入已经保存或者放弃，请从项目列表重新进入。", "file")
        if kept.edition != work.edition:
            raise Conflict(other_window(kept.edition, work.edition))
        made = make(kept)
        if (made.edits, made.undone) != (kept.edits, kept.undone):
            made = replace(made, edition=kept.edition + 1)
        if len(made.edits) > MOST_EDITS:
            raise Refused(f"一份文件最多改 {MOST_EDITS} 处。请在原文件里改好，再重新上传。")
        _write(folder, made, now)
        return made


def other_window(now: int, seen: int | str) -> str:
    """What a person is told whose page is older than the last change."""
    return (
        f"这份导入刚才在另一个窗口改过（现在改到第 {now} 次，您看到的是第 {seen or 0} 次），您这一步没有做。"
        "下面是现在的样子，请看过再改。"
    )


def mine(folder: Path, keys: Keys, actor: Actor, now: datetime) -> list[Work]:
    """What this person has not finished, the newest first."""
    found = []
    for path in folder.glob("*.json"):
        work = _read(path)
        try:
            if work and opened(keys, actor, now, work.token):
                found.append(work)
        except Refused:
            continue
    return sorted(found, key=lambda work: work.begun, reverse=True)


def drop(folder: Path, keys: Keys, actor: Actor, now: datetime, token: str) -> None:
    """Forget an import; its source goes too where no other import stands on it."""
    sha256, _ = opened(keys, actor, now, token)
    with _locked(folder):
        _path(folder, token).unlink(missing_ok=True)
        others = (_read(path) for path in folder.glob("*.json"))
        if not any(work and work.sha256 == sha256 for work in others):
            (folder / sha256).unlink(missing_ok=True)


def _read(path: Path) -> Work | None:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Work(**{**facts, "edits": tuple(facts["edits"]), "undone": tuple(facts["undone"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write(folder: Path, work: Work, now: datetime) -> None:
    """In one step, so that a reader sees the old edition or the new one; the source lives as long as its work."""
    path = _path(folder, work.token)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(asdict(work), ensure_ascii=False), encoding="utf-8")
    draft.replace(path)
    for one in (path, folder / work.sha256):
        if one.exists():
            os.utime(one, (now.timestamp(), now.timestamp()))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
