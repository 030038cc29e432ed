"""A text becomes pieces: clauses with their paths, paragraphs, and what is neither, in reading order."""

import re
from dataclasses import dataclass, field

from consult.drafts.attachments import attachment_lists
from consult.drafts.candidates import Candidate, candidates_in
from consult.drafts.front import attachment_titles, front_kinds, joined_title, title_of
from consult.drafts.furniture import portal_tail
from consult.drafts.lines import Line, finished, has_stage, is_date, lines_of, looks_like_title, wrap_width
from consult.drafts.notice_span import NoticeSpan, announced_name, asks_for_opinions, consultation_notice
from consult.drafts.regions import Region, Regions, contents, quotations
from consult.drafts.sequence import RANK, Accepted, Reading, best_reading

_CLOSING_PARTS = re.compile(r"^(?:附则|总则|序言|前言|序|附录|补则|引言)$")
_UNNUMBERED_ATTACHMENT = re.compile(r"^附件[:：]?$")


@dataclass(slots=True)
class Plan:
    """All that was found out about a document before it is cut into pieces."""

    text: str
    lines: list[Line]
    candidates: list[Candidate]
    kinds: Regions
    notice: NoticeSpan | None
    reading: Reading
    width: int = 0
    fronts: dict[int, str] = field(default_factory=dict)
    boundaries: dict[int, tuple[int, str]] = field(default_factory=dict)
    accepted: list[tuple[Candidate, Accepted]] = field(default_factory=list)
    title: str = ""
    stage: str = ""


def plan_of(text: str) -> Plan:
    """What every stretch of `text` is; nothing is cut yet."""
    lines = lines_of(text)
    width = wrap_width(lines)
    found = candidates_in(lines, width)
    regions = [*quotations(text, lines), *attachment_lists(lines), *portal_tail(lines, found)]
    free = _outside(found, Regions(regions))
    regions += contents(lines, free)
    kinds = Regions([region for region in regions if region.kind != "quote"])
    notice = consultation_notice(lines, found, kinds)
    if notice:
        regions.append(Region("notice", lines[notice.first].start, lines[notice.last].end))
    free = _outside(found, Regions(regions))
    marks = _boundaries(lines, free, Regions(regions))
    live = sorted([*free, *marks], key=lambda c: c.start)
    plan = Plan(text, lines, live, kinds, notice, best_reading(live), width)
    pairs = [(live[a.candidate], a) for a in plan.reading.accepted]
    plan.accepted = [(c, a) for c, a in pairs if not c.boundary]
    ends = {c.line: (a.depth, "chapter" if c.markup else "attachment") for c, a in pairs if c.boundary}
    _describe_front(plan, ends)
    return plan


def _outside(found: list[Candidate], regions: Regions) -> list[Candidate]:
    return [c for c in found if regions.at(c.start) is None]


def _describe_front(plan: Plan, boundaries: dict[int, tuple[int, str]]) -> None:
    first = plan.accepted[0][0].line if plan.accepted else len(plan.lines)
    if plan.accepted and not plan.accepted[0][0].at_start:
        first += 1
    plan.fronts = front_kinds(plan.lines, first, plan.notice, plan.kinds)
    plan.boundaries = {line: mark for line, mark in boundaries.items() if line >= first}
    if plan.notice is None and plan.accepted and asks_for_opinions(head_of_line(plan)):
        plan.fronts[first - 1] = "notice"
    plan.title, plan.stage = title_of(plan.lines, plan.fronts)
    if plan.notice and not plan.title:
        plan.title = announced_name(plan.lines, plan.notice)
        plan.stage = has_stage(plan.title) or ""
    _describe_attachments(plan)


def head_of_line(plan: Plan) -> str:
    """What stands before the first clause on its own line, where everything was glued into one."""
    if not plan.accepted or plan.accepted[0][0].at_start:
        return ""
    first = plan.accepted[0][0]
    return plan.lines[first.line].uni[: first.start - plan.lines[first.line].start]


def _describe_attachments(plan: Plan) -> None:
    """Titles below 附件1; where the draft itself is the first attachment, its title is the document's."""
    following = [c.line for c, _ in plan.accepted[1:]] + [len(plan.lines)]
    for position, (candidate, accepted) in enumerate(plan.accepted):
        line = plan.lines[candidate.line]
        if accepted.style != "attachment" or not candidate.at_start or line.uni[candidate.end - line.start :].strip(" :"):
            continue
        titles = attachment_titles(plan.lines, candidate.line, following[position])
        plan.fronts.update(dict.fromkeys(titles, "title"))
        for i in titles:
            plan.boundaries.pop(i, None)
        if position == 0 and titles:
            plan.title, plan.stage = joined_title(plan.lines, titles)


def _boundaries(lines: list[Line], free: list[Candidate], regions: Regions) -> list[Candidate]:
    """Unnumbered titles that end what is open: 附则, 附件, the title of a second document."""
    starts = {c.line: c for c in free if c.at_start}
    rows = sorted(starts)
    top = _top_rank(free)
    below = _below_attachments(lines, starts)
    out = []
    position = 0
    for index, line in enumerate(lines):
        while position < len(rows) and rows[position] <= index:
            position += 1
        if index in starts or line.blank or len(line.uni) > 120 or regions.at(line.start):
            continue
        bare = line.bare.lstrip("#*").rstrip("*")
        following = starts[rows[position]] if position < len(rows) else None
        if _CLOSING_PARTS.match(bare):
            out.append(_mark(index, line, top, 0.0, 3.0, soft=True))
        elif _UNNUMBERED_ATTACHMENT.match(bare) and (following is None or following.number == (1,)):
            out.append(_mark(index, line, -1, 0.2, 1.0, soft=False))
        elif following and following.number == (1,) and index not in below and _titles(lines, index, bare):
            out.append(_mark(index, line, -1, 0.4, 1.0, soft=False))
    return out


def _below_attachments(lines: list[Line], starts: dict[int, Candidate]) -> set[int]:
    """The lines right below 附件2 that are its title: they begin no document of their own."""
    labels = (c for c in starts.values() if c.style == "attachment")
    return {i for c in labels for i in attachment_titles(lines, c.line, min(len(lines), c.line + 12))}


def _top_rank(free: list[Candidate]) -> int:
    """The outermost unit of the document that 附则 stands beside: part before chapter before article."""
    styles = {c.style for c in free if c.at_start}
    return next((RANK[s] for s in ("part", "chapter", "en_part", "en_chapter") if s in styles), RANK["article"])


def _titles(lines: list[Line], index: int, bare: str) -> bool:
    """Whether the line is the title of a document that begins here."""
    if len(bare) < 8 or not (looks_like_title(bare) or has_stage(bare)):
        return False
    before = next((lines[i].uni for i in range(index - 1, max(-1, index - 8), -1) if not lines[i].blank), "")
    return finished(before) or is_date("".join(before.split())) or len(before.strip()) < 24


def _mark(index: int, line: Line, rank: int, take: float, leave: float, soft: bool) -> Candidate:
    return Candidate(
        index,
        line.start,
        line.end,
        (("boundary", (rank,)),),
        True,
        take,
        leave,
        markup=int(soft),
        boundary=True,
    )
