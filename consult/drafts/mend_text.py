"""Pure: the characters of a piece: where words stand in it, its label and its text as one, two texts as one."""

from dataclasses import replace

from consult.base.errors import Refused
from consult.base.text import is_cjk
from consult.drafts.split import Piece

LONGEST_LABEL = 40


def unspaced(text: str) -> tuple[str, list[int]]:
    """The characters of a text but white space, and the offset of each."""
    offsets = [offset for offset, char in enumerate(text) if not char.isspace()]
    return "".join(text[offset] for offset in offsets), offsets


def glued(first: str, second: str) -> str:
    """Two neighbours as one text: nothing between Chinese, a space between words of other scripts."""
    if not first or not second or is_cjk(first[-1]) or is_cjk(second[0]) or not first[-1].isascii():
        return first + second
    return f"{first} {second}"


def whole(piece: Piece) -> str:
    """The label and the text of a piece as one text."""
    return glued(piece.label, piece.text)


def place_of(text: str, words: str) -> int:
    """The offset of the only place where the words stand, white space aside; Refused where none or many."""
    flat, offsets = unspaced(text)
    wanted = unspaced(words)[0]
    found = flat.find(wanted) if wanted else -1
    if found < 0:
        raise Refused("这一段里没有这几个字，请照原文写。", "at")
    if flat.find(wanted, found + 1) >= 0:
        raise Refused("这几个字在这一段里不止一处，请多写几个字。", "at")
    return offsets[found]


def labelled(piece: Piece, label: str) -> Piece:
    """A piece without a label with the one that its text begins with; Refused where it begins otherwise."""
    flat, offsets = unspaced(piece.text)
    wanted = unspaced(label)[0]
    if not wanted:
        raise Refused("这一段开头没有认出编号。请写出编号，要和这一段开头的字一样，例如“第三条”。", "label")
    if len(wanted) > LONGEST_LABEL:
        raise Refused(f"编号太长，最多{LONGEST_LABEL}个字。", "label")
    if not flat.startswith(wanted):
        raise Refused("编号要和这一段开头的字一样，一个字也不能改。", "label")
    end = offsets[len(wanted)] if len(wanted) < len(flat) else len(piece.text)
    between = " " if wanted.isascii() else ""
    return replace(piece, label=between.join(piece.text[:end].split()), text=piece.text[end:].strip())
