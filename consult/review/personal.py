"""Pure: personal data in a text, found by its form, and the text as the public may read it (R15, R52)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from consult.base.text import unified
from consult.review.personal_numbers import numbers
from consult.review.personal_words import COMPOUND, addresses, is_name, names

# what each kind is called; NUMBERS are covered without asking, names and addresses when a person says so
KINDS = {
    "id_number": "身份证号", "phone": "电话", "email": "邮箱", "bank_card": "银行卡号或账号", "plate": "车牌号",
    "passport": "证件号", "account": "微信号或QQ号", "name": "姓名", "address": "住址", "other": "其他文字",
}  # fmt: skip
NUMBERS = frozenset({"id_number", "phone", "email", "bank_card", "plate", "passport", "account"})
CHOICES = {"mask": "遮盖", "keep": "保留"}
_GAPS = re.compile(r"[ \-()（）·.•—–_/~]")
# without any of these there is nothing to find: most texts are done here
_PERHAPS = re.compile("[0-9０-９@＠室户房住址\n]|[〇零一幺二三四五六七八九]{11}|[VvＶｖ][XxＸｘ]|微信|[VvＶｖ]信|[Ww]e[Cc]hat|扣扣|[QqＱｑ]{2}|我叫|名叫|我的名|姓名|姓[ 　]|我系|联系人|[签署]名|[映议出诉请]人|落款|本人|我是|敬礼|单元|位于")
_PLACE = re.compile(r".*(?:省|市|区|县|旗|镇|乡|街道)(?=.)")

Chosen = Mapping[str, str]  # value → mask or keep


@dataclass(frozen=True)
class Find:
    """One piece of personal data: text[start:end], code points; `value` is equal for two writings of one number."""

    start: int
    end: int
    kind: str
    value: str


@lru_cache(maxsize=64)  # a table asks twice about each text: what to cover, and what waits
def find(text: str) -> tuple[Find, ...]:
    """Everything in `text` that looks like personal data, in order, none over another.

    Not personal, so not found: hotlines (12345, 400/800 numbers), 统一社会信用代码, document numbers, dates, sums.
    """
    if not _PERHAPS.search(text):
        return ()
    plain = unified(text)
    taken: list[tuple[int, int, str]] = []
    for start, end, kind in (*numbers(plain), *names(plain), *addresses(plain)):
        if all(end <= other[0] or other[1] <= start for other in taken):
            taken.append((start, end, kind))
    return tuple(Find(start, end, kind, value_of(text[start:end], kind)) for start, end, kind in sorted(taken))


def value_of(words: str, kind: str) -> str:
    """What a find says, widths unified; numbers without the gaps that people put into them."""
    plain = unified(words)
    if kind in ("name", "address", "other", "email"):
        return plain.strip()
    return _GAPS.sub("", plain).upper()


def undecided(text: str, chosen: Chosen) -> list[Find]:
    """Names and addresses that nobody has chosen about; numbers are covered in any case."""
    return [one for one in find(text) if one.kind not in NUMBERS and one.value not in chosen]


def spans(text: str, chosen: Chosen) -> list[Find]:
    """What is to be covered: numbers that nobody keeps, and every place of what somebody covers, in order."""
    found = find(text)
    if not found and "mask" not in chosen.values():
        return []
    hidden = [one for one in found if chosen.get(one.value, "mask" if one.kind in NUMBERS else "keep") == "mask"]
    return sorted({*hidden, *_again(text, found, chosen)}, key=lambda one: (one.start, -one.end))


def _again(text: str, found: Iterable[Find], chosen: Chosen) -> Iterable[Find]:
    """A name that is covered where it was given is covered wherever the text says it again."""
    plain, kinds = unified(text), {one.value: one.kind for one in found}
    for value, choice in chosen.items():
        if choice == "mask" and value:
            for at in re.finditer(re.escape(value), plain):
                yield Find(at.start(), at.end(), kinds.get(value) or _guessed(value), value)


def _guessed(value: str) -> str:
    return "name" if is_name(value) or "·" in value else "other"


def covered(text: str, chosen: Chosen) -> str:
    """`text` of the same length as the public may read it; outside of what is covered nothing changes."""
    hidden = spans(text, chosen)
    if not hidden:
        return text
    chars = list(text)
    for one in hidden:
        first, last = _left(unified(text[one.start : one.end]), one.kind)
        for at in range(one.start + first, one.end - last):
            chars[at] = "*"
    return "".join(chars)


def _left(words: str, kind: str) -> tuple[int, int]:
    """How many characters stay in front and behind: enough for the author to know it again, for nobody to use it.

    Names keep the surname (朱**, R52), numbers of telephones and identity cards three and two digits.
    """
    if kind in ("id_number", "phone"):
        return 3, 2
    if kind == "email":
        at = words.index("@")
        return int(at > 1), len(words) - at
    if kind == "name":
        return 2 if words[:2] in COMPOUND and len(words) > 2 else 1, 0
    if kind == "address":
        found = _PLACE.match(words)
        return found.end() if found else 0, 0
    return int(kind in ("plate", "passport", "account", "bank_card")), 0
