"""Telephone, identity and mail numbers covered in a text that the public will read (R15, R52)."""

import re

from consult.base.text import unified

# Separators that people put into numbers; `unified` has made full-width digits and signs half-width before.
_GAP = r"[ \-]?"
_NUMBERS = (
    # 18 or 15 digits of an identity card
    re.compile(rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{_GAP}(?:18|19|20)\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{3}}[0-9Xx](?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])"),
    # mobile, with or without +86; then landline with its area code, extension included
    re.compile(rf"(?<![0-9A-Za-z])(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])\(?0\d{2,3}\)?[ \-]?\d{7,8}(?:-\d{1,5})?(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])400[ \-]?\d{3}[ \-]?\d{4}(?![0-9A-Za-z])"),
)
_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+(?=@[A-Za-z0-9.\-]+\.[A-Za-z]{2,})")


def masked(text: str) -> str:
    """`text` of the same length with the middle of every telephone and identity number as `*`.

    Three characters stay in front and two behind, so that the author knows the number again and nobody
    else can use it; of a mail address only the first letter and the host stay.
    """
    plain = unified(text)
    chars = list(text)
    for pattern in _NUMBERS:
        for found in pattern.finditer(plain):
            for at in range(found.start() + 3, found.end() - 2):
                chars[at] = "*"
        plain = unified("".join(chars))
    for found in _MAIL.finditer(plain):
        for at in range(found.start() + 1, found.end()):
            chars[at] = "*"
    return "".join(chars)
