"""The public entry of the splitter: a source becomes a title, notice facts, pieces and warnings."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consult.drafts.notice import Notice, read_notice
from consult.drafts.notice_span import asks_for_opinions
from consult.drafts.pieces import Piece, pieces_of
from consult.drafts.reading import Source, read
from consult.drafts.tree import Plan, plan_of
from consult.drafts.warnings import warnings_of

__all__ = ["Piece", "Source", "Split", "read_and_split", "split"]


@dataclass(frozen=True, slots=True)
class Split:
    """A document cut into pieces; `notice` is None where no notice stands before the draft."""

    title: str
    stage_label: str
    notice: Notice | None
    pieces: tuple[Piece, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The contract of `consult split --json`: title, notice, pieces, warnings."""
        notice = self.notice.to_json() if self.notice else None
        pieces = [
            {
                "kind": p.kind, "label": p.label, "level": p.level,
                "path": list(p.path), "text": p.text, "line": p.line,
            }
            for p in self.pieces
        ]  # fmt: skip
        return {"title": self.title, "notice": notice, "pieces": pieces, "warnings": list(self.warnings)}


def split(source: Source) -> Split:
    """The pieces of a source: labels and texts give back every character of it but white space."""
    plan = plan_of(source.text)
    warnings = (*source.warnings, *warnings_of(plan))
    return Split(plan.title, plan.stage, _notice(plan), tuple(pieces_of(plan)), warnings)


def read_and_split(path_or_bytes: str | Path | bytes, filename: str = "") -> Split:
    """Reads a file (or its bytes, with the name it came under) and splits it. Raises `Refused`."""
    return split(read(path_or_bytes, filename))


def _notice(plan: Plan) -> Notice | None:
    """The facts of the notice; its own lines and the portal's head above it are read.

    A letter that asks for opinions on what it says itself has no such lines: its head and signature are read.
    """
    if plan.notice is None:
        head = plan.text[: plan.accepted[0][0].start] if plan.accepted else plan.text
        if not asks_for_opinions(head):
            return None
        return read_notice(head + "\n" + "\n".join(plan.text[-200:].split("\n")[1:]))
    return read_notice(plan.text[: plan.lines[plan.notice.last].end])
