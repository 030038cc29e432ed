"""Labels: what 第一条, （一）, 1., 1.1.1, Article 5 or 附件2 at some place of a line may be.

A style is a word for how a level is numbered; the styles and their natural order, outermost first:
attachment, division (第一部分), part (编), subpart (分编), chapter, section, article; h (一、), p ((一)), d (1.),
dec2…dec8 (1.1, 1.1.1), q ((1)), r (1)), c (①), letter ((a)), roman ((i)); en_* for English words.
One place can be read in more than one way, "(i)" as a letter or as a Roman number: `readings` gives all.
"""

import re
from dataclasses import dataclass

from consult.base.text import unified
from consult.drafts.numerals import any_to_int, chinese_to_int, enclosed_to_int, letter_to_int, roman_to_int

Number = tuple[int, ...]

_CN = "〇零一二三四五六七八九十百千两"
_CNS = rf"[{_CN}\-—–―─](?: ?[{_CN}\-—–―─]){{0,8}}"
_NUM = rf"(?:{_CNS}|\d(?: ?\d){{0,3}})"
_ENGLISH = (
    "part|chapter|section|article|schedule|annex|appendix|rule|regulation|clause|title|book|division|subpart|sec|art"
)
_ENGLISH_STYLE = {"sec": "en_section", "art": "en_article", "book": "en_part", "title": "en_part"}
_ENGLISH_STYLE |= dict.fromkeys(("schedule", "annex", "appendix"), "attachment")
_ENGLISH_STYLE |= dict.fromkeys(("rule", "regulation", "clause"), "en_article")
_ENGLISH_NUMBER = (
    r"(?:\d{1,4}[A-Z]?(?:\.\d{1,3}){0,4}|[IVXLC]{1,7}(?![A-Za-z])|[A-Z](?![A-Za-z])|"
    r"(?i:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]{3,5})?|one|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)(?![a-z]))"
)
_UNIT_STYLE = {
    "分编": "subpart", "编": "part", "篇": "part", "卷": "part", "部分": "division",
    "章": "chapter", "节": "section", "条": "article", "編": "part", "節": "section", "條": "article",
}  # fmt: skip

WORD = (
    rf"[第笫] {{0,3}}(?P<n_word>{_NUM}) {{0,3}}(?P<unit>分 ?编|编|編|部 ?分|篇|卷|章(?!程(?!序))"
    rf"|节(?!目(?![标的录])|日(?!常))|節|条(?![件码]|款(?!项)|例(?!外)|约(?!定)|文(?![化明物件]))|條)"
    rf"(?: {{0,2}}之 {{0,2}}(?P<sub>[{_CN}]{{1,3}}|\d{{1,2}})(?![{_CN}]))?"
)
ATTACHMENT = rf"附 {{0,3}}(?P<att>件|录|表|图|件表)? {{0,3}}(?P<n_att>{_NUM}(?:-\d{{1,2}})?|[A-H](?![A-Za-z]))(?!\d)"
BRACKET = (
    rf"\( {{0,2}}(?:(?P<n_p>{_CNS})|(?P<n_q>\d ?\d{{0,2}})|(?P<n_l>[a-zA-Z]{{1,5}})) {{0,2}}\)(?P<after>[、.](?!\d))?"
)
HEADING = rf"(?P<n_h>[{_CN}—](?: {{0,2}}[{_CN}—]){{0,4}}) {{0,2}}[、.](?![{_CN}]{{1,3}}(?:[、.]|产业|审))"
DECIMAL = r"(?P<n_dec>(?:\d{1,3}|[A-H])(?:\.\d{1,3}){1,7})(?![\d%‰℃°a-zA-Z])\.?"
DOTTED = r"(?P<n_d>\d{1,3}) {0,2}(?:[.](?! ?\d(?!\d{3}年))[、]?|、)"  # 2.2025年 is the second
PAREN = rf"(?:(?P<n_r>\d{{1,3}})|(?P<n_pr>[{_CN}]{{1,3}}))\)"
ENCLOSED = r"(?P<enclosed>[①-⑳㉑-㉟㊱-㊿⑴-⒇⒈-⒛㈠-㈩])[、.]?"
ROMAN = r"(?P<n_roman>[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]|[IVX]{1,5})(?:[、.](?!\d)|(?= +[\u4e00-\u9fff]))"
LETTER = r"(?P<n_letter>[A-Za-z])[、.)](?![A-Za-z.])"
SPACED = r"(?P<n_space>\d{1,2})(?= *$| +[\u4e00-\u9fff“《A-Za-z])"
GLUED = r"(?P<n_glued>\d{1,2})(?=[\u4e00-\u9fff])(?![年月日号时分秒个人名家户条款项章节万亿元米公吨级倍次件种类岁周天度至到或和多余余])"
ENGLISH = rf"(?P<word>(?i:{_ENGLISH}))\.? {{1,3}}(?P<n_en>{_ENGLISH_NUMBER})(?P<dot>[.:])?(?=$|[ \-—,(])"

_START = re.compile(
    "|".join((WORD, ATTACHMENT, BRACKET, HEADING, DECIMAL, DOTTED, PAREN, ENCLOSED, ROMAN, ENGLISH, LETTER, SPACED, GLUED))
)
_INLINE = re.compile("|".join((WORD, ATTACHMENT, BRACKET, HEADING, DECIMAL, DOTTED, ENCLOSED, ENGLISH, SPACED)))


@dataclass(frozen=True, slots=True)
class Label:
    """One place that can be read as a label: offsets in the unified text it was found in."""

    start: int
    end: int
    readings: tuple[tuple[str, Number], ...]


def label_at(text: str, start: int) -> Label | None:
    """The label that begins exactly at `start` of a unified line, or None."""
    match = _START.match(text, start)
    readings = _readings(match) if match else ()
    return Label(match.start(), match.end(), readings) if match and readings else None


def dotted_at(text: str, start: int) -> Label | None:
    """The label 2. in 2.100% and 4.3个月, where no decimal begins."""
    match = re.compile(r"(\d{1,2})\.(?=\d)").match(text, start)
    return Label(match.start(), match.end(), (("d", (int(match[1]),)),)) if match and int(match[1]) else None


def labels_within(text: str, start: int) -> list[Label]:
    """Every place after `start` that has the form of a label, left to right; the context is not judged."""
    found = ((m, _readings(m)) for m in _INLINE.finditer(text, start))
    return [Label(m.start(), m.end(), readings) for m, readings in found if readings]


def _readings(match: re.Match[str]) -> tuple[tuple[str, Number], ...]:
    """All (style, number) that the matched form can mean."""
    groups = {k: v for k, v in match.groupdict().items() if v is not None}
    if "n_word" in groups:
        return _one(_UNIT_STYLE[groups["unit"].replace(" ", "")], groups["n_word"], groups.get("sub"))
    if "n_att" in groups:
        return _attachment(groups["n_att"])
    if "n_en" in groups:
        return _english(groups["word"].lower(), groups["n_en"])
    if "n_dec" in groups:
        return _decimal(groups["n_dec"])
    if "enclosed" in groups:
        return _enclosed(groups["enclosed"])
    if "n_l" in groups or "n_letter" in groups:
        return _letters(groups.get("n_l") or groups["n_letter"], "n_l" in groups)
    if "n_roman" in groups:
        number = enclosed_to_int(groups["n_roman"]) or roman_to_int(groups["n_roman"])
        return (("big_roman", (number,)),) if number else ()
    styles = {"n_p": "p", "n_q": "q", "n_h": "h", "n_d": "d", "n_r": "r", "n_space": "d", "n_glued": "d", "n_pr": "p"}
    for group, style in styles.items():
        if group in groups:
            return _one(style, groups[group], None)
    raise AssertionError(match.group())


def _one(style: str, numeral: str, sub: str | None) -> tuple[tuple[str, Number], ...]:
    number = any_to_int(numeral)
    if not number:
        return ()
    return ((style, (number, any_to_int(sub) or 0)),) if sub else ((style, (number,)),)


def _attachment(numeral: str) -> tuple[tuple[str, Number], ...]:
    """附件2, 附件一, 附件1-2; 附录A counts from 1065 on, as its decimals A.1 do."""
    if "A" <= numeral <= "H":
        return (("attachment", (1000 + ord(numeral),)),)
    parts = [any_to_int(part) for part in ([numeral] if numeral in "一-—" else numeral.split("-")) if part]
    known = tuple(n for n in parts if n)
    return (("attachment", known),) if known and len(known) == len(parts) else ()


def _english(word: str, numeral: str) -> tuple[tuple[str, Number], ...]:
    style = _ENGLISH_STYLE.get(word, f"en_{word}")
    if "." in numeral:
        return (("dec" + str(numeral.count(".") + 1), tuple(int(n) for n in numeral.split("."))),)
    suffix = numeral[-1:].upper() if numeral[:1].isdigit() and numeral[-1:].isalpha() else ""
    number = any_to_int(numeral.removesuffix(suffix) if suffix else numeral)
    if number is None:
        return ()
    return ((style, (number, ord(suffix) - 64) if suffix else (number,)),)


def _decimal(numeral: str) -> tuple[tuple[str, Number], ...]:
    first, *rest = numeral.split(".")
    numbers = (int(first) if first.isdigit() else 1000 + ord(first), *map(int, rest))
    plausible = numbers[0] and numbers[-1] and (numbers[0] <= 60 or numbers[0] > 1000)
    return ((f"dec{len(numbers)}", numbers),) if plausible else ()


def _enclosed(char: str) -> tuple[tuple[str, Number], ...]:
    number = enclosed_to_int(char)
    style = {"⑴": "q", "⒈": "d", "㈠": "p"}
    first = next((s for begin, s in style.items() if begin <= char <= chr(ord(begin) + 19)), "c")
    return ((first, (number,)),) if number else ()


def _letters(text: str, bracketed: bool) -> tuple[tuple[str, Number], ...]:
    """(i) is the Roman 1 or the letter 9; A. and (A) are levels of their own."""
    upper = text.isupper()
    out: list[tuple[str, Number]] = []
    roman, letter = roman_to_int(text), letter_to_int(text)
    shape = ("big_" if upper else "") + ("" if bracketed else "open_")
    if roman and roman <= 40 and set(text.lower()) <= set("ivx"):
        out.append((shape + "roman", (roman,)))
    if letter and letter <= 52 and len(text) <= 2:
        out.append((shape + "letter", (letter,)))
    return tuple(out)


def printed_number(label: str) -> tuple[str, Number] | None:
    """The first reading of a label as printed, 第三条 → ("article", (3,)); None where it is no label."""
    text = unified(label).strip(" #*〖〗【】")
    found = label_at(text, 0)
    return found.readings[0] if found else None


def is_chinese_numeral(text: str) -> bool:
    """Whether `text` is a Chinese numeral and nothing else."""
    return chinese_to_int(text) is not None
