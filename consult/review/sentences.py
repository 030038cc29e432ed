"""Sentences of what citizens write: cut without losing a character, and the form under which two of them are the same."""

import re
import unicodedata
from functools import lru_cache

_CLOSING = "”’」』）)》〉】〕\\]\"'"
_LINE_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_PIECE = re.compile(rf"[^。！？!?；;…{_LINE_ENDS}]*[。！？!?；;…]+[{_CLOSING}]*|[^。！？!?；;…{_LINE_ENDS}]+")
_LETTER = re.compile(r"[^\W_]")
_MARKS = re.compile(r"[\W_]+")
_SPACE = re.compile(r"\s+")


@lru_cache(4096)
def _said(marks: str) -> str:
    """What of a run without letters counts: symbols, accents and %, but no punctuation, white space or control."""
    return "".join(one for one in marks if unicodedata.category(one)[0] not in "PZC" or one in "%‰")


def _without_marks(found: re.Match[str]) -> str:
    """A mark between two digits is part of the number: 3.5 is not 35."""
    first, last, text = found.start(), found.end(), found.string
    if first > 0 and last < len(text) and text[first - 1].isdigit() and text[last].isdigit():
        return found.group()
    return _said(found.group())


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, cut after 。！？；… and at line ends.

    Closing quotes and brackets stay with their sentence; a piece of nothing but marks joins the one before it.
    Joined they give every character of the text but white space at the cuts.
    """
    out: list[str] = []
    first = ""
    for piece in _PIECE.findall(text):
        piece = piece.strip()
        if _LETTER.search(piece) or _said(piece):
            out.append(first + piece)
            first = ""
        elif out:
            out[-1] += piece
        else:
            first += piece
    if first:
        out.append(first)
    return out


@lru_cache(4096)
def same(sentence: str) -> str:
    """The form in which two sentences are the same one: NFKC, case folded, no white space, no punctuation.

    Every letter, digit, symbol and Chinese character counts, and a mark inside a number. A sentence of nothing but
    marks keeps them, so that 「？」 is not 「！」.
    """
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", sentence).casefold())
    return _MARKS.sub(_without_marks, folded) or folded


def parts(text: str, proposed_text: str, reason: str) -> list[str]:
    """The sentences of an opinion: what was said, the wording proposed, the reason."""
    return sentences(text) + sentences(proposed_text) + sentences(reason)
