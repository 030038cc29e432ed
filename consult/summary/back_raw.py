"""Pure: what stands in a table that came back, cell by cell, before anybody judges it; the same for docx and xlsx."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from consult.base.errors import Refused
from consult.base.text import plain, shorten
from consult.drafts.reading.xml import Package
from consult.summary.back import HEADINGS, MOST_ROWS, counted

MOST_BYTES = 20 * 1024 * 1024
MOST_TOLD = 100  # troubles and notices; more are summed up in the last
NOT_OURS = "这不是 docx 或 xlsx 文件。请上传填好的意见汇总处理表（用 Word、Excel 或者 WPS 另存为 docx、xlsx）。"
STRUCK = "有划掉的字（删除线），不知道要不要算。请把不要的字真正删去，或者去掉删除线。"
_OLD = "这是旧格式（doc、xls、wps、et）或者有密码的文件。请去掉密码，另存为 docx 或者 xlsx 后再上传。"
_NO_TABLE = "没有找到意见汇总处理表，表头应当依次是：{names}。请使用从本系统下载的表填写。"


class Told(NamedTuple):
    """A place in the file, which may be empty, and what is to be said of it."""

    place: str
    message: str


@dataclass(frozen=True)
class RawLine:
    """A row below the headings: where it stands, and heading → text."""

    place: str
    cells: dict[str, str]

    def cell(self, heading: str) -> str:
        """Where one of its cells stands, as people find it."""
        return f"{self.place}“{heading}”"


@dataclass
class RawTable:
    """All that a file says, and what was found wrong on the way; `count` rows were handed out, 0 for unknown."""

    lines: list[RawLine] = field(default_factory=list)
    count: int = 0
    found: bool = False
    notices: list[Told] = field(default_factory=list)
    troubles: list[Told] = field(default_factory=list)

    def notice(self, place: str, message: str) -> None:
        """Tell the reader something."""
        self.notices.append(Told(place, message))

    def trouble(self, place: str, message: str) -> None:
        """Refuse the file for something."""
        self.troubles.append(Told(place, message))

    def around(self, text: str) -> None:
        """Words beside the table: the number of rows stands there."""
        self.count = self.count or counted(text)

    def headings(self, place: str, texts: Sequence[str]) -> bool:
        """Whether a row of headings is exactly ours; every difference becomes a trouble that names it."""
        wanted, found = list(HEADINGS), [plain(text) for text in texts]
        while len(found) > len(wanted) and not found[-1]:
            found.pop()
        self.found = True
        if found == wanted:
            return True
        missing = [name for name in wanted if name not in found]
        for number, name in enumerate(found, 1):
            if name not in wanted or name in found[: number - 1]:
                self.trouble(f"{place}第{number}列", f"表头“{shorten(name, 20) or '空白'}”不是这张表原有的，请改回原样。")
        if missing:
            self.trouble(place, f"表头缺少“{'”“'.join(missing)}”，请恢复后再上传。")
        elif not self.troubles:
            self.trouble(place, f"表头的次序变了，应当依次是：{'、'.join(wanted)}。请把各列移回原来的位置。")
        return False

    def add(self, place: str, texts: Sequence[str]) -> bool:
        """Take a row; whether there is room for more."""
        if not any(text.strip() for text in texts):
            return True
        self.lines.append(RawLine(place, dict(zip(HEADINGS, texts, strict=True))))
        if len(self.lines) > MOST_ROWS:
            self.trouble(place, f"表格超过{MOST_ROWS:,}行，请分几个文件上传。")
        return len(self.lines) <= MOST_ROWS

    def finish(self) -> "RawTable":
        """Say so where there was no table at all."""
        if not self.found:
            self.trouble("", _NO_TABLE.format(names="、".join(HEADINGS)))
        return self


def looks_like_headings(texts: Iterable[str]) -> bool:
    """Whether a row is the heading row, changed or not: four of our headings stand in it."""
    return len({plain(text) for text in texts} & set(HEADINGS)) >= 4


def opened(data: bytes) -> tuple[Package, str]:
    """The package and "docx" or "xlsx", by its content. Raises Refused for what is neither."""
    if not data:
        raise Refused("文件是空的，请重新选择。", "table_file")
    if len(data) > MOST_BYTES:
        raise Refused(f"文件超过 {MOST_BYTES // (1024 * 1024)} MB，请分几次下载、填写和上传。", "table_file")
    if data.startswith((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")):
        raise Refused(_OLD, "table_file")
    if not data.startswith(b"PK"):
        raise Refused(NOT_OURS, "table_file")
    package = Package(data)
    kind = "docx" if "word/document.xml" in package.names else "xlsx" if "xl/workbook.xml" in package.names else ""
    if not kind:
        raise Refused(NOT_OURS, "table_file")
    return package, kind


def bounded(told: Iterable[Told]) -> list[Told]:
    """Without repetitions, at most MOST_TOLD, the last of which says how many more there are."""
    once = list(dict.fromkeys(told))
    if len(once) > MOST_TOLD:
        more = len(once) - MOST_TOLD + 1
        once[MOST_TOLD - 1 :] = [Told("", f"另有 {more:,} 处，改好以上各处后再上传时会继续提示。")]
    return once
