"""Pure: addresses of other pages that an office links to: http or https, a host, nothing that runs."""

import re
from urllib.parse import urlsplit

from consult.base.errors import Refused

LONGEST = 500
_HOST = re.compile(r"(?!-)[\w.-]+\.[\w-]+\Z|\[[0-9a-fA-F:.]+\]\Z")
_BAD = re.compile(r"[\s\x00-\x1f\x7f-\x9f\"'<>\\^`{|}]")


def web_address(typed: str, field: str | None = None) -> str:
    """The address as it may be linked, empty where none was typed; raises Refused for everything else."""
    text = typed.strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        raise Refused(f"链接太长，最多{LONGEST}个字符。", field)
    try:
        parts = urlsplit(text)
        host, _port, named = parts.hostname or "", parts.port, parts.username is not None
    except ValueError:
        host, parts, named = "", urlsplit(""), False
    shown = f"[{host}]" if ":" in host else host
    if parts.scheme.lower() not in ("http", "https") or named or _BAD.search(text) or not _HOST.match(shown):
        raise Refused("链接要以 http:// 或者 https:// 开头，请从浏览器的地址栏完整复制。", field)
    return text
