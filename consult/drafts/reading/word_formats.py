"""Word's number formats: what the n-th entry of a list is printed as (ECMA-376 part 1, 17.18.59)."""

from collections.abc import Callable

from consult.drafts.numerals import int_to_chinese, int_to_roman


def _letters(number: int) -> str:
    """a … z, aa, bb …: Word repeats the letter."""
    return chr(97 + (number - 1) % 26) * min(5, 1 + (number - 1) // 26)


def _from(row: str) -> Callable[[int], str]:
    return lambda number: row[number - 1] if number <= len(row) else str(number)


def _circled(number: int) -> str:
    for first, last, code in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(code + number - first)
    return str(number)


def _counting(number: int) -> str:
    return int_to_chinese(number).replace("零", "〇")


def _legal(number: int) -> str:
    plain, legal = "〇零一二三四五六七八九十百千", "零零壹贰叁肆伍陆柒捌玖拾佰仟"
    printed = int_to_chinese(number).translate(str.maketrans(plain, legal))
    return "壹" + printed if printed.startswith("拾") else printed


def _full_width(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02d}",
    "upperRoman": lambda n: int_to_roman(n).upper() if n < 400 else str(n),
    "lowerRoman": lambda n: int_to_roman(n) if n < 400 else str(n),
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "ordinal": _ordinal,
    "chineseCounting": _counting,
    "chineseCountingThousand": int_to_chinese,
    "japaneseCounting": int_to_chinese,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": int_to_chinese,
    "ideographDigital": lambda n: "".join("〇一二三四五六七八九"[int(c)] for c in str(n)),
    "taiwaneseDigital": lambda n: "".join("〇一二三四五六七八九"[int(c)] for c in str(n)),
    "japaneseDigitalTenThousand": lambda n: "".join("〇一二三四五六七八九"[int(c)] for c in str(n)),
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda n: chr(0x2473 + n) if n <= 20 else f"({n})",
    "decimalEnclosedFullstop": lambda n: chr(0x2487 + n) if n <= 20 else f"{n}.",
    "ideographEnclosedCircle": lambda n: chr(0x327F + n) if n <= 10 else str(n),
    "numberInDash": lambda n: f"- {n} -",
    "none": lambda n: "",
}


def formatted(number: int, style: str) -> str:
    """`number` in Word's format `style`; a format that is not known is printed as decimal."""
    if number < 1:
        return str(number)
    return _FORMATS.get(style, str)(number)
