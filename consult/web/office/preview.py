"""Pure: a document line by line beside the pieces that were read from it, and what its notice says for the form."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consult.base.clock import parse_local
from consult.base.errors import Refused
from consult.drafts.reading import Source
from consult.drafts.split import Piece, Split

PIECES = {
    "clause": "条款", "paragraph": "段落", "title": "标题", "notice": "公告", "toc": "目录",
    "furniture": "页眉页脚", "signature": "落款", "attachment": "附件",
}  # fmt: skip
CONTACTS = {
    "unit": "", "person": "联系人", "phones": "电话", "fax": "传真", "email": "邮箱", "address": "地址",
    "postcode": "邮编", "qq": "QQ",
}  # fmt: skip
_AT_LINE = re.compile(r"第 (\d+) 行")


@dataclass(frozen=True)
class Row:
    """One line of the source that says something, and what begins on it."""

    number: int
    source: str
    pieces: tuple[Piece, ...]
    warnings: tuple[str, ...]


def rows(source: Source, split: Split) -> list[Row]:
    """Every line of the source that is not blank, with its pieces and the warnings that name it."""
    pieces: dict[int, list[Piece]] = defaultdict(list)
    for piece in split.pieces:
        pieces[piece.line].append(piece)
    said: dict[int, list[str]] = defaultdict(list)
    for warning in split.warnings:
        if found := _AT_LINE.match(warning):
            said[int(found.group(1))].append(warning)
    return [
        Row(number, line.strip(), tuple(pieces.get(number, ())), tuple(said.get(number, ())))
        for number, line in enumerate(source.text.split("\n"), 1)
        if line.strip() or number in pieces
    ]


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
