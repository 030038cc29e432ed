"""Pure: clauses as lines of a page: which are headings, how deep they stand, what belongs to the outline."""

from collections.abc import Sequence
from dataclasses import dataclass

from consult.base.text import plain, shorten
from consult.drafts.models import Clause

HEADINGS = {"part": 2, "chapter": 2, "heading1": 2, "section": 3, "heading2": 3}
WHOLE = frozenset({"part", "chapter", "section", "heading1"})  # quoting one of these quotes its heading only
OUTLINED = frozenset({*HEADINGS, "article"})
DEEPER = {"section": 1, "heading2": 1, "article": 1}
LONGEST_HEADING = 40


@dataclass(frozen=True)
class Line:
    """One clause and how it is set; `heading` is the level of its h element, 0 for running text."""

    clause: Clause
    heading: int = 0

    @property
    def name(self) -> str:
        """How people call it: its citation, else its label, else its first words."""
        return name_of(self.clause)


def name_of(clause: Clause) -> str:
    """The citation of a clause, or its first words where nobody numbered it."""
    if clause.citation and clause.citation != "全文":
        return clause.citation
    return clause.label or f"“{shorten(clause.text, 12)}”"


def lines_of(clauses: Sequence[Clause], title: str) -> list[Line]:
    """The lines of a page under an h1 `title`; printed titles that the h1 repeats are left out."""
    found: list[Line] = []
    level, before_text, spoken = 1, True, plain(title)
    for clause in clauses:
        if clause.kind == "title" and before_text and plain(clause.text).strip("()（）") in spoken:
            continue
        before_text = before_text and clause.kind == "title"
        heading = min(_heading(clause), level + 1)
        level = heading or level
        found.append(Line(clause, heading))
    return found


def _heading(clause: Clause) -> int:
    if clause.kind == "title":
        return 2
    if len(clause.text) > LONGEST_HEADING or clause.text.rstrip().endswith(("。", "；", "：")):
        return 0
    return 2 if clause.kind == "attachment" else HEADINGS.get(clause.level, 0)


@dataclass(frozen=True)
class Entry:
    """One line of the outline: where it leads, what it says, how deep it stands."""

    key: str
    text: str
    depth: int


def outline_of(lines: Sequence[Line]) -> list[Entry]:
    """Headings, articles and attachments in order."""
    entries = []
    chapters = any(line.clause.level in ("part", "chapter", "section") for line in lines)
    for line in lines:
        one = line.clause
        if one.kind == "attachment" or (one.kind == "clause" and one.level in OUTLINED):
            depth = DEEPER.get(one.level, 0) if chapters or one.level != "article" else 0
            entries.append(Entry(one.key, f"{one.label} {shorten(one.text, 14)}".strip(), depth))
    return entries


def family(clauses: Sequence[Clause], clause: Clause) -> list[Clause]:
    """The clause and everything under it, in reading order."""
    within = {clause.id}
    found = [clause]
    for one in clauses:
        if one.parent_id in within:
            within.add(one.id)
            found.append(one)
    return found


def quoted(clauses: Sequence[Clause], clause: Clause) -> list[Clause]:
    """What is quoted above the form: an article with its items, but a chapter's heading alone."""
    return [clause] if clause.level in WHOLE else family(clauses, clause)
