"""A table that came back beside what stands now: refused cell by cell, or what confirming it would change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.reading.xml import Package
from consult.review.ruling import Ruling, check
from consult.review.words import OUTCOMES
from consult.summary import back_sheet_read, back_word_read
from consult.summary.back import (
    ASIDE,
    CODE,
    FILLED,
    READ,
    BackRow,
    Code,
    Filled,
    Key,
    alike,
    bare,
    outcome_of,
    printed,
    read_code,
    shown,
    stamp,
)
from consult.summary.back_raw import RawLine, RawTable, Told, bounded

# kind → what the page calls it
KINDS = {
    "new": "新作处理", "changed": "改变处理", "conflict": "两边都改了", "kept": "表里没改，系统里另有处理", "same": "没有变化",
}  # fmt: skip
_HEADING = {name: heading for heading, name in FILLED.items()}
_FOREIGN = "行号“{code}”不是这个项目的，或者有字抄错了。请从下载的表里原样复制过来。"
_ALTERED = "这一栏是给人看的，不能在表里改动：提出人说的话要保持原样。请恢复后再上传，或者重新下载。"
_GONE = "这条意见已经撤回，或者归并到别的组里了，这一行填写的没有读入。"
Keyed = Mapping[Key, BackRow]


@dataclass(frozen=True)
class Change:
    """One row of the file: what was handed out, what stands now, what the file says."""

    row: BackRow
    place: str
    before: Filled
    after: Filled
    kind: str

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """(heading, what stands now, what the file says) of the cells that differ; where the file kept what it was
        given and the system went on, what was handed out beside what stands now."""
        old, new = (self.before, self.row.filled) if self.kind == "kept" else (self.row.filled, self.after)
        return [(heading, cell(old, name), cell(new, name)) for heading, name in FILLED.items() if cell(old, name) != cell(new, name)]


@dataclass
class Reading:
    """What came of a file: with any trouble nothing of it is taken; `absent` rows were handed out and are not in it."""

    troubles: list[Told] = field(default_factory=list)
    notices: list[Told] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    rows: int = 0
    absent: int = 0

    def of(self, *kinds: str) -> list[Change]:
        """The rows of some kinds, in the order of the file."""
        return [one for one in self.changes if one.kind in kinds]


def cell(filled: Filled, name: str) -> str:
    """A field as its cell shows it."""
    return OUTCOMES.get(filled.outcome, filled.outcome) if name == "outcome" else str(getattr(filled, name))


def parse(package: Package, kind: str) -> RawTable:
    """The cells of a docx or xlsx. Raises Refused for a file that cannot be read."""
    return back_word_read.read(package) if kind == "docx" else back_sheet_read.read(package)


def codes(raw: RawTable, project: str) -> list[Code]:
    """The row numbers of this project in the file: what has to be looked up before it can be judged."""
    found = (read_code(project, line.cells[CODE]) for line in raw.lines)
    return [one for one in found if one is not None and one.sealed]


def judge(raw: RawTable, project: str, now: Keyed, before: Mapping[tuple[Key, int], Filled]) -> Reading:
    """Compare. `now` are the rows as they stand, `before` rulings that were replaced since, by row and number."""
    reading = Reading(rows=len(raw.lines))
    seen: dict[Key, str] = {}
    for line in raw.lines:
        code = _code(raw, project, line, seen)
        if code is None:
            continue
        row = now.get(code.key)
        _read_only(raw, line, code, row)
        given = Filled() if not code.number else before.get((code.key, code.number)) or (row.filled if row else Filled())
        typed = _typed(line)
        touched = not _same(typed, shown(given))
        if row is None:
            if touched:
                raw.notice(line.place, _GONE)
            continue
        change = _change(raw, line, row, code.number, given, typed) if touched else _untouched(line, row, code.number, given)
        if change is not None:
            reading.changes.append(change)
    reading.absent = max(raw.count - len(raw.lines), 0)
    reading.troubles, reading.notices = bounded(raw.troubles), bounded(raw.notices)
    return reading


def _code(raw: RawTable, project: str, line: RawLine, seen: dict[Key, str]) -> Code | None:
    """The number of a row, which must be of this project and stand there once."""
    text, place = line.cells[CODE], line.cell(CODE)
    code = read_code(project, text)
    if not text.strip():
        raw.trouble(place, "没有行号，不知道是哪一条意见。请不要在表里加行；行号丢了的，请从下载的表里复制过来。")
    elif code is None or not code.sealed:
        raw.trouble(place, _FOREIGN.format(code=shorten(text, 30)))
    elif code.key in seen:
        raw.trouble(place, f"行号与{seen[code.key]}的重复，一条意见只能有一行，请删去多的一行。")
    else:
        seen[code.key] = line.place
        return code
    return None


def _read_only(raw: RawTable, line: RawLine, code: Code, row: BackRow | None) -> None:
    """What was said must be as it was handed out; what the system counts is only told."""
    if stamp([line.cells[heading] for heading in READ]) != code.stamp:
        differ = [one for one, name in READ.items() if row is None or bare(line.cells[one]) != bare(printed(getattr(row, name)))]
        for heading in differ:
            raw.trouble(line.cell(heading), _ALTERED)
        if not differ:  # all is as the system has it, so the last characters of the number were touched
            raw.trouble(line.cell(CODE), _FOREIGN.format(code=shorten(line.cells[CODE], 30)))
    for heading, name in ASIDE.items():
        if row is not None and row.number == code.number and bare(line.cells[heading]) != bare(printed(getattr(row, name))):
            raw.notice(line.cell(heading), "这一栏由系统填写，表里写的没有读入。要说明的话，请写在“理由”里。")


def _typed(line: RawLine) -> Filled:
    typed = {name: line.cells[heading] for heading, name in FILLED.items()}
    return Filled(**typed | {"outcome": outcome_of(typed["outcome"])})


def _same(one: Filled, other: Filled) -> bool:
    return all(alike(getattr(one, part.name), getattr(other, part.name)) for part in fields(Filled))


def _untouched(line: RawLine, row: BackRow, number: int, given: Filled) -> Change:
    return Change(row, line.place, given, given, "same" if row.number == number else "kept")


def _change(raw: RawTable, line: RawLine, row: BackRow, number: int, given: Filled, typed: Filled) -> Change | None:
    """A row that somebody filled in, held against the rules of R41; None where it breaks one."""
    if not typed.outcome:
        message = "已经作出的处理不能清空，要改请选另一种处理意见。" if given.outcome else "填写了其他栏，请在这里选一种处理意见。"
        raw.trouble(line.cell("处理意见"), message)
        return None
    if typed.outcome not in OUTCOMES:
        words = "、".join(OUTCOMES.values())
        raw.trouble(line.cell("处理意见"), f"“{shorten(typed.outcome, 20)}”不是规定的处理意见，请选：{words}。")
        return None
    try:
        after = Filled(**vars(check(Ruling(**vars(typed)))))
    except Refused as refusal:
        raw.trouble(line.cell(_HEADING.get(refusal.field or "", "处理意见")), refusal.message)
        return None
    if after.outcome == "inadmissible" and row.size > 1 and not row.key.kind:
        raw.trouble(line.cell("处理意见"), "不予受理只能针对单独一条意见，这一行是归并的，请先在系统里拆出。")
        return None
    _dropped(raw, line, typed, after)
    if _same(after, row.filled):
        return Change(row, line.place, given, after, "same")
    kind = "conflict" if row.number != number else "changed" if row.number else "new"
    return Change(row, line.place, given, after, kind)


def _dropped(raw: RawTable, line: RawLine, typed: Filled, after: Filled) -> None:
    """采纳部分 and 转办单位 belong to one result each; what stands there with another is told, not kept."""
    for heading in ("采纳部分", "转办单位"):
        name = FILLED[heading]
        if getattr(typed, name).strip() and not getattr(after, name):
            raw.notice(line.cell(heading), f"处理意见是“{OUTCOMES[after.outcome]}”，这一栏用不上，没有读入。")


def edition(changes: Iterable[Change]) -> list[list[object]]:
    """What a person says yes to, for a digest: every row, what stood there, what it becomes."""
    return [
        [one.row.key.kind, one.row.key.id, one.row.number, one.row.size, one.kind, *vars(one.after).values()] for one in changes
    ]
