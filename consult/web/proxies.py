"""Whose word about the sender's address is believed: only that of configured proxies."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from consult.config import Settings

_BRACKETS = re.compile(r"\[([^\[\]]+)\](?::[0-9]{1,5})?")
_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=4096)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address as proxies write it: bare, in brackets, and either with a port, which says nothing of who it is."""
    text = text.strip()
    bare = _BRACKETS.fullmatch(text) or _PORT.fullmatch(text)
    try:
        found = ipaddress.ip_address((bare[1] if bare else text).partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


class TrustedProxies:
    """WSGI edge: forwarding headers from strangers are dropped, from our proxies applied once."""

    def __init__(self, app: Callable[..., Iterable[bytes]], settings: Settings) -> None:
        self._app = app
        self._networks = settings.proxies

    def _trusted(self, address: str) -> bool:
        found = _address(address)
        return found is not None and any(found in network for network in self._networks)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        forwarded = environ.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = environ.pop("HTTP_X_FORWARDED_PROTO", "")
        for name in ("HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED"):
            environ.pop(name, None)
        if self._trusted(environ.get("REMOTE_ADDR", "")):
            # the right-most address that is not one of ours: everything left of it may be invented
            for hop in reversed([part for part in forwarded.split(",") if part.strip()]):
                if _address(hop) is None:
                    break
                environ["REMOTE_ADDR"] = str(_address(hop))
                if not self._trusted(hop):
                    break
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        return self._app(environ, start_response)
