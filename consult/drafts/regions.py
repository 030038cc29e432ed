"""Stretches of a document in which labels are not clauses: contents and quotations."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from consult.drafts.candidates import Candidate
from consult.drafts.lines import Line

_CONTENTS = re.compile(r"^[\[【〖(*#]*(?:目[录次錄]|contents|table ?of ?contents)[\]】〗)*]*:?$", re.IGNORECASE)
_QUOTES = {"“": "”", "「": "」", "『": "』", '"': '"'}
_QUOTE = re.compile('[“”「」『』"]')
_AMENDS = re.compile(
    r"(?:修改|改|规定|调整|表述|增加[^。]{0,40}|作为第[^。]{1,20})[为条款项]?[:：]?[\s#*>]*$|[:：]\s*$"
)
_NEVER_CLOSED = 600
_MOST_LOST = 50  # a document that has lost so many closing marks is not searched for more
_LOOK_AHEAD = 2000


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch [start, end) of source offsets of one kind: toc, quote, attachment or notice."""

    kind: str
    start: int
    end: int


class Regions:
    """Regions without overlaps, the outer and earlier ones first, asked by offset in logarithmic time."""

    def __init__(self, regions: list[Region]) -> None:
        self.all: list[Region] = []
        reach = -1
        for region in sorted(regions, key=lambda r: (r.start, -r.end)):
            if region.end > reach:
                self.all.append(Region(region.kind, max(region.start, reach), region.end))
                reach = region.end
        self._starts = [r.start for r in self.all]

    def at(self, offset: int) -> Region | None:
        """The region that holds `offset`, or None."""
        index = bisect_right(self._starts, offset) - 1
        return self.all[index] if index >= 0 and self.all[index].end > offset else None


def quotations(text: str, lines: list[Line]) -> list[Region]:
    """Quoted stretches: within one line, and over lines where an amendment quotes the new text.

    A quotation over paragraphs repeats its opening mark at each of them and closes once; one that is never
    closed within the following lines is taken as closed at its own line, so one lost mark costs one line.
    """
    out: list[Region] = []
    skip_to, lost = -1, 0
    for index, line in enumerate(lines):
        if index <= skip_to or not line.uni.strip():
            continue
        inner, open_at = _quoted_within(text[line.start : line.end])
        out.extend(Region("quote", line.start + a, line.start + b) for a, b in inner)
        if open_at is None:
            continue
        lead = line.uni[:open_at] if line.uni[:open_at].strip() else _line_before(lines, index)
        if lost < _MOST_LOST and _AMENDS.search(lead[-120:]):
            last = _closing_line(text, lines, index, open_at)
            lost += last is None
            if last is not None:
                out.append(Region("quote", line.start + open_at, lines[last].end))
                skip_to = last
    return out


def _quoted_within(line: str) -> tuple[list[tuple[int, int]], int | None]:
    """Closed quotations of one line as (from, to), and where one stays open."""
    out: list[tuple[int, int]] = []
    stack: list[tuple[int, str]] = []
    for found in _QUOTE.finditer(line):
        i, char = found.start(), found.group()
        if stack and char == stack[-1][1]:
            out.append((stack.pop()[0], i + 1))
        elif char in _QUOTES:
            stack.append((i, _QUOTES[char]))
    return out, stack[0][0] if stack else None


def _line_before(lines: list[Line], index: int) -> str:
    for back in range(index - 1, max(-1, index - 6), -1):
        if not lines[back].blank:
            return lines[back].uni
    return ""


def _closing_line(text: str, lines: list[Line], first: int, open_at: int) -> int | None:
    """The line in which the quotation that opens in line `first` closes."""
    opening = text[lines[first].start + open_at]
    closing = _QUOTES[opening]
    depth = 0
    for index in range(first, min(len(lines), first + _NEVER_CLOSED)):
        line = text[lines[index].start : lines[index].end].strip()
        if index > first and line.startswith(opening):
            line = line[1:] if opening != closing else line[1:]
        if index == first:
            line = text[lines[first].start + open_at : lines[first].end]
        if opening == closing:
            depth = (depth + line.count(opening)) % 2
        else:
            depth += line.count(opening) - line.count(closing)
        if depth <= 0:
            return index
    return None


def contents(lines: list[Line], found: list[Candidate]) -> list[Region]:
    """Tables of contents: rows of labels with short texts whose first label comes again.

    With a heading 目录 the row may be loose; without one at least half of its rows must come again.
    """
    strong = [c for c in found if c.at_start or not c.glued]
    out: list[Region] = []
    headings = [i for i, line in enumerate(lines) if len(line.uni) < 400 and _CONTENTS.match(line.bare)]
    for heading in headings:
        if out and lines[heading].start < out[-1].end:
            continue
        region = _contents_after(lines, strong, heading)
        if region:
            out.append(region)
    if not out:
        region = _repeated_row(lines, strong)
        if region:
            out.append(region)
    return out


def _row(lines: list[Line], strong: list[Candidate], first: int) -> int:
    """The index after the last candidate of the row of short entries that begins with candidate `first`."""
    key = strong[first].readings[0]
    index = first + 1
    while index < len(strong) and strong[index].readings[0] != key and _short(lines, strong, index - 1):
        index += 1
    return index


def _short(lines: list[Line], strong: list[Candidate], index: int) -> bool:
    """Whether between this candidate and the next there is no sentence, only a title."""
    here, there = strong[index], strong[index + 1]
    if there.start - here.end > 600:
        return False
    gap = _between(lines, here, there)
    return len("".join(gap.split()).rstrip("0123456789.…·")) <= 60 and not re.search(r"[。;]", gap)


def _between(lines: list[Line], here: Candidate, there: Candidate) -> str:
    first, last = lines[here.line], lines[there.line]
    if first is last:
        return first.uni[here.end - first.start : there.start - first.start]
    middle = "".join(line.uni for line in lines[here.line + 1 : there.line])
    return first.uni[here.end - first.start :] + middle + last.uni[: there.start - last.start]


def _contents_after(lines: list[Line], strong: list[Candidate], heading: int) -> Region | None:
    first = bisect_right(strong, heading, key=lambda c: c.line)
    if first == len(strong):
        return None
    end = _row(lines, strong, first)
    again = end < len(strong) and strong[end].readings[0] == strong[first].readings[0]
    if not again and end - first < 3:
        return None
    return Region("toc", lines[heading].start, _end_of_row(lines, strong, first, end))


def _end_of_row(lines: list[Line], strong: list[Candidate], first: int, end: int) -> int:
    """The end of the last entry, with unnumbered entries (附则) that directly follow it."""
    last = strong[end - 1]
    if end < len(strong) and strong[end].line == last.line:
        return strong[end].start
    line = last.line
    limit = strong[end].line if end < len(strong) else len(lines)
    while line + 1 < limit and re.match(r"^(?:附则|附录|附件|附表|索引|参考文献|后记)[.…·\d]*$", lines[line + 1].bare):
        line += 1
    return lines[line].end


def _repeated_row(lines: list[Line], strong: list[Candidate]) -> Region | None:
    """A row of three headings, or two chapters, that stands at the beginning and comes again, without a heading."""
    kinds = ["part", "chapter", "section", "division", "en_part", "en_chapter", "en_article", "article", "d", "h"]
    index = 0
    while index < min(len(strong), 400):
        end = _row(lines, strong, index) if strong[index].style in kinds else index + 1
        enough = 2 if strong[index].style in ("part", "chapter", "en_part", "en_chapter") else 3
        again = end - index >= enough and end < len(strong) and strong[end].readings[0] == strong[index].readings[0]
        if again and _comes_again(lines, strong, index, end):
            return Region("toc", strong[index].start, _end_of_row(lines, strong, index, end))
        index = end if end > index + 1 else index + 1
    return None


def _comes_again(lines: list[Line], strong: list[Candidate], first: int, end: int) -> bool:
    """Whether the row is a list of the headings that follow: the same titles, or chapters with none at all."""
    later = {(c.readings[0], _title(lines, c)) for c in strong[end : end + _LOOK_AHEAD]}
    labels = {label for label, _ in later}
    row = strong[first:end]
    named = [c for c in row if _title(lines, c)]
    if sum((c.readings[0], _title(lines, c)) in later for c in named) * 2 >= len(named) > 0:
        return True
    chapters = all(c.style in ("part", "chapter", "section", "en_part", "en_chapter") for c in row)
    return chapters and row[0].readings[0] in labels


def _title(lines: list[Line], candidate: Candidate) -> str:
    """The first characters of what the label heads, for comparing an entry with its heading."""
    line = lines[candidate.line]
    return "".join(line.uni[candidate.end - line.start :].split())[:4]
