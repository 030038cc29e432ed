"""Pure: what stands in a form file, cell by cell, before anybody judges it; the same for docx and xlsx."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consult.base.errors import Refused
from consult.base.text import plain
from consult.drafts.reading.xml import Package, xml_part
from consult.letters.form import FACTS, FORM_NUMBER, HEADINGS, MOST_ROWS, PROPERTY, Notice, Trouble
from consult.letters.form_ticks import is_tick_line

MOST_BYTES = 10 * 1024 * 1024
_FORM_NUMBER = re.compile(FORM_NUMBER[:-1] + r"[:：]\s*(\S+)")


@dataclass(frozen=True)
class Cell:
    """A cell: where it stands, as people count, and its text."""

    place: str
    text: str


@dataclass(frozen=True)
class RawRow:
    """A row below the headings: five cells and the hidden code, which may be empty."""

    place: str
    cells: tuple[Cell, ...]
    code: str = ""

    @property
    def blank(self) -> bool:
        """Whether it says nothing: a number alone is a spare row."""
        return not any(cell.text.strip() for cell in self.cells[1:])


@dataclass
class RawForm:
    """All that a file says, and what was found wrong on the way."""

    form_ids: set[str] = field(default_factory=set)
    facts: dict[str, Cell] = field(default_factory=dict)
    ticks: list[Cell] = field(default_factory=list)
    rows: list[RawRow] = field(default_factory=list)
    around: list[Cell] = field(default_factory=list)  # what else stands in the file, ours or not
    notices: list[Notice] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def notice(self, place: str, message: str) -> None:
        """Tell the reader something."""
        self.notices.append(Notice(place, message))

    def trouble(self, place: str, message: str) -> None:
        """Refuse the file for something."""
        self.troubles.append(Trouble(place, message))

    def take_head(self, cells: Sequence[Cell]) -> list[Cell]:
        """Take the number, the tick line and the facts out of one row of the head; what was none of them is left."""
        left: list[Cell] = []
        waiting = ""
        for cell in cells:
            name, rest = _label(cell.text)
            found = _FORM_NUMBER.search(cell.text)
            if found:
                self.form_ids.add(found[1])
                left.append(Cell(cell.place, cell.text.replace(found[0], "")))
            elif is_tick_line(cell.text):
                self.ticks.append(cell)
            elif name and name not in self.facts:
                waiting = "" if rest else name
                self.facts[name] = Cell(cell.place, rest)
            elif waiting and cell.text.strip():
                self.facts[waiting], waiting = cell, ""
            elif cell.text.strip():
                left.append(cell)
        return [cell for cell in left if cell.text.strip()]


def _label(text: str) -> tuple[str, str]:
    """(name of the fact, what was written behind its label in the same cell); empty where it is no label."""
    for name, label in FACTS.items():
        bare = label.partition("(")[0]
        found = re.match(rf"\s*{bare}\s*(?:[（(]盖章[)）])?\s*(?:$|[:：]\s*(.*))", text, re.DOTALL)
        if found:
            return name, (found[1] or "").strip()
    return "", ""


def check_headings(raw: RawForm, cells: Sequence[Cell]) -> bool:
    """Whether the heading row is exactly ours; the reason and the cell of every difference become troubles."""
    wanted, found = list(HEADINGS), [plain(cell.text) for cell in cells]
    while len(found) > len(wanted) and not found[-1]:
        found.pop()
    if found == wanted:
        return True
    place = cells[0].place if cells else ""
    if sorted(found) == sorted(wanted):
        raw.trouble(place, f"表头的次序变了，应当依次是：{'、'.join(wanted)}。请把各列移回原来的位置。")
        return False
    for cell, name in zip(cells[: len(found)], found, strict=False):
        if name not in wanted or found.index(name) != cells.index(cell):
            raw.trouble(cell.place, f"表头“{name or '空白'}”不是这张表原有的，请改回原样或者删去这一列。")
    missing = [name for name in wanted if name not in found]
    if missing:
        raw.trouble(place, f"表头缺少“{'”“'.join(missing)}”，应当依次是：{'、'.join(wanted)}。请恢复后再上传。")
    return False


def looks_like_headings(texts: Iterable[str]) -> bool:
    """Whether a row is the heading row, changed or not: two of our headings stand in it."""
    return len({plain(text) for text in texts} & set(HEADINGS)) >= 2


def too_many(raw: RawForm, count: int, place: str) -> bool:
    """Whether there are more rows than anybody sends; the first that is too many becomes a trouble."""
    if count > MOST_ROWS:
        raw.trouble(place, f"表格超过{MOST_ROWS}行，请删去多余的空行后再上传。")
    return count > MOST_ROWS


def hidden_numbers(package: Package) -> set[str]:
    """The number of the form in the custom document properties, where a program kept them."""
    try:
        root = xml_part(package, "docProps/custom.xml")
    except Refused:  # a broken property is no reason to refuse: the number also stands in the form itself
        return set()
    found = root.iterfind("{*}property") if root is not None else ()
    return {text for one in found if one.get("name") == PROPERTY and (text := "".join(one.itertext()).strip())}
