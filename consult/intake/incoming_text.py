"""Pure: a letter as text, or several parted by lines of dashes; or every paragraph somebody's opinion."""

import csv
import io
import re
from typing import Any

from consult.base.text import shorten
from consult.intake.incoming import Batch, Incoming, Said, lines_of
from consult.intake.incoming_table import Cell, Line, read_table
from consult.intake.screen import Sender

_RULE = re.compile(r"^[ \t]*(?:-{4,}|={4,}|—{4,}|\*{4,}|＝{4,}|－{4,})[ \t]*$", re.MULTILINE)
_FACTS = {
    "姓名": "name", "提出人": "name", "来信人": "name", "联系人": "name", "署名": "name", "电话": "phone",
    "联系电话": "phone", "手机": "phone", "手机号": "phone", "邮箱": "email", "电子邮箱": "email", "地址": "address",
    "联系地址": "address", "通讯地址": "address",
}  # fmt: skip
_SIGNED = re.compile(rf"^[ \t　]*({'|'.join(sorted(_FACTS, key=len, reverse=True))}|姓[ 　]{{1,4}}名|电[ 　]{{1,4}}话)[ \t]*[:：][ \t　]*(\S[^\n]*?)[ \t　]*$", re.MULTILINE)
EMAIL = re.compile(r"[^@\s<>\"',;]+@[^@\s<>\"',;]+\.[^@\s<>\"',;]+\Z")
_MOST_LINE = 50
_NUMBER = re.compile(r"[ \t　]*(?:\d{1,4}[.、．)）](?!\d)|[（(]\d{1,4}[)）])[ \t　]*")


def read_letters(text: str, name: str = "") -> Batch:
    """One sending a letter; a line of four dashes or more parts two letters."""
    parts = [one for one in _RULE.split(lines_of(text)) if one.strip()]
    batch = Batch()
    for number, one in enumerate(parts, 1):
        batch.add(read_letter(one, f"第 {number} 份" if len(parts) > 1 else name or "这份来信"))
    return batch


def read_separated(text: str, delimiter: str) -> Batch | None:
    """A table pasted from Excel (tabs) or saved as csv; None where no row of it has our headings."""
    batch = Batch()
    try:
        rows = list(csv.reader(io.StringIO(lines_of(text)), delimiter=delimiter))
    except csv.Error:
        return None
    lines = [
        Line(f"第{number}行", {column: Cell(f"第{number}行第{column}列", cell) for column, cell in enumerate(row, 1) if cell.strip()})
        for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)
    ]  # fmt: skip
    return batch if read_table(batch, lines) else None


def read_letter(text: str, place: str) -> Batch:
    """One letter, whatever stands in it; who signed is read where a line says so: 姓名：朱小明."""
    text = lines_of(text).strip("\n")
    return Batch([Incoming(place, (Said(text, place=place, whole=True),), signed(text))])


def signed(text: str) -> Sender:
    """The sender as the labelled lines of a letter name them; the lines stay in the text."""
    found: dict[str, Any] = {}
    for label, value in _SIGNED.findall(text):
        name = _FACTS["".join(label.split())]
        if name not in found and len(value) <= _MOST_LINE and (name != "email" or EMAIL.match(value)):
            found[name] = value.strip()
    return Sender(**found)


def read_paragraphs(text: str) -> Batch:
    """One sending a paragraph, as collected from a chat or a list of calls.

    Where blank lines part the text they part the opinions; else, where lines begin with numbers, the numbers do;
    else every line is an opinion. A number that only counts them is left out.
    """
    text = lines_of(text).strip("\n")
    lines = text.split("\n")
    if re.search(r"\n[ \t　]*\n", text):
        parts = re.split(r"\n[ \t　]*\n", text)
    elif sum(bool(_NUMBER.match(line)) for line in lines) > 1:
        parts = _numbered(lines)
    else:
        parts = lines
    parts = [one.strip("\n") for one in parts if one.strip()]
    counted = len(parts) > 1 and all(_NUMBER.match(one) for one in parts)
    batch = Batch()
    for number, one in enumerate(parts, 1):
        said = _NUMBER.sub("", one, count=1) if counted else one
        batch.sendings.append(Incoming(f"第 {number} 段（{shorten(said, 12)}）", (Said(said, place=f"第 {number} 段", whole=True),)))
    return batch


def _numbered(lines: list[str]) -> list[str]:
    """Lines joined to the numbered line above them."""
    out: list[str] = []
    for line in lines:
        if out and not _NUMBER.match(line):
            out[-1] += f"\n{line}"
        else:
            out.append(line)
    return out
