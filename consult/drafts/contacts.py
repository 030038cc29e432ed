"""Whom to answer: units, persons, telephones, addresses, as they stand in a notice."""

import re
from typing import Any

_FIELDS = (
    ("fax", r"传真(?:号码|电话)?|fax"),
    ("phones", r"(?:联系|咨询|办公|监督)?(?:电话|方式)(?:号码)?|手机(?:号码?)?|tel(?:ephone)?"),
    ("person", r"联系人(?:员|姓名)?|经办人|收件人|contact(?:person)?"),
    ("email", r"(?:电子)?邮[箱件](?:地址)?|e-?mail|电子信箱"),
    ("postcode", r"邮政编码|邮编"),
    ("address", r"(?:通[讯信]|邮寄|联系|邮政|来信|寄送|单位)?地址|来信请寄|信函寄至|address"),
    ("qq", r"qq(?:号码?|群号?|邮箱)?"),
    ("unit", r"联系(?:单位|部门|科室|处室)|收件单位|承办(?:单位|处室)|受理(?:单位|部门)"),
)
_KEY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _FIELDS), re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_PHONE = re.compile(r"\(?0\d{2,3}\)?[- ]?\d{7,8}(?:[-转]\d{1,5})?|1[3-9]\d{9}(?!\d)|(?<!\d)\d[\d-]{5,23}")
_QQ = re.compile(r"^[:为是号码 ]{0,4}(\d{5,12})(?!\d)")
_SENT_TO = re.compile(r"(?:反馈|寄送?|发送?|报送|提交|函告)(?:至|到|给)([^,。;、:\d@]{4,24}?)(?=[,。;:(]|$)")


def contacts_in(uni: str) -> list[dict[str, Any]]:
    """The contacts of a unified text in order; a second person, unit or address begins a new one."""
    out: list[dict[str, Any]] = [{}]
    for line in uni.split("\n"):
        joined = _tight(line)
        for key, value in _pairs(joined):
            if key in out[-1] and key in ("person", "unit", "address"):
                out.append({})
            _put(out[-1], key, value)
        for email in _EMAIL.findall(joined):
            if not any(email == contact.get("email") for contact in out):
                _put(out[-1], "email", email)
    sent = _SENT_TO.search("".join(uni.split()))
    if sent and not any("unit" in contact for contact in out) and (out[0] or "@" not in uni):
        out[0] = {"unit": sent[1], **out[0]}
    return [contact for contact in out if contact]


def _tight(line: str) -> str:
    """A line without the spaces that pad Chinese words; between two numbers one stays."""
    return re.sub(r"(?<=\d) +(?=\d)", "|", line).replace(" ", "").replace("|", " ")


def _pairs(line: str) -> list[tuple[str, Any]]:
    """(key, value) for every field name that is followed by a value of its kind."""
    keys = list(_KEY.finditer(line))
    out: list[tuple[str, Any]] = []
    for i, match in enumerate(keys):
        end = keys[i + 1].start() if i + 1 < len(keys) else len(line)
        value = _value(str(match.lastgroup), line[match.end() : max(end, match.end())])
        if value:
            out.append((str(match.lastgroup), value))
    return out


def _value(key: str, raw: str) -> Any:
    text = raw.lstrip(":为是 ")
    if key in ("phones", "fax"):
        numbers = [number for run in _PHONE.findall(text[:80]) for number in split_phones(run.strip())]
        return numbers if key == "phones" else (numbers[0] if numbers else None)
    if key == "email":
        found = _EMAIL.search(text)
        return found.group() if found else None
    if key == "qq":
        number = _QQ.match(raw)
        return number[1] if number else None
    if key == "postcode":
        code = re.match(r"\d{6}(?!\d)", text)
        return code.group() if code else None
    if not raw.startswith(":"):
        return None
    return re.split(r"[,。;]|\(?(?:请|邮编|电话)", text)[0].strip("() ")[:80] or None


def _put(contact: dict[str, Any], key: str, value: Any) -> None:
    if key == "phones":
        known = contact.setdefault("phones", [])
        known.extend(number for number in value if number not in known)
    else:
        contact.setdefault(key, value)


def split_phones(run: str) -> list[str]:
    """One number, or the two that were glued together when a mark between them was lost.

    237396313628115266 is the landline 2373963 (7 or 8 digits) and the mobile 13628115266 (11 digits).
    """
    if not run.isdigit() or len(run) <= 12:
        return [run]
    land, area, mobile = r"[2-9]\d{6,7}", r"0\d{2,3}[2-9]\d{6,7}", r"1[3-9]\d{9}"
    for first in (land, area, mobile):
        for second in (mobile, area, land):
            match = re.fullmatch(f"({first})({second})", run)
            if match:
                return [match[1], match[2]]
    return [run]
