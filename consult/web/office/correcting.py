"""One staged import as it stands: its source read and cut once, its corrections replayed on that."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from consult.base.crypto import Keys, digest
from consult.base.errors import Refused
from consult.base.people import Actor
from consult.drafts import mend
from consult.drafts.mend_places import Finding, findings
from consult.drafts.reading import Source, read
from consult.drafts.split import Split, split
from consult.web.office.presses import Press
from consult.web.office.staging import Staged, fetch
from consult.web.office.unfinished import Work, begin, change

STALE = "系统更新以后，这份文件重新读过一遍，原来的修改对不上了，请重新核对。"


@dataclass(frozen=True)
class Import:
    """A staged source, its corrections, and the document that they give."""

    staged: Staged
    source: Source
    fresh: Split
    work: Work
    cut: Split
    found: tuple[Finding, ...]


@lru_cache(maxsize=4)
def _read(path: Path, name: str) -> tuple[Source, Split, str]:
    """A file under its hash never changes: it is read once, which matters where LibreOffice must open it."""
    source = read(path.read_bytes(), name)
    fresh = split(source)
    return source, fresh, digest(fresh.to_json())


def opened(folder: Path, keys: Keys, actor: Actor, now: datetime, token: str, slug: str = "") -> Import:
    """The import behind a token; Refused where it is forged, somebody else's or too old."""
    staged = fetch(folder, keys, actor, now, token)
    source, fresh, base = _read(folder / staged.sha256, staged.name)
    work = begin(folder, keys, actor, now, token, slug)
    if work.base != base:
        said = STALE if work.edits else ""
        work = change(folder, now, work, lambda kept: replace(kept, base=base, edits=(), undone=(), said=said))
    return _shown(staged, source, fresh, work)


def _shown(staged: Staged, source: Source, fresh: Split, work: Work) -> Import:
    cut = mend.replay(fresh, work.edits, source.text)
    return Import(staged, source, fresh, work, cut, tuple(findings(cut, source.text)))


def press(folder: Path, now: datetime, one: Import, made: Press) -> Import:
    """Do what a button says and keep it; Refused where it cannot be done, Conflict where the page is old."""
    if made.step == "edit" and made.edit is not None:
        mend.apply(one.cut, made.edit)  # refuses before anything is written
    work = change(folder, now, one.work, lambda kept: _after(kept, made))
    return _shown(one.staged, one.source, one.fresh, work)


def _after(work: Work, made: Press) -> Work:
    if made.step == "undo" and work.edits:
        *edits, last = work.edits
        return replace(work, edits=tuple(edits), undone=(*work.undone, last), said=made.said)
    if made.step == "redo" and work.undone:
        *undone, last = work.undone
        return replace(work, edits=(*work.edits, last), undone=tuple(undone), said=made.said)
    if made.edit is None:
        raise Refused("没有可以撤销或者重做的修改。")
    return replace(work, edits=(*work.edits, dict(made.edit)), undone=(), said=made.said)
