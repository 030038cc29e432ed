"""Lists of attachments: they name what comes along, and their numbers are no clauses."""

import re

from consult.drafts.lines import Line, is_date
from consult.drafts.regions import Region

_HEAD = re.compile(r"^[ #*>]*附 {0,3}件? {0,3}[:] *")
_ROW = re.compile(r"^[ #*>]*附 {0,3}件 {0,3}(\d{1,2}|[一二三四五六七八九十]{1,3}) {0,2}[.、: ] *(?=[^ ])")
_ENTRY = re.compile(r"^\(?\d{1,2}[.、)](?!\d)")
_NEXT = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|(?<=.)附 ?件 ?[\d一二三四五](?![.、])")
_FILE = re.compile(r"\.(?:docx?|wps|pdf|xlsx?|zip|rar|ofd)\b", re.IGNORECASE)


def attachment_lists(lines: list[Line]) -> list[Region]:
    """附件:1.… 2.…, or 附件1:… 附件2:… in rows; up to a date, a signature or the next heading."""
    out: list[Region] = []
    index = 0
    while index < len(lines):
        last = _listed_below(lines, index)
        if last is None:
            last = _rows(lines, index)
        if last is not None:
            end = _end_within(lines[index]) if last == index else lines[last].end
            out.append(Region("attachment", lines[index].start, end))
            index = last
        index += 1
    return out


def _listed_below(lines: list[Line], index: int) -> int | None:
    """The last line of the list that 附件: begins; None where it is the label of what follows."""
    head = _HEAD.match(lines[index].uni)
    if not head:
        return None
    last = index
    if _end_within(lines[index]) == lines[index].end:
        while last + 1 < len(lines) and _continues(lines[last + 1]):
            last += 1
    while last > index and lines[last].blank:
        last -= 1
    return last if last > index or head.end() < len(lines[index].uni.rstrip()) else None


def _end_within(line: Line) -> int:
    """Where a list that shares its line with what follows ends: before 附件2 or after the date."""
    found = _NEXT.search(line.uni, 4)
    return line.start + found.start() if found else line.end


def _continues(line: Line) -> bool:
    bare = line.bare
    if not bare:
        return True
    return bool(_ENTRY.match(bare)) and len(bare) <= 80 and "。" not in bare and not is_date(bare)


def _rows(lines: list[Line], first: int) -> int | None:
    """The last of two or more rows 附件1:…, 附件2:… with names and no text between or below them."""
    count, last = 0, first
    for index in range(first, len(lines)):
        bare = lines[index].bare
        if not bare:
            continue
        if not _ROW.match(lines[index].uni) or len(bare) > 80 or "。" in bare:
            if count < 2:
                return None
            ends = is_date(bare) or bool(re.match(r"附件?(?:1|一)(?!\d)", bare)) or _signs(lines, index)
            return last if ends else None
        count, last = count + 1, index
    return last if count > 1 or (count and _FILE.search(lines[last].uni)) else None


def _signs(lines: list[Line], index: int) -> bool:
    """Whether an office signs here: a short line and below it a date."""
    below = next((line.bare for line in lines[index + 1 : index + 4] if line.bare), "")
    return len(lines[index].bare) <= 30 and is_date(below)
