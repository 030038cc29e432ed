"""Plain text: which encoding it is in, decided strictly, and guessed only where nothing fits."""

import codecs

from charset_normalizer import from_bytes

from consult.base.errors import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = "这不是文本文件，或文字编码无法识别。请用记事本另存为 UTF-8 编码，或上传 docx 文件。"


def decode(data: bytes) -> tuple[str, list[str]]:
    """(text, warnings): byte order mark, then strict UTF-8, then strict GB18030, only then a guess."""
    text, warnings = _decoded(data)
    if _binary(text):
        raise Refused(_NO_TEXT)
    return text, warnings


def _decoded(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), []
            except UnicodeDecodeError as error:
                raise Refused(_NO_TEXT) from error
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), []
        except UnicodeDecodeError:
            continue
    return _guessed(data)


def _guessed(data: bytes) -> tuple[str, list[str]]:
    """The likeliest encoding; a few broken bytes in a long Chinese text are replaced, with a warning."""
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, "replace")
        if text.count("\ufffd") * 200 <= len(text):
            return text, ["文件中有少数损坏的字符，已用“\ufffd”代替，请核对。"]
    best = from_bytes(data[: 1 << 20]).best()
    if best is None:
        raise Refused(_NO_TEXT)
    try:
        return data.decode(best.encoding), [f"文字编码按 {best.encoding} 读取，请核对是否有乱码。"]
    except (UnicodeDecodeError, LookupError) as error:
        raise Refused(_NO_TEXT) from error


def _binary(text: str) -> bool:
    """Control characters in more than one of two hundred places, or a NUL: no text for people."""
    sample = text[: 1 << 20]
    odd = sum(c < " " and c not in "\n\r\t\x0b\x0c\x1a" for c in sample)
    return "\x00" in sample or odd * 200 > len(sample)
