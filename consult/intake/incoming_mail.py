"""Pure: mails (.eml, .mbox) become sendings: who wrote, when it came, what it says, and every file that it carried."""

import base64
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date
from email import policy
from email.errors import InvalidBase64LengthDefect, InvalidBase64PaddingDefect, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import zip_longest

from consult.base import clock
from consult.base.errors import Refused
from consult.base.text import printable, shorten
from consult.drafts.reading.html import plain_text
from consult.drafts.reading.plaintext import decode
from consult.intake.incoming import MOST_SENDINGS, Batch, Enclosure, Incoming, Said, lines_of
from consult.intake.incoming_text import EMAIL
from consult.intake.screen import Sender

MOST_PARTS = 500
MOST_DEPTH = 12
MOST_BOUNDARIES = 20_000  # in one file
MOST_HEADER = 8_192  # bytes of a header that says what a part is; characters that are read of any other
_TOO_DEEP = "邮件的层次太多，读不了。请把其中的意见另存出来登记。"
_NAMED = re.compile(rb"boundary[*0-9]*=[ \t]*\"?([^\s\";]{1,250})", re.IGNORECASE)
_LINE = re.compile(rb"^--([^\r\n]{1,254})", re.MULTILINE)
_ABOUT = re.compile(rb"^content-[a-z-]{1,40}:[^\n]*\n?(?:[ \t][^\n]*\n?)*", re.MULTILINE | re.IGNORECASE)
_MBOX = re.compile(rb"(?:\A|(?<=\n))From [^\r\n]*\d{4}[^\r\n]*\r?\n")
_UNQUOTE = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEAD = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_MARKS = re.compile(rb"^(?:From|Date|Subject|MIME-Version|Message-ID):", re.MULTILINE | re.IGNORECASE)
_UNTRUE = frozenset({"", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252", "unknown-8bit", "default", "binary"})
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "cp936", "x-gbk", "euc-cn"})
_HANDED_ON = re.compile(r"^[ \t>]*-{2,}[ \t]*(?:转发|Forwarded)", re.MULTILINE | re.IGNORECASE)
UNKNOWN_DAY = "邮件没有写明日期，请核对收到日期"


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin like a mail or a box of mails."""
    if _MBOX.match(data):
        return True
    head = _HEAD.match(data[:65536].replace(b"\r\n", b"\n"))
    return bool(head) and len(_MARKS.findall(head[0])) >= 2 if head else False


def read_mails(data: bytes) -> Batch:
    """All mails of a file in order; mails that were forwarded as attachments are mails of their own."""
    batch = Batch()
    _require_plain(data)
    raws = list(_split(data))
    for number, raw in enumerate(raws, 1):
        place = f"第 {number} 封邮件" if len(raws) > 1 else "邮件"
        try:
            batch.sendings += _read(email.message_from_bytes(raw, policy=policy.default), place, 0)
        except RecursionError:  # the parser goes down by calling itself
            raise Refused(_TOO_DEEP) from None
        if len(batch.sendings) > MOST_SENDINGS:
            raise Refused(f"一个文件最多{MOST_SENDINGS}封邮件，请分成几个文件。")
    return batch


def _require_plain(data: bytes) -> None:
    """Refuse, before anything is parsed, what would keep the parser busy for minutes: countless parts, endless headers."""
    names = {one[1] for one in _NAMED.finditer(data)}
    found = 0
    for line in _LINE.finditer(data) if names else ():
        mark = line[1].rstrip()
        found += mark in names or mark.removesuffix(b"--") in names
        if found > MOST_BOUNDARIES:
            raise Refused(_TOO_DEEP)
    if any(one.end() - one.start() > MOST_HEADER for one in _ABOUT.finditer(data)):
        raise Refused("邮件的信头太长，不是正常的邮件。请把其中的意见另存出来登记。")


def _split(data: bytes) -> Iterator[bytes]:
    """The mails of a box; a file that does not begin with “From ” is one mail."""
    starts = list(_MBOX.finditer(data)) if _MBOX.match(data) else []
    if not starts:
        yield data
        return
    for one, following in zip_longest(starts, starts[1:]):
        yield _UNQUOTE.sub(rb"\1", data[one.end() : following.start() if following else len(data)])


@dataclass
class _Seen:
    """What the parts of a mail held."""

    texts: list[str] = field(default_factory=list)
    files: list[Enclosure] = field(default_factory=list)
    forwarded: list[Message] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    parts: int = 0


def _read(mail: Message, place: str, depth: int) -> list[Incoming]:
    """A mail and those that it carries."""
    seen = _Seen()
    _walk(mail, seen, 0)
    subject = " ".join(_header(mail, "Subject").split())
    named = f"{place}（{shorten(subject, 24)}）" if subject else place
    text = lines_of("\n\n".join(one.strip("\n") for one in seen.texts if one.strip())).strip("\n")
    inner = [
        found
        for number, one in enumerate(seen.forwarded, 1)
        for found in (_read(one, f"{place}附带的第 {number} 封", depth + 1) if depth < MOST_DEPTH else [])
    ]
    day = _day(mail)
    notes = [*seen.notes, *([UNKNOWN_DAY] if day is None else [])]
    if inner:
        notes.append(f"这封邮件附带了 {len(inner)} 封邮件，各自登记")
    if _HANDED_ON.search(text):
        notes.append("信里有转发的内容，请核对是谁提出的")
    if not text and not seen.files and inner:  # a mail that only carries others says nothing itself
        return inner
    if not text:
        names = "、".join(one.name for one in seen.files)
        text = f"（邮件没有正文，见附件：{names}）" if names else subject
    elif seen.files:
        notes.append("附件留存，里面如果另有意见，请打开核对")
    said = Said(text, place=named, whole=True)
    own = Incoming(named, (said,), _sender(mail), day, "email", tuple(seen.files), tuple(notes),
                   "" if subject == text else subject, stamped=True)  # fmt: skip
    return [own, *inner]


def _walk(part: Message, seen: _Seen, depth: int) -> None:
    """Sort one part and those below it into text, files and mails."""
    seen.parts += 1
    if seen.parts > MOST_PARTS or depth > 4 * MOST_DEPTH:
        raise Refused(_TOO_DEEP)
    kind = part.get_content_type()
    below = part.get_payload() if part.is_multipart() else None
    if kind == "message/rfc822" and isinstance(below, list):
        seen.forwarded += [one for one in below if isinstance(one, Message)]
    elif kind == "multipart/alternative" and isinstance(below, list):
        _alternative([one for one in below if isinstance(one, Message)], seen, depth)
    elif isinstance(below, list):
        for one in below:
            if isinstance(one, Message):
                _walk(one, seen, depth + 1)
    elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
        text = _text(part, seen)
        seen.texts.append(plain_text(text) if kind == "text/html" else text)
    else:
        _file(part, seen)


def _alternative(parts: list[Message], seen: _Seen, depth: int) -> None:
    """The same words several times: the plain ones, else the page; files beside them stay."""
    tries = []
    for part in parts:
        one = _Seen(parts=seen.parts)
        _walk(part, one, depth + 1)
        tries.append((part.get_content_type() != "text/plain", one))
        seen.parts = one.parts
    said = [one for _, one in sorted(tries, key=lambda pair: pair[0]) if "".join(one.texts).strip()]
    seen.texts += said[0].texts if said else []
    for _, one in tries:
        seen.files += one.files
        seen.forwarded += one.forwarded
        seen.notes += one.notes


_CUT_OFF = (InvalidBase64LengthDefect, InvalidBase64PaddingDefect)


def _bytes(part: Message, seen: _Seen) -> bytes:
    """What a part holds; of one that was cut off as much as there is, which is told."""
    found = part.get_payload(decode=True)
    if any(isinstance(one, _CUT_OFF) for one in part.defects):
        seen.notes.append("邮件的编码不完整，可能缺了一截，请对照原件核对")
    if any(isinstance(one, InvalidBase64LengthDefect) for one in part.defects):  # then the parser hands it over as it stood
        found = _half(found if isinstance(found, bytes) else b"")
    return found if isinstance(found, bytes) else b""


def _half(data: bytes) -> bytes:
    """As much of broken base64 as there is."""
    signs = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return base64.b64decode(signs[: len(signs) - (len(signs) % 4 == 1)] + b"=" * (-len(signs) % 4 % 3))


def _charset(part: Message) -> str:
    try:
        return (part.get_content_charset() or "").lower()
    except (LookupError, ValueError, IndexError):
        return ""


def _text(part: Message, seen: _Seen) -> str:
    data, charset = _bytes(part, seen), _charset(part)
    if charset in _CHINESE:
        charset = "gb18030"
    if charset not in _UNTRUE:
        try:
            return data.decode(charset, "replace" if any(isinstance(one, _CUT_OFF) for one in part.defects) else "strict")
        except (LookupError, ValueError):  # UnicodeError is a ValueError
            pass
    return _guessed(data, seen)


def _guessed(data: bytes, seen: _Seen) -> str:
    if not data.strip():
        return ""
    try:
        text, warnings = decode(data)
    except Refused:
        text, warnings = data.decode("utf-8", "replace"), ["邮件的文字编码认不出来，请对照原件核对"]
    seen.notes += [one.rstrip("。") for one in warnings]
    return text


def _file(part: Message, seen: _Seen) -> None:
    data = _bytes(part, seen)
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, IndexError, TypeError):
        name = ""
    name = printable(_shown(name)).strip() or f"附件{len(seen.files) + 1}.{part.get_content_subtype()[:8]}"
    if data:
        seen.files.append(Enclosure(name, data))
    else:
        seen.notes.append(f"附件“{shorten(name, 30)}”是空的")


def _raw(mail: Message, name: str) -> str:
    """A header as it stands in the mail; policy.default stumbles over some broken ones."""
    return next((str(value)[:MOST_HEADER] for key, value in mail.raw_items() if key.lower() == name.lower()), "")


def _header(mail: Message, name: str) -> str:
    return _shown(_raw(mail, name).replace("\r", "").replace("\n", ""))


def _shown(raw: str) -> str:
    """A header in words: bytes that were sent bare, and =?gb2312?B?…?= with whatever charset it claims."""
    if re.search(r"[\udc80-\udcff]", raw):
        raw = _words(raw.encode("utf-8", "surrogateescape"), "")
    try:
        parts = decode_header(raw)
    except (MessageError, ValueError):
        return printable(raw)
    return printable("".join(one if isinstance(one, str) else _words(one, charset or "") for one, charset in parts))


def _words(data: bytes, charset: str) -> str:
    names = ["gb18030"] if charset.lower() in _CHINESE else [charset] if charset.lower() not in _UNTRUE else []
    for name in [*names, "utf-8", "gb18030"]:
        try:
            return data.decode(name)
        except (LookupError, ValueError):  # UnicodeError is a ValueError
            continue
    return data.decode("utf-8", "replace")


def _sender(mail: Message) -> Sender:
    raw = _raw(mail, "From").replace("\r", "").replace("\n", "")
    if re.search(r"[\udc80-\udcff]", raw):
        raw = _words(raw.encode("utf-8", "surrogateescape"), "")
    name, address = next(iter(getaddresses([raw])), ("", ""))
    name, address = " ".join(_shown(name).split()).strip("\"' "), printable(address).strip()
    if not EMAIL.match(address) or len(address) > 200:
        name, address = name or shorten(_shown(raw), 60), ""
    return Sender(name="" if name == address else name[:100], email=address)


def _day(mail: Message) -> date | None:
    """The day of the mail on a Shanghai clock; None where it has no date or one that nobody can read."""
    try:
        moment = parsedate_to_datetime(_raw(mail, "Date").strip())
        return clock.local_date(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
