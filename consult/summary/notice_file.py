"""采纳情况公告 as a Word file in the look of GB/T 9704: the published words as they were frozen, or those of a preview."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from consult.summary import document
from consult.summary.models import Release

ATTACHED = "附件：公众意见采纳情况表"


def write(lines: Sequence[str], valid: int, path: Path, made_at: datetime) -> None:
    """The announcement with its title first, its office and date last; it names its table where there is one."""
    *body, office, day = lines
    document.write_notice([*body, *([ATTACHED] if valid else []), office, day], path, made_at)


def write_release(release: Release, path: Path) -> None:
    """A result as it was published; the same file whenever it is made."""
    lines = [line for line in release.notice.split("\n") if line.strip()]
    write(lines, int(release.numbers["valid"]), path, release.released_at)
