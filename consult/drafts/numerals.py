"""Numerals as drafts print them: Chinese, Arabic, Roman, enclosed, letters; to a number and back."""

import unicodedata
from functools import lru_cache

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "○": 0}
_DIGITS |= dict.fromkeys("-—–―─ー", 1)  # OCR reads 一 as a dash; only ever looked at inside a label
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ONES = (
    " one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "  twenty thirty forty fifty sixty seventy eighty ninety"


def chinese_to_int(text: str) -> int | None:
    """二十一 → 21, 一百零五 → 105, 一二三 → 123; None where it is no numeral up to 9999."""
    total, digit, positional, units = 0, -1, "", False
    for char in text:
        if char in _UNITS:
            units = True
            total += (1 if digit < 0 else digit) * _UNITS[char]
            digit = -1
        elif char in _DIGITS:
            digit = _DIGITS[char]
            positional += str(digit)
        else:
            return None
    if not units:
        return int(positional) if positional and len(positional) <= 4 else None
    return total + max(digit, 0)


def int_to_chinese(number: int) -> str:
    """21 → 二十一, 105 → 一百零五, 10 → 十; 0 → 〇. Up to 9999, beyond that the digits one by one."""
    if not 0 < number < 10000:
        return "".join("〇一二三四五六七八九"[int(c)] for c in str(abs(number)))
    out, zero = "", False
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            out += ("零" if zero and out else "") + "〇一二三四五六七八九"[digit] + unit
            zero = False
        else:
            zero = True
    return out.removeprefix("一") if out.startswith("一十") else out


def roman_to_int(text: str) -> int | None:
    """iv → 4, XII → 12; None where it is no Roman numeral."""
    values = [_ROMAN.get(c) for c in text.lower()]
    if not values or None in values:
        return None
    known = [v for v in values if v is not None]
    total = sum(-v if known[i + 1 : i + 2] > [v] else v for i, v in enumerate(known))
    return total if 0 < total < 400 and int_to_roman(total) == text.lower() else None


def int_to_roman(number: int) -> str:
    """4 → iv, lower case, up to 399."""
    table = (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    )
    out = ""
    for value, letters in table:
        count, number = divmod(number, value)
        out += letters * count
    return out


def enclosed_to_int(char: str) -> int | None:
    """① → 1, ⑴ → 1, ⒈ → 1, ㈠ → 1, Ⅳ → 4: one character that holds a whole number."""
    inner = unicodedata.normalize("NFKC", char).strip("().")
    if inner.isdigit():
        return int(inner)
    return chinese_to_int(inner) or roman_to_int(inner)


def letter_to_int(text: str) -> int | None:
    """a → 1, z → 26, aa → 27."""
    low = text.lower()
    if len(set(low)) != 1 or not "a" <= low[0] <= "z":
        return None
    return ord(low[0]) - 96 + 26 * (len(low) - 1)


def english_to_int(text: str) -> int | None:
    """Twelve → 12, Twenty-One → 21; None where it is no such word."""
    tens, _, ones = text.lower().rpartition("-")
    known_ones, known_tens = _ONES.split(" "), _TENS.split(" ")
    if tens:
        return (
            known_tens.index(tens) * 10 + known_ones.index(ones) if tens in known_tens and ones in known_ones else None
        )
    if ones and ones in known_ones:
        return known_ones.index(ones)
    return known_tens.index(ones) * 10 if ones and ones in known_tens else None


@lru_cache(maxsize=4096)
def any_to_int(text: str) -> int | None:
    """The number that stands in a label's middle: Arabic, Chinese, Roman, an English word or a letter."""
    text = "".join(text.split())
    if text.isdigit() and len(text) <= 5:
        return int(text)
    return (
        english_to_int(text)
        or chinese_to_int(text)
        or roman_to_int(text)
        or (letter_to_int(text) if text.isascii() else None)
    )
