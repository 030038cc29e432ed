"""Characters: widths, white space, punctuation; what two printings of one sentence have in common."""

import re
import unicodedata

from consult.base.errors import Refused

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"


def _one_for_one() -> dict[int, str]:
    """Every character that has a one-character compatibility form, white space as a plain space."""
    table: dict[int, str] = {}
    blocks = ((0xFF01, 0xFF5F), (0x2F00, 0x2FD6), (0x2E80, 0x2EF4), (0xF900, 0xFB00), (0xFE50, 0xFE6C))
    for first, last in blocks:
        for code in range(first, last):
            plain_form = unicodedata.normalize("NFKC", chr(code))
            if len(plain_form) == 1 and plain_form != chr(code):
                table[code] = plain_form
    table.update({code: " " for code in range(0x3001) if chr(code).isspace() and code != 10})
    table.update(dict.fromkeys(map(ord, _INVISIBLE), " "))
    table.update(dict.fromkeys(map(ord, "○◯"), "〇"))
    table.update({ord(old): new for old, new in zip("〔〕﹙﹚", "()()", strict=True)})
    return table


_UNIFIED = _one_for_one()
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def unified(text: str) -> str:
    """`text` with half-width forms and plain spaces, of the SAME length: offsets stay true.

    Line feeds stay. Meant for matching; what is shown is always cut from the original.
    """
    return text.translate(_UNIFIED)


def plain(text: str) -> str:
    """`text` without white space and invisible marks, widths unified (NFKC)."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(text.translate(dict.fromkeys(map(ord, _INVISIBLE))).split())


def comparable(text: str) -> str:
    """What two copies of one sentence share: NFKC, case folded, no white space, no punctuation.

    For hashing exact duplicates. A text of nothing but punctuation keeps it, so that 「？」 is not 「！」.
    """
    folded = plain(text).casefold()
    letters = "".join(c for c in folded if unicodedata.category(c)[0] not in "PZC")
    return letters or folded


def clean_input(text: str, field: str | None = None) -> str:
    """`text` as it may be stored: CRLF and CR become LF, nothing else is changed.

    Raises `Refused` for other control characters and for lone surrogates (half of a character, which no
    database takes): silently dropping them would store what nobody wrote.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATE.search(text):
        raise Refused("文字中有不完整的字符（可能是表情符号被截断），请删除后再提交。", field)
    control = _CONTROL.search(text)
    if control:
        place = text.count("\n", 0, control.start()) + 1
        raise Refused(f"文字第 {place} 行含有看不见的控制字符，请删除后再提交（可先粘贴到记事本再复制）。", field)
    return text


def printable(text: str) -> str:
    """`text` without control and half characters: for what is looked up or noted, never for what somebody says."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs"))


def is_cjk(char: str) -> bool:
    """Whether `char` is a Chinese character."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\U00020000" <= char <= "\U0003ffff"


def shorten(text: str, length: int) -> str:
    """The first `length` characters on one line, with an ellipsis where something was left out."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: max(0, length - 1)] + "…"
