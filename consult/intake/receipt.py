"""Pure: receipt codes (回执码), sixteen characters that a person can copy without an error going unseen.

A code is 15 Crockford base32 characters (75 bits) of HMAC-SHA256(receipt key, send key) and one check
character. The same send key always gives the same code, so that sending twice is one submission. The check
is a weighted sum over GF(32) with distinct weights: every single wrong character and every swap of two
characters is noticed. The database keeps a keyed hash of the code, never the code.
"""

import hashlib
import hmac
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_JOINTS = frozenset(" -_.–—·‐‑")


def _powers() -> list[int]:
    """a, a², … a¹⁵ in GF(32) with x⁵ + x² + 1: distinct, and none is the 1 that the check character weighs."""
    powers, value = [], 2
    for _ in range(15):
        powers.append(value)
        value <<= 1
        if value & 32:
            value ^= 0b100101
    return powers


_WEIGHTS = _powers()


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            left ^= 0b100101
        right >>= 1
    return product


def check_character(body: str) -> str:
    """The sixteenth character for fifteen."""
    total = 0
    for weight, char in zip(_WEIGHTS, body, strict=True):
        total ^= _times(weight, ALPHABET.index(char))
    return ALPHABET[total]


def make_code(receipt_key: bytes, send_key: str) -> str:
    """The code of one sending, as `XXXX-XXXX-XXXX-XXXX`."""
    number = int.from_bytes(hmac.new(receipt_key, send_key.encode(), hashlib.sha256).digest()[:10]) >> 5
    body = "".join(ALPHABET[number >> shift & 31] for shift in range(70, -1, -5))
    code = body + check_character(body)
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))


def read_code(typed: str) -> str | None:
    """A typed code in its printed form; None where it cannot be one (length, alphabet, check character).

    Full-width forms, lower case, spaces and dashes are forgiven; O reads as 0, I and L as 1.
    """
    if len(typed) > 100:
        return None
    plain = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(char for char in plain if char not in _JOINTS and not char.isspace()).translate(_ALIKE)
    if len(plain) != 16 or any(char not in ALPHABET for char in plain):
        return None
    if check_character(plain[:15]) != plain[15]:
        return None
    return "-".join(plain[start : start + 4] for start in range(0, 16, 4))
