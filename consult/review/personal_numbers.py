"""Pure: numbers that belong to one person: identity cards, telephones, mail, plates, bank cards, accounts (R15)."""

import re
from collections.abc import Iterator
from datetime import date

Span = tuple[int, int, str]  # start, end, kind; in a text of half-width forms

_GAP = r"[ \-]{0,2}"  # what people put into long numbers
_LOOSE = r"[ \-.·—–_/]{0,3}"  # and into identity numbers, whose day of birth is checked
_FRONT, _BACK = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_PERHAPS = re.compile("[0-9@]|[〇零一幺二三四五六七八九]{11}|微信|[Vv]信|[Ww]e[Cc]hat|[Vv][Xx]|扣扣|[Qq]{2}")  # without any of these there is nothing to look for

# the first two digits of GB/T 2260, and of the residence permits for Hong Kong, Macao and Taiwan
_PROVINCES = frozenset(
    str(one) for span in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84)) for one in range(*span)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, ISO 7064 MOD 11-2
_CHECK = "0-9Xx×хХΧ"  # letters that look like an X are meant as one
_ID = re.compile(rf"(?<![0-9])[1-9](?:{_LOOSE}[0-9]){{16}}{_LOOSE}[{_CHECK}]{_BACK}")
_OLD_ID = re.compile(rf"{_FRONT}[1-9][0-9]{{5}}[ \-]?[0-9]{{6}}[ \-]?[0-9]{{3}}{_BACK}")

# a figure with a unit behind or decimals is a sum, a number of a document is no telephone
_NO_SUM = r"(?!\.[0-9]|[ ]?(?:元|万元|亿|美元|吨|平方米|立方米|千瓦))"
_NO_CODE = r"(?<!编号)(?<!单号)(?<!案号)(?<!文号)(?<!编号:)(?<!单号:)(?<!案号:)(?<!文号:)"
_BIT = r"(?:[ ]{1,3}|[ ]{0,2}[\-.·—–_/~][ ]{0,2})"  # between the parts of a mobile number
_CALLED = r"(?:(?<![0-9A-Za-z.])|(?<=[Tt][Ee][Ll])|(?<=[Pp][Hh][Oo][Nn][Ee])|(?<=[Mm][Oo][Bb]))"
_MOBILE = re.compile(
    rf"{_NO_CODE}{_CALLED}(?:(?:\+|00)?86{_GAP})?1[3-9]"
    rf"(?:[0-9]{{9}}|[0-9]{_BIT}[0-9]{{4}}{_BIT}?[0-9]{{4}}|[0-9]{_BIT}[0-9]{{3}}{_BIT}[0-9]{{5}}"
    rf"|[0-9]{{2}}{_BIT}[0-9]{{3}}{_BIT}?[0-9]{{4}}|[0-9]{{5}}{_BIT}[0-9]{{4}}){_BACK}{_NO_SUM}"
)
_LANDLINE = re.compile(
    rf"(?<![0-9A-Za-z.])\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?[ \-—–/.]{{0,2}}[2-9][0-9]{{2,3}}{_GAP}[0-9]{{4}}"
    rf"(?:(?:-|转)[0-9]{{1,5}})?{_BACK}{_NO_SUM}"
)
_CALL = re.compile(rf"(?:电话|座机|致电|固话|拨打)[号码是为: ]{{0,4}}([2-8][0-9]{{2,3}}[ \-—]?[0-9]{{4}}){_BACK}{_NO_SUM}")
_SPOKEN = re.compile("(?<![〇零一幺二三四五六七八九])[一幺][三四五六七八九][〇零一幺二三四五六七八九]{9}(?![〇零一幺二三四五六七八九十百千万亿])")
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,5}[A-Za-z]{2,20}(?![A-Za-z0-9])"
)

_LETTERS = "A-HJ-NP-Z"
_AREAS = "京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"(?<![0-9A-Za-z])(?:[{_AREAS}]|(?<![创更最全重翻刷])新)"
    rf"[ ]?[{_LETTERS}][ ·•.\-—–]?"
    rf"(?:[DFABCEGHJK][{_LETTERS}0-9][0-9]{{4}}|[0-9]{{5}}[DFABCEGHJK]|(?=(?:[A-Z]*[0-9]){{3}})[{_LETTERS}0-9]{{5}}"
    rf"|[{_LETTERS}0-9]{{4}}[学警挂港澳领试超]){_BACK}(?![年月日号元])",
    re.IGNORECASE,
)
_ARMED = re.compile(rf"(?<![0-9A-Za-z])WJ[ ·.\-]?(?:[{_AREAS}新][ ·.\-]?)?[0-9]{{4}}[0-9A-Z]{_BACK}", re.IGNORECASE)
_EMBASSY = re.compile(r"(?<![0-9A-Za-z])(?:使[0-9]{3}[ ·•.\-]?[0-9]{3}|[0-9]{6}使)(?![0-9A-Za-z用])")

_CARD = re.compile(rf"{_FRONT}[2-69][0-9]{{3}}(?:{_GAP}[0-9]){{9,15}}{_BACK}{_NO_SUM}")
_CARD_SAID = re.compile(rf"(?:卡号|账号|帐号|账户|帐户|(?:银行|储蓄|信用|借记|工资)卡)[是为: ]{{0,3}}([0-9](?:{_GAP}[0-9]){{11,24}}){_BACK}")
# what the numbers of the card schemes begin with, and how long they are (ISO/IEC 7812; 9558, 9559 of old bank books)
_ISSUERS = (
    (re.compile("62"), frozenset({16, 17, 18, 19})), (re.compile("4"), frozenset({13, 16, 19})),
    (re.compile("5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), frozenset({16})), (re.compile("3[47]"), frozenset({15})),
    (re.compile("35(?:2[89]|[3-8])"), frozenset({16, 17, 18, 19})), (re.compile("3(?:0[0-5]|[68])"), frozenset({14})),
    (re.compile("60|65|955[89]"), frozenset({16, 19})),
)  # fmt: skip

_PASS = re.compile(
    rf"(?:护照|通行证|证件)(?:号码?)?[是为: ]{{0,3}}((?:[EGDSPHCWMegdsphcwm][A-Za-z]?[0-9]{{7,8}})){_BACK}"
)
_ACCOUNT = re.compile(
    rf"(?:(?:微信|[Vv]信|(?<![A-Za-z])[Vv][Xx]|[Ww]e[Cc]hat)(?:同号|号)?(?:码)?[是为: ]{{0,3}}|(?:[Qq]{{2}}|扣扣)号?(?:码)?[是为: ]{{0,3}})"
    rf"([A-Za-z][A-Za-z0-9_\-]{{5,19}}|[1-9][0-9]{{4,11}}){_BACK}(?![ ]?(?:年|月|日|元|个|人|条|平台|热线|@))"
)


def numbers(plain: str) -> Iterator[Span]:
    """Every such number in a text whose widths are unified; what stands first wins where two overlap."""
    if not _PERHAPS.search(plain):
        return
    yield from ((*one.span(), "id_number") for one in _ID.finditer(plain) if _is_own(one))
    yield from ((*one.span(), "id_number") for one in _OLD_ID.finditer(plain) if _is_old_identity(_digits(one)))
    yield from ((*one.span(), "email") for one in _MAIL.finditer(plain))
    yield from ((*one.span(1), "bank_card") for one in _CARD_SAID.finditer(plain))
    yield from ((*one.span(), "bank_card") for one in _CARD.finditer(plain) if is_card(_digits(one)))
    yield from ((*one.span(1), "account") for one in _ACCOUNT.finditer(plain))
    for pattern in (_MOBILE, _LANDLINE, _SPOKEN):
        yield from ((*one.span(), "phone") for one in pattern.finditer(plain))
    yield from ((*one.span(1), "phone") for one in _CALL.finditer(plain))
    yield from ((*one.span(1), "passport") for one in _PASS.finditer(plain))
    for pattern in (_PLATE, _ARMED, _EMBASSY):
        yield from ((*one.span(), "plate") for one in pattern.finditer(plain))


def _digits(found: re.Match[str]) -> str:
    return re.sub(r"[ \-.·—–_/]", "", found[0])


def _is_own(found: re.Match[str]) -> bool:
    """Whether it is an identity number; right behind Latin letters (ID…, but also codes of goods) only with its check digit."""
    number = re.sub("[×хХΧ]", "X", _digits(found))
    return is_identity(number) and (not re.search("[A-Za-z]\\Z", found.string[: found.start()][-1:]) or _is_checked(number))


def is_identity(number: str) -> bool:
    """Whether 18 characters are an identity number (GB 11643): a day of birth, and a right check digit or a province.

    One whose check digit is wrong was mistyped and still points to somebody, so the check alone never clears it.
    """
    return _is_birthday(number[6:14]) and (_is_checked(number) or number[:2] in _PROVINCES)


def _is_checked(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_old_identity(number: str) -> bool:
    """15 digits, before 1999: province, then the day of birth in the twentieth century."""
    return number[:2] in _PROVINCES and _is_birthday("19" + number[6:12])


def _is_birthday(digits: str) -> bool:
    try:
        return 1880 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2099
    except ValueError:
        return False


def is_card(number: str) -> bool:
    """Whether the digits are a card: an issuer's beginning, its length, and Luhn's sum (ISO/IEC 7812-1)."""
    if not any(begins.match(number) and len(number) in lengths for begins, lengths in _ISSUERS):
        return False
    doubled = (int(one) * 2 for one in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(one - 9 if one > 9 else one for one in doubled)) % 10 == 0
