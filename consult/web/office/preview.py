"""Pure: a document line by line beside the pieces that were read from it, and what its notice says for the form."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consult.base.clock import parse_local
from consult.base.errors import Refused
from consult.drafts.mend_places import Finding
from consult.drafts.reading import Source
from consult.drafts.split import Piece, Split
from consult.web.office.presses import name_of

PIECES = {
    "clause": "条款", "paragraph": "段落", "title": "标题", "notice": "公告", "toc": "目录",
    "furniture": "页眉页脚", "signature": "落款", "attachment": "附件",
}  # fmt: skip
CONTACTS = {
    "unit": "", "person": "联系人", "phones": "电话", "fax": "传真", "email": "邮箱", "address": "地址",
    "postcode": "邮编", "qq": "QQ",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One piece on the import page: `index` counts from 0, `found` are (number, warning) that speak of it."""

    index: int
    piece: Piece
    name: str
    depth: int
    found: tuple[tuple[int, Finding], ...]


@dataclass(frozen=True)
class Group:
    """Lines of the source, (number, text), and the pieces that begin on the first of them."""

    lines: tuple[tuple[int, str], ...]
    rows: tuple[Row, ...]


def groups(source: Source, cut: Split, found: Sequence[Finding]) -> list[Group]:
    """Source and pieces side by side: a group for each line on which a piece begins, blank lines left out."""
    said: dict[int, list[tuple[int, Finding]]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.index is not None:
            said[one.index].append((number, one))
    at: dict[int, list[Row]] = defaultdict(list)
    for index, piece in enumerate(cut.pieces):
        at[piece.line].append(Row(index, piece, name_of(piece), len(piece.path), tuple(said[index])))
    out: list[Group] = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if number in at:
            out.append(Group(((number, line.strip()),), tuple(at[number])))
        elif line.strip() and out:
            out[-1] = Group((*out[-1].lines, (number, line.strip())), out[-1].rows)
    return out


def count(split: Split) -> int:
    """How many numbered clauses were read."""
    return sum(piece.kind == "clause" for piece in split.pieces)


def contact_lines(split: Split) -> str:
    """The contact block of a notice, a line for each fact."""
    lines = [line for one in (split.notice.contacts if split.notice else ()) for line in _lines(one)]
    return "\n".join(dict.fromkeys(lines))


def _lines(contact: Mapping[str, Any]) -> list[str]:
    shown = []
    for name, title in CONTACTS.items():
        if value := contact.get(name):
            text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            shown.append(f"{title}：{text}" if title else text)
    return shown


def unit(split: Split) -> str:
    """The office that the notice names, if any."""
    contacts = split.notice.contacts if split.notice else ()
    return next((str(one["unit"]) for one in contacts if one.get("unit")), "")


def deadline(split: Split) -> datetime | None:
    """The deadline that the notice prints; a bare date lasts until 24:00 (R04)."""
    printed = split.notice.deadline if split.notice else None
    try:
        return parse_local(printed, end_of_day=True) if printed else None
    except Refused:
        return None
