"""Cutting: a planned text becomes pieces that give back, in order, every character but white space."""

import re
from dataclasses import dataclass, field

from consult.base.text import is_cjk
from consult.drafts.candidates import Candidate
from consult.drafts.cuts import Cut, cuts_of, label_span, signature_lines
from consult.drafts.furniture import is_furniture
from consult.drafts.levels import level_of
from consult.drafts.lines import Line, finished, is_page_number
from consult.drafts.sequence import Accepted
from consult.drafts.tree import Plan

_BREAKS_OFF = re.compile(r"(?:[、,(“《第]|.{12}[和与及或的])\s*$")
_CLOSES = re.compile(r"^[,。、;:)”》!?]")
_MARKUP = re.compile(r"^(?:#{1,6}|\*{1,3}|>|-)+$")
_TITLED = frozenset(("division", "part", "subpart", "chapter", "section", "attachment"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document.

    `kind`: clause, paragraph, title, notice, toc, furniture, signature or attachment. `label` as printed
    without white space, empty where there is none. `level`: part, chapter, section, article, item, subitem,
    heading1…heading4, attachment, paragraph; empty outside the tree. `path`: labels from the root, the own
    one last; a paragraph has the path of the clause it belongs to. `line` is 1-based.
    """

    kind: str
    label: str
    level: str
    path: tuple[str, ...]
    text: str
    line: int


@dataclass(slots=True)
class _Growing:
    """A piece whose sentence may still go on in the next line."""

    kind: str
    label: str
    level: str
    path: tuple[str, ...]
    parts: list[str]
    line: int

    def piece(self) -> Piece:
        return Piece(self.kind, self.label, self.level, self.path, "".join(self.parts), self.line)


@dataclass(slots=True)
class _Open:
    """A clause that is still open: its style and label, and whether it is an entry of a list."""

    style: str
    label: str
    entry: bool = False


def pieces_of(plan: Plan) -> list[Piece]:
    """All pieces of a planned document, in reading order."""
    return _Assembler(plan).run()


@dataclass(slots=True)
class _Assembler:
    """Walks over the cuts once, keeping the open clauses and the piece that may still grow."""

    plan: Plan
    open: list[_Open] = field(default_factory=list)
    out: list[_Growing] = field(default_factory=list)
    before: Line | None = None

    def run(self) -> list[Piece]:
        signatures = signature_lines(self.plan)
        decimals = any(a.style.startswith("dec") for _, a in self.plan.accepted)
        for cut in cuts_of(self.plan):
            if cut.taken:
                self._clause(cut, *cut.taken, decimals)
            else:
                self._text(cut, signatures)
            line = self.plan.lines[cut.line]
            if not is_page_number(line) and not line.blank:
                self.before = line
        return [growing.piece() for growing in self.out]

    def _put(self, kind: str, level: str, path: tuple[str, ...], text: str, cut: Cut, label: str = "") -> None:
        self.out.append(_Growing(kind, label, level, path, [text], cut.line + 1))

    def _clause(self, cut: Cut, candidate: Candidate, accepted: Accepted, decimals: bool) -> None:
        source = self.plan.text
        start, end = label_span(source, cut, candidate)
        markup = "".join(source[cut.start : start].split())
        if markup:
            self._put("furniture", "", (), markup, cut)
        between = " " if source[start:end].isascii() else ""
        label = between.join(source[start:end].split())
        del self.open[accepted.depth :]
        level = level_of(accepted.style, [one.style for one in self.open], decimals)
        text = _squeezed(source[end : cut.end])
        self.open.append(_Open(accepted.style, label, level in ("item", "subitem") or text.endswith(("；", ";"))))
        self._put("clause", level, self._path(), text, cut, label)

    def _path(self) -> tuple[str, ...]:
        return tuple(one.label for one in self.open)

    def _text(self, cut: Cut, signatures: set[int]) -> None:
        text = _squeezed(self.plan.text[cut.start : cut.end])
        if not text:
            return
        line = self.plan.lines[cut.line]
        kind = cut.kind or self._kind(cut, line, signatures)
        if kind == "boundary":
            depth, level = self.plan.boundaries[cut.line]
            del self.open[depth:]
            self._put("title", level, (), text, cut)
        elif kind == "paragraph":
            self._paragraph(cut, line, text)
        else:
            self._put(kind, "", (), text, cut)

    def _kind(self, cut: Cut, line: Line, signatures: set[int]) -> str:
        if cut.line in self.plan.fronts:
            return self.plan.fronts[cut.line]
        if cut.line in self.plan.boundaries:
            return "boundary"
        if is_furniture(line, False, bool(self.out)) or _MARKUP.match(line.bare):
            return "furniture"
        return "signature" if cut.line in signatures else "paragraph"

    def _paragraph(self, cut: Cut, line: Line, text: str) -> None:
        grown = self._growing()
        if grown is not None and self._goes_on(grown, line, text):
            grown.parts.append(_joint(next((p for p in reversed(grown.parts) if p), ""), text) + text)
            return
        path = self._path_of_paragraph()
        self._put("paragraph", "paragraph" if path else "", path, text, cut)

    def _growing(self) -> _Growing | None:
        """The piece that a broken sentence goes on in: page numbers do not end it."""
        for back in range(len(self.out) - 1, max(-1, len(self.out) - 4), -1):
            if self.out[back].kind != "furniture":
                return self.out[back] if self._may_grow(back) else None
        return None

    def _may_grow(self, back: int) -> bool:
        """Only the last piece can grow: what stands between would otherwise change places."""
        return back == len(self.out) - 1 and self.out[back].kind in ("clause", "paragraph")

    def _goes_on(self, last: _Growing, line: Line, text: str) -> bool:
        if self.before is None:
            return False
        if last.kind == "clause" and not any(last.parts):
            return last.level not in _TITLED or (len(text) <= 30 and not finished(line.uni))
        if _CLOSES.match(line.uni.lstrip()):
            return True
        if finished(self.before.uni):
            return False
        if _BREAKS_OFF.search(self.before.uni):
            return True
        if self.plan.width:
            return len(self.before.uni.strip()) >= self.plan.width - 2
        return len(self.before.bare) >= 30 and bool(re.search(r"[,，。；;、]", "".join(last.parts[-2:])))

    def _path_of_paragraph(self) -> tuple[str, ...]:
        """A paragraph after a list goes on with what the list belongs to; elsewhere with the open clause."""
        keep = len(self.open)
        while keep > 1 and self.open[keep - 1].entry:
            keep -= 1
        return self._path()[:keep]


def _squeezed(text: str) -> str:
    """Text on one line: runs of white space become one space, none at the ends."""
    return " ".join(text.split())


def _joint(first: str, second: str) -> str:
    """What joins a sentence that was broken over lines: nothing in Chinese, a space in other scripts."""
    if not first or is_cjk(first[-1]) or is_cjk(second[0]) or not first[-1].isascii():
        return ""
    return " "
